import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '../../src/files/index.ts';

let place: string;
let path: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'dashctl-lock-'));
  path = join(place, 'lock');
});
afterEach(() => rm(place, { recursive: true, force: true }));

interface Holder {
  pid: number;
  boot: string | null;
  since: string;
  nonce: string;
}

/** What a lock file of this process on this boot says. */
async function ownHolder(): Promise<Holder> {
  return withLock(path, {}, async () => JSON.parse(await readFile(path, 'utf8')) as Holder);
}

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'process.pid']);
  return Number(stdout);
}

describe('withLock', () => {
  it('names its holder while it is held and leaves nothing behind', async () => {
    const holder = await ownHolder();
    expect(holder.pid).toBe(process.pid);
    expect(Math.abs(Date.parse(holder.since) - Date.now())).toBeLessThan(60_000);
    expect(await readdir(place)).toEqual([]);
  });

  it('lets one in at a time and passes on results and failures', async () => {
    let inside = 0;
    let most = 0;
    const enter = (result: number): Promise<number> =>
      withLock(path, {}, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await sleep(2);
        inside -= 1;
        if (result === 3) throw new Error('three');
        return result;
      });
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map(enter));
    expect(most).toBe(1);
    expect(results.map((one) => one.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
  });

  it('gives up after the timeout and names the holder', async () => {
    await withLock(path, {}, async () => {
      const failure = await withLock(path, { timeout: 60 }, () => 'never').catch((error: unknown) => error);
      expect(failure).toMatchObject({
        code: 'locked',
        message: expect.stringContaining(`held by process ${process.pid} since `) as string,
        details: { pid: process.pid },
      });
    });
  });

  it.skipIf(platform() !== 'linux')('takes over at once when the holder is gone on this boot', async () => {
    const holder = await ownHolder();
    await writeFile(path, JSON.stringify({ ...holder, pid: await deadPid() }));
    expect(await withLock(path, { timeout: 2_000 }, () => 'mine')).toBe('mine');
  });

  it.skipIf(platform() !== 'linux')('waits for a live holder however old its lock looks', async () => {
    const holder = await ownHolder();
    await writeFile(path, JSON.stringify(holder));
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(path, longAgo, longAgo);
    await expect(withLock(path, { timeout: 50 }, () => 'never')).rejects.toMatchObject({ code: 'locked' });
  });

  it('takes over a lock of another boot after 60 silent seconds, not before', async () => {
    const holder = { ...(await ownHolder()), boot: 'another boot' };
    await writeFile(path, JSON.stringify(holder));
    await expect(withLock(path, { timeout: 50 }, () => 'never')).rejects.toMatchObject({ code: 'locked' });
    const silent = new Date(Date.now() - 61_000);
    await utimes(path, silent, silent);
    expect(await withLock(path, { timeout: 2_000 }, () => 'mine')).toBe('mine');
  });

  it('takes over a lock that was never filled, after a while', async () => {
    await writeFile(path, '');
    await expect(withLock(path, { timeout: 50 }, () => 'never')).rejects.toMatchObject({
      message: expect.stringContaining('an unknown process') as string,
    });
    const silent = new Date(Date.now() - 6_000);
    await utimes(path, silent, silent);
    expect(await withLock(path, { timeout: 2_000 }, () => 'mine')).toBe('mine');
  });

  it('lets exactly one of many take a stale lock over', async () => {
    const holder = { ...(await ownHolder()), boot: 'another boot' };
    await writeFile(path, JSON.stringify(holder));
    const silent = new Date(Date.now() - 61_000);
    await utimes(path, silent, silent);
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 12 }, () =>
        withLock(path, {}, async () => {
          inside += 1;
          most = Math.max(most, inside);
          await sleep(1);
          inside -= 1;
        }),
      ),
    );
    expect(most).toBe(1);
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
