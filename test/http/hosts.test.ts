/** What clients of one run share of a host, and what they do not. */
import { describe, expect, it } from 'vitest';
import type { Hosts } from '../../src/http/hosts.ts';
import { path } from '../../src/http/path.ts';
import { clientFor, failureOf, fakeClock, sendJson, serve, shortLimits } from './support.ts';

const get = { method: 'GET', path: path`/things` } as const;
const put = { method: 'PUT', path: path`/things`, body: '{}' } as const;

describe('two accounts on one host', () => {
  it('keep within one limit', async () => {
    let now = 0;
    let most = 0;
    const server = await serve((_, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        sendJson(response, {});
      }, 5);
    });
    const hosts: Hosts = new Map();
    const limits = { ...shortLimits, concurrency: 5 };
    const clients = [1, 2].map(() => clientFor(server.origin, { hosts, limits }));
    await Promise.all(clients.flatMap((client) => Array.from({ length: 60 }, () => client.send(get))));
    expect(most).toBeLessThanOrEqual(5);
  });

  it('wait for what one of them was told', async () => {
    const server = await serve((_, response, count) => {
      if (count === 0) response.setHeader('retry-after', '20');
      sendJson(response, {}, count === 0 ? 429 : 200);
    });
    const hosts: Hosts = new Map();
    const clock = fakeClock(0);
    const [one, other] = [1, 2].map(() => clientFor(server.origin, { hosts, clock }));
    await one?.send(get);
    clock.time -= 20_000;
    await other?.send(get);
    expect(clock.waits).toEqual([20_000, 20_000]);
  });

  it('send nothing as long as the host has refused it for longer than they may wait', async () => {
    const server = await serve((_, response) => {
      response.setHeader('retry-after', '600');
      sendJson(response, {}, 429);
    });
    const hosts: Hosts = new Map();
    const clock = fakeClock(0);
    const clients = [1, 2].map(() => clientFor(server.origin, { hosts, clock }));
    for (const client of clients) {
      const error = await failureOf(client.send(get));
      expect(error).toMatchObject({ code: 'rate-limited', details: { waitSeconds: 600 } });
      expect(error.message).toContain('accepts no more requests until 2026-01-15T12:10:00Z (in 10 min)');
    }
    expect(server.seen).toHaveLength(1);
    clock.time += 600_001;
    for (const client of clients) await failureOf(client.send(get));
    expect(server.seen).toHaveLength(2);
  });

  it('have one budget of repeats', async () => {
    const server = await serve((_, response) => {
      sendJson(response, {}, 503);
    });
    const hosts: Hosts = new Map();
    const clients = [1, 2].map(() => clientFor(server.origin, { hosts }));
    for (let round = 0; round < 4; round++) for (const client of clients) await failureOf(client.send(get));
    // Eight requests, and a fifth of them and ten repeats.
    expect(server.seen).toHaveLength(8 + 12);
  });

  it('have credentials of their own: a 401 stops one of them', async () => {
    const server = await serve((request, response) => {
      sendJson(response, {}, request.headers['x-key'] === 'bad' ? 401 : 200);
    });
    const hosts: Hosts = new Map();
    const holding = (key: string) => clientFor(server.origin, { hosts, headers: () => ({ 'x-key': key }) });
    const [bad, good] = [holding('bad'), holding('good')];
    const order = [bad, good, bad, good, bad, good];
    const sent = await Promise.allSettled(order.map((client) => client.send(get)));
    expect(sent.map(({ status }) => status)).toEqual([1, 2, 3].flatMap(() => ['rejected', 'fulfilled']));
    expect(server.seen.filter(({ headers }) => headers['x-key'] === 'bad')).toHaveLength(1);
  });

  it('on two hosts share nothing', async () => {
    const answering = (status: number) =>
      serve((_, response) => {
        response.setHeader('retry-after', '600');
        sendJson(response, {}, status);
      });
    const busy = await answering(429);
    const idle = await answering(200);
    const hosts: Hosts = new Map();
    const clock = fakeClock();
    const refused = await failureOf(clientFor(busy.origin, { hosts, clock }).send(get));
    expect(refused.code).toBe('rate-limited');
    expect((await clientFor(idle.origin, { hosts, clock }).send(get)).status).toBe(200);
  });
});

describe('a 401 after the credentials were accepted', () => {
  /** Answers so many requests, then refuses the credentials so many times. */
  const refusing = (from: number, times: number) =>
    serve((_, response, count) => {
      sendJson(response, { count }, count >= from && count < from + times ? 401 : 200);
    });

  it('is read once more, and may have been a mistake', async () => {
    const server = await refusing(1, 1);
    const client = clientFor(server.origin);
    await client.send(get);
    expect((await client.send(get)).json()).toEqual({ count: 2 });
  });

  it('ends the run the second time, for all who wait', async () => {
    const server = await refusing(1, Infinity);
    const client = clientFor(server.origin);
    await client.send(get);
    const errors = await Promise.all(Array.from({ length: 30 }, () => failureOf(client.send(get))));
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['not-authenticated']));
    // Those that were under way at once, and one that went alone to look.
    expect(server.seen.length).toBeLessThanOrEqual(1 + 8 + 1);
  });

  it('never sends a write again; the next request goes alone', async () => {
    const server = await refusing(1, 1);
    const client = clientFor(server.origin);
    await client.send(get);
    expect((await failureOf(client.send(put))).code).toBe('not-authenticated');
    expect(server.seen).toHaveLength(2);
    const answers = await Promise.all([client.send(get), client.send(put)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('is believed at once where the owner opens another session', async () => {
    const server = await refusing(1, Infinity);
    const client = clientFor(server.origin, { renews: true });
    await client.send(get);
    expect((await failureOf(client.send(get))).code).toBe('not-authenticated');
    expect(server.seen).toHaveLength(2);
  });
});
