/**
 * Time for one command that passes only when nothing else can happen, so that no deadline depends on how busy the machine
 * is: a client that waits goes on at once, and where a server keeps it waiting, its next deadline comes at once.
 */
import type { Alarm, Clock } from '../../src/http/http.ts';
import type { Time } from './proxy.ts';

/** Between two bytes of an answer that drips: less than the client's patience with a silent body. */
const dripEvery = 10_000;

/** Each request under way has two deadlines: that of its phase and that of the whole. */
const deadlinesOfRequest = 2;

/** For a client in a process of its own, which has the machine's time: it passes by itself. */
export const realTime: Time = {
  stall: () => undefined,
  stallOnceRead: () => undefined,
  drip(send) {
    const timer = setInterval(() => {
      if (!send()) clearInterval(timer);
    }, 1000);
  },
};

interface Deadline {
  due: number;
  readonly ms: number;
  readonly ring: () => void;
}

export class VirtualTime implements Clock, Time {
  /** Milliseconds that the client wanted to wait between requests. */
  waited = 0;
  readonly #onWait: () => Promise<void> | undefined;
  readonly #deadlines = new Set<Deadline>();
  readonly #onRead = new Set<() => void>();
  #now = Date.now();
  #stalled = 0;

  /** @param onWait called before each wait of the client. */
  constructor(onWait: () => Promise<void> | undefined) {
    this.#onWait = onWait;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return 0.5;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.waited += ms;
    this.#now += ms;
    await this.#onWait();
    await new Promise((resume) => setImmediate(resume));
    signal?.throwIfAborted();
  }

  alarm(ms: number, ring: () => void): Alarm {
    const deadline: Deadline = { due: this.#now + ms, ms, ring };
    this.#deadlines.add(deadline);
    return {
      restart: () => {
        if (!this.#deadlines.has(deadline)) return;
        deadline.due = this.#now + ms;
        for (const act of this.#onRead) setImmediate(act);
        this.#onRead.clear();
      },
      cancel: () => {
        this.#deadlines.delete(deadline);
        this.#passWhenQuiet();
      },
    };
  }

  /** One request gets nothing more: as soon as no other one is under way, its next deadline comes. */
  stall(): void {
    this.#stalled += 1;
    this.#passWhenQuiet();
  }

  /** The same, as soon as the client has read some of a body. */
  stallOnceRead(): void {
    this.#onRead.add(() => {
      this.stall();
    });
  }

  /**
   * Sends a byte of one request's answer now and then, each as soon as the client has read the one before.
   * @param send false once nobody listens any more.
   */
  drip(send: () => boolean): void {
    const next = (): void => {
      this.#now += dripEvery;
      this.#ringDue();
      if (send()) this.#onRead.add(next);
    };
    this.#onRead.add(next);
  }

  #passWhenQuiet(): void {
    if (this.#stalled === 0) return;
    // What was cancelled may belong to a request that goes on to its next phase in the same turn.
    setImmediate(() => {
      if (this.#stalled === 0 || this.#deadlines.size > this.#stalled * deadlinesOfRequest) return;
      const [first] = [...this.#deadlines].toSorted((a, b) => a.due - b.due);
      if (first === undefined) return;
      this.#stalled -= 1;
      this.#now = Math.max(this.#now, first.due);
      this.#deadlines.delete(first);
      first.ring();
    });
  }

  #ringDue(): void {
    for (const deadline of this.#deadlines) {
      if (deadline.due > this.#now) continue;
      this.#deadlines.delete(deadline);
      deadline.ring();
    }
  }
}
