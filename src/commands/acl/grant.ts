import { defineCommand } from '../../cli/definition.ts';
import { any } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { grantShape } from '../../model/grant.ts';
import { parseGrants } from '../../model/grant-text.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';
import { aclTarget, allowedGuards, folderOption, guardOptions } from './resource.ts';

export const grantCommand = defineCommand({
  noun: 'acl',
  verb: 'grant',
  summary: 'Give principals a level, leave all others as they are',
  args: { words: any('DASHBOARD|GRANT', 'The dashboard, then grants such as team:sre=edit', 'grant') },
  options: { ...folderOption, ...guardOptions },
  examples: [
    {
      note: 'A team may edit',
      command: 'dashctl acl grant sandbox-grafana/checkout-latency team:sre=edit --yes',
    },
    {
      note: 'See what would be sent',
      command: 'dashctl acl grant --folder sandbox-grafana/finance user:wanda@example.com=view --dry-run',
    },
  ],
  shape: grantShape,
  writes: true,
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'POST /api/v2/restriction_policy/{resource_id}' },
    { provider: 'grafana', request: 'POST /api/dashboards/id/{dashboardId}/acl' },
    { provider: 'grafana', request: 'POST /api/access-control/dashboards/{uid}/teams/{id}' },
    {
      provider: 'posthog',
      request: 'POST /api/environments/{project_id}/dashboards/{dashboard_id}/collaborators',
    },
  ],
  async run(context, input) {
    const words = await context.expand(input.words);
    const { provider, resource, rest } = await aclTarget(context, words, input.folder);
    if (rest.length === 0) {
      throw new DashctlError('usage', 'Nothing to grant.', { hint: 'Add grants such as team:sre=edit.' });
    }
    const plan = await capability(provider, 'acl').planGrant(resource, parseGrants(rest));
    const done = await perform(context, provider, plan, allowedGuards(input));
    if (done !== null) await context.renderer.records(grantShape, done.value);
  },
});
