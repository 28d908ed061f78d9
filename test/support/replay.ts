/**
 * A server that gives recorded answers to recorded requests, in order. A request matches by method, path with query as
 * sent, and deep equality of its JSON body.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { Exchange } from './recordings.ts';

export interface Replay {
  readonly baseUrl: string;
  /** Throws unless every exchange was used and nothing else was asked for. */
  check(): void;
  close(): Promise<void>;
}

/**
 * @param reads answers GETs that a recording lacks because its client did not look before it wrote; undefined for those
 * that nobody expects.
 */
export async function startReplay(
  exchanges: readonly Exchange[],
  reads: (path: string) => unknown = () => undefined,
): Promise<Replay> {
  const unexpected: string[] = [];
  let next = 0;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body: unknown = text === '' ? null : JSON.parse(text);
      const { method = '', url = '' } = request;
      const expected = exchanges[next];
      if (
        expected?.request.method === method &&
        expected.request.path === url &&
        isDeepStrictEqual(expected.request.body, body)
      ) {
        next += 1;
        const { status, headers, body: answer } = expected.response;
        response.writeHead(status, headers);
        response.end(answer === null ? undefined : answerText(answer));
        return;
      }
      const read = method === 'GET' ? reads(url) : undefined;
      if (read === undefined) unexpected.push(`${method} ${url} ${text}`);
      response.writeHead(read === undefined ? 400 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(read ?? { errors: ['Nobody expected this request'] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    check() {
      const unused = exchanges.slice(next).map(({ request }) => `${request.method} ${request.path}`);
      if (unexpected.length === 0 && unused.length === 0) return;
      const what = [
        ...unexpected.map((one) => `Unexpected: ${one}`),
        ...unused.map((one) => `Unused: ${one}`),
      ];
      throw new Error(what.join('\n'));
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** The text of a recorded body as it went over the wire. */
export function answerText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
