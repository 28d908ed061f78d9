/**
 * A write, thought through before anything is sent: what it changes, which requests it takes, what could go wrong. A
 * dry run prints it, a confirmation shows it, `perform` sends exactly its steps and a journal can keep it.
 */
import type { HttpRequest, HttpResponse } from '../http/http.ts';
import type { ImageRef, PlannedImage } from './image.ts';
import type { Json } from './shape.ts';

/**
 * `plain` needs no question; `exposing` lets more people see something, `destructive` takes something away: both ask on
 * a terminal and need `--yes` elsewhere; `severe` wants `confirm` typed, or `--confirm`.
 */
export type Risk = 'plain' | 'exposing' | 'destructive' | 'severe';

/** A condition that needs its own flag; `--yes` is not enough. Without it: exit 8. */
export interface Guard {
  /** `--empty`, `--allow-self-lockout`. */
  readonly flag: string;
  /** What would happen, one sentence. */
  readonly message: string;
}

/** What may be restored later, and how well. */
export interface UndoKind {
  readonly kind: 'exact' | 'lossy' | 'impossible';
  /** What would be different afterwards; null for exact. */
  readonly why: string | null;
}

/** How a write ended. */
export interface Outcome<T> {
  readonly value: T;
  /** The provider's own bytes of the result, for `--raw`; null when it sent none. */
  readonly raw: Uint8Array | null;
  /** What else the user should know ("The server added team@example.com by itself."). */
  readonly notes: readonly string[];
  /** What a creation made, so that it can be taken back. */
  readonly created?: readonly ImageRef[];
}

export interface WritePlan<T> {
  /** Verb and object: `Delete dashboard "Checkout latency"`. */
  readonly title: string;
  /** References of what is changed. */
  readonly resources: readonly string[];
  readonly risk: Risk;
  /** What to type (or give to `--confirm`) for a severe plan: the title of the object, or the number of objects. */
  readonly confirm: string | null;
  readonly guards: readonly Guard[];
  /** Warnings and consequences, shown before the question, one sentence each. */
  readonly notes: readonly string[];
  /** The normalised state that changes; null for "nothing there". Secrets are masked by the caller's renderer. */
  readonly before: Json;
  readonly after: Json;
  /** In order. Empty: it is already so, and `finish` tells the present state. */
  readonly steps: readonly HttpRequest[];
  readonly undo: UndoKind;
  /** The things that it changes, as the journal keeps them and undo restores them. Left out: nothing can be restored. */
  readonly images?: readonly PlannedImage[];
  /** What of the steps' bodies must not be shown: a new password. */
  readonly secrets?: readonly string[];
  /**
   * Reads again, just before sending, and compares with what the plan was made from.
   * @throws DashctlError `conflict` when someone else changed it meanwhile.
   */
  unchanged?(): Promise<void>;
  /** Reads back and tells the resulting resource. @throws DashctlError `conflict` when the result is not as planned. */
  finish(answers: readonly HttpResponse[]): Promise<Outcome<T>>;
  /** After an unknown fate: reads and says what is true. Left out where reading cannot tell. */
  settle?(): Promise<'applied' | 'not-applied' | 'unknown'>;
}

/** A plan for what is already so: nothing is sent. */
export function alreadySo(title: string, resource: string): WritePlan<null> {
  return {
    title,
    resources: [resource],
    risk: 'plain',
    confirm: null,
    guards: [],
    notes: [],
    before: null,
    after: null,
    steps: [],
    undo: { kind: 'exact', why: null },
    images: [],
    finish: () => Promise.resolve({ value: null, raw: null, notes: [] }),
  };
}
