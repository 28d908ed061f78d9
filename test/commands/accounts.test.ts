/** Which account a command works with: references, addresses, several profiles, and the profile commands themselves. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCli } from '../support/cli.ts';
import { sandboxProfiles } from '../support/room-state.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

let server: TestSandbox;
beforeAll(async () => {
  server = await testSandbox({ only: ['datadog', 'grafana'] });
});
afterAll(() => server.close());

/** Lines NAME=VALUE as `profile add --secrets -` reads them. */
function lines(room: string, change: Readonly<Record<string, string>> = {}): string {
  return Object.entries({ ...server.room(room).env, ...change })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

describe('profiles', () => {
  const cli = createCli();

  it('are saved once the server has said who we are', async () => {
    const added = await cli('profile add prod --provider datadog --secrets - --json', {
      stdin: lines('datadog'),
    });
    expect(added.code).toBe(0);
    expect(added.json()).toMatchObject([{ profile: 'prod', name: 'ana@example.com', missing: [] }]);
    const graf = await cli('profile add graf --provider grafana --secrets -', { stdin: lines('grafana') });
    expect(graf).toMatchObject({ code: 0, stderr: expect.stringContaining('Saved graf.') as string });
    expect((await cli('profile list --fields name,provider,default')).stdout).toMatch(
      /^graf\tgrafana\tfalse\nprod\tdatadog\ttrue\n|^prod\tdatadog\ttrue\ngraf\tgrafana\tfalse\n/,
    );
  });

  it('are not saved when it refuses, when it is a dry run, or when the name is taken', async () => {
    const wrong = { DD_API_KEY: 'no', DD_APP_KEY: 'no' };
    const line = 'profile add other --provider datadog --secrets -';
    expect(await cli(line, { stdin: lines('datadog', wrong) })).toMatchObject({ code: 3, stdout: '' });
    expect(await cli(`${line} --dry-run`, { stdin: lines('datadog') })).toMatchObject({ code: 0 });
    expect((await cli('profile list --fields name')).stdout).not.toMatch(/^other$/m);
    const taken = await cli('profile add prod --provider datadog --secrets -', { stdin: lines('datadog') });
    expect(taken.code).toBe(2);
    expect(taken.stderr).toContain('--replace');
    const builtIn = await cli('profile add sandbox-datadog --provider datadog --secrets -', {
      stdin: lines('datadog'),
    });
    expect(builtIn.code).toBe(2);
  });

  it('get another web address and keep all else', async () => {
    const shown = async () => (await cli('profile show prod --json')).json() as Record<string, unknown>[];
    const before = await shown();
    const line = 'profile add prod --replace --web-url https://shop.example.com';
    expect(await cli(`${line} --dry-run`)).toMatchObject({ code: 0, stdout: '' });
    expect(await shown()).toEqual(before);
    expect(await cli(line)).toMatchObject({ code: 0, stdout: '' });
    expect(await shown()).toEqual(
      before.map((row) =>
        row['key'] === 'webUrl' ? { ...row, value: 'https://shop.example.com', source: 'profile' } : row,
      ),
    );
    expect(await cli('profile test prod')).toMatchObject({ code: 0 });
    for (const other of [
      line.replace('prod', 'unsaved'),
      line.replace(' --replace', ''),
      `${line} --base-url https://x.example.com`,
    ]) {
      expect(await cli(other)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--provider') as string,
      });
    }
  });

  it('name the source of every value and show no secret', async () => {
    const shown = (await cli('profile show prod --json')).json() as Record<string, unknown>[];
    const source = (key: string) => shown.find((row) => row['key'] === key);
    expect(source('profile')).toMatchObject({ value: 'prod', source: 'flag' });
    expect(source('baseUrl')).toMatchObject({ value: server.room('datadog').baseUrl, source: 'profile' });
    expect(source('apiKey')).toMatchObject({ value: 'set', source: 'profile' });
    for (const secret of Object.entries(server.room('datadog').env).filter(([name]) => name.includes('KEY')))
      expect(JSON.stringify(shown)).not.toContain(secret[1]);
  });

  it('are used by name, by default and by variable', async () => {
    const ask = async (line: string, env: Readonly<Record<string, string>> = {}) =>
      (await cli(`${line} --limit 1 --fields profile`, { env })).stdout;
    expect(await ask('dashboards list -p graf')).toBe('graf\n');
    expect(await ask('dashboards list')).toBe('prod\n');
    expect(await ask('dashboards list', { DASHCTL_PROFILE: 'graf' })).toBe('graf\n');
    expect(await ask('dashboards list -p prod', { DASHCTL_PROFILE: 'graf' })).toBe('prod\n');
    expect(await cli('profile use graf')).toMatchObject({ code: 0 });
    expect(await ask('dashboards list')).toBe('graf\n');
  });

  it('are asked together by --all-profiles', async () => {
    const { code, stdout } = await cli('dashboards list --all-profiles --fields profile');
    expect(code).toBe(0);
    expect(new Set(stdout.trimEnd().split('\n'))).toEqual(new Set(['prod', 'graf']));
  });

  it('are forgotten only when that is confirmed', async () => {
    expect(await cli('profile remove prod')).toMatchObject({ code: 2, stdout: '' });
    expect(await cli('profile remove prod --dry-run')).toMatchObject({ code: 0 });
    expect(await cli('profile show prod')).toMatchObject({ code: 0 });
    expect(await cli('profile remove prod --yes')).toMatchObject({ code: 0 });
    expect(await cli('profile show prod')).toMatchObject({ code: 2 });
  });
});

