/**
 * A lock between processes: a file that is created exclusively and names its holder. It saves work between well-behaved
 * processes on one machine; network folders may not honour it.
 *
 * The one place beside bin, main and output that asks `node:process`: a lock is about this very process.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { kill, pid } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { DashctlError } from '../errors.ts';
import { fileError, systemCode } from './failure.ts';

export interface LockOptions {
  /** How long to wait for another holder, milliseconds. Default 30 000. */
  readonly timeout?: number;
  /** What the holder is doing, for whoever waits: `dashctl acl set`. */
  readonly purpose?: string;
  /** Told once when somebody else holds the lock, with who that is. */
  readonly onWait?: (holder: string) => void;
}

/** Who holds a lock, as written in the lock file. */
interface Holder {
  readonly pid: number;
  /** Identity of the running system (boot and process namespace); null where it cannot be told. */
  readonly boot: string | null;
  /** ISO 8601 UTC. */
  readonly since: string;
  /** Tells two locks of one process apart. */
  readonly nonce: string;
  /** What it is doing; null when it did not say. */
  readonly purpose: string | null;
}

const defaultTimeout = 30_000;
const heartbeat = 10_000;
/** A lock whose holder cannot be checked is given up after this many milliseconds without a heartbeat. */
const silentFor = 60_000;
/** A lock file without a readable holder belongs to a process that died between creating and filling it. */
const unfilledFor = 5_000;

/**
 * Runs `act` while holding the lock file `path`; its folder must exist. A lock left behind is taken over: at once when
 * its process is gone on this boot, else after 60 s without a sign of life.
 * @throws DashctlError `file` naming the holder when the lock stays taken for `timeout`; whatever `act` throws.
 */
export async function withLock<T>(path: string, options: LockOptions, act: () => T | Promise<T>): Promise<T> {
  await acquire(path, options);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, heartbeat);
  beat.unref();
  try {
    return await act();
  } finally {
    clearInterval(beat);
    await rm(path, { force: true }).catch(() => undefined);
  }
}

/**
 * Runs `act` while holding several locks, taken in their order: who always names them in the same order cannot wait in a
 * circle. The timeout counts for each.
 * @throws DashctlError as {@link withLock}
 */
export async function withLocks<T>(
  paths: readonly string[],
  options: LockOptions,
  act: () => T | Promise<T>,
): Promise<T> {
  const [first, ...others] = paths;
  if (first === undefined) return await act();
  return await withLock(first, options, () => withLocks(others, options, act));
}

/** This process, for records of who did something. */
export function ownProcess(): { readonly pid: number; readonly boot: string | null } {
  return { pid, boot: bootIdentity() };
}

/** Whether a process, as {@link ownProcess} tells it, is at work still; true where that cannot be told from here. */
export function isAtWork(who: { readonly pid: number; readonly boot: string | null }): boolean {
  const boot = bootIdentity();
  return boot === null || who.boot !== boot || isAlive(who.pid);
}

async function acquire(path: string, options: LockOptions): Promise<void> {
  const timeout = options.timeout ?? defaultTimeout;
  const deadline = Date.now() + timeout;
  let told = false;
  for (let pause = 2; ; pause = Math.min(pause * 1.5, 50)) {
    if (await create(path, options.purpose ?? null)) return;
    const found = await inspect(path);
    if (found === null) continue;
    if (found.stale) {
      await takeAway(path, found.text);
      continue;
    }
    if (!told) options.onWait?.(describe(found.holder));
    told = true;
    if (Date.now() >= deadline) throw taken(path, found.holder, timeout);
    await sleep(pause + Math.random() * pause);
  }
}

/** Creates the lock file; false when there is one. */
async function create(path: string, purpose: string | null): Promise<boolean> {
  // Loaded here because commands that only read never get here, and it takes some milliseconds.
  const { randomBytes } = await import('node:crypto');
  const holder: Holder = {
    pid,
    boot: bootIdentity(),
    since: new Date().toISOString(),
    nonce: randomBytes(8).toString('hex'),
    purpose,
  };
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify(holder));
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw fileError('lock', path, error);
  }
}

interface Found {
  readonly text: string;
  readonly holder: Holder | null;
  readonly stale: boolean;
}

/** What the lock file says now; null when it went away meanwhile. */
async function inspect(path: string): Promise<Found | null> {
  try {
    const text = await readFile(path, 'utf8');
    const age = Date.now() - (await stat(path)).mtimeMs;
    const holder = readHolder(text);
    return { text, holder, stale: isStale(holder, age) };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw fileError('read the lock', path, error);
  }
}

function isStale(holder: Holder | null, age: number): boolean {
  if (holder === null) return age > unfilledFor;
  const boot = bootIdentity();
  if (boot !== null && holder.boot === boot) return !isAlive(holder.pid);
  return age > silentFor;
}

/** Removes a stale lock, one process at a time, so that nobody removes the lock of the one who came first. */
async function takeAway(path: string, staleText: string): Promise<void> {
  const guard = `${path}.takeover`;
  try {
    await (await open(guard, 'wx', 0o600)).close();
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw fileError('lock', path, error);
    const age = Date.now() - (await stat(guard).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (age > unfilledFor) await rm(guard, { force: true });
    else await sleep(5);
    return;
  }
  try {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === staleText) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

function readHolder(text: string): Holder | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const { pid: holderPid, boot, since, nonce, purpose } = value as Record<string, unknown>;
    if (typeof holderPid !== 'number' || !Number.isInteger(holderPid) || holderPid <= 0) return null;
    return {
      pid: holderPid,
      boot: typeof boot === 'string' ? boot : null,
      since: typeof since === 'string' ? since : '',
      nonce: typeof nonce === 'string' ? nonce : '',
      purpose: typeof purpose === 'string' ? purpose : null,
    };
  } catch {
    return null;
  }
}

function isAlive(holderPid: number): boolean {
  try {
    kill(holderPid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return systemCode(error) === 'EPERM';
  }
}

let knownBoot: string | null | undefined;

/** Containers share the boot id but count processes apart, so the process namespace is part of the identity. */
function bootIdentity(): string | null {
  if (knownBoot === undefined) {
    try {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      knownBoot = `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
    } catch {
      knownBoot = null;
    }
  }
  return knownBoot;
}

function describe(holder: Holder | null): string {
  if (holder === null) return 'an unknown process';
  const what = holder.purpose === null ? '' : ` (${holder.purpose})`;
  return `process ${holder.pid}${what} since ${holder.since}`;
}

function taken(path: string, holder: Holder | null, timeout: number): DashctlError {
  return new DashctlError(
    'locked',
    `Could not lock ${path} within ${timeout / 1000} s: held by ${describe(holder)}.`,
    {
      hint: 'Wait for that command to end. If it is gone, delete the lock file.',
      ...(holder === null ? {} : { details: { pid: holder.pid, since: holder.since } }),
    },
  );
}
