/**
 * How many requests are in flight. The first request of a client goes alone until it is answered, so that a bad key costs
 * one 401 and not sixteen; after that the limit finds its level by what the server says.
 */
import type { DashctlError } from '../errors.ts';
import type { Clock } from './http.ts';

/** Writes in flight at once, at most. */
const mostWrites = 4;

/** Clean answers that raise the limit by one, once there was trouble. */
const cleanPerStep = 10;

interface Waiter {
  readonly write: boolean;
  readonly admit: () => void;
  readonly refuse: (error: Error) => void;
}

/** What an answer says about the server's state of health. */
export type Health =
  /** An ordinary answer. */
  | 'clean'
  /** 429 or 503. */
  | 'overloaded'
  /** No answer; says nothing about credentials or load. */
  | 'none';

/** Bounded, adaptive concurrency for one host. */
export class Gate {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #cap: number;
  #limit: number;
  #reads = 0;
  #writes = 0;
  #clean = 0;
  #troubled = false;
  #lastHalving = -Infinity;
  #trusted = false;
  #waiting: Waiter[] = [];

  /** @param cap most requests in flight, at least 1. */
  constructor(cap: number, clock: Pick<Clock, 'now'>) {
    this.#cap = Math.max(1, cap);
    this.#limit = Math.min(4, this.#cap);
    this.#clock = clock;
  }

  /** Requests in flight now. */
  get inFlight(): number {
    return this.#reads + this.#writes;
  }

  /** The present limit. */
  get limit(): number {
    return this.#limit;
  }

  /** Waits for a slot. Rejects when the signal aborts or when the credentials turn out to be refused meanwhile. */
  enter(write: boolean, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
        reject(signal?.reason instanceof Error ? signal.reason : new Error('Interrupted'));
      };
      const waiter: Waiter = {
        write,
        admit: () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
        refuse: (error) => {
          signal?.removeEventListener('abort', stop);
          reject(error);
        },
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.#waiting.push(waiter);
      this.#admitWaiting();
      if (signal?.aborted === true) stop();
    });
  }

  /** Gives a slot back and says how the server is. */
  leave(write: boolean, health: Health): void {
    if (write) this.#writes--;
    else this.#reads--;
    if (health === 'clean') {
      this.#trusted = true;
      this.#grow();
    } else if (health === 'overloaded') {
      this.#trusted = true;
      this.#shrink();
    }
    this.#admitWaiting();
  }

  /**
   * The credentials were refused: whoever waits gets the same error instead of sending it again, and the next request
   * goes alone.
   */
  refuseWaiting(error: DashctlError): void {
    this.#trusted = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const waiter of waiting) waiter.refuse(error);
  }

  #grow(): void {
    this.#clean++;
    if (this.#clean < (this.#troubled ? cleanPerStep : this.#limit)) return;
    this.#clean = 0;
    this.#limit = Math.min(this.#cap, this.#troubled ? this.#limit + 1 : this.#limit * 2);
  }

  #shrink(): void {
    this.#troubled = true;
    this.#clean = 0;
    const now = this.#clock.now();
    if (now - this.#lastHalving < 1000) return;
    this.#lastHalving = now;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
  }

  #admitWaiting(): void {
    const most = this.#trusted ? this.#limit : 1;
    while (this.inFlight < most) {
      const index = this.#waiting.findIndex((waiter) => !waiter.write || this.#writes < mostWrites);
      const [next] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (next === undefined) return;
      if (next.write) this.#writes++;
      else this.#reads++;
      next.admit();
    }
  }
}
