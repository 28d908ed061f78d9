/** Turns what goes wrong on the way, and what servers refuse, into errors that name host, reason and remedy. */
import { STATUS_CODES } from 'node:http';
import { DashctlError, type ErrorCode, type ErrorDetails } from '../errors.ts';
import type { BaseAddress } from './address.ts';
import { BodyError, excerpt, readHtml } from './body.ts';
import type { ErrorReading, HttpClientOptions, HttpLimits, Method } from './http.ts';
import type { Proxy } from './proxy.ts';
import { redactWithin } from './redact.ts';
import type { Redactor } from './redact.ts';
import type { Breakage } from './transport.ts';

/** What messages may name. */
export interface Surroundings {
  readonly base: BaseAddress;
  readonly proxy: Proxy | null;
  readonly limits: HttpLimits;
  readonly redact: Redactor;
  readonly readError: HttpClientOptions['readError'];
  /** An answer was not UTF-8 throughout. */
  readonly onReplaced?: () => void;
  readonly signal: AbortSignal | undefined;
}

/** A failure, and whether repeating is pointless. */
export interface Explained {
  readonly error: DashctlError;
  readonly final: boolean;
  /** A proxy refused the request, so that it never reached the server. */
  readonly stoppedByProxy?: true;
}

/** Explains an exchange that ended without a whole answer. `what`: method and redacted URL. */
export function explainBreakage(breakage: Breakage, what: string, its: Surroundings): Explained {
  const { error, reason, phase } = breakage;
  if (reason === 'interrupted') return { error: interruption(its.signal), final: true };
  if (reason === 'deadline') {
    const message = `${what} was not complete after ${seconds(its.limits.timeout)}.`;
    return {
      error: fail('timeout', message, its, { hint: 'Raise --timeout if the server needs that long.' }),
      final: false,
    };
  }
  if (reason === 'timeout') return { error: phaseTimeout(phase, what, its), final: false };
  if (error instanceof BodyError) return explainBody(error, what, its);
  return explainForeign(breakage, what, its);
}

/** The user's own interruption, as the signal words it. */
export function interruption(signal: AbortSignal | undefined): DashctlError {
  const reason: unknown = signal?.reason;
  return reason instanceof DashctlError ? reason : new DashctlError('cancelled', 'Interrupted.');
}

function phaseTimeout(phase: Breakage['phase'], what: string, its: Surroundings): DashctlError {
  switch (phase) {
    case 'connect': {
      const message = `${target(its)} did not accept a connection within ${seconds(its.limits.connectTimeout)}.`;
      return fail('timeout', message, its, { hint: 'Check the address, the firewall and the proxy.' });
    }
    case 'headers': {
      const message = `${what} was sent, but no answer came within ${seconds(its.limits.headersTimeout)}.`;
      return fail('timeout', message, its, { hint: 'The server is slow or stuck. Try again later.' });
    }
    case 'body': {
      const message = `The answer to ${what} stopped in the middle: no byte for ${seconds(its.limits.bodyTimeout)}.`;
      return fail('timeout', message, its, { hint: 'The server or the network stalled. Try again later.' });
    }
  }
}

function explainBody(error: BodyError, what: string, its: Surroundings): Explained {
  const message = `${what}: ${error.message}`;
  switch (error.trouble) {
    case 'too-large':
    case 'bomb':
      return {
        error: fail('answer-too-large', message, its, { hint: 'Ask for less at a time.' }),
        final: true,
      };
    case 'encoding':
      return {
        error: fail('bad-answer', message, its, { hint: 'A proxy on the way may change the answers.' }),
        final: true,
      };
    case 'torn':
      return { error: fail('bad-answer', message, its, { cause: error }), final: false };
  }
}

const dnsHint = 'Check the spelling of the base URL or site, and the name service.';
const tlsCodes =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO$|HOSTNAME_MISMATCH$|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|CRL_|UND_ERR_PRX_TLS$)/;
const unknownAuthority =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_UNTRUSTED|INVALID_CA)$/;

