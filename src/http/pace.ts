/**
 * Waiting ahead: when a server says that a rate-limit bucket is empty, requests of that bucket wait for its reset instead
 * of being refused. Buckets are learnt from `X-RateLimit-Name`; a server without names has one bucket.
 */
import type { Method } from './http.ts';
import { rateLimitReset, toldWait, type WireHeaders } from './wait.ts';

/** The buckets of one host. */
export class Pace {
  readonly #bucketOf = new Map<string, string>();
  readonly #resumeAt = new Map<string, number>();
  readonly #refusedUntil = new Map<string, number>();

  /** Learns from an answer. `inFlight` counts the other requests under way. */
  learn(
    method: Method,
    pathname: string,
    status: number,
    headers: WireHeaders,
    now: number,
    inFlight: number,
  ): void {
    const name = headers['x-ratelimit-name'];
    const bucket = typeof name === 'string' ? name : '';
    this.#bucketOf.set(routeOf(method, pathname), bucket);
    const remaining = headers['x-ratelimit-remaining'];
    const empty = typeof remaining === 'string' && /^\d+$/.test(remaining) && Number(remaining) <= inFlight;
    const wait =
      status === 429 ? toldWait(headers, now, status) : empty ? rateLimitReset(headers, now) : null;
    if (wait === null) return;
    putOff(this.#resumeAt, bucket, now + wait);
    if (status === 429) putOff(this.#refusedUntil, bucket, now + wait);
  }

  /** When requests like this one may go on, in milliseconds since the epoch; 0 when nothing is known. */
  resumeAt(method: Method, pathname: string): number {
    return this.#resumeAt.get(this.#bucketNow(method, pathname)) ?? 0;
  }

  /** The same, as far as a refusal said so; what is only reckoned from a remaining quota may be too cautious. */
  refusedUntil(method: Method, pathname: string): number {
    return this.#refusedUntil.get(this.#bucketNow(method, pathname)) ?? 0;
  }

  #bucketNow(method: Method, pathname: string): string {
    return this.#bucketOf.get(routeOf(method, pathname)) ?? '';
  }
}

function putOff(moments: Map<string, number>, bucket: string, moment: number): void {
  moments.set(bucket, Math.max(moment, moments.get(bucket) ?? 0));
}

/** Endpoints of one resource share a bucket more often than not; ids come after the third segment. */
function routeOf(method: Method, pathname: string): string {
  return `${method} ${pathname.split('/', 4).join('/')}`;
}
