/** Runs the built dashctl as its users do: a process of its own, with its own home and nothing of our environment. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** The file that npm puts on the PATH. */
export const entry = join(root, 'bin/dashctl.js');

if (!existsSync(join(root, 'dist/main.cjs'))) {
  throw new Error('There is no built dashctl: run "npm run build" first ("npm test" does).');
}

export interface Ended {
  readonly code: number | undefined;
  /** The signal that ended it; undefined when it ended by itself. */
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** The folder to run in; the home without it. */
  readonly cwd?: string;
}

export interface Home {
  readonly folder: string;
  /** All that a process gets of the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs dashctl with these words. */
  run(words: readonly string[] | string, options?: RunOptions): Promise<Ended>;
  /** Runs a line in a shell that has dashctl on its PATH. */
  shell(line: string, options?: RunOptions): Promise<Ended>;
}

const made: string[] = [];

/** A fresh folder that goes away after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dashctl-e2e-'));
  made.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A home of its own: profiles and the sandbox's state live there and nowhere else. */
export function createHome(): Home {
  const folder = temporaryFolder();
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  symlinkSync(entry, join(bin, 'dashctl'));
  const path = [bin, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
  const env = {
    HOME: folder,
    PATH: path,
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    // The keyring of whoever runs the tests is none of their business.
    DASHCTL_CREDENTIAL_STORE: 'file',
    // Homes are used a few times each: keeping compiled code would cost more than it saves.
    NODE_DISABLE_COMPILE_CACHE: '1',
  };

  const start = async (file: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> => {
    const { exitCode, signal, stdout, stderr } = await execa(file, args, {
      cwd: options.cwd ?? folder,
      env: { ...env, ...options.env },
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
      maxBuffer: 64 * 1024 * 1024,
      ...(options.stdin === undefined ? { stdin: 'ignore' as const } : { input: options.stdin }),
    });
    return { code: exitCode, signal, stdout, stderr };
  };
  return {
    folder,
    env,
    run: (words, options) => start(process.execPath, [entry, ...wordsOf(words)], options),
    shell: (line, options) => start('sh', ['-c', line], options),
  };
}

/** A line without quotes as words. */
export function wordsOf(words: readonly string[] | string): readonly string[] {
  return typeof words === 'string' ? words.split(' ').filter((word) => word !== '') : words;
}
