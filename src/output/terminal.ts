/** What is known about the three streams: terminal or not, how wide, how colourful, and whether a person can be asked. */
import type { Readable, Writable } from 'node:stream';

/** A stream to write to; a terminal says so and knows its size. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

export type InputStream = Readable & { readonly isTTY?: boolean };

export interface Streams {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** 0 none, 1 sixteen colours, 2 two hundred and fifty-six, 3 true colour; chalk's levels. */
export type ColourLevel = 0 | 1 | 2 | 3;

export interface StreamFacts {
  readonly isTTY: boolean;
  /** Character cells per line. */
  readonly columns: number;
  /** Lines of the screen; 0 when it is not known. */
  readonly rows: number;
  readonly colour: ColourLevel;
}

/** The pager that a person has, or the usual one. */
export interface PagerChoice {
  /** As it was written; split without a shell. */
  readonly command: string;
  /** Who named it; null for the default. */
  readonly variable: 'DASHCTL_PAGER' | 'PAGER' | null;
  /** What it gets of the environment: all of it. */
  readonly env: Environment;
}

export interface TerminalFacts {
  readonly stdout: StreamFacts;
  readonly stderr: StreamFacts;
  /** `CI` is set and is not `false`. */
  readonly ci: boolean;
  /** stdin and stderr are terminals, it is no CI, and `--no-input` was not given. */
  readonly canPrompt: boolean;
  /** What long results are read with; null: they are printed. */
  readonly pager: PagerChoice | null;
}

export interface TerminalFlags {
  /** `--color`. */
  readonly color: 'always' | 'never' | 'auto';
  /** `--no-input`. */
  readonly noInput: boolean;
  /** `--no-pager`. */
  readonly noPager?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const defaultColumns = 80;

/** Describes the streams. Each output stream is judged by itself. */
export function describeTerminal(streams: Streams, env: Environment, flags: TerminalFlags): TerminalFacts {
  const stdout = describeStream(streams.stdout, env, flags.color);
  const stderr = describeStream(streams.stderr, env, flags.color);
  const ci = env['CI'] !== undefined && env['CI'] !== '' && env['CI'].toLowerCase() !== 'false';
  // stdin comes last: Node opens it when it is first looked at, which takes some milliseconds.
  const canPrompt = stderr.isTTY && !ci && !flags.noInput && streams.stdin.isTTY === true;
  const canPage = stdout.isTTY && stdout.rows > 0 && !ci && flags.noPager !== true && env['TERM'] !== 'dumb';
  const pager = canPage && streams.stdin.isTTY === true ? pagerOf(env) : null;
  return { stdout, stderr, ci, canPrompt, pager };
}

/** `DASHCTL_PAGER`, `PAGER`, less. One that is set to nothing, or to `cat`, means none. */
function pagerOf(env: Environment): PagerChoice | null {
  const variable = (['DASHCTL_PAGER', 'PAGER'] as const).find((name) => env[name] !== undefined) ?? null;
  const command = (variable === null ? 'less' : (env[variable] ?? '')).trim();
  return command === '' || command === 'cat' ? null : { command, variable, env };
}

function describeStream(stream: OutputStream, env: Environment, color: TerminalFlags['color']): StreamFacts {
  const isTTY = stream.isTTY === true;
  return {
    isTTY,
    columns: columnsOf(stream, env),
    rows: stream.rows ?? 0,
    colour: colourLevel(isTTY, env, color),
  };
}

/** The width that the terminal reports, else `COLUMNS`, else 80. A terminal without a size reports 0. */
function columnsOf(stream: OutputStream, env: Environment): number {
  if (stream.columns !== undefined && stream.columns > 0) return stream.columns;
  const columns = /^[0-9]{1,5}$/.test(env['COLUMNS'] ?? '') ? Number(env['COLUMNS']) : 0;
  return columns > 0 ? columns : defaultColumns;
}

/**
 * The colour level of one stream. The first that speaks decides: `--color`, `NO_COLOR` (not empty), `FORCE_COLOR` (0 to
 * 3, `true`, `false`), `CLICOLOR_FORCE`, `CLICOLOR=0`, `TERM=dumb`, and whether the stream is a terminal.
 */
export function colourLevel(isTTY: boolean, env: Environment, color: TerminalFlags['color']): ColourLevel {
  if (color === 'never') return 0;
  if (color === 'always') return colourDepth(env);
  if (isSet(env['NO_COLOR'])) return 0;
  const forced = env['FORCE_COLOR'];
  if (isSet(forced)) {
    if (forced === '0' || forced === 'false') return 0;
    if (forced === '2') return 2;
    if (forced === '3') return 3;
    return forced === '1' ? 1 : colourDepth(env);
  }
  if (isSet(env['CLICOLOR_FORCE']) && env['CLICOLOR_FORCE'] !== '0') return colourDepth(env);
  if (env['CLICOLOR'] === '0' || env['TERM'] === 'dumb') return 0;
  return isTTY ? colourDepth(env) : 0;
}

function colourDepth(env: Environment): ColourLevel {
  if (env['COLORTERM'] === 'truecolor' || env['COLORTERM'] === '24bit') return 3;
  return /-256(color)?$/i.test(env['TERM'] ?? '') ? 2 : 1;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
