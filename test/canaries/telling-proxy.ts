/**
 * An HTTP proxy with a password in front of the sandbox, and the worst that can stand between: whoever signs in under the
 * name of a fault gets an answer that repeats all that was sent.
 */
import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { issue } from '../http/certificate.ts';
import type { Canary } from './faces.ts';

/** What can go wrong; the name is the user of the proxy. `none`: everything goes through. */
export const faults = [
  'status-400',
  'status-401',
  'status-403',
  'status-404',
  'status-409',
  'status-500',
  'redirect',
  'html',
  'text',
  'torn',
  'reset',
] as const;

export interface TellingProxy {
  /** The environment that leads through it. */
  env(user: string): Record<string, string>;
  /** Session ids and tokens that servers handed out, as canaries. */
  readonly handedOut: Canary[];
  close(): Promise<void>;
}

/** @param roomOf the origin of the sandbox. Hosts are the names of rooms in front of `.example.com`. */
export async function startTellingProxy(origin: string, password: string): Promise<TellingProxy> {
  const handedOut: Canary[] = [];
  const wanted = (user: string): string => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const userOf = (request: IncomingMessage): string | null => {
    const given = request.headers['proxy-authorization'] ?? '';
    const user = Buffer.from(given.slice(6), 'base64').toString('utf8').split(':')[0] ?? '';
    return given === wanted(user) ? user : null;
  };

  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const user = userOf(request);
      const body = Buffer.concat(chunks);
      if (user === null) response.writeHead(407).end();
      else if (user === 'none') forward(origin, request, body, response, handedOut);
      else misbehave(user, request, body, response);
    });
  });
  // A server whose certificate nobody knows.
  const own = issue({ name: 'stranger', hosts: ['stranger.example.com'] });
  const stranger = tls.createServer({ cert: own.cert, key: own.key }, (socket) => socket.end());
  stranger.on('tlsClientError', () => undefined);
  server.on('connect', (request: IncomingMessage, socket: net.Socket) => {
    socket.on('error', () => undefined);
    if (userOf(request) === null) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const { port } = stranger.address() as AddressInfo;
    const upstream = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  });
  await Promise.all(
    [server, stranger].map((one) => new Promise<void>((done) => one.listen(0, '127.0.0.1', done))),
  );
  const { port } = server.address() as AddressInfo;
  return {
    env: (user) => {
      const address = `http://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
      return { http_proxy: address, https_proxy: address };
    },
    handedOut,
    close: async () => {
      server.closeAllConnections();
      await Promise.all([server, stranger].map((one) => new Promise((done) => one.close(done))));
    },
  };
}

function forward(
  origin: string,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  handedOut: Canary[],
): void {
  // The address as it was sent: URL would take dots out of it.
  const match = /^http:\/\/([a-z0-9-]+)\.example\.com(\/.*)?$/s.exec(request.url ?? '');
  if (match === null) {
    response.writeHead(502).end();
    return;
  }
  const headers = { ...request.headers };
  delete headers['proxy-authorization'];
  const { hostname, port } = new URL(origin);
  const onward = http.request(
    { hostname, port, method: request.method, path: `/${match[1] ?? ''}${match[2] ?? '/'}`, headers },
    (answer) => {
      for (const cookie of answer.headers['set-cookie'] ?? []) {
        const value = /^[^=]+=([^;]{16,})/.exec(cookie)?.[1];
        if (value !== undefined) handedOut.push({ name: `cookie ${value}`, value, kind: 'key' });
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => response.destroy());
  onward.end(body);
}

/** Everything that was sent, in every form that servers put it into. */
function misbehave(user: string, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const { headers, method = '', url = '' } = request;
  const secrets = Object.entries(headers).filter(([name]) => /auth|key|cookie|token/.test(name));
  const bare = secrets
    .map(([, value]) => String(value))
    .map((value) =>
      value.startsWith('Basic ') ? Buffer.from(value.slice(6), 'base64').toString('utf8') : value,
    );
  const sent = [`${method} ${url}`, JSON.stringify(headers), body.toString('utf8'), ...bare].join(' ');
  const told = `You sent ${sent} ${encodeURIComponent(sent)} ${Buffer.from(sent).toString('base64')}`;
  // What is the proxy's own no server behind it gets to see.
  const credentials = secrets.flatMap(([name, value]) => (name.startsWith('proxy-') ? [] : [String(value)]));
  const facts = {
    'x-request-id': [...credentials, 'none'][0],
    server: [...credentials, 'none'].at(-1),
    'www-authenticate': `Basic realm="${credentials.join(' ').replaceAll('"', '')}"`,
    'x-ratelimit-name': credentials.join(','),
  };
  const json = JSON.stringify({
    errors: [told],
    message: told,
    detail: told,
    error: told,
    title: told,
    code: told,
    type: told,
    attr: told,
    results: told,
    accessErrorId: told,
    traceID: credentials[0] ?? '',
    non_field_errors: [told],
    secret: told,
  });
  const status = /^status-(\d+)$/.exec(user)?.[1];
  if (status !== undefined) {
    response.writeHead(Number(status), { ...facts, 'content-type': 'application/json' }).end(json);
  } else if (user === 'redirect') {
    const location = `https://elsewhere.example.com/?${new URLSearchParams({ sent }).toString()}`.slice(
      0,
      12_000,
    );
    response.writeHead(307, { ...facts, location }).end();
  } else if (user === 'html') {
    const page = `<html><head><title>${told.replaceAll('<', '&lt;')}</title></head><body>${told}</body></html>`;
    response.writeHead(200, { ...facts, 'content-type': 'text/html' }).end(page);
  } else if (user === 'text') {
    response.writeHead(200, { ...facts, 'content-type': 'text/plain' }).end(told);
  } else if (user === 'torn') {
    response
      .writeHead(200, { ...facts, 'content-type': 'application/json' })
      .end(json.slice(0, -json.length / 3));
  } else request.socket.resetAndDestroy();
}
