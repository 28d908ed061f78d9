import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import type { ShareDraft } from '../../src/model/share.ts';
import type { InviteCapability, Provider, ShareCapability } from '../../src/providers/provider.ts';
import { carryOut, connect, stepsOf } from '../support/datadog-account.ts';
import { testSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let provider: Provider;
let shares: ShareCapability;
let invites: InviteCapability;

beforeEach(async () => {
  sandbox = await testSandbox({ only: ['datadog'] });
  const { baseUrl, env } = sandbox.room('datadog');
  provider = connect({
    baseUrl,
    secrets: { apiKey: env['DD_API_KEY'] ?? '', appKey: env['DD_APP_KEY'] ?? '' },
  });
  if (provider.share === undefined || provider.invite === undefined)
    throw new Error('capabilities are missing');
  shares = provider.share;
  invites = provider.invite;
});

afterEach(async () => {
  await provider.close();
  await sandbox.close();
});

const nothing: ShareDraft = {
  type: null,
  status: null,
  title: null,
  expiresAt: null,
  liveSpan: null,
  invite: null,
  domains: null,
  body: null,
};

/** Dashboards of the sandbox. */
const ordered = 'x9c-4pe-7vr';
const free = 'm3f-6rb-1tn';
const withInvite = 'c4t-9kx-2mq';
const withPaused = 'v0d-3mz-6hp';

async function tokenOf(dashboard: string, type?: string): Promise<string> {
  const { items } = await shares.list(dashboard);
  const token = items.find((one) => type === undefined || one.type === type)?.token;
  if (token == null) throw new Error(`no share of ${dashboard}`);
  return token;
}

async function failure(promise: Promise<unknown>): Promise<DashctlError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof DashctlError) return error;
    throw error;
  }
  throw new Error('It did not fail');
}

