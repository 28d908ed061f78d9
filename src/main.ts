/** The door: takes the process apart into plain values, and answers `--version` before anything else is loaded. */
import type { Outside } from './cli/run.ts';

declare const __DASHCTL_VERSION__: string | undefined;

/** The version of package.json, put in by the build. */
export const version = typeof __DASHCTL_VERSION__ === 'string' ? __DASHCTL_VERSION__ : '0.0.0';

/** Runs one command line. @returns the exit code; the caller sets it and lets the streams drain. */
export async function main(process: NodeJS.Process): Promise<number> {
  const argv = process.argv.slice(2);
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${version}\n`);
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
    streams: { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
    onSignal(signal, act) {
      process.on(signal, act);
      return () => {
        process.off(signal, act);
      };
    },
    exitNow(code) {
      // Only for a second Ctrl-C: whoever presses it twice wants out more than whole output.
      process.exit(code);
    },
  };
}
