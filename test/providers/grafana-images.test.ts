/** What the journal keeps of Grafana comes back: against the sandbox's servers of every generation. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parsePrincipal } from '../../src/model/principal-text.ts';
import type { AclResource } from '../../src/providers/provider.ts';
import type { Connected } from '../support/grafana-account.ts';
import { aclOf, connectGrafana, grafanaAccount, grants, written } from '../support/grafana-account.ts';
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
