import { defineCommand } from '../../cli/definition.ts';
import { many } from '../../cli/options.ts';
import { dashboardShape } from '../../model/dashboard.ts';
import { capability, lacks } from '../capability.ts';
import { manyOptions } from '../bulk.ts';
import { performDashboards } from './many.ts';

export const restoreCommand = defineCommand({
  noun: 'dashboards',
  verb: 'restore',
  summary: 'Bring deleted dashboards back',
  description: [
    'In PostHog a public link that the dashboard had opens again: it asks first, or takes --yes.',
  ],
  args: {
    dashboards: many(
      'DASHBOARD',
      'Ids or references of deleted dashboards; - reads them from stdin',
      'dashboard',
    ),
  },
  options: manyOptions,
  examples: [
    { note: 'What is in the trash', command: 'dashctl dashboards list --deleted -p sandbox-datadog' },
    {
      note: 'All of it back',
      command:
        'dashctl dashboards list --deleted -p sandbox-datadog --fields ref -o tsv | dashctl dashboards restore -',
    },
  ],
  shape: dashboardShape,
  writes: true,
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'PATCH /api/v1/dashboard' },
    { provider: 'posthog', request: 'PATCH /api/environments/{project_id}/dashboards/{id}' },
  ],
  async run(context, input) {
    const words = ['Restore', 'Restoring', 'restored'] as const;
    await performDashboards(context, input.dashboards, words, input, async (provider, ids) => {
      const dashboards = capability(provider, 'dashboards');
      if (dashboards.planRestore === undefined) throw lacks(provider.account, 'dashboards', 'restore');
      return await dashboards.planRestore(ids);
    });
  },
});
