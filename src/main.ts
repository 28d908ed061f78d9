/**
 * The door: takes the process apart into plain values, and answers what is known without loading anything. It is a file of
 * its own in `dist`; everything else is in the chunks that {@link openBundle} loads.
 */
import { fstatSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { openBundle } from './bundle.ts';
import { crashReport } from './crash.ts';
import { userFolders } from './config/paths.ts';
import type * as Run from './cli/run.ts';

/** Put in by the build: the version of package.json, what `dashctl --help` prints, and the chunk that holds `run`. */
declare const __DASHCTL_VERSION__: string;
declare const __DASHCTL_HELP__: string;
declare const __DASHCTL_CHUNK__: string;

/** Runs one command line. @returns the exit code; the caller sets it and lets the streams drain. */
export async function main(process: NodeJS.Process, require: NodeJS.Require): Promise<number> {
  const argv = process.argv.slice(2);
  if (answer(argv)) return 0;
  // Rejections that nobody handles come here too.
  process.on('uncaughtException', (error) => {
    try {
      writeSync(2, crashReport(error, argv.includes('--json')));
    } finally {
      process.exit(1);
    }
  });
  const { env } = process;
  const bundle = openBundle({
    folder: __dirname,
    codeFolder: codeFolder(process),
    require,
    uid: process.getuid?.() ?? null,
    pid: process.pid,
  });
  const { run } = bundle.load(__DASHCTL_CHUNK__) as typeof Run;
  const done: string[] = [];
  const code = await run({
    ...outsideOf(process, argv),
    ran: (command) => {
      done.push(command);
    },
  });
  // The machine of a CI job is a new one each time: there is no next run to be quick.
  const [command] = done;
  if (command !== undefined && code === 0 && !isSet(env['CI'])) bundle.keepCode(command);
  return code;
}

/**
 * Prints version or help straight to the descriptor: opening the stream would take as long as all the rest. What has
 * several lines goes the usual way to a terminal, and where the reader of a pipe lets us wait.
 */
function answer(argv: readonly string[]): boolean {
  const [word = '--help', ...more] = argv;
  if (more.length > 0) return false;
  try {
    if (word === '--version' || word === '-V') writeSync(1, `${__DASHCTL_VERSION__}\n`);
    else if (word !== '--help' && word !== '-h' && word !== 'help') return false;
    else if (__DASHCTL_HELP__ === '' || fstatSync(1).isCharacterDevice()) return false;
    else writeSync(1, __DASHCTL_HELP__);
    return true;
  } catch {
    return false;
  }
}

/** Where V8's code of this Node is kept; null when the user wants none kept. */
function codeFolder({ env, platform, arch, versions }: NodeJS.Process): string | null {
  if (isSet(env['NODE_DISABLE_COMPILE_CACHE'])) return null;
  const { cache } = userFolders({ env, platform, home: env['HOME'] ?? homedir() });
  return join(cache, 'code', `${versions.v8}-${arch}`);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

function outsideOf(process: NodeJS.Process, argv: readonly string[]): Run.Outside {
  return {
    argv,
    version: __DASHCTL_VERSION__,
    env: process.env,
    platform: process.platform,
    // Node opens each stream when it is first looked at; most commands never look at stdin.
    streams: {
      get stdin() {
        return process.stdin;
      },
      get stdout() {
        return process.stdout;
      },
      get stderr() {
        return process.stderr;
      },
    },
    onSignal(signal, act) {
      process.on(signal, act);
      return () => {
        process.off(signal, act);
      };
    },
    keyring: {
      command: [process.execPath, join(__dirname, '../bin/keyring-access.js')],
      quiet: false,
    },
    exitNow(code) {
      // Only for a second Ctrl-C: whoever presses it twice wants out more than whole output.
      process.exit(code);
    },
  };
}
