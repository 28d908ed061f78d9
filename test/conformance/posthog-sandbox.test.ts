/** Every known case of PostHog's own tests and code against the sandbox: status, keys and values that it states. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordingsDir } from '../support/recordings.ts';
import { callPosthog, posthogStore } from '../support/posthog.ts';
import type { PosthogAnswer } from '../support/posthog.ts';
import { realClock, testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import {
  analystsRole,
  foreignRole,
  homeProject,
  membershipId,
  posthogKeys,
  seedPosthog,
  shopOrganization,
  userUuid,
} from '../../src/sandbox/posthog/seed.ts';
import type { Dashboard, Feature, PosthogState } from '../../src/sandbox/posthog/state.ts';
import type { RoomStore } from '../../src/sandbox/room.ts';

interface Case {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly expect: unknown;
}

const file = recordingsDir === null ? null : resolve(recordingsDir, 'posthog', 'cases.json');
const cases =
  file !== null && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Case[]) : [];
if (cases.length === 0) {
  process.stderr.write('No recordings beside the repository: the posthog conformance tests do not run.\n');
}

/** The dashboard that every case starts with, made by the caller. */
const subject = 3001;
const other = 3002;
const token = 'conformanceTokenOfTheLiveLink';
const password = 4711;
const start = Date.now();

type Prepare = (state: PosthogState) => void;

const member: Prepare = (state) => {
  // Plain members are told apart from the author: the caller is Bo, the dashboard is Ana's.
  dashboardOf(state).author = userUuid(1);
};
const restricted: Prepare = (state) => {
  dashboardOf(state).restrictionLevel = 37;
};
const without =
  (...features: readonly Feature[]): Prepare =>
  (state) => {
    const organization = shop(state);
    organization.features = organization.features.filter((one) => !features.includes(one));
  };
const shared: Prepare = (state) => {
  state.shares.push({
    dashboard: subject,
    created: dashboardOf(state).created,
    enabled: true,
    token,
    settings: null,
    passwordRequired: false,
    expires: null,
  });
};
const locked: Prepare = (state) => {
  shared(state);
  for (const share of state.shares) if (share.dashboard === subject) share.passwordRequired = true;
  state.passwords.push({
    id: password,
    dashboard: subject,
    password: 'secure-test-password',
    note: '',
    author: userUuid(2),
    created: dashboardOf(state).created,
  });
};
const blocked: Prepare = (state) => {
  shop(state).allowPubliclySharedResources = false;
};
const collaborator: Prepare = (state) => {
  const when = dashboardOf(state).created;
  const row = { dashboard: subject, added: when, updated: when };
  state.collaborators.push({ ...row, id: userUuid(91), user: userUuid(4), level: 21 });
  state.collaborators.push({ ...row, id: userUuid(92), user: userUuid(5), level: 37 });
};
const twoTiles: Prepare = (state) => {
  state.insights.push({ id: 9001, project: homeProject, name: 'the insight', deleted: false });
  dashboardOf(state).tiles = [
    { id: 9002, insight: 9001, text: null, deleted: false },
    { id: 9003, insight: null, text: 'hello', deleted: false },
  ];
};
const rule =
  (level: 'none' | 'viewer', resourceId: string | null): Prepare =>
  (state) => {
    const when = dashboardOf(state).created;
    state.rules.push({
      project: homeProject,
      resource: 'dashboard',
      resourceId,
      member: null,
      role: null,
      level,
      author: userUuid(1),
      created: when,
      updated: when,
    });
  };
const all =
  (...steps: readonly Prepare[]): Prepare =>
  (state) => {
    for (const step of steps) step(state);
  };