function explainForeign(breakage: Breakage, what: string, its: Surroundings): Explained {
  const { error, phase } = breakage;
  const code = codeOf(error);
  const cause = error;
  const proxyStatus = proxyAnswer(error);
  if (proxyStatus !== null) return explainProxy(proxyStatus, its);
  if (tlsCodes.test(code)) return { error: explainTls(breakage, code, its), final: true };
  switch (code) {
    case 'ENOTFOUND':
      return {
        error: fail('network', `The host ${unresolved(error, its)} does not exist (DNS).`, its, {
          hint: dnsHint,
          cause,
        }),
        final: true,
      };
    case 'EAI_AGAIN':
      return {
        error: fail('network', `The name service gave no answer for ${unresolved(error, its)}.`, its, {
          hint: 'Check the network connection.',
          cause,
        }),
        final: false,
      };
    case 'ECONNREFUSED':
      return {
        error: fail('network', `${target(its)} refused the connection.`, its, {
          hint: 'Check host and port, and that the server runs.',
          cause,
        }),
        final: false,
      };
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
      return { error: phaseTimeout(phase, what, its), final: false };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return {
        error: fail('network', `${target(its)} cannot be reached from here.`, its, {
          hint: 'Check the network connection, VPN and proxy.',
          cause,
        }),
        final: false,
      };
    case 'UND_ERR_HEADERS_OVERFLOW':
      return {
        error: fail('answer-too-large', `${what} was answered with more than 16 KiB of headers.`, its, {
          cause,
        }),
        final: true,
      };
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return {
        error: fail('cancelled', `${what} was given up: the connection was closed.`, its, { cause }),
        final: true,
      };
  }
  if (code.startsWith('HPE_')) {
    return {
      error: fail('bad-answer', `${target(its)} does not speak HTTP properly.`, its, {
        hint: 'Check that the port belongs to the API.',
        cause,
      }),
      final: false,
    };
  }
  if (code.startsWith('UND_ERR_INVALID') || code === 'UND_ERR_NOT_SUPPORTED') {
    return { error: fail('internal', `${what} could not be built.`, its, { cause }), final: true };
  }
  const where = {
    connect: 'before the request',
    headers: 'before an answer came',
    body: 'in the middle of the answer',
  }[phase];
  return {
    error: fail('network', `${target(its)} closed the connection ${where}.`, its, {
      hint: 'Try again. If it stays, look at the server and the proxies on the way.',
      cause,
    }),
    final: false,
  };
}

function explainTls({ error, certificate }: Breakage, code: string, its: Surroundings): DashctlError {
  const host = `${its.base.hostname}:${its.base.port}`;
  const inner = error.cause instanceof Error ? codeOf(error.cause) : '';
  const subject = certificate === undefined ? '' : ` of ${excerpt(nameOf(certificate.subject), 80)}`;
  if (code === 'CERT_HAS_EXPIRED') {
    const date = certificate === undefined ? '' : ` on ${excerpt(certificate.valid_to, 40)}`;
    return fail('tls', `The certificate${subject} for ${host} expired${date}.`, its, {
      hint: 'The server must renew it. Check the clock of this machine too.',
      cause: error,
    });
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return fail('tls', `The certificate${subject} for ${host} is not valid yet.`, its, {
      hint: 'Check the clock of this machine.',
      cause: error,
    });
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || inner === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = excerpt((certificate?.subjectaltname ?? '').replaceAll('DNS:', ''), 200);
    const made = names === '' ? 'another host' : names;
    return fail(
      'tls',
      `The certificate of ${host} was made for ${made}, not for ${its.base.hostname}.`,
      its,
      {
        hint: 'Check the base URL. Something on the way may answer in the place of the server.',
        cause: error,
      },
    );
  }
  if (unknownAuthority.test(code) || unknownAuthority.test(inner)) {
    return fail(
      'tls',
      `The certificate${subject} for ${host} was issued by an authority that is not known here.`,
      its,
      {
        hint: 'If it is a private authority, name its certificate with --ca-cert FILE or NODE_EXTRA_CA_CERTS.',
        cause: error,
      },
    );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_OSSL')) {
    return fail('tls', `${target(its)} does not speak TLS, or no version that is safe.`, its, {
      hint: 'Check the port. Plain http needs an http:// address and is allowed for this machine only.',
      cause: error,
    });
  }
  return fail('tls', `The certificate${subject} for ${host} was refused (${code}).`, its, {
    hint: 'Check the base URL and the server.',
    cause: error,
  });
}

function explainProxy(status: number, its: Surroundings): Explained {
  const proxy = its.proxy?.host ?? 'the proxy';
  if (status === 407) {
    return {
      error: fail('network', `The proxy ${proxy} wants a user name and password (407).`, its, {
        hint: 'Put them into the proxy variable: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT.',
        status,
      }),
      final: true,
      stoppedByProxy: true,
    };
  }
  const message = `The proxy ${proxy} gave no way to ${its.base.hostname}:${its.base.port} (${status}).`;
  return {
    error: fail('network', message, its, { hint: 'Check the proxy, or name the host in NO_PROXY.', status }),
    final: status < 502 || status > 504,
    stoppedByProxy: true,
  };
}

/** The status with which a proxy refused a tunnel; undici tells it in the message only. */
function proxyAnswer(error: Error): number | null {
  const match = /^Proxy response \((\d{3})\)|^Proxy Authentication Required \((407)\)/.exec(error.message);
  return match === null ? null : Number(match[1] ?? match[2]);
}

function unresolved(error: Error, its: Surroundings): string {
  const name = 'hostname' in error && typeof error.hostname === 'string' ? error.hostname : its.base.hostname;
  return its.proxy !== null && its.proxy.host.startsWith(name) ? `${name} of the proxy` : name;
}

