import { describe, expect, it } from 'vitest';
import { path } from '../../src/http/path.ts';
import { clientFor, failureOf, fakeClock, sendJson, serve } from './support.ts';

const list = { method: 'GET', path: path`/api/v1/dashboards` } as const;
const create = { method: 'POST', path: path`/api/v1/dashboards`, body: '{"title":"Checkout"}' } as const;

describe('a request', () => {
  it('carries credentials, user agent, encoded query and the body byte for byte', async () => {
    const server = await serve((_, response) => {
      sendJson(response, { ok: true });
    });
    const client = clientFor(`${server.origin}/base/`);
    const body = '{ "a" : 9007199254740993 }';
    const answer = await client.send({ ...create, body, query: [['filter[shared]', 'a b&c']] });
    expect(answer.json()).toEqual({ ok: true });
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      url: '/base/api/v1/dashboards?filter%5Bshared%5D=a%20b%26c',
      body,
      headers: {
        authorization: 'Bearer canary-token-1234',
        'user-agent': 'dashctl/0.0.0',
        'accept-encoding': 'gzip',
        'content-type': 'application/json',
      },
    });
  });

  it('uses one socket for requests in a row', async () => {
    const sockets = new Set<unknown>();
    const server = await serve((_, response) => {
      sockets.add(response.socket?.remotePort);
      sendJson(response, {});
    });
    const client = clientFor(server.origin);
    for (let i = 0; i < 5; i++) await client.send(list);
    expect(sockets.size).toBe(1);
  });

  it('gives headers, cookies and the request id of the answer', async () => {
    const server = await serve((_, response) => {
      response.setHeader('content-type', 'application/json');
      response.setHeader('x-request-id', 'req-7');
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.setHeader('x-note', ['one', 'two']);
      response.end('[]');
    });
    const answer = await clientFor(server.origin).send(list);
    expect(answer.cookies).toEqual(['a=1', 'b=2']);
    expect(answer.headers['x-note']).toBe('one, two');
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.requestId).toBe('req-7');
  });

  it('keeps a status that it accepts', async () => {
    const server = await serve((_, response) => {
      sendJson(response, { message: 'not shared' }, 404);
    });
    const answer = await clientFor(server.origin).send({ ...list, accept: [404] });
    expect([answer.status, answer.json()]).toEqual([404, { message: 'not shared' }]);
  });
});

describe('repeats', () => {
  it.each([429, 502, 503, 504, 408, 522, 524])('repeats a read after %i', async (status) => {
    const server = await serve((_, response, count) => {
      sendJson(response, {}, count < 2 ? status : 200);
    });
    const clock = fakeClock(0.5);
    const answer = await clientFor(server.origin, { clock }).send(list);
    expect(answer.status).toBe(200);
    expect(server.seen).toHaveLength(3);
    expect(clock.waits).toEqual([125, 250]);
  });

  it('repeats a read once after 500', async () => {
    const server = await serve((_, response) => {
      sendJson(response, { message: 'boom' }, 500);
    });
    const error = await failureOf(clientFor(server.origin).send(list));
    expect(error).toMatchObject({ code: 'server-error', status: 500 });
    expect(server.seen).toHaveLength(2);
  });

  it('gives up a read after 4 attempts', async () => {
    const server = await serve((_, response) => {
      sendJson(response, {}, 503);
    });
    expect((await failureOf(clientFor(server.origin).send(list))).code).toBe('server-error');
    expect(server.seen).toHaveLength(4);
  });

  it.each([408, 500, 502, 503, 504, 522, 524])('never repeats a write after %i', async (status) => {
    const server = await serve((_, response) => {
      response.writeHead(status, { 'retry-after': '1', 'x-request-id': 'r1' }).end('gateway');
    });
    const error = await failureOf(clientFor(server.origin).send(create));
    expect(error).toMatchObject({ code: 'fate-unknown', status, requestId: 'r1' });
    expect(error.cause).toMatchObject({ status });
    expect(server.seen).toHaveLength(1);
  });

  it('repeats a write that was refused with 429, not earlier than told', async () => {
    const server = await serve((_, response, count) => {
      if (count === 0)
        response.writeHead(429, { 'retry-after': '7' }).end('<html><title>Slow down</title></html>');
      else sendJson(response, { id: 1 }, 201);
    });
    const clock = fakeClock(0.5);
    const answer = await clientFor(server.origin, { clock }).send(create);
    expect(answer.status).toBe(201);
    expect(server.seen).toHaveLength(2);
    expect(clock.waits).toEqual([7350]);
  });

  it('takes a DELETE that was sent before for done when nothing is there any more', async () => {
    const remove = { method: 'DELETE', path: path`/things/${1}` } as const;
    const server = await serve((_, response, count) => {
      if (count === 0) response.writeHead(429, { 'retry-after': '7' }).end();
      else sendJson(response, { message: 'gone' }, 404);
    });
    expect((await clientFor(server.origin).send(remove)).status).toBe(404);
    expect(server.seen).toHaveLength(2);
    // The first time it is a mistake.
    expect(await failureOf(clientFor(server.origin).send(remove))).toMatchObject({ code: 'not-found' });
  });

  it('names the exact time when the wait is longer than allowed', async () => {
    const server = await serve((_, response) => {
      response.writeHead(429, { 'retry-after': '3600', date: 'Thu, 15 Jan 2026 12:00:00 GMT' }).end();
    });
    const error = await failureOf(clientFor(server.origin).send(list));
    expect(error).toMatchObject({ code: 'rate-limited', status: 429 });
    expect(error.message).toContain('2026-01-15T13:00:00Z');
    expect(error.details).toEqual({ retryAt: '2026-01-15T13:00:00Z', waitSeconds: 3600 });
    expect(server.seen).toHaveLength(1);
  });

  it('survives a wait of absurd length without a hot loop', async () => {
    const server = await serve((_, response) => {
      response.writeHead(429, { 'retry-after': '9'.repeat(40) }).end();
    });
    expect((await failureOf(clientFor(server.origin).send(list))).code).toBe('rate-limited');
    expect(server.seen).toHaveLength(1);
  });

  it('stops repeating when the budget of the run is spent', async () => {
    const server = await serve((_, response) => {
      sendJson(response, {}, 503);
    });
    const client = clientFor(server.origin);
    for (let i = 0; i < 20; i++) await failureOf(client.send(list));
    // 20 requests and 20 % of them + 10 repeats.
    expect(server.seen.length).toBe(34);
  });
});

