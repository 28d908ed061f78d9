/** Real shells complete with the built dashctl, and nothing that a server or a settings file says can run in them. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complete } from '../../src/cli/completion/entry.ts';
import { answering } from '../support/answers.ts';
import { createHome } from '../support/binary.ts';
import { hasShell, openShell } from '../support/shell.ts';
import type { AnsweringServer } from '../support/answers.ts';
import type { Home } from '../support/binary.ts';
import type { ShellSession } from '../support/shell.ts';

/** Ids of dashboards as a hostile server could send them, each found by its first letter. */
const hostile = [
  'a$(touch ran)',
  'b`touch ran`',
  "c'; touch ran; '",
  'd"; touch ran; "',
  'e:f g',
  'h!touch',
  'k\\&{x,y}',
];
/** These are never offered: a line break cannot stand in a word of a line. */
const broken = 'l\ntouch ran';

let server: AnsweringServer;
let home: Home;
beforeAll(async () => {
  const dashboards = [...hostile, broken].map((id) => ({
    id,
    title: `$(touch ran) \`touch ran\` ' " ; \n touch ran \u001b[2J`,
    author_handle: 'ana@example.com',
    created_at: '2026-01-01T00:00:00Z',
    modified_at: '2026-01-01T00:00:00Z',
    description: null,
    is_read_only: false,
    layout_type: 'ordered',
    url: '/dashboard/x',
  }));
  server = await answering(() => ({ status: 200, body: JSON.stringify({ dashboards }) }));
  home = createHome();
  const config = join(home.folder, '.config/dashctl');
  mkdirSync(config, { recursive: true, mode: 0o700 });
  const profile = { provider: 'datadog', baseUrl: server.baseUrl, settings: {}, secretStore: 'file' };
  const profiles = { evil: profile, 'x$(touch ran)': profile };
  writeFileSync(join(config, 'config.json'), JSON.stringify({ profiles }), { mode: 0o600 });
  const secrets = { apiKey: 'a'.repeat(32), appKey: 'b'.repeat(40) };
  writeFileSync(
    join(config, 'credentials.json'),
    JSON.stringify({ profiles: { evil: { origin: server.baseUrl, secrets } } }),
    { mode: 0o600 },
  );
});
afterAll(() => server.close());

/** Asks once with time to spare, so that the shells find the answer in the cache however busy the machine is. */
async function warm(): Promise<string> {
  const stdout = new PassThrough();
  await complete(
    {
      argv: ['__complete', 'zsh', '--', 'dashboards', 'get', '-p', 'evil', ''],
      version: '0.0.0-test',
      env: home.env,
      platform: process.platform,
      streams: { stdin: Readable.from([]), stdout, stderr: new PassThrough() },
      onSignal: () => () => undefined,
      exitNow: () => undefined,
    },
    20_000,
  );
  stdout.end();
  return (await stdout.toArray()).join('');
}

const nothingRan = (): void => {
  expect(existsSync(join(home.folder, 'ran'))).toBe(false);
};

it('gets the hostile dashboards, one line each', async () => {
  const lines = (await warm()).split('\n');
  expect(lines.map((line) => line.split('\t')[0])).toEqual([...hostile, ':', '']);
  expect(lines.every((line) => !line.includes('\u001b'))).toBe(true);
  expect(readdirSync(join(home.folder, '.cache/dashctl/completion'))).toHaveLength(1);
});

it('does not wait for a server that never answers', async () => {
  const silent = createServer();
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
  const other = createHome();
  const started = performance.now();
  const { code, stdout, stderr } = await other.run(
    ['__complete', 'zsh', '--', 'dashboards', 'get', '--provider', 'datadog', 'sandbox-d'],
    {
      env: {
        DD_API_KEY: 'a'.repeat(32),
        DD_APP_KEY: 'b'.repeat(40),
        DATADOG_HOST: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      },
    },
  );
  silent.close();
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: 'sandbox-datadog/\tDatadog, built in\n:nospace\n',
    stderr: '',
  });
  // The limits of a request are 30 and 120 seconds.
  expect(performance.now() - started).toBeLessThan(15_000);
});

describe.each(['bash', 'zsh', 'fish'] as const)('%s', (shell) => {
  // In CI every shell has to be there; elsewhere a missing one is said.
  const runs = process.env['CI'] !== undefined || hasShell(shell);
  if (!runs) it.skip(`did not run: ${shell} is not installed`);

  describe.runIf(runs)('on a terminal', () => {
    let session: ShellSession;
    beforeAll(async () => {
      session = await openShell(shell, home);
    });
    afterAll(() => {
      session.close();
    });

    it.each([
      ['dashctl dashb', '', ['dashctl', 'dashboards']],
      ['dashctl dashboards li', '--shared', ['dashctl', 'dashboards', 'list', '--shared']],
      ['dashctl --json dashboards list --sha', '', ['dashctl', '--json', 'dashboards', 'list', '--shared']],
      ['dashctl dashboards list --output=nd', '', ['dashctl', 'dashboards', 'list', '--output=ndjson']],
      [
        'dashctl dashboards list --fields id,ti',
        ',url',
        ['dashctl', 'dashboards', 'list', '--fields', 'id,title,url'],
      ],
      ['dashctl acl grant x te', 'sre=edit', ['dashctl', 'acl', 'grant', 'x', 'team:sre=edit']],
      ['dashctl acl grant x team:sre=a', '', ['dashctl', 'acl', 'grant', 'x', 'team:sre=admin']],
      ['dashctl acl grant x "team:s r=vi', ' y', ['dashctl', 'acl', 'grant', 'x', 'team:s r=view', 'y']],
      [
        'dashctl sandbox start --switches .bin/da',
        'x',
        ['dashctl', 'sandbox', 'start', '--switches', '.bin/dashctl', 'x'],
      ],
    ])('completes %s', async (line, behind, words) => {
      expect(await session.complete(line, behind)).toEqual(words);
    });

    it.each(hostile)('inserts the dashboard %s as one word', async (id) => {
      await warm();
      const words = await session.complete(`dashctl dashboards get -p evil ${id.charAt(0)}`, 'behind');
      expect(words).toEqual(['dashctl', 'dashboards', 'get', '-p', 'evil', id, 'behind']);
      nothingRan();
    });

    it.each(["'", '"'])('inserts hostile dashboards behind an open %s', async (quote) => {
      for (const id of hostile) {
        await warm();
        const words = await session.complete(
          `dashctl dashboards get -p evil ${quote}${id.charAt(0)}`,
          ' behind',
        );
        expect(words).toEqual(['dashctl', 'dashboards', 'get', '-p', 'evil', id, 'behind']);
      }
      nothingRan();
    });

    it('inserts a hostile profile, and shows hostile titles in a list', async () => {
      expect(await session.complete('dashctl dashboards list -p x')).toContain('x$(touch ran)');
      await warm();
      await session.complete('dashctl dashboards get -p evil \t');
      nothingRan();
      expect(session.screen()).not.toMatch(/touch ran \u001b\[2J/);
    });

    it('says nothing by itself, although it was loaded twice', () => {
      expect(session.screen()).not.toMatch(/dashctl:|readonly|not found|rror/);
    });
  });
});
