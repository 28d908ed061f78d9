import { defineCommand } from '../../cli/definition.ts';
import { any } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { grantShape } from '../../model/grant.ts';
import { parseGrants } from '../../model/grant-text.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';
import { aclTarget, allowedGuards, folderOption, guardOptions } from './resource.ts';

export const setCommand = defineCommand({
  noun: 'acl',
  verb: 'set',
  summary: 'Replace all own entries',
  description: [
    'Shows what it removes. No grant at all needs --empty; losing your own access needs --allow-self-lockout.',
  ],
  args: { words: any('DASHBOARD|GRANT', 'The dashboard, then all grants that shall remain', 'grant') },
  options: { ...folderOption, ...guardOptions },
  examples: [
    {
      note: 'Exactly these',
      command: 'dashctl acl set sandbox-grafana/checkout-latency team:sre=admin role:Viewer=view --yes',
    },
    {
      note: 'See what would be removed',
      command: 'dashctl acl set sandbox-grafana/checkout-latency team:sre=admin --dry-run',
    },
  ],
  shape: grantShape,
  writes: true,
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'POST /api/v2/restriction_policy/{resource_id}' },
    { provider: 'grafana', request: 'POST /api/dashboards/id/{dashboardId}/acl' },
  ],
  async run(context, input) {
    const words = await context.expand(input.words);
    const { provider, resource, rest } = await aclTarget(context, words, input.folder);
    if (rest.length === 0 && !input.empty) {
      throw new DashctlError('refused', 'Setting no grant at all would remove every entry.', {
        hint: 'Name the grants that shall remain, or add --empty.',
      });
    }
    const plan = await capability(provider, 'acl').planSet(resource, parseGrants(rest));
    const done = await perform(context, provider, plan, allowedGuards(input));
    if (done !== null) await context.renderer.records(grantShape, done.value);
  },
});
