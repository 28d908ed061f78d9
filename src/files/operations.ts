/**
 * Every call by which the journal and the locks touch a disk, behind one interface: a test counts them, fails the k-th,
 * or ends the process there.
 */
import { chmod, lstat, mkdir, open, readFile, readdir, rm, utimes } from 'node:fs/promises';
import { platform } from 'node:os';
import { getuid } from 'node:process';
import { systemCode } from './failure.ts';

/** What is known of a path, links not followed. */
export interface PathFacts {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
  /** Whether it belongs to the user of this process; true where owners cannot be told. */
  readonly own: boolean;
}

/** A new file that grows at its end. */
export interface GrowingFile {
  append(text: string): Promise<void>;
  /** The content is on the disk when it returns (fdatasync). */
  syncContent(): Promise<void>;
  /** Content and facts are on the disk when it returns (fsync). */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Rejections are those of `node:fs`, with their `code`. */
export interface FileOperations {
  /** With its parents, closed to others; nothing to do when it is there. */
  makeFolder(path: string): Promise<void>;
  narrow(path: string, mode: number): Promise<void>;
  /** Null when nothing is there. */
  facts(path: string): Promise<PathFacts | null>;
  /** Creates a file of mode 0600 that was not there. */
  create(path: string): Promise<GrowingFile>;
  /** New and removed names of the folder are on the disk when it returns. */
  syncFolder(path: string): Promise<void>;
  read(path: string): Promise<Uint8Array>;
  names(folder: string): Promise<readonly string[]>;
  /** Nothing to do when it is gone already. */
  remove(path: string): Promise<void>;
  /** Sets the time of the last change to now. */
  touch(path: string): Promise<void>;
}

const isWindows = platform() === 'win32';

/** The disk of this machine. */
export const diskOperations: FileOperations = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  async narrow(path, mode) {
    if (!isWindows) await chmod(path, mode);
  },
  async facts(path) {
    try {
      const found = await lstat(path);
      return {
        kind: found.isFile()
          ? 'file'
          : found.isDirectory()
            ? 'folder'
            : found.isSymbolicLink()
              ? 'link'
              : 'other',
        mode: found.mode & 0o777,
        size: found.size,
        changedAt: found.mtimeMs,
        own: getuid === undefined || found.uid === getuid(),
      };
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null;
      throw error;
    }
  },
  async create(path) {
    // a: every write goes to the end; x: only when there is nothing of that name, a link included.
    const file = await open(path, 'ax', 0o600);
    return {
      append: (text) => file.appendFile(text, 'utf8'),
      syncContent: () => file.datasync(),
      sync: () => file.sync(),
      close: () => file.close(),
    };
  },
  async syncFolder(path) {
    // Folders cannot be opened on Windows.
    if (isWindows) return;
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } catch (error) {
      // Some network and FUSE file systems cannot sync a folder.
      if (!['EINVAL', 'ENOTSUP', 'EISDIR'].includes(systemCode(error) ?? '')) throw error;
    } finally {
      await folder.close();
    }
  },
  read: (path) => readFile(path),
  names: (folder) => readdir(folder),
  async remove(path) {
    await rm(path, { force: true });
  },
  async touch(path) {
    const now = new Date();
    await utimes(path, now, now);
  },
};
