/**
 * What happens after a request failed or was refused: repeat, wait, or give up. Pure rules; clock and chance come from
 * outside. Writes are repeated only when the first attempt surely did nothing.
 */
import { backoff, toldWait, withJitter, type WireHeaders } from './wait.ts';
import type { HttpRequest, Method } from './http.ts';

/** Attempts per request, the first one included. */
export const mostAttempts = 4;

/** Answers that often pass: gateways, overload, request timeouts (curl's list of transient answers). */
const transient: ReadonlySet<number> = new Set([408, 502, 503, 504, 522, 524]);

/** Reads change nothing and may be repeated. */
export function isRead(method: Method): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** How one attempt ended, as far as the policy cares. */
export type Ending =
  /** A status that is neither success nor accepted by the request. */
  | { readonly kind: 'status'; readonly status: number; readonly headers: WireHeaders }
  /** No answer, or a torn one. `sent`: at least the first byte of the request went out. `final`: repeating cannot help. */
  | { readonly kind: 'broken'; readonly sent: boolean; readonly final: boolean };

/** What to do next. */
export type Verdict =
  /** Sleep `wait` ms (jitter included), then repeat. `told`: the server named the wait. */
  | { readonly kind: 'repeat'; readonly wait: number; readonly told: boolean }
  /** The server wants a wait of `wait` ms, longer than allowed. */
  | { readonly kind: 'too-long'; readonly wait: number }
  /** The failure stands. */
  | { readonly kind: 'fail' }
  /** The write may or may not have happened. */
  | { readonly kind: 'unknown' };

/** What the verdict depends on besides the ending. */
export interface Circumstances {
  readonly method: HttpRequest['method'];
  /** Attempts made so far, at least 1. */
  readonly attempts: number;
  /** How many of them were answered with 500. */
  readonly serverErrors: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** 0 ≤ x < 1. */
  readonly random: number;
  /** Longest wait that a server may ask for, in milliseconds. */
  readonly maxWait: number;
}

/** Judges one attempt. The retry budget is asked separately, by whoever acts on `repeat`. */
export function judge(ending: Ending, its: Circumstances): Verdict {
  const read = isRead(its.method);
  if (ending.kind === 'broken') {
    if (ending.sent && !read) return { kind: 'unknown' };
    if (ending.final || its.attempts >= mostAttempts) return { kind: 'fail' };
    return { kind: 'repeat', wait: backoff(its.attempts - 1, its.random), told: false };
  }
  const { status, headers } = ending;
  const repeatable =
    status === 429 || (read && (transient.has(status) || (status === 500 && its.serverErrors <= 1)));
  if (!read && !repeatable && (transient.has(status) || status === 500)) return { kind: 'unknown' };
  if (!repeatable) return { kind: 'fail' };
  const told = toldWait(headers, its.now, status);
  if (told !== null && told > its.maxWait) return { kind: 'too-long', wait: told };
  if (its.attempts >= mostAttempts) return { kind: 'fail' };
  return told === null
    ? { kind: 'repeat', wait: backoff(its.attempts - 1, its.random), told: false }
    : { kind: 'repeat', wait: withJitter(told, its.random), told: true };
}

/** Repeats of one run against one host: at most a fifth of its requests, plus ten. Stops retry storms. */
export class RetryBudget {
  #requests = 0;
  #repeats = 0;

  /** Counts a request (not its repeats). */
  request(): void {
    this.#requests++;
  }

  /** Takes one repeat out of the budget; false when it is spent. */
  takeRepeat(): boolean {
    if (this.#repeats >= this.#requests * 0.2 + 10) return false;
    this.#repeats++;
    return true;
  }
}
