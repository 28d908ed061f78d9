import { defineCommand } from '../../cli/definition.ts';
import { choice, one } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { shareShape } from '../../model/share.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';
import { shareTarget } from '../share-target.ts';
import { readShareDraft, refuseExtras, shareDraftOptions, shareTypes } from './draft.ts';

export const updateCommand = defineCommand({
  noun: 'share',
  verb: 'update',
  summary: 'Change, pause or resume a share',
  description: ['Pausing keeps the address: --status active opens it again. Revoking does not.'],
  args: { share: one('SHARE', 'Token, address, or a dashboard with exactly one share', 'share') },
  options: {
    type: choice(shareTypes, 'TYPE', 'invite, open, embed or public; see share create'),
    status: choice(['active', 'paused'], 'STATUS', 'active or paused'),
    ...shareDraftOptions,
  },
  examples: [
    { note: 'Pause it', command: 'dashctl share update sandbox-datadog/c4t-9kx-2mq --status paused --yes' },
    {
      note: 'Give it an end',
      command: 'dashctl share update sandbox-datadog/c4t-9kx-2mq --expires 30d --yes',
    },
    {
      note: 'Show viewers the annotations, in Grafana',
      command: 'dashctl share update sandbox-grafana/status-page --annotations --yes',
    },
  ],
  shape: shareShape,
  writes: true,
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'PUT /api/v1/dashboard/public/{token}' },
    { provider: 'grafana', request: 'PATCH /api/dashboards/uid/{uid}/public-dashboards/{pdUid}' },
  ],
  async run(context, input) {
    const draft = await readShareDraft(context, input);
    if (Object.values(draft).every((value) => value === null)) {
      throw new DashctlError('usage', 'Nothing was said about the share.', {
        hint: 'Use flags such as --status paused or --expires 30d, or --file FILE.',
      });
    }
    const { provider, token } = await shareTarget(context, input.share);
    const shares = capability(provider, 'share');
    refuseExtras(provider, shares, draft);
    const done = await perform(context, provider, await shares.planUpdate(token, draft));
    if (done !== null) await context.renderer.record(shareShape, done.value);
  },
});
