import { defineCommand } from '../../cli/definition.ts';
import { optional } from '../../cli/options.ts';
import { sourceShape } from './shapes.ts';

export const showCommand = defineCommand({
  noun: 'profile',
  verb: 'show',
  summary: 'Show every value of an account and where it comes from',
  description: ['Secrets are named, never shown.'],
  args: { name: optional('NAME', 'Profile; the one in use without it', 'profile') },
  examples: [
    { note: 'A profile', command: 'dashctl profile show sandbox-datadog' },
    { note: 'As JSON', command: 'dashctl profile show sandbox-datadog --json' },
  ],
  shape: sourceShape,
  accounts: 'one',
  async run(context, input) {
    const resolved = await context.resolvedAccount(input.name ?? undefined);
    await context.renderer.records(
      sourceShape,
      resolved.values.map(({ key, value, source }) => ({
        key,
        value,
        source: source.kind,
        from: source.name,
      })),
    );
  },
});
