import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createInterruption } from '../../src/cli/interruption.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A write that ends when it is told to. */
function write(): { readonly work: () => Promise<string>; readonly end: () => void } {
  let end = (): void => undefined;
  const done = new Promise<string>((resolve) => {
    end = () => {
      resolve('done');
    };
  });
  return {
    work: () => done,
    end: () => {
      end();
    },
  };
}

describe('an interruption', () => {
  it('cuts everything off when nothing is being seen through', () => {
    const interruption = createInterruption();
    expect([interruption.stop.aborted, interruption.cut.aborted]).toEqual([false, false]);
    expect(interruption.interrupt()).toBe(false);
    expect([interruption.stop.aborted, interruption.cut.aborted]).toEqual([true, true]);
    expect(interruption.cut.reason).toMatchObject({ code: 'cancelled' });
  });

  it('lets the writes under way end, and then cuts off the rest', async () => {
    const interruption = createInterruption();
    const [one, other] = [write(), write()];
    const ended = [interruption.seeThrough(one.work), interruption.seeThrough(other.work)];
    expect(interruption.interrupt()).toBe(true);
    expect([interruption.stop.aborted, interruption.cut.aborted]).toEqual([true, false]);
    one.end();
    expect(await ended[0]).toBe('done');
    expect(interruption.cut.aborted).toBe(false);
    other.end();
    expect(await ended[1]).toBe('done');
    expect(interruption.cut.aborted).toBe(true);
  });

  it('gives them ten seconds, however often it comes', () => {
    const interruption = createInterruption();
    void interruption.seeThrough(write().work);
    interruption.interrupt();
    vi.advanceTimersByTime(6000);
    interruption.interrupt();
    vi.advanceTimersByTime(3999);
    expect(interruption.cut.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(interruption.cut.aborted).toBe(true);
  });

  it('does not outlive a write that fails', async () => {
    const interruption = createInterruption();
    await expect(interruption.seeThrough(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(interruption.cut.aborted).toBe(false);
    expect(interruption.interrupt()).toBe(false);
  });
});
