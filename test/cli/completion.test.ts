/** What TAB is answered, word by word, and what it does to the rest of the world: nothing. */
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { complete } from '../../src/cli/completion/entry.ts';
import { quoteForBash, quoteForPowerShell, readBashLine } from '../../src/cli/completion/line.ts';
import { allCommands, nouns } from '../../src/cli/nouns.ts';
import { builtInProfiles } from '../../src/config/index.ts';
import { systemClock } from '../../src/http/clock.ts';
import { answering } from '../support/answers.ts';
import { createCli } from '../support/cli.ts';
import type { Cli } from '../support/cli.ts';

const cli = createCli();

interface Completed {
  readonly values: readonly string[];
  readonly summaries: readonly string[];
  readonly directive: string | undefined;
}

/** What is offered at the end of a line of plain words. */
async function at(line: string, on: Cli = cli): Promise<Completed> {
  const words = line.split(' ').slice(1);
  return read(await on(['__complete', 'zsh', '--', ...words]));
}

function read({
  code,
  stdout,
  stderr,
}: {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}): Completed {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/\n$/);
  const lines = stdout.split('\n').slice(0, -1);
  const rows = lines.slice(0, -1).map((line) => line.split('\t'));
  return {
    values: rows.map(([value]) => value ?? ''),
    summaries: rows.map(([, summary]) => summary ?? ''),
    directive: lines.at(-1),
  };
}

describe('the word at the cursor', () => {
  it.each<readonly [line: string, values: readonly string[], directive: string]>([
    ['dashctl ', [...nouns.map((noun) => noun.name), 'help'], ':'],
    ['dashctl dashb', ['dashboards'], ':'],
    ['dashctl invita', ['invitations'], ':'],
    ['dashctl dashboards re', ['restore'], ':'],
    ['dashctl dashboard ls', ['ls'], ':'],
    ['dashctl --json dashboards res', ['restore'], ':'],
    ['dashctl -p sandbox dashboards res', ['restore'], ':'],
    ['dashctl nonsense ', [], ':'],
    ['dashctl dashboards nonsense ', [], ':'],
    ['dashctl help ex', ['exit-codes'], ':'],
    ['dashctl help share rev', ['revoke'], ':'],
    ['dashctl dashboards list --sha', ['--shared'], ':'],
    ['dashctl dashboards list --no-s', ['--no-shared'], ':'],
    ['dashctl dashboards list --shared --no-s', [], ':'],
    ['dashctl dashboards --sha', ['--shared'], ':'],
    ['dashctl dashboards list --json --js', [], ':'],
    ['dashctl dashboards list -o json --outp', [], ':'],
    ['dashctl dashboards list --tag a --ta', ['--tag'], ':'],
    ['dashctl -ojson dashboards list --outp', [], ':'],
    ['dashctl dashboards list -o ', ['table', 'json', 'ndjson', 'csv', 'tsv', 'yaml'], ':'],
    ['dashctl dashboards list -ojs', ['-ojson'], ':'],
    ['dashctl -o nd', ['ndjson'], ':'],
    ['dashctl dashboards list --output=t', ['--output=table', '--output=tsv'], ':'],
    ['dashctl dashboards list --color ', ['auto', 'always', 'never'], ':'],
    ['dashctl dashboards list --fields ti', ['title'], ':nospace'],
    ['dashctl dashboards list --fields id,ti', ['id,title'], ':nospace'],
    ['dashctl dashboards list --fields=title,ti', [], ':'],
    ['dashctl dashboards list --fields=id,own', ['--fields=id,owner'], ':nospace'],
    ['dashctl dashboards list --tag ', [], ':'],
    ['dashctl dashboards create --file ', [], ':files'],
    ['dashctl dashboards import ', [], ':files'],
    ['dashctl dashboards list --ca-cert=x', [], ':files'],
    ['dashctl acl grant x ', ['user:', 'team:', 'role:', 'org=', 'everyone='], ':nospace'],
    ['dashctl acl grant x team:', ['team:'], ':nospace'],
    ['dashctl acl grant x team:sre', ['team:sre='], ':nospace'],
    ['dashctl acl grant x team:a=b=v', ['team:a=b=view'], ':'],
    ['dashctl acl revoke x te', ['team:'], ':nospace'],
    ['dashctl acl grant --folder f te', ['team:'], ':nospace'],
    ['dashctl perms create --principal ro', ['role:'], ':nospace'],
    ['dashctl completion ', ['bash', 'zsh', 'fish', 'powershell'], ':'],
    ['dashctl dashboards list -- --sha', [], ':'],
  ])('%s', async (line, values, directive) => {
    const found = await at(line);
    expect({ values: found.values, directive: found.directive }).toEqual({ values, directive });
  });

  it('offers every verb of every noun and its aliases, with summaries', async () => {
    const commands = await allCommands();
    for (const noun of nouns) {
      const own = commands.filter((command) => command.noun === noun.name && command.verb !== '');
      for (const name of [noun.name, ...noun.aliases]) {
        const { values, summaries } = await at(`dashctl ${name} `);
        expect(values).toEqual(own.map(({ verb }) => verb));
        expect(summaries).toEqual(own.map(({ summary }) => summary));
      }
    }
  });

  it('offers short options behind a bare hyphen only', async () => {
    expect((await at('dashctl dashboards list -')).values).toEqual(
      expect.arrayContaining(['--json', '-o', '-p']),
    );
    expect((await at('dashctl dashboards list --')).values).not.toContain('-o');
  });
});

