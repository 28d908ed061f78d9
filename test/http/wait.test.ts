import { describe, expect, it } from 'vitest';
import {
  backoff,
  parseHttpDate,
  rateLimitReset,
  retryAfter,
  toldWait,
  withJitter,
} from '../../src/http/wait.ts';

const now = Date.UTC(2026, 10, 22, 0, 0, 0);
const sixth = Date.UTC(1994, 10, 6, 8, 49, 37);

describe('HTTP dates', () => {
  it.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', sixth],
    ['Sunday, 06-Nov-94 08:49:37 GMT', sixth],
    ['Sun Nov  6 08:49:37 1994', sixth],
    ['Tuesday, 01-Jan-30 00:00:00 GMT', Date.UTC(2030, 0, 1)],
    ['Wednesday, 01-Jan-76 00:00:00 GMT', Date.UTC(2076, 0, 1)],
    ['Saturday, 01-Jan-77 00:00:00 GMT', Date.UTC(1977, 0, 1)],
    ['Thu, 29 Feb 2024 00:00:00 GMT', Date.UTC(2024, 1, 29)],
  ])('%s', (text, ms) => {
    expect(parseHttpDate(text, now)).toBe(ms);
  });

  it.each(['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'])(
    'in %s',
    (month) => {
      const index = new Date(`${month} 1 2026 UTC`).getUTCMonth();
      expect(parseHttpDate(`Sun, 02 ${month} 2026 08:49:37 GMT`, now)).toBe(
        Date.UTC(2026, index, 2, 8, 49, 37),
      );
    },
  );

  it.each([
    'junk 1',
    'x Sun, 06 Nov 1994 08:49:37 GMT',
    'x Sunday, 06-Nov-94 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT x',
    'x Sun Nov  6 08:49:37 1994',
    'Sun Nov  6 08:49:37 1994 x',
    'Sun, 06 Nov 1994 08:49:61 GMT',
    'Sun, 06 Nov 1994 08:60:37 GMT',
    '1',
    '2026-11-22T00:00:00Z',
    'Sun, 31 Feb 2026 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:49:37 GMT',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 +0200',
    'Sun, 06 Nov 1994 08:49:37 GMT x',
  ])('%s is none', (text) => {
    expect(parseHttpDate(text, now)).toBeNull();
  });
});

describe('Retry-After', () => {
  it.each<[string | string[] | undefined, number | null]>([
    ['7', 7000],
    [' 1.5 ', 1500],
    ['0.25', 250],
    ['12.125', 12_125],
    ['1.', null],
    ['1.x', null],
    ['Sun, 22 Nov 2026 00:01:00 GMT', 60_000],
    [['3', '9', 'junk'], 9000],
    [undefined, null],
    ['', null],
    ['0', null],
    ['-5', null],
    ['+5', null],
    ['5xyz', null],
    ['0x10', null],
    ['1e3', null],
    ['junk 1', null],
    ['soon', null],
    ['Sun, 22 Nov 2020 00:01:00 GMT', null],
  ])('%j asks for %s ms', (value, ms) => {
    expect(retryAfter({ 'retry-after': value }, now)).toBe(ms);
  });

  it("counts a date by the server's own clock", () => {
    const headers = { 'retry-after': 'Sun, 22 Nov 2026 01:00:30 GMT', date: 'Sun, 22 Nov 2026 01:00:00 GMT' };
    expect(retryAfter(headers, now)).toBe(30_000);
  });

  it('stays a possible time, however large', () => {
    const wait = retryAfter({ 'retry-after': '9'.repeat(300) }, now) ?? 0;
    expect(() => new Date(now + wait).toISOString()).not.toThrow();
    // A hundred years: nobody waits so long, and no date ends there.
    expect(wait).toBe(3_153_600_000_000);
  });
});

describe('X-RateLimit-Reset', () => {
  it.each<[string, number | null]>([
    ['12', 13_000],
    ['0', 1000],
    [String(now / 1000 + 20), 21_000],
    [String(now + 20_000), 21_000],
    ['12.25', 13_250],
    ['999999', 1_000_000_000],
    ['1000000', null],
    ['5000000', null],
    ['x12', null],
    ['12x', null],
    ['12.x', null],
    ['0x10', null],
    ['1e3', null],
    ['-1', null],
    ['', null],
    ['soon', null],
    [String(now / 1000 - 60), null],
  ])('%s is %s ms away', (value, ms) => {
    expect(rateLimitReset({ 'x-ratelimit-reset': value }, now)).toBe(ms);
  });

  it('is in milliseconds from 1e12 on, in seconds from 1e9 on, else to go', () => {
    const reset = (value: string, at: number) => rateLimitReset({ 'x-ratelimit-reset': value }, at);
    expect(reset('1000000000000', 1e12 - 10_000)).toBe(11_000);
    expect(reset('1000000000', 1e12 - 10_000)).toBe(11_000);
    expect(reset('999999999', 0)).toBeNull();
  });

  it('yields to a later Retry-After and the other way round, and counts for 429 only', () => {
    const both = (retry: string, reset: string) => ({ 'retry-after': retry, 'x-ratelimit-reset': reset });
    expect(toldWait(both('5', '10'), now, 429)).toBe(11_000);
    expect(toldWait(both('30', '10'), now, 429)).toBe(30_000);
    expect(toldWait(both('5', '10'), now, 503)).toBe(5000);
    expect(toldWait({}, now, 429)).toBeNull();
  });
});

describe('jitter', () => {
  it('is never earlier than told and at most 5 s or a tenth later', () => {
    expect([withJitter(10_000, 0), withJitter(10_000, 1), withJitter(600_000, 1)]).toEqual([
      10_000, 11_000, 605_000,
    ]);
  });

  it('fills the whole backoff, which doubles up to 20 s', () => {
    expect([0, 1, 2, 3].map((n) => backoff(n, 1))).toEqual([250, 500, 1000, 2000]);
    expect([backoff(20, 1), backoff(3, 0)]).toEqual([20_000, 0]);
  });
});
