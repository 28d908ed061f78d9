/**
 * The client against recorded answers of Grafana 5.0.0-beta1 and 7.5.5. What a scenario does not hold (who the caller
 * is, the objects by uid) is derived from its own setup requests; lists, writes and errors are the recorded ones.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DashctlError } from '../../src/errors.ts';
import type { HttpRequest, Method } from '../../src/http/http.ts';
import type { SafePath } from '../../src/http/path.ts';
import type { Grant } from '../../src/model/grant.ts';
import { parsePrincipal } from '../../src/model/principal-text.ts';
import type { AclResource } from '../../src/providers/provider.ts';
import {
  aclOf,
  carryOut,
  connectGrafana,
  dashboardsOf,
  failureOf,
  grafanaAccount,
  grants,
} from '../support/grafana-account.ts';
import type { Connected } from '../support/grafana-account.ts';
import { answerOf, grafanaScenarios, jsonAnswer, serveAnswers } from '../support/grafana-answers.ts';
import { recordingsDir } from '../support/recordings.ts';
import type { Answer, Asked, GrafanaExchange, GrafanaScenario } from '../support/grafana-answers.ts';

const scenarios = grafanaScenarios();

/** Scenarios that no command of dashctl reaches; their errors are replayed all the same. */
const beyondTheCommands = {
  '01-api-keys': 'dashctl uses keys, it does not make them',
  '01-users-setup': 'dashctl creates no users',
  '03-acl-dashboard-encoding': 'bodies that only a hand-made client sends',
  '03-acl-folder-encoding': 'bodies that only a hand-made client sends',
  '05-invites': 'organization invites have no command yet',
  '06-snapshots': 'snapshots have no command',
  '07-headers-and-paths': 'odd paths and methods that the path check refuses',
} as const;

interface Row {
  readonly [key: string]: unknown;
  readonly userId: number;
  readonly teamId: number;
  readonly role?: string;
  readonly permission: number;
  readonly permissionName: string;
  readonly dashboardId?: number;
  readonly inherited?: boolean;
  readonly created: string;
}

