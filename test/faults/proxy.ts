/**
 * A proxy between a client and the sandbox that misbehaves on purpose. It speaks TCP, TLS and HTTP/1.1, writes its faulty
 * answers byte for byte, and knows nothing of the systems on either side.
 */
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Issued } from '../http/certificate.ts';

/** A request as it arrived. */
export interface Asked {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly pathname: string;
  readonly body: string;
  /** Whether the server behind got it; what it answered then. */
  readonly reached: () => Answer | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** The hands of a fault on one request. */
export interface Exchange {
  readonly asked: Asked;
  /** Which of the matching requests it is, from 1. */
  readonly nth: number;
  /** Asks the server behind. */
  readonly forward: () => Promise<Answer>;
  /** Answers as a well-behaved server would. */
  readonly answer: (answer: Answer) => void;
  /** Writes bytes as they are. */
  readonly write: (bytes: string | Buffer) => void;
  /** Ends the connection in order. */
  readonly end: () => void;
  /** Drops the connection. */
  readonly reset: () => void;
  /** Keeps the client waiting: nothing more comes, so that time passes for it. */
  readonly stall: () => void;
  /** The same, as soon as the client has read some of the body. */
  readonly stallOnceRead: () => void;
  /** Keeps the client waiting with a byte now and then. */
  readonly drip: () => void;
  readonly socket: net.Socket;
}

/** The client's time. */
export interface Time {
  stall(): void;
  stallOnceRead(): void;
  drip(send: () => boolean): void;
}

/** What happens to connections from some moment on. */
export type Darkness = 'refused' | 'silent' | { readonly certificate: Issued } | 'unresolved';

export interface ProxyOptions {
  /** Where the server behind listens. */
  readonly port: number;
  /** Speaks TLS with it; plain without. */
  readonly certificate: Issued | null;
  readonly time: Time;
  /** Which requests `meddle` is for. */
  readonly matches: (asked: Asked) => boolean;
  /** Answers a matching request; null lets it pass. */
  readonly meddle: ((exchange: Exchange) => Promise<void> | void) | null;
  /** What happens to every connection once so many requests were answered. */
  readonly dark: { readonly after: number; readonly how: Darkness } | null;
}

export interface FaultProxy {
  readonly port: number;
  /** Every request, in order. */
  readonly asked: readonly Asked[];
  /** Connections that came after it went dark. */
  readonly knocks: () => number;
  readonly dark: () => boolean;
  /** Behaves from now on. */
  recover(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy on a free port of this machine. */
export async function startProxy(options: ProxyOptions): Promise<FaultProxy> {
  const asked: Asked[] = [];
  const sockets = new Set<net.Socket>();
  const upstream = new http.Agent({ keepAlive: true });
  let matched = 0;
  let answered = 0;
  let knocks = 0;
  let darkness: Darkness | null = null;

  const server =
    options.certificate === null ? http.createServer(serve) : https.createServer(options.certificate, serve);
  server.keepAliveTimeout = 0;
  server.on('clientError', () => undefined);
  const front = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    if (darkness !== null) knocks++;
    if (darkness === 'silent') options.time.stall();
    else server.emit('connection', socket);
  });

  function serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void handle(request, Buffer.concat(chunks), response).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : undefined);
      });
    });
    request.on('error', () => undefined);
  }

  async function handle(request: http.IncomingMessage, body: Buffer, response: http.ServerResponse) {
    const { method = '', url = '' } = request;
    let given: Answer | null = null;
    const one: Asked = {
      method,
      url,
      pathname: url.split('?', 1)[0] ?? '',
      body: body.toString('utf8'),
      reached: () => given,
    };
    asked.push(one);
    const forward = async (): Promise<Answer> => (given ??= await ask(request, body));
    const meddle = options.matches(one) ? options.meddle : null;
    if (meddle === null) {
      relay(await forward(), response);
      return;
    }
    matched += 1;
    const { socket } = request;
    await meddle({
      asked: one,
      nth: matched,
      socket,
      forward,
      answer: (answer) => {
        relay(answer, response);
      },
      write: (bytes) => {
        if (!socket.destroyed) socket.write(bytes);
      },
      end: () => socket.end(),
      reset: () => {
        socket.destroy();
      },
      stall: () => {
        options.time.stall();
      },
      stallOnceRead: () => {
        options.time.stallOnceRead();
      },
      drip: () => {
        options.time.drip(() => {
          if (!socket.destroyed) socket.write(' ');
          return !socket.destroyed;
        });
      },
    });
  }

  function relay({ status, headers, body }: Answer, response: http.ServerResponse): void {
    answered += 1;
    const { dark } = options;
    if (dark !== null) {
      response.shouldKeepAlive = false;
      if (darkness === null && answered === dark.after) darken(dark.how);
    }
    const flat = headers.flatMap(([name, value]) => [name, value]);
    response.writeHead(status, dark === null ? flat : [...flat, 'connection', 'close']).end(body);
  }

  function darken(how: Darkness): void {
    darkness = how;
    // What is under way is still answered; new connections are not taken.
    if (how === 'refused') front.close();
    if (typeof how === 'object' && server instanceof https.Server) server.setSecureContext(how.certificate);
  }

  function ask(request: http.IncomingMessage, body: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { ...request.headers };
      delete headers.connection;
      const { method, url: path } = request;
      const outgoing = http.request(
        { host: '127.0.0.1', port: options.port, method, path, headers, agent: upstream },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const { rawHeaders, statusCode: status = 0 } = response;
            const pairs = rawHeaders.flatMap((name, index) =>
              index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? ''] as const] : [],
            );
            const kept = pairs.filter(([name]) => !/^(connection|keep-alive|transfer-encoding)$/.test(name));
            resolve({ status, headers: kept, body: Buffer.concat(chunks) });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      front.once('error', reject);
      front.listen(port, '127.0.0.1', () => {
        front.off('error', reject);
        resolve();
      });
    });
  await listen(0);
  const { port } = front.address() as AddressInfo;
  if (options.dark?.after === 0) darken(options.dark.how);

  return {
    port,
    asked,
    knocks: () => knocks,
    dark: () => darkness !== null,
    async recover() {
      const was = darkness;
      darkness = null;
      if (was === 'refused') await listen(port);
      if (options.certificate !== null && server instanceof https.Server)
        server.setSecureContext(options.certificate);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      upstream.destroy();
      if (front.listening)
        await new Promise((done) => {
          front.close(done);
        });
    },
  };
}

/** The head of an answer as it goes over the wire, the empty line included. */
export function headOf({ status, headers }: Pick<Answer, 'status' | 'headers'>): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Any\r\n${lines.join('')}\r\n`;
}

/** The answer with other headers and body; its length is counted anew. */
export function altered(
  answer: Answer,
  { status = answer.status, headers = {}, body = answer.body }: Alteration,
): Answer {
  const kept = answer.headers.filter(
    ([name]) => !(name in headers) && name !== 'content-length' && name !== 'content-encoding',
  );
  const length = status === 204 ? [] : [['content-length', String(body.length)] as const];
  return { status, headers: [...kept, ...Object.entries(headers), ...length], body };
}

export interface Alteration {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}
