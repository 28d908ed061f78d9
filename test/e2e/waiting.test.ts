/** Two dashctl at work on the same thing: the second waits for the first, for as long as it was given. */
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHome, entry } from '../support/binary.ts';
import { holdWrites } from '../support/holding-proxy.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { HoldingProxy } from '../support/holding-proxy.ts';
import type { TestSandbox } from '../support/sandbox.ts';

/** This server takes whole lists: who does not wait takes away what the other one gives. */
const room = 'grafana-7';
const target = 'checkout-latency';

let sandbox: TestSandbox;
let proxy: HoldingProxy;
const home = createHome();
beforeAll(async () => {
  sandbox = await testSandbox({ only: [room] });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  proxy = await holdWrites(sandbox.room(room).baseUrl);
});
afterEach(() => proxy.close());

function start(line: string) {
  const account = ['--provider', 'grafana', '--base-url', proxy.baseUrl];
  return execa(process.execPath, [entry, ...line.split(' '), ...account], {
    cwd: home.folder,
    env: { ...home.env, ...sandbox.room(room).env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
}

/** Resolves once the process says that it waits. */
function waiting(child: ReturnType<typeof start>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = /waiting for (process .*)/.exec(text)?.[1];
      if (line !== undefined) resolve(line);
    });
    child.once('exit', () => {
      reject(new Error(`It did not wait: ${text}`));
    });
  });
}

async function levels(): Promise<readonly string[]> {
  const { stdout } = await start(`acl list ${target} --jq .[]|select(.inherited|not)|.principal.name`);
  return stdout.split('\n');
}

describe('while another dashctl writes', () => {
  it('a grant waits for it, and loses nothing of what it gave', async () => {
    const first = start(`acl grant ${target} user:yuki=edit --yes`);
    await proxy.holding(1);
    const second = start(`acl grant ${target} team:sre=view --yes --debug`);
    expect(await waiting(second)).toMatch(
      new RegExp(`^process ${String(first.pid)} \\(dashctl acl grant\\) since 20\\d\\d-`),
    );
    expect(proxy.writes).toBe(1);
    proxy.release();
    expect(await first).toMatchObject({ exitCode: 0 });
    expect(await second).toMatchObject({ exitCode: 0 });
    expect(await levels()).toEqual(expect.arrayContaining(['yuki', 'sre']));
  });

  it('gives up after --lock-timeout, sends nothing, and names who is at work', async () => {
    const first = start(`acl grant ${target} user:uma=edit --yes`);
    await proxy.holding(1);
    const { exitCode, stderr } = await start(
      `acl grant ${target} user:wanda=view --yes --json --lock-timeout 50ms`,
    );
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      error: {
        code: 'locked',
        message: expect.stringMatching(/was not done\. .*dashctl acl grant/) as string,
        details: { pid: first.pid },
      },
    });
    expect(proxy.writes).toBe(1);
    proxy.release();
    expect(await first).toMatchObject({ exitCode: 0 });
  });

  it('nobody waits for work on something else', async () => {
    const first = start(`acl grant ${target} user:wanda=edit --yes`);
    await proxy.holding(1);
    const other = start('acl grant node-health user:yuki=edit --yes');
    await proxy.holding(2);
    proxy.release();
    expect(await first).toMatchObject({ exitCode: 0 });
    expect(await other).toMatchObject({ exitCode: 0 });
  });
});
