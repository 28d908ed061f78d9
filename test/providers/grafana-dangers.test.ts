/** Every danger of Grafana's permission APIs (api/grafana.md §14), and that no plan runs into it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parsePrincipal } from '../../src/model/principal-text.ts';
import { itemsBody, ownEntry } from '../../src/providers/grafana/acl-entry.ts';
import { grafanaIdentities } from '../../src/sandbox/grafana/index.ts';
import type { AclResource } from '../../src/providers/provider.ts';
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
import { jsonAnswer, serveAnswers } from '../support/grafana-answers.ts';
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

/** Writes behind dashctl's back, as another person's script would. */
async function elsewhere(room: string, method: string, path: string, body: unknown): Promise<Response> {
  return fetch(sandbox.room(room).baseUrl + path, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
}

const dashboard = (id: string): AclResource => ({ kind: 'dashboard', id });
const folder = (id: string): AclResource => ({ kind: 'folder', id });
const person = (login: string) => ({ user: login, password: `${login}-sandbox` });
const all = ['grafana', 'grafana-7', 'grafana-5'] as const;

describe('a list that would be wiped', () => {
  it('is only ever sent as {"items": […]} of sound entries', () => {
    const viewer = { kind: 'role', id: null, name: 'Viewer', email: null } as const;
    const entry = ownEntry(viewer, 1);
    expect(itemsBody([entry])).toBe('{"items":[{"role":"Viewer","permission":1}]}');
    for (const odd of [
      { ...entry, permission: 3 },
      { ...entry, permission: 0 },
      { ...entry, principal: { ...viewer, name: 'Admin' } },
      { ...entry, principal: { kind: 'user', id: '0', name: null, email: null } as const },
      { ...entry, principal: { kind: 'team', id: '-4', name: null, email: null } as const },
      { ...entry, principal: { kind: 'everyone', id: null, name: null, email: null } as const },
      { ...entry, flaw: 'one row together with team#5' },
    ]) {
      expect(() => itemsBody([odd])).toThrow(/can't be written back/);
    }
  });

  it.each(all)('takes --empty and the title typed on %s', async (room) => {
    const { provider, writes } = await connect(room);
    const plan = await aclOf(provider).planSet(dashboard('security-events'), []);
    expect(plan.guards.map((guard) => guard.flag)).toEqual(['--empty']);
    expect([plan.risk, plan.confirm]).toEqual(['severe', 'Security events']);
    expect(plan.notes.join(' ')).toMatch(/Only organization admins will see "Security events"/);
    expect(plan.notes.join(' ')).toMatch(/Removes team:sre \(Edit\), user:uma/);
    expect(writes).toEqual([]);
  });

  it.each(['grafana-7', 'grafana-5'])('is sent for mere defaults too, and read back, on %s', async (room) => {
    const { provider } = await connect(room);
    const acl = aclOf(provider);
    const plan = await acl.planSet(dashboard('uriage'), []);
    expect(plan.guards.map((guard) => guard.flag)).toEqual(['--empty']);
    expect(plan.before).toEqual({ 'role:Viewer': 'view', 'role:Editor': 'edit' });
    expect(await plan.settle?.()).toBe('not-applied');
    const { value } = await carryOut(provider, plan);
    expect(value).toEqual([]);
    expect(await plan.settle?.()).toBe('applied');
    expect((await acl.planSet(dashboard('uriage'), [])).steps).toEqual([]);
  });

  it('is named when the last entry is revoked, with what 5.0 beta makes of it', async () => {
    const { provider } = await connect('grafana-5');
    const plan = await aclOf(provider).planRevoke(dashboard('conversion-funnel'), [
      parsePrincipal('team:webshop'),
    ]);
    expect(plan.risk).toBe('severe');
    expect(plan.notes.join(' ')).toMatch(
      /What remains is inherited: role:Viewer \(View\), role:Editor \(Edit\)/,
    );
    expect(plan.notes.join(' ')).toMatch(/next save of "Conversion funnel" brings the defaults back/);
  });
});

describe('what others write', () => {
  it.each([
    ['grafana', undefined],
    ['grafana', 'uid'],
    ['grafana-7', undefined],
    ['grafana-5', undefined],
  ])('in between stops the write on %s (%s)', async (room, api) => {
    const { provider, writes } = await connect(room, undefined, api === undefined ? {} : { api });
    const acl = aclOf(provider);
    await carryOut(provider, await acl.planSet(dashboard('payroll-costs'), grants('team:sre=edit')));
    const sent = writes.length;
    const plan = await acl.planGrant(dashboard('payroll-costs'), grants('user:uma=view'));
    const other = await connect(room);
    await carryOut(
      other.provider,
      await aclOf(other.provider).planGrant(dashboard('payroll-costs'), grants('user:viktor=edit')),
    );

    const failure = await failureOf(carryOut(provider, plan));
    expect([failure.code, failure.exitCode]).toEqual(['conflict', 7]);
    expect(writes).toHaveLength(sent);
    const { items } = await acl.list(dashboard('payroll-costs'));
    expect(written(items).join(' ')).toMatch(/viktor\S*=edit/);
  });

  it('is noticed after the write too', async () => {
    const { provider } = await connect('grafana-7');
    const acl = aclOf(provider);
    const plan = await acl.planSet(dashboard('uriage'), grants('team:sre=edit'));
    const answers = [];
    for (const step of plan.steps) answers.push(await provider.send(step));
    const path = plan.steps[0]?.path ?? '';
    await elsewhere('grafana-7', 'POST', path, { items: [{ role: 'Viewer', permission: 4 }] });
    const failure = await failureOf(plan.finish(answers));
    expect(failure.code).toBe('conflict');
    expect(failure.details).toEqual({ planned: { 'team:sre': 'edit' }, found: { 'role:Viewer': 'admin' } });
  });
});

describe('ids that reach other lists', () => {
  it.each(all)('never get into a request on %s', async (room) => {
    const { provider, writes } = await connect(room);
    const acl = aclOf(provider);
    for (const id of [
      '..',
      '%2e%2e',
      '.',
      '',
      'a/b',
      '-1 ',
      '+5',
      ' 5',
      'a?b',
      'a\\b',
      '5%',
      'x'.repeat(41),
      'ü',
    ]) {
      for (const resource of [dashboard(id), folder(id)]) {
        expect((await failureOf(acl.planSet(resource, []))).code).toBe('invalid-input');
      }
    }
    for (const id of ['0', '-1', '05', 'abc', '99999', '9007199254740993']) {
      expect((await failureOf(acl.planSet(dashboard(id), []))).code).toBe('not-found');
    }
    expect((await failureOf(acl.planSet(folder('general'), []))).code).toBe('invalid-input');
    expect((await failureOf(acl.planSet(folder('node-health'), []))).code).toBe('not-found');
    expect(writes).toEqual([]);
  });

  it('never delete an item of another dashboard', async () => {
    const { provider } = await connect('grafana-5');
    const acl = aclOf(provider);
    await carryOut(
      provider,
      await acl.planSet(dashboard('node-health'), grants('user:uma=view', 'user:zara=view')),
    );
    const revoke = await acl.planRevoke(dashboard('node-health'), [parsePrincipal('user:zara')]);
    // The whole list is written anew meanwhile, so the row id is stale.
    const other = await connect('grafana-5');
    await carryOut(
      other.provider,
      await aclOf(other.provider).planGrant(dashboard('node-health'), grants('user:viktor=view')),
    );
    expect((await failureOf(carryOut(provider, revoke))).code).toBe('conflict');
    const inherited = await acl.planRevoke(dashboard('node-health'), [parsePrincipal('team:sre')]);
    expect(inherited.steps).toEqual([]);
  });
});

describe('nonsense', () => {
  it.each(all)('is refused before anything is written on %s', async (room) => {
    const { provider, writes } = await connect(room);
    const acl = aclOf(provider);
    const codeOf = async (...texts: string[]): Promise<string> =>
      (await failureOf(acl.planGrant(dashboard('node-health'), grants(...texts)))).code;
    expect(await codeOf('role:Admin=view')).toBe('invalid-input');
    expect(await codeOf('role:Boss=view')).toBe('unknown-principal');
    expect(await codeOf('role:viewer=view')).toBe('unknown-principal');
    expect(await codeOf('team:SRE=view')).toBe('unknown-principal');
    expect(await codeOf('user:nobody@example.com=view')).toBe('unknown-principal');
    expect(await codeOf('user:UMA=view')).toBe('unknown-principal');
    expect(await codeOf('user#99999=view')).toBe('unknown-principal');
    expect(await codeOf('team#99999=view')).toBe('unknown-principal');
    expect(await codeOf('user#0=view')).toBe('invalid-input');
    expect(await codeOf('everyone=view')).toBe('unsupported');
    expect(await codeOf('team:sre=none')).toBe('unsupported');
    expect(await codeOf('team:sre=native:edit')).toBe('invalid-input');
    expect(await codeOf('team:sre=view', 'team#1=edit')).toBe('invalid-input');
    expect(writes).toEqual([]);
  });

  it('that a server stored is shown, and never sent back', async () => {
    const { provider } = await connect('grafana-7');
    const acl = aclOf(provider);
    const { steps } = await acl.planSet(dashboard('k8s-capacity'), grants('team:support=view'));
    await elsewhere('grafana-7', 'POST', steps[0]?.path ?? '', {
      items: [
        { userId: 99999, permission: 2 },
        { teamId: 2, permission: 3 },
      ],
    });
    const { items } = await acl.list(dashboard('k8s-capacity'));
    expect(written(items.filter((grant) => !grant.inherited))).toEqual([
      'user#99999=edit',
      'team:support=unknown (3)',
    ]);
    expect(open[0]?.warnings.join(' ')).toMatch(/user#99999 holds Edit but does not exist/);

    const failure = await failureOf(acl.planGrant(dashboard('k8s-capacity'), grants('user:uma=edit')));
    expect([failure.code, failure.exitCode]).toEqual(['refused', 8]);
    expect(failure.message).toMatch(/team:support with unknown \(3\)/);
    const mended = await acl.planGrant(dashboard('k8s-capacity'), grants('team:support=view'));
    await carryOut(provider, mended);
    const cleared = await acl.planRevoke(dashboard('k8s-capacity'), [parsePrincipal('user#99999')]);
    const { value } = await carryOut(provider, cleared);
    expect(written(value.filter((grant) => !grant.inherited))).toEqual(['team:support=view']);
  });

  it('of doubles on 5.0 beta becomes the highest, and is said', async () => {
    const { provider } = await connect('grafana-5');
    const acl = aclOf(provider);
    const { steps } = await acl.planSet(dashboard('company-goals'), grants('team:sre=edit'));
    await elsewhere('grafana-5', 'POST', steps[0]?.path ?? '', {
      items: [
        { role: 'Viewer', permission: 1 },
        { role: 'Viewer', permission: 2 },
      ],
    });
    const plan = await acl.planGrant(dashboard('company-goals'), grants('team:sre=edit'));
    expect(plan.notes.join(' ')).toMatch(/role:Viewer stands in the list twice; Edit, the highest, counts/);
    const { value } = await carryOut(provider, plan);
    expect(written(value)).toEqual(['role:Viewer=edit', 'team:sre=edit']);
  });

  it('of an entry below the inherited one is refused where the server refuses it', async () => {
    const { provider, writes } = await connect('grafana-7');
    const acl = aclOf(provider);
    expect(
      (await failureOf(acl.planGrant(dashboard('node-health'), grants('team:sre=view')))).message,
    ).toMatch(/team:sre has Admin from folder:ops; an own entry must be higher/);
    const same = await acl.planGrant(dashboard('node-health'), grants('team:sre=admin'));
    expect(same.steps).toEqual([]);
    expect(same.notes.join(' ')).toMatch(/team:sre already has Admin from folder:ops/);
    expect(writes).toEqual([]);
  });
});

describe('the own access', () => {
  it.each(['grafana-7', 'grafana-5'])('is not given away unseen on %s', async (room) => {
    const admin = await connect(room);
    await carryOut(
      admin.provider,
      await aclOf(admin.provider).planSet(
        dashboard('uebersicht'),
        grants('user:wanda=admin', 'team:support=admin'),
      ),
    );
    const { provider, writes } = await connect(room, person('wanda'));
    const acl = aclOf(provider);
    const flags = async (texts: string[]): Promise<string[]> =>
      (await acl.planSet(dashboard('uebersicht'), grants(...texts))).guards.map((guard) => guard.flag);

    expect(await flags(['team:support=admin'])).toEqual([]);
    expect(await flags(['user:wanda=admin'])).toEqual([]);
    expect(await flags(['user#7=edit'])).toEqual(['--allow-self-lockout']);
    expect(await flags(['role:Viewer=edit', 'role:Editor=edit'])).toEqual(['--allow-self-lockout']);
    expect(await flags([])).toEqual(['--empty', '--allow-self-lockout']);
    const plan = await acl.planSet(dashboard('uebersicht'), grants('role:Viewer=view'));
    expect(plan.risk).toBe('severe');
    expect(plan.guards[0]?.message).toMatch(/fall from Admin to View/);
    expect(writes).toEqual([]);
  });

  it('is no matter for organization admins, but the last Admin entry is severe', async () => {
    const { provider } = await connect('grafana-7', person('sofia'));
    const plan = await aclOf(provider).planRevoke(folder('ops'), [parsePrincipal('team:sre')]);
    expect(plan.guards).toEqual([]);
    expect(plan.risk).toBe('severe');
    expect(plan.notes.join(' ')).toMatch(/Nobody but organization admins/);
  });

  it('may be given away on purpose, and the outcome says that it can no longer be read', async () => {
    const admin = await connect('grafana-7');
    await carryOut(
      admin.provider,
      await aclOf(admin.provider).planSet(dashboard('status-page'), grants('user:wanda=admin')),
    );
    const { provider } = await connect('grafana-7', person('wanda'));
    const done = await carryOut(
      provider,
      await aclOf(provider).planSet(dashboard('status-page'), grants('team:sre=admin')),
    );
    expect(done.notes.join(' ')).toMatch(/may no longer read/);
  });
});

describe('rights', () => {
  it.each(all)('that are missing are named, before any write, on %s', async (room) => {
    const { provider, writes } = await connect(room, person('yuki'));
    const failure = await failureOf(
      aclOf(provider).planGrant(dashboard('security-events'), grants('team:sre=edit')),
    );
    expect([failure.code, failure.exitCode, failure.status]).toEqual(['not-allowed', 3, 403]);
    expect(failure.hint).toMatch(/Admin in the organization, or Admin on the dashboard/);
    expect(writes).toEqual([]);
  });

  it('to look up users are not needed for users of the list, nor for ids', async () => {
    const admin = await connect('grafana-7');
    await carryOut(
      admin.provider,
      await aclOf(admin.provider).planSet(
        dashboard('search-relevance'),
        grants('user:zara=admin', 'user:uma=admin'),
      ),
    );
    const { provider } = await connect('grafana-7', person('zara'));
    const acl = aclOf(provider);
    expect(
      (await acl.planRevoke(dashboard('search-relevance'), [parsePrincipal('user:uma')])).steps,
    ).toHaveLength(1);
    expect((await acl.planGrant(dashboard('search-relevance'), grants('user#7=view'))).steps).toHaveLength(1);
    const failure = await failureOf(acl.planGrant(dashboard('search-relevance'), grants('user:wanda=view')));
    expect(failure.code).toBe('not-allowed');
    expect(failure.hint).toMatch(/user#11/);
  });
});

describe('saving', () => {
  const draft = { body: null, title: null, description: null, tags: null, folder: null, layout: null };

  it.each(all)('names folder, id, uid and version, and never overwrites, on %s', async (room) => {
    const { provider } = await connect(room);
    const plan = await dashboardsOf(provider).planUpdate('node-health', { ...draft, tags: ['x'] });
    const body = JSON.parse(plan.steps[0]?.body ?? '') as Record<string, unknown>;
    expect(body).toMatchObject({
      overwrite: false,
      folderUid: 'ops',
      dashboard: { uid: 'node-health', version: 1 },
    });
    expect(body.folderId).toBeGreaterThan(0);
    await carryOut(provider, plan);
    expect((await dashboardsOf(provider).get('node-health')).value.folder).toBe('Operations');
  });

  it('of a stale version is a conflict', async () => {
    const { provider } = await connect('grafana-7');
    const dashboards = dashboardsOf(provider);
    const plan = await dashboards.planUpdate('revenue-region', { ...draft, title: 'Revenue' });
    await carryOut(
      provider,
      await dashboards.planUpdate('revenue-region', { ...draft, description: 'other' }),
    );
    const step = plan.steps[0];
    if (step === undefined) throw new Error('Nothing planned.');
    const failure = await failureOf(provider.send(step));
    expect([failure.code, failure.exitCode]).toEqual(['conflict', 7]);
    expect((await failureOf(plan.unchanged?.() ?? Promise.resolve())).code).toBe('conflict');
  });

  it('keeps unknown keys, their order and integers beyond 2^53', async () => {
    const document = '{"id":7,"uid":"exact","title":"Exact","version":3,"x":{"b":1.0,"2":9007199254740993}}';
    const server = await serveAnswers(({ path }) => {
      if (path === '/api/health') return jsonAnswer({ version: '7.5.5' });
      if (path === '/api/org') return jsonAnswer({ id: 1, name: 'Main' });
      if (path === '/api/dashboards/id/1/permissions')
        return jsonAnswer({ message: 'Dashboard not found' }, 404);
      const meta = '{"folderId":4,"folderUrl":"/dashboards/f/ops/operations","folderTitle":"Operations"}';
      return path === '/api/dashboards/uid/exact'
        ? jsonAnswer(`{"meta":${meta},"dashboard":${document}}`)
        : null;
    });
    const { provider } = await connectGrafana(grafanaAccount(server.baseUrl));
    const plan = await dashboardsOf(provider).planUpdate('exact', { ...draft, title: 'Exacter' });
    expect(plan.steps[0]?.body).toBe(
      '{"folderId":4,"folderUid":"ops","overwrite":false,"dashboard":' +
        '{"id":7,"uid":"exact","title":"Exacter","version":3,"x":{"b":1.0,"2":9007199254740993}}}',
    );
    expect(await dashboardsOf(provider).exportText?.('exact')).toContain('"2": 9007199254740993');
    expect(server.unexpected).toEqual([]);
    await provider.close();
    await server.close();
  });

  it('under the title of another dashboard is refused by the server, not overwritten', async () => {
    const { provider } = await connect('grafana-7');
    const plan = await dashboardsOf(provider).planCreate({ ...draft, title: 'Company goals' });
    const failure = await failureOf(carryOut(provider, plan));
    expect([failure.code, failure.status]).toEqual(['conflict', 412]);
    expect(failure.hint).toMatch(/another title or folder/);
  });

  it.each(all)('deletes no folder without its contents being named on %s', async (room) => {
    const { provider, writes } = await connect(room);
    let failure: string | null = null;
    try {
      const plan = await dashboardsOf(provider).planDelete(['finance']);
      expect(plan.risk).toBe('severe');
      expect(plan.notes.join(' ')).toMatch(/holds 2 dashboards that go too: .*Payroll costs/);
    } catch (error) {
      failure = String(error);
    }
    // Servers with folders of their own kind do not show a folder as a dashboard.
    if (failure !== null) expect(failure).toMatch(/There is no dashboard/);
    expect(writes).toEqual([]);
  });
});

describe('organizations', () => {
  it.each(all)('other than the profile says are noticed before a write on %s', async (room) => {
    const { provider, writes } = await connect(room, undefined, { orgId: '77' });
    const failure = await failureOf(
      aclOf(provider).planGrant(dashboard('node-health'), grants('user:uma=edit')),
    );
    expect(['refused', 'not-found', 'not-allowed', 'not-authenticated']).toContain(failure.code);
    expect(writes).toEqual([]);
  });

  it('of a token are compared with the profile', async () => {
    const token = grafanaIdentities('grafana')?.keys.Admin ?? '';
    const { provider, writes } = await connect('grafana', { token }, { orgId: '2' });
    const failure = await failureOf(
      aclOf(provider).planGrant(dashboard('node-health'), grants('role:Editor=edit')),
    );
    expect([failure.code, failure.exitCode]).toEqual(['refused', 8]);
    expect(failure.message).toMatch(/says organization 2, but the server acts in organization 1/);
    expect(writes).toEqual([]);
  });
});
