/** Plans against the sandbox's three Grafana servers: every generation of the permission API, end to end. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parsePrincipal } from '../../src/model/principal-text.ts';
import type { AclCapability, AclResource } from '../../src/providers/provider.ts';
import {
  aclOf,
  carryOut,
  connectGrafana,
  dashboardsOf,
  failureOf,
  grafanaAccount,
  grants,
  written,
} from '../support/grafana-account.ts';
import type { Connected } from '../support/grafana-account.ts';
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

async function connect(
  room: string,
  who?: { user?: string; password?: string; token?: string },
  settings?: Record<string, string>,
): Promise<Connected> {
  const connected = await connectGrafana(grafanaAccount(sandbox.room(room).baseUrl, who, settings));
  open.push(connected);
  return connected;
}

/** Own entries only, sorted: the order of rows differs between generations. */
async function own(acl: AclCapability, resource: AclResource): Promise<string[]> {
  const { items } = await acl.list(resource);
  return written(items.filter((grant) => !grant.inherited))
    .map((text) => text.replace('@example.com', ''))
    .toSorted();
}

const dashboard = (id: string): AclResource => ({ kind: 'dashboard', id });
const folder = (id: string): AclResource => ({ kind: 'folder', id });

describe.each([
  { room: 'grafana', api: undefined, server: 'Grafana 12.1.0, access-control' },
  { room: 'grafana', api: 'uid', server: 'Grafana 12.1.0, permissions by uid' },
  { room: 'grafana-7', api: undefined, server: 'Grafana 7.5.5, permissions by id' },
  { room: 'grafana-5', api: undefined, server: 'Grafana 5.0.0-beta1, acl' },
])('$server', ({ room, api, server }) => {
  const settings = api === undefined ? {} : { api };

  it('is recognised', async () => {
    const { provider } = await connect(room, undefined, settings);
    expect(await provider.whoami()).toEqual({
      name: 'admin@localhost',
      kind: 'user',
      organization: 'Main Org.',
      role: 'Admin',
      server,
      missing: [],
    });
  });

  it.each([dashboard('security-events'), dashboard('conversion-funnel'), folder('finance')])(
    'sets, grants and revokes on $kind $id, and reads each back',
    async (resource) => {
      const { provider } = await connect(room, undefined, settings);
      const acl = aclOf(provider);

      const set = await acl.planSet(resource, grants('team:sre=admin', 'user:wanda=view'));
      await carryOut(provider, set);
      expect(await own(acl, resource)).toEqual(['team:sre=admin', 'user:wanda=view']);

      const grant = await acl.planGrant(resource, grants('user:wanda@example.com=edit', 'team:support=edit'));
      await carryOut(provider, grant);
      expect(await own(acl, resource)).toEqual(['team:sre=admin', 'team:support=edit', 'user:wanda=edit']);

      const again = await acl.planGrant(resource, grants('user:wanda=edit', 'team:sre=admin'));
      expect(again.steps).toEqual([]);

      const revoke = await acl.planRevoke(resource, [parsePrincipal('user:wanda')]);
      expect(revoke.risk).toBe('destructive');
      const { value } = await carryOut(provider, revoke);
      expect(await own(acl, resource)).toEqual(['team:sre=admin', 'team:support=edit']);
      expect(value.filter((one) => !one.inherited)).toHaveLength(2);

      const gone = await acl.planRevoke(resource, [parsePrincipal('user:wanda')]);
      expect(gone.steps).toEqual([]);
    },
  );

  it('marks what a dashboard inherits from its folder and never sends it back', async () => {
    const { provider } = await connect(room, undefined, settings);
    const acl = aclOf(provider);
    const before = await own(acl, folder('ops'));
    const { items } = await acl.list(dashboard('oncall-handover'));
    const inherited = written(items.filter((grant) => grant.inherited)).filter(
      (text) => !text.includes('implicit'),
    );
    expect(inherited.toSorted()).toEqual(['role:Editor=view (folder:ops)', 'team:sre=admin (folder:ops)']);

    const plan = await acl.planGrant(dashboard('oncall-handover'), grants('team:webshop=view'));
    for (const step of plan.steps) {
      expect(step.body).not.toMatch(/"teamId":1\b|"role":"Editor"/);
    }
    await carryOut(provider, plan);
    expect(await own(acl, dashboard('oncall-handover'))).toContain('team:webshop=view');
    expect(await own(acl, folder('ops'))).toEqual(before);
  });

  it('creates, changes, copies and deletes a dashboard', async () => {
    const { provider } = await connect(room, undefined, settings);
    const dashboards = dashboardsOf(provider);
    const blank = { body: null, title: null, description: null, tags: null, folder: null, layout: null };
    const created = await carryOut(
      provider,
      await dashboards.planCreate({ ...blank, title: 'Queue depth', tags: ['queue'], folder: 'Operations' }),
    );
    const { id } = created.value.value;
    expect(created.value.value).toMatchObject({
      title: 'Queue depth',
      folder: 'Operations',
      tags: ['queue'],
    });

    const changed = await carryOut(
      provider,
      await dashboards.planUpdate(id, { ...blank, title: 'Queue depths' }),
    );
    expect(changed.value.value).toMatchObject({
      id,
      title: 'Queue depths',
      folder: 'Operations',
      tags: ['queue'],
    });
    expect((await dashboards.planUpdate(id, { ...blank, title: 'Queue depths' })).steps).toEqual([]);

    const copy = await carryOut(
      provider,
      await (dashboards.planClone?.(id, 'Queue copy') ?? Promise.reject(new Error('no copy'))),
    );
    expect(copy.value.value).toMatchObject({ title: 'Queue copy', folder: 'Operations' });
    expect(copy.value.value.id).not.toBe(id);

    const removal = await dashboards.planDelete([id, copy.value.value.id]);
    expect([removal.risk, removal.confirm]).toEqual(['severe', '2']);
    await carryOut(provider, removal);
    expect((await failureOf(dashboards.get(id))).code).toBe('not-found');
  });

  it('lists every dashboard once, page by page, with filters', async () => {
    const { provider } = await connect(room, undefined, settings);
    const dashboards = dashboardsOf(provider);
    const query = {
      search: null,
      shared: null,
      deleted: false,
      tags: [],
      folder: null,
      limit: null,
      pageSize: 3,
    };
    const idsOf = async (
      more: Partial<typeof query> | { tags: string[] } | { folder: string } | { search: string },
    ) => {
      const ids: string[] = [];
      for await (const page of dashboards.list({ ...query, ...more }))
        ids.push(...page.items.map((one) => one.id));
      return ids.toSorted();
    };
    const all = await idsOf({});
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(14);
    expect(await idsOf({ folder: 'Operations' })).toEqual(['k8s-capacity', 'node-health', 'oncall-handover']);
    expect(await idsOf({ folder: 'ops', tags: ['linux'] })).toEqual(['node-health']);
    expect(await idsOf({ search: 'NODE' })).toEqual(['node-health']);
    expect(await idsOf({ folder: 'General', tags: ['i18n'] })).toEqual(['uebersicht', 'uriage']);
    expect(await idsOf({ search: '%' })).toEqual([]);
  });
});

