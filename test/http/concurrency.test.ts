/** Many requests of one client: what the server sees of them. */
import { describe, expect, it } from 'vitest';
import { path } from '../../src/http/path.ts';
import { clientFor, failureOf, fakeClock, sendJson, serve, shortLimits } from './support.ts';

describe('many requests at once', () => {
  const get = { method: 'GET', path: path`/things` } as const;

  it('cost one 401 when the key is bad', async () => {
    const server = await serve((_, response) => {
      sendJson(response, { message: 'Invalid API key' }, 401);
    });
    const client = clientFor(server.origin);
    const errors = await Promise.all(Array.from({ length: 16 }, () => failureOf(client.send(get))));
    expect(new Set(errors.map((error) => error.code))).toEqual(new Set(['not-authenticated']));
    expect(server.seen).toHaveLength(1);
    // A renewed session gets its chance.
    await failureOf(client.send(get));
    expect(server.seen).toHaveLength(2);
  });

  it('stay within the limits, writes within four', async () => {
    const now = { all: 0, writes: 0 };
    const most = { all: 0, writes: 0 };
    const server = await serve((request, response) => {
      const write = request.method === 'PUT' ? 1 : 0;
      now.all++;
      now.writes += write;
      most.all = Math.max(most.all, now.all);
      most.writes = Math.max(most.writes, now.writes);
      setTimeout(() => {
        now.all--;
        now.writes -= write;
        sendJson(response, {});
      }, 5);
    });
    const client = clientFor(server.origin, { limits: { ...shortLimits, concurrency: 6 } });
    const put = { method: 'PUT', path: path`/things/${1}`, body: '{}' } as const;
    await Promise.all(Array.from({ length: 100 }, (_, i) => client.send(i % 2 === 0 ? get : put)));
    expect(most.all).toBe(6);
    expect(most.writes).toBeLessThanOrEqual(4);
  });
});

describe('waiting ahead', () => {
  const dashboards = { method: 'GET', path: path`/api/v1/dashboard/${'a'}` } as const;
  const users = { method: 'GET', path: path`/api/v2/users` } as const;

  it('holds back an empty bucket until its reset, and no other', async () => {
    const server = await serve((request, response) => {
      const name = request.url.includes('users') ? 'users' : 'dashboards';
      response.setHeader('x-ratelimit-name', name);
      response.setHeader('x-ratelimit-remaining', name === 'users' ? '100' : '0');
      response.setHeader('x-ratelimit-reset', '20');
      sendJson(response, {});
    });
    const clock = fakeClock(0, Date.now());
    const client = clientFor(server.origin, { clock });
    await client.send(dashboards);
    await client.send(users);
    expect(clock.waits).toEqual([]);
    await client.send(dashboards);
    expect(clock.waits).toHaveLength(1);
    expect(clock.waits[0]).toBe(21_000);
  });

  it('keeps a burst within the bucket, without one refusal', async () => {
    const clock = fakeClock(0, 1_800_000_000_000);
    const perWindow = 5;
    const windows = new Map<number, number>();
    let refused = 0;
    const server = await serve((_, response) => {
      const window = Math.floor(clock.time / 10_000);
      const used = (windows.get(window) ?? 0) + 1;
      windows.set(window, used);
      response.setHeader('date', new Date(clock.time).toUTCString());
      response.setHeader('x-ratelimit-remaining', String(Math.max(0, perWindow - used)));
      response.setHeader('x-ratelimit-reset', String(10 - Math.floor((clock.time % 10_000) / 1000)));
      if (used > perWindow) refused++;
      sendJson(response, {}, used > perWindow ? 429 : 200);
    });
    const client = clientFor(server.origin, { clock, limits: { ...shortLimits, concurrency: 4 } });
    const answers = await Promise.all(Array.from({ length: 23 }, () => client.send(dashboards)));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    expect(refused).toBe(0);
    expect(windows.size).toBeGreaterThanOrEqual(5);
  });
});