describe('shares', () => {
  test('lists several shares of one dashboard with who made them', async () => {
    const { items } = await shares.list(free);
    expect(items.map((one) => one.type).toSorted()).toEqual(['invite', 'open']);
    expect(items.find((one) => one.type === 'open')).toMatchObject({
      dashboard: `dd/${free}`,
      status: 'active',
      createdBy: 'ben@example.com',
      settings: { liveSpan: '1h', viewingPreferences: { theme: 'dark' } },
    });
    for (const one of items) expect(one.ref).toBe(`dd/${one.token ?? ''}`);
  });

  test('list and get tell the same about one share', async () => {
    const [listed] = (await shares.list(withInvite)).items;
    const { value } = await shares.get(listed?.token ?? '');
    const { type, status, title, url, invitees } = value;
    expect(listed).toMatchObject({ type, status, title, url });
    expect(listed?.invitees?.map((one) => one.email)).toEqual(invitees?.map((one) => one.email));
  });

  test('an unknown dashboard is not found; a missing preview endpoint is explained', async () => {
    expect((await failure(shares.list('aaa-bbb-ccc'))).code).toBe('not-found');
    await sandbox.close();
    sandbox = await testSandbox({
      only: ['datadog'],
      switches: {
        faults: [
          { path: '/api/v2/*', action: { do: 'status', status: 404, body: '{"errors":[{"title":"Gone"}]}' } },
        ],
      },
    });
    await provider.close();
    const { baseUrl, env } = sandbox.room('datadog');
    provider = connect({
      baseUrl,
      secrets: { apiKey: env['DD_API_KEY'] ?? '', appKey: env['DD_APP_KEY'] ?? '' },
    });
    expect(await failure(provider.share?.list(ordered) ?? Promise.resolve())).toMatchObject({
      code: 'unsupported',
      status: 404,
      hint: expect.stringContaining('token') as string,
    });
  });

  test('is invite unless said otherwise, and asks where it lets somebody in', async () => {
    const plan = await shares.planCreate(ordered, {
      ...nothing,
      invite: ['Ana.Guest@example.com'],
      liveSpan: '1h',
    });
    expect(plan.risk).toBe('exposing');
    expect((await shares.planCreate(ordered, nothing)).risk).toBe('plain');
    expect(stepsOf(plan)).toEqual([
      [
        'POST /api/v1/dashboard/public',
        {
          dashboard_id: ordered,
          dashboard_type: 'custom_timeboard',
          share_type: 'invite',
          global_time: { live_span: '1h' },
          share_list: ['Ana.Guest@example.com'],
        },
      ],
    ]);
    const { value } = await carryOut(provider, plan);
    expect(value.value).toMatchObject({ type: 'invite', status: 'active', dashboard: `dd/${ordered}` });
    expect(value.value.invitees?.map((one) => one.email)).toEqual(['Ana.Guest@example.com']);
  });

  test('infers the dashboard type from a free layout; an open share exposes and says to whom', async () => {
    const plan = await shares.planCreate(free, {
      ...nothing,
      type: 'open',
      expiresAt: '2099-01-01T00:00:00.000Z',
    });
    expect(plan.risk).toBe('exposing');
    expect(plan.notes.join(' ')).toContain('Anyone with the link');
    expect(stepsOf(plan)[0]?.[1]).toMatchObject({
      dashboard_type: 'custom_screenboard',
      expiration: '2099-01-01T00:00:00.000Z',
    });
    const outcome = await carryOut(provider, plan);
    expect(outcome.value.value.expiresAt).toBe('2099-01-01T00:00:00.000Z');
    expect(outcome.notes.join(' ')).toContain('share revoke');
  });

  test('gives each invitee of a limited share an end of their own', async () => {
    const plan = await shares.planCreate(ordered, {
      ...nothing,
      invite: ['a@example.com', 'b@example.com'],
      expiresAt: '2099-01-01T00:00:00.000Z',
    });
    const { value } = await carryOut(provider, plan);
    expect(value.value.invitees?.map((one) => one.expiresAt)).toEqual([
      '2099-01-01T00:00:00.000Z',
      '2099-01-01T00:00:00.000Z',
    ]);
  });

  test('an embed names its domains', async () => {
    const plan = await shares.planCreate(ordered, {
      ...nothing,
      type: 'embed',
      domains: ['status.example.com'],
    });
    expect(plan.risk).toBe('exposing');
    const { value } = await carryOut(provider, plan);
    expect(value.value.settings).toMatchObject({ domains: ['status.example.com'] });
    const body = JSON.stringify({ embeddable_domains: [] });
    const anywhere = await shares.planUpdate(value.value.token ?? '', { ...nothing, body });
    expect(anywhere.risk).toBe('exposing');
  });

  test.each([
    ['an unknown type', { type: 'public' }, 'invalid-input'],
    ['a secure embed', { type: 'secure-embed' }, 'unsupported'],
    ['an unknown live span', { liveSpan: '5m' }, 'invalid-input'],
    ['domains on an open share', { type: 'open', domains: ['example.com'] }, 'invalid-input'],
    ['people on an open share', { type: 'open', invite: ['a@example.com'] }, 'invalid-input'],
    ['an end without people', { expiresAt: '2099-01-01T00:00:00.000Z' }, 'invalid-input'],
    ['an address that is none', { invite: ['ana'] }, 'invalid-input'],
  ])('refuses %s', async (_name, draft, code) => {
    expect((await failure(shares.planCreate(ordered, { ...nothing, ...draft }))).code).toBe(code);
  });

  test('a share read by get can be the file of a new one', async () => {
    const { raw } = await shares.get(await tokenOf(withInvite));
    const plan = await shares.planCreate(ordered, { ...nothing, body: Buffer.from(raw).toString() });
    expect(plan.notes[0]).toMatch(/^Not sent.*token.*invitees\.created_at/);
    expect(plan.steps[0]?.body).not.toMatch(/public_url|created_at|last_accessed/);
    const { value } = await carryOut(provider, plan);
    expect(value.value).toMatchObject({ type: 'invite', dashboard: `dd/${ordered}` });
    expect(value.value.invitees).toHaveLength(4);
  });

  test('pausing keeps token and address; resuming opens up again', async () => {
    const token = await tokenOf(free, 'open');
    const pause = await shares.planUpdate(token, { ...nothing, status: 'paused' });
    expect(pause.risk).toBe('plain');
    expect(stepsOf(pause)).toEqual([[`PUT /api/v1/dashboard/public/${token}`, { status: 'paused' }]]);
    const paused = (await carryOut(provider, pause)).value.value;
    expect(paused).toMatchObject({ status: 'paused', token });
    expect((await shares.planUpdate(token, { ...nothing, status: 'paused' })).steps).toEqual([]);
    expect((await shares.planUpdate(token, { ...nothing, status: 'active' })).risk).toBe('exposing');
  });

  test.each([
    ['making an invite share open', withInvite, { type: 'open' }, 'exposing'],
    ['taking the end off an open share', 'q8w-5ns-0jy', { expiresAt: 'never' as const }, 'exposing'],
    ['a nearer end', 'q8w-5ns-0jy', { expiresAt: new Date(Date.now() + 3_600_000).toISOString() }, 'plain'],
    ['resuming', withPaused, { status: 'active' as const }, 'exposing'],
    ['another title', withPaused, { title: 'Other' }, 'plain'],
    ['fewer people', withInvite, { invite: ['ben@example.com'] }, 'destructive'],
  ])('%s', async (_name, dashboard, draft, risk) => {
    const plan = await shares.planUpdate(await tokenOf(dashboard), { ...nothing, ...draft });
    expect(plan.risk).toBe(risk);
    await carryOut(provider, plan);
    expect(await plan.settle?.()).toBe('applied');
  });

  test('changing the list keeps the ends of those who stay', async () => {
    const token = await tokenOf(withInvite);
    const ends = (await shares.get(token)).value.invitees?.find((one) =>
      one.email.startsWith('auditor'),
    )?.expiresAt;
    const plan = await shares.planUpdate(token, {
      ...nothing,
      invite: ['auditor@partner.example.com', 'x@example.com'],
    });
    expect(plan.notes.join(' ')).toContain('lose access: ben@example.com');
    const { value } = await carryOut(provider, plan);
    expect(ends).toBeTruthy();
    expect(value.value.invitees?.map(({ email, expiresAt }) => [email, expiresAt])).toEqual([
      ['auditor@partner.example.com', ends],
      ['x@example.com', null],
    ]);
  });

  test('an update is refused when the share was changed meanwhile', async () => {
    const token = await tokenOf(withPaused);
    const plan = await shares.planUpdate(token, { ...nothing, title: 'Mine' });
    await carryOut(provider, await shares.planUpdate(token, { ...nothing, title: 'Theirs' }));
    expect((await failure(carryOut(provider, plan))).code).toBe('conflict');
  });

  test('a file is sent as it is written, but for what the server owns', async () => {
    const token = await tokenOf(withPaused);
    const body = '{ "viewing_preferences": {"theme":"dark",  "high_density":true}, "token": "x" }';
    const plan = await shares.planUpdate(token, { ...nothing, body });
    expect(plan.steps[0]?.body).toBe('{ "viewing_preferences": {"theme":"dark",  "high_density":true} }');
    const { value } = await carryOut(provider, plan);
    expect(value.value.settings).toMatchObject({ viewingPreferences: { theme: 'dark', high_density: true } });
    expect((await shares.planUpdate(token, { ...nothing, body })).steps).toEqual([]);
  });

  test('notes name the dashboard, never the secret token', async () => {
    const token = await tokenOf(free, 'open');
    const plans = [
      await shares.planUpdate(token, { ...nothing, title: 'T' }),
      await shares.planRevoke(token),
    ];
    for (const plan of plans) expect(plan.notes.join(' ') + plan.title).not.toContain(token);
    const created = await carryOut(provider, await shares.planCreate(ordered, { ...nothing, type: 'open' }));
    expect(created.notes.join(' ')).toContain(`dashctl share revoke dd/${ordered}`);
    expect(created.notes.join(' ')).not.toContain(created.value.value.token ?? '');
  });

  test('revoking suggests pausing, and is done when the share is gone', async () => {
    const token = await tokenOf(withPaused);
    const plan = await shares.planRevoke(token);
    expect(plan).toMatchObject({ risk: 'destructive', undo: { kind: 'lossy' } });
    expect(plan.notes.join(' ')).toContain('--status paused');
    expect(await plan.settle?.()).toBe('not-applied');
    expect((await carryOut(provider, plan)).value.token).toBe(token);
    expect(await plan.settle?.()).toBe('applied');
    expect((await carryOut(provider, plan)).notes).toEqual([expect.stringContaining('already')]);
    expect((await failure(shares.get(token))).code).toBe('not-found');
  });

  test('a create whose answer was lost is found in the list', async () => {
    const plan = await shares.planCreate(ordered, { ...nothing, type: 'open' });
    expect(await plan.settle?.()).toBe('not-applied');
    const [step] = plan.steps;
    if (step !== undefined) await provider.send(step);
    expect(await plan.settle?.()).toBe('applied');
    expect((await plan.finish([])).value.value.type).toBe('open');
  });

  test('a token of another form is refused without repeating it', async () => {
    const error = await failure(shares.get('fasjyydbcgwwc2uc/../x'));
    expect(error.code).toBe('invalid-input');
    expect(error.message).not.toContain('fasjyy');
  });
});

