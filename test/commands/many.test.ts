/** Many items in one command: one result each, one that fails hides no other, and what is left can be given again. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createCli } from '../support/cli.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { FaultRule } from '../../src/sandbox/index.ts';
import type { Cli } from '../support/cli.ts';

let close: (() => Promise<void>) | null = null;

afterEach(async () => {
  await close?.();
  close = null;
});

/** A command line whose server fails as told. */
async function faulty(room: 'datadog' | 'grafana', faults: readonly FaultRule[]): Promise<Cli> {
  const sandbox = await testSandbox({ only: [room], switches: { faults } });
  close = () => sandbox.close();
  const { env } = sandbox.room(room);
  return createCli({ env: { ...env, DASHCTL_PROVIDER: room } });
}

interface Partly {
  readonly error: {
    readonly code: string;
    readonly hint: string;
    readonly details: {
      readonly done: number;
      readonly notStarted: number;
      readonly items: readonly {
        readonly index: number;
        readonly ref: string;
        readonly outcome: string;
        readonly code: string;
      }[];
    };
  };
}

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

describe('one that is missing among several', () => {
  const words = 'sandbox-datadog/a3k-8mv-1qs sandbox-datadog/zzz-zzz-zzz sandbox-grafana/abandoned';

  it('hides no other, whatever the server takes at once, and can be given again', async () => {
    const cli = createCli();
    const file = join(cli.home, 'left.txt');
    const done = await cli(`dashboards delete ${words} --confirm 3 --json --fields ref --failed-to ${file}`);
    expect(done.code).toBe(4);
    expect(done.json()).toEqual([
      { ref: 'sandbox-datadog/a3k-8mv-1qs' },
      { ref: 'sandbox-grafana/abandoned' },
    ]);
    const { error } = JSON.parse(done.stderr) as Partly;
    expect(error).toMatchObject({
      code: 'partial',
      hint: `What is left stands in ${file}: dashctl dashboards delete - < ${file}`,
      details: {
        done: 2,
        notStarted: 0,
        items: [{ index: 1, ref: 'sandbox-datadog/zzz-zzz-zzz', outcome: 'failed', code: 'not-found' }],
      },
    });
    expect(await readFile(file, 'utf8')).toBe('sandbox-datadog/zzz-zzz-zzz\n');
    const again = await cli('dashboards delete - --yes', { stdin: await readFile(file, 'utf8') });
    expect(again.code).toBe(6);
  });

  it('stops everything before it starts with --fail-fast', async () => {
    const cli = createCli();
    const refused = await cli(`dashboards delete ${words} --confirm 3 --fail-fast --json`);
    expect(refused).toMatchObject({ code: 6, stdout: '' });
    expect((JSON.parse(refused.stderr) as Partly).error.details).toMatchObject({ done: 0, notStarted: 2 });
    expect(await cli('dashboards get sandbox-grafana/abandoned')).toMatchObject({ code: 0 });
  });

  it('counts among those whose number confirms', async () => {
    const cli = createCli();
    for (const flags of ['--yes', '--confirm 2']) {
      expect(await cli(`dashboards delete ${words} ${flags}`)).toMatchObject({ code: 8, stdout: '' });
    }
  });

  it('hides no other of what is read', async () => {
    const cli = createCli();
    const read = await cli(
      'share list sandbox-datadog/c4t-9kx-2mq sandbox-datadog/zzz-zzz-zzz sandbox-grafana/status-page --fields dashboard',
    );
    expect(read.code).toBe(4);
    expect(lines(read.stdout)).toHaveLength(2);
    expect(read.stderr).toContain('Failed: sandbox-datadog/zzz-zzz-zzz: ');
  });
});

