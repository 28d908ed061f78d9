/** Which runs may go: the old ones and those that are too much together; never one with a write of unknown fate. */
import { join } from 'node:path';
import { fileError } from '../files/failure.ts';
import { openFolder, runFiles } from './folder.ts';
import { markedNames, readRuns } from './history.ts';
import type { FileOperations } from '../files/operations.ts';
import type { KeptRun } from './history.ts';

/** What is kept. */
export interface Retention {
  /** Milliseconds. */
  readonly age: number;
  /** Bytes of all files together. */
  readonly size: number;
  /** So many of the newest runs stay whatever their age. */
  readonly least: number;
}

export const defaultRetention: Retention = { age: 90 * 86_400_000, size: 200 * 1024 * 1024, least: 20 };

/**
 * The runs that a retention lets go, oldest first.
 * @param now milliseconds since the epoch
 * @throws DashctlError `file`
 */
export async function prunableRuns(
  folder: string,
  files: FileOperations,
  { age, size, least }: Retention,
  now: number,
): Promise<readonly KeptRun[]> {
  const going: KeptRun[] = [];
  let kept = 0;
  let bytes = 0;
  /** From the first run that goes, all older ones go: a later run may tell the fate of an earlier one. */
  let full = false;
  // Newest first: what comes later is older.
  for await (const run of readRuns(folder, files)) {
    const length = (await files.facts(join(folder, run.file.name)))?.size ?? 0;
    const open = run.operations.some(({ state }) => state === 'open');
    full ||= kept >= least && (now - run.file.startedAt > age || bytes + length > size);
    if (open || !full) {
      kept += 1;
      bytes += length;
    } else going.unshift(run);
  }
  return going;
}

/**
 * Whether a look at every run is worth its time, told from names and sizes alone.
 * @throws DashctlError `file`
 */
export async function mayPrune(
  folder: string,
  files: FileOperations,
  { age, size, least }: Retention,
  now: number,
): Promise<boolean> {
  // A run that may hold a write of unknown fate stays anyway.
  const marked = new Set(await markedNames(folder, files));
  const runs = (await runFiles(folder, files)).filter(({ name }) => !marked.has(name));
  if (runs.length <= least) return false;
  if (runs.some(({ startedAt }) => now - startedAt > age)) return true;
  let bytes = 0;
  for (const { name } of runs) bytes += (await files.facts(join(folder, name)))?.size ?? 0;
  return bytes > size;
}

/** Removes runs. @throws DashctlError `file` */
export async function removeRuns(
  folder: string,
  files: FileOperations,
  runs: readonly KeptRun[],
): Promise<void> {
  for (const { file } of runs) {
    const path = join(folder, file.name);
    try {
      await files.remove(path);
      await files.remove(join(openFolder(folder), file.name));
    } catch (error) {
      throw fileError('remove', path, error);
    }
  }
  if (runs.length > 0) await files.syncFolder(folder);
}
