/** Recorded Grafana exchanges, and a server that answers from them (see the README beside the recordings for the format). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { recordingsDir } from './recordings.ts';

export interface GrafanaExchange {
  readonly note?: string;
  /** Who asked: `admin`, `viewer`, `key:Admin`. */
  readonly as: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly bodyIsRaw?: boolean;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly bodyKind: 'json' | 'text' | 'empty';
    readonly body: unknown;
  };
}

export interface GrafanaScenario {
  /** `5.0.0-beta1`, `7.5.5`. */
  readonly version: string;
  /** `03-acl-inherited`. */
  readonly name: string;
  readonly exchanges: readonly GrafanaExchange[];
}

/** All recorded scenarios; none, and one line saying so, when the folder is absent. */
export function grafanaScenarios(): readonly GrafanaScenario[] {
  if (recordingsDir === null || !existsSync(resolve(recordingsDir, 'grafana'))) {
    process.stderr.write('No recordings beside the repository: the Grafana replay tests do not run.\n');
    return [];
  }
  const root = resolve(recordingsDir, 'grafana');
  return ['5.0.0-beta1', '7.5.5'].flatMap((version) =>
    readdirSync(resolve(root, version))
      .filter((file) => file.endsWith('.json'))
      .toSorted()
      .map((file) => {
        const text = readFileSync(resolve(root, version, file), 'utf8');
        const { exchanges } = JSON.parse(text) as { exchanges: GrafanaExchange[] };
        return { version, name: file.replace(/\.json$/, ''), exchanges };
      }),
  );
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
}

export interface Asked {
  readonly method: string;
  /** With the query, as it arrived. */
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface AnswerServer {
  readonly baseUrl: string;
  /** Requests for which there was no answer; a test asserts that there are none. */
  readonly unexpected: readonly string[];
  close(): Promise<void>;
}

/** A server whose answers a test decides; null is a request that nobody expected. */
export async function serveAnswers(answer: (asked: Asked) => Answer | null): Promise<AnswerServer> {
  const unexpected: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const found = answer({ method, path: url, body: Buffer.concat(chunks).toString('utf8'), headers });
      if (found === null) unexpected.push(`${method} ${url}`);
      const { status, body, contentType } = found ?? {
        status: 418,
        body: '{"message":"nobody expected this request"}',
        contentType: 'application/json',
      };
      response.writeHead(status, { 'content-type': contentType }).end(body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    unexpected,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => {
          done();
        });
      }),
  };
}

/** The recorded answer as bytes on the wire. */
export function answerOf({ response }: GrafanaExchange): Answer {
  const text =
    response.bodyKind === 'empty'
      ? ''
      : response.bodyKind === 'text'
        ? String(response.body)
        : JSON.stringify(response.body);
  return {
    status: response.status,
    body: text,
    contentType: response.headers['content-type'] ?? 'application/json; charset=UTF-8',
  };
}

/** An answer that a test makes up. */
export function jsonAnswer(body: unknown, status = 200): Answer {
  return {
    status,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    contentType: 'application/json; charset=UTF-8',
  };
}