describe('a server', () => {
  it('that refuses several at once is asked one by one', async () => {
    const notFound = { do: 'status', status: 404, body: '{"errors":["Not found"]}' } as const;
    const cli = await faulty('datadog', [
      { method: 'DELETE', path: '/api/v1/dashboard', nth: 1, action: notFound },
    ]);
    const done = await cli('dashboards delete a3k-8mv-1qs b7x-2nf-9ey --confirm 2 --fields id');
    expect(done).toMatchObject({ code: 0, stdout: 'a3k-8mv-1qs\nb7x-2nf-9ey\n' });
  });

  it('that refuses one write does not keep the others from being done, in their order', async () => {
    const forbidden = { do: 'status', status: 403, body: '{"message":"no"}' } as const;
    const path = '/api/dashboards/uid/abandoned';
    const cli = await faulty('grafana', [{ method: 'DELETE', path, nth: 1, action: forbidden }]);
    const words = 'dashboards delete abandoned uriage status-page --confirm 3 --json --fields id';
    const done = await cli(words);
    expect(done.code).toBe(4);
    expect(done.json()).toEqual([{ id: 'uriage' }, { id: 'status-page' }]);
    expect((JSON.parse(done.stderr) as Partly).error.details.items).toMatchObject([
      { index: 0, ref: 'abandoned', outcome: 'failed', code: 'not-allowed' },
    ]);
  });

  it('that refuses one write is sent no further one with --fail-fast', async () => {
    const forbidden = { do: 'status', status: 403, body: '{"message":"no"}' } as const;
    const path = '/api/dashboards/uid/abandoned';
    const cli = await faulty('grafana', [{ method: 'DELETE', path, nth: 1, action: forbidden }]);
    const words = 'dashboards delete abandoned uriage status-page --confirm 3';
    const done = await cli(`${words} --json --fail-fast --concurrency 1`);
    expect(done).toMatchObject({ code: 3, stdout: '[]\n' });
    expect((JSON.parse(done.stderr) as Partly).error.details).toMatchObject({
      done: 0,
      items: [{ outcome: 'failed' }, { outcome: 'not-started' }, { outcome: 'not-started' }],
    });
    expect(await cli('dashboards get uriage')).toMatchObject({ code: 0 });
  });

  it('that refuses the credentials twice is sent nothing more', async () => {
    const refused = { do: 'status', status: 401, body: '{"message":"Invalid API key"}' } as const;
    const rule = (method: string, path: string): FaultRule => ({ method, path, action: refused });
    const cli = await faulty('grafana', [rule('DELETE', '/api/dashboards/uid/*'), rule('GET', '/api/user')]);
    const words = 'dashboards delete abandoned uriage status-page --confirm 3 --json --concurrency 1';
    const done = await cli(words);
    expect(done).toMatchObject({ code: 3, stdout: '[]\n' });
    expect((JSON.parse(done.stderr) as Partly).error.details.items).toMatchObject([
      { outcome: 'failed', code: 'not-authenticated' },
      { outcome: 'not-started', code: null },
      { outcome: 'not-started', code: null },
    ]);
  });
});

describe('stdin', () => {
  const cli = createCli();
  const refs = 'sandbox-datadog/c4t-9kx-2mq\r\n\r\n  sandbox-grafana/status-page\r\n';

  it('names one item per line, whatever ends it, blank ones left out', async () => {
    expect(lines((await cli('share list - --fields ref', { stdin: refs })).stdout)).toHaveLength(2);
  });

  it('may hold the rows of a list, of which the first column counts', async () => {
    const list = await cli('dashboards list --shared -p sandbox-grafana');
    expect(list.stdout).toContain('\t');
    const shares = await cli('share list - --fields dashboard', { stdin: list.stdout });
    expect(shares.code).toBe(0);
    expect(lines(shares.stdout)).toHaveLength(lines(list.stdout).length);
  });

  it('names the dashboards of a change of access', async () => {
    const stdin = 'sandbox-grafana/checkout-latency\nsandbox-grafana/node-health\n';
    const dry = await cli('acl grant - team:webshop=view --dry-run --json', { stdin });
    expect(dry.code).toBe(0);
    expect((dry.json() as { requests: unknown[] }).requests).toHaveLength(2);
  });

  it.each([
    ['dashboards delete - --yes', ' \n\r\n', 'which holds no line'],
    ['dashboards delete - - --yes', refs, 'twice'],
    ['invite send sandbox-datadog/c4t-9kx-2mq - - --yes', refs, 'twice'],
  ])('%s is wrong usage', async (line, stdin, said) => {
    const done = await cli(line, { stdin });
    expect(done).toMatchObject({ code: 2, stdout: '' });
    expect(done.stderr).toContain(said);
  });
});

describe('the flags', () => {
  it('contradict each other, or name a file that cannot be written: nothing is sent', async () => {
    const cli = createCli();
    const words = 'share list sandbox-datadog/c4t-9kx-2mq sandbox-datadog/h7p-2vd-8wz';
    expect(await cli(`${words} --keep-going --fail-fast`)).toMatchObject({ code: 2, stdout: '' });
    expect(await cli(`${words} --failed-to ${cli.home}/none/left.txt`)).toMatchObject({
      code: 1,
      stdout: '',
    });
  });

  it('leave a file alone until there is something to write', async () => {
    const cli = createCli();
    const file = join(cli.home, 'left.txt');
    await writeFile(file, 'sandbox-datadog/a3k-8mv-1qs\n');
    const refused = await cli(`dashboards delete - sandbox-datadog/b7x-2nf-9ey --failed-to ${file}`, {
      stdin: await readFile(file, 'utf8'),
    });
    expect(refused.code).toBe(8);
    expect(await readFile(file, 'utf8')).toBe('sandbox-datadog/a3k-8mv-1qs\n');
  });
});
