/** The cases of PostHog's own tests and code, and the state of the sandbox in which each of them holds. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { recordingsDir } from './recordings.ts';
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

export interface Case {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly expect: unknown;
}

const file = recordingsDir === null ? null : resolve(recordingsDir, 'posthog', 'cases.json');
export const cases =
  file !== null && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Case[]) : [];
if (cases.length === 0) {
  process.stderr.write('No recordings beside the repository: the posthog conformance tests do not run.\n');
}

/** The dashboard that every case starts with, made by the caller. */
export const subject = 3001;
const other = 3002;
export const token = 'conformanceTokenOfTheLiveLink';
export const password = 4711;
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

/** The key that a case is tried with; null for none. */
export function keyOf(name: string): string | null {
  return name in otherKeys ? (otherKeys[name] ?? null) : posthogKeys.member;
}

/** Puts the sandbox into the state that a case starts from: fresh but for what its prose asks for. */
export function prepare(state: PosthogState, name: string): void {
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
export function filled(value: unknown): unknown {
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