describe('statuses', () => {
  it.each([
    [401, 'not-authenticated', 3],
    [402, 'payment-required', 1],
    [403, 'not-allowed', 3],
    [404, 'not-found', 6],
    [409, 'conflict', 7],
    [412, 'conflict', 7],
    [418, 'rejected', 1],
    [422, 'rejected', 1],
    [501, 'server-error', 1],
  ])('turns %i into %s', async (status, code, exitCode) => {
    const server = await serve((_, response) => {
      response.writeHead(status, { 'x-datadog-trace-id': '42' }).end('no way');
    });
    const error = await failureOf(clientFor(server.origin).send(create));
    expect(error).toMatchObject({ code, status, exitCode, requestId: '42' });
    expect(error.message).toContain('no way');
    expect(server.seen).toHaveLength(1);
  });

  it("keeps the provider's own words, code, hint and details", async () => {
    const server = await serve((_, response) => {
      sendJson(response, { errors: ['Dashboard exists'] }, 400);
    });
    const client = clientFor(server.origin, {
      readError: (status, body, type) => ({
        message: `${status} ${type} ${body}`,
        code: 'conflict',
        hint: 'Do something else.',
        details: ['x'],
      }),
    });
    const error = await failureOf(client.send(create));
    expect(error).toMatchObject({
      code: 'conflict',
      hint: 'Do something else.',
      details: ['x'],
      status: 400,
    });
    expect(error.message).toContain('400 application/json {"errors":["Dashboard exists"]}');
  });
});

describe('an answer that is not UTF-8', () => {
  const latin = Buffer.concat([Buffer.from('{"title":"caf'), Buffer.from([0xe9]), Buffer.from('"}')]);

  it('shows U+FFFD and says so once', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(latin);
    });
    const warnings: string[] = [];
    const client = clientFor(server.origin, { warn: (message) => warnings.push(message) });
    for (let i = 0; i < 3; i++) expect((await client.send(list)).json()).toEqual({ title: 'caf\ufffd' });
    expect(warnings).toEqual([
      '127.0.0.1 sent text that is not UTF-8: \ufffd stands for what cannot be read.',
    ]);
  });

  it('is told from one that holds U+FFFD itself', async () => {
    const server = await serve((_, response) => {
      sendJson(response, { title: 'caf\ufffd' });
    });
    const warnings: string[] = [];
    const client = clientFor(server.origin, { warn: (message) => warnings.push(message) });
    expect((await client.send(list)).json()).toEqual({ title: 'caf\ufffd' });
    expect(warnings).toEqual([]);
  });
});
