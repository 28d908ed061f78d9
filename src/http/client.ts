/** The client: one account on one host, under the policy of limits, deadlines, repeats and redaction. */
import { readFile } from 'node:fs/promises';
import { DashctlError } from '../errors.ts';
import { buildUrl, parseBaseUrl } from './address.ts';
import { contentTypeOf, createAnswer, isJsonType, requestIdOf } from './answer.ts';
import { BodyError, decodeText, readHtml } from './body.ts';
import { createDebugLog } from './debug.ts';
import {
  explainBreakage,
  fateUnknown,
  htmlError,
  interruption,
  statusError,
  waitTooLong,
  type Surroundings,
} from './failure.ts';
import type { Health } from './gate.ts';
import { checkHeaders } from './headers.ts';
import { hostAt, type Host } from './hosts.ts';
import type { HttpClient, HttpClientOptions, HttpRequest, HttpResponse } from './http.ts';
import { isRead, judge, type Circumstances, type Ending } from './policy.ts';
import { proxyFor } from './proxy.ts';
import { createRedactor, isSensitiveName, redactorFor, type Redactor } from './redact.ts';
import { isRedirect, redirectTarget } from './redirect.ts';
import type { Outcome, Transport } from './transport.ts';
import { withJitter, type WireHeaders } from './wait.ts';

/** What is known of one request over its attempts. */
interface Seen {
  attempts: number;
  /** Attempts that the server got at least a part of. */
  reached: number;
  serverErrors: number;
  unparsable: number;
  hops: number;
  doubted: boolean;
}

/** What one attempt led to. */
type Step =
  | { readonly kind: 'done'; readonly response: HttpResponse }
  | { readonly kind: 'redirect'; readonly url: URL }
  /** Credentials that were good before were refused: the same is read once more before that is believed. */
  | { readonly kind: 'confirm' }
  /** `error`: what stands if nothing can be repeated. */
  | { readonly kind: 'ended'; readonly ending: Ending; readonly error: DashctlError };

