/** A server that speaks as much Datadog as a list of dashboards takes, as long as a test wants it, or never answers. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface DatadogServer {
  /** The options that lead a command to it. */
  readonly words: string;
  readonly env: Readonly<Record<string, string>>;
  /** How many requests arrived. */
  readonly asked: () => number;
  /** Answers what was held back, and everything from now on. */
  release(): void;
  close(): Promise<void>;
}

/**
 * @param rows how many dashboards it has; `never` takes every request and answers none.
 * @param padding letters in each description.
 * @param heldFrom pages that start here or later wait until `release`.
 */
export async function startDatadogServer(
  rows: number | 'never',
  padding = 0,
  heldFrom = Infinity,
): Promise<DatadogServer> {
  let asked = 0;
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = http.createServer((request, response) => {
    asked += 1;
    if (rows === 'never') return;
    const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const start = Number(searchParams.get('start') ?? 0);
    const answer = (): void => {
      respond(response, rows, start, Number(searchParams.get('count') ?? 100));
    };
    if (start >= heldFrom) void released.then(answer);
    else answer();
  });
  const respond = (response: http.ServerResponse, total: number, start: number, count: number): void => {
    const end = Math.min(total, start + count);
    const dashboards = Array.from({ length: Math.max(0, end - start) }, (_, index) => ({
      id: idOf(start + index),
      title: `Dashboard ${start + index}`,
      description: 'x'.repeat(padding),
      layout_type: 'ordered',
      url: `/dashboard/${idOf(start + index)}/dashboard`,
      is_read_only: false,
      created_at: '2026-01-01T00:00:00.000000+00:00',
      modified_at: '2026-01-01T00:00:00.000000+00:00',
      author_handle: 'ana@example.com',
      deleted_at: null,
    }));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ dashboards, total }));
  };
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    words: `--provider datadog --base-url http://127.0.0.1:${port}`,
    env: { DD_API_KEY: 'some-api-key', DD_APP_KEY: 'some-app-key' },
    asked: () => asked,
    release,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => {
          done();
        });
      }),
  };
}

/** `aaa-aaa-aaa`, `aaa-aaa-aab`, … */
function idOf(number: number): string {
  const digits = number.toString(36).padStart(9, '0');
  return `${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6)}`;
}
