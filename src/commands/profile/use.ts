import { defineCommand } from '../../cli/definition.ts';
import { one } from '../../cli/options.ts';

export const useCommand = defineCommand({
  noun: 'profile',
  verb: 'use',
  summary: 'Make a profile the default',
  args: { name: one('NAME', 'Saved profile', 'profile') },
  examples: [
    { note: 'From now on', command: 'dashctl profile use prod' },
    { note: 'For one command only', command: 'dashctl dashboards list -p prod' },
  ],
  accounts: 'none',
  async run(context, input) {
    await context.profiles().setDefault(input.name);
    context.renderer.note(`${input.name} is the default now.`);
  },
});
