/** Commands in hints can be pasted: the program parses them, and they keep the account. */
import { describe, expect, it } from 'vitest';
import { withAccount } from '../../src/cli/hints.ts';
import { locate } from '../../src/cli/locate.ts';
import { parseCommand } from '../../src/cli/parse.ts';
import { createCli } from '../support/cli.ts';
import type { Account } from '../../src/providers/provider.ts';

const account: Account = {
  profile: 'prod',
  provider: 'datadog',
  baseUrl: 'https://api.datadoghq.com',
  webUrl: null,
  settings: {},
  secrets: {},
};

describe('a hint', () => {
  it.each([
    ['See dashctl dashboards list.', 'See dashctl dashboards list -p prod.'],
    [
      'Look at it: dashctl perms get 5be2, or dashctl perms actions',
      'Look at it: dashctl perms get -p prod 5be2, or dashctl perms actions -p prod',
    ],
    ['Use dashctl share list --all; then repeat.', 'Use dashctl share list -p prod --all; then repeat.'],
    ['dashctl acl list prod/abc-def-ghi', 'dashctl acl list prod/abc-def-ghi'],
    ['dashctl dashboards list --profile prod.', 'dashctl dashboards list --profile prod.'],
    ['dashctl dashboards list -p other', 'dashctl dashboards list -p other'],
    ['dashctl profile test prod', 'dashctl profile test prod'],
    ['No command here.', 'No command here.'],
  ])('%s', (hint, expected) => {
    expect(withAccount(hint, account)).toBe(expected);
    expect(withAccount(expected, account)).toBe(expected);
  });

  it('names the provider where variables alone made the account', () => {
    const environment: Account = {
      ...account,
      profile: 'datadog',
      sources: { provider: { kind: 'flag', name: '--provider' }, settings: {} },
    };
    expect(withAccount('dashctl dashboards list', environment)).toBe(
      'dashctl dashboards list --provider datadog',
    );
  });
});

function parse({ command, rest }: Awaited<ReturnType<typeof locate>>): void {
  if (command !== null) parseCommand(command, rest);
}

/** Every command in a hint: from its name to the end of what belongs to it. */
function commandsIn(hint: string): readonly string[] {
  return [...hint.matchAll(/dashctl [a-z][^\n;,)]*?(?=$|[;,)\n]|\.(?:\s|$))/gm)].map(([found]) => found);
}

describe('hints of failures', () => {
  it.each([
    'dashboards get zzz-zzz-zzz -p sandbox-datadog',
    'dashboards get sandbox-datadog/zzz-zzz-zzz',
    'dashboards get sandbox-grafana/nothing-there',
    'dashboards get sandbox-posthog/99999',
    'share get zzz-zzz-zzz -p sandbox-datadog',
    'share get sandbox-posthog/99999',
    'share list 99999 -p sandbox-posthog',
    'acl list nothing-there -p sandbox-grafana',
    'acl grant checkout-latency team:nobody=edit -p sandbox-grafana',
    'perms get 000000000000000000000000 -p sandbox-gtmhub',
    'workspace get 999 -p sandbox-syntho',
    'dashboards list -p sandbox-syntho',
    'dashboards list',
    'share create checkout-latency -p sandbox-grafana',
    'dashboards list --shared --deleted -p sandbox-datadog',
  ])('parse and keep the account: %s', async (line) => {
    const { code, stderr } = await createCli()(`${line} --json`);
    expect(code).not.toBe(0);
    const { error } = JSON.parse(stderr) as { error: { hint: string | null } };
    const profile = /sandbox-[a-z]+/.exec(line)?.[0];
    for (const command of commandsIn(error.hint ?? '')) {
      const words = command.split(' ').slice(1);
      const location = await locate(words);
      // Prose about dashctl, and a noun alone.
      if (location.command === null) continue;
      expect(() => {
        parse(location);
      }).not.toThrow();
      if (profile !== undefined && !['none', 'new'].includes(location.command.accounts))
        expect(command).toContain(profile);
    }
  });
});