describe('invitations', () => {
  async function rows(token: string) {
    const items = [];
    for await (const page of invites.list(token)) items.push(...page.items);
    return items;
  }

  test('lists who is invited and who is logged in', async () => {
    const token = await tokenOf(withInvite);
    const found = await rows(token);
    expect(found.map((one) => [one.email, one.hasSession])).toEqual([
      ['ben@example.com', true],
      ['auditor@partner.example.com', false],
      ['dora@example.com', false],
    ]);
    expect(found[0]).toMatchObject({ profile: 'dd', provider: 'datadog', share: `dd/${token}` });
  });

  test('adds missing addresses first, sends one mail each, and none to those with an open invitation', async () => {
    const token = await tokenOf(withInvite);
    const plan = await invites.planSend(token, [
      'new@example.com',
      'DORA@example.com',
      'auditor@partner.example.com',
    ]);
    expect(stepsOf(plan).map(([line]) => line)).toEqual([
      `PUT /api/v1/dashboard/public/${token}`,
      `POST /api/v1/dashboard/public/${token}/invitation`,
      `POST /api/v1/dashboard/public/${token}/invitation`,
    ]);
    expect(plan.notes.join(' ')).toMatch(/Already invited, not sent again: DORA@example.com/);
    const { value } = await carryOut(provider, plan);
    expect(value.map((one) => one.email)).toEqual([
      'new@example.com',
      'dora@example.com',
      'auditor@partner.example.com',
    ]);
    const share = (await shares.get(token)).value;
    expect(share.invitees?.map((one) => one.email)).toContain('new@example.com');
    // The end of the auditor's access survives the rewriting of the list.
    expect(share.invitees?.find((one) => one.email.startsWith('auditor'))?.expiresAt).not.toBeNull();
    expect((await invites.planSend(token, ['new@example.com'])).steps).toEqual([]);
    expect(await plan.settle?.()).toBe('applied');
  });

  test('only an invite share takes invitations', async () => {
    expect(await failure(invites.planSend(await tokenOf(withPaused), ['a@example.com']))).toMatchObject({
      code: 'unsupported',
      hint: expect.stringContaining(`dashctl share create dd/${withPaused}`) as string,
    });
  });

  test('somebody else changing the list stops the sending', async () => {
    const token = await tokenOf(withInvite);
    const plan = await invites.planSend(token, ['new@example.com']);
    await carryOut(provider, await invites.planSend(token, ['other@example.com']));
    expect((await failure(carryOut(provider, plan))).code).toBe('conflict');
    expect((await shares.get(token)).value.invitees?.map((one) => one.email)).toContain('other@example.com');
  });

  test('revoking ends the invitation and takes the address off the list', async () => {
    const token = await tokenOf(withInvite);
    const plan = await invites.planRevoke(token, ['ben@example.com', 'nobody@example.com'], {
      keepListed: false,
    });
    expect(plan.risk).toBe('destructive');
    expect(stepsOf(plan).map(([line]) => line)).toEqual([
      `DELETE /api/v1/dashboard/public/${token}/invitation`,
      `PUT /api/v1/dashboard/public/${token}`,
    ]);
    expect(plan.notes.join(' ')).toContain('Not invited: nobody@example.com');
    expect((await carryOut(provider, plan)).value.map((one) => one.email)).toEqual(['ben@example.com']);
    expect((await rows(token)).map((one) => one.email)).not.toContain('ben@example.com');
    expect((await shares.get(token)).value.invitees?.map((one) => one.email)).not.toContain(
      'ben@example.com',
    );
    expect((await invites.planRevoke(token, ['ben@example.com'], { keepListed: false })).steps).toEqual([]);
  });

  test('keeping the address listed skips the second step', async () => {
    const token = await tokenOf(withInvite);
    const plan = await invites.planRevoke(token, ['ben@example.com'], { keepListed: true });
    expect(plan.steps).toHaveLength(1);
    await carryOut(provider, plan);
    expect(await plan.settle?.()).toBe('applied');
    expect((await shares.get(token)).value.invitees?.map((one) => one.email)).toContain('ben@example.com');
  });

  test('an address that is none is refused before anything is sent', async () => {
    expect((await failure(invites.planSend(await tokenOf(withInvite), ['ana']))).code).toBe('invalid-input');
  });
});
