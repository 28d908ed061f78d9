import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { build } from 'rolldown';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, resetRooms, roomFile } from '../../src/sandbox/store.ts';

interface Counter {
  count: number;
  by: Record<string, number>;
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dashctl-store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (): ReturnType<typeof openStore<Counter>> =>
  openStore<Counter>(folder, 'counter', () => ({ count: 0, by: {} }));

/** A program that makes changes one after the other and prints how many of its own are saved. */
async function writer(): Promise<string> {
  const script = join(folder, 'writer.mjs');
  const source = `
    import { openStore } from ${JSON.stringify(resolve('src/sandbox/store.ts'))};
    const [, , folder, who, times] = process.argv;
    const store = await openStore(folder, 'counter', () => ({ count: 0, by: {} }));
    for (let n = 0; n < Number(times); n += 1) {
      const mine = await store.change((state) => {
        state.count += 1;
        return (state.by[who] = (state.by[who] ?? 0) + 1);
      });
      process.stdout.write(mine + '\\n');
    }`;
  await build({
    input: 'writer',
    platform: 'node',
    logLevel: 'silent',
    output: { file: script, format: 'esm', codeSplitting: false },
    plugins: [
      {
        name: 'writer',
        resolveId: (id) => (id === 'writer' ? id : null),
        load: (id) => (id === 'writer' ? source : null),
      },
    ],
  });
  return script;
}

describe('the store of a room', () => {
  it('starts from the seed in a private file and keeps what was changed', async () => {
    const store = await open();
    expect(await store.read((state) => state.count)).toBe(0);
    expect(await store.change((state) => (state.count += 5))).toBe(5);
    const file = await stat(roomFile(folder, 'counter'));
    expect(file.mode & 0o777).toBe(0o600);
    const later = await openStore<Counter>(folder, 'counter', () => {
      throw new Error('seeded twice');
    });
    expect(await later.read((state) => state.count)).toBe(5);
  });

  it('sees what another store on the same file changed', async () => {
    const [one, other] = [await open(), await open()];
    await one.change((state) => (state.count += 1));
    expect(await other.read((state) => state.count)).toBe(1);
    await other.change((state) => (state.count += 1));
    expect(await one.read((state) => state.count)).toBe(2);
  });

  it('saves nothing when a change fails', async () => {
    const store = await open();
    const failing = store.change((state) => {
      state.count = 99;
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await store.read((state) => state.count)).toBe(0);
    expect(await (await open()).read((state) => state.count)).toBe(0);
  });

  it('loses nothing between two processes with a hundred changes each', async () => {
    const script = await writer();
    const run = promisify(execFile);
    await Promise.all(['one', 'two'].map((who) => run(process.execPath, [script, folder, who, '100'])));
    expect(await (await open()).read((state) => state)).toEqual({ count: 200, by: { one: 100, two: 100 } });
  }, 60_000);

  it('stays whole when writers are killed at any moment, and keeps what they were told is saved', async () => {
    const script = await writer();
    for (let round = 0; round < 8; round += 1) {
      const who = `writer ${round}`;
      const child = spawn(process.execPath, [script, folder, who, '100000']);
      let told = 0;
      const started = new Promise<void>((done) => {
        child.stdout.on('data', (chunk: Buffer) => {
          told = Number(chunk.toString().trim().split('\n').at(-1));
          done();
        });
      });
      await started;
      await sleep(Math.random() * 60);
      child.kill('SIGKILL');
      await once(child, 'close');
      const state = await (await open()).read((current) => current);
      expect(state.by[who]).toBeGreaterThanOrEqual(told);
      expect(Object.values(state.by).reduce((sum, count) => sum + count, 0)).toBe(state.count);
    }
    // The last victim's lock must not hold up the next change.
    const start = performance.now();
    await (await open()).change((state) => (state.count += 1));
    expect(performance.now() - start).toBeLessThan(10_000);
  }, 60_000);

  it.each([
    ['half a file', '{"format":1,"sta'],
    ['another document', '[1,2]'],
    ['a newer format', '{"format":2,"state":{}}'],
  ])('refuses %s by name and is whole again after a reset', async (_what, text) => {
    await open();
    const path = roomFile(folder, 'counter');
    await writeFile(path, text);
    await expect(open()).rejects.toMatchObject({
      code: 'file',
      message: expect.stringContaining(path) as string,
      hint: expect.stringContaining('dashctl sandbox reset') as string,
    });
    expect(await readFile(path, 'utf8')).toBe(text);
    await resetRooms(folder, ['counter', 'never-there']);
    expect(await (await open()).read((state) => state.count)).toBe(0);
  });
});
