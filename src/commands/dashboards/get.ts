import { defineCommand } from '../../cli/definition.ts';
import { one } from '../../cli/options.ts';
import { dashboardShape } from '../../model/dashboard.ts';
import { capability } from '../capability.ts';
import { showPage, webOption } from '../web.ts';

export const getCommand = defineCommand({
  noun: 'dashboards',
  verb: 'get',
  summary: 'Show one dashboard',
  args: { dashboard: one('DASHBOARD', 'Id, PROFILE/ID or address of the dashboard', 'dashboard') },
  options: webOption,
  examples: [
    { note: 'By reference', command: 'dashctl dashboards get sandbox-grafana/checkout-latency' },
    {
      note: "The provider's own document",
      command: 'dashctl dashboards get sandbox-grafana/checkout-latency --raw',
    },
  ],
  shape: dashboardShape,
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'GET /api/v1/dashboard/{dashboard_id}' },
    { provider: 'grafana', request: 'GET /api/dashboards/uid/{uid}' },
    { provider: 'posthog', request: 'GET /api/environments/{project_id}/dashboards/{id}' },
  ],
  async run(context, input) {
    const { provider, id } = await context.target(input.dashboard, 'dashboard');
    const fetched = await capability(provider, 'dashboards').get(id);
    if (input.web) await showPage(context, fetched.value.url, 'The dashboard has no page that is known.');
    else await context.renderer.record(dashboardShape, fetched);
  },
});
