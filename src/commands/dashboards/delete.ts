import { defineCommand } from '../../cli/definition.ts';
import { many } from '../../cli/options.ts';
import { dashboardShape } from '../../model/dashboard.ts';
import { capability } from '../capability.ts';
import { performBulk } from './bulk.ts';

export const deleteCommand = defineCommand({
  noun: 'dashboards',
  verb: 'delete',
  summary: 'Delete dashboards',
  description: [
    'Datadog keeps deleted dashboards in its trash: dashctl dashboards restore brings them back.',
  ],
  args: {
    dashboards: many('DASHBOARD', 'Ids, references or addresses; - reads them from stdin', 'dashboard'),
  },
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
  ],
  async run(context, input) {
    await performBulk(context, input.dashboards, (provider, ids) =>
      capability(provider, 'dashboards').planDelete(ids),
    );
  },
});
