import { defineCommand } from '../../cli/definition.ts';
import { any } from '../../cli/options.ts';
import { grantShape } from '../../model/grant.ts';
import { parseGrants } from '../../model/grant-text.ts';
import { manyOptions } from '../bulk.ts';
import { aclTargets, askWords, folderOption, guardOptions, performAcl } from './resource.ts';

export const grantCommand = defineCommand({
  noun: 'acl',
  verb: 'grant',
  summary: 'Give principals a level, leave all others as they are',
  args: {
    words: any(
      'DASHBOARD|GRANT',
      'The dashboard (- reads many from stdin), then grants such as team:sre=edit',
      'grant',
    ),
  },
  options: { ...folderOption, ...guardOptions, ...manyOptions },
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
    const named = await aclTargets(context, input.words, input.folder);
    const rest = named.rest.length > 0 ? named.rest : await askWords(context, named, 'grant');
    const grants = parseGrants(rest);
    const words = ['Change access to', 'Changing', 'changed'] as const;
    await performAcl(context, named, words, input, (acl, resource) => acl.planGrant(resource, grants));
  },
});
