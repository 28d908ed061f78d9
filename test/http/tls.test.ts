import https from 'node:https';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { path } from '../../src/http/path.ts';
import { issue, type Issued } from './certificate.ts';
import { clientFor, failureOf, fakeClock, sendJson, serve, type TestServer } from './support.ts';

const get = { method: 'GET', path: path`/things` } as const;
const put = { method: 'PUT', path: path`/things`, body: '{}' } as const;
const authority = issue({ name: 'Example Test Authority' });

function serveTls({ cert, key }: Issued): Promise<TestServer> {
  return serve(
    (_, response) => {
      sendJson(response, { ok: true });
    },
    (listener) => https.createServer({ cert, key }, listener),
  );
}

describe('TLS', () => {
  const good = issue({ name: 'good.example.com', addresses: ['127.0.0.1'], issuer: authority });

  it('refuses an unknown authority at once and names the remedy', async () => {
    const server = await serveTls(good);
    const clock = fakeClock();
    const error = await failureOf(clientFor(`https://127.0.0.1:${server.port}`, { clock }).send(put));
    expect(error.code).toBe('tls');
    expect(error.message).toContain(`127.0.0.1:${server.port}`);
    expect(error.hint).toContain('--ca-cert');
    expect(clock.waits).toEqual([]);
    expect(server.seen).toEqual([]);
  });

  it('accepts an authority that joins the built-in ones', async () => {
    const server = await serveTls(good);
    const url = `https://127.0.0.1:${server.port}`;
    expect((await clientFor(url, { extraCa: authority.cert }).send(get)).json()).toEqual({ ok: true });
    const folder = mkdtempSync(join(tmpdir(), 'dashctl-ca-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const file = join(folder, 'ca.pem');
    writeFileSync(file, authority.cert);
    expect((await clientFor(url, { env: { NODE_EXTRA_CA_CERTS: file } }).send(get)).status).toBe(200);
    const missing = await failureOf(
      clientFor(url, { env: { NODE_EXTRA_CA_CERTS: `${file}.none` } }).send(get),
    );
    expect(missing.code).toBe('file');
    expect(missing.message).toContain(`${file}.none`);
  });

  it("accepts a server's own certificate, and still checks its name", async () => {
    const own = issue({ name: 'own.example.com', addresses: ['127.0.0.1'] });
    const server = await serveTls(own);
    const url = `https://127.0.0.1:${server.port}`;
    expect((await clientFor(url, { extraCa: own.cert }).send(get)).status).toBe(200);
    const elsewhere = issue({ name: 'own.example.com', addresses: ['127.0.0.2'] });
    const other = await serveTls(elsewhere);
    const there = clientFor(`https://127.0.0.1:${other.port}`, { extraCa: elsewhere.cert });
    expect((await failureOf(there.send(get))).code).toBe('tls');
  });

  it('names subject and date of an expired certificate', async () => {
    const notAfter = new Date(Date.UTC(2021, 4, 3));
    const server = await serveTls(
      issue({ name: 'old.example.com', addresses: ['127.0.0.1'], issuer: authority, notAfter }),
    );
    const client = clientFor(`https://127.0.0.1:${server.port}`, { extraCa: authority.cert });
    const error = await failureOf(client.send(get));
    expect(error.code).toBe('tls');
    expect(error.message).toContain('"old.example.com"');
    expect(error.message).toContain('May  3 00:00:00 2021 GMT'.replace('  ', ' '));
  });

  it('names the hosts of a certificate that was made for others', async () => {
    const hosts = ['a.example.com', 'b.example.com'];
    const server = await serveTls(issue({ name: 'a', hosts, issuer: authority }));
    const client = clientFor(`https://127.0.0.1:${server.port}`, { extraCa: authority.cert });
    const error = await failureOf(client.send(put));
    expect(error.code).toBe('tls');
    expect(error.message).toContain('made for a.example.com, b.example.com, not for 127.0.0.1');
  });

  it('says so when a port does not speak TLS', async () => {
    const server = await serve((_, response) => {
      sendJson(response, {});
    });
    const error = await failureOf(clientFor(`https://127.0.0.1:${server.port}`).send(get));
    expect(error.code).toBe('tls');
    expect(error.message).toContain('does not speak TLS');
  });
});