describe('profiles', () => {
  const home = createCli();
  beforeAll(() => {
    mkdirSync(join(home.home, 'config'), { mode: 0o700 });
    const profile = { provider: 'datadog', settings: {}, secretStore: 'none' };
    const profiles = { prod: profile, '$(touch ran)': profile, 'two\nlines': profile, staging: profile };
    writeFileSync(join(home.home, 'config/config.json'), JSON.stringify({ profiles }), { mode: 0o600 });
  });
  const builtIn = builtInProfiles.map(({ name }) => name);
  const saved = ['$(touch ran)', 'prod', 'staging'];

  it.each<readonly [string, readonly string[]]>([
    ['dashctl dashboards list -p ', [...saved, 'sandbox', ...builtIn]],
    ['dashctl -p pr', ['prod']],
    ['dashctl dashboards list -ppr', ['-pprod']],
    ['dashctl dashboards list --profile=st', ['--profile=staging']],
    ['dashctl dashboards list -p prod -p pr', []],
    ['dashctl profile use ', saved],
    ['dashctl profile remove ', saved],
    ['dashctl profile show sandbox-data', ['sandbox-datadog']],
    ['dashctl dashboards get pr', ['prod/']],
  ])('%s', async (line, values) => {
    expect((await at(line, home)).values).toEqual(values);
  });

  it('leaves a damaged settings file alone and says nothing about it', async () => {
    const damaged = createCli();
    mkdirSync(join(damaged.home, 'config'), { mode: 0o700 });
    writeFileSync(join(damaged.home, 'config/config.json'), '{', { mode: 0o600 });
    expect((await at('dashctl dashboards list -p sandbox-d', damaged)).values).toEqual(['sandbox-datadog']);
    expect((await at('dashctl dashboards get ', damaged)).values).toContain('sandbox-datadog/');
    expect(readFileSync(join(damaged.home, 'config/config.json'), 'utf8')).toBe('{');
  });
});

