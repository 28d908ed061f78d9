/** A server whose answers a test decides. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AnswerOf {
  readonly status: number;
  readonly body: string;
  /** JSON unless said. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

export interface Question {
  readonly method: string;
  /** With the query, as it arrived. */
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface AnsweringServer {
  readonly baseUrl: string;
  readonly asked: readonly Question[];
  close(): Promise<void>;
}

export async function answering(answer: (question: Question) => AnswerOf): Promise<AnsweringServer> {
  const asked: Question[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const question = { method, path: url, body: Buffer.concat(chunks).toString('utf8'), headers };
      asked.push(question);
      const found = answer(question);
      response
        .writeHead(found.status, { 'content-type': 'application/json', ...found.headers })
        .end(found.body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => {
          done();
        });
      }),
  };
}