/**
 * Creates the client of one account. Nothing is loaded or opened before the first request.
 * @throws DashctlError for an unusable base URL (`invalid-input`, `unsafe-address`) or proxy variable.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { clock, limits, signal } = options;
  const base = parseBaseUrl(options.baseUrl, options.allowHttp);
  const proxy = proxyFor(base, options.env);
  const secrets = new Set([...options.secrets, ...(proxy?.secrets ?? [])]);
  let redactor: Redactor = createRedactor([...secrets]);
  const redact: Redactor = (text) => redactor(text);
  let replaced = false;
  const onReplaced = (): void => {
    if (!replaced)
      options.warn?.(`${base.hostname} sent text that is not UTF-8: � stands for what cannot be read.`);
    replaced = true;
  };
  const ofAll: Surroundings = {
    base,
    proxy,
    limits,
    redact,
    readError: options.readError,
    signal,
    onReplaced,
  };
  const log = createDebugLog(options.debug, redact);
  const hosts = options.hosts ?? new Map<string, Host>();
  const { gate, pace, budget } = hostAt(hosts, base.origin, limits.concurrency, clock);
  let transport: Promise<Transport> | null = null;
  let closed = false;

  async function openTransport(): Promise<Transport> {
    if (options.transport !== undefined) return options.transport;
    const extraCas = await readExtraCas(options);
    const { createTransport } = await import('./transport.ts');
    return createTransport({ limits, clock, proxy, extraCas });
  }

  /** Sessions may be renewed while the client lives; their tokens are secrets from then on. */
  function learnSecrets(headers: Readonly<Record<string, string>>): void {
    const before = secrets.size;
    for (const secret of options.secrets) secrets.add(secret);
    for (const [name, value] of Object.entries(headers)) {
      if (isSensitiveName(name)) secrets.add(value.replace(/^(Bearer|Basic|Token) /i, ''));
    }
    if (secrets.size > before) redactor = createRedactor([...secrets]);
  }

  function headersOf(request: HttpRequest): Record<string, string> {
    const credentials = options.headers();
    learnSecrets(credentials);
    return checkHeaders(
      {
        accept: 'application/json',
        ...(request.body !== undefined && { 'content-type': 'application/json' }),
      },
      request.headers ?? {},
      credentials,
      { 'accept-encoding': 'gzip', 'user-agent': options.userAgent },
    );
  }

  async function sleep(ms: number): Promise<void> {
    try {
      await clock.sleep(ms, signal);
    } catch {
      throw interruption(signal);
    }
  }

  /**
   * Waits for a slot, and until the rate-limit bucket of this request has room again, as far as that is known and short
   * enough. Asked after the slot is there, because the bucket may have run empty meanwhile.
   * @throws DashctlError `rate-limited` when a request like this one was refused for longer than `--max-wait`.
   */
  async function enter({ method }: HttpRequest, url: URL, write: boolean): Promise<void> {
    for (let waitedFor = 0; ;) {
      await enterGate(write);
      const now = clock.now();
      const refusedFor = pace.refusedUntil(method, url.pathname) - now;
      if (refusedFor > limits.maxWait) {
        gate.leave(write, 'none');
        const told = new DashctlError('rate-limited', `${base.hostname} has refused more requests.`);
        throw waitTooLong(told, refusedFor, now + refusedFor, ofAll);
      }
      const until = pace.resumeAt(method, url.pathname);
      const wait = until - now;
      if (wait <= 0 || wait > limits.maxWait || until <= waitedFor) return;
      gate.leave(write, 'none');
      log.wait(wait, 'the rate limit is used up');
      waitedFor = until;
      await sleep(withJitter(wait, clock.random()));
    }
  }

  async function enterGate(write: boolean): Promise<void> {
    try {
      await gate.enter(write, signal);
    } catch (error) {
      if (error instanceof DashctlError && signal?.aborted !== true) throw error;
      throw interruption(signal);
    }
  }

  async function send(request: HttpRequest): Promise<HttpResponse> {
    if (closed) throw new DashctlError('internal', 'The HTTP client is closed.');
    let url = buildUrl(base, request.path, request.query);
    const seen: Seen = {
      attempts: 0,
      reached: 0,
      serverErrors: 0,
      unparsable: 0,
      hops: 0,
      doubted: false,
    };
    budget.request();
    for (;;) {
      const step = await attempt(request, url, seen);
      if (step.kind === 'done') return step.response;
      if (step.kind === 'redirect') {
        seen.hops++;
        url = step.url;
        continue;
      }
      if (step.kind === 'confirm') {
        seen.doubted = true;
        log.wait(0, 'The credentials were good before; one read tells whether they still are.');
        continue;
      }
      await beforeRepeat(request, url, step, seen);
    }
  }

  /** Sleeps when a repeat is due; throws what stands otherwise. */
  async function beforeRepeat(
    request: HttpRequest,
    url: URL,
    { ending, error }: Extract<Step, { kind: 'ended' }>,
    seen: Readonly<Seen>,
  ): Promise<void> {
    const { method } = request;
    const now = clock.now();
    const circumstances: Circumstances = {
      ...seen,
      method,
      now,
      random: clock.random(),
      maxWait: limits.maxWait,
    };
    const verdict = judge(ending, circumstances);
    switch (verdict.kind) {
      case 'unknown':
        throw fateUnknown(error, describe(request, url), ofAll);
      case 'too-long':
        throw waitTooLong(error, verdict.wait, now + verdict.wait, ofAll);
      case 'fail':
        throw error;
      case 'repeat':
        if (signal?.aborted === true) throw interruption(signal);
        if (!budget.takeRepeat()) throw error;
        log.wait(verdict.wait, `${error.message} Attempt ${seen.attempts + 1} follows.`);
        await sleep(verdict.wait);
    }
  }

  async function attempt(request: HttpRequest, url: URL, seen: Seen): Promise<Step> {
    const { method } = request;
    const write = !isRead(method);
    if (signal?.aborted === true) throw interruption(signal);
    const wire = await (transport ??= openTransport());
    await enter(request, url, write);
    // The first request of an account, and the one after a doubt, go alone: what they are told about credentials stands.
    const believed = !gate.trusted;
    let health: Health = 'none';
    try {
      const headers = headersOf(request);
      seen.attempts++;
      const since = clock.now();
      log.request(method, url, headers, request.body);
      const outcome = await wire.exchange({
        method,
        url,
        headers,
        body: request.body,
        isAnswer: (status) => isAccepted(request, status),
        signal,
      });
      log.outcome(method, url, outcome, clock.now() - since);
      if (outcome.kind === 'answer') {
        const { status } = outcome;
        health = status === 429 || status === 503 ? 'overloaded' : 'clean';
        pace.learn(method, url.pathname, status, outcome.headers, clock.now(), gate.inFlight - 1);
        if (status === 500) seen.serverErrors++;
      }
      const step = digest(request, url, outcome, seen);
      if (outcome.kind === 'answer' || outcome.sent) seen.reached++;
      if (step.kind === 'ended' && step.error.code === 'not-authenticated') throw step.error;
      return step;
    } catch (error) {
      if (!(error instanceof DashctlError) || error.code !== 'not-authenticated') throw error;
      health = 'none';
      if (believed || options.renews === true) {
        gate.refuseWaiting(error);
        throw error;
      }
      gate.doubt();
      if (write || seen.doubted || error.status !== 401) throw error;
      return { kind: 'confirm' };
    } finally {
      gate.leave(write, health);
    }
  }

  /** Makes sense of an outcome. Throws what no policy can help. */
  function digest(request: HttpRequest, url: URL, outcome: Outcome, seen: Seen): Step {
    const { method } = request;
    const what = describe(request, url);
    const its: Surroundings = { ...ofAll, redact: redactorFor(url.href, redact) };
    if (outcome.kind === 'failure') {
      const { error, final, stoppedByProxy } = explainBreakage(outcome.breakage, what, its);
      const sent = outcome.sent && stoppedByProxy !== true;
      return { kind: 'ended', ending: { kind: 'broken', sent, final }, error };
    }
    const { status, headers, body, breakage } = outcome;
    // Repeated and told "not found": what the DELETE is for is so. One with a body names several things, perhaps with
    // one that never was among them.
    const alreadyGone =
      method === 'DELETE' && request.body === undefined && status === 404 && seen.reached > 0;
    if (!alreadyGone && !isAccepted(request, status)) {
      if (isRedirect(status)) {
        const location = headers['location'];
        const target = typeof location === 'string' ? location : location?.[0];
        return {
          kind: 'redirect',
          url: redirectTarget({ method, url, status, hops: seen.hops }, target, what, its),
        };
      }
      const text = breakage?.error instanceof BodyError ? '' : decodeText(body);
      const requestId = requestIdOf(headers, its.redact);
      const error = statusError(
        { method, url: url.href, status, text, contentType: contentTypeOf(headers), requestId },
        its,
      );
      request.onRefusal?.(createAnswer({ what, status, headers, body, bodyError: undefined }, its));
      return { kind: 'ended', ending: { kind: 'status', status, headers }, error };
    }
    const broken = breakage === null ? null : explainBreakage(breakage, what, its);
    if (broken !== null && isRead(method)) {
      return {
        kind: 'ended',
        ending: { kind: 'broken', sent: true, final: broken.final },
        error: broken.error,
      };
    }
    const response = createAnswer({ what, status, headers, body, bodyError: broken?.error }, its);
    return broken === null
      ? checkContent(request, response, headers, what, seen, its)
      : { kind: 'done', response };
  }

  /** A page instead of an answer is never taken for success, and JSON that was cut off is read once more. */
  function checkContent(
    { method }: HttpRequest,
    response: HttpResponse,
    headers: WireHeaders,
    what: string,
    seen: { unparsable: number },
    its: Surroundings,
  ): Step {
    const { body, status } = response;
    if (body.length === 0) return { kind: 'done', response };
    const json = isJsonType(headers);
    const page = json ? null : readHtml(decodeText(body.subarray(0, 64 * 1024)));
    if (page !== null) {
      const error = htmlError(page, what, status, its);
      const final = isRead(method) || page.login;
      if (final) throw error;
      throw fateUnknown(error, what, its);
    }
    if (json && isRead(method) && seen.unparsable === 0) {
      try {
        response.json();
      } catch (error) {
        if (error instanceof DashctlError && error.code === 'bad-answer') {
          seen.unparsable++;
          return { kind: 'ended', ending: { kind: 'broken', sent: true, final: false }, error };
        }
      }
    }
    return { kind: 'done', response };
  }

  function describe({ method }: HttpRequest, url: URL): string {
    return redact(`${method} ${url.origin}${url.pathname}`);
  }

  return {
    send,
    urlOf: ({ path, query }) => buildUrl(base, path, query).href,
    async close() {
      closed = true;
      const opened = transport;
      transport = null;
      if (opened === null) return;
      const wire = await opened.catch(() => null);
      await wire?.destroy();
    },
  };
}

function isAccepted(request: HttpRequest, status: number): boolean {
  return (status >= 200 && status < 300) || request.accept?.includes(status) === true;
}

/**
 * The certificate authorities that join the built-in ones. Node reads `NODE_EXTRA_CA_CERTS` itself, but forgets it as soon
 * as other authorities are named, and only warns when the file is missing.
 */
async function readExtraCas({ extraCa, env }: HttpClientOptions): Promise<string[]> {
  const file = env['NODE_EXTRA_CA_CERTS'];
  const cas = extraCa === undefined ? [] : [extraCa];
  if (file === undefined || file === '') return cas;
  try {
    return [...cas, await readFile(file, 'utf8')];
  } catch (error) {
    throw new DashctlError(
      'file',
      `The file of certificates that NODE_EXTRA_CA_CERTS names, ${file}, cannot be read.`,
      {
        hint: 'Correct or unset the variable.',
        cause: error,
      },
    );
  }
}
