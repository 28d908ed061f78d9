/** Access rules as images: reading those of a dashboard, and bringing earlier ones back. */
import { array, object, parse, string } from 'valibot';

import { DashctlError } from '../../errors.ts';
import { planRules, readRules, rulesState } from './acl.ts';
import { dashboardExists } from './api.ts';
import type { DatadogContext } from './context.ts';
import type { ImageKeeper } from './images.ts';

const stateSchema = array(object({ principal: string(), relation: string() }));

export function aclImages(context: DatadogContext): ImageKeeper {
  return {
    async read(id) {
      // An unknown dashboard has an empty policy, says the server; only reading the dashboard tells.
      if (!(await dashboardExists(context.client, id))) return { state: null };
      return { state: rulesState((await readRules(context, id)).rules) };
    },
    async planRestore(id, { state }) {
      if (state === null) {
        throw new DashctlError('unsupported', 'Access rules are there as long as their dashboard.', {
          hint: 'Delete the dashboard; its rules go with it.',
        });
      }
      const earlier = parse(stateSchema, state);
      const rules = new Map(earlier.map(({ principal, relation }) => [principal, relation]));
      const plan = await planRules(context, { kind: 'dashboard', id }, () => rules);
      return { ...plan, title: plan.title.replace(/^(?:Open|Change access to)/, 'Restore access to') };
    },
  };
}
