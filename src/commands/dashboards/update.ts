import { defineCommand } from '../../cli/definition.ts';
import { one } from '../../cli/options.ts';
import { dashboardShape } from '../../model/dashboard.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';
import { draftOptions, readDraft, refuseExtras } from './draft.ts';

export const updateCommand = defineCommand({
  noun: 'dashboards',
  verb: 'update',
  summary: 'Change a dashboard',
  description: [
    'Flags change single fields: the dashboard is read, changed and written back, everything else stays as it is. --file replaces the whole document.',
  ],
  args: { dashboard: one('DASHBOARD', 'Id, PROFILE/ID or address of the dashboard', 'dashboard') },
  options: draftOptions,
  examples: [
    {
      note: 'A new title',
      command: 'dashctl dashboards update sandbox-grafana/checkout-latency --title "Checkout (EU)"',
    },
    {
      note: 'See what would be sent',
      command: 'dashctl dashboards update sandbox-grafana/checkout-latency --tag shop --dry-run',
    },
  ],
  shape: dashboardShape,
  writes: true,
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'PUT /api/v1/dashboard/{dashboard_id}' },
    { provider: 'grafana', request: 'POST /api/dashboards/db' },
    { provider: 'posthog', request: 'PATCH /api/environments/{project_id}/dashboards/{id}' },
  ],
  async run(context, input) {
    const draft = await readDraft(context, input);
    const { provider, id } = await context.target(input.dashboard, 'dashboard');
    const dashboards = capability(provider, 'dashboards');
    refuseExtras(provider, dashboards, draft);
    const done = await perform(context, provider, await dashboards.planUpdate(id, draft));
    if (done !== null) await context.renderer.record(dashboardShape, done.value);
  },
});
