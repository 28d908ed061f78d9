import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import { Gate } from '../../src/http/gate.ts';

interface TestClock {
  time: number;
  now(): number;
}

function fakeClock(): TestClock {
  const clock = { time: 0, now: () => clock.time };
  return clock;
}

/** A gate whose credentials were accepted and whose limit stands at its cap. */
async function openGate(cap: number, clock = fakeClock()): Promise<Gate> {
  const gate = new Gate(cap, clock);
  while (gate.limit < cap || !gate.trusted) {
    await gate.enter(false);
    gate.leave(false, 'clean');
  }
  return gate;
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Fills the gate with reads that never leave, and says how many it admits. */
async function admitted(gate: Gate, write = false): Promise<number> {
  let count = 0;
  for (let i = 0; i < 50; i++)
    void gate.enter(write).then(
      () => count++,
      () => undefined,
    );
  await settle();
  return count;
}

describe('the gate', () => {
  it('lets the first request go alone, then twice four at a time', async () => {
    const gate = new Gate(16, fakeClock());
    expect(await admitted(gate)).toBe(1);
    gate.leave(false, 'clean');
    await settle();
    expect(gate.inFlight).toBe(8);
  });

  it('stays with one as long as nothing was answered', async () => {
    const gate = new Gate(16, fakeClock());
    await admitted(gate);
    gate.leave(false, 'none');
    await settle();
    expect(gate.inFlight).toBe(1);
  });

  it('doubles after each clean window up to the cap', () => {
    const gate = new Gate(12, fakeClock());
    gate.leave(false, 'clean');
    expect(gate.limit).toBe(8);
    for (let i = 0; i < 7; i++) gate.leave(false, 'clean');
    expect(gate.limit).toBe(8);
    gate.leave(false, 'clean');
    expect(gate.limit).toBe(12);
  });

  it('halves on overload at most once a second, down to one, then grows by one per ten', () => {
    const clock = fakeClock();
    const gate = new Gate(16, clock);
    for (let i = 0; i < 12; i++) gate.leave(false, 'clean');
    expect(gate.limit).toBe(16);
    gate.leave(false, 'overloaded');
    gate.leave(false, 'overloaded');
    expect(gate.limit).toBe(8);
    for (let i = 0; i < 5; i++) {
      clock.time += 1000;
      gate.leave(false, 'overloaded');
    }
    expect(gate.limit).toBe(1);
    for (let i = 0; i < 10; i++) gate.leave(false, 'clean');
    expect(gate.limit).toBe(2);
  });

  it('grows and halves in steps that begin anew with each', async () => {
    const clock = fakeClock();
    const gate = await openGate(16, clock);
    const clean = (times: number): void => {
      for (let i = 0; i < times; i++) gate.leave(false, 'clean');
    };
    gate.leave(false, 'overloaded');
    expect(gate.limit).toBe(8);
    clean(9);
    expect(gate.limit).toBe(8);
    clock.time += 999;
    gate.leave(false, 'overloaded');
    expect(gate.limit).toBe(8);
    // The trouble in between took back the nine.
    clean(9);
    expect(gate.limit).toBe(8);
    clean(1);
    expect(gate.limit).toBe(9);
    clean(20);
    expect(gate.limit).toBe(11);
    clock.time += 1;
    gate.leave(false, 'overloaded');
    expect(gate.limit).toBe(5);
    clean(500);
    expect(gate.limit).toBe(16);
  });

  it.each([
    [0, 1],
    [1, 1],
    [3, 3],
    [4, 4],
    [16, 4],
  ])('with a cap of %i starts with %i', (cap, limit) => {
    expect(new Gate(cap, fakeClock()).limit).toBe(limit);
  });

  it('is open after an answer of any kind, 429 as well', async () => {
    for (const health of ['clean', 'overloaded'] as const) {
      const gate = new Gate(16, fakeClock());
      expect(gate.trusted).toBe(false);
      await admitted(gate);
      gate.leave(false, health);
      await settle();
      expect(gate.trusted).toBe(true);
      expect(gate.inFlight).toBe(health === 'clean' ? 8 : 2);
    }
  });

  it('lets in as many as leave, in the order of their coming', async () => {
    const gate = await openGate(4);
    const order: number[] = [];
    for (let i = 0; i < 8; i++) void gate.enter(false).then(() => order.push(i));
    await settle();
    expect(order).toEqual([0, 1, 2, 3]);
    gate.leave(false, 'none');
    gate.leave(false, 'clean');
    await settle();
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(gate.inFlight).toBe(4);
  });

  it('never has more than four writes under way, and lets reads pass them', async () => {
    const gate = await openGate(16);
    expect(await admitted(gate, true)).toBe(4);
    expect(await admitted(gate, false)).toBe(12);
    // A read that leaves makes room for a read, a write that leaves for a write.
    gate.leave(false, 'clean');
    gate.leave(true, 'clean');
    await settle();
    expect(gate.inFlight).toBe(16);
    for (let i = 0; i < 12; i++) gate.leave(false, 'clean');
    await settle();
    for (let i = 0; i < 4; i++) gate.leave(true, 'clean');
    await settle();
    expect(gate.inFlight).toBe(16);
  });

  it('lets as many writes follow as have left', async () => {
    const gate = await openGate(16);
    const written: number[] = [];
    for (let i = 0; i < 9; i++) void gate.enter(true).then(() => written.push(i));
    await settle();
    expect(written).toHaveLength(4);
    for (let i = 0; i < 4; i++) gate.leave(true, 'clean');
    await settle();
    expect(written).toHaveLength(8);
    expect(gate.inFlight).toBe(4);
  });

  it('refuses whoever waits when the credentials are refused, and nobody who comes later', async () => {
    const gate = await openGate(2);
    await gate.enter(false);
    await gate.enter(false);
    const signal = new AbortController().signal;
    const waiting = [gate.enter(false, signal), gate.enter(true)];
    gate.refuseWaiting(new DashctlError('not-authenticated', 'no'));
    for (const one of waiting) await expect(one).rejects.toMatchObject({ code: 'not-authenticated' });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(gate.trusted).toBe(false);
    // Nobody of theirs takes a slot, and the next one goes alone.
    gate.leave(false, 'none');
    expect(gate.inFlight).toBe(1);
    expect(await admitted(gate)).toBe(0);
    gate.leave(false, 'none');
    await settle();
    expect(gate.inFlight).toBe(1);
  });

  it('goes one by one again while the credentials are doubted', async () => {
    const gate = await openGate(4);
    gate.doubt();
    expect(gate.trusted).toBe(false);
    expect(await admitted(gate)).toBe(1);
    gate.leave(false, 'clean');
    await settle();
    expect(gate.inFlight).toBe(4);
  });

  it('shares the limit of a host with other accounts, and nothing else', async () => {
    const clock = fakeClock();
    const one = await openGate(4, clock);
    const other = new Gate(16, clock, one);
    expect(other.limit).toBe(4);
    expect(other.trusted).toBe(false);
    await one.enter(false);
    expect(other.inFlight).toBe(1);
    // Its own first request goes alone, beside those of the other account.
    expect(await admitted(other)).toBe(1);
    expect(await admitted(one)).toBe(2);
    other.leave(false, 'overloaded');
    expect([one.limit, other.limit]).toEqual([2, 2]);
    const error = new DashctlError('not-authenticated', 'no');
    other.refuseWaiting(error);
    one.leave(false, 'none');
    one.leave(false, 'none');
    await settle();
    // Those of the first account were not refused.
    expect(one.inFlight).toBe(2);
  });

  it('forgets a waiter that was interrupted', async () => {
    const gate = new Gate(16, fakeClock());
    await gate.enter(false);
    const interrupt = new AbortController();
    const waiting = gate.enter(false, interrupt.signal);
    interrupt.abort();
    await expect(waiting).rejects.toThrow(/aborted/);
    gate.leave(false, 'clean');
    expect(gate.inFlight).toBe(0);
  });

  it('wakes an interrupted waiter with the reason of the signal', async () => {
    const gate = new Gate(16, fakeClock());
    await gate.enter(false);
    const interrupt = new AbortController();
    const waiting = gate.enter(true, interrupt.signal);
    expect(getEventListeners(interrupt.signal, 'abort')).toHaveLength(1);
    interrupt.abort(new Error('enough'));
    await expect(waiting).rejects.toMatchObject({ message: 'enough' });
    await expect(gate.enter(false, AbortSignal.abort('no error'))).rejects.toMatchObject({
      message: 'Interrupted',
    });
  });

  it('gives no slot to whoever is interrupted already', async () => {
    const gate = new Gate(16, fakeClock());
    await expect(gate.enter(false, AbortSignal.abort(new Error('enough')))).rejects.toMatchObject({
      message: 'enough',
    });
    expect(gate.inFlight).toBe(0);
  });

  it('leaves no listener on the signal of a whole run', async () => {
    const gate = await openGate(4);
    const { signal } = new AbortController();
    await gate.enter(false, signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
