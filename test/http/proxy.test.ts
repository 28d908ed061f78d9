import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseBaseUrl } from '../../src/http/address.ts';
import { path } from '../../src/http/path.ts';
import { proxyFor } from '../../src/http/proxy.ts';
import { issue } from './certificate.ts';
import { clientFor, failureOf, fakeClock, listen, sendJson, serve, shortLimits } from './support.ts';

const get = { method: 'GET', path: path`/things` } as const;
const put = { method: 'PUT', path: path`/things`, body: '{}' } as const;

describe('the choice of a proxy', () => {
  const url = (base: string, env: Record<string, string>) =>
    proxyFor(parseBaseUrl(base, true), env)?.url ?? null;
  const host = 'https://grafana.example.com:8443';

  it.each<[string, Record<string, string>, string | null]>([
    [host, {}, null],
    [host, { HTTPS_PROXY: 'http://p.example.com:3128' }, 'http://p.example.com:3128'],
    [host, { HTTPS_PROXY: 'http://upper:1', https_proxy: 'http://lower:2' }, 'http://lower:2'],
    [host, { HTTP_PROXY: 'http://p:1' }, 'http://p:1'],
    [host, { HTTP_PROXY: 'http://p:1', https_proxy: '' }, null],
    [host, { https_proxy: 'p.example.com:3128' }, 'http://p.example.com:3128'],
    ['http://grafana.example.com', { HTTPS_PROXY: 'http://p:1' }, null],
    ['http://grafana.example.com', { http_proxy: 'http://p:1' }, 'http://p:1'],
    ['http://localhost:3000', { http_proxy: 'http://p:1' }, null],
    ['https://127.0.0.1', { https_proxy: 'http://p:1' }, null],
    ['https://[::1]', { https_proxy: 'http://p:1' }, null],
  ])('for %s with %j is %s', (base, env, expected) => {
    expect(url(base, env)).toBe(expected);
  });

  it.each([
    ['*', true],
    ['grafana.example.com', true],
    ['GRAFANA.example.com', true],
    ['example.com', true],
    ['.example.com', true],
    ['*.example.com', true],
    ['other.example, example.com', true],
    ['example.com:8443', true],
    ['example.com:443', false],
    ['ample.com', false],
    ['grafana.example.com.evil', false],
    ['', false],
  ])('NO_PROXY=%s excludes: %s', (noProxy, excluded) => {
    expect(url(host, { https_proxy: 'http://p:1', NO_PROXY: noProxy })).toBe(excluded ? null : 'http://p:1');
  });

  it('keeps the password out of the address and out of errors', () => {
    const proxy = proxyFor(parseBaseUrl(host), { https_proxy: 'http://ana:can%40ry@p:1' });
    expect(proxy).toMatchObject({ url: 'http://p:1', host: 'p:1' });
    expect(proxy?.authorization).toBe(`Basic ${Buffer.from('ana:can@ry').toString('base64')}`);
    expect(proxy?.secrets).toContain('can@ry');
    expect(() => url(host, { https_proxy: 'http://ana:canary@:bad' })).toThrow(
      expect.not.stringContaining('canary'),
    );
    expect(() => url(host, { https_proxy: 'socks5://p:1' })).toThrow(/socks5/);
  });
});