/** One answer with time to spare, by a clock of the test. */
async function answered(
  home: string,
  line: string,
  { budget = 20_000, now = Date.now() } = {},
): Promise<Completed> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await complete(
    {
      argv: ['__complete', 'zsh', '--', ...line.split(' ').slice(1)],
      version: '0.0.0-test',
      env: { HOME: home, DASHCTL_CONFIG_DIR: join(home, 'config') },
      platform: 'linux',
      streams: { stdin: Readable.from([]), stdout, stderr },
      onSignal: () => () => undefined,
      exitNow: () => undefined,
      clock: { ...systemClock, now: () => now },
    },
    budget,
  );
  stdout.end();
  stderr.end();
  const text = async (stream: PassThrough): Promise<string> => (await stream.toArray()).join('');
  return read({ code, stdout: await text(stdout), stderr: await text(stderr) });
}

function saveProfile(home: string, baseUrl: string): void {
  mkdirSync(join(home, 'config'), { mode: 0o700 });
  const profile = { provider: 'datadog', baseUrl, settings: {}, secretStore: 'file' };
  const secrets = { apiKey: 'a'.repeat(32), appKey: 'b'.repeat(40) };
  const file = (name: string, content: object): void => {
    writeFileSync(join(home, 'config', name), JSON.stringify(content), { mode: 0o600 });
  };
  file('config.json', { profiles: { prod: profile }, defaultProfile: 'prod' });
  file('credentials.json', { profiles: { prod: { origin: baseUrl, secrets } } });
}

describe('live dashboards', () => {
  it.each([
    ['dashctl dashboards get -p sandbox-datadog c4', 'c4t-9kx-2mq'],
    ['dashctl dashboards get sandbox-datadog/c4', 'sandbox-datadog/c4t-9kx-2mq'],
    ['dashctl acl list -p sandbox-grafana checkout', 'checkout-latency'],
    ['dashctl acl grant sandbox-grafana/checkout', 'sandbox-grafana/checkout-latency'],
  ])('of the sandbox: %s', async (line, value) => {
    const { values, summaries } = await answered(createCli().home, line);
    expect({ values, summaries }).toEqual({ values: [value], summaries: ['Checkout latency'] });
  });

  it('names shares by the dashboards that have one, never by their tokens', async () => {
    const { values } = await answered(createCli().home, 'dashctl share get -p sandbox-datadog ');
    expect(values).toContain('c4t-9kx-2mq');
    expect(values.every((value) => /^(?:\w{3}-){2}\w{3}$/.test(value))).toBe(true);
    expect(values).not.toContain('h7p-2vd-8wz');
  });

  it('asks once a minute and keeps the answer private', async () => {
    const { home } = createCli();
    const server = await answering(() => ({
      status: 200,
      body: JSON.stringify({ dashboards: [{ id: 'abc-def-ghi', title: 'One \u001b[2J\ntwo' }] }),
    }));
    saveProfile(home, server.baseUrl);
    const now = Date.now();
    for (const later of [0, 59_000]) {
      const { values, summaries } = await answered(home, 'dashctl dashboards get ab', { now: now + later });
      expect({ values, summaries }).toEqual({ values: ['abc-def-ghi'], summaries: ['One \\u{1b}[2J\\ntwo'] });
    }
    expect(server.asked).toHaveLength(1);
    const folder = join(home, '.cache/dashctl/completion');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600]);

    writeFileSync(join(folder, 'old.json'), '', { mode: 0o600 });
    utimesSync(join(folder, 'old.json'), now / 1000 - 100, now / 1000 - 100);
    await answered(home, 'dashctl dashboards get ab', { now: now + 61_000 });
    expect(server.asked).toHaveLength(2);
    expect(readdirSync(folder)).not.toContain('old.json');
    await server.close();
  });

  it('gives up on a server that hangs, and keeps nothing of it', async () => {
    const { home } = createCli();
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    saveProfile(home, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const started = performance.now();
    const { values } = await answered(home, 'dashctl dashboards get ', { budget: 300 });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(values).toContain('sandbox-datadog/');
    expect(() => readdirSync(join(home, '.cache'))).toThrow('ENOENT');
    server.close();
  });

  it.each([
    ['a refusal', 403, '{"errors":["Forbidden"]}'],
    ['nonsense', 200, '<html>'],
  ])('is silent about %s', async (_what, status, body) => {
    const { home } = createCli();
    const server = await answering(() => ({ status, body }));
    saveProfile(home, server.baseUrl);
    const { values } = await answered(home, 'dashctl dashboards get prod/');
    expect(values).toEqual([]);
    expect(server.asked.length).toBeGreaterThan(0);
    await server.close();
  });
});

