/** `--jq` as the renderer knows it; the jq behind it is loaded when it is used. */
import type { Jq } from './jq.ts';

export interface FilterResult {
  /** JSON, or the text itself when `bare`. */
  readonly text: string;
  /** It was a string: printed without quotes. */
  readonly bare: boolean;
}

export interface JsonFilter {
  /** @throws DashctlError `usage` for an expression that is none, with the place in it. */
  check(): Promise<void>;
  /**
   * Filters every JSON value in a text, in their order. Numbers pass as they are written.
   * @param indent several lines per result, for people.
   * @throws DashctlError `filter` when the expression fails on a value, or the text is no JSON.
   */
  apply(json: string, indent: boolean): Promise<readonly FilterResult[]>;
}

/** What a filter needs from outside. */
export interface FilterWorld {
  /** Takes what `debug` and `stderr` in the expression say. */
  readonly say: (text: string) => void;
  /** Runs work that does not give way to anything until it is done, so that Ctrl-C ends the process meanwhile. */
  readonly block: <T>(work: () => T) => T;
}

/** A filter by a jq expression. Nothing is loaded before the first use. */
export function createFilter(expression: string, world: FilterWorld): JsonFilter {
  let opened: Promise<Jq> | null = null;
  const open = (): Promise<Jq> =>
    (opened ??= import('./jq.ts').then(({ openJq }) => openJq(expression, world)));
  return {
    check: async () => (await open()).check(),
    apply: async (json, indent) => (await open()).apply(json, indent),
  };
}