/** What a case's prose asks for beyond the dashboard of the caller. */
const preparations: Readonly<Record<string, Prepare>> = {
  'list orders pinned then name and omits tiles': (state) => {
    dashboardOf(state).name = 'b dashboard';
    state.dashboards.push({ ...dashboardOf(state), id: other, name: 'a dashboard' });
  },
  'duplicate re-links tiles by default': twoTiles,
  'deep duplicate copies tiles': twoTiles,
  restore: all(twoTiles, (state) => {
    dashboardOf(state).deleted = true;
    for (const tile of dashboardOf(state).tiles) tile.deleted = true;
  }),
  'other member cannot set restriction': member,
  'other member cannot edit a restricted dashboard': all(member, restricted),
  'list collaborators as viewer': all(member, restricted, collaborator),
  'add on restricted dashboard as creator': restricted,
  'add without edit right': all(member, restricted),
  'add a user of another organization': restricted,
  'add view level': restricted,
  'add unknown user': restricted,
  remove: all(restricted, (state) => {
    const when = dashboardOf(state).created;
    const row = { dashboard: subject, added: when, updated: when };
    state.collaborators.push({ ...row, id: userUuid(93), user: userUuid(4), level: 37 });
  }),
  'sharing disable': shared,
  'refresh rotates': shared,
  'old token in grace period': all(shared, (state) => {
    const [live] = state.shares.filter((one) => one.dashboard === subject);
    // Rotated four minutes ago, of the five that the old link has.
    if (live !== undefined)
      state.shares.push({ ...live, token: 'rotatedTokenOfTheOldLink', expires: start + 60_000 });
  }),
  'share of soft-deleted dashboard': all(shared, (state) => {
    dashboardOf(state).deleted = true;
  }),
  'organization kill switch hides existing link': all(shared, blocked),
  'organization kill switch blocks enabling': blocked,
  'sharing edit needs editor': all(member, rule('viewer', String(subject))),
  'create password given': locked,
  'create password generated': locked,
  'create password without feature': all(locked, without('advanced_permissions')),
  'short password': locked,
  'delete password': locked,
  'unlock with right password': locked,
  'put by plain member not creator': member,
  'role rule without role feature': without('role_based_access'),
  'resource-wide viewer blocks create': rule('viewer', null),
  'licence needed': without('role_based_access'),
};

/** Keys other than the member's own, by case; null sends none. */
const otherKeys: Readonly<Record<string, string | null>> = {
  'no credentials': null,
  'missing scope': 'phx_conformance_no_scope',
  'key scoped to projects on an organization endpoint': posthogKeys.oneProject,
};

/** What must be true afterwards, by case. */
const aftermath: Readonly<Record<string, (sandbox: TestSandbox, answer: PosthogAnswer) => Promise<void>>> = {
  'hard delete is forbidden': async (sandbox) => {
    expect((await call(sandbox, 'GET', '')).status).toBe(200);
  },
  'soft delete': async (sandbox) => {
    expect((await call(sandbox, 'GET', '')).status).toBe(404);
    expect((await call(sandbox, 'PATCH', '', { name: 'x' })).status).toBe(404);
    const list = await call(sandbox, 'GET', '../');
    expect(list.text).not.toContain(`"id":${subject},`);
  },
  'sharing get before first use': async (sandbox, answer) => {
    const again = await call(sandbox, 'GET', 'sharing/');
    expect(at(again.body, 'access_token')).not.toBe(at(answer.body, 'access_token'));
  },
  'sharing enable': async (sandbox) => {
    expect(at((await call(sandbox, 'GET', '')).body, 'is_shared')).toBe(true);
  },
  'sharing disable': async (sandbox) => {
    expect(at((await call(sandbox, 'GET', '')).body, 'is_shared')).toBe(false);
    expect((await callPosthog(sandbox, 'GET', `/shared/${token}`, undefined, null)).status).toBe(404);
  },
  'refresh rotates': async (sandbox, answer) => {
    expect(at(answer.body, 'access_token')).not.toBe(token);
    const again = await call(sandbox, 'GET', 'sharing/');
    expect(at(again.body, 'access_token')).toBe(at(answer.body, 'access_token'));
  },
  'deep duplicate copies tiles': (_sandbox, answer) => {
    expect(at(answer.body, 'tiles[0].insight.id')).not.toBe(9001);
    return Promise.resolve();
  },
  'duplicate re-links tiles by default': (_sandbox, answer) => {
    expect(at(answer.body, 'tiles[0].insight.id')).toBe(9001);
    return Promise.resolve();
  },
  'create from template': (_sandbox, answer) => {
    expect(at(answer.body, 'tiles.length')).toBe(6);
    return Promise.resolve();
  },
  'list is project-wide': (_sandbox, answer) => {
    const results = at(answer.body, 'results') as readonly { readonly team_id: number }[];
    expect(new Set(results.map((one) => one.team_id))).toEqual(new Set([homeProject]));
    return Promise.resolve();
  },
  'list orders pinned then name and omits tiles': (_sandbox, answer) => {
    const rows = at(answer.body, 'results') as readonly { readonly name: string; readonly pinned: boolean }[];
    const sorted = rows.toSorted(
      (left, right) => Number(right.pinned) - Number(left.pinned) || (left.name < right.name ? -1 : 1),
    );
    expect(rows.map((one) => one.name)).toEqual(sorted.map((one) => one.name));
    return Promise.resolve();
  },
  'no credentials': (_sandbox, answer) => {
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer resource_metadata="/);
    return Promise.resolve();
  },
};

