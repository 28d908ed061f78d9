/** Real local servers and a clock that the tests own. */
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import { createHttpClient } from '../../src/http/client.ts';
import { systemClock } from '../../src/http/clock.ts';
import type { Clock, HttpClient, HttpClientOptions, HttpLimits } from '../../src/http/http.ts';

export const shortLimits: HttpLimits = {
  connectTimeout: 2000,
  headersTimeout: 2000,
  bodyTimeout: 2000,
  timeout: 4000,
  maxWait: 60_000,
  concurrency: 16,
};

/** A clock that jumps: sleeping takes no time, and every wait is kept. Deadlines are real. */
export interface FakeClock extends Clock {
  readonly waits: number[];
  time: number;
}

/** @param chance what `random` answers. */
export function fakeClock(chance = 0.5, start = Date.UTC(2026, 0, 15, 12)): FakeClock {
  const clock: FakeClock = {
    waits: [],
    time: start,
    now: () => clock.time,
    random: () => chance,
    sleep(ms, signal) {
      if (signal?.aborted === true) return Promise.reject(new Error('aborted'));
      clock.waits.push(ms);
      clock.time += ms;
      return Promise.resolve();
    },
    alarm: (ms, ring) => systemClock.alarm(ms, ring),
  };
  return clock;
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A server of this test alone. `seen` keeps every request. */
export interface TestServer {
  readonly origin: string;
  readonly port: number;
  readonly seen: SeenRequest[];
}

export type Answering = (request: SeenRequest, response: http.ServerResponse, count: number) => void;

/** Starts an HTTP server; `answer` gets the request, its body read, and how many came before. */
export async function serve(
  answer: Answering,
  create: (listener: http.RequestListener) => http.Server = (listener) => http.createServer(listener),
): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  const server = create((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString(),
      };
      seen.push(request);
      answer(request, response, seen.length - 1);
    });
  });
  const port = await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${port}`, port, seen };
}

/** Starts a bare TCP server; `talk` gets each socket. Counts the sockets that sent something. */
export async function serveRaw(talk: (socket: net.Socket, count: number) => void): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      const [line = ''] = data.toString().split('\r\n');
      const [method = '', url = ''] = line.split(' ');
      seen.push({ method, url, headers: {}, body: '' });
      talk(socket, seen.length - 1);
    });
  });
  const port = await listen(server);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { origin: `http://127.0.0.1:${port}`, port, seen };
}

export function listen(server: net.Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** A client of this test alone, closed at its end. */
export function clientFor(baseUrl: string, more: Partial<HttpClientOptions> = {}): HttpClient {
  const client = createHttpClient({
    baseUrl,
    headers: () => ({ authorization: 'Bearer canary-token-1234' }),
    secrets: ['canary-token-1234'],
    limits: shortLimits,
    clock: fakeClock(),
    userAgent: 'dashctl/0.0.0',
    env: {},
    ...more,
  });
  onTestFinished(() => client.close());
  return client;
}

/** The error of a promise that must reject with one of ours. */
export async function failureOf(promise: Promise<unknown>): Promise<DashctlError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof DashctlError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

export function sendJson(response: http.ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