describe('defaults before 9', () => {
  it.each(['grafana-7', 'grafana-5'])('become explicit entries with the first grant on %s', async (room) => {
    const { provider } = await connect(room);
    const acl = aclOf(provider);
    const plan = await acl.planGrant(dashboard('status-page'), grants('team:sre=admin'));
    expect(plan.notes.join(' ')).toMatch(/role:Viewer \(View\), role:Editor \(Edit\) become explicit/);
    expect(plan.undo.kind).toBe('lossy');
    expect(JSON.parse(plan.steps[0]?.body ?? '')).toEqual({
      items: [
        { role: 'Viewer', permission: 1 },
        { role: 'Editor', permission: 2 },
        { teamId: 1, permission: 4 },
      ],
    });
    await carryOut(provider, plan);
    expect(await own(acl, dashboard('status-page'))).toEqual([
      'role:Editor=edit',
      'role:Viewer=view',
      'team:sre=admin',
    ]);
  });

  it('stay with a folder: a grant on a dashboard inside adds to them', async () => {
    const { provider } = await connect('grafana-7');
    const acl = aclOf(provider);
    const plan = await acl.planGrant(dashboard('search-relevance'), grants('team:sre=admin'));
    expect(JSON.parse(plan.steps[0]?.body ?? '')).toEqual({ items: [{ teamId: 1, permission: 4 }] });
    const { value } = await carryOut(provider, plan);
    expect(written(value)).toEqual([
      'role:Viewer=view (default)',
      'role:Editor=edit (default)',
      'team:sre=admin',
    ]);
  });

  it('need no write when the same is granted', async () => {
    const { provider } = await connect('grafana-7');
    const plan = await aclOf(provider).planGrant(dashboard('company-goals'), grants('role:Viewer=view'));
    expect(plan.steps).toEqual([]);
  });
});

describe('5.0 beta', () => {
  it('takes one entry away by its row id, found among the own rows', async () => {
    const { provider } = await connect('grafana-5');
    const acl = aclOf(provider);
    await carryOut(
      provider,
      await acl.planSet(dashboard('revenue-region'), grants('team:sre=edit', 'user:uma=view')),
    );
    const plan = await acl.planRevoke(dashboard('revenue-region'), [parsePrincipal('user:uma')]);
    expect(plan.steps.map((step) => `${step.method} ${step.path}`)).toEqual([
      expect.stringMatching(/^DELETE \/api\/dashboards\/id\/\d+\/acl\/\d+$/),
    ]);
    await carryOut(provider, plan);
    expect(await own(acl, dashboard('revenue-region'))).toEqual(['team:sre=edit']);
  });

  it('warns before a save that reopens a locked dashboard, and says so afterwards', async () => {
    const { provider } = await connect('grafana-5');
    const dashboards = dashboardsOf(provider);
    const draft = { body: null, title: null, description: 'new', tags: null, folder: null, layout: null };
    const plan = await dashboards.planUpdate('abandoned', draft);
    expect(plan.risk).toBe('exposing');
    expect(plan.notes.join(' ')).toMatch(/saving it brings the defaults back/);
    const done = await carryOut(provider, plan);
    expect(done.notes.join(' ')).toMatch(/defaults of Grafana apply to "Abandoned experiment" again/);
    expect(written((await aclOf(provider).list(dashboard('abandoned'))).items)).toEqual([
      'role:Viewer=view (default)',
      'role:Editor=edit (default)',
    ]);
  });
});
