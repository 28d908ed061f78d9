import { defineCommand } from '../../cli/definition.ts';
import { one, text } from '../../cli/options.ts';
import { sharePasswordShape } from '../../model/share-password.ts';
import { capability, lacks } from '../capability.ts';
import { perform } from '../perform.ts';
import { shareTarget } from '../share-target.ts';

export const passwordAddCommand = defineCommand({
  noun: 'share',
  verb: 'password-add',
  summary: 'Add a password that opens a locked link',
  description: [
    'The server makes a password up and shows it once; --secret-file takes one of your own. The link must ask for passwords: share update SHARE --lock.',
  ],
  args: { share: one('SHARE', 'Dashboard, address or token of the link', 'share') },
  options: {
    note: text('TEXT', 'What it is for, such as who gets it'),
    secretFile: text('FILE', 'File that holds the password; - reads stdin', 'file'),
  },
  examples: [
    {
      note: 'For one reader',
      command: 'dashctl share password-add sandbox-posthog/5 --note "Press office" --yes',
    },
    {
      note: 'Just the password',
      command: 'dashctl share password-add sandbox-posthog/5 --yes --fields password',
    },
  ],
  shape: sharePasswordShape,
  writes: true,
  accounts: 'one',
  async run(context, input) {
    const password =
      input.secretFile === null ? null : (await context.read(input.secretFile)).replace(/\r?\n$/, '');
    const { provider, token } = await shareTarget(context, input.share);
    const { passwords } = capability(provider, 'share');
    if (passwords === undefined) throw lacks(provider.account, 'share', 'password-add');
    const plan = await passwords.planAdd(token, { password, note: input.note });
    const done = await perform(context, provider, plan);
    if (done !== null) await context.renderer.record(sharePasswordShape, done.value);
  },
});
