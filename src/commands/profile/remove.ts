import { defineCommand } from '../../cli/definition.ts';
import { flag, one } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';

export const removeCommand = defineCommand({
  noun: 'profile',
  verb: 'remove',
  summary: 'Forget a profile and its credentials',
  description: [
    'The account itself is not touched. A profile whose keyring cannot be reached stays, unless --leave-secrets says otherwise.',
  ],
  args: { name: one('NAME', 'Saved profile', 'profile') },
  options: {
    leaveSecrets: flag('Forget the profile alone, for a keyring that cannot be reached any more'),
  },
  examples: [
    { note: 'With a question', command: 'dashctl profile remove staging' },
    { note: 'Without one', command: 'dashctl profile remove staging --yes' },
  ],
  writes: true,
  accounts: 'none',
  async run(context, input) {
    const store = context.profiles();
    const profile = await store.get(input.name);
    if (context.globals.dryRun) {
      const { name, secretStore } = profile;
      const secrets = { file: ` and ${store.secretsFile}`, keyring: ' and the keyring', none: '' }[
        secretStore
      ];
      context.renderer.note(`Would remove ${name} from ${store.file}${input.leaveSecrets ? '' : secrets}.`);
      return;
    }
    if (!context.globals.yes) {
      if (!context.prompter.available) {
        throw new DashctlError(
          'confirmation-required',
          `Removing ${profile.name} forgets its credentials and nobody can be asked here.`,
          {
            hint: 'Add --yes to do it.',
          },
        );
      }
      const agreed = await context.prompter.confirm({
        message: `Remove profile ${profile.name} (${profile.provider}) and its credentials?`,
        flag: '--yes',
        default: false,
      });
      if (!agreed) throw new DashctlError('cancelled', 'Cancelled. Nothing was changed.');
    }
    await store.remove(input.name, { leaveSecrets: input.leaveSecrets });
    context.renderer.note(`Removed ${input.name}.`);
  },
});
