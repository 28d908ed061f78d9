import { connect } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roomFile, startSandbox } from '../../src/sandbox/index.ts';
import { at, datadogCall, textAt } from '../support/datadog.ts';
import type { DatadogCall } from '../support/datadog.ts';
import { realClock, testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let call: DatadogCall;
beforeAll(async () => {
  sandbox = await testSandbox({ only: ['datadog'] });
  call = datadogCall(sandbox.room('datadog'));
});
afterAll(() => sandbox.close());

/** Sends a request line as it is, which no client library does, and reads the answer's status and body. */
function raw(method: string, target: string, headers = '', body = ''): Promise<string> {
  const { env } = sandbox.room('datadog');
  return new Promise((done, fail) => {
    const socket = connect(Number(new URL(sandbox.url).port), '127.0.0.1', () => {
      socket.write(
        `${method} ${target} HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n` +
          `DD-API-KEY: ${env['DD_API_KEY'] ?? ''}\r\nDD-APPLICATION-KEY: ${env['DD_APP_KEY'] ?? ''}\r\n` +
          `${headers}${body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`}\r\n${body}`,
      );
    });
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', fail);
    socket.on('close', () => {
      const [head = '', rest = ''] = text.split('\r\n\r\n', 2);
      done(`${head.split(' ')[1] ?? ''} ${rest}`);
    });
  });
}

describe('the sandbox server', () => {
  it.each([
    ['/datadog/api/v1/dashboard/..', '404 {"errors":["Dashboard with ID .. not found"]}'],
    ['/datadog/api/v1/dashboard/%2e%2e', '404 {"errors":["Dashboard with ID .. not found"]}'],
    ['/datadog/api/v1/dashboard/%zz', '404 {"errors":["Dashboard with ID %zz not found"]}'],
    ['/datadog/api/v1/dashboard/%ff', '404 {"errors":["Dashboard with ID %ff not found"]}'],
    ['/datadog/api/v1/dashboard/a%2Fb', '404 {"errors":["Dashboard with ID a/b not found"]}'],
    ['/datadog/api/v1//dashboard', '404 {"errors":["Not found"]}'],
    ['/datadog/../datadog/api/v1/validate', '404 {"errors":["Not found"]}'],
  ])('hands %s to the room as it was sent', async (target, answer) => {
    expect(await raw('GET', target)).toBe(answer);
  });

  it.each([
    'Content-Type: application/json\r\n',
    'Content-Type: text/plain\r\n',
    'Content-Type: image/png\r\n',
    '',
  ])('hands the body of a DELETE to the room (%j)', async (header) => {
    const body = '{"data":[{"id":"abc-def-ghi","type":"dashboard"}]}';
    expect(await raw('DELETE', '/datadog/api/v1/dashboard', header, body)).toBe(
      '404 {"errors":["Dashboard with ID abc-def-ghi not found"]}',
    );
  });

  it('takes bodies of many megabytes', async () => {
    const content = 'x"\\'.repeat(3 * 1024 * 1024);
    const widgets = [{ definition: { type: 'note', content } }];
    const answer = await call('POST', '/api/v1/dashboard', {
      title: 'Large',
      layout_type: 'ordered',
      widgets,
    });
    expect(answer.status).toBe(200);
    await call('DELETE', `/api/v1/dashboard/${textAt(answer.body, 'id')}`);
  });

  it('closes at once although a client keeps its connection and another waits for ever', async () => {
    const other = await testSandbox({
      only: ['datadog'],
      switches: { faults: [{ path: '/api/v1/validate', action: { do: 'hang' } }] },
    });
    const ask = datadogCall(other.room('datadog'));
    await ask('GET', '/api/v1/dashboard');
    const hanging = ask('GET', '/api/v1/validate').catch(() => 'dropped');
    await new Promise((done) => setTimeout(done, 50));
    const start = performance.now();
    await other.close();
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(await hanging).toBe('dropped');
  });

  it('keeps state between starts, and two servers share it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dashctl-sandbox-'));
    const first = await testSandbox({ folder, only: ['datadog'] });
    const second = await testSandbox({ folder, only: ['datadog'] });
    const created = await datadogCall(first.room('datadog'))('POST', '/api/v1/dashboard', {
      title: 'Kept',
      layout_type: 'free',
      widgets: [],
    });
    const path = `/api/v1/dashboard/${textAt(created.body, 'id')}`;
    expect((await datadogCall(second.room('datadog'))('GET', path)).text).toBe(created.text);
    await first.close();
    await second.close();
    const third = await testSandbox({ folder, only: ['datadog'] });
    expect((await datadogCall(third.room('datadog'))('GET', path)).text).toBe(created.text);
    await third.close();
    await rm(folder, { recursive: true });
  });

  it('names a damaged store at the start, an unknown room and a taken port', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dashctl-sandbox-'));
    await writeFile(roomFile(folder, 'datadog'), '{');
    const start = (options: object): Promise<unknown> =>
      startSandbox({ folder, host: '127.0.0.1', clock: realClock, only: ['datadog'], ...options });
    await expect(start({})).rejects.toMatchObject({
      code: 'file',
      hint: expect.stringContaining('sandbox reset') as string,
    });
    await expect(start({ only: ['jira'] })).rejects.toMatchObject({ code: 'invalid-input' });
    await rm(roomFile(folder, 'datadog'));
    await expect(start({ port: Number(new URL(sandbox.url).port) })).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('is taken') as string,
    });
    await rm(folder, { recursive: true });
  });
});

describe('the switches', () => {
  const set = (switches: unknown): Promise<Response> =>
    fetch(`${sandbox.url}/_sandbox/switches`, { method: 'PUT', body: JSON.stringify(switches) });
  const fault = async (rule: object): Promise<void> => {
    expect((await set({ faults: [rule] })).status).toBe(200);
  };
  const list = (): Promise<unknown> => call('GET', '/api/v1/dashboard/lists/manual').catch(() => 'dropped');
  const create = (): Promise<unknown> =>
    call('POST', '/api/v1/dashboard/lists/manual', { name: 'From a fault' }).catch(() => 'dropped');
  const count = async (): Promise<number> => {
    await set({});
    const { body } = await call('GET', '/api/v1/dashboard/lists/manual');
    return (at(body, 'dashboard_lists') as unknown[]).length;
  };

  it('shows what is set and refuses what it does not know, naming the field', async () => {
    const switches = { latency: { ms: 1 }, faults: [{ method: 'GET', nth: 2, action: { do: 'reset' } }] };
    expect(await (await set(switches)).json()).toEqual(switches);
    expect(await (await fetch(`${sandbox.url}/_sandbox/switches`)).json()).toEqual(switches);
    const refused = await set({ faults: [{ action: { do: 'explode' } }] });
    expect(refused.status).toBe(400);
    expect(at(await refused.json(), 'error')).toContain('faults.0.action.do');
    expect(await (await fetch(`${sandbox.url}/_sandbox/switches`)).json()).toEqual(switches);
  });

  it('answers with a status, its headers and its body, on the chosen requests only', async () => {
    const action = { do: 'status', status: 503, body: '{"a":1}', headers: { 'retry-after': '7' } };
    await fault({ room: 'datadog', method: 'get', path: '/api/v1/dashboard/*', nth: 2, action });
    expect(await list()).toMatchObject({ status: 200 });
    const second = await call('GET', '/api/v1/dashboard/lists/manual');
    expect(second).toMatchObject({ status: 503, text: '{"a":1}' });
    expect(second.headers.get('retry-after')).toBe('7');
    expect(await list()).toMatchObject({ status: 200 });

    await fault({ path: '/api/v1/dashboard/*', first: 2, action });
    expect(await Promise.all([list(), list(), list()])).toMatchObject([
      { status: 503 },
      { status: 503 },
      { status: 200 },
    ]);
    await fault({ path: '/api/v1/dashboard/*', every: 2, action });
    const statuses = [];
    for (let n = 0; n < 4; n += 1) statuses.push(((await list()) as { status: number }).status);
    expect(statuses).toEqual([200, 503, 200, 503]);
    await fault({ room: 'grafana', action });
    expect(await list()).toMatchObject({ status: 200 });
  });

  it('shows a web page, drops, cuts and truncates', async () => {
    await fault({ action: { do: 'html' } });
    expect(await list()).toMatchObject({
      status: 200,
      text: expect.stringContaining('<title>Sign in') as string,
    });
    await fault({ action: { do: 'reset' } });
    expect(await list()).toBe('dropped');
    await fault({ action: { do: 'cut' } });
    expect(await list()).toBe('dropped');
    await set({});
    const whole = await call('GET', '/api/v1/dashboard/lists/manual');
    await fault({ action: { do: 'truncate' } });
    const half = await call('GET', '/api/v1/dashboard/lists/manual');
    expect(half.status).toBe(200);
    expect(half.text).toBe(whole.text.slice(0, half.text.length));
    expect(Buffer.byteLength(half.text)).toBe(Math.floor(Buffer.byteLength(whole.text) / 2));
  });

  it('lets the room act before it fails, only with commit', async () => {
    const before = await count();
    for (const action of [{ do: 'status', status: 500 }, { do: 'reset' }]) {
      await fault({ method: 'POST', action });
      await create();
      expect(await count()).toBe(before);
    }
    await fault({ method: 'POST', action: { do: 'status', status: 500, body: 'late', commit: true } });
    expect(await create()).toMatchObject({ status: 500, text: 'late' });
    expect(await count()).toBe(before + 1);
    await fault({ method: 'POST', action: { do: 'reset', commit: true } });
    expect(await create()).toBe('dropped');
    expect(await count()).toBe(before + 2);
  });

  it('gives stale reads', async () => {
    await fault({ method: 'GET', action: { do: 'stale' } });
    const first = await list();
    await create();
    expect(await list()).toMatchObject({ text: at(first, 'text') });
    await set({});
    expect(at(await list(), 'text')).not.toBe(at(first, 'text'));
  });

  it('waits', async () => {
    await set({ latency: { ms: 120, jitter: 20 } });
    const start = performance.now();
    await list();
    expect(performance.now() - start).toBeGreaterThanOrEqual(95);
    await set({});
  });

  it("limits the rate with Datadog's headers and lets go in the next window", async () => {
    await set({ rateLimit: { requests: 2, seconds: 1 } });
    await new Promise((done) => setTimeout(done, 1_005 - (Date.now() % 1_000)));
    const first = await call('GET', '/api/v1/validate');
    expect(first.status).toBe(200);
    expect(first.headers.get('x-ratelimit-limit')).toBe('2');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('1');
    await call('GET', '/api/v1/validate');
    const third = await call('GET', '/api/v1/validate');
    expect(third.status).toBe(429);
    expect(third.body).toEqual({
      errors: ['Rate limit of 2 requests in 1 seconds reached. Please try again later.'],
    });
    const reset = Number(third.headers.get('x-ratelimit-reset'));
    expect(reset).toBe(1);
    await new Promise((done) => setTimeout(done, reset * 1_000));
    expect((await call('GET', '/api/v1/validate')).status).toBe(200);
    await set({});
  });
});
