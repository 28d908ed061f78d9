/** The Gtmhub client over the sandbox: what it reads, plans, sends and refuses. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gtmhubDescriptor } from '../../src/providers/gtmhub/descriptor.ts';
import type { PermissionCapability, Provider } from '../../src/providers/provider.ts';
import { sampleIds } from '../../src/sandbox/gtmhub/seed.ts';
import { answering } from '../support/answers.ts';
import { failureOf } from '../support/grafana-account.ts';
import { carryOut, providerAt } from '../support/provider-at.ts';
import type { ProviderAt } from '../support/provider-at.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let at: ProviderAt;
let perms: PermissionCapability;
const { roles, users, accessInsightboards, manageUsers } = sampleIds;

beforeEach(async () => {
  sandbox = await testSandbox({ only: ['gtmhub'] });
  at = await providerAt(gtmhubDescriptor, sandbox.room('gtmhub').env);
  perms = permsOf(at.provider);
});
afterEach(async () => {
  await at.provider.close();
  await sandbox.close();
});

function permsOf(provider: Provider): PermissionCapability {
  if (provider.perms === undefined) throw new Error('No permissions.');
  return provider.perms;
}

async function manner(value: unknown): Promise<void> {
  const { baseUrl } = sandbox.room('gtmhub');
  const answer = await fetch(`${baseUrl}/_manner`, { method: 'PUT', body: JSON.stringify(value) });
  expect(answer.status).toBe(200);
}

async function holders(id: string): Promise<readonly string[]> {
  return (await perms.get(id)).value.principals;
}

const names = (set: { readonly actions: readonly { readonly name: string }[] | null }) =>
  set.actions?.map((one) => one.name) ?? null;

describe('reading', () => {
  it('lists the catalogue, with null for what a server leaves out', async () => {
    expect((await perms.actions()).items[1]).toEqual({
      profile: 'test',
      provider: 'gtmhub',
      name: 'AccessInsightboards',
      title: 'Access dashboards',
      description: 'Allows to access dashboards',
    });
    const server = await answering(() => ({
      status: 200,
      body: '{"items":[{"name":"A","group":7}]}',
    }));
    const other = await providerAt(gtmhubDescriptor, sandbox.room('gtmhub').env, { baseUrl: server.baseUrl });
    expect((await permsOf(other.provider).actions()).items[0]).toMatchObject({
      title: null,
      description: null,
    });
    await other.provider.close();
    await server.close();
  });

  it.each(['array', 'items', 'objects'] as const)('understands sets of actions as %s', async (actionSets) => {
    await manner({ actionSets });
    expect(names(await perms.ofPrincipal(roles.members))).toEqual([
      'AccessGoals',
      'AccessPeople',
      'CreateTags',
    ]);
    expect(names(await perms.effective())).toContain('ManageUsers');
  });

  it('passes on a set of unknown form as it came', async () => {
    await manner({ actionSets: 'unknown' });
    const set = await perms.ofPrincipal(roles.members);
    expect(set.actions).toBeNull();
    expect(set.json).toMatchObject({ mask: 3, granted: { CreateTags: { Subtype: 2 } } });
  });

  it('keeps grants and unknown keys of default access untouched', async () => {
    const permissions = [
      { grant: { Subtype: 2, deep: [1, null] }, deny: null, principalId: 'x', principalKind: 'robot' },
    ];
    const server = await answering(() => ({
      status: 200,
      body: JSON.stringify({ inherits: true, permissions }),
    }));
    const other = await providerAt(gtmhubDescriptor, sandbox.room('gtmhub').env, { baseUrl: server.baseUrl });
    const { value } = await permsOf(other.provider).defaultAccess('dashboard', null);
    expect(value).toMatchObject({ inherits: true, permissions });
    await other.provider.close();
    await server.close();
  });

  it.each(['actions', 'effective', '..', '5BE26318E5274A0000080002', '', 'principal/x'])(
    'sends nothing for the id %j',
    async (id) => {
      expect((await failureOf(perms.get(id))).code).toBe('invalid-input');
      expect((await failureOf(perms.allowed(id, 'goal'))).code).toBe('invalid-input');
      expect((await failureOf(perms.planDelete(id))).code).toBe('invalid-input');
      expect(at.sent).toEqual([]);
    },
  );

  it('sends token and account with every request, default access included', async () => {
    const asked: unknown[] = [];
    const server = await answering(({ headers }) => {
      asked.push([headers['authorization'], headers['gtmhub-accountid']]);
      return { status: 200, body: '{"inherits":false,"permissions":[]}' };
    });
    const { env } = sandbox.room('gtmhub');
    const other = await providerAt(gtmhubDescriptor, env, { baseUrl: server.baseUrl });
    await permsOf(other.provider).defaultAccess('dashboard', null);
    expect(asked).toEqual([[`Bearer ${env['GTMHUB_API_TOKEN'] ?? ''}`, env['GTMHUB_ACCOUNT_ID']]]);
    await other.provider.close();
    await server.close();
  });
});

describe('refusals', () => {
  it('names host, token and account for a web page with status 200, and shows none of it', async () => {
    await manner({ page: true });
    const failure = await failureOf(perms.actions());
    expect(failure.hint).toMatch(/API token.*account id.*region/);
    expect(failure.message).not.toContain('<');
    expect(['bad-answer', 'not-authenticated']).toContain(failure.code);
  });

  it('tries a wrong token once', async () => {
    const { env } = sandbox.room('gtmhub');
    const other = await providerAt(gtmhubDescriptor, env, { secrets: { token: 'wrong' } });
    const failure = await failureOf(permsOf(other.provider).actions());
    expect(failure).toMatchObject({ code: 'not-authenticated', status: 401 });
    expect(other.sent).toHaveLength(1);
    await other.provider.close();
  });

  it('says that the subscription lapsed, without repeating', async () => {
    await manner({ lapsed: true });
    const failure = await failureOf(perms.actions());
    expect(failure).toMatchObject({ code: 'payment-required', status: 402 });
    expect(failure.message).toContain('subscription');
    expect(at.sent).toHaveLength(1);
  });

  it.each([
    ['message', 'The permission was not found'],
    ['text', 'The permission was not found'],
  ] as const)('reads errors in the form of a %s', async (errors, words) => {
    await manner({ errors });
    const failure = await failureOf(perms.get('0'.repeat(24)));
    expect(failure).toMatchObject({ code: 'not-found', status: 404 });
    expect(failure.message).toContain(words);
  });

  it('asks for the account id and for the whole address', async () => {
    const { env } = sandbox.room('gtmhub');
    expect((await failureOf(providerAt(gtmhubDescriptor, env, { settings: {} }))).code).toBe(
      'no-credentials',
    );
    const short = providerAt(gtmhubDescriptor, env, { baseUrl: 'https://app.quantive.com' });
    expect((await failureOf(short)).hint).toContain('https://app.quantive.com/results/api/v1');
  });
});

describe('principals by name', () => {
  it.each([
    ['user:CY@example.com', users.cy],
    ['user:Cy Nowak', users.cy],
    ['role:Members', roles.members],
    ['team:Commerce', sampleIds.teams.commerce],
    [`role#${roles.members}`, roles.members],
    [roles.members, roles.members],
  ])('resolves %s', async (text, id) => {
    const plan = await perms.planCreate({ action: 'CreateTags', principals: [text], validate: false });
    expect(plan.after).toEqual({ action: 'CreateTags', principals: [id] });
  });

  it.each([
    ['role:members', 'unknown-principal', 'Did you mean role:Members?'],
    ['role:Nobody at all', 'unknown-principal', 'Give the id instead: role#ID.'],
    ['org', 'unsupported', 'Name users and roles, or give their ids.'],
    ['role#12', 'invalid-input', 'Ids of Gtmhub have 24 hexadecimal digits, in lower case.'],
  ])('refuses %s', async (text, code, hint) => {
    const failure = await failureOf(perms.planUpdate(accessInsightboards, { add: [text], remove: [] }));
    expect(failure).toMatchObject({ code, hint });
  });

  it('asks for the id where names cannot be looked up', async () => {
    const server = await answering(() => ({
      status: 404,
      headers: { 'content-type': 'text/html' },
      body: '<html></html>',
    }));
    const { env } = sandbox.room('gtmhub');
    const other = await providerAt(gtmhubDescriptor, env, { baseUrl: `${server.baseUrl}/api/v1` });
    const plan = permsOf(other.provider).planUpdate(accessInsightboards, {
      add: ['role:Members'],
      remove: [],
    });
    expect((await failureOf(plan)).hint).toContain('Give the id: role#ID.');
    await other.provider.close();
    await server.close();
  });
});

describe('create', () => {
  it('sends account, action and principals, and reads back', async () => {
    const plan = await perms.planCreate({
      action: 'ManageGoals',
      principals: ['role:Members'],
      validate: true,
    });
    expect(JSON.parse(plan.steps[0]?.body ?? '')).toEqual({
      accountId: sandbox.room('gtmhub').env['GTMHUB_ACCOUNT_ID'],
      action: 'ManageGoals',
      principals: [roles.members],
    });
    const { value } = await carryOut(at.provider, plan);
    expect(value.value).toMatchObject({ action: 'ManageGoals', principals: [roles.members] });
    expect(await holders(value.value.id ?? '')).toEqual([roles.members]);
  });

  it('checks the action against the catalogue unless told not to', async () => {
    const draft = { action: 'ManageGoal', principals: [roles.members] };
    const failure = await failureOf(perms.planCreate({ ...draft, validate: true }));
    expect(failure).toMatchObject({ code: 'invalid-input' });
    expect(failure.hint).toContain('Did you mean ManageGoals?');
    expect((await perms.planCreate({ ...draft, validate: false })).steps).toHaveLength(1);
  });

  it('takes a document but for its id', async () => {
    const body = JSON.stringify({
      id: 'f'.repeat(24),
      action: 'CreateTags',
      principals: [users.ben],
      extra: { a: 1 },
    });
    const plan = await perms.planCreate({ body, validate: true });
    expect(JSON.parse(plan.steps[0]?.body ?? '')).not.toHaveProperty('id');
    expect(JSON.parse(plan.steps[0]?.body ?? '')).toMatchObject({ extra: { a: 1 } });
    expect(plan.notes).toContain('The id is left out: the server gives a new one.');
  });

  it.each([
    '[]',
    '{"action":1,"principals":[]}',
    '{"action":"A"}',
    '{"action":"A","principals":[],"accountId":"b"}',
  ])('refuses the document %s', async (body) => {
    expect((await failureOf(perms.planCreate({ body, validate: false }))).code).toBe('invalid-input');
  });

  it.each([
    ['the principals', { action: 'A', principals: ['other'] }],
    ['the action', { action: 'B', principals: [users.cy] }],
  ])('reports %s that are not as asked for', async (_what, kept) => {
    const id = 'c'.repeat(24);
    const server = await answering(({ method }) => ({
      status: method === 'POST' ? 201 : 200,
      body: JSON.stringify(method === 'POST' ? { id, action: 'A', principals: [users.cy] } : { id, ...kept }),
    }));
    const other = await providerAt(gtmhubDescriptor, sandbox.room('gtmhub').env, { baseUrl: server.baseUrl });
    const draft = { action: 'A', principals: [users.cy], validate: false };
    const plan = await permsOf(other.provider).planCreate(draft);
    expect((await failureOf(carryOut(other.provider, plan))).code).toBe('conflict');
    await other.provider.close();
    await server.close();
  });

  it('tells after a lost answer whether it happened', async () => {
    const draft = { action: 'ManageGoals', principals: [roles.members], validate: false };
    const lost = await perms.planCreate(draft);
    expect(await lost.settle?.()).toBe('not-applied');
    for (const step of lost.steps) await at.provider.send(step);
    expect(await lost.settle?.()).toBe('applied');
    expect((await lost.finish([])).value.value).toMatchObject({ id: null, action: 'ManageGoals' });
    expect(await (await perms.planCreate(draft)).settle?.()).toBe('unknown');
  });
});

describe('update', () => {
  const before = [roles.administrators, roles.managers, users.cy];

  it('adds and removes, leaves all others, keeps unknown keys', async () => {
    const plan = await perms.planUpdate(accessInsightboards, {
      add: ['role:Members'],
      remove: ['user:cy@example.com'],
    });
    expect(plan).toMatchObject({ risk: 'destructive', guards: [] });
    await carryOut(at.provider, plan);
    expect(await holders(accessInsightboards)).toEqual([roles.administrators, roles.managers, roles.members]);
  });

  it('writes back what it does not know', async () => {
    const id = 'a'.repeat(24);
    const text = `{"id":"${id}","accountId":"x","action":"A","principals":["p"],"big":12345678901234567890,"note":{"b":[]}}`;
    const server = await answering(() => ({ status: 200, body: text }));
    const other = await providerAt(gtmhubDescriptor, sandbox.room('gtmhub').env, { baseUrl: server.baseUrl });
    const plan = await permsOf(other.provider).planUpdate(id, { add: [users.cy], remove: [] });
    expect(plan.steps[0]?.body).toContain('"big":12345678901234567890');
    expect(JSON.parse(plan.steps[0]?.body ?? '')).toMatchObject({
      principals: ['p', users.cy],
      note: { b: [] },
    });
    await other.provider.close();
    await server.close();
  });

  it('sends nothing when it is already so', async () => {
    expect((await perms.planUpdate(accessInsightboards, { add: [users.cy], remove: [] })).steps).toEqual([]);
    expect((await perms.planUpdate(accessInsightboards, { add: [], remove: [roles.members] })).steps).toEqual(
      [],
    );
  });

  it('notices a change in between, before writing and after', async () => {
    const mine = await perms.planUpdate(accessInsightboards, { add: [roles.members], remove: [] });
    await carryOut(
      at.provider,
      await perms.planUpdate(accessInsightboards, { add: [users.dora], remove: [] }),
    );
    expect((await failureOf(mine.unchanged?.() ?? Promise.resolve())).code).toBe('conflict');
    expect((await failureOf(mine.finish([]))).code).toBe('conflict');
    expect(await mine.settle?.()).toBe('unknown');
    expect(await holders(accessInsightboards)).toEqual([...before, users.dora]);
  });

  it('guards an empty list and the rights that nobody could give back', async () => {
    const empty = await perms.planUpdate(accessInsightboards, { add: [], remove: before });
    expect(empty.guards.map((guard) => guard.flag)).toEqual(['--empty']);
    const own = await perms.planUpdate(manageUsers, { add: [users.ben], remove: [roles.administrators] });
    expect(own.guards.map((guard) => guard.flag)).toEqual(['--allow-self-lockout']);
    expect((await perms.planDelete(manageUsers)).guards.map((guard) => guard.flag)).toEqual([
      '--allow-self-lockout',
    ]);
  });

  it('guards those rights also where the caller’s own are not told in a known form', async () => {
    await manner({ actionSets: 'unknown' });
    const plan = await perms.planUpdate(manageUsers, { add: [users.ben], remove: [roles.administrators] });
    expect(plan.guards.map((guard) => guard.flag)).toEqual(['--allow-self-lockout']);
  });

  it('needs no guard from a caller who does not have the right', async () => {
    const { env } = sandbox.room('gtmhub');
    const reader = await providerAt(gtmhubDescriptor, env, { secrets: { token: 'sandbox-gtmhub-reader' } });
    const plan = await permsOf(reader.provider).planUpdate(manageUsers, {
      add: [users.ben],
      remove: [roles.administrators],
    });
    expect(plan.guards).toEqual([]);
    expect(await failureOf(carryOut(reader.provider, plan))).toMatchObject({
      code: 'not-allowed',
      status: 403,
    });
    await reader.provider.close();
  });

  it('refuses another action in a document, and a principal on both sides', async () => {
    const body = JSON.stringify({ action: 'ManageData', principals: [] });
    expect((await failureOf(perms.planUpdate(accessInsightboards, { body }))).code).toBe('refused');
    const both = { add: [users.cy], remove: ['user:cy@example.com'] };
    expect((await failureOf(perms.planUpdate(accessInsightboards, both))).code).toBe('invalid-input');
  });

  it('takes a whole document', async () => {
    const body = JSON.stringify({ action: 'AccessInsightboards', principals: [roles.managers] });
    await carryOut(at.provider, await perms.planUpdate(accessInsightboards, { body }));
    expect(await holders(accessInsightboards)).toEqual([roles.managers]);
  });
});

describe('delete', () => {
  it.each([204, 200, 202])('takes %i for success', async (deleted) => {
    await manner({ deleted });
    const { value } = await carryOut(at.provider, await perms.planDelete(accessInsightboards));
    expect(value).toMatchObject({ id: accessInsightboards, action: 'AccessInsightboards' });
  });

  it.each([404, 400, 403, 500])('takes %i afterwards for gone', async (unknownId) => {
    await manner({ unknownId });
    const plan = await perms.planDelete(accessInsightboards);
    expect(await plan.settle?.()).toBe('not-applied');
    await carryOut(at.provider, plan);
    expect(await plan.settle?.()).toBe('applied');
  });

  it('says when somebody else was faster', async () => {
    const plan = await perms.planDelete(accessInsightboards);
    await carryOut(at.provider, await perms.planDelete(accessInsightboards));
    const [step] = plan.steps;
    if (step === undefined) throw new Error('Nothing planned.');
    expect((await plan.finish([await at.provider.send(step)])).notes).toEqual(['It was already gone.']);
  });
});

describe("a principal's actions", () => {
  it.each(['array', 'items'] as const)('adds and removes names in the form of %s', async (actionSets) => {
    await manner({ actionSets });
    const plan = await perms.planSetPrincipal('role:Members', {
      add: ['ManageGoals'],
      remove: ['CreateTags'],
      validate: true,
    });
    const wanted = ['AccessGoals', 'AccessPeople', 'ManageGoals'];
    expect(JSON.parse(plan.steps[0]?.body ?? '')).toEqual(
      actionSets === 'array' ? wanted : { items: wanted },
    );
    expect(plan.risk).toBe('destructive');
    expect(names((await carryOut(at.provider, plan)).value)).toEqual(wanted);
  });

  it.each(['objects', 'unknown'] as const)('refuses single names in the form of %s', async (actionSets) => {
    await manner({ actionSets });
    const change = { add: ['ManageGoals'], remove: [], validate: false };
    const failure = await failureOf(perms.planSetPrincipal(roles.members, change));
    expect(failure).toMatchObject({ code: 'unsupported' });
    expect(failure.hint).toContain('--file');
  });

  it('sends a document of unknown form byte for byte', async () => {
    await manner({ actionSets: 'unknown' });
    const body = '{ "granted": {"CreateTags": {"Subtype": 2}},\n "mask": 1 }';
    const plan = await perms.planSetPrincipal(roles.members, { body, validate: true });
    expect(plan.steps[0]?.body).toBe(body);
    expect(plan).toMatchObject({ risk: 'destructive', undo: { kind: 'impossible' } });
    const { value } = await carryOut(at.provider, plan);
    expect(value.json).toEqual({ mask: 1, granted: { CreateTags: { Subtype: 2 } } });
  });

  it('sends nothing when it is already so, in whatever form', async () => {
    const body = '{"items":["CreateTags","AccessPeople","AccessGoals"]}';
    expect((await perms.planSetPrincipal(roles.members, { body, validate: true })).steps).toEqual([]);
  });

  it.each(['[]', '{}', 'null', '{"items":[]}'])('guards the empty document %s', async (body) => {
    const plan = await perms.planSetPrincipal(roles.members, { body, validate: true });
    expect(plan.guards.map((guard) => guard.flag)).toEqual(['--empty']);
  });

  it('guards the rights that nobody could give back', async () => {
    const change = { add: [], remove: ['ManageApiTokens'], validate: true };
    const plan = await perms.planSetPrincipal(roles.administrators, change);
    expect(plan.guards.map((guard) => guard.flag)).toEqual(['--allow-self-lockout']);
  });

  it('reports a set that is not as asked for', async () => {
    const plan = await perms.planSetPrincipal(roles.members, {
      add: ['ManageGoals'],
      remove: [],
      validate: true,
    });
    expect((await failureOf(plan.finish([]))).code).toBe('conflict');
    expect(await plan.settle?.()).toBe('not-applied');
  });
});

describe('the address of an account', () => {
  const base = (region: string) => gtmhubDescriptor.defaultBaseUrl({ region });
  const parse = gtmhubDescriptor.settings.find((one) => one.key === 'region')?.parse;

  it.each([
    ['gtmhub', 'https://app.gtmhub.com/api/v1'],
    ['gtmhub-us', 'https://app.us.gtmhub.com/api/v1'],
    ['eu', 'https://app.quantive.com/results/api/v1'],
    ['US', 'https://app.us.quantive.com/results/api/v1'],
    ['quantive-au', 'https://app.au.quantive.com/results/api/v1'],
    ['https://shop.us.quantive.com/home', 'https://app.us.quantive.com/results/api/v1'],
    ['https://shop.quantive.com', 'https://app.quantive.com/results/api/v1'],
    ['shop.gtmhub.com', 'https://app.gtmhub.com/api/v1'],
    ['shop.us.gtmhub.com', 'https://app.us.gtmhub.com/api/v1'],
  ])('follows from %s', (text, expected) => {
    expect(base(parse?.(text) ?? '')).toBe(expected);
  });

  it.each(['moon', 'shop.example.com', 'https://quantive.com.example.com', 'shop.moon.quantive.com'])(
    'does not follow from %s',
    (text) => {
      expect(() => parse?.(text)).toThrow('is no region of Gtmhub');
    },
  );

  it('is the one of the API page when nothing is said', () => {
    expect(gtmhubDescriptor.defaultBaseUrl({})).toBe('https://app.gtmhub.com/api/v1');
  });
});
