/**
 * The operating system's keyring (Secret Service, macOS Keychain, Windows Credential Manager), reached through
 * `bin/keyring-access.js`: a keyring may be absent, locked, or never answer, and none of that may hold up a command.
 */
import { DashctlError } from '../errors.ts';
import type { Environment } from './layers.ts';

/** One secret in the keyring. */
export interface KeyringEntry {
  /** Its name there. */
  readonly account: string;
  /** The profile that it belongs to, for messages. */
  readonly profile: string;
}

/** All operations throw DashctlError `keyring` when the keyring is absent, refuses, or is silent for 3 s. */
export interface Keyring {
  /** Null when there is no such entry, or when a locked keyring keeps quiet about it. */
  read(entry: KeyringEntry): Promise<string | null>;
  /** Returns once the secret was read back. */
  write(entry: KeyringEntry, secret: string): Promise<void>;
  /** An entry that is not there is fine. */
  remove(entry: KeyringEntry): Promise<void>;
}

export interface KeyringOptions {
  /** The program that speaks to the keyring: executable and arguments. */
  readonly command: readonly [string, ...string[]];
  readonly env: Environment;
  /** Read without asking anybody to unlock the keyring. */
  readonly quiet: boolean;
  /** Milliseconds; default 3000. */
  readonly limit?: number;
}

/** What keyrings show as the owner of our entries. */
const service = 'dashctl';
const defaultLimit = 3000;

/** Variables that would make every start of the helper slower and mean nothing to it. */
const notForTheHelper = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];

type Action = 'read' | 'peek' | 'write' | 'remove';

interface Answer {
  readonly value?: string | boolean | null;
  readonly error?: string;
  readonly absent?: boolean;
}

/** The keyring of this user. Nothing is started before the first operation. */
export function openKeyring(options: KeyringOptions): Keyring {
  const limit = options.limit ?? defaultLimit;
  const access = async (action: Action, entry: KeyringEntry, secret?: string): Promise<Answer> => {
    const request = JSON.stringify({ action, service, account: entry.account, secret });
    const answer = await ask(options, request, limit);
    if (answer === 'silent') throw silent(action, entry, limit);
    if (answer.absent === true) throw absent(action, entry);
    if (answer.error !== undefined) throw refused(action, entry, answer.error);
    return answer;
  };
  return {
    async read(entry) {
      const { value } = await access(options.quiet ? 'peek' : 'read', entry);
      return typeof value === 'string' ? value : null;
    },
    async write(entry, secret) {
      await access('write', entry, secret);
    },
    async remove(entry) {
      await access('remove', entry);
    },
  };
}

/** Runs the helper once, for at most `limit` milliseconds. */
async function ask(
  { command, env }: KeyringOptions,
  request: string,
  limit: number,
): Promise<Answer | 'silent'> {
  const { spawn } = await import('node:child_process');
  const [program, ...args] = command;
  const passed = Object.entries(env).filter(([name]) => !notForTheHelper.includes(name));
  return await new Promise((resolve) => {
    const child = spawn(program, args, {
      env: Object.fromEntries(passed),
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve('silent');
    }, limit);
    let text = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (part: string) => {
      text += part;
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ error: error.message });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(parse(text) ?? { error: `its helper ended with ${signal ?? String(code)}` });
    });
    // A helper that is gone before it has read shows in `close`.
    child.stdin.on('error', () => undefined);
    child.stdin.end(request);
  });
}

function parse(text: string): Answer | null {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return null;
  }
}

/** Where the keyring has nothing of a profile that should have its secrets there. */
export function lost({ profile, account }: KeyringEntry): DashctlError {
  return new DashctlError(
    'keyring',
    `The keyring has no secrets of "${profile}", where its profile says they are: it is locked, or they were removed.`,
    {
      hint: `Unlock the keyring, or save the secrets again: dashctl profile add ${profile} --replace`,
      profile,
      details: { store: 'keyring', entry: account, reason: 'lost' },
    },
  );
}

/** For a run that has no way to a keyring. */
export function withoutKeyring(action: 'read' | 'write' | 'remove', entry: KeyringEntry): DashctlError {
  return failure(
    action,
    entry,
    'absent',
    'there is none in this run',
    'Keep secrets in a file: --credential-store file',
  );
}

function silent(action: Action, entry: KeyringEntry, limit: number): DashctlError {
  const hint = 'It may be waiting to be unlocked: unlock it in its own program and run the command again.';
  return failure(action, entry, 'silent', `it did not answer within ${limit / 1000} s`, hint);
}

function absent(action: Action, entry: KeyringEntry): DashctlError {
  const hint = 'Install the package @napi-rs/keyring beside dashctl, with its part for this platform.';
  return failure(action, entry, 'absent', 'the optional package @napi-rs/keyring cannot be loaded', hint);
}

function refused(action: Action, entry: KeyringEntry, why: string): DashctlError {
  const hint = 'Unlock the keyring, or start it in this session, and run the command again.';
  return failure(action, entry, 'refused', why.trim().replace(/\.$/, ''), hint);
}

const sentences: Readonly<Record<Action, (profile: string) => string>> = {
  read: (profile) => `Could not read the secrets of "${profile}" from the keyring`,
  peek: (profile) => `Could not read the secrets of "${profile}" from the keyring`,
  write: (profile) => `Could not save the secrets of "${profile}" in the keyring`,
  remove: (profile) => `Could not remove the secrets of "${profile}" from the keyring`,
};

function failure(
  action: Action,
  { profile, account }: KeyringEntry,
  reason: 'absent' | 'refused' | 'silent',
  why: string,
  hint: string,
): DashctlError {
  return new DashctlError('keyring', `${sentences[action](profile)}: ${why}.`, {
    hint,
    profile,
    details: { store: 'keyring', entry: account, reason, why },
  });
}
