/** An answer as providers see it. */
import { isUtf8 } from 'node:buffer';
import { DashctlError } from '../errors.ts';
import { bodyLimits, decodeText, nestsDeeperThan, readHtml } from './body.ts';
import { htmlError, type Surroundings } from './failure.ts';
import type { HttpResponse } from './http.ts';
import type { Redactor } from './redact.ts';
import type { WireHeaders } from './wait.ts';

/** What an answer is made of. */
export interface AnswerParts {
  /** Method and redacted URL, for messages. */
  readonly what: string;
  readonly status: number;
  readonly headers: WireHeaders;
  readonly body: Uint8Array;
  /** Why the body is incomplete, if it is. */
  readonly bodyError: DashctlError | undefined;
}

const requestIdHeaders = [
  'x-request-id',
  'x-datadog-trace-id',
  'dd-request-id',
  'x-grafana-trace-id',
  'x-trace-id',
  'x-correlation-id',
  'x-amzn-requestid',
  'x-amzn-trace-id',
  'traceparent',
  'cf-ray',
];

/** The id that the server gave to an exchange, by the names in use, without secrets that it repeats. */
export function requestIdOf(headers: WireHeaders, redact: Redactor): string | null {
  for (const name of requestIdHeaders) {
    const value = headers[name];
    const first = typeof value === 'string' ? value : value?.[0];
    if (first !== undefined && first !== '') return redact(first).slice(0, 200);
  }
  return null;
}

/** Builds the answer. Text and JSON are decoded on demand; JSON only once. */
export function createAnswer(parts: AnswerParts, its: Surroundings): HttpResponse {
  const { status, body, bodyError } = parts;
  let parsed: { readonly value: unknown } | null = null;

  function text(): string {
    if (bodyError !== undefined) throw bodyError;
    const decoded = decodeText(body);
    // U+FFFD may also have been sent as such.
    if (decoded.includes('\ufffd') && !isUtf8(body)) its.onReplaced?.();
    return decoded;
  }

  function json(): unknown {
    parsed ??= { value: parseJson(text(), parts, its) };
    return parsed.value;
  }

  const cookies = parts.headers['set-cookie'];
  return {
    status,
    headers: joined(parts.headers),
    cookies: cookies === undefined ? [] : typeof cookies === 'string' ? [cookies] : cookies,
    body,
    text,
    json,
    requestId: requestIdOf(parts.headers, its.redact),
    ...(bodyError !== undefined && { bodyError }),
  };
}

function parseJson(text: string, { what, status, body }: AnswerParts, its: Surroundings): unknown {
  if (text.trim() === '') {
    throw new DashctlError(
      'bad-answer',
      its.redact(`${what} was answered with an empty body where JSON belongs.`),
      { status },
    );
  }
  const page = readHtml(text);
  if (page !== null) throw htmlError(page, what, status, its);
  if (nestsDeeperThan(text, bodyLimits.depth)) {
    throw new DashctlError(
      'answer-too-large',
      its.redact(`The answer to ${what} is nested deeper than ${bodyLimits.depth} levels.`),
      { status },
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, so it is not passed on.
    throw new DashctlError(
      'bad-answer',
      its.redact(`The answer to ${what} is no valid JSON (${body.length} bytes); it may be cut off.`),
      {
        status,
        hint: 'Try again. If it stays, check the base URL and the proxies on the way.',
      },
    );
  }
}

/** Whether a content type promises JSON. */
export function isJsonType(headers: WireHeaders): boolean {
  return /^\s*[\w.+-]+\/(?:[\w.-]+\+)?json\s*(;|$)/i.test(contentTypeOf(headers));
}

/** The content type, or an empty text. */
export function contentTypeOf(headers: WireHeaders): string {
  const value = headers['content-type'];
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

function joined(headers: WireHeaders): Record<string, string> {
  const all = Object.entries(headers).filter(([name, value]) => name !== 'set-cookie' && value !== undefined);
  return Object.fromEntries(
    all.map(([name, value]) => [name, typeof value === 'string' ? value : (value ?? []).join(', ')]),
  );
}
