/** The door: takes the process apart into plain values, and answers `--version` before anything else is loaded. */
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Outside } from './cli/run.ts';

declare const __DASHCTL_VERSION__: string | undefined;

/** The version of package.json, put in by the build. */
export const version = typeof __DASHCTL_VERSION__ === 'string' ? __DASHCTL_VERSION__ : '0.0.0';

/** Runs one command line. @returns the exit code; the caller sets it and lets the streams drain. */
export async function main(process: NodeJS.Process): Promise<number> {
  const argv = process.argv.slice(2);
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    // Straight to the descriptor: opening the stream would take as long as all the rest.
    writeSync(1, `${version}\n`);
    return 0;
  }
  const { run } = await import('./cli/run.ts');
  return await run(outsideOf(process, argv));
}

function outsideOf(process: NodeJS.Process, argv: readonly string[]): Outside {
  return {
    argv,
    version,
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
      command: [process.execPath, fileURLToPath(new URL('../bin/keyring-access.js', import.meta.url))],
      quiet: false,
    },
    exitNow(code) {
      // Only for a second Ctrl-C: whoever presses it twice wants out more than whole output.
      process.exit(code);
    },
  };
}
