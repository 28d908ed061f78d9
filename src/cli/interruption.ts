/**
 * What Ctrl-C means. The first one: nothing new starts, and what only reads is given up at once; a write that was sent, with
 * the reads that tell what became of it, gets some time to end. The second one ends the process, which is not done here.
 */
import { DashctlError } from '../errors.ts';

/** How long a write under way may take after the first Ctrl-C, milliseconds. */
const grace = 10_000;

export interface Interruption {
  /** Aborts at once: nothing new starts. */
  readonly stop: AbortSignal;
  /** Aborts when nothing is being seen through any more, or takes too long. */
  readonly cut: AbortSignal;
  /** Runs a write that is not cut off at once. @throws whatever `work` throws */
  seeThrough<T>(work: () => Promise<T>): Promise<T>;
}

export interface Interruptible extends Interruption {
  /** @returns whether something is being seen through now */
  interrupt(): boolean;
}

/** The interruption of one run. */
export function createInterruption(): Interruptible {
  const reason = new DashctlError('cancelled', 'Interrupted.');
  const stop = new AbortController();
  const cut = new AbortController();
  let underway = 0;
  let timer: NodeJS.Timeout | undefined;
  const cutOff = (): void => {
    clearTimeout(timer);
    cut.abort(reason);
  };
  return {
    stop: stop.signal,
    cut: cut.signal,
    interrupt() {
      stop.abort(reason);
      if (underway === 0) cutOff();
      else timer ??= setTimeout(cutOff, grace);
      return underway > 0;
    },
    async seeThrough(work) {
      underway += 1;
      try {
        return await work();
      } finally {
        underway -= 1;
        if (underway === 0 && stop.signal.aborted) cutOff();
      }
    },
  };
}

/** One whose every work ends with the signal. */
export function endingWith(signal: AbortSignal): Interruption {
  return { stop: signal, cut: signal, seeThrough: (work) => work() };
}
