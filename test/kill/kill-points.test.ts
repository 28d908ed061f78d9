/**
 * dashctl is killed before and after every call that reaches the disk or the network, in turn. Whatever the moment: the
 * journal verifies, nothing was sent without a record of it, and `history resolve` says what the server says.
 *
 * `DASHCTL_KILL=all` tries every point; without it every 23rd, a different one for each writing.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roomFile } from '../../src/sandbox/index.ts';
import { entry } from '../support/binary.ts';
import { createCli } from '../support/cli.ts';
import { drainingProxy } from '../support/draining-proxy.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { Cli } from '../support/cli.ts';
import type { DrainingProxy } from '../support/draining-proxy.ts';
import type { TestSandbox } from '../support/sandbox.ts';

const preload = resolve(import.meta.dirname, 'boundaries.cjs');
const stride = process.env['DASHCTL_KILL'] === 'all' ? 1 : 23;

interface Scenario {
  readonly name: string;
  readonly room: string;
  readonly line: string;
  /** A write before it, which is part of the state that it starts from. */
  readonly first?: string;
}

const scenarios: readonly Scenario[] = [
  { name: 'grant', room: 'grafana', line: 'acl grant a/checkout-latency user:yuki=edit --yes' },
  {
    name: 'revoke',
    room: 'grafana',
    first: 'acl grant a/checkout-latency team:sre=edit --yes',
    line: 'acl revoke a/checkout-latency team:sre --yes',
  },
  { name: 'set', room: 'grafana', line: 'acl set a/checkout-latency team:sre=admin --yes' },
  { name: 'update', room: 'datadog', line: 'dashboards update a/c4t-9kx-2mq --title Other' },
  { name: 'create', room: 'datadog', line: 'dashboards create -p a --title Made --layout ordered' },
  { name: 'delete', room: 'datadog', line: 'dashboards delete a/c4t-9kx-2mq --yes' },
  {
    name: 'bulk delete',
    room: 'datadog',
    line: 'dashboards delete a/c4t-9kx-2mq a/m3f-6rb-1tn --confirm 2',
  },
  { name: 'share', room: 'datadog', line: 'share create a/h7p-2vd-8wz --type open --yes' },
  { name: 'revoke of a share', room: 'grafana', line: 'share revoke a/status-page --yes' },
  {
    name: 'invite',
    room: 'datadog',
    line: 'invite send a/c4t-9kx-2mq eve@example.com finn@example.com --yes',
  },
  {
    name: 'transfer',
    room: 'syntho',
    line: 'workspace transfer a/1 --to bo@example.com --keep-role reader --confirm bo@example.com',
  },
  {
    name: 'undo',
    room: 'grafana',
    first: 'acl set a/checkout-latency team:sre=admin --yes',
    line: 'undo --yes',
  },
];

type Row = Readonly<Record<string, unknown>>;

let points = 0;
let passed = 0;
let inPart = 0;