/** Calls below the subject as the member. */
function call(sandbox: TestSandbox, method: string, below: string, body?: unknown): Promise<PosthogAnswer> {
  const path = new URL(`/api/projects/${homeProject}/dashboards/${subject}/${below}`, 'http://x').pathname;
  return callPosthog(sandbox, method, path, body, posthogKeys.member);
}

const values: Readonly<Record<string, unknown>> = {
  P: homeProject,
  D: subject,
  U: userUuid(4),
  U_OTHER_ORG: userUuid(7),
  ME: userUuid(2),
  ME_EMAIL: 'bo@example.com',
  T: token,
  OLD: 'rotatedTokenOfTheOldLink',
  PW: password,
  O: shopOrganization,
  MEMBERSHIP: membershipId(4),
  ROLE: analystsRole,
  ROLE2: foreignRole,
  'D:string': String(subject),
};

/** Placeholders replaced; one that is a whole value keeps its own type. */
function filled(value: unknown): unknown {
  if (typeof value === 'string') {
    const whole = /^\{([\w:]+)\}$/.exec(value)?.[1];
    if (whole !== undefined && whole in values) return values[whole];
    return value.replace(/\{([\w:]+)\}/g, (text, name: string) =>
      name in values ? String(values[name]) : text,
    );
  }
  if (Array.isArray(value)) return value.map(filled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one)]));
}

describe('PostHog cases against the sandbox', () => {
  let sandbox: TestSandbox;
  let store: RoomStore<PosthogState>;

  beforeAll(async () => {
    sandbox = await testSandbox({ only: ['posthog'] });
    store = await posthogStore(sandbox);
  });
  afterAll(() => sandbox.close());

  it.for(cases.map((one) => [one.name, one] as const))('%s', async ([name, one]) => {
    await store.change((state) => {
      Object.assign(state, seedPosthog(start));
      state.keys.push({
        value: 'phx_conformance_no_scope',
        user: userUuid(2),
        scopes: ['user:read'],
        projects: null,
      });
      // The cases speak of these two people by their addresses.
      for (const user of state.users) {
        if (user.uuid === userUuid(4)) user.email = 'a@x.com';
        if (user.uuid === userUuid(5)) user.email = 'b@x.com';
      }
      state.dashboards.push(blank(start));
      preparations[name]?.(state);
    });
    const path = String(filled(one.path));
    const key = path.startsWith('/shared')
      ? null
      : name in otherKeys
        ? (otherKeys[name] ?? null)
        : posthogKeys.member;
    if (name === 'throttled') {
      await throttled(one);
      return;
    }
    const answer = await callPosthog(sandbox, one.method, path, filled(one.body), key);
    expect(answer.status, answer.text).toBe(one.status);
    expect(differences(filled(one.expect), answer)).toEqual([]);
    await aftermath[name]?.(sandbox, answer);
  });
});

/** The limit of a key is a switch of the sandbox; the clock stands seven seconds before its window ends. */
async function throttled(one: Case): Promise<void> {
  const clock = { ...realClock, now: () => 53_000 };
  const strict = await testSandbox({
    only: ['posthog'],
    clock,
    switches: { rateLimit: { requests: 1, seconds: 60 } },
  });
  try {
    await callPosthog(strict, one.method, String(filled(one.path)));
    const answer = await callPosthog(strict, one.method, String(filled(one.path)));
    expect(answer.status).toBe(one.status);
    expect(differences(one.expect, answer)).toEqual([]);
  } finally {
    await strict.close();
  }
}

