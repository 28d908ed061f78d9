/** Every example of help and README runs as written, each in a home of its own over a fresh sandbox. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allCommands } from '../../src/cli/nouns.ts';
import { descriptors } from '../../src/providers/registry.ts';
import { createHome } from '../support/binary.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

const examples = [
  ...(await allCommands()).flatMap((command) => command.examples),
  ...(await Promise.all(descriptors.map((descriptor) => descriptor.guide()))).flatMap(
    (guide) => guide.examples,
  ),
].map((example) => example.command);
const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');
const readmeLines = [...readme.matchAll(/^```(?:console|sh)\n(.*?)^```/gms)]
  .flatMap(([, block]) => (block ?? '').split('\n'))
  .map((line) => line.replace(/^\$ /, '').replace(/\s+#.*$/, ''))
  .filter((line) => line.startsWith('dashctl '));
const lines = [...new Set([...examples, ...readmeLines])];

/** Those that no shell without a terminal can run to exit 0, and where they are run instead. */
const elsewhere: Readonly<Record<string, string>> = {
  'dashctl profile add': 'asks step by step: test/e2e/terminal.test.ts',
  'dashctl profile remove staging': 'asks: test/e2e/terminal.test.ts',
  'dashctl share create sandbox-datadog/c4t-9kx-2mq --type open --expires 7d':
    'asks: test/e2e/terminal.test.ts',
  'dashctl sandbox start --port 4400': 'runs until Ctrl-C: test/e2e/process.test.ts',
  'dashctl sandbox start --latency 300ms --json': 'runs until Ctrl-C: test/e2e/process.test.ts',
  'dashctl profile add graf --provider grafana --base-url https://grafana.example.com --secrets - < token.env':
    "asks the reader's own server",
  'dashctl profile secrets-move prod --credential-store keyring': 'needs a keyring: test/e2e/keyring.test.ts',
};

const written = 'dashctl acl grant sandbox-grafana/checkout-latency team:sre=edit --yes';

/** What must be there first. The account stands in for the reader's own: a started sandbox. */
const keys = 'profile add --provider datadog --secrets keys.env';
const prepared: Readonly<Record<string, string>> = {
  'dashctl undo --dry-run': written,
  'dashctl undo --yes': written,
  'dashctl history show "$(dashctl history list --limit 1 --fields operation)"': written,
  'dashctl history resolve "$(dashctl history list --limit 1 --fields operation)" --as not-applied': written,
  'dashctl history show "$(dashctl history list --limit 1 --fields run)" --jq ".[].requests"': written,
  'dashctl profile add prod --provider datadog --site eu1 --secrets keys.env': 'true',
  'dashctl profile add web --provider posthog --project 1 --region eu --secrets key.env': 'true',
  'dashctl profile add okr --provider gtmhub --region eu --account-id 5be26318e5274a000acc0001 --secrets token.env':
    'true',
  'dashctl profile add synth --provider syntho --secrets login.env': 'true',
  'dashctl profile use prod': `dashctl ${keys} prod`,
  'dashctl profile test prod': `dashctl ${keys} prod`,
  'dashctl dashboards list -p prod': `dashctl ${keys} prod`,
  'dashctl profile remove staging --yes': `dashctl ${keys} staging`,
  'dashctl profile test --provider datadog': '. ./keys.env',
  'dashctl dashboards list --provider datadog --json': '. ./keys.env',
  'dashctl dashboards import backup/c4t-9kx-2mq.json -p sandbox-datadog':
    'dashctl dashboards export sandbox-datadog/c4t-9kx-2mq --dir backup',
};

/** The file with the credentials of each account that examples save. */
const files = {
  datadog: 'keys.env',
  posthog: 'key.env',
  gtmhub: 'token.env',
  syntho: 'login.env',
} as const;

let account: TestSandbox;
beforeAll(async () => {
  account = await testSandbox({ only: Object.keys(files) });
});
afterAll(() => account.close());

describe('examples', () => {
  it('are all accounted for', () => {
    for (const line of [...Object.keys(elsewhere), ...Object.keys(prepared)]) expect(lines).toContain(line);
    expect(examples.length).toBeGreaterThan(60);
    expect(readmeLines.length).toBeGreaterThan(6);
  });

  it.concurrent.each(lines.filter((line) => elsewhere[line] === undefined))('%s', async (line) => {
    const home = createHome();
    for (const [room, file] of Object.entries(files)) {
      const variables = Object.entries(account.room(room).env);
      writeFileSync(
        join(home.folder, file),
        variables.map(([name, value]) => `export ${name}=${value}\n`).join(''),
      );
    }
    // The exit code of a pipe is that of its last part; a failure before it shows on stderr.
    const { code, stderr } = await home.shell(`${prepared[line] ?? 'true'} && { ${line}; }`);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stderr).not.toMatch(/^Error:/m);
  });
});
