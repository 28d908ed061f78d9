/** What the client says to people: no secret in debug lines, in errors, in refusals. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { path } from '../../src/http/path.ts';
import { clientFor, failureOf, fakeClock, sendJson, serve, serveRaw, shortLimits } from './support.ts';

describe('what the client says', () => {
  const secrets = ['canary-token-1234', 'canary-application-key'];
  const headers = () => ({
    authorization: 'Bearer canary-token-1234',
    'DD-APPLICATION-KEY': 'canary-application-key',
  });
  const get = { method: 'GET', path: path`/things`, query: [['page', '2']] } as const;
  const put = {
    method: 'PUT',
    path: path`/api/public/dashboards/${'canary-share'}`,
    body: '{"password":"canary-body"}',
  } as const;
  const canary = /canary|Y2FuYXJ5/;
  /** Stacks name the folder that the tests stand in, whatever it is called. */
  const folder = resolve(import.meta.dirname, '../..');

  it('holds no secret in debug lines, but what helps', async () => {
    const server = await serve((request, response) => {
      response.setHeader('set-cookie', 'session=canary-cookie');
      response.setHeader('x-request-id', 'req-9');
      sendJson(response, { echo: request.headers, access_token: 'canary-answer', title: 'Checkout latency' });
    });
    const lines: string[] = [];
    const client = clientFor(server.origin, { secrets, headers, debug: (line) => lines.push(line) });
    await client.send(get);
    await client.send(put);
    const all = lines.join('\n');
    expect(all).not.toMatch(canary);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toContain(`> GET ${server.origin}/things?page=2`);
    expect(lines[1]).toContain('x-request-id: req-9');
    expect(lines[1]).toContain('Checkout latency');
    expect(lines[2]).toContain('{"password":"***"}');
  });

  it('shows at most 2 KiB of a body', async () => {
    const server = await serve((_, response) => {
      sendJson(response, 'x'.repeat(50_000));
    });
    const lines: string[] = [];
    await clientFor(server.origin, { debug: (line) => lines.push(line) }).send(get);
    expect(lines[1]?.length).toBeLessThan(2500);
  });

  it('tells of waits and repeats', async () => {
    const server = await serve((_, response, count) => {
      sendJson(response, {}, count === 0 ? 503 : 200);
    });
    const lines: string[] = [];
    await clientFor(server.origin, { debug: (line) => lines.push(line), clock: fakeClock(0.5) }).send(get);
    expect(lines.some((line) => line.includes('waiting 125 ms') && line.includes('503'))).toBe(true);
  });

  it('holds no secret in errors of any kind', async () => {
    const echo = await serve((request, response) => {
      const status = request.method === 'GET' ? 400 : 500;
      response
        .writeHead(status)
        .end(`You sent ${String(request.headers.authorization)} ${request.body} ${request.url}`);
    });
    const redirecting = await serve((_, response) => {
      response.writeHead(302, { location: `/canary-token-1234?api_key=canary-application-key` }).end();
    });
    const garbage = await serveRaw((socket) => socket.end('HTTP/1.1 canary-token-1234\r\n\r\n'));
    const half = await serve((_, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"access_token":"canary-token-1234');
    });
    for (const server of [echo, redirecting, garbage, half]) {
      for (const request of [get, put]) {
        const client = clientFor(server.origin, {
          secrets,
          headers,
          limits: shortLimits,
          readError: (_, body) => ({ message: body }),
        });
        const error = await failureOf(client.send(request).then((answer) => answer.json()));
        const chain = [error.message, error.hint, error.stack, JSON.stringify(error.details)];
        for (let cause = error.cause; cause instanceof Error; cause = cause.cause)
          chain.push(cause.message, cause.stack);
        expect(chain.join('\n').replaceAll(folder, '')).not.toMatch(canary);
      }
    }
  });

  it('never quotes a header value that HTTP does not allow', async () => {
    const server = await serve((_, response) => {
      sendJson(response, {});
    });
    for (const value of ['canary\nx', 'canary\u0000', 'canary–dash']) {
      const client = clientFor(server.origin, { secrets: [], headers: () => ({ 'x-api-key': value }) });
      const error = await failureOf(client.send(get));
      expect(error.code).toBe('invalid-input');
      expect(error.message).toContain('x-api-key');
      const told = `${error.message}${String(error.stack)}`.replaceAll(folder, '');
      expect(told).not.toContain('canary');
    }
    expect(server.seen).toEqual([]);
  });

  it('learns the token of a renewed session', async () => {
    const server = await serve((request, response) => {
      response.writeHead(400).end(`bad token ${String(request.headers.authorization)}`);
    });
    const client = clientFor(server.origin, {
      secrets: [],
      headers: () => ({ authorization: 'Bearer canary-renewed' }),
    });
    expect((await failureOf(client.send(get))).message).not.toMatch(canary);
  });
});
