import { defineCommand } from '../../cli/definition.ts';
import { any } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { grantShape } from '../../model/grant.ts';
import { parsePrincipal } from '../../model/principal-text.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';
import { aclTarget, allowedGuards, folderOption, guardOptions } from './resource.ts';

export const revokeCommand = defineCommand({
  noun: 'acl',
  verb: 'revoke',
  summary: 'Take away the entries of principals, leave all others as they are',
  args: { words: any('DASHBOARD|PRINCIPAL', 'The dashboard, then principals such as team:sre', 'principal') },
  options: { ...folderOption, ...guardOptions },
  examples: [
    { note: 'A team', command: 'dashctl acl revoke sandbox-grafana/checkout-latency team:sre --yes' },
    {
      note: 'See what would be sent',
      command: 'dashctl acl revoke sandbox-grafana/checkout-latency team:sre --dry-run',
    },
  ],
  shape: grantShape,
  writes: true,
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'POST /api/v2/restriction_policy/{resource_id}' },
    { provider: 'grafana', request: 'DELETE /api/dashboards/id/{dashboardId}/acl/{aclId}' },
    {
      provider: 'posthog',
      request: 'DELETE /api/environments/{project_id}/dashboards/{dashboard_id}/collaborators/{user__uuid}',
    },
  ],
  async run(context, input) {
    const words = await context.expand(input.words);
    const { provider, resource, rest } = await aclTarget(context, words, input.folder);
    if (rest.length === 0) {
      throw new DashctlError('usage', 'Nothing to revoke.', { hint: 'Add principals such as team:sre.' });
    }
    const plan = await capability(provider, 'acl').planRevoke(resource, rest.map(parsePrincipal));
    const done = await perform(context, provider, plan, allowedGuards(input));
    if (done !== null) await context.renderer.records(grantShape, done.value);
  },
});
