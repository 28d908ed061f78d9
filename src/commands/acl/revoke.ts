import { defineCommand } from '../../cli/definition.ts';
import { any } from '../../cli/options.ts';
import { grantShape } from '../../model/grant.ts';
import { parsePrincipals } from '../../model/grant-text.ts';
import { manyOptions } from '../bulk.ts';
import { aclTargets, askWords, folderOption, guardOptions, performAcl } from './resource.ts';

export const revokeCommand = defineCommand({
  noun: 'acl',
  verb: 'revoke',
  summary: 'Take away the entries of principals, leave all others as they are',
  args: {
    words: any(
      'DASHBOARD|PRINCIPAL',
      'The dashboard (- reads many from stdin), then principals such as team:sre',
      'principal',
    ),
  },
  options: { ...folderOption, ...guardOptions, ...manyOptions },
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
    const named = await aclTargets(context, input.words, input.folder);
    const rest = named.rest.length > 0 ? named.rest : await askWords(context, named, 'principal');
    const principals = parsePrincipals(rest);
    const words = ['Take access from', 'Changing', 'changed'] as const;
    await performAcl(context, named, words, input, (acl, resource) => acl.planRevoke(resource, principals));
  },
});
