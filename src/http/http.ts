/**
 * The words of the HTTP layer: what a provider asks for and what it gets back. The layer knows no vendor; a provider
 * hands in its base URL, its credential headers and a reader for its error bodies.
 */
import type { DashctlError, ErrorCode } from '../errors.ts';
import type { Hosts } from './hosts.ts';
import type { SafePath } from './path.ts';
import type { Transport } from './transport.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request, relative to the provider's base URL. */
export interface HttpRequest {
  readonly method: Method;
  /** Built with the `path` tag of `path.ts`, so that no id can reach another endpoint. */
  readonly path: SafePath;
  /** In order; names and values are percent-encoded by the layer (`filter[shared]` becomes `filter%5Bshared%5D`). */
  readonly query?: readonly (readonly [name: string, value: string])[];
  /** Extra headers of this request. Never credentials: those belong to the client. */
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text, sent byte for byte as `application/json`. */
  readonly body?: string;
  /** Statuses outside 2xx that are an answer, not an error, such as 404 for "not shared". */
  readonly accept?: readonly number[];
  /** Gets the answer behind the error of a refused attempt, its body cut to 64 KiB. */
  readonly onRefusal?: (answer: HttpResponse) => void;
}

/** An answer: 2xx, or a status that the request accepts. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined with `, `, except `set-cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  /** All `set-cookie` values, in order. */
  readonly cookies: readonly string[];
  /** The decoded body (after gzip), byte for byte. Empty for 204. */
  readonly body: Uint8Array;
  /** The body as text: UTF-8, byte order mark dropped. */
  text(): string;
  /**
   * The body as parsed JSON.
   * @throws DashctlError `bad-answer` when it is no JSON (an HTML page is named as such, with its escaped title),
   * `answer-too-large` when it is nested deeper than 512.
   */
  json(): unknown;
  /** The id that the server gave to this exchange, when it sent one. */
  readonly requestId: string | null;
  /**
   * Why the body is incomplete although the status stands: a write was answered with success, then the answer broke off.
   * `text` and `json` throw it; the present state must be read back.
   */
  readonly bodyError?: DashctlError;
}

/** The thin layer over undici. One client serves one account on one host. */
export interface HttpClient {
  /**
   * Sends one request under the policy of limits, deadlines and repeats.
   * @throws DashctlError with the code of the failure; `fate-unknown` when a write was sent and its outcome is not known.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** The absolute URL of a request, with the base path, without credentials. */
  urlOf(request: Pick<HttpRequest, 'path' | 'query'>): string;
  /** Closes sockets. Safe to call twice. */
  close(): Promise<void>;
}

/** What a provider reads out of an error body. */
export interface ErrorReading {
  /** The provider's own words, all of them, unescaped. */
  message?: string;
  /** Overrides the code that the status implies. */
  code?: ErrorCode;
  hint?: string;
  details?: unknown;
}

/** Time and chance, injected so that tests own both. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1. */
  random(): number;
  /** Calls `ring` once after `ms` milliseconds, unless it is cancelled first. */
  alarm(ms: number, ring: () => void): Alarm;
}

/** A deadline that somebody may put off. */
export interface Alarm {
  /** Counts the milliseconds anew. Nothing once it has rung or was cancelled. */
  restart(): void;
  cancel(): void;
}

/** The limits of one run; the global options set them. Times are in milliseconds. */
export interface HttpLimits {
  /** Opening a connection (TCP and TLS). Default 10 000. */
  readonly connectTimeout: number;
  /** From sending to the last header. Default 30 000. */
  readonly headersTimeout: number;
  /** Without a byte of body. Default 15 000. */
  readonly bodyTimeout: number;
  /** The whole request, repeats apart, each attempt. `--timeout`, default 120 000. */
  readonly timeout: number;
  /** The longest wait that a server may ask for. `--max-wait`, default 60 000. */
  readonly maxWait: number;
  /** Requests in flight at once. `--concurrency`, default 16. */
  readonly concurrency: number;
}

export interface HttpClientOptions {
  /** `https://host[:port][/base/path]`, without userinfo, query, fragment; http only for loopback or `allowHttp`. */
  readonly baseUrl: string;
  /** Plain http to other hosts than loopback was asked for with an explicit flag. */
  readonly allowHttp?: boolean;
  /** Credential and constant headers, asked for once per attempt (a session may be renewed between attempts). */
  readonly headers: () => Readonly<Record<string, string>>;
  /** Every secret in use; debug lines and foreign errors are searched for them, plain and encoded. */
  readonly secrets: readonly string[];
  readonly limits: HttpLimits;
  readonly clock: Clock;
  /** What the clients of one run share of the hosts that they ask. Without, this client shares nothing. */
  readonly hosts?: Hosts;
  /** The owner opens another session after a 401, so that the client does not look itself whether it stays so. */
  readonly renews?: boolean;
  /** Reads an error body of this vendor. `body` is the decoded text (at most 64 KiB). */
  readonly readError?: (status: number, body: string, contentType: string) => ErrorReading;
  /** Receives one redacted line per event (request, answer, wait, repeat) when `--debug` is on. */
  readonly debug?: (line: string) => void;
  /** Told once when an answer holds bytes that are no UTF-8: they are shown as U+FFFD. */
  readonly warn?: (message: string) => void;
  /** `dashctl/1.2.3`. */
  readonly userAgent: string;
  /** Ends everything that is under way (Ctrl-C). */
  readonly signal?: AbortSignal;
  /** Proxy variables, `NODE_EXTRA_CA_CERTS` and the like; never `process.env` directly. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** PEM text of certificate authorities that join the built-in ones (`--ca-cert`). */
  readonly extraCa?: string;
  /** The way to the host; sockets without it. */
  readonly transport?: Transport;
}