/** A dashboard or folder as the setup of a scenario made it. */
interface Made {
  readonly id: number;
  readonly uid: string;
  readonly title: string;
  readonly url: string;
  readonly isFolder: boolean;
  readonly folderId: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Objects that exist at a moment of a scenario, by the requests before it. */
function madeBefore(exchanges: readonly GrafanaExchange[], until: number): Made[] {
  const made = new Map<number, Made>();
  for (const { request, response } of exchanges.slice(0, until)) {
    if (request.method !== 'POST' || response.status !== 200) continue;
    const answer = response.body as { id: number; uid: string; title?: string; url: string };
    const body = request.body as {
      title?: string;
      dashboard?: { title: string };
      folderId?: number;
      isFolder?: boolean;
    };
    if (request.path === '/api/folders') {
      made.set(answer.id, { ...answer, title: body.title ?? '', isFolder: true, folderId: 0, data: {} });
    } else if (request.path === '/api/dashboards/db') {
      made.set(answer.id, {
        ...answer,
        title: body.dashboard?.title ?? '',
        isFolder: body.isFolder === true,
        folderId: body.folderId ?? 0,
        data: { ...body.dashboard },
      });
    }
  }
  return [...made.values()];
}

/** Reads beside the recorded one: health, organization, members, teams, and the objects of the scenario. */
function surroundings(
  version: string,
  made: readonly Made[],
  caller: Caller,
): (asked: Asked) => Answer | null {
  const principals = scenarioOf(version, '04-principals');
  const teams = scenarioOf(version, '04-teams');
  const members = principals.exchanges[0]?.response.body as {
    userId: number;
    login: string;
    email: string;
    role: string;
  }[];
  const me = members.find((member) => member.login === caller.login);
  return ({ method, path }) => {
    if (method !== 'GET') return null;
    const url = new URL(path, 'http://grafana.test');
    switch (url.pathname) {
      case '/api/health':
        return jsonAnswer({ commit: 'NA', database: 'ok', version });
      case '/api/org':
        return jsonAnswer({ id: 1, name: 'Main Org.' });
      case '/api/user':
        return jsonAnswer({ ...me, id: version === '5.0.0-beta1' ? 0 : me?.userId });
      case '/api/user/orgs':
        return jsonAnswer([{ orgId: 1, name: 'Main Org.', role: me?.role }]);
      case '/api/user/teams':
        return jsonAnswer(caller.teams);
      case '/api/org/users':
        return me?.role === 'Admin' ? jsonAnswer(members) : jsonAnswer({ message: 'Permission denied' }, 403);
      case '/api/org/users/lookup':
      case '/api/users/lookup':
        return jsonAnswer({ message: 'Permission denied' }, 403);
      case '/api/serviceaccounts/search':
        return jsonAnswer({ message: 'Not found' }, 404);
      case '/api/dashboards/id/1/permissions':
        return jsonAnswer({ message: version === '7.5.5' ? 'Dashboard not found' : 'Not found' }, 404);
      case '/api/dashboards/id/1/acl':
        return jsonAnswer([]);
      case '/api/teams/search': {
        const list = teams.exchanges.find(({ request }) => request.path === '/api/teams/search');
        return list === undefined ? null : answerOf(list);
      }
    }
    const team = /^\/api\/teams\/(\d+)$/.exec(url.pathname)?.[1];
    if (team !== undefined) {
      const list = teams.exchanges.find(({ request }) => request.path === '/api/teams/search');
      const found = (list?.response.body as { teams: { id: number }[] }).teams.find(
        (one) => one.id === Number(team),
      );
      return found === undefined ? jsonAnswer({ message: 'Team not found' }, 404) : jsonAnswer(found);
    }
    const uid = /^\/api\/dashboards\/uid\/([^/]+)$/.exec(url.pathname)?.[1];
    if (uid !== undefined) return dashboardAnswer(made, uid);
    const folderUid = /^\/api\/folders\/([^/]+)$/.exec(url.pathname)?.[1];
    if (folderUid !== undefined) {
      const found = made.find((one) => one.isFolder && one.uid === folderUid);
      return version === '7.5.5' && found !== undefined
        ? jsonAnswer({ id: found.id, uid: found.uid, title: found.title })
        : jsonAnswer({ message: 'Not found' }, 404);
    }
    if (url.pathname === '/api/search') {
      const id = Number(url.searchParams.get('dashboardIds'));
      return jsonAnswer(
        made
          .filter((one) => one.id === id)
          .map((one) => ({ ...one, type: one.isFolder ? 'dash-folder' : 'dash-db', tags: [] })),
      );
    }
    return null;
  };
}

function dashboardAnswer(made: readonly Made[], uid: string): Answer {
  const found = made.find((one) => one.uid === uid);
  if (found === undefined) return jsonAnswer({ message: 'Dashboard not found' }, 404);
  const folder = made.find((one) => one.id === found.folderId);
  const meta = {
    isFolder: found.isFolder,
    url: found.url,
    folderId: found.folderId,
    folderTitle: folder?.title ?? 'General',
    folderUrl: folder?.url ?? '',
  };
  return jsonAnswer({ meta, dashboard: { ...found.data, id: found.id, uid: found.uid } });
}

interface Caller {
  readonly login: string;
  readonly teams: readonly { readonly id: number; readonly name: string }[];
}

const admin: Caller = { login: 'admin', teams: [] };

function scenarioOf(version: string, name: string): GrafanaScenario {
  const found = scenarios.find((one) => one.version === version && one.name === name);
  if (found === undefined) throw new Error(`No scenario ${version}/${name}`);
  return found;
}

/** Connects to a server that answers by `answer`, and checks that nothing unexpected was asked for. */
async function withServer(
  answer: (asked: Asked) => Answer | null,
  act: (connected: Connected) => Promise<void>,
): Promise<void> {
  const server = await serveAnswers(answer);
  const connected = await connectGrafana(
    grafanaAccount(server.baseUrl, { user: 'admin', password: 'not-in-any-recording' }),
  );
  try {
    await act(connected);
    expect(server.unexpected).toEqual([]);
  } finally {
    await connected.provider.close();
    await server.close();
  }
}

const aclPath =
  /^\/api\/(?:dashboards\/id\/([1-9]\d*)\/(?:acl|permissions)|folders\/([\w-]{1,40})\/permissions)$/;

/** The object whose list a path addresses, when the scenario made it. */
function objectAt(path: string, made: readonly Made[]): Made | undefined {
  const [, id, uid] = aclPath.exec(path) ?? [];
  return made.find((one) => (id === undefined ? one.uid === uid : one.id === Number(id)));
}

function resourceOf(made: Made): AclResource {
  return { kind: made.isFolder ? 'folder' : 'dashboard', id: made.uid };
}

/** What a recorded row says, told apart from the client's own reading. */
function expected(row: Row, object: Made, version: string): Record<string, unknown> {
  const named = [row.userId !== 0, row.teamId !== 0, (row.role ?? '') !== ''].filter(Boolean).length;
  const level = named === 1 && row.permissionName !== '' ? row.permissionName.toLowerCase() : null;
  const isDefault = row.created === '2017-06-20T00:00:00Z';
  const inherited =
    version === '5.0.0-beta1' ? row.dashboardId !== object.id : row.inherited === true || isDefault;
  return {
    kind: row.userId !== 0 ? 'user' : row.teamId !== 0 ? 'team' : 'role',
    id: row.userId !== 0 ? String(row.userId) : row.teamId !== 0 ? String(row.teamId) : null,
    level,
    inherited,
    isDefault,
  };
}

function told(grant: Grant): Record<string, unknown> {
  const { principal, level, inherited, inheritedFrom } = grant;
  return { kind: principal.kind, id: principal.id, level, inherited, isDefault: inheritedFrom === 'default' };
}

describe.skipIf(scenarios.length === 0)('recorded lists', () => {
  const lists = scenarios.flatMap(({ version, name, exchanges }) =>
    exchanges.flatMap((exchange, index) => {
      const { request, response } = exchange;
      if (request.method !== 'GET' || response.status !== 200 || !aclPath.test(request.path)) return [];
      // A folder of 7.5.5 read through the path of dashboards is reached by its uid in dashctl.
      const object = objectAt(request.path, madeBefore(exchanges, index));
      if (object === undefined || (object.isFolder && version === '7.5.5' && request.path.includes('/id/')))
        return [];
      return [{ version, name, index, exchange, object, made: madeBefore(exchanges, index) }];
    }),
  );

  it('are many', () => {
    expect(lists.length).toBeGreaterThan(200);
  });

  it.each([...new Set(lists.map(({ version, name }) => `${version}/${name}`))])('%s', async (scenario) => {
    for (const one of lists.filter(({ version, name }) => `${version}/${name}` === scenario)) {
      const others = surroundings(one.version, one.made, admin);
      const answer = (asked: Asked): Answer | null =>
        asked.path === one.exchange.request.path ? answerOf(one.exchange) : others(asked);
      await withServer(answer, async ({ provider, writes }) => {
        const { items } = await aclOf(provider).list(resourceOf(one.object));
        const rows = one.exchange.response.body as Row[];
        expect(items.map(told), `${scenario} #${one.index}`).toEqual(
          rows.map((row) => expected(row, one.object, one.version)),
        );
        expect(writes).toEqual([]);
      });
    }
  });
});

/** A recorded item as dashctl's words, or null when no words say it: several principals, an empty role (stored as Viewer), a level
 * that is none. */
function wordsOf(item: Record<string, unknown>): string | null {
  const level = { 1: 'view', 2: 'edit', 4: 'admin' }[item.permission as number];
  const who = [
    ...(typeof item.userId === 'number' && item.userId !== 0 ? [`user#${item.userId}`] : []),
    ...(typeof item.teamId === 'number' && item.teamId !== 0 ? [`team#${item.teamId}`] : []),
    ...(typeof item.role === 'string' && item.role !== '' ? [`role:${item.role}`] : []),
  ];
  return level === undefined || who.length !== 1 || item.role === '' ? null : `${who[0] ?? ''}=${level}`;
}

function itemOf({ role, userId, teamId, permission }: Record<string, unknown>): Record<string, unknown> {
  if (userId !== undefined && userId !== 0) return { userId, permission };
  return teamId !== undefined && teamId !== null && teamId !== 0
    ? { teamId, permission }
    : { role, permission };
}

describe.skipIf(scenarios.length === 0)('recorded writes of a list', () => {
  const written = scenarios.flatMap(({ version, name, exchanges }) =>
    exchanges.flatMap((exchange, index) => {
      const { request, response } = exchange;
      const { items } = (request.body ?? {}) as { items?: Record<string, unknown>[] };
      if (request.method !== 'POST' || response.status !== 200 || !aclPath.test(request.path)) return [];
      if (request.bodyIsRaw === true || !Array.isArray(items) || items.length === 0) return [];
      const made = madeBefore(exchanges, index);
      const object = objectAt(request.path, made);
      if (object === undefined || (object.isFolder && version === '7.5.5' && request.path.includes('/id/')))
        return [];
      const words = items.map(wordsOf);
      if (words.includes(null)) return [];
      const next = exchanges.slice(index + 1).find((later) => later.request.path === request.path);
      const readBack = next?.request.method === 'GET' && next.response.status === 200 ? next : null;
      return [
        {
          version,
          name,
          index,
          exchange,
          made,
          object,
          items,
          words: words.filter((word) => word !== null),
          readBack,
        },
      ];
    }),
  );

  it('are many', () => {
    expect(written.length).toBeGreaterThan(80);
  });

  it.each([...new Set(written.map(({ version, name }) => `${version}/${name}`))])('%s', async (scenario) => {
    for (const one of written.filter(({ version, name }) => `${version}/${name}` === scenario)) {
      const others = surroundings(one.version, one.made, admin);
      let body: string | null = null;
      const answer = (asked: Asked): Answer | null => {
        if (asked.path !== one.exchange.request.path) return others(asked);
        if (asked.method === 'POST') {
          body = asked.body;
          return answerOf(one.exchange);
        }
        return body === null || one.readBack === null ? jsonAnswer([]) : answerOf(one.readBack);
      };
      await withServer(answer, async ({ provider, writes }) => {
        const planned = aclOf(provider).planSet(resourceOf(one.object), grants(...one.words));
        const reason = refusalOf(one.items, one.version);
        if (reason !== null) {
          expect((await failureOf(planned)).code, `${scenario} #${one.index}`).toBe(reason);
          expect(writes).toEqual([]);
          return;
        }
        const plan = await planned;
        if (one.readBack !== null) await carryOut(provider, plan);
        else for (const step of plan.steps) await provider.send(step);
        expect(JSON.parse(body ?? ''), `${scenario} #${one.index}`).toEqual({ items: one.items.map(itemOf) });
      });
    }
  });

  /** Why dashctl never sends a list that the server took: people and teams that do not exist, the role Admin, doubles. */
  function refusalOf(items: readonly Record<string, unknown>[], version: string): string | null {
    const users = (
      scenarioOf(version, '04-principals').exchanges[0]?.response.body as { userId: number }[]
    ).map((member) => member.userId);
    const list = scenarioOf(version, '04-teams').exchanges.find(
      ({ request }) => request.path === '/api/teams/search',
    );
    const teams = (list?.response.body as { teams: { id: number }[] }).teams.map((team) => team.id);
    for (const item of items.map(itemOf)) {
      const { userId, teamId, role } = item as { userId?: number; teamId?: number; role?: string };
      if (role === 'Admin') return 'invalid-input';
      if (userId !== undefined && !(userId > 0)) return 'invalid-input';
      if (teamId !== undefined && !(teamId > 0)) return 'invalid-input';
      if (userId !== undefined && !users.includes(userId)) return 'unknown-principal';
      if (teamId !== undefined && !teams.includes(teamId)) return 'unknown-principal';
    }
    const keys = items.map((item) => JSON.stringify({ ...itemOf(item), permission: 0 }));
    return new Set(keys).size < keys.length ? 'invalid-input' : null;
  }
});

describe.skipIf(scenarios.length === 0)('recorded errors', () => {
  const codes: Readonly<Record<number, string>> = {
    400: 'rejected',
    401: 'not-authenticated',
    403: 'not-allowed',
    404: 'not-found',
    409: 'conflict',
    412: 'conflict',
    415: 'rejected',
    422: 'rejected',
  };

  it.each(scenarios.map(({ version, name }) => `${version}/${name}`))('%s', async (scenario) => {
    const found = scenarios.find(({ version, name }) => `${version}/${name}` === scenario);
    const failed = (found?.exchanges ?? []).filter(
      ({ request, response }) =>
        response.status >= 400 &&
        ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(request.method) &&
        /^\/api\/[\w/.-]*$/.test(request.path) &&
        !/\/\.{1,2}(\/|$)|\/\/|\/$/.test(request.path) &&
        !(response.status >= 500 && request.method === 'GET'),
    );
    for (const exchange of failed) {
      const { method, path } = exchange.request;
      await withServer(
        () => answerOf(exchange),
        async ({ provider }) => {
          const request: HttpRequest = {
            method: method as Method,
            path: path as SafePath,
            ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{}' }),
          };
          const failure: DashctlError = await failureOf(provider.send(request));
          const { status, body } = exchange.response;
          const code = status >= 500 ? ['server-error', 'fate-unknown'] : [codes[status]];
          expect(code, `${scenario} ${method} ${path}`).toContain(failure.code);
          if (failure.code !== 'fate-unknown') expect(failure.message).toContain(messageOf(body));
        },
      );
    }
  });

  /** The recorded words of each of the three shapes. */
  function messageOf(body: unknown): string {
    const one = Array.isArray(body) ? (body[0] as unknown) : body;
    if (typeof one !== 'object' || one === null || !('message' in one)) return '';
    return String(one.message);
  }
});

describe.skipIf(scenarios.length === 0)('cases of later servers', () => {
  interface Case {
    readonly name: string;
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly expect?: { readonly message?: string; readonly messageId?: string };
  }

  it('end in a code, the words and the message id of the server', async () => {
    const text = readFileSync(resolve(recordingsDir ?? '', 'grafana', 'rbac-cases.json'), 'utf8');
    const failed = (JSON.parse(text) as Case[]).filter(({ status }) => status >= 400);
    expect(failed.length).toBeGreaterThan(8);
    for (const one of failed) {
      const { message = 'refused', messageId } = one.expect ?? {};
      await withServer(
        () => jsonAnswer({ message, messageId }, one.status),
        async ({ provider }) => {
          const at = one.path.replace('{id}', '7').replace(/\{\w+\}/, 'abc') as SafePath;
          const failure = await failureOf(provider.send({ method: one.method as Method, path: at }));
          const code = { 400: 'rejected', 403: 'not-allowed', 500: 'fate-unknown' }[one.status];
          expect(failure.code, one.name).toBe(code);
          if (one.status !== 500) expect(failure.message, one.name).toContain(message);
          if (messageId !== undefined) expect(failure.details).toEqual({ messageId });
        },
      );
    }
  });
});

describe.skipIf(scenarios.length === 0)('recorded turns', () => {
  it('7.5.5/03-acl-inherited: only a higher entry goes beside an inherited one', async () => {
    const { version, exchanges } = scenarioOf('7.5.5', '03-acl-inherited');
    const made = madeBefore(exchanges, 8);
    const others = surroundings(version, made, admin);
    const [state, raised, after] = [exchanges[7], exchanges[12], exchanges[13]];
    if (state === undefined || raised === undefined || after === undefined)
      throw new Error('Recording changed.');
    let sent = '';
    const answer = (asked: Asked): Answer | null => {
      if (asked.path !== state.request.path) return others(asked);
      if (asked.method === 'POST') sent = asked.body;
      return asked.method === 'POST' ? answerOf(raised) : answerOf(sent === '' ? state : after);
    };
    await withServer(answer, async ({ provider }) => {
      const acl = aclOf(provider);
      const object = objectAt(state.request.path, made);
      if (object === undefined) throw new Error('Recording changed.');
      const resource = resourceOf(object);
      expect((await failureOf(acl.planGrant(resource, grants('user#35=view')))).code).toBe('refused');
      expect((await acl.planGrant(resource, grants('user#35=edit'))).steps).toEqual([]);
      const plan = await acl.planGrant(resource, grants('user#35=admin'));
      await carryOut(provider, plan);
      expect(JSON.parse(sent)).toEqual(raised.request.body);
    });
  });

  it('5.0.0-beta1/03-acl-dashboard-delete-item: one entry goes by its own row id', async () => {
    const { version, exchanges } = scenarioOf('5.0.0-beta1', '03-acl-dashboard-delete-item');
    const made = madeBefore(exchanges, 8);
    const others = surroundings(version, made, admin);
    const [state, removal, after] = [exchanges[8], exchanges[9], exchanges[10]];
    if (state === undefined || removal === undefined || after === undefined)
      throw new Error('Recording changed.');
    let deleted = false;
    const answer = (asked: Asked): Answer | null => {
      if (asked.method === 'DELETE') {
        deleted = asked.path === removal.request.path;
        return deleted ? answerOf(removal) : null;
      }
      return asked.path === state.request.path ? answerOf(deleted ? after : state) : others(asked);
    };
    await withServer(answer, async ({ provider, writes }) => {
      const resource: AclResource = { kind: 'dashboard', id: '283' };
      const plan = await aclOf(provider).planRevoke(resource, [parsePrincipal('user#55')]);
      const { value } = await carryOut(provider, plan);
      expect(writes).toEqual([`DELETE ${removal.request.path}`]);
      expect(value.map((grant) => grant.principal.name)).toEqual(['Viewer', 'rec-team-a']);
    });
  });

  it.each([
    { login: 'rec-dashadmin', teams: [], words: ['user#36=edit'], locked: true },
    { login: 'rec-dashadmin', teams: [], words: ['user#36=admin'], locked: false },
    {
      login: 'rec-teamadmin',
      teams: [{ id: 14, name: 'rec-admins' }],
      words: ['role:Viewer=view'],
      locked: true,
    },
    {
      login: 'rec-teamadmin',
      teams: [{ id: 14, name: 'rec-admins' }],
      words: ['team#14=admin'],
      locked: false,
    },
    { login: 'rec-orgadmin', teams: [], words: ['role:Viewer=view'], locked: false },
  ])(
    '7.5.5/03-acl-dashboard-who: $login sets $words, locked out: $locked',
    async ({ login, teams, words, locked }) => {
      const { version, exchanges } = scenarioOf('7.5.5', '03-acl-dashboard-who');
      const state = exchanges[10];
      const made = madeBefore(exchanges, 10);
      const others = surroundings(version, made, { login, teams });
      const answer = (asked: Asked): Answer | null =>
        state !== undefined && asked.path === state.request.path ? answerOf(state) : others(asked);
      await withServer(answer, async ({ provider, writes }) => {
        const object = objectAt(state?.request.path ?? '', made);
        if (object === undefined) throw new Error('Recording changed.');
        const plan = await aclOf(provider).planSet(resourceOf(object), grants(...words));
        expect(plan.guards.some((guard) => guard.flag === '--allow-self-lockout')).toBe(locked);
        expect(writes).toEqual([]);
      });
    },
  );

  it.each(['5.0.0-beta1', '7.5.5'])(
    '%s/03-acl-dashboard-empty: an empty list takes --empty',
    async (version) => {
      const { exchanges } = scenarioOf(version, '03-acl-dashboard-empty');
      const made = madeBefore(exchanges, 12);
      const at = exchanges.findIndex(
        ({ request, response }) =>
          aclPath.test(request.path) && request.method === 'GET' && response.status === 200,
      );
      const state = exchanges[at];
      if (state === undefined) throw new Error('Recording changed.');
      const others = surroundings(version, made, admin);
      await withServer(
        (asked) => (asked.path === state.request.path ? answerOf(state) : others(asked)),
        async ({ provider }) => {
          const object = objectAt(state.request.path, made);
          if (object === undefined) throw new Error('Recording changed.');
          const plan = await aclOf(provider).planSet(resourceOf(object), []);
          expect([plan.risk, plan.guards.map((guard) => guard.flag)]).toEqual(['severe', ['--empty']]);
          expect(plan.steps.map((step) => step.body)).toEqual(['{"items":[]}']);
        },
      );
    },
  );

  it.each(['5.0.0-beta1', '7.5.5'])(
    '%s/02-search: every dashboard once, although 5.0 beta repeats pages',
    async (version) => {
      const { exchanges } = scenarioOf(version, '02-search');
      // 5.0 beta takes any text as uid; what may not stand in an address goes by its id.
      const nameOf = ({ id, uid }: { id: number; uid: string }): string =>
        /^[\w-]{1,40}$/.test(uid) ? uid : String(id);
      const whole = exchanges[8]?.response.body as { id: number; uid: string }[];
      const answer = ({ path }: Asked): Answer | null => {
        const query = new URL(path, 'http://grafana.test').searchParams;
        const [limit, page] = [query.get('limit'), query.get('page')];
        if (limit === '5000') return exchanges[8] === undefined ? null : answerOf(exchanges[8]);
        if (page === null) return exchanges[11] === undefined ? null : answerOf(exchanges[11]);
        if (page === '2') return exchanges[12] === undefined ? null : answerOf(exchanges[12]);
        // Later pages were not recorded; the recorded whole list says what they held.
        return jsonAnswer(whole.slice((Number(page) - 1) * 3, Number(page) * 3));
      };
      await withServer(answer, async ({ provider }) => {
        const ids: string[] = [];
        const query = {
          search: null,
          shared: null,
          deleted: false,
          tags: [],
          folder: null,
          limit: null,
          pageSize: 3,
        };
        for await (const page of dashboardsOf(provider).list(query))
          ids.push(...page.items.map((one) => one.id));
        expect(ids.toSorted()).toEqual(whole.map(nameOf).toSorted());
      });
    },
  );

  it.each(['5.0.0-beta1', '7.5.5'])('%s/02-dashboards-crud: read, change, delete, gone', async (version) => {
    const { exchanges } = scenarioOf(version, '02-dashboards-crud');
    const [got, saved, removed, gone] = [exchanges[1], exchanges[6], exchanges[18], exchanges[19]];
    if (got === undefined || saved === undefined || removed === undefined || gone === undefined) {
      throw new Error('Recording changed.');
    }
    const others = surroundings(version, [], admin);
    let body = '';
    let deleted = false;
    const answer = (asked: Asked): Answer | null => {
      if (asked.method === 'POST') body = asked.body;
      if (asked.method === 'DELETE') deleted = asked.path === removed.request.path;
      if (asked.method === 'POST') return answerOf(saved);
      if (asked.path === got.request.path)
        return answerOf(asked.method === 'DELETE' ? removed : deleted ? gone : got);
      return /\/acl$/.test(asked.path)
        ? jsonAnswer([{ role: 'Viewer', permission: 1, dashboardId: -1 }])
        : others(asked);
    };
    await withServer(answer, async ({ provider }) => {
      const dashboards = dashboardsOf(provider);
      const uid = /[^/]+$/.exec(got.request.path)?.[0] ?? '';
      expect((await dashboards.get(uid)).value).toMatchObject({
        id: uid,
        title: 'rec-dash-a',
        folder: null,
        owner: 'admin',
        tags: ['rec'],
        restricted: false,
      });
      const draft = {
        body: null,
        title: null,
        description: null,
        tags: ['rec', 'v2'],
        folder: null,
        layout: null,
      };
      const plan = await dashboards.planUpdate(uid, draft);
      for (const step of plan.steps) await provider.send(step);
      const { dashboard, folderId, overwrite } = saved.request.body as Record<string, unknown>;
      expect(JSON.parse(body)).toEqual({ dashboard, folderId, folderUid: '', overwrite });
      const { value } = await carryOut(provider, await dashboards.planDelete([uid]));
      expect(value.map((one) => one.id)).toEqual([uid]);
      expect((await failureOf(dashboards.get(uid))).code).toBe('not-found');
    });
  });

  it.each([
    ['5.0.0-beta1', 'Grafana 5.0.0-beta1, acl'],
    ['7.5.5', 'Grafana 7.5.5, permissions by id'],
  ])('%s/01-health: who and where', async (version, server) => {
    const { exchanges } = scenarioOf(version, '01-health');
    const others = surroundings(version, [], admin);
    const answer = (asked: Asked): Answer | null => {
      const recorded = exchanges.find(({ as, request }) => as !== 'anon' && request.path === asked.path);
      return recorded === undefined ? others(asked) : answerOf(recorded);
    };
    await withServer(answer, async ({ provider }) => {
      expect(await provider.whoami()).toMatchObject({
        name: 'admin@localhost',
        role: 'Admin',
        organization: 'Main Org.',
        server,
      });
    });
  });

  it.each(Object.keys(beyondTheCommands))('%s is beyond the commands, and exists', (name) => {
    expect(scenarios.some((one) => one.name === name)).toBe(true);
  });
});