describe.each(scenarios)('killed at $name', (scenario) => {
  let sandbox: TestSandbox;
  let proxy: DrainingProxy;
  let cli: Cli;
  let seed = '';
  let env: Record<string, string> = {};
  const file = (): string => roomFile(sandbox.folder, scenario.room);
  const state = (): string => stateOf(scenario.room, readFileSync(file(), 'utf8'));

  beforeAll(async () => {
    sandbox = await testSandbox({ only: [scenario.room] });
    proxy = await drainingProxy(new URL(sandbox.url).origin);
    cli = createCli();
    const room = sandbox.room(scenario.room);
    const words = `--provider ${scenario.room} --base-url ${room.apiUrl.replace(sandbox.url, proxy.origin)}`;
    const saved = await cli(`profile add a ${words} --from-env --no-check`, { env: room.env });
    expect(saved).toMatchObject({ code: 0 });
    seed = readFileSync(file(), 'utf8');
    env = {
      HOME: cli.home,
      DASHCTL_CONFIG_DIR: join(cli.home, 'config'),
      DASHCTL_STATE_DIR: join(cli.home, 'state'),
      DASHCTL_CREDENTIAL_STORE: 'file',
      NODE_DISABLE_COMPILE_CACHE: '1',
      PATH: process.env['PATH'] ?? '',
    };
  });
  afterAll(async () => {
    await proxy.close();
    await sandbox.close();
  });

  async function start(): Promise<string> {
    writeFileSync(file(), seed);
    rmSync(join(cli.home, 'state'), { recursive: true, force: true });
    if (scenario.first !== undefined) expect(await cli(scenario.first)).toMatchObject({ code: 0 });
    return state();
  }

  async function child(more: Record<string, string>): Promise<void> {
    proxy.writes.length = 0;
    await execa(process.execPath, ['--require', preload, entry, ...scenario.line.split(' ')], {
      env: { ...env, ...more },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
    });
    // What was sent before the end arrives after it.
    await proxy.drained();
  }

  /** How many requests that change something came through; signing in is none. */
  const writes = (): number => proxy.writes.filter((one) => !one.includes('/auth/')).length;

  async function rows(line: string): Promise<Row[]> {
    const { stdout, stderr } = await cli(`${line} --json`);
    if (stdout === '') throw new Error(`${line}: ${stderr}`);
    return JSON.parse(stdout) as Row[];
  }

  it(`${scenario.name}: the journal and the server agree`, { timeout: 600_000 }, async () => {
    await start();
    const count = join(cli.home, 'count');
    await child({ DASHCTL_KILL_COUNT: count });
    const all = Number(readFileSync(count, 'utf8'));
    expect(all).toBeGreaterThan(20);
    const wanted = writes();
    expect(wanted).toBeGreaterThan(0);
    const configured = readFileSync(join(cli.home, 'config', 'config.json'), 'utf8');
    const offset = scenarios.indexOf(scenario) % stride;
    const wrong: unknown[] = [];
    for (let k = 1 + offset; k <= all; k += stride) {
      points += 1;
      const before = await start();
      const earlier = scenario.first === undefined ? 0 : 1;
      await child({ DASHCTL_KILL_AT: String(k) });
      const changed = state() !== before;
      const sent = writes();
      const verified = existsSync(join(cli.home, 'state', 'journal'))
        ? await cli('history verify --json')
        : null;
      await cli('history resolve');
      const operations = (await rows('history list')).slice(0, -earlier || undefined);
      const states = operations.map((one) => one['state']);
      const settings = readFileSync(join(cli.home, 'config', 'config.json'), 'utf8');
      // Nobody else was there: it was done, wholly or in part, or it was not.
      const done = sent === 0 ? [] : sent === wanted ? ['applied'] : ['partial'];
      const told = states.filter((one) => one !== 'not-applied' && one !== 'not-sent');
      const good =
        (verified === null || verified.code === 0) &&
        operations.length <= 1 &&
        changed === sent > 0 &&
        JSON.stringify(told) === JSON.stringify(done) &&
        settings === configured;
      if (good && done.includes('partial')) inPart += 1;
      if (good) passed += 1;
      else wrong.push({ k, changed, sent, states, verified: verified?.code, stderr: verified?.stderr });
    }
    expect(wrong).toEqual([]);
  });
});

afterAll(() => {
  process.stdout.write(`kill points ${points}, passed ${passed}, done in part ${inPart}\n`);
});

/** What writes change in a room; reading alone moves when people were last seen, and sessions come and go. */
function stateOf(room: string, text: string): string {
  const { state } = JSON.parse(text) as { state: Readonly<Record<string, unknown>> };
  const parts = { grafana: ['acl', 'dashboards', 'publicDashboards'], syntho: ['rows'] }[room];
  return JSON.stringify(parts?.map((part) => state[part]) ?? state);
}