function target({ base, proxy }: Surroundings): string {
  const host = `${base.hostname}:${base.port}`;
  return proxy === null ? host : `${host} (through the proxy ${proxy.host})`;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function nameOf(subject: { readonly [part: string]: unknown } | undefined): string {
  const name = subject?.['CN'] ?? subject?.['O'];
  return typeof name === 'string' ? `"${name}"` : 'an unnamed subject';
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

/** Foreign errors may quote secrets, so only their redacted words and code go on as the cause. */
function fail(
  code: ErrorCode,
  message: string,
  { redact }: Surroundings,
  more: ErrorDetails = {},
): DashctlError {
  const { cause, ...rest } = more;
  const details = cause instanceof Error ? { ...rest, cause: paraphrase(cause, redact) } : rest;
  return new DashctlError(code, redact(message), details);
}

function paraphrase(error: Error, redact: Redactor): Error {
  const code = codeOf(error);
  const plain = new Error(redact(code === '' ? error.message : `${code}: ${error.message}`));
  delete plain.stack;
  return plain;
}

const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'not-authenticated',
  402: 'payment-required',
  403: 'not-allowed',
  404: 'not-found',
  409: 'conflict',
  412: 'conflict',
  429: 'rate-limited',
};

const hintOfCode: Partial<Record<ErrorCode, string>> = {
  'not-authenticated': 'Check the credentials with dashctl profile test.',
  'not-allowed':
    'The credentials are valid, but lack the right for this. dashctl profile test shows what they may do.',
  'payment-required': 'The plan of this account does not include it.',
  'rate-limited': 'Wait a while, or lower --concurrency.',
  'server-error': 'Try again later. The request id, where there is one, helps the support of the service.',
};

/** A refusal as the status line and the body tell it. */
export interface Refusal {
  readonly method: Method;
  readonly url: string;
  readonly status: number;
  readonly text: string;
  readonly contentType: string;
  readonly requestId: string | null;
}

/** The error of a status that is no answer. The provider's own words are kept. */
export function statusError(refusal: Refusal, its: Surroundings): DashctlError {
  const { status, text, contentType } = refusal;
  const reading: ErrorReading = its.readError?.(status, text, contentType) ?? {};
  const code =
    reading.code ??
    codeOfStatus[status] ??
    (status >= 500 ? 'server-error' : status < 400 ? 'redirect' : 'rejected');
  const words = reading.message ?? wordsOf(refusal);
  const hint = reading.hint ?? hintOfCode[code];
  return new DashctlError(code, its.redact(`${its.base.hostname} answered ${status}: ${words}`), {
    status,
    ...(hint !== undefined && { hint: its.redact(hint) }),
    ...(refusal.requestId !== null && { requestId: refusal.requestId }),
    ...(reading.details !== undefined && { details: redactWithin(reading.details, its.redact) }),
  });
}

function wordsOf({ status, text }: Refusal): string {
  const page = readHtml(text);
  if (page !== null)
    return page.title === '' ? 'an HTML page' : `an HTML page with the title "${page.title}"`;
  const words = excerpt(text, 200);
  return words === '' ? (STATUS_CODES[status] ?? 'no reason given') : words;
}

/** An HTML page where an API answer belongs. */
export function htmlError(
  page: { readonly title: string; readonly login: boolean },
  what: string,
  status: number,
  its: Surroundings,
): DashctlError {
  const titled = page.title === '' ? 'an HTML page' : `an HTML page with the title "${page.title}"`;
  const message = its.redact(`${what} was answered with ${titled} instead of JSON.`);
  return page.login
    ? new DashctlError('not-authenticated', message, {
        status,
        hint: 'It looks like a login page. Check the base URL and the credentials with dashctl profile test.',
      })
    : new DashctlError('bad-answer', message, {
        status,
        hint: 'Check the base URL: it must be the address of the API, without a path of the web interface.',
      });
}

/** A write that went out and whose outcome nobody knows. Keeps status and cause of what went wrong. */
export function fateUnknown(cause: DashctlError, what: string, its: Surroundings): DashctlError {
  return new DashctlError(
    'fate-unknown',
    its.redact(`${what} was sent, but no answer confirms it: ${cause.message}`),
    {
      hint: 'Look at the present state before you repeat it.',
      details: { reason: cause.code },
      cause,
      ...(cause.status !== undefined && { status: cause.status }),
      ...(cause.requestId !== undefined && { requestId: cause.requestId }),
    },
  );
}

/** The server wants a longer wait than allowed. `wait` in milliseconds; `at` since the epoch. */
export function waitTooLong(
  refused: DashctlError,
  wait: number,
  at: number,
  its: Surroundings,
): DashctlError {
  const until = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  const message = `${its.base.hostname} accepts no more requests until ${until} (in ${duration(wait)}), longer than --max-wait ${seconds(its.limits.maxWait)}.`;
  return new DashctlError('rate-limited', message, {
    hint: `Run the command again after ${until}, or with --max-wait ${Math.ceil(wait / 1000)}s.`,
    details: { retryAt: until, waitSeconds: Math.ceil(wait / 1000) },
    cause: refused,
    ...(refused.status !== undefined && { status: refused.status }),
    ...(refused.requestId !== undefined && { requestId: refused.requestId }),
  });
}

function duration(ms: number): string {
  const total = Math.ceil(ms / 1000);
  if (total < 120) return `${total} s`;
  return total < 7200 ? `${Math.ceil(total / 60)} min` : `${Math.ceil(total / 3600)} h`;
}
