/**
 * A shape describes the normalised rows of one noun: which keys there are, in which order, and how a person reads them.
 * It feeds `--fields`, every output format, help and the reference docs. Keys may join, none may leave.
 */

/** JSON as it is printed. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * How a value is shown to people. `id` and `url` are never cut; `time` is ISO 8601 UTC and relative on a terminal;
 * `principal` prints as it is written (`team:sre`); `list` prints joined by commas.
 */
export type FieldKind =
  'text' | 'id' | 'url' | 'time' | 'boolean' | 'number' | 'list' | 'principal' | 'level' | 'object';

export interface Field {
  /** Key in JSON and in `--fields`; camelCase. */
  readonly key: string;
  readonly kind: FieldKind;
  /**
   * Whether a terminal table shows it: `yes`; where the line has room for it; where a row has it and there is room; only
   * when several profiles are asked; or only by `--fields`. On a pipe there is always room, and what depends on the rows
   * is left out, so that columns keep their places.
   */
  readonly table: 'yes' | 'if-room' | 'if-filled' | 'several-profiles' | 'no';
  /** Never cut in a table, since people copy it; ids and addresses never are. */
  readonly whole?: boolean;
  /** Its share of a table's width, relative to other columns that can be cut. Default 1. */
  readonly weight?: number;
  /** One line for help and the reference. */
  readonly summary: string;
}

export interface Shape {
  /** Singular, as in "No dashboards found": `dashboard`. */
  readonly noun: string;
  readonly plural: string;
  readonly fields: readonly Field[];
}

/** A normalised object together with the provider's own bytes that it was read from (`--raw`). */
export interface Fetched<T> {
  readonly value: T;
  readonly raw: Uint8Array;
}

/** One page of a list, rows and the provider's own bytes. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly raw: Uint8Array;
  /** How many rows there are for what was asked, a limit apart, where the server tells. */
  readonly total?: number;
}
