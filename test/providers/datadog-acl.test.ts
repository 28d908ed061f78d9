import { afterEach, beforeEach, expect, test } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import type { Grant } from '../../src/model/grant.ts';
import type { AclCapability, AclResource, Provider } from '../../src/providers/provider.ts';
import { carryOut, connect, stepsOf } from '../support/datadog-account.ts';
import { testSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let provider: Provider;
let acl: AclCapability;
const warnings: string[] = [];

beforeEach(async () => {
  sandbox = await testSandbox({ only: ['datadog'] });
  const { baseUrl, env } = sandbox.room('datadog');
  warnings.length = 0;
  provider = connect({
    baseUrl,
    secrets: { apiKey: env['DD_API_KEY'] ?? '', appKey: env['DD_APP_KEY'] ?? '' },
    warn: (message) => warnings.push(message),
  });
  if (provider.acl === undefined) throw new Error('no access capability');
  acl = provider.acl;
});

afterEach(async () => {
  await provider.close();
  await sandbox.close();
});

const restricted: AclResource = { kind: 'dashboard', id: 'q8w-5ns-0jy' };
const byTeam: AclResource = { kind: 'dashboard', id: 'c4t-9kx-2mq' };
const unrestricted: AclResource = { kind: 'dashboard', id: 'x9c-4pe-7vr' };

const user = (name: string) => ({ kind: 'user', name }) as const;
const team = (name: string) => ({ kind: 'team', name }) as const;
const role = (name: string) => ({ kind: 'role', name }) as const;

function inShort(grants: readonly Grant[]): readonly string[] {
  return grants
    .map(
      ({ principal, level }) =>
        `${principal.kind}:${principal.email ?? principal.name ?? principal.id ?? ''}=${level ?? ''}`,
    )
    .toSorted();
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

test('lists grants with names instead of ids', async () => {
  expect(inShort((await acl.list(restricted)).items)).toEqual([
    'role:Analytics=edit',
    'role:Datadog Read Only Role=view',
    'user:ana@example.com=edit',
    'user:fatima@example.com=view',
  ]);
});

test('an unknown dashboard fails although the policy endpoint would answer', async () => {
  const unknown: AclResource = { kind: 'dashboard', id: 'aaa-bbb-ccc' };
  expect((await failure(acl.list(unknown))).code).toBe('not-found');
  expect(
    (await failure(acl.planGrant(unknown, [{ principal: team('sre'), level: { level: 'edit' } }]))).code,
  ).toBe('not-found');
});

test('a grant changes its principals and leaves all others', async () => {
  const plan = await acl.planGrant(restricted, [
    { principal: team('payments'), level: { level: 'view' } },
    { principal: user('FATIMA@example.com'), level: { native: 'editor' } },
  ]);
  expect(plan).toMatchObject({ risk: 'plain', guards: [] });
  expect(warnings).toEqual([expect.stringContaining('disabled')]);
  expect(inShort((await carryOut(provider, plan)).value)).toEqual([
    'role:Analytics=edit',
    'role:Datadog Read Only Role=view',
    'team:payments=view',
    'user:ana@example.com=edit',
    'user:fatima@example.com=edit',
  ]);
  expect(
    (await acl.planGrant(restricted, [{ principal: team('payments'), level: { level: 'view' } }])).steps,
  ).toEqual([]);
});

test('the first grant of an open dashboard takes access from everybody else, and says so', async () => {
  const plan = await acl.planGrant(unrestricted, [
    { principal: user('ana@example.com'), level: { level: 'edit' } },
  ]);
  expect(plan.risk).toBe('destructive');
  expect(plan.notes[0]).toContain('only those named');
});

test('granting to the organization exposes', async () => {
  const plan = await acl.planGrant(restricted, [{ principal: { kind: 'org' }, level: { level: 'view' } }]);
  expect(plan.risk).toBe('exposing');
  const org = (await carryOut(provider, plan)).value.find((one) => one.principal.kind === 'org');
  expect(org?.level).toBe('view');
});

test('a revoke takes only its principal away', async () => {
  const plan = await acl.planRevoke(restricted, [role('Analytics')]);
  expect(plan.risk).toBe('destructive');
  expect(inShort((await carryOut(provider, plan)).value)).not.toContain('role:Analytics=edit');
  expect(await plan.settle?.()).toBe('applied');
  expect((await acl.planRevoke(restricted, [role('Analytics')])).steps).toEqual([]);
});

test('losing the own access needs its own flag, and then the server is told', async () => {
  const plan = await acl.planSet(restricted, [{ principal: team('payments'), level: { level: 'edit' } }]);
  expect(plan.guards.map((guard) => guard.flag)).toEqual(['--allow-self-lockout']);
  expect(plan.risk).toBe('severe');
  expect(plan.steps[0]?.query).toEqual([['allow_self_lockout', 'true']]);
  expect(inShort((await carryOut(provider, plan)).value)).toEqual(['team:payments=edit']);
});

test('keeping it by a role needs no flag', async () => {
  const plan = await acl.planSet(restricted, [
    { principal: role('Datadog Admin Role'), level: { level: 'edit' } },
  ]);
  expect(plan.guards).toEqual([]);
  expect(plan.steps[0]?.query).toEqual([]);
  await carryOut(provider, plan);
});

test('an access token, which does not tell its owner, leaves the check to the server', async () => {
  const { baseUrl } = sandbox.room('datadog');
  const byToken = connect({ baseUrl, secrets: { token: 'ddpat_sandbox_administrator' } });
  const grants = [{ principal: team('payments'), level: { level: 'edit' } }] as const;
  const plan = await byToken.acl?.planSet(restricted, grants);
  expect(plan).toMatchObject({ guards: [], notes: [expect.stringContaining('access token') as string] });
  if (plan === undefined) throw new Error('no plan');
  expect(await failure(carryOut(byToken, plan))).toMatchObject({ status: 400 });
  const org = [{ principal: { kind: 'org' }, level: { level: 'view' } }] as const;
  expect(await failure(byToken.acl?.planGrant(restricted, org) ?? Promise.resolve())).toMatchObject({
    code: 'not-authenticated',
    hint: expect.stringContaining('two keys') as string,
  });
});

test('removing the last rule opens the dashboard, which needs its own flag', async () => {
  const single: AclResource = { kind: 'dashboard', id: 'a3k-8mv-1qs' };
  for (const plan of [await acl.planRevoke(single, [team('data')]), await acl.planSet(single, [])]) {
    expect(plan).toMatchObject({ risk: 'severe', confirm: 'Cloud costs', guards: [{ flag: '--empty' }] });
    expect(stepsOf(plan).map(([line]) => line)).toEqual([
      'DELETE /api/v2/restriction_policy/dashboard%3Aa3k-8mv-1qs',
    ]);
  }
  expect((await carryOut(provider, await acl.planSet(single, []))).value).toEqual([]);
});

test('a write is refused when somebody else changed the rules meanwhile', async () => {
  const plan = await acl.planGrant(byTeam, [
    { principal: user('chen@example.com'), level: { level: 'view' } },
  ]);
  await carryOut(
    provider,
    await acl.planGrant(byTeam, [{ principal: user('ben@example.com'), level: { level: 'view' } }]),
  );
  expect((await failure(carryOut(provider, plan))).code).toBe('conflict');
  expect(inShort((await acl.list(byTeam)).items)).toContain('user:ben@example.com=view');
});

test('names must be exact; similar ones are listed', async () => {
  expect(await failure(acl.planRevoke(restricted, [user('ana@example.co')]))).toMatchObject({
    code: 'unknown-principal',
    hint: expect.stringContaining('ana@example.com') as string,
  });
  expect((await failure(acl.planRevoke(restricted, [role('analytics')]))).code).toBe('unknown-principal');
});

test('levels map one to one and nothing is rounded', async () => {
  expect(acl.levels.map(({ level, native }) => [level, native])).toEqual([
    ['view', 'viewer'],
    ['edit', 'editor'],
  ]);
  for (const level of [{ level: 'admin' }, { level: 'none' }, { native: 'Editor' }] as const) {
    expect((await failure(acl.planGrant(restricted, [{ principal: team('sre'), level }]))).code).toBe(
      'unsupported',
    );
  }
  expect((await failure(acl.planRevoke(restricted, [{ kind: 'everyone' }]))).code).toBe('unsupported');
});

test('tells who the keys belong to', async () => {
  expect(await provider.whoami()).toEqual({
    name: 'ana@example.com',
    kind: 'user',
    organization: '5a4db0c0-0000-11ef-8000-da7ad0900002',
    role: 'Datadog Admin Role',
    server: null,
    missing: [],
  });
});

test('tells a bad API key from a bad application key, and takes a token', async () => {
  const { baseUrl, env } = sandbox.room('datadog');
  const apiKey = env['DD_API_KEY'] ?? '';
  const as = (secrets: Record<string, string>) => connect({ baseUrl, secrets });
  expect(await failure(as({ apiKey, appKey: 'wrong' }).whoami())).toMatchObject({
    code: 'not-authenticated',
    hint: expect.stringContaining('DD_APP_KEY') as string,
  });
  expect(await failure(as({ apiKey: 'wrong', appKey: 'wrong' }).whoami())).toMatchObject({
    code: 'not-authenticated',
    hint: expect.stringContaining('DD_API_KEY') as string,
  });
  expect(await as({ token: 'ddpat_sandbox_administrator' }).whoami()).toMatchObject({ name: 'access token' });
  expect(await failure(as({ token: 'ddpat_wrong' }).whoami())).toMatchObject({ code: 'not-authenticated' });
});

test('a refusal names the permission that is missing', async () => {
  const { baseUrl } = sandbox.room('datadog');
  const reader = connect({ baseUrl, secrets: { token: 'ddpat_sandbox_read_only' } });
  const plan = await reader.share?.planCreate('x9c-4pe-7vr', {
    type: 'open',
    status: null,
    title: null,
    expiresAt: null,
    liveSpan: null,
    invite: null,
    domains: null,
    body: null,
  });
  const [step] = plan?.steps ?? [];
  if (step === undefined) throw new Error('no step');
  expect(await failure(reader.send(step))).toMatchObject({
    code: 'not-allowed',
    status: 403,
    message: expect.stringContaining('Failed permission authorization checks') as string,
    hint: expect.stringContaining('dashboards_public_share') as string,
  });
});
