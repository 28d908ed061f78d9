/**
 * Where rooms keep their state: one private JSON file per room, changed under a lock, so that commands that run at the
 * same time share one sandbox.
 */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DashctlError } from '../errors.ts';
import {
  fileError,
  privateFolder,
  readPrivateFile,
  systemCode,
  withLock,
  writePrivateFile,
} from '../files/index.ts';
import type { RoomStore, RoomStores } from './room.ts';

/** Raised when a stored state can no longer be read by a newer room. */
const format = 1;

/** The file that holds a room's state. */
export function roomFile(folder: string, room: string): string {
  return join(folder, `${room}.json`);
}

/** Stores as files of one folder. */
export function storesBelow(folder: string): RoomStores {
  return { open: (room, seed) => openStore(folder, room, seed) };
}

/**
 * Opens the store of a room; the file is written with `seed` on first use.
 * @throws DashctlError `file` when the store is damaged or unreadable; `read` and `change` do the same later.
 */
export async function openStore<State>(
  folder: string,
  room: string,
  seed: () => State,
): Promise<RoomStore<State>> {
  await privateFolder(folder);
  const store = new FileStore(roomFile(folder, room), seed);
  await store.read(() => undefined);
  return store;
}

/**
 * Forgets what rooms hold; the next use starts from the seed again. Waits for changes under way.
 * @throws DashctlError `file`
 */
export async function resetRooms(folder: string, rooms: readonly string[]): Promise<void> {
  await privateFolder(folder);
  for (const room of rooms) {
    const path = roomFile(folder, room);
    await withLock(`${path}.lock`, {}, async () => {
      try {
        await rm(path, { force: true });
      } catch (error) {
        throw fileError('delete', path, error);
      }
    });
  }
}

class FileStore<State> implements RoomStore<State> {
  readonly #path: string;
  readonly #seed: () => State;
  #known: { readonly state: State; readonly stamp: string } | null = null;
  /** Changes of this process queue here, so that they do not wait for each other's lock file. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string, seed: () => State) {
    this.#path = path;
    this.#seed = seed;
  }

  async read<T>(look: (state: State) => T): Promise<T> {
    return look((await this.#newest()) ?? (await this.change((state) => state)));
  }

  change<T>(act: (state: State) => T): Promise<T> {
    const mine = this.#last.then(() => this.#changeNow(act));
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #changeNow<T>(act: (state: State) => T): Promise<T> {
    return withLock(`${this.#path}.lock`, {}, async () => {
      const before = await this.#newest();
      const state = before === null ? this.#seed() : structuredClone(before);
      const result = act(state);
      await writePrivateFile(this.#path, JSON.stringify({ format, state }));
      this.#known = { state, stamp: (await stampOf(this.#path)) ?? '' };
      return result;
    });
  }

  /** The state on disk, read again only when another process changed it; null when there is none yet. */
  async #newest(): Promise<State | null> {
    const stamp = await stampOf(this.#path);
    if (stamp === null) return null;
    if (this.#known?.stamp === stamp) return this.#known.state;
    const file = await readPrivateFile(this.#path);
    if (file === null) return null;
    // Only this module writes these files, so the frame is the check; a room trusts its own state.
    const state = unframe(this.#path, file.text) as State;
    this.#known = { state, stamp };
    return state;
  }
}

/** Tells versions of a file apart: every change is a new file by rename. Null when there is none. */
async function stampOf(path: string): Promise<string | null> {
  try {
    const facts = await stat(path, { bigint: true });
    return `${facts.ino} ${facts.size} ${facts.mtimeNs}`;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw fileError('read', path, error);
  }
}

/** The state out of a file's text. @throws DashctlError `file` when it is damaged. */
function unframe(path: string, text: string): unknown {
  const damaged = (why: string, cause?: unknown): DashctlError =>
    new DashctlError('file', `The sandbox store ${path} is damaged: ${why}.`, {
      hint: 'Start over from the sample content: dashctl sandbox reset',
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged('it is no JSON', error);
  }
  if (typeof value !== 'object' || value === null || !('format' in value) || !('state' in value)) {
    throw damaged('it lacks its frame');
  }
  if (value.format !== format) throw damaged(`its format is ${String(value.format)}, expected ${format}`);
  return value.state;
}
