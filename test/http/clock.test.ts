import { getEventListeners } from 'node:events';
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
    await expect(sleeping).rejects.toMatchObject({ message: 'enough' });
    await expect(systemClock.sleep(60_000, interrupt.signal)).rejects.toMatchObject({ message: 'enough' });
  });

  it('sleeps no longer than asked, and not at all for nothing', async () => {
    vi.useFakeTimers();
    try {
      await systemClock.sleep(0);
      await systemClock.sleep(-5);
      expect(vi.getTimerCount()).toBe(0);
      const sleeping = systemClock.sleep(longestTimer);
      await vi.advanceTimersByTimeAsync(longestTimer);
      await sleeping;
      expect(vi.getTimerCount()).toBe(0);
      const before = systemClock.now();
      vi.advanceTimersByTime(1234);
      expect(systemClock.now() - before).toBe(1234);
    } finally {
      vi.useRealTimers();
    }
  });

  it('leaves neither a timer nor a listener behind', async () => {
    vi.useFakeTimers();
    try {
      const interrupt = new AbortController();
      const { signal } = interrupt;
      const first = systemClock.sleep(10, signal);
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(10);
      await first;
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      const second = systemClock.sleep(10, signal);
      interrupt.abort('no error');
      await expect(second).rejects.toMatchObject({ message: 'Interrupted' });
      await expect(systemClock.sleep(10, signal)).rejects.toMatchObject({ message: 'Interrupted' });
      expect(vi.getTimerCount()).toBe(0);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('rings an alarm once, later when it is restarted, and never when it is cancelled', async () => {
    vi.useFakeTimers();
    try {
      let rings = 0;
      const ring = (): void => {
        rings += 1;
      };
      const alarm = systemClock.alarm(100, ring);
      await vi.advanceTimersByTimeAsync(99);
      alarm.restart();
      await vi.advanceTimersByTimeAsync(99);
      expect(rings).toBe(0);
      await vi.advanceTimersByTimeAsync(1);
      expect(rings).toBe(1);
      alarm.restart();
      await vi.advanceTimersByTimeAsync(1000);
      expect(rings).toBe(1);
      const cancelled = systemClock.alarm(100, ring);
      cancelled.cancel();
      cancelled.restart();
      await vi.advanceTimersByTimeAsync(1000);
      expect(rings).toBe(1);
      systemClock.alarm(longestTimer * 2, ring);
      await vi.advanceTimersByTimeAsync(longestTimer - 1);
      expect(rings).toBe(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(rings).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('throws dice between 0 and 1', () => {
    for (let i = 0; i < 100; i++) {
      const throwOne = systemClock.random();
      expect(throwOne >= 0 && throwOne < 1).toBe(true);
    }
  });
});
