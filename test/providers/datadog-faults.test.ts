/** What the provider makes of gateways that give up, pages that repeat and answers that cannot be read. */
import { afterEach, expect, test } from 'vitest';
import type { DashboardQuery } from '../../src/model/dashboard.ts';
import type { ShareDraft } from '../../src/model/share.ts';
import type { Provider } from '../../src/providers/provider.ts';
import type { FaultAction } from '../../src/sandbox/index.ts';
import { fakeClock, serve } from '../http/support.ts';
import { carryOut, connect } from '../support/datadog-account.ts';
import { testSandbox, type TestSandbox } from '../support/sandbox.ts';

const everything: DashboardQuery = {
  search: null,
  shared: null,
  deleted: false,
  tags: [],
  folder: null,
  limit: null,
  pageSize: null,
};
const noDashboard = { body: null, title: null, description: null, tags: null, folder: null, layout: null };
const noShare: ShareDraft = {
  type: null,
  status: null,
  title: null,
  expiresAt: null,
  liveSpan: null,
  invite: null,
  domains: null,
  body: null,
};

let open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.toReversed()) await close();
  open = [];
});

async function idsListed(provider: Provider): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const page of provider.dashboards?.list(everything) ?? [])
    ids.push(...page.items.map((one) => one.id));
  return ids;
}

function board(n: number) {
  return { id: `aaa-aaa-${String(n).padStart(3, '0')}`, title: `Board ${n}` };
}

/** A server with so many dashboards whose gateway gives up on pages above a size. */
async function slowServer(total: number, largest: number) {
  const server = await serve(({ url }, response) => {
    const query = new URL(url, 'http://x').searchParams;
    const count = Number(query.get('count') ?? 100);
    const start = Number(query.get('start') ?? 0);
    if (count > largest) {
      response.writeHead(504, { 'content-type': 'text/html' }).end('<html>Gateway timeout</html>');
      return;
    }
    const dashboards = Array.from({ length: total }, (_one, index) => board(index)).slice(
      start,
      start + count,
    );
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ dashboards }));
  });
  const provider = connect({ baseUrl: server.origin, secrets: { token: 't' }, clock: fakeClock() });
  open.push(() => provider.close());
  return { server, provider };
}

test('asks for smaller pages when the gateway gives up on large ones', async () => {
  const { provider } = await slowServer(60, 25);
  expect(await idsListed(provider)).toEqual(Array.from({ length: 60 }, (_one, index) => board(index).id));
});

test('gives up when even small pages fail', async () => {
  const { provider } = await slowServer(60, 5);
  await expect(idsListed(provider)).rejects.toMatchObject({ status: 504 });
});

test('an exact multiple of the page size costs one empty page', async () => {
  const { server, provider } = await slowServer(200, 100);
  expect(await idsListed(provider)).toHaveLength(200);
  expect(server.seen.map((one) => one.url)).toEqual([
    '/api/v1/dashboard',
    '/api/v1/dashboard?count=100&start=100',
    '/api/v1/dashboard?count=100&start=200',
  ]);
});

test('a page that repeats ends the list with an error, each row once', async () => {
  const dashboards = Array.from({ length: 100 }, (_one, index) => board(index));
  const server = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ dashboards }));
  });
  const provider = connect({ baseUrl: server.origin, secrets: { token: 't' } });
  open.push(() => provider.close());
  const rows: string[] = [];
  const reading = (async () => {
    for await (const page of provider.dashboards?.list(everything) ?? [])
      rows.push(...page.items.map((one) => one.id));
  })();
  await expect(reading).rejects.toMatchObject({ code: 'bad-answer' });
  expect(rows).toHaveLength(100);
});

test('a dashboard whose bytes are no UTF-8 is never written back', async () => {
  const body = Buffer.concat([
    Buffer.from('{"id":"aaa-aaa-001","title":"'),
    Buffer.from([0xff]),
    Buffer.from('"}'),
  ]);
  const server = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  const provider = connect({ baseUrl: server.origin, secrets: { token: 't' } });
  open.push(() => provider.close());
  await expect(
    provider.dashboards?.planUpdate('aaa-aaa-001', { ...noDashboard, description: 'x' }),
  ).rejects.toMatchObject({ code: 'bad-answer' });
});

