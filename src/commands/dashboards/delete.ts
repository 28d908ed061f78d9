import { defineCommand } from '../../cli/definition.ts';
import { flag, many } from '../../cli/options.ts';
import { dashboardShape } from '../../model/dashboard.ts';
import { capability, lacksFlag } from '../capability.ts';
import { manyOptions, mapPlan } from '../bulk.ts';
import { performDashboards } from './many.ts';

export const deleteCommand = defineCommand({
  noun: 'dashboards',
  verb: 'delete',
  summary: 'Delete dashboards',
  description: [
    'Datadog keeps deleted dashboards in its trash, PostHog hides them: dashctl dashboards restore brings them back. PostHog does not list what it hides, so keep the ids.',
  ],
  args: {
    dashboards: many('DASHBOARD', 'Ids, references or addresses; - reads them from stdin', 'dashboard'),
  },
  options: { deleteInsights: flag('Also insights that no other dashboard shows (PostHog)'), ...manyOptions },
  examples: [
    {
      note: 'See what would be sent',
      command: 'dashctl dashboards delete sandbox-grafana/checkout-latency --dry-run',
    },
    {
      note: 'Without a question',
      command: 'dashctl dashboards delete sandbox-grafana/checkout-latency --yes',
    },
  ],
  shape: dashboardShape,
  writes: true,
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'DELETE /api/v1/dashboard/{dashboard_id}' },
    { provider: 'datadog', request: 'DELETE /api/v1/dashboard' },
    { provider: 'grafana', request: 'DELETE /api/dashboards/uid/{uid}' },
    { provider: 'posthog', request: 'PATCH /api/environments/{project_id}/dashboards/{id}' },
    { provider: 'posthog', request: 'DELETE /api/environments/{project_id}/dashboards/{id}' },
  ],
  async run(context, input) {
    const words = ['Delete', 'Deleting', 'deleted'] as const;
    await performDashboards(context, input.dashboards, words, input, async (provider, ids) => {
      const dashboards = capability(provider, 'dashboards');
      if (input.deleteInsights && dashboards.deletesInsights !== true) {
        throw lacksFlag(provider.account, '--delete-insights', 'dashboards');
      }
      const plan = await dashboards.planDelete(ids, { insights: input.deleteInsights });
      return mapPlan(plan, (deleted) => {
        const deletedAt = new Date(context.clock.now()).toISOString();
        return deleted.map((dashboard) => ({ ...dashboard, deletedAt }));
      });
    });
  },
});
