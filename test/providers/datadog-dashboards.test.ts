import { afterAll, beforeAll, expect, test } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import type { Dashboard, DashboardDraft, DashboardQuery } from '../../src/model/dashboard.ts';
import type { DashboardCapability, Provider } from '../../src/providers/provider.ts';
import { carryOut, connect, stepsOf } from '../support/datadog-account.ts';
import { testSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let provider: Provider;
let dashboards: Required<DashboardCapability>;
const warnings: string[] = [];

beforeAll(async () => {
  sandbox = await testSandbox({ only: ['datadog'] });
  const { baseUrl, env } = sandbox.room('datadog');
  provider = connect({
    baseUrl,
    secrets: { apiKey: env['DD_API_KEY'] ?? '', appKey: env['DD_APP_KEY'] ?? '' },
    warn: (message) => warnings.push(message),
  });
  dashboards = provider.dashboards as Required<DashboardCapability>;
});

afterAll(async () => {
  await provider.close();
  await sandbox.close();
});

const everything: DashboardQuery = {
  search: null,
  shared: null,
  deleted: false,
  tags: [],
  folder: null,
  limit: null,
  pageSize: null,
};
const nothing: DashboardDraft = {
  body: null,
  title: null,
  description: null,
  tags: null,
  folder: null,
  layout: null,
};

async function listed(query: Partial<DashboardQuery>): Promise<{ rows: Dashboard[]; pages: number }> {
  const rows: Dashboard[] = [];
  let pages = 0;
  for await (const page of dashboards.list({ ...everything, ...query })) {
    rows.push(...page.items);
    pages += 1;
  }
  return { rows, pages };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (error instanceof DashctlError ? error.code : String(error)),
  );
}

test('lists live dashboards in the normalised shape', async () => {
  const { rows } = await listed({});
  const checkout = rows.find((one) => one.id === 'c4t-9kx-2mq');
  expect(checkout).toMatchObject({
    ref: 'dd/c4t-9kx-2mq',
    title: 'Checkout latency',
    url: 'https://app.datadoghq.com/dashboard/c4t-9kx-2mq/checkout-latency',
    owner: 'ana@example.com',
    folder: null,
    deletedAt: null,
    shared: null,
  });
  expect(checkout?.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(rows.some((one) => one.id === 'e8q-1cy-7lm')).toBe(false);
});

test('pages by the size asked for until a page is short', async () => {
  const whole = await listed({});
  const paged = await listed({ pageSize: 5 });
  expect(paged.rows.map((one) => one.id)).toEqual(whole.rows.map((one) => one.id));
  expect(paged.pages).toBe(Math.floor(whole.rows.length / 5) + 1);
});

test('stops asking at the limit', async () => {
  expect(await listed({ limit: 3 })).toMatchObject({ pages: 1, rows: { length: 3 } });
});

test('filters by shared state on the server', async () => {
  const [all, shared, unshared] = await Promise.all([
    listed({}),
    listed({ shared: true }),
    listed({ shared: false }),
  ]);
  expect(shared.rows.length).toBeGreaterThan(0);
  expect(shared.rows.every((one) => one.shared === true)).toBe(true);
  expect(unshared.rows.every((one) => one.shared === false)).toBe(true);
  expect(shared.rows.length + unshared.rows.length).toBe(all.rows.length);
});

test('lists the trash with its times', async () => {
  const { rows } = await listed({ deleted: true });
  expect(rows.map((one) => one.title).toSorted()).toEqual(['Black Friday 2025', 'Old wall board']);
  expect(rows.every((one) => one.deletedAt !== null)).toBe(true);
});

test('searches titles without regard to case', async () => {
  const { rows } = await listed({ search: 'CHECKOUT' });
  expect(rows.map((one) => one.title).toSorted()).toEqual(['Checkout latency', 'Copy of Checkout latency']);
});

test('filters by tags although the list has none, and says that this reads each dashboard', async () => {
  warnings.length = 0;
  const { rows } = await listed({ tags: ['team:payments'] });
  expect(rows.map((one) => one.title).toSorted()).toEqual([
    'Checkout latency',
    'Payments: refunds and chargebacks',
  ]);
  expect(warnings).toEqual([expect.stringContaining('one by one')]);
});

test('refuses filters that the server cannot combine, and folders', async () => {
  expect(await codeOf(listed({ shared: true, deleted: true }))).toBe('usage');
  expect(await codeOf(listed({ folder: 'x' }))).toBe('unsupported');
});

test('an id of another form is refused with an example before anything is sent', async () => {
  await expect(dashboards.get('../public')).rejects.toMatchObject({
    code: 'invalid-input',
    hint: expect.stringContaining('abc-def-ghi') as string,
  });
});

test('an unknown dashboard is not found, in the words of the server', async () => {
  await expect(dashboards.get('aaa-bbb-ccc')).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('aaa-bbb-ccc') as string,
  });
});

