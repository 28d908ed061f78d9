/** Creations whose answer was lost, and of which reading back said nothing either: resolved later, by what they hold. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCli } from '../support/cli.ts';
import { realClock, testSandbox } from '../support/sandbox.ts';
import type { Switches } from '../../src/sandbox/index.ts';
import type { Cli, CliResult } from '../support/cli.ts';
import type { TestSandbox } from '../support/sandbox.ts';

interface Creation {
  readonly provider: string;
  /** `%` stands for a name that nothing else has. */
  readonly line: string;
  /** Below the room: where it is sent, and where dashctl looks for it afterwards. */
  readonly post: string;
  readonly read: string;
  /** How often that is read before anything is sent. */
  readonly reads: number;
  /** Lists what is there, and the field that names what was made. */
  readonly list: string;
}

const creations: readonly Creation[] = [
  {
    provider: 'datadog',
    line: 'dashboards create --title % --layout ordered',
    post: '/api/v1/dashboard',
    read: '/api/v1/dashboard*',
    reads: 0,
    list: 'dashboards list --fields id -o tsv',
  },
  {
    provider: 'grafana',
    line: 'dashboards create --title %',
    post: '/api/dashboards/db',
    read: '/api/search*',
    reads: 1,
    list: 'dashboards list --fields id -o tsv',
  },
  {
    provider: 'posthog',
    line: 'dashboards create --title %',
    post: '*/dashboards/',
    read: '*/dashboards/*',
    reads: 0,
    list: 'dashboards list --fields id -o tsv',
  },
];

/** Nobody waits here. */
const clock = { ...realClock, sleep: () => Promise.resolve() };

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await testSandbox({ only: [...creations.map(({ provider }) => provider), 'gtmhub'] });
});
afterAll(() => sandbox.close());
afterEach(() => behave({}));

async function behave(switches: Switches): Promise<void> {
  const url = `${new URL(sandbox.url).origin}/_sandbox/switches`;
  const { status } = await fetch(url, { method: 'PUT', body: JSON.stringify(switches) });
  expect(status).toBe(200);
}

describe.each(creations)('a creation in $provider', ({ provider, line, post, read, reads, list }) => {
  const fresh = (): Cli =>
    createCli({ clock, env: { ...sandbox.room(provider).env, DASHCTL_PROVIDER: provider } });
  const ids = async (cli: Cli): Promise<readonly string[]> =>
    (await cli(list)).stdout.split('\n').filter((one) => one !== '');

  async function lost(cli: Cli, name: string, commit: boolean): Promise<CliResult> {
    await behave({
      faults: [
        { room: provider, method: 'POST', path: post, first: 1, action: { do: 'reset', commit } },
        // Those that come before pass.
        ...(reads === 0
          ? []
          : [{ room: provider, method: 'GET', path: read, first: reads, action: { do: 'stale' } } as const]),
        { room: provider, method: 'GET', path: read, action: { do: 'status', status: 403 } },
      ],
    });
    const result = await cli(`${line.replace('%', name)} --json`);
    await behave({});
    expect(JSON.parse(result.stderr)).toMatchObject({ error: { code: 'fate-unknown' } });
    return result;
  }

  it('that came through is found by what it holds, and undone', async () => {
    const cli = fresh();
    const before = await ids(cli);
    await lost(cli, 'Found', true);
    const made = (await ids(cli)).filter((id) => !before.includes(id));
    expect(made).toHaveLength(1);
    expect((await cli('history list --json')).json()).toMatchObject([{ state: 'open' }]);

    expect((await cli('history resolve --json')).json()).toMatchObject([{ state: 'applied' }]);
    const shown = (await cli('history list --fields operation -o tsv')).stdout.trim();
    expect((await cli(`history show ${shown} --json`)).json()).toMatchObject([
      { changes: [{ id: expect.stringContaining(String(made[0])) as string, before: null }] },
    ]);

    expect(await cli('undo --yes')).toMatchObject({ code: 0 });
    expect(await ids(cli)).toEqual(before);
  });

  it('that did not come through is told so', async () => {
    const cli = fresh();
    const before = await ids(cli);
    await lost(cli, 'Missed', false);
    expect(await ids(cli)).toEqual(before);
    expect((await cli('history resolve --json')).json()).toMatchObject([{ state: 'not-applied' }]);
  });

  it('is not made twice when the same is asked for again', async () => {
    const cli = fresh();
    const before = await ids(cli);
    await lost(cli, 'Once', true);
    const again = await cli(`${line.replace('%', 'Once')} --json`);
    expect(again.code).toBe(7);
    expect(JSON.parse(again.stderr)).toMatchObject({
      error: { code: 'conflict', message: expect.stringContaining('has made it already') as string },
    });
    expect((await ids(cli)).length).toBe(before.length + 1);
  });
});

it('stays open where a server tells of no list of what is there', async () => {
  const cli = createCli({ clock, env: { ...sandbox.room('gtmhub').env, DASHCTL_PROVIDER: 'gtmhub' } });
  const post = '*/permissions';
  await behave({
    faults: [
      { room: 'gtmhub', method: 'POST', path: post, first: 1, action: { do: 'reset', commit: true } },
      { room: 'gtmhub', method: 'GET', path: '*/principal/*', first: 1, action: { do: 'stale' } },
      { room: 'gtmhub', method: 'GET', path: '*/principal/*', action: { do: 'status', status: 403 } },
    ],
  });
  // Somebody has to look, and may say so.
  const line = 'perms create --action AccessInsightboards --principal role:Members --yes --json';
  expect(JSON.parse((await cli(line)).stderr)).toMatchObject({ error: { code: 'fate-unknown' } });
  await behave({});
  const resolved = await cli('history resolve --json');
  expect(resolved.code).toBe(1);
  expect(resolved.json()).toMatchObject([{ state: 'open' }]);
  expect(JSON.parse(resolved.stderr)).toMatchObject({ error: { code: 'fate-unknown' } });
  expect((await cli('history resolve')).stderr).toContain('Gtmhub lists no permissions');

  expect(await cli('history resolve --as applied')).toMatchObject({ code: 2 });
  const [open] = resolved.json() as { operation: string }[];
  const told = await cli(`history resolve ${open?.operation ?? ''} --as not-applied --json`);
  expect(told.json()).toMatchObject([{ state: 'not-applied' }]);
  expect((await cli('history resolve --json')).json()).toEqual([]);
});

it('of several requests, some of which came through, is told as partial and taken back', async () => {
  const cli = createCli({ clock, env: { ...sandbox.room('grafana').env, DASHCTL_PROVIDER: 'grafana' } });
  const list = 'acl list checkout-latency -o tsv';
  const before = (await cli(list)).stdout;
  const path = '/api/access-control/*';
  await behave({ faults: [{ room: 'grafana', method: 'POST', path, nth: 2, action: { do: 'reset' } }] });
  expect(await cli('acl set checkout-latency team:sre=admin --yes')).toMatchObject({ code: 1 });
  await behave({});
  const between = (await cli(list)).stdout;
  expect(between).not.toBe(before);

  expect((await cli('history resolve --json')).json()).toMatchObject([{ state: 'partial' }]);
  expect((await cli(list)).stdout).toBe(between);
  expect(await cli('undo --yes')).toMatchObject({ code: 0 });
  expect((await cli(list)).stdout).toBe(before);
});
