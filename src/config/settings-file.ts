/** One private JSON file: read fast without a library, checked, and never reset when it is damaged. */
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DashctlError } from '../errors.ts';
import { fileError, privateFolder, readPrivateFile, systemCode } from '../files/index.ts';

/** Mode bit of folders in which everybody may create files, such as /tmp. */
const sticky = 0o1000;

export type JsonObject = Record<string, unknown>;

/** What to tell the user that is no error: repaired modes. */
export type Warn = (message: string) => void;

/**
 * Reads a JSON object; null when there is no file. Looser modes of the file and its folder are repaired and told.
 * @throws DashctlError `file` naming file and position when it is no JSON object; the file stays as it is.
 */
export async function readJsonFile(path: string, warn: Warn): Promise<JsonObject | null> {
  const text = await readClosed(path, warn);
  return text === null ? null : await parseJsonObject(text, path);
}

/** Makes the folder if need be and closes it to others. @throws DashctlError `file` */
export async function closeFolder(path: string, warn: Warn): Promise<void> {
  const facts = await stat(path).catch(() => null);
  // Closing /tmp would break the machine for everybody else.
  if (facts !== null && (facts.mode & sticky) !== 0 && (facts.mode & 0o022) !== 0) {
    throw new DashctlError(
      'file',
      `${path} is a folder that everybody shares; secrets cannot be kept there.`,
      {
        hint: 'Name a folder of your own, such as one below it, with DASHCTL_CONFIG_DIR.',
      },
    );
  }
  const { repairedFrom } = await privateFolder(path);
  if (repairedFrom !== null) warn(repaired(path, repairedFrom, 0o700));
}

async function readClosed(path: string, warn: Warn): Promise<string | null> {
  try {
    const found = await readPrivateFile(path);
    if (found === null) return null;
    if (found.repairedFrom !== null) warn(repaired(path, found.repairedFrom, 0o600));
    await closeFolder(dirname(path), warn);
    return found.text;
  } catch (error) {
    // A read-only mount or a file of somebody else can be read, though not closed.
    const code = error instanceof DashctlError ? systemCode(error.cause) : null;
    if (code !== 'EROFS' && code !== 'EPERM') throw error;
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw fileError('read', path, cause);
    });
    warn(`${path} is open to others and its mode cannot be changed here.`);
    return text;
  }
}

function repaired(path: string, from: number, to: number): string {
  return `${path} was open to others (mode ${octal(from)}); it is ${octal(to)} now.`;
}

function octal(mode: number): string {
  return `0${mode.toString(8)}`;
}

/** Editors on Windows put a byte order mark first. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

async function parseJsonObject(text: string, path: string): Promise<JsonObject> {
  let value: unknown;
  try {
    value = JSON.parse(withoutMark(text));
  } catch {
    // The parser's own message quotes the text, which may be a secret.
    throw damaged(path, `it is no JSON at ${await positionOfError(withoutMark(text))}`);
  }
  if (!isObject(value)) throw damaged(path, 'it must hold a JSON object');
  return value;
}

/** `line 3, column 7`, both counted from 1. */
async function positionOfError(text: string): Promise<string> {
  const { parse } = await import('jsonc-parser');
  const errors: { offset: number }[] = [];
  parse(text, errors as never, { disallowComments: true, allowTrailingComma: false });
  const before = text.slice(0, errors[0]?.offset ?? text.length).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** A settings file that cannot be used, and why; it is never reset. */
export function damaged(path: string, why: string): DashctlError {
  return new DashctlError('file', `Could not use ${path}: ${why}. Nothing in it was changed.`, {
    hint: 'Mend that place in an editor, or move the file away and add the profiles again with dashctl profile add.',
    details: { path },
  });
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
