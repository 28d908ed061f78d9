/**
 * One exchange over undici, and the only place besides `proxy-dispatcher.ts` that loads it. Timers are our own: undici looks at signals only once a
 * request has a socket, its body timeout restarts with every byte, and a proxy that never answers CONNECT holds a request
 * for minutes.
 */
import diagnostics from 'node:diagnostics_channel';
import { versions } from 'node:process';
import { rootCertificates, TLSSocket, type PeerCertificate } from 'node:tls';
import v8 from 'node:v8';
import type { Dispatcher } from 'undici';
import buildConnector from 'undici/lib/core/connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import { BodyError, bodyLimits, BodySink } from './body.ts';
import type { Alarm, Clock, HttpLimits, Method } from './http.ts';
import type { Proxy } from './proxy.ts';
import type { WireHeaders } from './wait.ts';

const maxHeaderSize = 16 * 1024;

/** How far an exchange has come. */
export type Phase = 'connect' | 'headers' | 'body';

/** Why an exchange ended early. */
export interface Breakage {
  readonly phase: Phase;
  /** `timeout`: the limit of the phase; `deadline`: that of the whole request. */
  readonly reason: 'timeout' | 'deadline' | 'interrupted' | 'body' | 'error';
  readonly error: Error;
  /** The certificate that was refused, where that is why. */
  readonly certificate?: PeerCertificate;
}

/** How an exchange ended. */
export type Outcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: WireHeaders;
      /** Decoded; only what had come when `breakage` is set. */
      readonly body: Uint8Array;
      readonly breakage: Breakage | null;
    }
  /** `sent`: the first byte of the request went out. */
  | { readonly kind: 'failure'; readonly sent: boolean; readonly breakage: Breakage };

/** One request as it goes on the wire. */
export interface Outgoing {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Whether a body of this status is an answer (whole, or an error) or an error's (cut short). */
  readonly isAnswer: (status: number) => boolean;
  readonly signal: AbortSignal | undefined;
}

/** What a transport needs to know. */
export interface TransportOptions {
  readonly limits: HttpLimits;
  readonly clock: Clock;
  readonly proxy: Proxy | null;
  /** PEM texts that join the built-in authorities. */
  readonly extraCas: readonly string[];
}

/** Sockets to one host. */
export interface Transport {
  exchange(outgoing: Outgoing): Promise<Outcome>;
  destroy(): Promise<void>;
}

/** Opens a transport. No socket is opened before the first exchange. */
export async function createTransport(options: TransportOptions): Promise<Transport> {
  watchSentHeaders();
  const dispatcher = await createDispatcher(options);
  return {
    exchange: (outgoing) => exchange(dispatcher, outgoing, options),
    destroy: () => dispatcher.destroy(),
  };
}

/** What V8 lets a WebAssembly function run before it optimises it, by the version of Node. */
const tieringBudgets = new Map([
  ['20', 1_800_000],
  ['22', 13_000_000],
  ['24', 13_000_000],
  ['26', 13_000_000],
]);

/**
 * Keeps undici's parser from the optimising compiler: its baseline code is fast enough, compiling takes up to 30 MiB, and
 * Node 20 waits for it at exit (80–100 ms). Whatever is instantiated meanwhile gets a budget that no listing reaches. V8's
 * own is put back at once, because code that was cached under other flags is invalid.
 */
function withoutWasmOptimisation(act: () => void): void {
  const [major = ''] = versions.node.split('.');
  const budget = tieringBudgets.get(major);
  if (budget === undefined) {
    act();
    return;
  }
  v8.setFlagsFromString('--wasm-tiering-budget=2000000000');
  try {
    act();
  } finally {
    v8.setFlagsFromString(`--wasm-tiering-budget=${budget}`);
  }
}

const refusedCertificates = new WeakMap<Error, PeerCertificate>();

