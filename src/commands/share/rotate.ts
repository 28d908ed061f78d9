import { defineCommand } from '../../cli/definition.ts';
import { one } from '../../cli/options.ts';
import { shareShape } from '../../model/share.ts';
import { capability, lacks } from '../capability.ts';
import { perform } from '../perform.ts';
import { shareTarget } from '../share-target.ts';

export const rotateCommand = defineCommand({
  noun: 'share',
  verb: 'rotate',
  summary: 'Give a link a new address',
  description: [
    'For a link that too many know. PostHog keeps the old address working for 5 more minutes; share revoke closes it at once.',
  ],
  args: { share: one('SHARE', 'Dashboard, address or token of the link', 'share') },
  examples: [
    { note: 'See what would happen', command: 'dashctl share rotate sandbox-posthog/1 --dry-run' },
    { note: 'Just the new address', command: 'dashctl share rotate sandbox-posthog/1 --yes --fields url' },
  ],
  shape: shareShape,
  writes: true,
  accounts: 'one',
  async run(context, input) {
    const { provider, token } = await shareTarget(context, input.share);
    const shares = capability(provider, 'share');
    if (shares.planRotate === undefined) throw lacks(provider.account, 'share', 'rotate');
    const done = await perform(context, provider, await shares.planRotate(token));
    if (done !== null) await context.renderer.record(shareShape, done.value);
  },
});
