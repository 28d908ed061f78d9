/** The known cases of PostHog through the client: what it sends, and how it tells what the server answered. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carryOut } from '../support/provider-at.ts';
import { connectRoom, posthogStore } from '../support/posthog.ts';
import { cases, filled, keyOf, prepare, subject, token } from '../support/posthog-cases.ts';
import type { Case } from '../support/posthog-cases.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import type { DashboardDraft } from '../../src/model/dashboard.ts';
import type { GrantSpec } from '../../src/model/grant.ts';
import type { ShareDraft } from '../../src/model/share.ts';
import type { WritePlan } from '../../src/model/write-plan.ts';
import type {
  AclCapability,
  DashboardCapability,
  Provider,
  ShareCapability,
} from '../../src/providers/provider.ts';
import type { RoomStore } from '../../src/sandbox/room.ts';
import type { PosthogState } from '../../src/sandbox/posthog/state.ts';
import { membershipId, userUuid } from '../../src/sandbox/posthog/seed.ts';

const id = String(subject);
const resource = { kind: 'dashboard', id } as const;

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

interface Tools {
  readonly dashboards: DashboardCapability;
  readonly share: ShareCapability;
  readonly acl: AclCapability;
  readonly provider: Provider;
  /** Carries a plan out and gives its value. */
  readonly act: <T>(plan: Promise<WritePlan<T>>) => Promise<T>;
}

const everything = {
  search: null,
  shared: null,
  deleted: false,
  tags: [],
  folder: null,
  limit: null,
  pageSize: null,
};

async function ids(dashboards: DashboardCapability): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const page of dashboards.list(everything)) found.push(...page.items.map((one) => one.id));
  return found;
}

const grant = (level: 'view' | 'edit', who: 'user' | 'org'): readonly GrantSpec[] => [
  { principal: who === 'org' ? { kind: 'org' } : { kind: 'user', name: 'a@x.com' }, level: { level } },
];

const passwords = ({ share }: Tools) => {
  if (share.passwords === undefined) throw new Error('PostHog has passwords.');
  return share.passwords;
};

