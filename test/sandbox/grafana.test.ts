/** The Grafana rooms: seeded content, credentials, and what no recording shows. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { grafanaIdentities } from '../../src/sandbox/grafana/index.ts';
import { basic, sendRaw } from '../support/grafana-replay.ts';
import { realClock, testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

const admin = basic('admin', 'admin');

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

let sandbox: TestSandbox;
let ahead = 0;

beforeEach(async () => {
  ahead = 0;
  const clock = { ...realClock, now: () => Date.now() + ahead };
  sandbox = await testSandbox({ only: ['grafana', 'grafana-7', 'grafana-5'], clock });
});
afterEach(() => sandbox.close());

async function ask(room: string, line: string, body?: unknown, who = admin): Promise<Answer> {
  const [method = '', path = ''] = line.split(' ');
  const headers = { authorization: who, 'content-type': 'application/json' };
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const answer = await sendRaw(sandbox.room(room).baseUrl, method, path, headers, bytes);
  return { status: answer.status, body: JSON.parse(answer.text) };
}

async function rows(room: string, path: string, who = admin): Promise<Record<string, unknown>[]> {
  const answer = await ask(room, `GET ${path}`, undefined, who);
  expect(answer.status).toBe(200);
  return answer.body as Record<string, unknown>[];
}

async function idOf(room: string, title: string): Promise<number> {
  const found = await rows(room, `/api/search?query=${encodeURIComponent(title)}`);
  return Number(found[0]?.id);
}

describe.each(['grafana', 'grafana-7', 'grafana-5'])('room %s', (room) => {
  it('starts with folders, dashboards, people, teams and an invitation', async () => {
    const hits = await rows(room, '/api/search');
    expect(hits.filter((hit) => hit.type === 'dash-folder').map((hit) => hit.title)).toEqual([
      'Finance',
      'Operations',
      'Webshop',
    ]);
    expect(hits.filter((hit) => hit.type === 'dash-db').length).toBeGreaterThanOrEqual(12);
    const people = await rows(room, '/api/org/users');
    expect(new Set(people.map((person) => person.role))).toEqual(new Set(['Admin', 'Editor', 'Viewer']));
    expect(
      people.every(({ email }) => email === 'admin@localhost' || String(email).endsWith('@example.com')),
    ).toBe(true);
    expect((await ask(room, 'GET /api/teams/search')).body).toMatchObject({ totalCount: 3 });
    expect(await rows(room, '/api/org/invites')).toHaveLength(1);
  });

  it('lets in everyone whose credentials the documentation lists', async () => {
    const manual = readFileSync(resolve(import.meta.dirname, '../../docs/sandbox.md'), 'utf8');
    const identities = grafanaIdentities(room);
    for (const { login, password } of identities?.logins ?? []) {
      expect(manual).toContain(`${login}:${password}`);
      expect((await ask(room, 'GET /api/user', undefined, basic(login, password))).body).toMatchObject({
        login,
      });
    }
    for (const [role, secret] of Object.entries(identities?.keys ?? {})) {
      expect(manual).toContain(secret);
      const status = role === 'Admin' ? 200 : 403;
      expect((await ask(room, 'GET /api/org/users', undefined, `Bearer ${secret}`)).status).toBe(status);
      expect((await ask(room, 'GET /api/users', undefined, `Bearer ${secret}`)).status).toBe(403);
    }
  });

  it('shows an object to those whom its grants name, by user, team and role', async () => {
    const read = async (uid: string, login: string): Promise<number> =>
      (await ask(room, `GET /api/dashboards/uid/${uid}`, undefined, basic(login, `${login}-sandbox`))).status;
    expect(await read('node-health', 'viktor'), 'team sre holds the folder').toBe(200);
    expect(await read('node-health', 'wanda')).toBe(403);
    expect(await read('oncall-handover', 'wanda'), 'team support by a row of its own').toBe(200);
    expect(await read('security-events', 'uma'), 'a user by name').toBe(200);
    expect(await read('security-events', 'tomas'), 'team sre').toBe(200);
    expect(await read('security-events', 'wanda')).toBe(403);
    expect(await read('status-page', 'wanda'), 'role Viewer').toBe(200);
    expect(await read('abandoned', 'uma'), 'the emptied list').toBe(403);
    expect(await read('abandoned', 'sofia'), 'Admins always').toBe(200);
  });

  it('locks an account out after five wrong passwords, for five minutes', async () => {
    const right = basic('wanda', 'wanda-sandbox');
    for (let attempt = 0; attempt < 5; attempt += 1)
      await ask(room, 'GET /api/org', undefined, basic('wanda', 'no'));
    expect((await ask(room, 'GET /api/org', undefined, right)).status).toBe(401);
    expect((await ask(room, 'GET /api/org')).status, 'others are not concerned').toBe(200);
    ahead = 5 * 60_000 + 1000;
    expect((await ask(room, 'GET /api/org', undefined, right)).status).toBe(200);
  });

  it('shows the change of one server to another over the same folder', async () => {
    expect((await ask(room, 'POST /api/teams', { name: 'night-shift' })).status).toBe(200);
    const second = await testSandbox({ only: [room], folder: sandbox.folder });
    const path = '/api/teams/search?name=night-shift';
    const answer = await sendRaw(second.room(room).baseUrl, 'GET', path, { authorization: admin });
    await second.close();
    expect(JSON.parse(answer.text)).toMatchObject({ totalCount: 1 });
  });

  it('restores an earlier version of a dashboard', async () => {
    const id = await idOf(room, 'Node health');
    const { body: before } = await ask(room, 'GET /api/dashboards/uid/node-health');
    expect(before).toMatchObject({ meta: { version: 1 } });
    const { meta, dashboard } = before as { meta: { folderId: number }; dashboard: Record<string, unknown> };
    const body = { dashboard: { ...dashboard, title: 'Node health 2' }, folderId: meta.folderId };
    expect((await ask(room, 'POST /api/dashboards/db', body)).body).toMatchObject({ version: 2 });
    expect((await ask(room, `POST /api/dashboards/id/${id}/restore`, { version: 1 })).body).toMatchObject({
      version: 3,
    });
    expect((await ask(room, 'GET /api/dashboards/uid/node-health')).body).toMatchObject({
      dashboard: { title: 'Node health', version: 3 },
      // 5.0 beta loses the folder.
      meta: { folderId: room === 'grafana-5' ? 0 : meta.folderId },
    });
  });
});

describe('room grafana', () => {
  const listed = async (kind: string, uid: string): Promise<string[]> =>
    (await rows('grafana', `/api/access-control/${kind}/${uid}`)).map(
      (row) =>
        `${String(row.userLogin ?? row.team ?? row.builtInRole)}=${String(row.permission)}${row.isInherited === true ? ' inherited' : ''}${row.isManaged === true ? '' : ' implicit'}`,
    );

  it('changes one principal and leaves the others, inherited ones marked, Admin implicit', async () => {
    const path = '/api/access-control/dashboards/oncall-handover';
    expect(await listed('dashboards', 'oncall-handover')).toEqual([
      'sre=Admin inherited',
      'Editor=View inherited',
      'support=View',
      'yuki=Edit',
      'Admin=Admin implicit',
    ]);
    expect((await ask('grafana', `POST ${path}/users/u-zara`, { permission: 'View' })).body).toEqual({
      message: 'Permission updated',
    });
    expect((await ask('grafana', `POST ${path}/users/u-yuki`, { permission: '' })).body).toEqual({
      message: 'Permission removed',
    });
    expect(await listed('dashboards', 'oncall-handover')).toEqual([
      'sre=Admin inherited',
      'Editor=View inherited',
      'support=View',
      'zara=View',
      'Admin=Admin implicit',
    ]);
  });

  it('changes nothing when one entry of a list is wrong', async () => {
    const before = await listed('folders', 'ops');
    const permissions = [
      { builtInRole: 'Viewer', permission: 'Edit' },
      { userId: 99_999, permission: 'View' },
    ];
    expect((await ask('grafana', 'POST /api/access-control/folders/ops', { permissions })).status).toBe(400);
    expect(await listed('folders', 'ops')).toEqual(before);
  });

  it('replaces the own rows through the older path and says nothing of inheritance there', async () => {
    const path = '/api/dashboards/uid/oncall-handover/permissions';
    expect(
      (await ask('grafana', `POST ${path}`, { items: [{ role: 'Viewer', permission: 1 }] })).status,
    ).toBe(200);
    expect(await listed('dashboards', 'oncall-handover')).toEqual([
      'sre=Admin inherited',
      'Editor=View inherited',
      'Viewer=View',
      'Admin=Admin implicit',
    ]);
    const old = await rows('grafana', path);
    expect(old.map((row) => row.inherited)).toEqual([false, false, false]);
    expect(old.every((row) => !('id' in row) && row.uid === 'oncall-handover')).toBe(true);
  });

  it('pauses, resumes and removes a public dashboard', async () => {
    const base = '/api/dashboards/uid/status-page/public-dashboards';
    const share = (await ask('grafana', `GET ${base}`)).body as { uid: string; accessToken: string };
    const visit = async (): Promise<Answer> =>
      ask('grafana', `GET /api/public/dashboards/${share.accessToken}`, undefined, '');
    expect((await visit()).status).toBe(200);
    expect((await ask('grafana', `PATCH ${base}/${share.uid}`, { isEnabled: false })).body).toMatchObject({
      isEnabled: false,
      timeSelectionEnabled: true,
    });
    expect(await visit()).toMatchObject({ status: 403, body: { messageId: 'publicdashboards.notEnabled' } });
    expect((await ask('grafana', `DELETE ${base}/${share.uid}`)).status).toBe(200);
    expect(await ask('grafana', `GET ${base}`)).toMatchObject({
      status: 404,
      body: { messageId: 'publicdashboards.notFound' },
    });
    expect((await ask('grafana', `POST ${base}`, {})).body, 'paused unless told otherwise').toMatchObject({
      isEnabled: false,
    });
  });

  it('refuses public dashboards to all but Admins, naming the right', async () => {
    const path = '/api/dashboards/uid/checkout-latency/public-dashboards';
    const answer = await ask('grafana', `POST ${path}`, { isEnabled: true }, basic('uma', 'uma-sandbox'));
    expect(answer.status).toBe(403);
    expect(JSON.stringify(answer.body)).toContain('dashboards.public:write');
  });

  it('makes service accounts whose tokens work until they expire', async () => {
    const made = await ask('grafana', 'POST /api/serviceaccounts', { name: 'ci', role: 'Viewer' });
    expect(made.status).toBe(201);
    const { id } = made.body as { id: number };
    const token = (
      await ask('grafana', `POST /api/serviceaccounts/${id}/tokens`, { name: 'ci-1', secondsToLive: 60 })
    ).body as { key: string };
    expect((await ask('grafana', 'GET /api/org', undefined, `Bearer ${token.key}`)).status).toBe(200);
    ahead = 61_000;
    expect((await ask('grafana', 'GET /api/org', undefined, `Bearer ${token.key}`)).status).toBe(401);
  });

  it('nests folders, moves them, and never into themselves', async () => {
    expect(
      (await ask('grafana', 'POST /api/folders', { uid: 'shop-eu', title: 'Europe', parentUid: 'webshop' }))
        .status,
    ).toBe(200);
    expect(await rows('grafana', '/api/folders?parentUid=webshop')).toMatchObject([{ uid: 'shop-eu' }]);
    expect((await ask('grafana', 'POST /api/folders/webshop/move', { parentUid: 'shop-eu' })).status).toBe(
      400,
    );
    expect((await ask('grafana', 'POST /api/folders/shop-eu/move', { parentUid: 'ops' })).body).toMatchObject(
      { parentUid: 'ops' },
    );
    expect((await ask('grafana', 'GET /api/folders/ops/counts')).body).toMatchObject({
      folder: 1,
      dashboard: 3,
    });
  });

  it('looks at rights before bodies, and at bodies before objects', async () => {
    const path = '/api/dashboards/id/abc/permissions';
    const viktor = basic('viktor', 'viktor-sandbox');
    const both = { items: [{ userId: 1, teamId: 1, permission: 1 }] };
    expect((await ask('grafana', `POST ${path}`, 'no object', viktor)).status).toBe(403);
    expect((await ask('grafana', `POST ${path}`, 'no object')).body).toEqual({ message: 'bad request data' });
    expect((await ask('grafana', `POST ${path}`, both)).body).not.toEqual({
      message: 'dashboardId is invalid',
    });
    expect((await ask('grafana', `POST ${path}`, { items: [] })).body).toEqual({
      message: 'dashboardId is invalid',
    });
    const access = '/api/access-control/dashboards/status-page/users/1';
    expect((await ask('grafana', `POST ${access}`, { permission: 7 }, viktor)).status).toBe(403);
    expect((await ask('grafana', `POST ${access}`, { permission: 7 })).status).toBe(400);
  });

  it('tells only Admins that an object does not exist', async () => {
    expect((await ask('grafana', 'GET /api/dashboards/uid/nope')).status).toBe(404);
    expect(
      (await ask('grafana', 'GET /api/dashboards/uid/nope', undefined, basic('viktor', 'viktor-sandbox')))
        .status,
    ).toBe(403);
  });
});

describe('room grafana-7', () => {
  it('finds for Editors what Viewers may see, even where opening it is refused', async () => {
    const id = await idOf('grafana-7', 'Status page');
    const items = [{ role: 'Viewer', permission: 1 }];
    expect((await ask('grafana-7', `POST /api/dashboards/id/${id}/permissions`, { items })).status).toBe(200);
    const uma = basic('uma', 'uma-sandbox');
    expect(await rows('grafana-7', '/api/search?query=Status', uma)).toHaveLength(1);
    expect((await ask('grafana-7', 'GET /api/dashboards/uid/status-page', undefined, uma)).status).toBe(403);
  });
});