test('creates an empty dashboard from a title, changes it by flags, deletes and restores it', async () => {
  const created = await carryOut(
    provider,
    await dashboards.planCreate({ ...nothing, title: 'Fresh', tags: ['team:sre'] }),
  );
  const { id } = created.value.value;
  expect(created.value.value).toMatchObject({ title: 'Fresh', tags: ['team:sre'] });

  const update = await dashboards.planUpdate(id, {
    ...nothing,
    title: 'Renamed',
    description: 'Now with words',
  });
  expect(update.before).toMatchObject({ title: 'Fresh', description: null });
  expect(update.after).toMatchObject({ title: 'Renamed', description: 'Now with words', tags: ['team:sre'] });
  expect((await carryOut(provider, update)).value.value).toMatchObject({
    title: 'Renamed',
    tags: ['team:sre'],
  });

  const again = await dashboards.planUpdate(id, { ...nothing, title: 'Renamed' });
  expect(again.steps).toEqual([]);
  expect((await again.finish([])).value.value.title).toBe('Renamed');

  const deletion = await dashboards.planDelete([id]);
  expect(deletion).toMatchObject({ risk: 'destructive', title: 'Delete dashboard "Renamed"' });
  expect((await carryOut(provider, deletion)).value.map((one) => one.id)).toEqual([id]);
  expect(await deletion.settle?.()).toBe('applied');
  expect(await codeOf(dashboards.get(id))).toBe('not-found');

  const restoration = await dashboards.planRestore([id]);
  expect(restoration.before).toMatchObject([{ title: 'Renamed', deletedAt: expect.any(String) as string }]);
  expect((await carryOut(provider, restoration)).value).toMatchObject([
    { id, title: 'Renamed', deletedAt: null },
  ]);
  expect((await dashboards.planRestore([id])).steps).toEqual([]);
});

test('an update keeps widget ids beyond 2^53 byte for byte', async () => {
  const before = await dashboards.exportText('z4g-6tw-2ud');
  const plan = await dashboards.planUpdate('z4g-6tw-2ud', { ...nothing, description: 'Reviewed' });
  expect(plan.steps[0]?.body).toContain('9223372036854775807');
  expect(plan.steps[0]?.body).not.toContain('"author_handle"');
  await carryOut(provider, plan);
  const after = await dashboards.exportText('z4g-6tw-2ud');
  expect(after).toContain('"id": 9007199254740993');
  const bare = (text: string) => text.replace(/^ {2}"(description|modified_at)".*\n/gm, '');
  expect(bare(after)).toBe(bare(before));
});

test('an update is refused when someone else changed the dashboard meanwhile', async () => {
  const plan = await dashboards.planUpdate('y1s-0hb-5ka', { ...nothing, description: 'Mine' });
  await carryOut(provider, await dashboards.planUpdate('y1s-0hb-5ka', { ...nothing, description: 'Theirs' }));
  expect(await codeOf(carryOut(provider, plan))).toBe('conflict');
});

test('export, import, export gives the same document but for what the server owns', async () => {
  const exported = await dashboards.exportText('h7p-2vd-8wz');
  const plan = await dashboards.planCreate({ ...nothing, body: exported });
  const body = JSON.parse(plan.steps[0]?.body ?? '') as Record<string, unknown>;
  expect(Object.keys(body)).not.toContain('id');
  expect(JSON.stringify(body['widgets'])).not.toMatch(/"id":/);
  expect(plan.notes).toEqual([
    expect.stringMatching(/^Not sent.*author_handle.*widget ids/) as string,
    expect.stringContaining('tags') as string,
  ]);
  const { id } = (await carryOut(provider, plan)).value.value;
  const bare = (text: string) =>
    text
      .replace(/^ *"(id|url|author_handle|author_name|created_at|modified_at)":.*\n/gm, '')
      .replace(/,(?=\n *[}\]])/g, '');
  expect(bare(await dashboards.exportText(id))).toBe(bare(exported));
});

test('a copy has the new title and leaves the original alone', async () => {
  const copy = await carryOut(provider, await dashboards.planClone('c4t-9kx-2mq', 'Checkout, second look'));
  expect(copy.value.value).toMatchObject({
    title: 'Checkout, second look',
    tags: ['team:payments', 'team:sre'],
  });
  expect((await dashboards.get('c4t-9kx-2mq')).value.title).toBe('Checkout latency');
});

test('a body from another dashboard is told and loses its widget ids', async () => {
  const other = await dashboards.exportText('c4t-9kx-2mq');
  const plan = await dashboards.planUpdate('d6u-5zj-4wt', { ...nothing, body: other });
  expect(plan.notes[0]).toContain('c4t-9kx-2mq');
  expect(plan.steps[0]?.body).not.toMatch(/"id":/);
});

test('deleting several is one request that wants their number, and names unknown ids', async () => {
  await expect(dashboards.planDelete(['b7x-2nf-9ey', 'aaa-bbb-ccc', 'ddd-eee-fff'])).rejects.toMatchObject({
    code: 'not-found',
    details: { missing: ['aaa-bbb-ccc', 'ddd-eee-fff'] },
  });
  const plan = await dashboards.planDelete(['b7x-2nf-9ey', 'd6u-5zj-4wt', 'b7x-2nf-9ey']);
  expect(plan).toMatchObject({ risk: 'severe', confirm: '2' });
  expect(stepsOf(plan)).toEqual([
    [
      'DELETE /api/v1/dashboard',
      {
        data: [
          { id: 'b7x-2nf-9ey', type: 'dashboard' },
          { id: 'd6u-5zj-4wt', type: 'dashboard' },
        ],
      },
    ],
  ]);
  await carryOut(provider, plan);
  expect(await plan.settle?.()).toBe('applied');
  await carryOut(provider, await dashboards.planRestore(['b7x-2nf-9ey', 'd6u-5zj-4wt']));
});

test('a create whose answer was lost is found by its title', async () => {
  const plan = await dashboards.planCreate({ ...nothing, title: 'Lost and found' });
  expect(await plan.settle?.()).toBe('not-applied');
  const [step] = plan.steps;
  if (step === undefined) throw new Error('no step');
  await provider.send(step);
  expect(await plan.settle?.()).toBe('applied');
  expect((await plan.finish([])).value.value.title).toBe('Lost and found');
  await provider.send(step);
  expect(await plan.settle?.()).toBe('unknown');
});

test('a new dashboard needs a title or a document', async () => {
  expect(await codeOf(dashboards.planCreate(nothing))).toBe('missing-input');
  expect(await codeOf(dashboards.planCreate({ ...nothing, body: '[1]' }))).toBe('invalid-input');
});
