import { defineCommand } from '../../cli/definition.ts';
import { one } from '../../cli/options.ts';
import { shareShape } from '../../model/share.ts';
import { capability } from '../capability.ts';
import { shareTarget } from '../share-target.ts';
import { showPage, webOption } from '../web.ts';

export const getCommand = defineCommand({
  noun: 'share',
  verb: 'get',
  summary: 'Show one share',
  args: { share: one('SHARE', 'Token, address, or a dashboard with exactly one share', 'share') },
  options: webOption,
  examples: [
    { note: 'Of a dashboard', command: 'dashctl share get sandbox-datadog/c4t-9kx-2mq' },
    {
      note: 'Its address alone',
      command: 'dashctl share get sandbox-datadog/c4t-9kx-2mq --fields url -o tsv',
    },
  ],
  shape: shareShape,
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'GET /api/v1/dashboard/public/{token}' },
    { provider: 'posthog', request: 'GET /api/environments/{project_id}/dashboards/{dashboard_id}/sharing' },
    { provider: 'grafana', request: 'GET /api/dashboards/uid/{uid}/public-dashboards' },
  ],
  async run(context, input) {
    const { provider, token } = await shareTarget(context, input.share);
    const fetched = await capability(provider, 'share').get(token);
    if (input.web) await showPage(context, fetched.value.url, 'The share has no page: it is not open now.');
    else await context.renderer.record(shareShape, fetched);
  },
});
