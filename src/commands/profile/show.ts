import { defineCommand } from '../../cli/definition.ts';
import { optional } from '../../cli/options.ts';
import { sourceShape } from './shapes.ts';
import type { Source } from '../../model/profile.ts';

export const showCommand = defineCommand({
  noun: 'profile',
  verb: 'show',
  summary: 'Show every value of an account and where it comes from',
  description: [
    'Secrets are named, never shown; credentials says where they are: keyring, file, environment, built-in or none.',
  ],
  args: { name: optional('NAME', 'Profile; the one in use without it', 'profile') },
  examples: [
    { note: 'A profile', command: 'dashctl profile show sandbox-datadog' },
    { note: 'As JSON', command: 'dashctl profile show sandbox-datadog --json' },
  ],
  shape: sourceShape,
  accounts: 'one',
  async run(context, input) {
    const account = await context.accountNamed(input.name, true);
    const { sources } = account;
    const rows = [
      row('profile', account.profile, sources.profile),
      row('provider', account.provider, sources.provider),
      row('baseUrl', account.baseUrl, sources.baseUrl),
      ...(sources.webUrl === null ? [] : [row('webUrl', account.webUrl, sources.webUrl)]),
      ...Object.entries(sources.settings).map(([key, source]) =>
        row(key, account.settings[key] ?? null, source),
      ),
      ...Object.entries(sources.secrets).map(([key, source]) => row(key, 'set', source)),
      row('credentials', account.credentials, Object.values(sources.secrets)[0] ?? sources.provider),
    ];
    await context.renderer.records(sourceShape, rows);
    if (account.missing !== null) context.renderer.warn(account.missing);
  },
});

function row(key: string, value: string | null, source: Source): object {
  return { key, value, source: source.kind, from: source.name };
}
