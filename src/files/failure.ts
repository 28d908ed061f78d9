import { DashctlError } from '../errors.ts';

const reasons: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOENT: ['there is no such file or folder', 'Check the path.'],
  EACCES: ['permission denied', 'Check who owns it and its mode.'],
  EPERM: ['not permitted', 'Check who owns it and its mode.'],
  ENOSPC: ['the disk is full', 'Free some space and run the command again.'],
  EDQUOT: ['the disk quota is used up', 'Free some space and run the command again.'],
  EROFS: [
    'the file system is read-only',
    'Use another folder, for example by XDG_CONFIG_HOME or XDG_STATE_HOME.',
  ],
  EISDIR: ['it is a folder', 'Move the folder away.'],
  ENOTDIR: ['a part of the path is no folder', 'Move the file away that stands where a folder belongs.'],
  ELOOP: [
    'it is a symbolic link, or the path holds a loop of them',
    'Replace the link by what it points to.',
  ],
  ENAMETOOLONG: ['the name is too long', 'Use a shorter path.'],
  EMFILE: ['too many files are open', 'Raise the limit of open files.'],
  EIO: ['the disk reports an error', 'Check the disk.'],
};

/** The operating system's code of a failure, such as `ENOENT`; null for anything else. */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** A failed file operation as a DashctlError `file`: "Could not write PATH: the disk is full." */
export function fileError(verb: string, path: string, error: unknown): DashctlError {
  if (error instanceof DashctlError) return error;
  const code = systemCode(error);
  const [reason, hint] = (code === null ? undefined : reasons[code]) ?? [
    code ?? (error instanceof Error ? error.message : String(error)),
    'Check the path and its permissions.',
  ];
  return new DashctlError('file', `Could not ${verb} ${path}: ${reason}.`, { hint, cause: error });
}
