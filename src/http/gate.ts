/**
 * How many requests are in flight to one host. What the host can bear is found by what it says, and holds for all accounts
 * of a run there. The first request of an account goes alone until it is answered, so that a bad key costs one 401 and not
 * sixteen.
 */
import type { DashctlError } from '../errors.ts';
import type { Clock } from './http.ts';

/** Writes in flight at once, at most. */
const mostWrites = 4;

/** Clean answers that raise the limit by one, once there was trouble. */
const cleanPerStep = 10;

interface Waiter {
  readonly write: boolean;
  /** Whether the account lets it go now, a slot given. */
  readonly mayGo: () => boolean;
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

/** Bounded, adaptive concurrency of one host, for all who ask it. */
class Load {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #cap: number;
  #limit: number;
  #reads = 0;
  #writes = 0;
  #clean = 0;
  /** Clean answers that end the present window: the first request goes alone, then as many as the limit lets through. */
  #window = 1;
  #troubled = false;
  #lastHalving = -Infinity;
  #waiting: Waiter[] = [];

  constructor(cap: number, clock: Pick<Clock, 'now'>) {
    this.#cap = Math.max(1, cap);
    this.#limit = Math.min(4, this.#cap);
    this.#clock = clock;
  }

  get inFlight(): number {
    return this.#reads + this.#writes;
  }

  get limit(): number {
    return this.#limit;
  }

  wait(waiter: Waiter): void {
    this.#waiting.push(waiter);
    this.admit();
  }

  forget(waiter: Waiter): void {
    this.#waiting = this.#waiting.filter((other) => other !== waiter);
  }

  leave(write: boolean, health: Health): void {
    if (write) this.#writes--;
    else this.#reads--;
    if (health === 'clean') this.#grow();
    else if (health === 'overloaded') this.#shrink();
    this.admit();
  }

  /** Lets in whom there is room for, in the order of their coming. */
  admit(): void {
    while (this.inFlight < this.#limit) {
      const index = this.#waiting.findIndex(
        ({ write, mayGo }) => (!write || this.#writes < mostWrites) && mayGo(),
      );
      const [next] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (next === undefined) return;
      if (next.write) this.#writes++;
      else this.#reads++;
      next.admit();
    }
  }

  #grow(): void {
    this.#clean++;
    if (this.#clean < (this.#troubled ? cleanPerStep : this.#window)) return;
    this.#clean = 0;
    this.#limit = Math.min(this.#cap, this.#troubled ? this.#limit + 1 : this.#limit * 2);
    this.#window = this.#limit;
  }

  #shrink(): void {
    this.#troubled = true;
    this.#clean = 0;
    const now = this.#clock.now();
    if (now - this.#lastHalving < 1000) return;
    this.#lastHalving = now;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
  }
}

/** The way of one account to a host. */
export class Gate {
  readonly #load: Load;
  #inside = 0;
  #trusted = false;
  #waiting = new Set<Waiter>();

  /**
   * @param cap most requests in flight to the host, at least 1.
   * @param beside the gate of another account to the same host, whose limit holds for both; its cap stands.
   */
  constructor(cap: number, clock: Pick<Clock, 'now'>, beside?: Gate) {
    this.#load = beside === undefined ? new Load(cap, clock) : beside.#load;
  }

  /** Requests in flight to the host now, those of other accounts included. */
  get inFlight(): number {
    return this.#load.inFlight;
  }

  /** The present limit of the host. */
  get limit(): number {
    return this.#load.limit;
  }

  /** Whether the credentials were accepted, and not doubted since. Requests go one by one until they are. */
  get trusted(): boolean {
    return this.#trusted;
  }

  /** Waits for a slot. Rejects when the signal aborts or when the credentials turn out to be refused meanwhile. */
  enter(write: boolean, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        signal?.removeEventListener('abort', stop);
        this.#waiting.delete(waiter);
      };
      const stop = (): void => {
        settle();
        this.#load.forget(waiter);
        reject(signal?.reason instanceof Error ? signal.reason : new Error('Interrupted'));
      };
      const waiter: Waiter = {
        write,
        mayGo: () => this.#trusted || this.#inside === 0,
        admit: () => {
          settle();
          this.#inside++;
          resolve();
        },
        refuse: (error) => {
          settle();
          this.#load.forget(waiter);
          reject(error);
        },
      };
      if (signal?.aborted === true) {
        stop();
        return;
      }
      signal?.addEventListener('abort', stop);
      this.#waiting.add(waiter);
      this.#load.wait(waiter);
    });
  }

  /** Gives a slot back and says how the server is. */
  leave(write: boolean, health: Health): void {
    this.#inside--;
    if (health !== 'none') this.#trusted = true;
    this.#load.leave(write, health);
  }

  /** The credentials were refused after they had been accepted: the next request goes alone and tells which is so. */
  doubt(): void {
    this.#trusted = false;
  }

  /**
   * The credentials were refused: whoever waits gets the same error instead of sending it again, and the next request
   * goes alone.
   */
  refuseWaiting(error: DashctlError): void {
    this.#trusted = false;
    for (const waiter of [...this.#waiting]) waiter.refuse(error);
  }
}
