/** The Syntho client over the sandbox: sessions, rows, transfers, and what it refuses. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WritePlan } from '../../src/model/write-plan.ts';
import type { WorkspacePermission } from '../../src/model/workspace-permission.ts';
import { synthoDescriptor } from '../../src/providers/syntho/descriptor.ts';
import { messagesIn } from '../../src/providers/syntho/errors.ts';
import type { Provider, WorkspaceCapability } from '../../src/providers/provider.ts';
import { otherLogins } from '../../src/sandbox/syntho/seed.ts';
import { answering } from '../support/answers.ts';
import type { AnswerOf, Question } from '../support/answers.ts';
import { failureOf } from '../support/grafana-account.ts';
import { carryOut, providerAt } from '../support/provider-at.ts';
import type { ProviderAt } from '../support/provider-at.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let at: ProviderAt;
let workspaces: WorkspaceCapability;

beforeEach(async () => {
  sandbox = await testSandbox({ only: ['syntho'] });
  at = await providerAt(synthoDescriptor, sandbox.room('syntho').env);
  workspaces = capabilityOf(at.provider);
});
afterEach(async () => {
  await at.provider.close();
  await sandbox.close();
});

function capabilityOf(provider: Provider): WorkspaceCapability {
  if (provider.workspace === undefined) throw new Error('No workspaces.');
  return provider.workspace;
}

async function manner(value: unknown): Promise<void> {
  const answer = await fetch(`${sandbox.room('syntho').baseUrl}/_manner`, {
    method: 'PUT',
    body: JSON.stringify(value),
  });
  expect(answer.status).toBe(200);
}

async function endSessions(): Promise<void> {
  await fetch(`${sandbox.room('syntho').baseUrl}/_sessions`, { method: 'DELETE' });
}

/** Another person on the same server. */
async function as(who: keyof typeof otherLogins): Promise<ProviderAt> {
  const { email, password } = otherLogins[who];
  return providerAt(synthoDescriptor, sandbox.room('syntho').env, {
    settings: { user: email },
    secrets: { password },
  });
}

async function rows(
  from: WorkspaceCapability = workspaces,
  filter = { workspace: null, user: null } as { workspace: string | null; user: string | null },
) {
  const found: WorkspacePermission[] = [];
  for await (const page of from.list(filter)) found.push(...page.items);
  return found;
}

/** The requests of a plan: method, path, body. */
function stepsOf<T>({ steps }: WritePlan<T>): readonly unknown[] {
  return steps.map(({ method, path, body }) => [method, path, JSON.parse(body ?? 'null') as unknown]);
}

/** Who has which role in a workspace. */
async function rolesIn(workspace: string, from: WorkspaceCapability = workspaces) {
  return Object.fromEntries(
    (await rows(from, { workspace, user: null })).map((row) => [row.email ?? '', row.role]),
  );
}

const logins = () => at.sent.filter((line) => line === 'POST /api/v1/auth/').length;

