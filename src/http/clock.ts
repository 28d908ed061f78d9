/** The real clock and the real dice. Tests hand in their own {@link Clock}. */
import type { Clock } from './http.ts';

/** The longest delay that `setTimeout` understands; anything above fires after 1 ms. */
export const longestTimer = 2 ** 31 - 1;

/** Time and chance of this machine. A sleep longer than {@link longestTimer} ms is slept in parts; an
 * alarm rings after that time at the latest. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  async sleep(ms, signal) {
    for (let left = ms; left > 0; left -= longestTimer) await nap(Math.min(left, longestTimer), signal);
  },
  alarm(ms, ring) {
    let pending = true;
    const timer = setTimeout(
      () => {
        pending = false;
        ring();
      },
      Math.min(ms, longestTimer),
    );
    return {
      restart() {
        if (pending) timer.refresh();
      },
      cancel() {
        pending = false;
        clearTimeout(timer);
      },
    };
  },
};

function nap(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      signal?.removeEventListener('abort', stop);
      clearTimeout(timer);
      reject(reasonOf(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop);
  });
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('Interrupted');
}
