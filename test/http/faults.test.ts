import { gzipSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Clock, HttpClient } from '../../src/http/http.ts';
import { path } from '../../src/http/path.ts';
import { clientFor, failureOf, fakeClock, sendJson, serve, serveRaw, shortLimits } from './support.ts';

const get = { method: 'GET', path: path`/things` } as const;
const put = { method: 'PUT', path: path`/things/${1}`, body: '{"a":1}' } as const;

const json = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

describe('connections that break', () => {
  it('repeats a refused connection for reads and writes, then names host and port', async () => {
    for (const request of [get, put]) {
      const clock = fakeClock();
      const error = await failureOf(clientFor('http://127.0.0.1:1', { clock }).send(request));
      expect(error.code).toBe('network');
      expect(error.message).toContain('127.0.0.1:1 refused the connection');
      expect(clock.waits).toEqual([125, 250, 500]);
    }
  });

  it('repeats a read whose connection was reset, before and inside the headers', async () => {
    const server = await serveRaw((socket, count) => {
      if (count === 0) socket.resetAndDestroy();
      else if (count === 1) socket.end('HTTP/1.1 200 OK\r\ncontent-ty');
      else socket.end(`${json}content-length: 2\r\n\r\n{}`);
    });
    expect((await clientFor(server.origin).send(get)).json()).toEqual({});
    expect(server.seen).toHaveLength(3);
  });

  it.each([
    ['before the headers', ''],
    ['inside the headers', 'HTTP/1.1 200 OK\r\ncontent-ty'],
  ])('does not know the fate of a write whose connection was closed %s', async (_, words) => {
    const server = await serveRaw((socket) => socket.end(words));
    const error = await failureOf(clientFor(server.origin).send(put));
    expect(error).toMatchObject({ code: 'fate-unknown', details: { reason: 'network' } });
    expect(server.seen).toHaveLength(1);
  });

  it('repeats a read whose body was torn, and prints nothing of the first half', async () => {
    const server = await serveRaw((socket, count) => {
      socket.end(
        count === 0 ? `${json}content-length: 20\r\n\r\n[1, 2` : `${json}content-length: 5\r\n\r\n[1,2]`,
      );
    });
    expect((await clientFor(server.origin).send(get)).json()).toEqual([1, 2]);
  });

  it('counts the status of a write whose body was torn', async () => {
    const server = await serveRaw((socket) => socket.end(`${json}content-length: 20\r\n\r\n{"id": 1`));
    const answer = await clientFor(server.origin).send(put);
    expect(answer.status).toBe(200);
    expect(answer.bodyError?.code).toBe('network');
    expect(() => answer.json()).toThrow(/middle of the answer/);
    expect(server.seen).toHaveLength(1);
  });

  it('reads an answer once more that is cut off but closed properly', async () => {
    const server = await serve((_, response, count) => {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(count === 0 ? '[{"id": 1}, {"i' : '[1]');
    });
    expect((await clientFor(server.origin).send(get)).json()).toEqual([1]);
    const stubborn = await serveRaw((socket) => socket.end(`${json}\r\n[{"id"`));
    const answer = await clientFor(stubborn.origin).send(get);
    expect(() => answer.json()).toThrow(expect.objectContaining({ code: 'bad-answer' }));
    expect(stubborn.seen).toHaveLength(2);
  });
});

