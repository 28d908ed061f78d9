/**
 * Loads the chunks of the bundle, and keeps the code that V8 made of them for the next run: compiling takes longer than
 * most commands. The code lies in the user's cache folder, one file per chunk; V8 itself refuses what another version,
 * other flags or another text made, and then everything goes on without.
 */
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';

/** Where chunks and their code are. */
export interface BundleFiles {
  /** The folder of the chunks. */
  readonly folder: string;
  /** The folder of the code; null to do without. */
  readonly codeFolder: string | null;
  /** For everything that is not in the bundle. */
  readonly require: (id: string) => unknown;
  /** Who runs this, where the system knows users by numbers. */
  readonly uid: number | null;
  readonly pid: number;
}

/** A loaded bundle. */
export interface Bundle {
  /** The exports of a chunk, named by its file; a chunk is evaluated once. */
  load(file: string): unknown;
  /**
   * Keeps the code of what was loaded, unless that is known to hold what this command needs. Fails silently: it is only
   * about the speed of the next run.
   */
  keepCode(command: string): void;
}

/** What chunks load each other with. */
interface Require {
  (id: string): unknown;
  /** The exports of a chunk that is loaded when the first of them is looked at. */
  lazily(id: string): object;
}

type Chunk = (exports: object, require: Require, module: object, filename: string, folder: string) => void;

interface Loaded {
  readonly module: { exports: object };
  readonly script: vm.Script;
  /** Whether its code came from the cache. */
  readonly cached: boolean;
}

/** Opens the bundle; nothing is read before the first chunk is loaded. */
export function openBundle({ folder, codeFolder, require, uid, pid }: BundleFiles): Bundle {
  const loaded = new Map<string, Loaded>();
  let trusted: boolean | null = null;

  const requireFromChunk: Require = Object.assign(
    (id: string): unknown => (id.startsWith('./') ? load(id.slice(2)) : require(id)),
    {
      lazily: (id: string): object =>
        new Proxy({}, { get: (_, name): unknown => Reflect.get(load(id.slice(2)) as object, name) }),
    },
  );

  function load(file: string): unknown {
    const known = loaded.get(file);
    if (known !== undefined) return known.module.exports;
    const filename = join(folder, file);
    const cachedData = readCode(file);
    // The build writes chunks as ASCII, which needs no decoding.
    const script = new vm.Script(readFileSync(filename, 'latin1'), {
      filename,
      ...(cachedData !== undefined && { cachedData }),
    });
    const module = { exports: {} };
    loaded.set(file, { module, script, cached: script.cachedDataRejected === false });
    const chunk = script.runInThisContext() as Chunk;
    chunk(module.exports, requireFromChunk, module, filename, folder);
    return module.exports;
  }

  function readCode(file: string): Buffer | undefined {
    if (codeFolder === null) return undefined;
    try {
      trusted ??= isOurs(codeFolder, uid);
      return trusted ? readFileSync(join(codeFolder, `${file}.bin`)) : undefined;
    } catch {
      trusted ??= false;
      return undefined;
    }
  }

  return {
    load,
    keepCode(command) {
      if (codeFolder === null) return;
      try {
        const known = trusted === true ? readdirSync(codeFolder) : [];
        // A command that ran for the first time compiled functions that no other needed.
        const [entry = ''] = loaded.keys();
        const mark = `${entry} ${command}.ran`;
        if (known.includes(mark) && [...loaded.values()].every(({ cached }) => cached)) return;
        mkdirSync(codeFolder, { recursive: true, mode: 0o700 });
        if (!isOurs(codeFolder, uid)) return;
        for (const [file, { script }] of loaded) {
          replace(join(codeFolder, `${file}.bin`), script.createCachedData(), pid);
        }
        replace(join(codeFolder, mark), new Uint8Array(), pid);
        const chunks = new Set(readdirSync(folder));
        // What an older dashctl left.
        for (const old of known) {
          const [of = ''] = old.split(/\.bin$| /);
          if (!chunks.has(of)) rmSync(join(codeFolder, old), { force: true });
        }
      } catch {
        // A full disk, a read-only home: then the next run compiles again.
      }
    },
  };
}

/** Whether a folder is one that nobody else can put code into. */
function isOurs(folder: string, ours: number | null): boolean {
  const { uid, mode } = lstatSync(folder);
  return ours === null || (uid === ours && (mode & 0o22) === 0);
}

/** Writes a file as a whole: another command may be reading it. */
function replace(file: string, content: Uint8Array, pid: number): void {
  const fresh = `${file}.${pid}.tmp`;
  writeFileSync(fresh, content, { mode: 0o600 });
  renameSync(fresh, file);
}
