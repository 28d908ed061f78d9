/** Runs dashctl inside the test process over its own streams, environment and folders. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterAll } from 'vitest';
import { run } from '../../src/cli/run.ts';
import type { Clock } from '../../src/http/http.ts';
import type { FileOperations } from '../../src/files/operations.ts';
import type { Json } from '../../src/model/shape.ts';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as JSON; throws when it is none. */
  json(): Json;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Width of stdout when it is to be a terminal. */
  readonly columns?: number;
  /** Time and chance instead of the machine's. */
  readonly clock?: Clock;
  /** The disk as the journal sees it. */
  readonly files?: FileOperations;
}

export interface Cli {
  /** Holds configuration and state; fresh for every `createCli`. */
  readonly home: string;
  (argv: readonly string[] | string, options?: CliOptions): Promise<CliResult>;
}

const homes: string[] = [];

afterAll(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

/** A command line with a home of its own: profiles and the sandbox's state live there and nowhere else. */
export function createCli(defaults: CliOptions = {}): Cli {
  const home = mkdtempSync(join(tmpdir(), 'dashctl-test-'));
  homes.push(home);
  const invoke = async (argv: readonly string[] | string, options: CliOptions = {}): Promise<CliResult> => {
    const stdout = new Collector(options.columns ?? defaults.columns);
    const stderr = new Collector();
    const stdin = new PassThrough();
    stdin.end(options.stdin ?? defaults.stdin ?? '');
    const clock = options.clock ?? defaults.clock;
    const code = await run({
      argv: typeof argv === 'string' ? argv.split(' ').filter((word) => word !== '') : argv,
      version: '0.0.0-test',
      env: {
        HOME: home,
        DASHCTL_CONFIG_DIR: join(home, 'config'),
        DASHCTL_STATE_DIR: join(home, 'state'),
        ...defaults.env,
        ...options.env,
      },
      platform: 'linux',
      streams: { stdin, stdout, stderr },
      onSignal: () => () => undefined,
      exitNow: () => undefined,
      ...(options.files === undefined ? {} : { files: options.files }),
      ...(clock === undefined ? {} : { clock }),
    });
    return {
      code,
      stdout: stdout.text,
      stderr: stderr.text,
      json: () => JSON.parse(stdout.text) as Json,
    };
  };
  return Object.assign(invoke, { home });
}

/** A stream that keeps what is written; with a width it passes for a terminal. */
class Collector extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number;

  constructor(columns?: number) {
    super({ decodeStrings: false });
    this.isTTY = columns !== undefined;
    this.columns = columns ?? 0;
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += typeof chunk === 'string' ? chunk : chunk.toString('utf8');
    done();
  }
}