describe('answers that are unusual', () => {
  it('waits for the final status behind informational ones', async () => {
    const server = await serveRaw((socket) =>
      socket.end(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${json}content-length: 2\r\n\r\n{}`),
    );
    expect((await clientFor(server.origin).send(get)).status).toBe(200);
  });

  it('opens a new connection for a write when the server closed the idle one', async () => {
    const server = await serveRaw((socket) => {
      socket.write(`${json}content-length: 2\r\n\r\n{}`);
      setTimeout(() => socket.end(), 5);
    });
    const client = clientFor(server.origin);
    await client.send(put);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await client.send(put)).status).toBe(200);
    expect(server.seen).toHaveLength(2);
  });

  it('is told of what was under way when it is closed', async () => {
    for (const [request, code] of [
      [get, 'cancelled'],
      [put, 'fate-unknown'],
    ] as const) {
      const client: HttpClient[] = [];
      const server = await serve(() => {
        void client[0]?.close();
      });
      client.push(clientFor(server.origin));
      expect((await failureOf(client[0]?.send(request) ?? Promise.resolve())).code).toBe(code);
      await client[0]?.close();
      expect(server.seen).toHaveLength(1);
    }
  });
});

describe('deadlines', () => {
  const quick = { ...shortLimits, headersTimeout: 200, bodyTimeout: 200, timeout: 600 };

  it('gives up on headers that do not come', async () => {
    const server = await serve(() => undefined);
    expect((await failureOf(clientFor(server.origin, { limits: quick }).send(get))).message).toContain(
      '0.2 s',
    );
    expect(server.seen).toHaveLength(4);
    const error = await failureOf(clientFor(server.origin, { limits: quick }).send(put));
    expect(error).toMatchObject({ code: 'fate-unknown', details: { reason: 'timeout' } });
    expect(server.seen).toHaveLength(5);
  });

  it('gives up on a body that stalls', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('[1,');
    });
    const error = await failureOf(clientFor(server.origin, { limits: quick }).send(get));
    expect(error.code).toBe('timeout');
    expect(error.message).toContain('stopped in the middle');
  });

  it('gives up on a body that drips for ever', async () => {
    const timers: NodeJS.Timeout[] = [];
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      timers.push(setInterval(() => response.write(' '), 20));
    });
    const started = Date.now();
    const error = await failureOf(clientFor(server.origin, { limits: quick }).send(get));
    for (const timer of timers) clearInterval(timer);
    expect(error).toMatchObject({ code: 'timeout', hint: expect.stringContaining('--timeout') as string });
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(server.seen).toHaveLength(4);
  });

  it('bounds the wait for a connection', async () => {
    const limits = { ...quick, connectTimeout: 50 };
    // A listener that never finishes TLS.
    const server = await serveRaw(() => undefined);
    const error = await failureOf(clientFor(`https://127.0.0.1:${server.port}`, { limits }).send(put));
    expect(error.code).toBe('timeout');
    expect(error.message).toContain(`127.0.0.1:${server.port} did not accept a connection within`);
  });

  it('ends a read at once when it is interrupted, and says unknown of a write', async () => {
    for (const [request, code] of [
      [get, 'cancelled'],
      [put, 'fate-unknown'],
    ] as const) {
      const interrupt = new AbortController();
      const server = await serve(() => {
        interrupt.abort();
      });
      const client = clientFor(server.origin, { signal: interrupt.signal });
      expect((await failureOf(client.send(request))).code).toBe(code);
      expect((await failureOf(client.send(request))).code).toBe('cancelled');
      expect(server.seen).toHaveLength(1);
    }
  });

  it('ends a wait when it is interrupted', async () => {
    const interrupt = new AbortController();
    const server = await serve((_, response) => {
      response.writeHead(429, { 'retry-after': '30' }).end();
    });
    const { systemClock } = await import('../../src/http/clock.ts');
    const clock = { ...systemClock, random: () => 0 };
    const sending = clientFor(server.origin, { signal: interrupt.signal, clock }).send(get);
    setTimeout(() => {
      interrupt.abort();
    }, 100);
    expect((await failureOf(sending)).code).toBe('cancelled');
  });
});

describe('bodies', () => {
  async function bodyOf(body: string | Buffer, headers: Record<string, string> = {}) {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
    });
    return clientFor(server.origin).send(get);
  }

  it('decodes gzip', async () => {
    const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, title: 'same' }));
    const answer = await bodyOf(gzipSync(JSON.stringify(rows)), { 'content-encoding': 'gzip' });
    expect(answer.json()).toEqual(rows);
  });

  it('stops a gzip bomb by its ratio', async () => {
    const bomb = gzipSync(Buffer.alloc(30 * 1024 * 1024), { level: 9 });
    const error = await failureOf(bodyOf(bomb, { 'content-encoding': 'gzip' }));
    expect(error.code).toBe('answer-too-large');
    expect(error.message).toContain('200-fold');
  });

  it('stops an answer above 64 MiB', async () => {
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    let written = 0;
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (written < 200 && !response.destroyed) {
          written++;
          if (!response.write(chunk)) {
            response.once('drain', more);
            return;
          }
        }
      };
      more();
    });
    const error = await failureOf(clientFor(server.origin).send(get));
    expect(error).toMatchObject({ code: 'answer-too-large' });
    expect(written).toBeLessThan(150);
    expect(server.seen).toHaveLength(1);
  });

  it('reads a damaged gzip body again and then fails', async () => {
    const server = await serve((_, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(gzipSync('[1,2,3]').subarray(0, 12));
    });
    expect((await failureOf(clientFor(server.origin).send(get))).code).toBe('bad-answer');
    expect(server.seen).toHaveLength(4);
  });

  it('does not take the time that unpacking takes for a stalled body', async () => {
    const body = gzipSync(JSON.stringify({ text: 'x'.repeat(2000) }));
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body);
    });
    // Patience with a silent body ends right after its bytes were read: before they are unpacked, in another thread.
    const clock: Clock = {
      ...fakeClock(),
      alarm(_, ring) {
        let pending = true;
        return {
          restart() {
            setImmediate(() => {
              if (pending) ring();
            });
          },
          cancel() {
            pending = false;
          },
        };
      },
    };
    const answer = await clientFor(server.origin, { clock }).send(get);
    expect(answer.text()).toContain('xxx');
    expect(server.seen).toHaveLength(1);
  });

  it('refuses an encoding that nobody asked for', async () => {
    const error = await failureOf(bodyOf(deflateSync('[]'), { 'content-encoding': 'deflate' }));
    expect(error.code).toBe('bad-answer');
    expect(error.message).toContain('deflate');
  });

  it('drops a byte order mark from text, keeps it in bytes', async () => {
    const answer = await bodyOf('\ufeff{"a":1}');
    expect(answer.json()).toEqual({ a: 1 });
    expect([...answer.body.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });

  it('shows invalid UTF-8 as U+FFFD', async () => {
    const answer = await bodyOf(Buffer.from([0x22, 0x61, 0xff, 0x22]));
    expect(answer.json()).toBe('a\ufffd');
  });

  it('refuses JSON deeper than 512, not at 512', async () => {
    const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect((await bodyOf(deep(512))).json()).toBeInstanceOf(Array);
    const tooDeep = await bodyOf(deep(513));
    expect(() => tooDeep.json()).toThrow(expect.objectContaining({ code: 'answer-too-large' }));
    const bottomless = await bodyOf(deep(1_000_000));
    expect(() => bottomless.json()).toThrow(expect.objectContaining({ code: 'answer-too-large' }));
    const brackets = await bodyOf(JSON.stringify({ title: `\\"${'['.repeat(2000)}` }));
    expect(brackets.json()).toEqual({ title: `\\"${'['.repeat(2000)}` });
  });

  it('accepts JSON by any json type, and by content', async () => {
    for (const type of [
      'application/vnd.api+json; charset=utf-8',
      'text/plain',
      'text/html',
      'application/octet-stream',
    ]) {
      expect((await bodyOf(' {"a":[1]}', { 'content-type': type })).json()).toEqual({ a: [1] });
    }
    const other = await bodyOf('hello', { 'content-type': 'text/plain' });
    expect(() => other.json()).toThrow(expect.objectContaining({ code: 'bad-answer' }));
  });

  it('has a typed error for an empty body where JSON belongs', async () => {
    const answer = await bodyOf('');
    expect(answer.text()).toBe('');
    expect(() => answer.json()).toThrow(/empty body/);
  });

  it('takes the status of a 204 and ignores what follows', async () => {
    const server = await serveRaw((socket) =>
      socket.write('HTTP/1.1 204 No Content\r\n\r\n{"surplus":true}'),
    );
    const answer = await clientFor(server.origin).send({ method: 'DELETE', path: path`/things/${1}` });
    expect([answer.status, answer.body.length]).toEqual([204, 0]);
  });

  it('names an HTML page with its title and tells a login page apart', async () => {
    const page = '<!DOCTYPE html><html><head><title>Status\u0007 of \u202ethings</title></head></html>';
    const error = await failureOf(bodyOf(page, { 'content-type': 'text/html' }));
    expect(error.code).toBe('bad-answer');
    expect(error.message).toContain('"Status\\u0007 of \\u202ethings"');
    expect(error.message).toMatch(/http:\/\/127\.0\.0\.1:\d+\/things/);
    const login = '<html><title>Grafana</title><form><input type="password"></form></html>';
    expect((await failureOf(bodyOf(login, { 'content-type': 'text/html' }))).exitCode).toBe(3);
  });

  it('does not take an HTML page for the success of a write', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><title>App</title></html>');
    });
    expect((await failureOf(clientFor(server.origin).send(put))).code).toBe('fate-unknown');
  });

  it('keeps 64 KiB of an error body', async () => {
    let length = 0;
    const server = await serve((_, response) => {
      response.writeHead(400).end('x'.repeat(500_000));
    });
    const readError = (_: number, body: string) => {
      length = body.length;
      return { message: 'too much' };
    };
    expect((await failureOf(clientFor(server.origin, { readError }).send(get))).message).toContain(
      'too much',
    );
    expect(length).toBe(64 * 1024);
  });

  it('bounds the headers', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'x-long': 'x'.repeat(20_000) }).end();
    });
    expect((await failureOf(clientFor(server.origin).send(get))).code).toBe('answer-too-large');
    expect(server.seen).toHaveLength(1);
  });
});

