import { defineCommand } from '../../cli/definition.ts';
import { any } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { grantShape } from '../../model/grant.ts';
import { parseGrants } from '../../model/grant-text.ts';
import { manyOptions } from '../bulk.ts';
import { aclTargets, folderOption, guardOptions, performAcl } from './resource.ts';

export const setCommand = defineCommand({
  noun: 'acl',
  verb: 'set',
  summary: 'Replace all own entries',
  description: [
    'Shows what it removes. No grant at all needs --empty; losing your own access needs --allow-self-lockout.',
  ],
  args: {
    words: any(
      'DASHBOARD|GRANT',
      'The dashboard (- reads many from stdin), then all grants that shall remain',
      'grant',
    ),
  },
  options: { ...folderOption, ...guardOptions, ...manyOptions },
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
    const { targets, rest } = await aclTargets(context, input.words, input.folder);
    if (rest.length === 0 && !input.empty) {
      throw new DashctlError('refused', 'Setting no grant at all would remove every entry.', {
        hint: 'Name the grants that shall remain, or add --empty.',
      });
    }
    const grants = parseGrants(rest);
    const words = ['Replace access to', 'Replacing', 'changed'] as const;
    await performAcl(context, { targets }, words, input, (acl, resource) => acl.planSet(resource, grants));
  },
});