/** The sandbox acts, and its answer to the first such write cannot be read. */
async function faulty(method: string, path: string, action: FaultAction): Promise<Provider> {
  const sandbox: TestSandbox = await testSandbox({
    only: ['datadog'],
    switches: { faults: [{ method, path, first: 1, action }] },
  });
  const { baseUrl, env } = sandbox.room('datadog');
  const provider = connect({
    baseUrl,
    secrets: { apiKey: env['DD_API_KEY'] ?? '', appKey: env['DD_APP_KEY'] ?? '' },
  });
  open.push(
    () => sandbox.close(),
    () => provider.close(),
  );
  return provider;
}

const unreadable: readonly FaultAction[] = [
  { do: 'truncate' },
  { do: 'status', status: 200, body: '', commit: true },
  { do: 'status', status: 200, body: '{"other":true}', commit: true },
];

test.each(unreadable)('a create answered by %j is looked for', async (action) => {
  const { dashboards, ...provider } = await faulty('POST', '/api/v1/dashboard', action);
  const plan = await dashboards?.planCreate({ ...noDashboard, title: 'Found again' });
  if (plan === undefined) throw new Error('no plan');
  expect((await carryOut(provider, plan)).value.value.title).toBe('Found again');
});

test.each(unreadable)('an update answered by %j is read back', async (action) => {
  const { dashboards, ...provider } = await faulty('PUT', '/api/v1/dashboard/*', action);
  const plan = await dashboards?.planUpdate('y1s-0hb-5ka', { ...noDashboard, title: 'Renamed' });
  if (plan === undefined) throw new Error('no plan');
  expect((await carryOut(provider, plan)).value.value.title).toBe('Renamed');
});

test.each(unreadable)('a delete answered by %j is checked', async (action) => {
  const { dashboards, ...provider } = await faulty('DELETE', '/api/v1/dashboard/*', action);
  const plan = await dashboards?.planDelete(['y1s-0hb-5ka']);
  if (plan === undefined) throw new Error('no plan');
  expect((await carryOut(provider, plan)).value).toMatchObject([{ id: 'y1s-0hb-5ka' }]);
});

test('a delete that did not happen is no success, whatever the status', async () => {
  const { dashboards, ...provider } = await faulty('DELETE', '/api/v1/dashboard/*', {
    do: 'status',
    status: 200,
    body: '{}',
  });
  const plan = await dashboards?.planDelete(['y1s-0hb-5ka']);
  if (plan === undefined) throw new Error('no plan');
  await expect(carryOut(provider, plan)).rejects.toMatchObject({ code: 'conflict' });
});

test.each(unreadable)('a share answered by %j is found in the list', async (action) => {
  const { share, ...provider } = await faulty('POST', '/api/v1/dashboard/public', action);
  const plan = await share?.planCreate('x9c-4pe-7vr', { ...noShare, type: 'open' });
  if (plan === undefined) throw new Error('no plan');
  expect((await carryOut(provider, plan)).value.value).toMatchObject({
    type: 'open',
    dashboard: 'dd/x9c-4pe-7vr',
  });
});

test.each(unreadable)('a changed share answered by %j is read back', async (action) => {
  const { share, ...provider } = await faulty('PUT', '/api/v1/dashboard/public/*', action);
  const token = (await share?.list('v0d-3mz-6hp'))?.items[0]?.token ?? '';
  const plan = await share?.planUpdate(token, { ...noShare, title: 'Other' });
  if (plan === undefined) throw new Error('no plan');
  expect((await carryOut(provider, plan)).value.value.title).toBe('Other');
});

test.each(unreadable)('an invitation answered by %j is found in the list', async (action) => {
  const { share, invite, ...provider } = await faulty('POST', '*/invitation', action);
  const token = (await share?.list('c4t-9kx-2mq'))?.items[0]?.token ?? '';
  const plan = await invite?.planSend(token, ['new@example.com']);
  if (plan === undefined) throw new Error('no plan');
  expect((await carryOut(provider, plan)).value).toMatchObject([{ email: 'new@example.com' }]);
});