describe('references', () => {
  const cli = createCli();
  const id = async (reference: string, more = '') =>
    (await cli(`dashboards get ${reference} --fields ref ${more}`)).stdout;

  beforeAll(async () => {
    await cli('profile add prod --provider datadog --secrets -', { stdin: lines('datadog') });
  });

  it('are an id of the account of the run, or PROFILE/ID of any', async () => {
    expect(await id('c4t-9kx-2mq')).toBe('prod/c4t-9kx-2mq\n');
    expect(await id('c4t-9kx-2mq', '-p sandbox-datadog')).toBe('sandbox-datadog/c4t-9kx-2mq\n');
    expect(await id('sandbox-grafana/checkout-latency')).toBe('sandbox-grafana/checkout-latency\n');
    expect(await id('checkout-latency', '-p sandbox-grafana')).toBe('sandbox-grafana/checkout-latency\n');
  });

  it('are addresses whose host picks the profile', async () => {
    for (const [ref, host] of [
      ['sandbox-datadog/c4t-9kx-2mq', 'https://sandbox-datadog.example.com/dashboard/c4t-9kx-2mq'],
      [
        'sandbox-datadog/c4t-9kx-2mq',
        'https://sandbox-datadog.example.com/dashboard/c4t-9kx-2mq/checkout-latency?live=true',
      ],
      [
        'sandbox-grafana/checkout-latency',
        'https://sandbox-grafana.example.com/d/checkout-latency/checkout-latency',
      ],
      [
        'sandbox-grafana-7/checkout-latency',
        'https://sandbox-grafana-7.example.com/d/checkout-latency/x?orgId=1',
      ],
    ] as const) {
      expect(await id(host)).toBe(`${ref}\n`);
    }
  });

  it.each(['--site eu1', '--base-url http://127.0.0.1:1', '--org-id 2'])(
    'of another profile do not go with %s, which would be left aside',
    async (flags) => {
      const done = await cli(`dashboards get sandbox-grafana/checkout-latency ${flags}`);
      expect(done).toMatchObject({ code: 2, stdout: '' });
      expect(done.stderr).toContain(flags.split(' ')[0]);
      expect(done.stderr).toContain('-p sandbox-grafana');
    },
  );

  it('are every address that a list prints', async () => {
    const { stdout } = await cli('dashboards list -p sandbox --limit 3 --fields ref,url');
    const found = stdout
      .trimEnd()
      .split('\n')
      .map((row) => row.split('\t'));
    expect(found.length).toBeGreaterThan(3);
    for (const [ref = '', url = ''] of found) expect(await id(url)).toBe(`${ref}\n`);
  });

  it('are the numeric id of Grafana too', async () => {
    const exported = JSON.parse(
      (await cli('dashboards export sandbox-grafana-7/checkout-latency')).stdout,
    ) as { id?: number };
    expect(exported.id).toBeTypeOf('number');
    expect(await id(`sandbox-grafana-7/${String(exported.id)}`)).toBe('sandbox-grafana-7/checkout-latency\n');
  });

  it('may be of several accounts in one line', async () => {
    const { code, stdout } = await cli(`dashboards export - --dir ${join(cli.home, 'out')}`, {
      stdin: 'sandbox-datadog/c4t-9kx-2mq\nsandbox-grafana/checkout-latency\n',
    });
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('several accounts', () => {
  const cli = createCli();
  beforeAll(async () => {
    const dead = 'profile add dead --provider datadog --base-url http://127.0.0.1:1 --no-check --secrets -';
    await cli(dead, { stdin: 'DD_API_KEY=a\nDD_APP_KEY=b\n' });
  });

  it('are all systems that have the noun for -p sandbox', async () => {
    const { code, stdout, stderr } = await cli('dashboards list -p sandbox --fields profile');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const asked = sandboxProfiles('dashboards', 'list');
    expect(asked).toEqual(expect.arrayContaining(['sandbox-datadog', 'sandbox-grafana']));
    expect([...new Set(stdout.trimEnd().split('\n'))]).toEqual(asked);
  });

  it('do not hide each other: a dead one costs a line and exit 4', async () => {
    const line = 'dashboards list -p dead -p sandbox-grafana --max-wait 1ms';
    const { code, stdout, stderr } = await cli(line);
    expect(code).toBe(4);
    expect(stdout).toBe((await cli('dashboards list -p sandbox-grafana')).stdout);
    expect(stderr).toMatch(/^Warning: dead: /m);
    expect(stderr).toContain('1 of 2 accounts failed.');

    const json = await cli(`${line} --json`);
    expect(json.code).toBe(4);
    expect((json.json() as unknown[]).length).toBeGreaterThan(3);
    expect(JSON.parse(json.stderr)).toMatchObject({
      error: { code: 'partial', details: { errors: [{ profile: 'dead', code: 'network' }] } },
    });
  });

  it('all dead are that failure, not a part of one', async () => {
    expect(await cli('dashboards list -p dead --max-wait 1ms')).toMatchObject({ code: 1, stdout: '' });
  });

  it('are too many for a command of one', async () => {
    expect(await cli('dashboards create -p sandbox-datadog -p sandbox-grafana --title x')).toMatchObject({
      code: 2,
      stdout: '',
    });
    expect(await cli('dashboards create -p sandbox --title x')).toMatchObject({ code: 2, stdout: '' });
  });
});