describe('redirects', () => {
  it('follows a read within the origin and base path, at most 3 times', async () => {
    const server = await serve((request, response) => {
      const step = Number(/hop=(\d)/.exec(request.url)?.[1] ?? 0);
      if (step < 3) response.writeHead(302, { location: `/base/things?hop=${step + 1}` }).end();
      else sendJson(response, request.url);
    });
    expect((await clientFor(`${server.origin}/base`).send(get)).json()).toBe('/base/things?hop=3');
    const endless = await serve((_, response) => {
      response.writeHead(307, { location: '/things' }).end();
    });
    expect((await failureOf(clientFor(endless.origin).send(get))).code).toBe('redirect');
    expect(endless.seen).toHaveLength(4);
  });

  it.each(['/elsewhere', '/base/../admin', '/basement'])(
    'does not leave the base path for %s',
    async (location) => {
      const server = await serve((_, response) => {
        response.writeHead(302, { location }).end();
      });
      expect((await failureOf(clientFor(`${server.origin}/base`).send(get))).code).toBe('redirect');
      expect(server.seen).toHaveLength(1);
    },
  );

  it('does not go to another origin: that sees no request', async () => {
    const other = await serve((_, response) => {
      sendJson(response, {});
    });
    const server = await serve((_, response) => {
      response.writeHead(307, { location: `${other.origin}/things?token=canary` }).end();
    });
    const error = await failureOf(clientFor(server.origin).send(get));
    expect(error).toMatchObject({ code: 'redirect', status: 307 });
    expect(error.message).toContain(`${other.origin}/things`);
    expect(error.message).not.toContain('canary');
    expect(other.seen).toEqual([]);
  });

  it.each([301, 302, 303, 307, 308])('never follows %i for a write', async (status) => {
    const server = await serve((_, response) => {
      response.writeHead(status, { location: '/things/' }).end();
    });
    const error = await failureOf(clientFor(server.origin).send(put));
    expect(error.code).toBe('redirect');
    expect(error.message).toContain('/things/');
    expect(server.seen).toHaveLength(1);
  });

  it('takes a redirect to a login page for missing credentials', async () => {
    const server = await serve((_, response) => {
      response.writeHead(302, { location: '/login?next=/things' }).end();
    });
    for (const request of [get, put]) {
      expect((await failureOf(clientFor(server.origin).send(request))).code).toBe('not-authenticated');
    }
  });
});