function blank(now: number): Dashboard {
  return {
    id: subject,
    project: homeProject,
    name: 'private dashboard',
    description: '',
    pinned: false,
    created: new Date(now).toISOString(),
    author: userUuid(2),
    lastAccessed: null,
    deleted: false,
    creationMode: 'default',
    tags: [],
    restrictionLevel: 21,
    filters: {},
    variables: {},
    breakdownColors: [],
    dataColorTheme: null,
    quickFilters: null,
    tiles: [],
  };
}

function dashboardOf(state: PosthogState): Dashboard & { author: string } {
  const found = state.dashboards.find((one) => one.id === subject);
  if (found === undefined) throw new Error('The subject is gone.');
  return found;
}

function shop(state: PosthogState): PosthogState['organizations'][number] {
  const found = state.organizations.find((one) => one.id === shopOrganization);
  if (found === undefined) throw new Error('The shop is gone.');
  return found;
}

/** What stands at `a.b`, `a[0].b`, `a.length`; undefined where the path ends early. */
function at(body: unknown, path: string): unknown {
  let here: unknown = body;
  for (const step of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    if (Array.isArray(here) && step === 'length') return here.length;
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string, unknown>)[step];
  }
  return here;
}

/** How an answer differs from what a case expects, as sentences. */
function differences(expected: unknown, answer: PosthogAnswer): string[] {
  if (Array.isArray(expected)) {
    const rows = Array.isArray(answer.body) ? answer.body : [];
    const count =
      rows.length === expected.length ? [] : [`${rows.length} rows instead of ${expected.length}`];
    return [...count, ...expected.flatMap((one, index) => compare(one, rows[index]))];
  }
  const { $body, $header, $envelope, ...rest } = expected as Record<string, unknown>;
  const headers = Object.entries(($header ?? {}) as Record<string, string>);
  const envelope = ($envelope ?? []) as readonly string[];
  return [
    ...($body === 'empty' && answer.text !== '' ? ['a body where none is expected'] : []),
    ...headers
      .filter(([name, value]) => answer.headers.get(name) !== value)
      .map(([name]) => `header ${name}: ${answer.headers.get(name) ?? 'none'}`),
    ...envelope.filter((name) => at(answer.body, name) === undefined).map((name) => `no ${name}`),
    ...compare(rest, answer.body),
  ];
}

function compare(expected: unknown, body: unknown): string[] {
  return Object.entries(expected as Record<string, unknown>).flatMap(([path, value]) => {
    const [, list, rest] = /^(.*)\[\*\]\.(.*)$/.exec(path) ?? [];
    if (list !== undefined && rest !== undefined) {
      const rows = at(body, list);
      return Array.isArray(rows) ? rows.flatMap((row) => compare({ [rest]: value }, row)) : [`no ${list}`];
    }
    const found = at(body, path);
    if (value === 'absent') return found === undefined ? [] : [`${path} is there`];
    if (typeof value === 'string' && value.startsWith('<')) {
      return fits(value, found) ? [] : [`${path}: ${JSON.stringify(found)} is no ${value}`];
    }
    return isDeepStrictEqual(found, value)
      ? []
      : [`${path}: ${JSON.stringify(found)}, not ${JSON.stringify(value)}`];
  });
}

/** The kinds of values that cases describe in words; relations between answers are checked in `aftermath`. */
function fits(description: string, value: unknown): boolean {
  if (description.startsWith('<int')) return Number.isInteger(value);
  if (description.startsWith('<datetime'))
    return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  if (description.startsWith('<string of 16+')) return typeof value === 'string' && value.length >= 16;
  if (description.startsWith('<string') || description.startsWith('<new token'))
    return typeof value === 'string';
  if (description.startsWith('<non-empty array')) return Array.isArray(value) && value.length > 0;
  return value !== undefined;
}
