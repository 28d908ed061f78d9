/** PostHog as plain data, as an account, and its dashboards, links and rights against the sandbox. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { carryOut } from '../support/provider-at.ts';
import { callPosthog, connectRoom, posthogStore } from '../support/posthog.ts';
import type { ConnectOptions } from '../support/posthog.ts';
import { realClock, testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import type { DashboardDraft, DashboardQuery } from '../../src/model/dashboard.ts';
import type { ShareDraft } from '../../src/model/share.ts';
import type { WritePlan } from '../../src/model/write-plan.ts';
import { posthogDescriptor } from '../../src/providers/posthog/descriptor.ts';
import { connectPosthog } from '../../src/providers/posthog/index.ts';
import type {
  AclCapability,
  DashboardCapability,
  Provider,
  ShareCapability,
} from '../../src/providers/provider.ts';
import { membershipId, posthogKeys, shopOrganization, userUuid } from '../../src/sandbox/posthog/seed.ts';

const blank: DashboardDraft = {
  body: null,
  title: null,
  description: null,
  tags: null,
  folder: null,
  layout: null,
};
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
const everything: DashboardQuery = {
  search: null,
  shared: null,
  deleted: false,
  tags: [],
  folder: null,
  limit: null,
  pageSize: null,
};

interface Connected extends Provider {
  readonly dashboards: DashboardCapability;
  readonly share: ShareCapability;
  readonly acl: AclCapability;
}

let sandbox: TestSandbox;
let warnings: string[];
beforeEach(async () => {
  warnings = [];
  sandbox = await testSandbox({ only: ['posthog'] });
});
afterEach(() => sandbox.close());

function connect(options: ConnectOptions = {}): Connected {
  const provider = connectRoom(sandbox, { warn: (text) => warnings.push(text), ...options });
  const { dashboards, share, acl } = provider;
  if (dashboards === undefined || share === undefined || acl === undefined)
    throw new Error('A capability is missing.');
  return { ...provider, dashboards, share, acl };
}

async function refs(provider: Connected, query: Partial<DashboardQuery> = {}): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const page of provider.dashboards.list({ ...everything, ...query }))
    found.push(...page.items.map((one) => one.ref));
  return found;
}

async function act<T>(provider: Provider, plan: Promise<WritePlan<T>>): Promise<T> {
  return (await carryOut(provider, await plan)).value;
}

const bodies = (plan: WritePlan<unknown>): unknown[] =>
  plan.steps.map((step) => JSON.parse(step.body ?? 'null') as unknown);

describe('descriptor', () => {
  it.each([
    ['https://us.posthog.com/project/1/dashboard/2', { kind: 'dashboard', id: '1-2' }],
    ['https://eu.posthog.com/project/12/dashboard/345?edit=1#x', { kind: 'dashboard', id: '12-345' }],
    ['https://us.posthog.com/dashboard/2', { kind: 'dashboard', id: '2' }],
    ['https://ph.example.com/sub/project/1/dashboard/2', { kind: 'dashboard', id: '1-2' }],
    ['https://us.posthog.com/shared/aB-9_z', { kind: 'share', id: 'aB-9_z' }],
    ['https://us.posthog.com/embedded/aB9.json', { kind: 'share', id: 'aB9' }],
    ['https://us.posthog.com/shared_dashboard/aB9', { kind: 'share', id: 'aB9' }],
    ['https://us.posthog.com/project/1/insights/aBc', null],
    ['https://us.posthog.com/project/1/dashboard/new', null],
  ])('reads %s', (address, target) => {
    expect(posthogDescriptor.readAddress(new URL(address))).toEqual(target);
  });

  it('refuses keys of a project and says which key is wanted', () => {
    expect(posthogDescriptor.missingSecrets({ key: 'phc_abc' }, {})).toMatch(/phc_.*personal API key/);
    expect(posthogDescriptor.missingSecrets({ key: 'phs_abc' }, {})).toMatch(/phs_/);
    expect(posthogDescriptor.missingSecrets({}, {})).toMatch(/POSTHOG_PERSONAL_API_KEY/);
    expect(posthogDescriptor.missingSecrets({ key: 'phx_abc' }, {})).toBeNull();
  });

  it('takes its host from the region', () => {
    expect(posthogDescriptor.defaultBaseUrl({})).toBe('https://us.posthog.com');
    expect(posthogDescriptor.defaultBaseUrl({ region: 'eu' })).toBe('https://eu.posthog.com');
  });

  it.each(['0', '-1', '1.5', 'shop', '1/..', '99999999999999999999'])('refuses the project %s', (text) => {
    const project = posthogDescriptor.settings.find((one) => one.key === 'project');
    expect(() => project?.parse?.(text)).toThrow(/no id of a PostHog project/);
  });

  it('refuses hosts that only take events, naming the right one', () => {
    const { account } = connect();
    expect(() =>
      connectPosthog({
        account: { ...account, baseUrl: 'https://eu.i.posthog.com' },
        clock: realClock,
        http: () => {
          throw new Error('No client is made.');
        },
        warn: () => undefined,
      }),
    ).toThrow(expect.objectContaining({ hint: expect.stringContaining('https://eu.posthog.com') as string }));
  });
});

describe('account', () => {
  it('names a missing scope, the project limit of a key, and who it is', async () => {
    expect(await connect().whoami()).toMatchObject({ name: 'ana@example.com', role: 'owner', missing: [] });
    expect((await connect({ key: posthogKeys.dashboardsOnly }).whoami()).missing).toEqual([
      'user:read',
      'sharing_configuration:read',
      'access_control:read',
      'organization_member:read',
    ]);
    await expect(connect({ key: posthogKeys.dashboardsOnly }).share.get('1')).rejects.toMatchObject({
      code: 'not-allowed',
      hint: expect.stringContaining('sharing_configuration:read') as string,
    });
    await expect(
      connect({ key: posthogKeys.oneProject }).acl.planGrant({ kind: 'dashboard', id: '1' }, [
        { principal: { kind: 'user', name: 'bo@example.com' }, level: { level: 'view' } },
      ]),
    ).rejects.toMatchObject({ hint: expect.stringContaining('limited to projects') as string });
    await expect(connect({ key: 'phx_wrong' }).dashboards.get('1')).rejects.toMatchObject({
      code: 'not-authenticated',
      hint: expect.stringContaining('region') as string,
    });
  });

  it('wants a project, unless the reference has one', async () => {
    const provider = connect({ settings: {} });
    await expect(refs(provider)).rejects.toMatchObject({ code: 'missing-input' });
    expect((await provider.dashboards.get('1-2')).value).toMatchObject({ id: '2', ref: 'ph/1-2' });
  });

  it('resolves @current once, says so, and qualifies references with the project', async () => {
    const provider = connect({ settings: { project: '@current' } });
    expect(await refs(provider, { limit: 2 })).toEqual(['ph/1-1', 'ph/1-2']);
    await provider.dashboards.get('3');
    expect(warnings).toEqual(['--project @current is project 1 (Shop) now.']);
  });

  it('speaks to older servers below /api/environments/', async () => {
    const settings = { project: '1', apiPrefix: 'environments' };
    const plan = await connect({ settings }).dashboards.planUpdate('1', { ...blank, title: 'x' });
    expect(plan.steps[0]?.path).toBe('/api/environments/1/dashboards/1/');
  });

  it.each(['abc', '1-', '..', '1/2', '0', '007'])('refuses the dashboard id %j', async (id) => {
    await expect(connect().dashboards.get(id)).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

describe('dashboards', () => {
  it('pages through a list, each dashboard once, and filters what the server cannot', async () => {
    const provider = connect();
    const all = await refs(provider);
    expect(all).toHaveLength(13);
    expect(await refs(provider, { pageSize: 4 })).toEqual(all);
    expect(await refs(provider, { search: 'CHECK' })).toEqual(['ph/1', 'ph/7']);
    expect(await refs(provider, { tags: ['growth', 'KPI'] })).toEqual(['ph/11']);
    expect(await refs(provider, { shared: true })).toEqual(['ph/1', 'ph/5', 'ph/13', 'ph/15']);
    await expect(refs(provider, { deleted: true })).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('takes only the query of a next link, and never its host', async () => {
    const asked: string[] = [];
    const row = (id: number) => ({ id, name: `d${id}` });
    const server = http.createServer((request, response) => {
      asked.push(request.url ?? '');
      const second = (request.url ?? '').includes('offset=1');
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          count: 2,
          next: second ? null : 'https://elsewhere.example.com/api/other/?limit=1&offset=1',
          results: [row(second ? 2 : 1)],
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      expect(await refs(connect({ baseUrl: `http://127.0.0.1:${port}` }), { pageSize: 1 })).toEqual([
        'ph/1',
        'ph/2',
      ]);
      expect(asked).toEqual([
        '/api/projects/1/dashboards/?limit=1',
        '/api/projects/1/dashboards/?limit=1&offset=1',
      ]);
    } finally {
      server.close();
    }
  });

  it('tells what the server drops without a word', async () => {
    const free = connect({ settings: { project: '3' } });
    await act(
      free,
      free.dashboards.planCreate({ ...blank, title: 'x', tags: ['a'], restriction: 'invited' }),
    );
    expect(warnings).toEqual([
      'PostHog dropped the tags: the plan of this organization has none.',
      'The restriction is stored but has no effect: the plan of this organization has no access control.',
    ]);
    warnings.length = 0;
    const provider = connect();
    await act(provider, provider.dashboards.planUpdate('1', { ...blank, body: '{"filters":{}}' }));
    expect(warnings).toEqual(['PostHog ignored empty filters: they cannot be cleared this way.']);
  });

  it('leaves out what the server would ignore, and says so', async () => {
    const body = JSON.stringify({ id: 1, name: 'Renamed', is_shared: true, deleted: true, unheard_of: 1 });
    const plan = await connect().dashboards.planUpdate('1', { ...blank, body });
    expect(bodies(plan)).toEqual([{ name: 'Renamed' }]);
    expect(plan.notes.join(' ')).toMatch(/Not sent.*id, is_shared, deleted, unheard_of/);
  });

  it('sends nothing when nothing differs, tags in any case included', async () => {
    const plan = await connect().dashboards.planUpdate('1', {
      ...blank,
      title: 'Checkout funnel',
      tags: ['Growth', 'checkout'],
    });
    expect(plan.steps).toEqual([]);
  });

  it('notices that someone else changed the field meanwhile', async () => {
    const plan = await connect().dashboards.planUpdate('1', { ...blank, title: 'Mine' });
    await callPosthog(sandbox, 'PATCH', '/api/projects/1/dashboards/1/', { name: 'Theirs' });
    await expect(plan.unchanged?.()).rejects.toMatchObject({ code: 'conflict' });
    expect(await plan.settle?.()).toBe('unknown');
  });

  it('deletes by hiding, warns of the link, and tells that a restore opened it', async () => {
    const provider = connect();
    const plan = await provider.dashboards.planDelete(['1'], { insights: true });
    expect(bodies(plan)).toEqual([{ deleted: true, delete_insights: true }]);
    expect(plan).toMatchObject({ risk: 'destructive', confirm: 'Checkout funnel' });
    expect(plan.notes.join(' ')).toMatch(/restore opens it again/);
    await carryOut(provider, plan);
    expect(await plan.settle?.()).toBe('applied');
    const restore = await provider.dashboards.planRestore?.(['1', '2']);
    if (restore === undefined) throw new Error('PostHog restores.');
    expect(restore).toMatchObject({ risk: 'exposing' });
    expect(bodies(restore)).toEqual([{ deleted: false }]);
    const { notes, value } = await carryOut(provider, restore);
    expect(value.map((one) => one.id)).toEqual(['1', '2']);
    expect(notes).toEqual([expect.stringContaining('open again')]);
  });

  it('deletes several only with their number, and none when one is unknown', async () => {
    const { dashboards } = connect();
    expect(await dashboards.planDelete(['1', '2', '1'])).toMatchObject({ risk: 'severe', confirm: '2' });
    await expect(dashboards.planDelete(['1', '999'])).rejects.toMatchObject({
      code: 'not-found',
      details: { missing: ['999'] },
    });
  });

  it('finds out by name and time whether a lost creation happened', async () => {
    const provider = connect();
    const plan = await provider.dashboards.planCreate({ ...blank, title: 'Activation' });
    // An older one of the same name is not taken for it.
    expect(await plan.settle?.()).toBe('not-applied');
    for (const step of plan.steps) await provider.send(step);
    expect(await plan.settle?.()).toBe('applied');
    expect((await plan.finish([])).value.value).toMatchObject({ id: '5000', title: 'Activation' });
  });
});

describe('links', () => {
  it('shows neither token nor address of a link that is off, nor the throw-away before the first use', async () => {
    const { share } = connect();
    expect((await share.list('2')).items).toEqual([]);
    expect((await share.get('11')).value).toMatchObject({ status: 'paused', token: null, url: null });
  });

  it('wants to be told that a link is open, and refuses what links do not have', async () => {
    const { share } = connect();
    await expect(share.planCreate('2', nothing)).rejects.toMatchObject({ code: 'missing-input' });
    for (const more of [
      { type: 'embed' },
      { type: 'open', expiresAt: 'never' },
      { type: 'open', title: 'x' },
    ]) {
      await expect(share.planCreate('2', { ...nothing, ...more })).rejects.toMatchObject({
        code: 'unsupported',
      });
    }
    expect(await share.planCreate('2', { ...nothing, type: 'open' })).toMatchObject({ risk: 'exposing' });
  });

  it('tells whether a link that is on again has a new address', async () => {
    const provider = connect();
    const reopened = async (at: Connected, id: string): Promise<readonly string[]> => {
      const made = await act(at, at.share.planCreate(id, { ...nothing, type: 'open' }));
      await act(at, at.share.planRevoke(id));
      const again = await carryOut(at, await at.share.planCreate(id, { ...nothing, type: 'open' }));
      expect(again.value.value.token === made.value.token).toBe(again.notes[0]?.includes('had before'));
      return again.notes;
    };
    expect(await reopened(provider, '2')).toEqual([expect.stringContaining('new address')]);
    const older = connect({ settings: { project: '3' } });
    expect(await reopened(older, '17')).toEqual([expect.stringContaining('had before')]);
  });

  it('rotates with a grace period, and revokes at once', async () => {
    const provider = connect();
    const before = (await provider.share.get('1')).value.token ?? '';
    const plan = await provider.share.planRotate?.('1');
    if (plan === undefined) throw new Error('PostHog rotates.');
    expect(plan.notes[0]).toMatch(/5 more minutes/);
    expect(await plan.settle?.()).toBe('not-applied');
    const now = (await carryOut(provider, plan)).value.value.token ?? '';
    const reach = async (token: string) =>
      (await callPosthog(sandbox, 'GET', `/shared/${token}`, undefined, null)).status;
    expect([await reach(before), await reach(now)]).toEqual([200, 200]);
    await act(provider, provider.share.planRevoke('1'));
    expect(await reach(now)).toBe(404);
    await expect(provider.share.planRotate?.('1')).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('finds the dashboard of a leaked token, unlisted ones included', async () => {
    const { share } = connect();
    const token = 'eW2mJd7PzNk4HsB1xUq6Vt9Cf3Ly5g';
    expect((await share.get(token)).value.dashboard).toBe('ph/15');
    await expect(share.get('uB9gLs3XkCo6YvT0nIa4Zd7Rm5We1h')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('says that a plain member cannot know of every link', async () => {
    const { share } = connect({ key: posthogKeys.member });
    const found: string[] = [];
    if (share.candidates === undefined) throw new Error('PostHog asks every dashboard.');
    for await (const id of share.candidates()) found.push(id);
    expect(found).toContain('15');
    expect(found).not.toContain('9');
    expect(warnings).toEqual([expect.stringContaining('plain member')]);
  });

  it('keeps the throw-away token out of the raw answer, too', async () => {
    expect((await connect().share.list('2')).raw).toHaveLength(0);
  });

  it('locks a link, hands a password out once, and takes it away', async () => {
    const provider = connect();
    const { passwords } = provider.share;
    if (passwords === undefined) throw new Error('PostHog has passwords.');
    await expect(passwords.planAdd('1', { password: null, note: null })).rejects.toMatchObject({
      code: 'invalid-input',
    });
    await act(provider, provider.share.planUpdate('1', { ...nothing, passwordRequired: true }));
    const plan = await passwords.planAdd('1', { password: 'correct horse', note: 'Press' });
    expect(plan.secrets).toEqual(['correct horse']);
    const made = (await carryOut(provider, plan)).value.value;
    expect(made).toMatchObject({ password: 'correct horse', note: 'Press' });
    expect(JSON.stringify((await provider.share.get('1')).value)).not.toContain('correct horse');
    // A lost answer takes the password with it: it is said that it was made and cannot be read.
    await expect(plan.finish([])).rejects.toMatchObject({
      code: 'fate-unknown',
      hint: expect.stringContaining(`password-remove ph/1 ${made.id}`) as string,
    });
    const removed = await passwords.planRemove('1', [made.id]);
    expect(removed.notes[0]).toMatch(/nobody can open/);
    await carryOut(provider, removed);
    const unlocked = await provider.share.planUpdate('1', { ...nothing, passwordRequired: false });
    expect(unlocked).toMatchObject({ risk: 'exposing' });
  });
});

describe('rights', () => {
  const at = (id: string) => ({ kind: 'dashboard', id }) as const;

  it('finds people whatever the letter case of their address, and never guesses', async () => {
    const { acl } = connect();
    const grant = (name: string) =>
      acl.planGrant(at('2'), [{ principal: { kind: 'user', name }, level: { level: 'view' } }]);
    expect(bodies(await grant('DORA.weiss@example.com'))).toEqual([
      { access_level: 'viewer', organization_member: membershipId(4) },
    ]);
    await expect(grant('nobody@example.com')).rejects.toMatchObject({ code: 'unknown-principal' });
    await expect(grant('ana')).rejects.toMatchObject({ code: 'invalid-input' });
    const store = await posthogStore(sandbox);
    await store.change((state) => {
      for (const user of state.users) if (user.uuid === userUuid(6)) user.email = 'DORA.WEISS@example.com';
    });
    await expect(grant('dora.WEISS@example.com')).rejects.toMatchObject({ code: 'ambiguous' });
  });

  it('works by ids alone with a key that may not look people up', async () => {
    const { acl } = connect({ key: posthogKeys.oneProject });
    const principal = { kind: 'user', id: membershipId(4) } as const;
    expect(bodies(await acl.planGrant(at('2'), [{ principal, level: { level: 'edit' } }]))).toEqual([
      { access_level: 'editor', organization_member: membershipId(4) },
    ]);
    expect((await acl.list(at('2'))).items.map((one) => one.principal.id)).toContain(membershipId(2));
  });

  it('refuses a level that the server lacks, listing those that it has', async () => {
    const { acl } = connect();
    const grant = acl.planGrant(at('2'), [{ principal: { kind: 'org' }, level: { native: 'owner' } }]);
    await expect(grant).rejects.toMatchObject({
      code: 'unsupported',
      hint: 'It has none, viewer, editor, manager.',
    });
  });

  it('asks before everyone gets more, and before somebody gets less', async () => {
    const { acl } = connect();
    const everyone = (level: 'none' | 'edit') =>
      acl.planGrant(at('2'), [{ principal: { kind: 'org' }, level: { level } }]);
    expect(await everyone('edit')).toMatchObject({ risk: 'exposing' });
    expect(await everyone('none')).toMatchObject({ risk: 'destructive' });
    // Without the rule that closes it, the dashboard is open to the project.
    expect(await acl.planRevoke(at('9'), [{ kind: 'org' }])).toMatchObject({ risk: 'exposing' });
    expect(await acl.planSet(at('2'), [])).toMatchObject({ guards: [{ flag: '--empty' }] });
  });

  it('guards a manager by rule against losing that, and admins need no guard', async () => {
    const own = { kind: 'user', id: membershipId(2) } as const;
    const plan = await connect({ key: posthogKeys.member }).acl.planRevoke(at('2'), [own]);
    expect(plan.guards.map((one) => one.flag)).toEqual(['--allow-self-lockout']);
    expect((await connect().acl.planRevoke(at('2'), [own])).guards).toEqual([]);
  });

  it('removes a rule by a null level and reads back', async () => {
    const provider = connect();
    const plan = await provider.acl.planRevoke(at('2'), [{ kind: 'user', name: 'bo@example.com' }]);
    expect(bodies(plan)).toEqual([{ access_level: null, organization_member: membershipId(2) }]);
    const { value } = await carryOut(provider, plan);
    expect(value.map((one) => one.principal.email)).not.toContain('bo@example.com');
    expect(await plan.settle?.()).toBe('applied');
  });

  it('tells who gets in, as the server works it out', async () => {
    const page = await connect().acl.listEffective?.(at('9'));
    expect(page?.items.map((one) => [one.principal.email, one.level, one.inheritedFrom])).toEqual([
      ['ana@example.com', 'admin', 'organization_admin'],
      ['chidi@example.com', 'admin', 'organization_admin'],
      ['fatima@example.com', 'edit', null],
    ]);
  });

  it('uses collaborators where the dashboard says so, and says what they cannot', async () => {
    const provider = connect();
    const who = { kind: 'user', name: 'dora.weiss@example.com' } as const;
    const plan = await provider.acl.planGrant(at('4'), [{ principal: who, level: { level: 'edit' } }]);
    expect(bodies(plan)).toEqual([{ user_uuid: userUuid(4), level: 37 }]);
    await carryOut(provider, plan);
    const again = await provider.acl.planGrant(at('4'), [{ principal: who, level: { level: 'edit' } }]);
    expect(again.steps).toEqual([]);
    const removal = await provider.acl.planRevoke(at('4'), [who]);
    expect(removal.steps[0]?.path).toBe(`/api/projects/1/dashboards/4/collaborators/${userUuid(4)}/`);
    await expect(
      provider.acl.planGrant(at('4'), [{ principal: who, level: { level: 'admin' } }]),
    ).rejects.toMatchObject({ code: 'unsupported' });
    await expect(
      provider.acl.planGrant(at('4'), [{ principal: { kind: 'org' }, level: { level: 'edit' } }]),
    ).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('says so where the server has neither kind of rights', async () => {
    const store = await posthogStore(sandbox);
    await store.change((state) => {
      for (const one of state.organizations) if (one.id === shopOrganization) one.enterprise = false;
    });
    await expect(connect().acl.list(at('2'))).rejects.toMatchObject({ code: 'unsupported' });
    await expect(connect().acl.list(at('999'))).rejects.toMatchObject({ code: 'not-found' });
  });
});
