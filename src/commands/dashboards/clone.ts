import { defineCommand } from '../../cli/definition.ts';
import { one, required, text } from '../../cli/options.ts';
import { dashboardShape } from '../../model/dashboard.ts';
import { capability, lacks } from '../capability.ts';
import { perform } from '../perform.ts';

export const cloneCommand = defineCommand({
  noun: 'dashboards',
  verb: 'clone',
  summary: 'Copy a dashboard within its account',
  args: { dashboard: one('DASHBOARD', 'Id, PROFILE/ID or address of the dashboard', 'dashboard') },
  options: { title: required(text('TEXT', 'Title of the copy'), 'Which title for the copy?') },
  examples: [
    {
      note: 'A copy with its own title',
      command: 'dashctl dashboards clone sandbox-datadog/c4t-9kx-2mq --title "Checkout latency (copy)"',
    },
    {
      note: 'See what would be sent',
      command: 'dashctl dashboards clone sandbox-datadog/c4t-9kx-2mq --title "Copy" --dry-run',
    },
  ],
  shape: dashboardShape,
  writes: true,
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'POST /api/v1/dashboard' },
    { provider: 'posthog', request: 'POST /api/environments/{project_id}/dashboards' },
  ],
  async run(context, input) {
    const { provider, id } = await context.target(input.dashboard, 'dashboard');
    const dashboards = capability(provider, 'dashboards');
    if (dashboards.planClone === undefined) throw lacks(provider.account, 'dashboards', 'clone');
    const done = await perform(context, provider, await dashboards.planClone(id, input.title));
    if (done !== null) await context.renderer.record(dashboardShape, done.value);
  },
});
