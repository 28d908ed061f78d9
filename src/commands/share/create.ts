import { defineCommand } from '../../cli/definition.ts';
import { choice, one } from '../../cli/options.ts';
import { shareShape } from '../../model/share.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';
import { askShareType, readShareDraft, refuseExtras, shareDraftOptions, shareTypes } from './draft.ts';

export const createCommand = defineCommand({
  noun: 'share',
  verb: 'create',
  summary: 'Share a dashboard',
  description: [
    'Without --type and --invite a terminal asks who may see it; elsewhere a share is for invited people. --type open lets anyone with the link in, embed shows the dashboard inside the sites named by --domain.',
    'Datadog has invite, open and embed. Links of PostHog and Grafana are open to anyone who has them and say so with --type open; public is the word of Grafana for it.',
  ],
  args: { dashboard: one('DASHBOARD', 'Id, PROFILE/ID or address of the dashboard', 'dashboard') },
  options: {
    type: choice(shareTypes, 'TYPE', 'invite (default in Datadog), open, embed or public'),
    ...shareDraftOptions,
  },
  examples: [
    {
      note: 'For one person',
      command: 'dashctl share create sandbox-datadog/c4t-9kx-2mq --invite bo@example.com --yes',
    },
    {
      note: 'For anyone with the link, for a week',
      command: 'dashctl share create sandbox-datadog/c4t-9kx-2mq --type open --expires 7d --yes --fields url',
    },
    {
      note: 'In Grafana, see it first',
      command: 'dashctl share create sandbox-grafana/node-health --type open --dry-run',
    },
  ],
  shape: shareShape,
  writes: true,
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'POST /api/v1/dashboard/public' },
    { provider: 'grafana', request: 'POST /api/dashboards/uid/{uid}/public-dashboards' },
  ],
  async run(context, input) {
    const read = await readShareDraft(context, input);
    const { provider, id } = await context.target(input.dashboard, 'dashboard');
    const shares = capability(provider, 'share');
    refuseExtras(provider, shares, read);
    const draft = { ...read, type: read.type ?? (await askShareType(context, shares, read)) };
    const done = await perform(context, provider, await shares.planCreate(id, draft));
    if (done !== null) await context.renderer.record(shareShape, done.value);
  },
});
