/** A server in front of the sandbox that holds back the answers to writes until it is told to pass them on. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HoldingProxy {
  readonly baseUrl: string;
  /** Resolves once so many writes are being held; what the server did with them is done. */
  holding(count: number): Promise<void>;
  /** Passes on everything that is held, and from now on everything at once. */
  release(): void;
  /** How many writes came in all. */
  readonly writes: number;
  close(): Promise<void>;
}

export async function holdWrites(target: string): Promise<HoldingProxy> {
  let held: (() => void)[] = [];
  let open = false;
  let writes = 0;
  let changed = (): void => undefined;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void pass(request, Buffer.concat(chunks)).then(({ status, body }) => {
        const answer = (): void => {
          response.writeHead(status, { 'content-type': 'application/json' }).end(body);
        };
        if (request.method === 'GET') {
          answer();
          return;
        }
        writes += 1;
        if (open) answer();
        else held.push(answer);
        changed();
      });
    });
  });
  const pass = async (
    { url = '/', method = 'GET', headers }: http.IncomingMessage,
    body: Buffer,
  ): Promise<{ readonly status: number; readonly body: string }> => {
    const kept = ['authorization', 'content-type'].flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
    const answer = await fetch(target + url, {
      method,
      headers: Object.fromEntries(kept),
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    });
    return { status: answer.status, body: await answer.text() };
  };
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async holding(count) {
      while (held.length < count) await new Promise<void>((resolve) => (changed = resolve));
    },
    release() {
      open = true;
      for (const answer of held) answer();
      held = [];
    },
    get writes() {
      return writes;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => {
          done();
        });
        server.closeAllConnections();
      }),
  };
}
