import { defineCommand } from '../../cli/definition.ts';
import { flag, optional } from '../../cli/options.ts';
import { grantShape } from '../../model/grant.ts';
import { capability, lacksFlag } from '../capability.ts';
import { aclTarget, folderOption } from './resource.ts';
import type { Page } from '../../model/shape.ts';

export const listCommand = defineCommand({
  noun: 'acl',
  verb: 'list',
  summary: 'List who may view, edit and administer a dashboard or folder',
  args: { dashboard: optional('DASHBOARD', 'Id, PROFILE/ID or address of the dashboard', 'dashboard') },
  options: {
    ...folderOption,
    effective: flag('Everybody who gets in, person by person, as the server works it out (PostHog)'),
  },
  examples: [
    { note: 'Of a dashboard', command: 'dashctl acl list sandbox-grafana/checkout-latency' },
    { note: 'Of a folder', command: 'dashctl acl list --folder sandbox-grafana/finance' },
  ],
  shape: grantShape,
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'GET /api/v2/restriction_policy/{resource_id}' },
    { provider: 'grafana', request: 'GET /api/dashboards/id/{dashboardId}/acl' },
    { provider: 'grafana', request: 'GET /api/dashboards/id/{dashboardId}/permissions' },
    { provider: 'grafana', request: 'GET /api/access-control/dashboards/{uid}' },
    { provider: 'posthog', request: 'GET /api/environments/{project_id}/dashboards/{id}/access_controls' },
    {
      provider: 'posthog',
      request: 'GET /api/environments/{project_id}/dashboards/{dashboard_id}/collaborators',
    },
  ],
  async run(context, input) {
    const asked = input.dashboard === null && input.folder === null && context.prompter.available;
    const named = asked ? await context.ask('dashboard', { flag: 'DASHBOARD' }) : input.dashboard;
    const words = named === null ? [] : [named];
    const { provider, resource } = await aclTarget(context, words, input.folder);
    const acl = capability(provider, 'acl');
    const read = input.effective ? acl.listEffective?.(resource) : acl.list(resource);
    if (read === undefined) throw lacksFlag(provider.account, '--effective', 'grants');
    const page = await read;
    await context.renderer.list(grantShape, once(page), {
      empty: `No grants found for ${input.folder ?? named ?? resource.id}.`,
    });
  },
});

async function* once<T>(page: Page<T>): AsyncIterable<Page<T>> {
  yield await Promise.resolve(page);
}
