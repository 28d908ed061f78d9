import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/http/pace.ts';
import type { WireHeaders } from '../../src/http/wait.ts';

const now = Date.UTC(2026, 10, 22);

/** What a server says whose bucket `name` is empty for `seconds`. */
function empty(seconds: number, name?: string): WireHeaders {
  return {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(seconds),
    ...(name !== undefined && { 'x-ratelimit-name': name }),
  };
}

describe('the pace', () => {
  it('holds nothing back as long as nothing was said', () => {
    const pace = new Pace();
    expect(pace.resumeAt('GET', '/api/v1/dashboard')).toBe(0);
    pace.learn('GET', '/api/v1/dashboard', 200, {}, now, 0);
    expect(pace.resumeAt('GET', '/api/v1/dashboard')).toBe(0);
  });

  it('holds back the endpoints of an empty bucket, and no others', () => {
    const pace = new Pace();
    pace.learn('GET', '/api/v1/dashboard/abc', 200, empty(20, 'dashboards'), now, 0);
    pace.learn('GET', '/api/v2/users', 200, { ...empty(20, 'users'), 'x-ratelimit-remaining': '9' }, now, 0);
    pace.learn('PUT', '/api/v1/dashboard/abc', 200, { 'x-ratelimit-name': 'dashboards' }, now, 0);
    expect(pace.resumeAt('GET', '/api/v1/dashboard/abc')).toBe(now + 21_000);
    // Ids come after the third segment.
    expect(pace.resumeAt('GET', '/api/v1/dashboard/xyz/more')).toBe(now + 21_000);
    expect(pace.resumeAt('PUT', '/api/v1/dashboard/abc')).toBe(now + 21_000);
    expect(pace.resumeAt('GET', '/api/v2/users')).toBe(0);
    expect(pace.resumeAt('GET', '/api/v1/dashboards')).toBe(0);
    expect(pace.resumeAt('GET', '/api/v1dash/board')).toBe(0);
    expect(pace.resumeAt('DELETE', '/api/v1/dashboard/abc')).toBe(0);
  });

  it('takes a server without names, or with several at once, for one bucket', () => {
    for (const name of [undefined, ['a', 'b']]) {
      const pace = new Pace();
      pace.learn('GET', '/a', 200, { ...empty(20), 'x-ratelimit-name': name }, now, 0);
      expect(pace.resumeAt('DELETE', '/never/asked')).toBe(now + 21_000);
    }
  });

  it('counts what is left against what is under way', () => {
    const left = (remaining: string | string[] | undefined, inFlight: number): number => {
      const pace = new Pace();
      pace.learn('GET', '/a', 200, { ...empty(20), 'x-ratelimit-remaining': remaining }, now, inFlight);
      return pace.resumeAt('GET', '/a');
    };
    expect(left('3', 3)).toBe(now + 21_000);
    expect(left('3', 2)).toBe(0);
    expect(left('10', 9)).toBe(0);
    expect(left('10', 10)).toBe(now + 21_000);
    for (const junk of [undefined, ['0'], ['0', '0'], '', '-1', '0x0', '1e0', ' 0', '0 '])
      expect(left(junk, 9)).toBe(0);
  });

  it('takes the wait of a refusal, whatever is left', () => {
    const pace = new Pace();
    pace.learn('GET', '/a', 429, { 'retry-after': '30', 'x-ratelimit-remaining': '5' }, now, 0);
    expect(pace.resumeAt('GET', '/a')).toBe(now + 30_000);
    pace.learn('GET', '/a', 429, { 'retry-after': '40', ...empty(50) }, now, 0);
    expect(pace.resumeAt('GET', '/a')).toBe(now + 51_000);
    // Without a word about how long, nothing is known.
    pace.learn('GET', '/b', 429, { 'x-ratelimit-name': 'b' }, now, 0);
    pace.learn('GET', '/c', 200, { 'x-ratelimit-name': 'c', 'x-ratelimit-remaining': '0' }, now, 0);
    expect([pace.resumeAt('GET', '/b'), pace.resumeAt('GET', '/c')]).toEqual([0, 0]);
    // What another failure asks for is between it and its own request.
    pace.learn('GET', '/d', 503, { 'x-ratelimit-name': 'd', 'retry-after': '30' }, now, 0);
    expect(pace.resumeAt('GET', '/d')).toBe(0);
  });

  it('tells a refusal from what is only reckoned', () => {
    const pace = new Pace();
    expect(pace.refusedUntil('GET', '/a')).toBe(0);
    pace.learn('GET', '/a', 200, empty(20), now, 0);
    expect(pace.refusedUntil('GET', '/a')).toBe(0);
    pace.learn('GET', '/a', 429, { 'retry-after': '30' }, now, 0);
    pace.learn('GET', '/a', 429, { 'retry-after': '10' }, now, 0);
    expect(pace.refusedUntil('GET', '/a')).toBe(now + 30_000);
    pace.learn('GET', '/b', 429, { 'retry-after': '50', 'x-ratelimit-name': 'b' }, now, 0);
    expect(pace.refusedUntil('GET', '/a')).toBe(now + 30_000);
    expect(pace.refusedUntil('GET', '/b')).toBe(now + 50_000);
  });

  it('is never shortened by a later word', () => {
    const pace = new Pace();
    pace.learn('GET', '/a', 200, empty(20), now, 0);
    pace.learn('GET', '/a', 200, empty(5), now, 0);
    expect(pace.resumeAt('GET', '/a')).toBe(now + 21_000);
    pace.learn('GET', '/a', 200, { 'x-ratelimit-remaining': '99' }, now, 0);
    expect(pace.resumeAt('GET', '/a')).toBe(now + 21_000);
    pace.learn('GET', '/a', 200, empty(5), now + 20_000, 0);
    expect(pace.resumeAt('GET', '/a')).toBe(now + 26_000);
  });
});
