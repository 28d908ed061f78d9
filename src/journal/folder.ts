/** The folder of the journal: closed to others, and really on the disk once it was made. */
import { dirname, join } from 'node:path';
import { DashctlError } from '../errors.ts';
import { fileError } from '../files/failure.ts';
import type { FileOperations } from '../files/operations.ts';

/** A file of one run: its time to the millisecond, and its name. */
const runFile = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d\.\d{3})Z-([0-7][0-9A-HJKMNP-TV-Z]{25})\.ndjson$/;

/** A file of the journal by its name alone. */
export interface RunFile {
  readonly name: string;
  /** The run's ULID. */
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** Markers of runs that may hold an intent without a result, by the names of their files. */
export function openFolder(folder: string): string {
  return join(folder, 'open');
}

/** `20261121T221500.123Z-<run>.ndjson` */
export function runFileName(run: string, startedAt: number): string {
  return `${new Date(startedAt).toISOString().replace(/[-:]/g, '')}-${run}.ndjson`;
}

/** What a name says; null for a file that is no run. */
export function readRunFileName(name: string): RunFile | null {
  const match = runFile.exec(name);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, run] = match;
  const startedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return run === undefined || Number.isNaN(startedAt) ? null : { name, run, startedAt };
}

/** The files of all runs, newest first; none when there is no journal yet. @throws DashctlError `file` */
export async function runFiles(folder: string, files: FileOperations): Promise<readonly RunFile[]> {
  try {
    if ((await files.facts(folder)) === null) return [];
    const found = (await files.names(folder)).map(readRunFileName).filter((one) => one !== null);
    return found.sort((a, b) => (a.name < b.name ? 1 : -1));
  } catch (error) {
    throw fileError('read', folder, error);
  }
}

/**
 * Makes the folder and its folder of markers, or checks them: a link or a folder of somebody else is refused, a looser
 * mode narrowed.
 * @throws DashctlError `file`
 */
export async function prepareFolder(folder: string, files: FileOperations): Promise<void> {
  for (const path of [folder, openFolder(folder)]) {
    try {
      const missing = await missingParents(path, files);
      if (missing.length > 0) {
        await files.makeFolder(path);
        for (const made of missing) await files.syncFolder(dirname(made));
      }
      const facts = await files.facts(path);
      if (facts === null || facts.kind !== 'folder' || !facts.own) throw notOurs(path);
      if ((facts.mode & 0o077) !== 0) await files.narrow(path, 0o700);
    } catch (error) {
      throw fileError('create the folder', path, error);
    }
  }
}

/** The folders that have to be made for a path, outermost first. */
async function missingParents(path: string, files: FileOperations): Promise<string[]> {
  const missing: string[] = [];
  for (let here = path; dirname(here) !== here; here = dirname(here)) {
    if ((await files.facts(here)) !== null) break;
    missing.unshift(here);
  }
  return missing;
}

function notOurs(path: string): DashctlError {
  return new DashctlError('file', `The journal is not kept in ${path}: it is a link, or not yours.`, {
    hint: 'Move it away, or name another folder with DASHCTL_STATE_DIR.',
  });
}
