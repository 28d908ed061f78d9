import { describe, expect, it } from 'vitest';
import type { Method } from '../../src/http/http.ts';
import { judge, RetryBudget, type Circumstances, type Ending } from '../../src/http/policy.ts';

const methods: readonly Method[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const isRead = (method: Method): boolean => method === 'GET' || method === 'HEAD';

function its(method: Method, more: Partial<Circumstances> = {}): Circumstances {
  return { method, attempts: 1, serverErrors: 0, now: 0, random: 0.5, maxWait: 60_000, ...more };
}

const status = (code: number, headers = {}): Ending => ({ kind: 'status', status: code, headers });

describe.each(methods)('%s', (method) => {
  const read = isRead(method);

  it('is repeated when nothing was sent', () => {
    const ending = { kind: 'broken', sent: false, final: false } as const;
    expect(judge(ending, its(method))).toEqual({ kind: 'repeat', wait: 125, told: false });
    expect(judge(ending, its(method, { attempts: 3 }))).toEqual({ kind: 'repeat', wait: 500, told: false });
    expect(judge(ending, its(method, { attempts: 4 })).kind).toBe('fail');
  });

  it('fails at once where repeating is pointless', () => {
    expect(judge({ kind: 'broken', sent: false, final: true }, its(method)).kind).toBe('fail');
  });

  it('is repeated or of unknown fate when it was sent', () => {
    expect(judge({ kind: 'broken', sent: true, final: false }, its(method)).kind).toBe(
      read ? 'repeat' : 'unknown',
    );
    expect(judge({ kind: 'broken', sent: true, final: true }, its(method)).kind).toBe(
      read ? 'fail' : 'unknown',
    );
  });

  it('waits and repeats after 429', () => {
    const verdict = judge(status(429, { 'retry-after': '10' }), its(method));
    expect(verdict).toEqual({ kind: 'repeat', wait: 10_500, told: true });
    expect(judge(status(429), its(method, { attempts: 4 })).kind).toBe('fail');
  });

  it.each([408, 502, 503, 504, 522, 524])('after %i', (code) => {
    expect(judge(status(code, { 'retry-after': '1' }), its(method)).kind).toBe(read ? 'repeat' : 'unknown');
    expect(judge(status(code), its(method, { attempts: 4 })).kind).toBe(read ? 'fail' : 'unknown');
  });

  it('after 500', () => {
    expect(judge(status(500), its(method, { serverErrors: 1 })).kind).toBe(read ? 'repeat' : 'unknown');
    expect(judge(status(500), its(method, { attempts: 2, serverErrors: 2 })).kind).toBe(
      read ? 'fail' : 'unknown',
    );
  });

  it.each([400, 401, 402, 403, 404, 409, 410, 412, 422, 501, 505])('fails at once after %i', (code) => {
    expect(judge(status(code, { 'retry-after': '1' }), its(method)).kind).toBe('fail');
  });

  it('fails now when the wait is longer than allowed', () => {
    expect(judge(status(429, { 'retry-after': '61' }), its(method))).toEqual({
      kind: 'too-long',
      wait: 61_000,
    });
    expect(judge(status(429, { 'retry-after': '60' }), its(method)).kind).toBe('repeat');
  });

  it('falls back to its own backoff after junk', () => {
    const verdict = judge(status(429, { 'retry-after': 'soon' }), its(method, { attempts: 3 }));
    expect(verdict).toEqual({ kind: 'repeat', wait: 500, told: false });
  });
});

it('spends at most a fifth of the requests plus ten on repeats', () => {
  const budget = new RetryBudget();
  let repeats = 0;
  for (let request = 0; request < 100; request++) {
    budget.request();
    while (budget.takeRepeat()) repeats++;
  }
  expect(repeats).toBe(30);
});
