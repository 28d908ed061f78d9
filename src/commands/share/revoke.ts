import { defineCommand } from '../../cli/definition.ts';
import { one } from '../../cli/options.ts';
import { shareShape } from '../../model/share.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';
import { shareTarget } from '../share-target.ts';

export const revokeCommand = defineCommand({
  noun: 'share',
  verb: 'revoke',
  summary: 'End a share for good',
  description: [
    'A new share of the same dashboard gets a new address. To close it for a while: share update --status paused.',
  ],
  args: { share: one('SHARE', 'Token, address, or a dashboard with exactly one share', 'share') },
  examples: [
    { note: 'See what would happen', command: 'dashctl share revoke sandbox-datadog/c4t-9kx-2mq --dry-run' },
    { note: 'Without a question', command: 'dashctl share revoke sandbox-datadog/c4t-9kx-2mq --yes' },
  ],
  shape: shareShape,
  writes: true,
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'DELETE /api/v1/dashboard/public/{token}' },
    { provider: 'grafana', request: 'DELETE /api/dashboards/uid/{uid}/public-dashboards/{pdUid}' },
  ],
  async run(context, input) {
    const { provider, token } = await shareTarget(context, input.share);
    const done = await perform(context, provider, await capability(provider, 'share').planRevoke(token));
    if (done !== null) await context.renderer.records(shareShape, [done.value]);
  },
});