/** Cases that a command is the way to, and what it comes back with. */
const ways: Readonly<Record<string, (tools: Tools) => Promise<unknown>>> = {
  'list orders pinned then name and omits tiles': async ({ dashboards }) => {
    const found = await ids(dashboards);
    expect(found.indexOf(String(subject + 1))).toBeLessThan(found.indexOf(id));
  },
  retrieve: async ({ dashboards }) => {
    expect((await dashboards.get(id)).value).toMatchObject({ title: 'private dashboard', description: null });
  },
  'retrieve unknown or soft-deleted id': ({ dashboards }) => dashboards.get('999999'),
  'create basic': async ({ dashboards, act }) => {
    const made = await act(dashboards.planCreate({ ...blank, title: 'My new dashboard', description: '' }));
    expect(made.value).toMatchObject({ title: 'My new dashboard', tags: [], restricted: null });
  },
  'filters must be an object': ({ dashboards, act }) =>
    act(dashboards.planUpdate(id, { ...blank, body: '{"filters":[{"key":"brand"}]}' })),
  'create from template': async ({ dashboards, act }) => {
    const made = await act(dashboards.planCreate({ ...blank, title: 'another', template: 'DEFAULT_APP' }));
    const document = JSON.parse((await dashboards.exportText?.(made.value.id)) ?? '') as { tiles: unknown[] };
    expect(document.tiles).toHaveLength(6);
  },
  'unknown template': ({ dashboards, act }) =>
    act(dashboards.planCreate({ ...blank, title: 'x', template: 'NOPE' })),
  'duplicate re-links tiles by default': async ({ dashboards, act }) => {
    const made = await act(dashboards.planCreate({ ...blank, title: 'another', useDashboard: id }));
    expect(await dashboards.exportText?.(made.value.id)).toContain('"id": 9001');
  },
  'duplicate of unknown dashboard': ({ dashboards, act }) =>
    act(dashboards.planCreate({ ...blank, title: 'another', useDashboard: '12345' })),
  'hard delete is forbidden': async ({ dashboards }) => {
    const plan = await dashboards.planDelete([id]);
    expect(plan.steps.map((step) => step.method)).toEqual(['PATCH']);
  },
  'soft delete': async ({ dashboards, act }) => {
    await act(dashboards.planDelete([id]));
    expect(await ids(dashboards)).not.toContain(id);
    await expect(dashboards.get(id)).rejects.toMatchObject({ code: 'not-found' });
  },
  restore: async ({ dashboards, act }) => {
    if (dashboards.planRestore === undefined) throw new Error('PostHog restores.');
    await act(dashboards.planRestore([id]));
    expect(await ids(dashboards)).toContain(id);
  },
  'search too long': async ({ dashboards }) => {
    // The text is compared here, so that no length is too much.
    for await (const page of dashboards.list({ ...everything, search: 'a'.repeat(300) }))
      expect(page.items).toEqual([]);
  },
  'creator sets restriction': async ({ dashboards, act }) => {
    const seen = await act(dashboards.planUpdate(id, { ...blank, restriction: 'invited' }));
    expect(seen.value.restricted).toBe(true);
  },
  'other member cannot set restriction': ({ dashboards, act }) =>
    act(dashboards.planUpdate(id, { ...blank, restriction: 'invited' })),
  'other member cannot edit a restricted dashboard': ({ dashboards, act }) =>
    act(dashboards.planUpdate(id, { ...blank, title: 'Gentle Antelope' })),
  'list collaborators as viewer': async ({ acl }) => {
    const { items } = await acl.list(resource);
    expect(items.map((one) => [one.principal.email, one.level])).toEqual([
      ['a@x.com', 'view'],
      ['b@x.com', 'edit'],
    ]);
  },
  'add on restricted dashboard as creator': async ({ acl, act }) => {
    const rows = await act(acl.planGrant(resource, grant('edit', 'user')));
    expect(rows).toMatchObject([{ principal: { id: userUuid(4), email: 'a@x.com' }, level: 'edit' }]);
  },
  'add without edit right': ({ acl, act }) => act(acl.planGrant(resource, grant('edit', 'user'))),
  'add a user of another organization': ({ acl, act }) =>
    act(
      acl.planGrant(resource, [{ principal: { kind: 'user', id: userUuid(7) }, level: { level: 'edit' } }]),
    ),
  'add unknown user': ({ acl, act }) =>
    act(
      acl.planGrant(resource, [
        {
          principal: { kind: 'user', id: '00000000-0000-0000-0000-000000000000' },
          level: { level: 'edit' },
        },
      ]),
    ),
  remove: async ({ acl, act }) => {
    expect(await act(acl.planRevoke(resource, [{ kind: 'user', name: 'a@x.com' }]))).toEqual([]);
  },
  'sharing get before first use': async ({ share }) => {
    expect((await share.list(id)).items).toEqual([]);
    await expect(share.get(id)).rejects.toMatchObject({ code: 'not-found' });
  },
  'sharing enable': async ({ share, act }) => {
    const made = await act(share.planCreate(id, { ...nothing, type: 'open' }));
    expect(made.value).toMatchObject({ status: 'active', type: 'open' });
    expect(made.value.url).toBe(`https://us.posthog.com/shared/${made.value.token ?? ''}`);
  },
  'sharing disable': async ({ share, act }) => {
    expect(await act(share.planRevoke(id))).toMatchObject({ status: 'paused', token: null, url: null });
  },
  'refresh rotates': async ({ share, act }) => {
    if (share.planRotate === undefined) throw new Error('PostHog rotates.');
    const seen = await act(share.planRotate(id));
    expect(seen.value.token).not.toBe(token);
    expect((await share.get(id)).value.token).toBe(seen.value.token);
  },
  'settings stored': async ({ share, act }) => {
    const settings = { whitelabel: true, noHeader: false, legend: false, theme: 'dark' };
    const body = JSON.stringify({ enabled: true, settings });
    const seen = await act(share.planCreate(id, { ...nothing, type: 'open', body }));
    expect(seen.value.settings).toMatchObject(settings);
  },
  'organization kill switch blocks enabling': ({ share, act }) =>
    act(share.planCreate(id, { ...nothing, type: 'open' })),
  'sharing edit needs editor': ({ share, act }) => act(share.planCreate(id, { ...nothing, type: 'open' })),
  'sharing of unknown dashboard': ({ share }) => share.get('999999'),
  'create password given': async (tools) => {
    const draft = { password: 'my-secure-password', note: 'Test password' };
    const made = await tools.act(passwords(tools).planAdd(id, draft));
    expect(made.value).toMatchObject({ password: 'my-secure-password', createdBy: 'bo@example.com' });
  },
  'create password generated': async (tools) => {
    const made = await tools.act(passwords(tools).planAdd(id, { password: null, note: 'x' }));
    expect(made.value.password?.length).toBeGreaterThanOrEqual(16);
  },
  'create password without feature': (tools) =>
    tools.act(passwords(tools).planAdd(id, { password: 'test-password', note: null })),
  'delete password': async (tools) => {
    await tools.act(passwords(tools).planRemove(id, ['4711']));
    expect((await tools.share.get(id)).value.settings).toMatchObject({ passwords: [] });
  },
  'access controls of an object without rules': async ({ acl }) => {
    expect((await acl.list(resource)).items).toMatchObject([
      { principal: { kind: 'org' }, level: 'edit', inherited: true, inheritedFrom: 'default' },
    ]);
  },
  'put default rule': async ({ acl, act }) => {
    const rows = await act(acl.planGrant(resource, grant('view', 'org')));
    expect(rows).toMatchObject([{ principal: { kind: 'org' }, level: 'view', inherited: false }]);
  },
  'put member rule': async ({ acl, act }) => {
    const rows = await act(acl.planGrant(resource, grant('edit', 'user')));
    expect(rows[0]).toMatchObject({ principal: { id: membershipId(4) }, nativeLevel: 'editor' });
  },
  'put by plain member not creator': ({ acl, act }) => act(acl.planGrant(resource, grant('edit', 'user'))),
  'role rule without role feature': ({ acl, act }) => {
    const role = { kind: 'role', id: '0195f2c4-0004-7000-8000-000000000001' } as const;
    return act(acl.planGrant(resource, [{ principal: role, level: { level: 'view' } }]));
  },
  'role of another organization': ({ acl, act }) => {
    const role = { kind: 'role', id: '0195f2c4-0004-7000-8000-000000000002' } as const;
    return act(acl.planGrant(resource, [{ principal: role, level: { level: 'view' } }]));
  },
  'resource-wide viewer blocks create': ({ dashboards, act }) =>
    act(dashboards.planCreate({ ...blank, title: 'x' })),
  'missing scope': ({ dashboards }) => ids(dashboards),
};

