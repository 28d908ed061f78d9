import { defineCommand } from '../../cli/definition.ts';
import { many, one } from '../../cli/options.ts';
import { sharePasswordShape } from '../../model/share-password.ts';
import { capability, lacks } from '../capability.ts';
import { perform } from '../perform.ts';
import { shareTarget } from '../share-target.ts';

export const passwordRemoveCommand = defineCommand({
  noun: 'share',
  verb: 'password-remove',
  summary: 'Take passwords off a locked link',
  description: ['Their ids stand under settings.passwords in share get SHARE --json.'],
  args: {
    share: one('SHARE', 'Dashboard, address or token of the link', 'share'),
    passwords: many('ID', 'Ids of passwords; - reads them from stdin'),
  },
  examples: [
    {
      note: 'See what would happen',
      command: 'dashctl share password-remove sandbox-posthog/5 901 --dry-run',
    },
    { note: 'Without a question', command: 'dashctl share password-remove sandbox-posthog/5 901 --yes' },
  ],
  shape: sharePasswordShape,
  writes: true,
  accounts: 'one',
  async run(context, input) {
    const ids = await context.expand(input.passwords);
    const { provider, token } = await shareTarget(context, input.share);
    const { passwords } = capability(provider, 'share');
    if (passwords === undefined) throw lacks(provider.account, 'share', 'password-remove');
    const done = await perform(context, provider, await passwords.planRemove(token, ids));
    if (done !== null) await context.renderer.records(sharePasswordShape, done.value);
  },
});
