/**
 * A server in front of the sandbox that carries every request through to its answer, even when whoever sent it is gone:
 * what a process has sent before its end counts as sent, and it can be waited for.
 */
import http from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface DrainingProxy {
  /** Stands in the place of the target's origin. */
  readonly origin: string;
  /** `POST /path` of the requests that were no GET and that the target took, in the order of its answers. */
  readonly writes: string[];
  /** Resolves once nothing that was sent before this call is under way any more. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

/** Asked by {@link DrainingProxy.drained} itself: connections are accepted in the order in which they were made. */
const probe = '/drained';

/** @param target an origin */
export async function drainingProxy(target: string): Promise<DrainingProxy> {
  const { hostname, port: targetPort } = new URL(target);
  const sockets = new Set<Socket>();
  const pending = new Set<Promise<void>>();
  const writes: string[] = [];
  // A connection of its own for each request: none is left over from a process that was killed.
  const agent = new http.Agent({ keepAlive: false });

  function pass(
    { method, url, headers }: http.IncomingMessage,
    body: Buffer,
    response: http.ServerResponse,
  ): Promise<void> {
    return new Promise((done) => {
      const kept: IncomingHttpHeaders = { ...headers };
      delete kept.connection;
      const onward = http.request(
        { agent, hostname, port: targetPort, method, path: url, headers: kept },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => {
            const status = answer.statusCode ?? 502;
            if (method !== 'GET' && status < 400) writes.push(`${method ?? ''} ${url ?? ''}`);
            const own = Object.entries(answer.headers).filter(([name]) => !hopByHop.includes(name));
            response.writeHead(status, Object.fromEntries(own)).end(Buffer.concat(chunks));
            done();
          });
        },
      );
      onward.on('error', () => {
        response.destroy();
        done();
      });
      onward.end(body);
    });
  }

  const server = http.createServer((request, response) => {
    if (request.url === probe) {
      response.end();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const passed = pass(request, Buffer.concat(chunks), response);
      pending.add(passed);
      void passed.then(() => pending.delete(passed));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;

  return {
    writes,
    origin: `http://127.0.0.1:${port}`,
    async drained() {
      await new Promise<void>((done, fail) => {
        const asked = http.get({ port, host: '127.0.0.1', path: probe, agent: false }, (answer) => {
          answer.resume();
          answer.on('end', done);
        });
        asked.on('error', fail);
      });
      await Promise.all([...sockets].map(closed));
      await Promise.all(pending);
    },
    close: () =>
      new Promise((done) => {
        agent.destroy();
        server.close(() => {
          done();
        });
        server.closeAllConnections();
      }),
  };
}

const hopByHop = ['connection', 'keep-alive', 'transfer-encoding'];

function closed(socket: Socket): Promise<void> {
  return new Promise((done) => {
    if (socket.destroyed) done();
    else
      socket.once('close', () => {
        done();
      });
  });
}