describe('lines of bash', () => {
  const breaks = ' \t\n"\'@><=;|&(:';

  it.each<readonly [string, readonly string[], string, string]>([
    ['dashctl ', ['dashctl', ''], '', ''],
    ['dashctl acl team:s', ['dashctl', 'acl', 'team:s'], 'team:', ''],
    ['dashctl --fields=id,t', ['dashctl', '--fields=id,t'], '--fields=', ''],
    ['dashctl "a b:c', ['dashctl', 'a b:c'], '', '"'],
    ["dashctl 'a\\", ['dashctl', 'a\\'], '', "'"],
    ['dashctl a\\ b\\:c', ['dashctl', 'a b:c'], '', ''],
    ['dashctl "a"b', ['dashctl', 'ab'], 'a', ''],
    ['dashctl x"$(touch ran)', ['dashctl', 'x$(touch ran)'], 'x', '"'],
    ['dashctl "\\$\\a', ['dashctl', '$\\a'], '', '"'],
  ])('%s', (line, words, kept, quote) => {
    expect(readBashLine(line, breaks)).toEqual({ words, kept, quote });
  });

  it.each(['', "'", '"'] as const)('reads back what it quoted behind %s', (quote) => {
    const text = 'a$(touch ran)`b`\'c"d\\e:f g{h,i}*?[~#&;|<>é';
    const line = `dashctl ${quote}${quoteForBash(text, quote)}`;
    expect(readBashLine(`${line}${quote} `, '').words).toEqual(['dashctl', text, '']);
  });

  it('shows summaries only in a list of several', async () => {
    const lines = async (type: string, line: string): Promise<string> =>
      (await cli(['__complete', 'bash', type, breaks, '--', line])).stdout;
    expect(await lines('9', 'dashctl dashboards re')).toBe('restore \n:\n');
    expect(await lines('63', 'dashctl dashboards re')).toBe('restore \n:\n');
    expect(await lines('63', 'dashctl p')).toMatch(/^perms {2}\(See and .*\)\nprofile {2}\(Save, .*\)\n:\n$/);
    expect(await lines('9', 'dashctl p')).toBe('perms \nprofile \n:\n');
    expect(await lines('9', 'dashctl dashboards list --output=nd')).toBe('ndjson \n:\n');
  });
});

describe('lines of PowerShell', () => {
  it('travel as base64 and come back quoted', async () => {
    const line = Buffer.from("dashctl acl grant 'x' team:s`e=").toString('base64');
    const { stdout } = await cli(['__complete', 'powershell', '--', line]);
    expect(stdout.split('\n')).toEqual(
      ['none', 'view', 'edit', 'admin'].map((level) => `team:se=${level}\t`).concat(':', ''),
    );
  });

  it.each([
    ['team:sre=edit', 'team:sre=edit'],
    ['$(touch ran)', "'$(touch ran)'"],
    ["a'b\u2019c", "'a''b\u2019\u2019c'"],
    ['id,title', "'id,title'"],
  ])('quotes %s', (text, quoted) => {
    expect(quoteForPowerShell(text)).toBe(quoted);
  });
});

describe('nonsense', () => {
  it.each([
    [[]],
    [['zsh']],
    [['zsh', '--']],
    [['nosuch', '--', 'dash']],
    [['bash', '--', '"']],
    [['powershell', '--', '%']],
  ])('%j is answered', async (words) => {
    const { code, stdout, stderr } = await cli(['__complete', ...words]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/(?:^|\n):\n$/);
  });
});
