import { defineCommand } from '../../cli/definition.ts';
import { optional } from '../../cli/options.ts';
import { identityShape } from './shapes.ts';

export const testCommand = defineCommand({
  noun: 'profile',
  verb: 'test',
  summary: 'Ask the server who we are',
  description: ['Writes nothing. Refused credentials are exit code 3.'],
  args: { name: optional('NAME', 'Profile; the one in use without it', 'profile') },
  examples: [
    { note: 'A profile', command: 'dashctl profile test sandbox-grafana' },
    { note: 'What the environment says', command: 'dashctl profile test --provider datadog' },
  ],
  shape: identityShape,
  accounts: 'one',
  async run(context, input) {
    const account = await context.accountNamed(input.name);
    const provider = await context.connect(account);
    const identity = await provider.whoami();
    await context.renderer.records(identityShape, [
      { profile: account.profile, provider: account.provider, ...identity },
    ]);
  },
});
