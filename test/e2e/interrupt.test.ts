/** Ctrl-C while writes are under way: nothing new starts, what was sent is seen through, a second one ends at once. */
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHome, entry } from '../support/binary.ts';
import { holdWrites } from '../support/holding-proxy.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { HoldingProxy } from '../support/holding-proxy.ts';
import type { TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let proxy: HoldingProxy;
const home = createHome();
beforeAll(async () => {
  sandbox = await testSandbox({ only: ['grafana'] });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  proxy = await holdWrites(sandbox.room('grafana').baseUrl);
});
afterEach(() => proxy.close());

function start(words: readonly string[]) {
  const account = ['--provider', 'grafana', '--base-url', proxy.baseUrl];
  return execa(process.execPath, [entry, ...words, ...account], {
    cwd: home.folder,
    env: { ...home.env, ...sandbox.room('grafana').env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
}

describe('the first Ctrl-C', () => {
  it('lets the write that was sent end, with its result and its reading back', async () => {
    const child = start(['dashboards', 'create', '--title', 'Kept', '--fields', 'title']);
    await proxy.holding(1);
    child.kill('SIGINT');
    child.stderr.once('data', () => {
      proxy.release();
    });
    const { exitCode, stdout, stderr } = await child;
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: 'Kept' });
    expect(stderr).toContain('Interrupted: what was sent gets 10 s to end.');
    expect(proxy.writes).toBe(1);
  });

  it('starts nothing new, and says what was done and what was not', async () => {
    const { stdout } = await start(['dashboards', 'list', '--limit', '7', '--fields', 'id']);
    const ids = stdout.split('\n');
    const child = start(['dashboards', 'delete', ...ids, '--confirm', '7', '--concurrency', '2']);
    await proxy.holding(2);
    child.kill('SIGTERM');
    child.stderr.once('data', () => {
      proxy.release();
    });
    const { exitCode, stderr } = await child;
    expect({ exitCode, stderr }).toEqual({
      exitCode: 143,
      stderr: expect.stringMatching(/Interrupted: 2 done, .*5 not started/) as string,
    });
    expect(proxy.writes).toBe(2);
  });
});

describe('the second Ctrl-C', () => {
  it('ends at once', async () => {
    const child = start(['dashboards', 'create', '--title', 'Lost']);
    await proxy.holding(1);
    child.kill('SIGINT');
    child.stderr.once('data', () => {
      child.kill('SIGINT');
    });
    const { exitCode, stdout } = await child;
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
  });
});
