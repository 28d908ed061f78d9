import { defineCommand } from '../../cli/definition.ts';
import { one } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';

export const removeCommand = defineCommand({
  noun: 'profile',
  verb: 'remove',
  summary: 'Forget a profile and its credentials',
  description: ['The account itself is not touched.'],
  args: { name: one('NAME', 'Saved profile', 'profile') },
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
      context.renderer.note(`Would remove ${profile.name} from ${store.file} and ${store.secretsFile}.`);
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
    await store.remove(input.name);
    context.renderer.note(`Removed ${input.name}.`);
  },
});