async function createDispatcher({ limits, proxy, extraCas }: TransportOptions): Promise<Dispatcher> {
  const tls = {
    timeout: limits.connectTimeout,
    // Node gives each address of a host only 250 ms, less than a distant server needs.
    autoSelectFamilyAttemptTimeout: 1000,
    // A `ca` option replaces the built-in authorities, so they are named too.
    ...(extraCas.length > 0 && { ca: [...rootCertificates, ...extraCas] }),
  };
  const pool = {
    connections: limits.concurrency,
    pipelining: 1,
    maxHeaderSize,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  if (proxy === null) return new Agent({ ...pool, connect: connectAndKeepCertificate(buildConnector(tls)) });
  const { createProxyDispatcher } = await import('./proxy-dispatcher.ts');
  return createProxyDispatcher(proxy, pool, tls);
}

/** A connector that remembers the certificate of a failed handshake, for the message. */
function connectAndKeepCertificate(connector: buildConnector.connector): buildConnector.connector {
  // It returns the socket, which its type does not tell.
  const connect: (...parameters: Parameters<buildConnector.connector>) => unknown = connector;
  return (options, callback) => {
    let certificate: PeerCertificate | null = null;
    const socket = connect(options, (...result) => {
      if (result[0] !== null && certificate !== null) refusedCertificates.set(result[0], certificate);
      // undici instantiates its parser here, for the first connection.
      withoutWasmOptimisation(() => {
        callback(...result);
      });
    });
    if (options.protocol === 'https:' && socket instanceof TLSSocket) {
      // Before Node's own listener, which destroys the socket when the certificate is refused.
      socket.prependListener('secure', () => {
        certificate = socket.getPeerCertificate();
      });
    }
  };
}

interface Starting {
  readonly method: string;
  readonly path: string;
  readonly sent: () => void;
}

/** The exchange that undici is about to write: `onRequestStart` and the channel's message come in one turn. */
let starting: Starting | null = null;
let watching = false;

function watchSentHeaders(): void {
  if (watching) return;
  watching = true;
  diagnostics.subscribe('undici:client:sendHeaders', (message) => {
    const { request } = message as { request: { method: string; path: string } };
    if (starting?.method === request.method && request.path.endsWith(starting.path)) starting.sent();
    starting = null;
  });
}

function exchange(
  dispatcher: Dispatcher,
  outgoing: Outgoing,
  { limits, clock }: TransportOptions,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const { method, url, headers, body, signal } = outgoing;
    const path = url.pathname + url.search;
    let phase: Phase = 'connect';
    let sent = false;
    let ended = false;
    let controller: Dispatcher.DispatchController | null = null;
    let head: { readonly status: number; readonly headers: WireHeaders } | null = null;
    let sink: BodySink | null = null;
    let patience = arm(limits.connectTimeout);
    const deadline = clock.alarm(limits.timeout, () => {
      breakOff('deadline', new Error(`no complete answer within ${limits.timeout} ms`));
    });
    const interrupt = (): void => {
      breakOff('interrupted', new Error('interrupted'));
    };
    signal?.addEventListener('abort', interrupt, { once: true });

    function arm(limit: number): Alarm {
      return clock.alarm(limit, () => {
        breakOff('timeout', new Error(`nothing came within ${limit} ms`));
      });
    }

    function enter(next: Phase, limit: number): void {
      phase = next;
      patience.cancel();
      patience = arm(limit);
    }

    function end(outcome: Outcome): void {
      if (ended) return;
      ended = true;
      patience.cancel();
      deadline.cancel();
      signal?.removeEventListener('abort', interrupt);
      // undici frees the socket only after this turn; a request sent at once would open another one.
      setImmediate(resolve, outcome);
    }

    /** Ends with what there is and closes the socket, since the rest of the answer is not wanted. */
    function breakOff(reason: Breakage['reason'], error: Error): void {
      const certificate = refusedCertificates.get(error);
      const breakage = { phase, reason, error, ...(certificate !== undefined && { certificate }) };
      if (head !== null && sink !== null) end({ kind: 'answer', ...head, body: sink.partial, breakage });
      else end({ kind: 'failure', sent, breakage });
      sink?.fail(new BodyError('torn', 'given up'));
      controller?.abort(error);
    }

    if (signal?.aborted === true) {
      interrupt();
      return;
    }

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(control) {
        controller = control;
        if (ended) {
          control.abort(new Error('given up before it was sent'));
          return;
        }
        const markSent = (): void => {
          sent = true;
          enter('headers', limits.headersTimeout);
        };
        starting = { method, path, sent: markSent };
      },
      onResponseStart(_, status, received) {
        if (status < 200 || ended) return;
        enter('body', limits.bodyTimeout);
        const answer = { status, headers: received };
        head = answer;
        if (method === 'HEAD' || status === 204 || status === 304) {
          end({ kind: 'answer', ...answer, body: new Uint8Array(), breakage: null });
          return;
        }
        const whole = outgoing.isAnswer(status);
        const encoding = received['content-encoding'];
        const collecting = new BodySink(Array.isArray(encoding) ? encoding.join(',') : encoding, {
          most: whole ? bodyLimits.decoded : bodyLimits.error,
          cut: !whole,
        });
        sink = collecting;
        collecting.done.then(
          (bytes) => {
            end({ kind: 'answer', ...answer, body: bytes, breakage: null });
            // Only an error body that was cut short still has its socket reading.
            controller?.abort(new Error('read enough'));
          },
          (error: unknown) => {
            breakOff('body', error instanceof Error ? error : new Error('unreadable'));
          },
        );
      },
      onResponseData(control, chunk) {
        if (ended) return;
        patience.restart();
        const more = sink?.write(chunk, () => {
          if (!ended) patience = arm(limits.bodyTimeout);
          control.resume();
        });
        if (more !== false) return;
        // The server is not to blame for the time that unpacking takes.
        patience.cancel();
        control.pause();
      },
      onResponseEnd() {
        controller = null;
        // Nothing more comes; unpacking what came is up to this machine.
        patience.cancel();
        sink?.end();
      },
      onResponseError(_, error) {
        controller = null;
        breakOff('error', error);
      },
    };
    try {
      dispatcher.dispatch(
        { origin: url.origin, path, method, headers: { ...headers }, body: body ?? null },
        handler,
      );
    } catch (error) {
      breakOff('error', error instanceof Error ? error : new Error('the request could not be made'));
    }
  });
}
