import { describe, expect, it, vi } from 'vitest';
import { longestTimer, systemClock } from '../../src/http/clock.ts';

describe('the real clock', () => {
  it('sleeps longer than a timer can, without a hot loop', async () => {
    vi.useFakeTimers();
    try {
      let awake = false;
      const sleeping = systemClock.sleep(longestTimer * 2 + 10).then(() => {
        awake = true;
      });
      await vi.advanceTimersByTimeAsync(longestTimer * 2 + 9);
      expect(awake).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      await sleeping;
      expect(awake).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('wakes with the reason of the signal', async () => {
    const interrupt = new AbortController();
    const sleeping = systemClock.sleep(60_000, interrupt.signal);
    interrupt.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(systemClock.sleep(60_000, interrupt.signal)).rejects.toThrow('enough');
  });

  it('throws dice between 0 and 1', () => {
    for (let i = 0; i < 100; i++) {
      const throwOne = systemClock.random();
      expect(throwOne >= 0 && throwOne < 1).toBe(true);
    }
  });
});
