/** A sandbox of its own for a test: a fresh folder, any free port, real time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/http/clock.ts';
import type { Clock } from '../../src/http/http.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import type { RunningRoom, Sandbox, SandboxOptions } from '../../src/sandbox/index.ts';

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  },
  random: () => Math.random(),
  alarm: (ms, ring) => systemClock.alarm(ms, ring),
};

/** The machine's time, but nobody waits. */
export const impatientClock: Clock = {
  now: () => Date.now(),
  sleep: () => Promise.resolve(),
  random: () => 0.5,
  alarm: (ms, ring) => systemClock.alarm(ms, ring),
};

export interface TestSandbox extends Sandbox {
  readonly folder: string;
  room(name: string): RunningRoom;
}

/** Starts a sandbox in a folder that goes away with it, unless one is given. */
export async function testSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const own = options.folder === undefined;
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'dashctl-sandbox-')));
  const sandbox = await startSandbox({ host: '127.0.0.1', clock: realClock, ...options, folder });
  return {
    ...sandbox,
    folder,
    room: (name) => {
      const found = sandbox.rooms.find((room) => room.name === name);
      if (found === undefined) throw new Error(`No room ${name}`);
      return found;
    },
    close: async () => {
      await sandbox.close();
      if (own) await rm(folder, { recursive: true, force: true });
    },
  };
}