describe('sessions', () => {
  it('logs in once for many requests, and out at the end', async () => {
    await Promise.all([rows(), rows(), workspaces.get('2')]);
    expect(logins()).toBe(1);
    await at.provider.close();
    expect(at.sent.at(-1)).toBe('DELETE /api/v1/auth/');
  });

  it.each([403, 401])('logs in again once when the session is over (%i)', async (withoutSession) => {
    await manner({ withoutSession });
    await rows();
    await endSessions();
    expect(await rows()).toHaveLength(7);
    expect(logins()).toBe(2);
    await endSessions();
    const plan = await workspaces.planGrant({
      workspace: '2',
      who: 'dora@example.com',
      role: 'reader',
      dataAccess: null,
    });
    await endSessions();
    expect((await carryOut(at.provider, plan)).value.value.role).toBe('READER');
  });

  it('takes a new token once when it was refused, and the write happens once', async () => {
    const plan = await workspaces.planGrant({
      workspace: '2',
      who: 'dora@example.com',
      role: 'reader',
      dataAccess: null,
    });
    const asked: Question[] = [];
    const server = await answering((question): AnswerOf => {
      asked.push(question);
      const login = question.method === 'POST' && question.path === '/api/v1/auth/';
      const nth = asked.filter((one) => one.method === 'POST' && one.path === '/api/v1/auth/').length;
      if (login) {
        return {
          status: 201,
          body: '{"new_password_required":false,"pk":1}',
          headers: { 'set-cookie': [`sessionid=s${nth}; Path=/`, `csrftoken=t${nth}; Path=/`] },
        };
      }
      if (question.method === 'GET')
        return { status: 200, body: '{"username_password_enabled":true,"oidc_providers":[]}' };
      if (question.headers['x-csrftoken'] === 't2') return { status: 201, body: '{}' };
      return { status: 403, body: '{"detail":"CSRF Failed: CSRF token incorrect."}' };
    });
    const other = await providerAt(synthoDescriptor, sandbox.room('syntho').env, { baseUrl: server.baseUrl });
    for (const step of plan.steps) expect((await other.provider.send(step)).status).toBe(201);
    const writes = asked.filter((one) => one.path === '/api/v1/workspace_permissions/');
    expect(
      writes.map((one) => [one.headers['cookie'], one.headers['x-csrftoken'], one.headers['referer']]),
    ).toEqual([
      ['sessionid=s1; csrftoken=t1', 't1', `${server.baseUrl}/`],
      ['sessionid=s2; csrftoken=t2', 't2', `${server.baseUrl}/`],
    ]);
    const loginsSent = asked.filter((one) => one.path === '/api/v1/auth/' && one.method === 'POST');
    expect(loginsSent.map((one) => [one.headers['cookie'], one.headers['authorization']])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    await other.provider.close();
    await server.close();
  });

  it('stops after one renewal', async () => {
    let logged = 0;
    const server = await answering(({ method, path }): AnswerOf => {
      if (path !== '/api/v1/auth/') return { status: 401, body: '{"detail":"Invalid session."}' };
      if (method === 'GET') return { status: 200, body: '{}' };
      logged += 1;
      return { status: 201, body: '{"pk":1}', headers: { 'set-cookie': [`sessionid=s${logged}`] } };
    });
    const other = await providerAt(synthoDescriptor, sandbox.room('syntho').env, { baseUrl: server.baseUrl });
    const failure = await failureOf(capabilityOf(other.provider).get('1'));
    expect(failure).toMatchObject({ code: 'not-authenticated', status: 401 });
    expect(logged).toBe(2);
    await other.provider.close();
    await server.close();
  });

  it('tells a wrong password, a password to change, and a server without passwords apart', async () => {
    const { env } = sandbox.room('syntho');
    const wrong = await providerAt(synthoDescriptor, env, { secrets: { password: 'wrong-password' } });
    expect(await failureOf(wrong.provider.whoami())).toMatchObject({
      code: 'not-authenticated',
      status: 400,
    });
    expect(wrong.sent).toEqual(['GET /api/v1/auth/', 'POST /api/v1/auth/']);
    const fresh = await as('newcomer');
    expect((await failureOf(fresh.provider.whoami())).message).toContain('has to be changed');
    await manner({ passwordLogin: false });
    const failure = await failureOf((await as('bo')).provider.whoami());
    expect(failure.hint).toContain('https://login.example.com/syntho');
  });

  it('works with the id of an open session, and fetches its token before the first write', async () => {
    const answer = await fetch(`${sandbox.room('syntho').baseUrl}/api/v1/auth/`, {
      method: 'POST',
      body: JSON.stringify(otherLogins.bo),
    });
    const sessionId = /^sessionid=([^;]+)/.exec(answer.headers.getSetCookie()[0] ?? '')?.[1] ?? '';
    const other = await providerAt(synthoDescriptor, sandbox.room('syntho').env, {
      settings: {},
      secrets: { sessionId },
    });
    const plan = await capabilityOf(other.provider).planGrant({
      workspace: '3',
      who: 'emil@example.com',
      role: 'view',
      dataAccess: null,
    });
    expect(other.sent).not.toContain('GET /api/v1/auth/');
    await carryOut(other.provider, plan);
    expect(other.sent.filter((line) => line.includes('/auth/'))).toEqual(['GET /api/v1/auth/']);
    await other.provider.close();
    // A session that somebody else opened is left open.
    expect(other.sent).not.toContain('DELETE /api/v1/auth/');
  });

  it('fetches the token of an open session once more when it was refused', async () => {
    let token = 0;
    const server = await answering(({ method, headers }): AnswerOf => {
      if (method === 'GET') {
        token += 1;
        return { status: 200, body: '{}', headers: { 'set-cookie': [`csrftoken=t${token}`] } };
      }
      if (headers['x-csrftoken'] === 't2') return { status: 204, body: '' };
      return { status: 403, body: '{"detail":"CSRF Failed: CSRF token incorrect."}' };
    });
    const { env } = sandbox.room('syntho');
    const more = { baseUrl: server.baseUrl, settings: {}, secrets: { sessionId: 'open' } };
    const other = await providerAt(synthoDescriptor, env, more);
    const plan = await workspaces.planRevoke({ id: '2' });
    for (const step of plan.steps) expect((await other.provider.send(step)).status).toBe(204);
    expect(server.asked.map((one) => `${one.method} ${one.path}`)).toEqual([
      'GET /api/v1/auth/',
      'DELETE /api/v1/workspace_permissions/2/',
      'GET /api/v1/auth/',
      'DELETE /api/v1/workspace_permissions/2/',
    ]);
    await other.provider.close();
    await server.close();
  });

  it('says log in again when a session from elsewhere is over', async () => {
    const { env } = sandbox.room('syntho');
    const other = await providerAt(synthoDescriptor, env, {
      settings: {},
      secrets: { sessionId: 'ended-3fa9c1' },
    });
    expect(await failureOf(rows(capabilityOf(other.provider)))).toMatchObject({
      code: 'not-authenticated',
      status: 403,
      hint: 'The session is missing or over: log in again.',
    });
    expect(other.sent.filter((line) => line.includes('/auth/'))).toEqual([]);
    await other.provider.close();
  });

  it('sends a raw authorization as it is', async () => {
    const server = await answering(() => ({ status: 200, body: '[]' }));
    const { env } = sandbox.room('syntho');
    const secrets = { authorization: 'Bearer from-elsewhere' };
    const other = await providerAt(synthoDescriptor, env, { baseUrl: server.baseUrl, settings: {}, secrets });
    await rows(capabilityOf(other.provider));
    expect(new Set(server.asked.map((one) => one.headers['authorization']))).toEqual(
      new Set(['Bearer from-elsewhere']),
    );
    expect(server.asked.some((one) => one.headers['cookie'] !== undefined)).toBe(false);
    await other.provider.close();
    await server.close();
  });

  it('needs an e-mail with the password', async () => {
    const { env } = sandbox.room('syntho');
    expect((await failureOf(providerAt(synthoDescriptor, env, { settings: {} }))).code).toBe(
      'no-credentials',
    );
  });

  it('names a web page as such, and shows none of it', async () => {
    await manner({ page: true });
    const failure = await failureOf(rows());
    expect(failure.code).toBe('bad-answer');
    expect(failure.message).toContain('HTML page with the title "Welcome"');
  });
});

describe('lists', () => {
  it('show people by e-mail, roles as levels', async () => {
    expect((await rows())[1]).toEqual({
      ref: 'test/2',
      profile: 'test',
      provider: 'syntho',
      id: '2',
      workspace: '1',
      user: '3',
      email: 'cy@example.com',
      role: 'EDITOR',
      level: 'edit',
      dataAccess: true,
    });
  });

  it.each([
    [{ workspace: '3', user: null }, ['5', '6', '7']],
    [{ workspace: null, user: 'ANA@example.com' }, ['1', '4', '6']],
    [{ workspace: '1', user: '4' }, ['3']],
    [{ workspace: '9', user: null }, []],
  ])('narrow to %j', async (filter, ids) => {
    expect((await rows(workspaces, filter)).map((row) => row.id)).toEqual(ids);
  });

  it('read every page', async () => {
    await manner({ lists: 'paginated' });
    expect(await rows()).toHaveLength(7);
    expect(at.sent.filter((line) => line.includes('permissions'))).toHaveLength(2);
  });

  it.each([
    'https://elsewhere.example.com/api/v1/workspace_permissions/?page=2',
    '/api/v1/other/?page=2',
    '?again=1',
  ])('do not follow %s to the end of the world', async (next) => {
    const server = await answering(() => ({ status: 200, body: JSON.stringify({ next, results: [] }) }));
    const { env } = sandbox.room('syntho');
    const other = await providerAt(synthoDescriptor, env, {
      baseUrl: server.baseUrl,
      secrets: { sessionId: 's' },
    });
    expect((await failureOf(rows(capabilityOf(other.provider)))).code).toBe('bad-answer');
    expect(server.asked.length).toBeLessThan(6);
    await other.provider.close();
    await server.close();
  });

  it('show keys alone where people cannot be listed', async () => {
    const row = { pk: 1, workspace: 2, user: 3, role: 'GUARDIAN', data_access: true };
    const server = await answering(({ path }) =>
      path.startsWith('/api/v1/users/')
        ? { status: 403, body: '{"detail":"You do not have permission."}' }
        : { status: 200, body: JSON.stringify([row]) },
    );
    const { env } = sandbox.room('syntho');
    const other = await providerAt(synthoDescriptor, env, {
      baseUrl: server.baseUrl,
      secrets: { sessionId: 's' },
    });
    expect(await rows(capabilityOf(other.provider))).toMatchObject([
      { user: '3', email: null, role: 'GUARDIAN', level: null },
    ]);
    expect(other.warnings).toHaveLength(1);
    await other.provider.close();
    await server.close();
  });

  it.each(['transfer', '..', '1/', '0', '-1', '1e3', ''])('send nothing for the key %j', async (id) => {
    expect((await failureOf(workspaces.get(id))).code).toBe('invalid-input');
    expect((await failureOf(workspaces.planRevoke({ id }))).code).toBe('invalid-input');
    expect(at.sent).toEqual([]);
  });
});

describe('grant', () => {
  const grant = (
    role: string,
    dataAccess: boolean | null = null,
    who = 'emil@example.com',
    workspace = '1',
  ) => workspaces.planGrant({ workspace, who, role, dataAccess });

  it('creates a row and says explicitly that the data stay closed', async () => {
    const plan = await grant('reader');
    expect(stepsOf(plan)).toEqual([
      [
        'POST',
        '/api/v1/workspace_permissions/',
        { workspace: 1, user: 5, role: 'READER', data_access: false },
      ],
    ]);
    expect((await carryOut(at.provider, plan)).value.value).toMatchObject({
      email: 'emil@example.com',
      role: 'READER',
    });
  });

  it('changes only what differs, and sends nothing for what is so', async () => {
    const change = await grant('editor', true, 'dora@example.com');
    expect(stepsOf(change)).toEqual([
      ['PATCH', '/api/v1/workspace_permissions/3/', { role: 'EDITOR', data_access: true }],
    ]);
    expect(change.risk).toBe('plain');
    await carryOut(at.provider, change);
    expect((await grant('edit', null, 'dora@example.com')).steps).toEqual([]);
    const less = await grant('reader', null, 'dora@example.com');
    expect(less.risk).toBe('destructive');
    expect(JSON.parse(less.steps[0]?.body ?? '')).toEqual({ role: 'READER' });
  });

  it.each([
    ['owner', 'refused', 'workspace transfer'],
    ['admin', 'refused', 'workspace transfer'],
    ['ADMINISTRATOR', 'invalid-input', 'reader or editor'],
    ['redaer', 'invalid-input', 'Did you mean reader?'],
  ])('refuses the role %s before anything is asked', async (role, code, hint) => {
    const failure = await failureOf(grant(role));
    expect(failure).toMatchObject({ code });
    expect(failure.hint).toContain(hint);
    expect(at.sent).toEqual([]);
  });

  it.each([
    ['emli@example.com', 'unknown-principal', 'Did you mean emil@example.com?'],
    ['nobody', 'unknown-principal', 'Give the e-mail as Syntho has it, or the key of the user.'],
  ])('refuses the unknown person %s', async (who, code, hint) => {
    expect(await failureOf(grant('reader', null, who))).toMatchObject({ code, hint });
  });

  it('takes a row that somebody else made meanwhile for done when it is the same', async () => {
    const mine = await grant('reader');
    await carryOut(at.provider, await grant('reader'));
    expect((await failureOf(mine.unchanged?.() ?? Promise.resolve())).code).toBe('conflict');
    const [step] = mine.steps;
    if (step === undefined) throw new Error('Nothing planned.');
    const answer = await at.provider.send(step);
    expect(answer.status).toBe(400);
    expect((await mine.finish([answer])).notes).toEqual(['Somebody else was faster: it was already so.']);
    await carryOut(at.provider, await grant('editor'));
    const failure = await failureOf(mine.finish([answer]));
    expect(failure).toMatchObject({ code: 'rejected', status: 400 });
    expect(failure.message).toContain('must make a unique set');
  });

  it('says who may, when it was refused', async () => {
    const failure = await failureOf(
      carryOut(at.provider, await grant('reader', null, 'emil@example.com', '3')),
    );
    expect(failure).toMatchObject({ code: 'not-allowed', status: 403 });
    expect(failure.hint).toContain('owner');
    expect(logins()).toBe(1);
  });

  it('tells after a lost answer whether it happened', async () => {
    const plan = await grant('reader');
    expect(await plan.settle?.()).toBe('not-applied');
    for (const step of plan.steps) await at.provider.send(step);
    expect(await plan.settle?.()).toBe('applied');
    await carryOut(at.provider, await grant('editor'));
    expect(await plan.settle?.()).toBe('unknown');
  });
});

describe('update and revoke', () => {
  it('changes access to the data alone', async () => {
    const plan = await workspaces.planUpdate('2', { role: null, dataAccess: false });
    expect(JSON.parse(plan.steps[0]?.body ?? '')).toEqual({ data_access: false });
    expect(plan.risk).toBe('destructive');
    expect((await carryOut(at.provider, plan)).value.value).toMatchObject({
      role: 'EDITOR',
      dataAccess: false,
    });
  });

  it('guards the last owner', async () => {
    const demoted = await workspaces.planUpdate('1', { role: 'reader', dataAccess: null });
    expect(demoted.guards.map((guard) => guard.flag)).toEqual(['--allow-ownerless']);
    const revoked = await workspaces.planRevoke({ workspace: '1', who: 'ana@example.com' });
    expect(revoked.guards.map((guard) => guard.flag)).toEqual(['--allow-ownerless', '--allow-self-lockout']);
    expect(demoted.guards[0]?.message).toContain('workspace transfer');
  });

  it('guards one’s own access', async () => {
    expect((await workspaces.planRevoke({ id: '6' })).guards.map((guard) => guard.flag)).toEqual([
      '--allow-self-lockout',
    ]);
    expect((await workspaces.planRevoke({ id: '2' })).guards).toEqual([]);
  });

  it('removes a row by its key and by person, and has nothing to do the second time', async () => {
    await carryOut(at.provider, await workspaces.planRevoke({ id: '2' }));
    await carryOut(at.provider, await workspaces.planRevoke({ workspace: '1', who: 'dora@example.com' }));
    expect(await rolesIn('1')).toEqual({ 'ana@example.com': 'OWNER' });
    expect((await workspaces.planRevoke({ workspace: '1', who: 'dora@example.com' })).steps).toEqual([]);
    expect((await failureOf(workspaces.planRevoke({ id: '2' }))).code).toBe('not-found');
  });

  it('says when somebody else was faster', async () => {
    const plan = await workspaces.planRevoke({ id: '2' });
    await carryOut(at.provider, await workspaces.planRevoke({ id: '2' }));
    const answers = await Promise.all(plan.steps.map((step) => at.provider.send(step)));
    expect((await plan.finish(answers)).notes).toEqual(['It was already gone.']);
  });
});

describe('transfer', () => {
  const transfer = (keepRole: string | null, list = ['1', '2'], dataAccess = false) =>
    workspaces.planTransfer({ workspaces: list, to: 'Bo@example.com', keepRole, dataAccess });

  it('hands several over in one request, and reads every one back', async () => {
    const plan = await transfer('reader');
    expect(stepsOf(plan)).toEqual([
      [
        'PATCH',
        '/api/v1/workspace_permissions/transfer/',
        { workspaces: [1, 2], new_owner: 'bo@example.com', role: 'READER', data_access: false },
      ],
    ]);
    expect(plan).toMatchObject({
      risk: 'severe',
      confirm: 'bo@example.com',
      guards: [],
      undo: { kind: 'impossible' },
    });
    await carryOut(at.provider, plan);
    expect(await rolesIn('1')).toMatchObject({
      'ana@example.com': 'READER',
      'bo@example.com': 'OWNER',
      'cy@example.com': 'EDITOR',
      'dora@example.com': 'READER',
    });
    expect((await transfer('reader')).steps).toEqual([]);
  });

  it('says in words what the old owner keeps', async () => {
    const [note] = (await transfer('editor', ['1'], true)).notes;
    expect(note).toBe(
      'Workspace 1: bo@example.com becomes the owner, ana@example.com stays as EDITOR, with access to the data. Everybody else keeps their access.',
    );
  });

  it('keeps nothing only when that was said, and then cannot see the result', async () => {
    const plan = await transfer(null, ['2']);
    expect(plan.guards.map((guard) => guard.flag)).toEqual(['--keep-role none']);
    expect(JSON.parse(plan.steps[0]?.body ?? '')).toEqual({ workspaces: [2], new_owner: 'bo@example.com' });
    const { value, notes } = await carryOut(at.provider, plan);
    expect(value).toEqual([]);
    expect(notes).toEqual([
      'You no longer see workspace 2, so the new owner cannot be confirmed from this account.',
    ]);
    const bo = await as('bo');
    expect(await rolesIn('2', capabilityOf(bo.provider))).toEqual({ 'bo@example.com': 'OWNER' });
    await bo.provider.close();
  });

  it('needs no such word from an administrator, who sees the result', async () => {
    const admin = await as('admin');
    const plan = await capabilityOf(admin.provider).planTransfer({
      workspaces: ['4'],
      to: 'bo@example.com',
      keepRole: null,
      dataAccess: false,
    });
    expect(plan.guards).toEqual([]);
    expect((await carryOut(admin.provider, plan)).value).toMatchObject([
      { email: 'bo@example.com', role: 'OWNER' },
    ]);
    await admin.provider.close();
  });

  it('reports a server that only echoes', async () => {
    const plan = await transfer('reader');
    expect(await plan.settle?.()).toBe('not-applied');
    const failure = await failureOf(plan.finish([]));
    expect(failure).toMatchObject({
      code: 'conflict',
      details: { workspaces: [{ workspace: 1, state: 'not-done' }, { workspace: 2 }] },
    });
  });

  it('tells a result that is only half as planned from a done one', async () => {
    const plan = await transfer('editor', ['1'], true);
    await carryOut(at.provider, await transfer('reader', ['1']));
    expect(await plan.settle?.()).toBe('unknown');
    expect((await failureOf(plan.finish([]))).code).toBe('conflict');
  });

  it('refuses the owner’s role, unknown people, workspaces that are not to be seen', async () => {
    expect((await failureOf(transfer('owner'))).code).toBe('refused');
    expect((await failureOf(transfer('reader', ['4']))).code).toBe('not-found');
    const nobody = workspaces.planTransfer({
      workspaces: ['1'],
      to: 'no@example.com',
      keepRole: null,
      dataAccess: false,
    });
    expect((await failureOf(nobody)).code).toBe('unknown-principal');
  });

  it('says that an older server cannot', async () => {
    await manner({ transfer: false });
    const failure = await failureOf(carryOut(at.provider, await transfer('reader')));
    expect(failure).toMatchObject({ code: 'unsupported', status: 404 });
    expect(failure.hint).toContain('Older installations');
  });

  it('notices another owner in between', async () => {
    const plan = await transfer('reader', ['1']);
    const other = workspaces.planTransfer({
      workspaces: ['1'],
      to: 'cy@example.com',
      keepRole: 'reader',
      dataAccess: false,
    });
    await carryOut(at.provider, await other);
    expect((await failureOf(plan.unchanged?.() ?? Promise.resolve())).code).toBe('conflict');
  });
});

describe('requests and errors', () => {
  it('takes no redirect of a write for success', async () => {
    const plan = await workspaces.planGrant({
      workspace: '2',
      who: 'dora@example.com',
      role: 'reader',
      dataAccess: null,
    });
    for (const status of [301, 302, 307, 308]) {
      const server = await answering(() => ({ status, body: '', headers: { location: '/elsewhere/' } }));
      const { env } = sandbox.room('syntho');
      const other = await providerAt(synthoDescriptor, env, {
        baseUrl: server.baseUrl,
        secrets: { authorization: 'x' },
      });
      for (const step of plan.steps)
        expect((await failureOf(other.provider.send(step))).code).toBe('redirect');
      expect(server.asked.map((one) => one.path)).toEqual(['/api/v1/workspace_permissions/']);
      await other.provider.close();
      await server.close();
    }
  });

  it('ends every path with a slash', async () => {
    await carryOut(
      at.provider,
      await workspaces.planGrant({ workspace: '1', who: 'emil@example.com', role: 'view', dataAccess: null }),
    );
    await carryOut(at.provider, await workspaces.planRevoke({ id: '2' }));
    await carryOut(
      at.provider,
      await workspaces.planTransfer({
        workspaces: ['1'],
        to: 'bo@example.com',
        keepRole: 'view',
        dataAccess: false,
      }),
    );
    expect(at.sent.length).toBeGreaterThan(8);
    for (const line of at.sent) expect(line).toMatch(/\/$/);
  });

  it.each([
    ['{"detail":"No."}', ['No.']],
    [
      '{"role":["This field is required."],"non_field_errors":["Twice."]}',
      ['role: This field is required.', 'Twice.'],
    ],
    ['["One.","Two."]', ['One.', 'Two.']],
    ['{"workspaces":[["Not an integer."]]}', ['workspaces: Not an integer.']],
    [
      '{"id":7,"code":"E400","title":"Refused","body":["Because."],"kind":"ERROR","details":{"user":["Unknown."]}}',
      ['Refused', 'Because.', 'user: Unknown.'],
    ],
    ['<html></html>', []],
  ])('reads %s', (body, messages) => {
    expect(messagesIn(body)).toEqual(messages);
  });

  it("knows a missing session in the vendor's own messages", async () => {
    await rows();
    await manner({ errors: 'application' });
    await endSessions();
    expect(await rows()).toHaveLength(7);
  });
});
