/**
 * Files that only their owner may read. Modes mean nothing on Windows, where the user's profile folder protects them;
 * everything else holds there too.
 */
import { chmod, lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname } from 'node:path';
import { fileError, systemCode } from './failure.ts';

const folderMode = 0o700;
const fileMode = 0o600;
const modesMatter = platform() !== 'win32';

/** What {@link privateFolder} and {@link readPrivateFile} found and mended. */
export interface Repair {
  readonly path: string;
  /** The looser mode that it had, such as 0o755; null when nothing was wrong. */
  readonly repairedFrom: number | null;
}

/**
 * Makes sure that a folder exists and is closed to others: created 0700, a looser mode narrowed to 0700.
 * @throws DashctlError `file`
 */
export async function privateFolder(path: string): Promise<Repair> {
  try {
    await mkdir(path, { recursive: true, mode: folderMode });
    return await narrow(path, folderMode);
  } catch (error) {
    throw fileError('create the folder', path, error);
  }
}

/**
 * Replaces a file at once: readers see the old text or the new one, never a part. 0600 from the first byte; the
 * text and the new name are on the disk when it returns. The folder must exist. A symbolic link is replaced, not
 * followed.
 * @throws DashctlError `file`; the old file is untouched then.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  // Loaded here because commands that only read never get here, and it takes some milliseconds.
  const { randomBytes } = await import('node:crypto');
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', fileMode);
    try {
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError('write', path, error);
  }
}

/** A private file's text, and what was wrong with its mode. */
export interface PrivateText extends Repair {
  readonly text: string;
}

/**
 * Reads a file and narrows a looser mode to 0600; null when there is none.
 * @throws DashctlError `file`
 */
export async function readPrivateFile(path: string): Promise<PrivateText | null> {
  try {
    const text = await readFile(path, 'utf8');
    return { text, ...(await narrow(path, fileMode)) };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw fileError('read', path, error);
  }
}

/** Takes away what others may do; the owner's own rights stay as they are. */
async function narrow(path: string, wanted: number): Promise<Repair> {
  if (!modesMatter) return { path, repairedFrom: null };
  const facts = await lstat(path);
  const mode = facts.mode & 0o777;
  // A link has no mode of its own; what it points to was put there by its owner.
  if (facts.isSymbolicLink() || (mode & 0o077) === 0) return { path, repairedFrom: null };
  await chmod(path, wanted);
  return { path, repairedFrom: mode };
}

/** Makes a rename last through a power cut. Folders cannot be opened on Windows. */
async function syncFolder(path: string): Promise<void> {
  if (!modesMatter) return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    // Some network and FUSE file systems cannot sync a folder; the rename itself has happened.
    if (!['EINVAL', 'ENOTSUP', 'EISDIR'].includes(systemCode(error) ?? '')) throw error;
  } finally {
    await folder.close();
  }
}