/** A proxy that tunnels every CONNECT to one local port, or answers it with a status. */
async function startProxy(answer: number | { readonly tunnelTo: number } | 'silence') {
  const connects: { host: string; authorization: string | undefined }[] = [];
  const sockets = new Set<net.Socket>();
  const server = http.createServer();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
  server.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
    connects.push({ host: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    if (answer === 'silence') return;
    if (typeof answer === 'number') {
      socket.end(`HTTP/1.1 ${answer} No\r\n\r\n`);
      return;
    }
    const upstream = net.connect(answer.tunnelTo, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on('error', () => socket.destroy());
  });
  const port = await listen(server);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { connects, port };
}

describe('a request through a proxy', () => {
  const authority = issue({ name: 'Example Test Authority' });
  const host = 'grafana.example.com';

  it('tunnels https, with the proxy credentials for the proxy alone', async () => {
    const certificate = issue({ name: host, hosts: [host], issuer: authority });
    const server = await serve(
      (_, response) => {
        sendJson(response, { ok: true });
      },
      (listener) => https.createServer({ cert: certificate.cert, key: certificate.key }, listener),
    );
    const proxy = await startProxy({ tunnelTo: server.port });
    const env = { HTTPS_PROXY: `http://ana:s3cret@127.0.0.1:${proxy.port}` };
    const client = clientFor(`https://${host}`, { env, extraCa: authority.cert });
    expect((await client.send(get)).json()).toEqual({ ok: true });
    expect((await client.send(put)).json()).toEqual({ ok: true });
    expect(proxy.connects[0]).toEqual({
      host: `${host}:443`,
      authorization: `Basic ${Buffer.from('ana:s3cret').toString('base64')}`,
    });
    expect(server.seen[0]?.headers['proxy-authorization']).toBeUndefined();
    expect(server.seen[0]?.headers.authorization).toBe('Bearer canary-token-1234');
  });

  it('checks the certificate behind the tunnel', async () => {
    const certificate = issue({ name: 'x', hosts: ['other.example.com'], issuer: authority });
    const server = await serve(
      (_, response) => {
        sendJson(response, {});
      },
      (listener) => https.createServer({ cert: certificate.cert, key: certificate.key }, listener),
    );
    const proxy = await startProxy({ tunnelTo: server.port });
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    const error = await failureOf(clientFor(`https://${host}`, { env, extraCa: authority.cert }).send(put));
    expect(error.code).toBe('tls');
    expect(server.seen).toEqual([]);
  });

  it('goes as a whole address for plain http, without a tunnel', async () => {
    const proxy = await serve((_, response) => {
      sendJson(response, { ok: true });
    });
    const env = { http_proxy: proxy.origin.replace('//', '//ana:s3cret@') };
    const client = clientFor(`http://${host}/base`, { env, allowHttp: true });
    expect((await client.send(put)).json()).toEqual({ ok: true });
    expect(proxy.seen[0]).toMatchObject({ method: 'PUT', url: `http://${host}/base/things` });
    expect(proxy.seen[0]?.headers.host).toBe(host);
  });

  it('knows that a write did not happen when the proxy for plain http wants credentials', async () => {
    const proxy = await serve((_, response) => {
      response.writeHead(407).end();
    });
    const client = clientFor(`http://${host}`, { env: { http_proxy: proxy.origin }, allowHttp: true });
    expect(await failureOf(client.send(put))).toMatchObject({ code: 'network', status: 407 });
    expect(proxy.seen).toHaveLength(1);
  });

  it('says at once that the proxy wants credentials', async () => {
    const proxy = await startProxy(407);
    const env = { HTTPS_PROXY: `http://ana:wr0ng-canary@127.0.0.1:${proxy.port}` };
    const error = await failureOf(clientFor(`https://${host}`, { env }).send(put));
    expect(error).toMatchObject({ code: 'network', status: 407 });
    expect(error.message).toContain(`127.0.0.1:${proxy.port}`);
    expect(JSON.stringify([error.message, error.hint])).not.toContain('wr0ng-canary');
    expect(proxy.connects).toHaveLength(1);
  });

  it.each([502, 503, 504])(
    'repeats reads and writes when the proxy answers %i: nothing was sent',
    async (status) => {
      const proxy = await startProxy(status);
      const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
      const clock = fakeClock();
      const error = await failureOf(clientFor(`https://${host}`, { env, clock }).send(put));
      expect(error.code).toBe('network');
      expect(error.message).toContain(`${host}:443 (${status})`);
      expect(clock.waits).toHaveLength(3);
    },
  );

  it('does not wait for a proxy that never answers', async () => {
    const proxy = await startProxy('silence');
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    const limits = { ...shortLimits, connectTimeout: 100 };
    const started = Date.now();
    const error = await failureOf(clientFor(`https://${host}`, { env, limits }).send(put));
    expect(error.code).toBe('timeout');
    expect(error.message).toContain(`through the proxy 127.0.0.1:${proxy.port}`);
    expect(Date.now() - started).toBeLessThan(2000);
  });

  it('names the proxy when that refuses connections', async () => {
    const error = await failureOf(
      clientFor(`https://${host}`, { env: { https_proxy: 'http://127.0.0.1:1' } }).send(get),
    );
    expect(error.code).toBe('network');
    expect(error.message).toContain('through the proxy 127.0.0.1:1');
  });
});
