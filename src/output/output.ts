/**
 * The public face of the one place that writes results. Commands receive a {@link Renderer} and a `Prompter`
 * (prompts.ts) from the context; nobody else touches the streams. It knows no vendor: rows are described by shapes.
 */
import type { Fetched, Json, Page, Shape } from '../model/shape.ts';
import type { JsonFilter } from './json-filter.ts';
import type { Progress } from './progress.ts';
import type { TerminalFacts } from './terminal.ts';

/** What `--output` accepts. */
export const formats = ['table', 'json', 'ndjson', 'csv', 'tsv', 'yaml'] as const;

export type Format = (typeof formats)[number];

/** What the global options say about results. */
export interface OutputOptions {
  /** null: a table on a terminal, tsv elsewhere. */
  readonly format: Format | null;
  /** `--fields`, in order; null: all in JSON and YAML, those that a table shows elsewhere. */
  readonly fields: readonly string[] | null;
  /** `--raw`: the provider's own bytes instead of rows. */
  readonly raw: boolean;
  /** `--csv-raw`: no guard against spreadsheet formulas. */
  readonly csvRaw: boolean;
  /**
   * `--jq`: applied to the JSON of the whole result, in ndjson to that of every row, with `raw` to the provider's own.
   * Every result is printed on its own line, strings bare. Null without it.
   */
  readonly filter: JsonFilter | null;
}

export interface ListOptions {
  /** The sentence for people when there is no row, naming the filter: `No dashboards match "cpu" in prod.` */
  readonly empty: string;
  /** The sentence below a table on a terminal, once all rows are there; without it the rows are counted, null: none. */
  readonly footer?: ((rows: number) => string) | null;
  /** Several profiles were asked: tables, tsv and csv gain the fields marked `several-profiles`. */
  readonly severalProfiles?: boolean;
}

/** One request as a dry run prints it; secrets are masked by the caller. */
export interface RequestPreview {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly body: string | null;
}

/** What a write would do, or is about to do. */
export interface ChangePreview {
  /** `Delete dashboard prod/abc-def-ghi "Checkout"`. */
  readonly title: string;
  /** null: it does not exist yet. */
  readonly before: Json | null;
  /** null: it will be gone. */
  readonly after: Json | null;
  /** How well it can be taken back. */
  readonly undo?: { readonly kind: string; readonly why: string | null };
  readonly requests: readonly RequestPreview[];
}

/** Writes results to stdout and everything else to stderr, in the chosen format. Never ends the process. */
export interface Renderer {
  readonly format: Format;
  readonly terminal: TerminalFacts;
  /** The spinner; cleared by itself before anything is written. */
  readonly progress: Progress;
  /** The reader of stdout went away (`| head -1`): commands that only read stop early, with exit 0; others carry on. */
  readonly closed: boolean;

  /**
   * Prints a list; ndjson, csv, tsv and raw flow page by page, the others are written once the last page is there.
   * Ends early, without error, when stdout's reader is gone.
   * @returns the number of rows read.
   * @throws DashctlError `usage` for an unknown field, before the first page is asked for; `file` when stdout fails.
   */
  list(shape: Shape, pages: AsyncIterable<Page<object>>, options: ListOptions): Promise<number>;
  /** Prints one object, such as the result of `get` or of a write. */
  record(shape: Shape, fetched: Fetched<object>): Promise<void>;
  /** Prints several objects at hand, such as the results of a bulk write; they have no raw body. */
  records(shape: Shape, items: readonly object[], options?: Partial<ListOptions>): Promise<void>;
  /** Checks `--fields` against a shape. @throws DashctlError `usage` listing the fields. */
  checkFields(shape: Shape): void;
  /** Checks `--jq`. @throws DashctlError `usage` pointing at what is wrong in it. */
  checkFilter(): Promise<void>;
  /**
   * Plain text that is the result itself, on stdout: help, a completion script. A final newline is added if missing.
   * To a filter it is one string.
   */
  text(text: string): Promise<void>;
  /** Bytes that are the result itself, on stdout: verbatim on a pipe, escaped on a terminal; JSON to a filter. */
  bytes(bytes: Uint8Array): Promise<void>;
  /** The same bytes past any filter: what comes beside a result, such as the body of a refusal. */
  verbatim(bytes: Uint8Array): Promise<void>;
  /** A JSON value that has no shape (`api`, `profile show`): JSON or YAML by format, else `key: value` lines. */
  value(value: Json): Promise<void>;

  /** A sentence for people on stderr. Left out in json and ndjson unless stderr is a terminal. */
  note(text: string): void;
  /** `Warning: …` on stderr. In json and ndjson it waits for `finish`, or joins the error object as `warnings`. */
  warn(text: string): void;
  /** One line of `--debug` on stderr. */
  debug(line: string): void;
  /**
   * Reports a failure on stderr: what failed, the provider's status and request id, candidates, and the hint last;
   * one JSON object (`toErrorJson`) in json and ndjson. `json` overrides what the format says; `debug` adds the stack.
   */
  error(error: unknown, options?: { readonly json?: boolean; readonly debug?: boolean }): Promise<void>;

  /** Shows before → after on stderr, ahead of a question. */
  change(preview: ChangePreview): Promise<void>;
  /** The result of `--dry-run` on stdout: text, or `{dryRun, title, before, after, requests}` in JSON and YAML. */
  dryRun(preview: ChangePreview): Promise<void>;

  /**
   * Tells of a signal. A pager that is open is ended by SIGTERM and keeps SIGINT for itself, as it reads the keys.
   * @returns true when the signal was for the pager and the run goes on.
   */
  interrupted(signal: 'SIGINT' | 'SIGTERM'): boolean;

  /** Writes what still waits. Call it once, last. */
  finish(): Promise<void>;
}

export type { Fetched, Json, Page, Shape } from '../model/shape.ts';
export type { Progress } from './progress.ts';
export type { Prompter } from './prompts.ts';
export type { Streams, TerminalFacts } from './terminal.ts';