/** Cases whose refusal the client foresees, with its own words, before anything is sent. */
const foreseen: Readonly<Record<string, (tools: Tools) => Promise<unknown>>> = {
  'template and dashboard are exclusive': ({ dashboards }) =>
    dashboards.planCreate({ ...blank, title: 'another', template: 'DEFAULT_APP', useDashboard: '1' }),
  'add view level': ({ acl }) => acl.planGrant(resource, grant('view', 'user')),
  'short password': (tools) => passwords(tools).planAdd(id, { password: 'short', note: null }),
  'bad level': ({ acl }) =>
    acl.planGrant(resource, [{ principal: { kind: 'org' }, level: { native: 'bad' } }]),
  'not a uuid as member': ({ acl }) =>
    acl.planGrant(resource, [
      { principal: { kind: 'user', id: 'not-a-valid-uuid' }, level: { level: 'view' } },
    ]),
};

const codes: Readonly<Record<number, string>> = { 400: 'rejected', 403: 'not-allowed', 404: 'not-found' };

function detailOf(one: Case): string {
  const expected = filled(one.expect) as { readonly detail?: string; readonly error?: string };
  return expected.detail ?? expected.error ?? '';
}

describe.runIf(cases.length > 0)('PostHog cases through the client', () => {
  let sandbox: TestSandbox;
  let store: RoomStore<PosthogState>;
  beforeAll(async () => {
    sandbox = await testSandbox({ only: ['posthog'] });
    store = await posthogStore(sandbox);
  });
  afterAll(() => sandbox.close());

  async function tools(name: string): Promise<Tools> {
    await store.change((state) => {
      prepare(state, name);
    });
    const key = keyOf(name);
    const provider = connectRoom(sandbox, key === null ? {} : { key });
    const { dashboards, share, acl } = provider;
    if (dashboards === undefined || share === undefined || acl === undefined)
      throw new Error('A capability is missing.');
    const act = async <T>(plan: Promise<WritePlan<T>>): Promise<T> =>
      (await carryOut(provider, await plan)).value;
    return { dashboards, share, acl, provider, act };
  }

  it.for(cases.filter((one) => one.name in ways).map((one) => [one.name, one] as const))(
    '%s',
    async ([name, one]) => {
      const run = ways[name]?.(await tools(name));
      if (one.status < 400 || name === 'hard delete is forbidden' || name === 'search too long') {
        await run;
        return;
      }
      await expect(run).rejects.toMatchObject({ status: one.status, code: codes[one.status] });
      await expect(run).rejects.toThrow(detailOf(one));
    },
  );

  it.for(cases.filter((one) => one.name in foreseen).map((one) => one.name))(
    '%s: refused before it is sent',
    async (name) => {
      const made = await tools(name);
      // Reading leaves a trace of its own, so only what a write could change is compared.
      const written = () =>
        store.read(({ dashboards, rules, collaborators, passwords: words }) =>
          JSON.stringify([dashboards.length, rules, collaborators, words]),
        );
      const before = await written();
      await expect(foreseen[name]?.(made)).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:usage|unsupported|invalid-input)$/) as string,
        status: undefined,
      });
      expect(await written()).toBe(before);
    },
  );
});
