/** What the journal keeps of Grafana comes back: against the sandbox's servers of every generation. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parsePrincipal } from '../../src/model/principal-text.ts';
import type { DashboardDraft } from '../../src/model/dashboard.ts';
import type { ShareDraft } from '../../src/model/share.ts';
import type { AclResource } from '../../src/providers/provider.ts';
import type { Connected } from '../support/grafana-account.ts';
import {
  aclOf,
  connectGrafana,
  dashboardsOf,
  grafanaAccount,
  grants,
  sharesOf,
  written,
} from '../support/grafana-account.ts';
import { change, imagesOf, send, statesNow, takeBack } from '../support/images.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
const open: Connected[] = [];

beforeAll(async () => {
  sandbox = await testSandbox({ only: ['grafana', 'grafana-7', 'grafana-5'] });
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.provider.close();
});
afterAll(async () => {
  await sandbox.close();
});

async function connect(room: string, api?: string, user = 'admin', password = 'admin') {
  const settings = api === undefined ? {} : { api };
  const connected = await connectGrafana(
    grafanaAccount(sandbox.room(room).baseUrl, { user, password }, settings),
  );
  open.push(connected);
  return connected.provider;
}

const dashboard = (id: string): AclResource => ({ kind: 'dashboard', id });
const folder = (id: string): AclResource => ({ kind: 'folder', id });

const servers = [
  { room: 'grafana', api: undefined },
  { room: 'grafana', api: 'uid' },
  { room: 'grafana-7', api: undefined },
  { room: 'grafana-5', api: undefined },
];

describe.each(servers)('permissions on $room, API $api', ({ room, api }) => {
  it.each([dashboard('payroll-costs'), dashboard('conversion-funnel'), folder('finance'), folder('ops')])(
    'of $kind $id come back after grant, revoke and set',
    async (resource) => {
      const provider = await connect(room, api);
      const acl = aclOf(provider);
      const first = await acl.list(resource);
      const own = first.items.find((grant) => !grant.inherited);
      if (own === undefined) throw new Error('The seed has no own entry.');
      const principal = parsePrincipal(
        own.principal.kind === 'role'
          ? `role:${own.principal.name ?? ''}`
          : `${own.principal.kind}#${own.principal.id ?? ''}`,
      );
      for (const plan of [
        () => acl.planGrant(resource, grants('user:wanda=admin')),
        () => acl.planRevoke(resource, [principal]),
        () => acl.planSet(resource, grants('team:support=admin')),
        () => acl.planSet(resource, []),
      ]) {
        const planned = await plan();
        expect(planned.undo).toEqual({ kind: 'exact', why: null });
        const made = await change(provider, planned);
        expect(made.changed).toHaveLength(1);
        expect(made.changed[0]?.after.state).not.toEqual(made.changed[0]?.before.state);

        const [undo] = await takeBack(provider, made);
        expect(undo?.title).toMatch(/^Restore the permissions of (dashboard|folder) "/);
        expect(await statesNow(provider, made)).toEqual([made.changed[0]?.before.state]);
        expect(written((await acl.list(resource)).items).toSorted()).toEqual(written(first.items).toSorted());
      }
    },
  );

  it('come back again by undoing the undo, and need nothing when they are already so', async () => {
    const provider = await connect(room, api);
    const images = await imagesOf(provider);
    const plan = await aclOf(provider).planGrant(folder('ops'), grants('user:zara=edit'));
    const [made] = (await change(provider, plan)).changed;
    if (made === undefined) throw new Error('Nothing changed.');
    const undo = await change(provider, await images.planRestore(made.ref, made.before));
    expect((await images.planRestore(made.ref, made.before)).steps).toEqual([]);
    expect(undo.changed[0]?.before).toEqual(made.after);
    const redo = await change(
      provider,
      await images.planRestore(made.ref, undo.changed[0]?.before ?? made.after),
    );
    expect(redo.changed[0]?.after).toEqual(made.after);
    await takeBack(provider, redo);
  });

  it('of what is not there are nothing', async () => {
    const images = await imagesOf(await connect(room, api));
    expect(await images.read({ kind: 'acl', id: 'nowhere' })).toEqual({ state: null });
    expect(await images.read({ kind: 'acl', id: 'folder:nowhere' })).toEqual({ state: null });
  });
});

describe.each(['grafana-7', 'grafana-5'])('defaults on %s', (room) => {
  it('come back as explicit entries, which is said before the first write and again at undo', async () => {
    const provider = await connect(room);
    const acl = aclOf(provider);
    const plan = await acl.planSet(dashboard('company-goals'), grants('team:sre=edit'));
    expect(plan.undo).toEqual({
      kind: 'lossy',
      why: 'Explicit entries stand where the defaults of Grafana stood.',
    });
    const made = await change(provider, plan);
    expect(made.changed[0]?.before.state).toMatchObject({ rules: 'defaults' });
    const [undo] = await takeBack(provider, made);
    expect(undo?.notes).toContain(
      'The defaults of Grafana do not come back by themselves: they stand as explicit entries.',
    );
    expect(written((await acl.list(dashboard('company-goals'))).items).toSorted()).toEqual([
      'role:Editor=edit',
      'role:Viewer=view',
    ]);
  });
});

describe('taking back', () => {
  it('does not lock the caller out without the flag', async () => {
    const admin = await connect('grafana-7');
    await send(admin, await aclOf(admin).planSet(dashboard('status-page'), grants('user:tomas=admin')));
    const images = await imagesOf(await connect('grafana-7', undefined, 'tomas', 'tomas-sandbox'));
    const before = { rules: 'own', entries: [{ principal: 'team#1', permission: 1, flaw: null }] };
    const plan = await images.planRestore({ kind: 'acl', id: 'status-page' }, { state: before });
    expect(plan.risk).toBe('severe');
    expect(plan.guards.map((guard) => guard.flag)).toEqual(['--allow-self-lockout']);
  });

  it('leaves out who does not exist any more, and says so', async () => {
    const images = await imagesOf(await connect('grafana-7'));
    const entries = [
      { principal: 'user#4711', permission: 1, flaw: null },
      { principal: 'team#1', permission: 4, flaw: null },
    ];
    const plan = await images.planRestore(
      { kind: 'acl', id: 'payroll-costs' },
      { state: { rules: 'own', entries } },
    );
    expect(plan.notes).toContain('user#4711 (View) does not exist any more and is left out.');
    expect(JSON.parse(plan.steps[0]?.body ?? '')).toEqual({ items: [{ teamId: 1, permission: 4 }] });
  });
});

const nothing: DashboardDraft = {
  body: null,
  title: null,
  description: null,
  tags: null,
  folder: null,
  layout: null,
};

describe.each(servers)('dashboards on $room, API $api', ({ room, api }) => {
  it('that were made are deleted again, and come back under their uid by undoing that', async () => {
    const provider = await connect(room, api);
    const images = await imagesOf(provider);
    const since = new Date();
    const plan = await dashboardsOf(provider).planCreate({ ...nothing, title: `New by ${api ?? room}` });
    const made = await change(provider, plan);
    const { created } = made.outcome;
    expect(created).toHaveLength(1);
    expect(await images.find('dashboard', plan.images?.[0]?.expected ?? null, since)).toEqual(created);

    const ref = created?.[0] ?? { kind: 'dashboard' as const, id: '' };
    const undo = await change(provider, await images.planRestore(ref, { state: null }));
    expect(await images.read(ref)).toEqual({ state: null });
    const again = await images.planRestore(ref, { state: null });
    expect(again.steps).toEqual([]);
    await send(provider, again);
    await takeBack(provider, undo);
    expect(await images.read(ref)).toEqual(made.changed[0]?.after);
    await change(provider, await images.planRestore(ref, { state: null }));
  });

  it('come back to their very text after a change of everything, their folder included', async () => {
    const provider = await connect(room, api);
    const dashboards = dashboardsOf(provider);
    const odd = `{"zeta": 1, "title": "Odd by ${api ?? room}", "panels": [{"b": 9007199254740992, "2": {"x": null}}], "tags": ["t"]}`;
    const made = await send(
      provider,
      await dashboards.planCreate({ ...nothing, body: odd, folder: 'finance' }),
    );
    const { id } = made.value.value;
    const text = async () => (await dashboards.exportText?.(id))?.replace(/"version": \d+/, '');
    const first = await text();
    expect(first).toContain('9007199254740992');

    for (const draft of [
      { ...nothing, body: '{"title": "Other", "panels": []}', folder: 'General' },
      { ...nothing, title: 'Renamed' },
      { ...nothing, folder: 'ops' },
    ]) {
      const plan = await dashboards.planUpdate(id, draft);
      expect(plan.undo).toEqual({ kind: 'exact', why: null });
      const changed = await change(provider, plan);
      await takeBack(provider, changed);
      expect(await text()).toBe(first);
      expect((await dashboards.get(id)).value.folder).toBe('Finance');
    }
  });

  it('that were deleted come back under their uid with permissions and link', async () => {
    const provider = await connect(room, api);
    const plan = await dashboardsOf(provider).planDelete(['oncall-handover']);
    expect(plan.undo.kind).toBe('lossy');
    const made = await change(provider, plan);
    expect(made.changed.map(({ ref }) => ref.kind)).toEqual(['dashboard', 'acl', 'shares']);
    await takeBack(provider, made);
    expect(await statesNow(provider, made)).toEqual(made.changed.map(({ before }) => before.state));
  });
});

describe.each(['grafana-7', 'grafana-5'])('folders on %s', (room) => {
  it('that were deleted come back with what was in them', async () => {
    const provider = await connect(room);
    const made = await change(provider, await dashboardsOf(provider).planDelete(['finance']));
    expect(made.changed.slice(0, 2).map(({ ref }) => ref.kind)).toEqual(['folder', 'acl']);
    expect(made.changed.length).toBeGreaterThan(2);
    await takeBack(provider, made);
    expect(await statesNow(provider, made)).toEqual(made.changed.map(({ before }) => before.state));
  });
});

describe('a dashboard of 5.0 beta without permissions', () => {
  it('is shut again when the save that opened it is taken back', async () => {
    const provider = await connect('grafana-5');
    const plan = await dashboardsOf(provider).planUpdate('abandoned', { ...nothing, description: 'new' });
    const made = await change(provider, plan);
    expect(made.changed.map(({ ref }) => ref.kind)).toEqual(['dashboard', 'acl']);
    expect(made.changed[1]?.after.state).toMatchObject({ rules: 'defaults' });
    await takeBack(provider, made);
    expect(await statesNow(provider, made)).toEqual(made.changed.map(({ before }) => before.state));
  });
});

describe('public links', () => {
  const draft: ShareDraft = {
    type: null,
    status: null,
    title: null,
    expiresAt: null,
    liveSpan: null,
    invite: null,
    domains: null,
    body: null,
  };

  it('that were made, changed or paused come back exactly', async () => {
    const provider = await connect('grafana');
    const shares = sharesOf(provider);
    const images = await imagesOf(provider);
    const ref = { kind: 'shares' as const, id: 'k8s-capacity' };
    expect(await images.read(ref)).toEqual({ state: [] });
    const made = await change(provider, await shares.planCreate('k8s-capacity', { ...draft, type: 'open' }));
    for (const update of [
      { ...draft, status: 'paused' as const },
      { ...draft, timeSelection: true, annotations: true },
    ]) {
      const changed = await change(provider, await shares.planUpdate('k8s-capacity', update));
      await takeBack(provider, changed);
      expect(await images.read(ref)).toEqual(changed.changed[0]?.before);
    }
    await takeBack(provider, made);
    expect(await images.read(ref)).toEqual({ state: [] });
    expect((await images.planRestore(ref, { state: [] })).steps).toEqual([]);
  });

  it('that were revoked come back under their address, or under a new one without the token', async () => {
    const provider = await connect('grafana');
    const shares = sharesOf(provider);
    const images = await imagesOf(provider);
    await send(provider, await shares.planCreate('k8s-capacity', { ...draft, type: 'open' }));
    const plan = await shares.planRevoke('k8s-capacity');
    expect(plan.undo.kind).toBe('lossy');
    const made = await change(provider, plan);
    const [first] = made.changed;
    if (first === undefined) throw new Error('Nothing changed.');
    expect(JSON.stringify(first.before.state)).not.toContain(first.before.secrets?.accessToken);

    const [undo] = await takeBack(provider, made);
    expect(undo?.notes.at(-1)).toBe('It comes back under its old address.');
    expect(undo?.secrets).toEqual([first.before.secrets?.accessToken]);
    expect(await images.read(first.ref)).toEqual(first.before);

    await send(provider, await shares.planRevoke('k8s-capacity'));
    const without = await images.planRestore(first.ref, { state: first.before.state });
    expect(without.notes.at(-1)).toBe('Its token was not kept: it comes back under a new address.');
    await send(provider, without);
    const now = await images.read(first.ref);
    expect(now.state).toEqual(first.before.state);
    expect(now.secrets).not.toEqual(first.before.secrets);
    await send(provider, await shares.planRevoke('k8s-capacity'));
  });
});

describe('what the caller may not read', () => {
  it('stops no write, and is not made up at undo', async () => {
    const editor = await connect('grafana', undefined, 'uma', 'uma-sandbox');
    const plan = await dashboardsOf(editor).planCreate({ ...nothing, title: 'Hers', folder: 'webshop' });
    const { created } = await send(editor, plan);
    const images = await imagesOf(await connect('grafana', undefined, 'viktor', 'viktor-sandbox'));
    const ref = { kind: 'acl' as const, id: created?.[0]?.id ?? '' };
    const { state } = await images.read(ref);
    expect(state).toEqual({ readable: false });
    await expect(images.planRestore(ref, { state })).rejects.toMatchObject({ code: 'unsupported' });
  });
});
