/** Which runs may go: the old ones and those that are too much together; never one with a write of unknown fate. */
import { join } from 'node:path';
import { fileError } from '../files/failure.ts';
import { openFolder } from './folder.ts';
import { readRuns } from './history.ts';
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
  // Newest first: what comes later is older.
  for await (const run of readRuns(folder, files)) {
    const length = (await files.facts(join(folder, run.file.name)))?.size ?? 0;
    const open = run.operations.some(({ state }) => state === 'open');
    const wanted = kept < least || (now - run.file.startedAt <= age && bytes + length <= size);
    if (open || wanted) {
      kept += 1;
      bytes += length;
    } else going.unshift(run);
  }
  return going;
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
