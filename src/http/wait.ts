/**
 * How long a server asks to wait. Everything here is strict: `Date.parse('junk 1')` is a date, `Number('')` is 0 and
 * `parseInt('5xyz')` is 5, so patterns come before any conversion.
 */

/** Further away than any plausible wait, yet still a valid `Date`. */
const farthest = 100 * 365 * 86_400_000;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekday = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const month = `(?<month>${months.join('|')})`;
const time = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)';
const dateForms = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(`^${weekday}, (?<day>\\d{2}) ${month} (?<year>\\d{4}) ${time} GMT$`),
  // Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(
    `^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d{2})-${month}-(?<year>\\d{2}) ${time} GMT$`,
  ),
  // Sun Nov  6 08:49:37 1994
  new RegExp(`^${weekday} ${month} (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})$`),
];

/**
 * Parses the three HTTP date forms (RFC 9110 §5.6.7).
 * @param now decides the century of a two-digit year: more than 50 years ahead means the past.
 * @returns milliseconds since the epoch, or null for anything else.
 */
export function parseHttpDate(text: string, now: number): number | null {
  for (const form of dateForms) {
    const parts = form.exec(text)?.groups;
    if (parts === undefined) continue;
    const day = Number(parts['day']);
    const monthIndex = months.indexOf(String(parts['month']));
    let year = Number(parts['year']);
    if (year < 100) {
      const thisYear = new Date(now).getUTCFullYear();
      year += thisYear - (thisYear % 100);
      if (year > thisYear + 50) year -= 100;
    }
    const date = Date.UTC(
      year,
      monthIndex,
      day,
      Number(parts['hour']),
      Number(parts['minute']),
      Number(parts['second']),
    );
    return new Date(Date.UTC(year, monthIndex, day)).getUTCDate() === day ? date : null;
  }
  return null;
}

/** The headers of an answer, lower-case; a repeated header is an array. */
export type WireHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * How long `Retry-After` asks to wait: seconds or a date against the answer's own `Date`; the longest of several.
 * @returns milliseconds > 0, or null when there is nothing usable (empty, negative, past, junk).
 */
export function retryAfter(headers: WireHeaders, now: number): number | null {
  const serverNow = serverTime(headers, now);
  return longest(
    values(headers, 'retry-after').map((text) => {
      if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
      return (parseHttpDate(text, now) ?? 0) - serverNow;
    }),
  );
}

/**
 * How long until `X-RateLimit-Reset`: below 1e6 seconds to go, from 1e9 epoch seconds, from 1e12 epoch milliseconds; one
 * second is added because periods follow the server's clock (api/datadog.md, rate limits).
 * @returns milliseconds > 0, or null.
 */
export function rateLimitReset(headers: WireHeaders, now: number): number | null {
  const serverNow = serverTime(headers, now);
  return longest(
    values(headers, 'x-ratelimit-reset').map((text) => {
      if (!/^\d+(\.\d+)?$/.test(text)) return null;
      const value = Number(text);
      if (value < 1e6) return value * 1000 + 1000;
      if (value >= 1e12) return value - serverNow + 1000;
      if (value >= 1e9) return value * 1000 - serverNow + 1000;
      return null;
    }),
  );
}

/** The wait that a refused request was told: the later of both headers, or null. Milliseconds. */
export function toldWait(headers: WireHeaders, now: number, status: number): number | null {
  const limits = status === 429 ? rateLimitReset(headers, now) : null;
  return longest([retryAfter(headers, now), limits]);
}

/** A told wait with jitter: never earlier, up to a tenth (at most 5 s) later. Milliseconds. */
export function withJitter(wait: number, random: number): number {
  return wait + random * Math.min(wait / 10, 5000);
}

/** Own backoff with full jitter before the n-th repeat (from 0): `random(0, min(20 s, 250 ms × 2^n))`. Milliseconds. */
export function backoff(n: number, random: number): number {
  return random * Math.min(20_000, 250 * 2 ** n);
}

function serverTime(headers: WireHeaders, now: number): number {
  const date = values(headers, 'date')[0];
  return (date === undefined ? null : parseHttpDate(date, now)) ?? now;
}

function values(headers: WireHeaders, name: string): readonly string[] {
  const value = headers[name];
  if (value === undefined) return [];
  return (typeof value === 'string' ? [value] : value).map((text) => text.trim());
}

function longest(waits: readonly (number | null)[]): number | null {
  const usable = waits.map((wait) => Math.min(wait ?? 0, farthest)).filter((wait) => wait > 0);
  return usable.length === 0 ? null : Math.max(...usable);
}
