/**
 * What a new Grafana room holds: one organization with people, teams, folders, dashboards and grants of every kind.
 * The same for all generations, as far as each has the thing.
 */
import type { Generation } from './generation.ts';
import { keySecret, tokenSecret } from './keys.ts';
import { emptyState, nextId } from './state.ts';
import type { Dashboard, GrafanaState, OrgRole } from './state.ts';
import { join, tenYearsBefore } from './users.ts';
import { slugOf } from './text.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

interface Person {
  readonly login: string;
  readonly name: string;
  readonly role: OrgRole;
  readonly lastSeen: 'never' | number;
}

const people: readonly Person[] = [
  { login: 'sofia', name: 'Sofia Lindqvist', role: 'Admin', lastSeen: 12 * minute },
  { login: 'tomas', name: 'Tomáš Novák', role: 'Editor', lastSeen: 3 * 60 * minute },
  { login: 'uma', name: 'Uma Raman', role: 'Editor', lastSeen: day },
  { login: 'viktor', name: 'Viktor Hansen', role: 'Viewer', lastSeen: 2 * day },
  { login: 'wanda', name: 'Wanda Okoye', role: 'Viewer', lastSeen: 6 * day },
  { login: 'yuki', name: '田中 由紀', role: 'Viewer', lastSeen: 40 * day },
  { login: 'zara', name: 'Zara Haddad', role: 'Viewer', lastSeen: 'never' },
];

/** Passwords of the seeded people: `admin` for the server's administrator, `<login>-sandbox` for the others. */
export function passwordOf(login: string): string {
  return login === 'admin' ? 'admin' : `${login}-sandbox`;
}

/** Secret of the seeded API key of a role, or of the service account's token on servers that have those. */
export function seededKey(generation: Generation, role: 'Admin' | 'Editor' | 'Viewer'): string {
  const random = `sandbox${role}`.padEnd(32, '0');
  return generation.modern ? tokenSecret(random) : keySecret(random, `sandbox-${role.toLowerCase()}`, 1);
}

const teams: readonly {
  readonly name: string;
  readonly email: string;
  readonly members: readonly string[];
}[] = [
  { name: 'sre', email: 'sre@example.com', members: ['tomas', 'viktor'] },
  { name: 'support', email: '', members: ['wanda', 'yuki'] },
  { name: 'webshop', email: 'webshop@example.com', members: ['uma', 'wanda', 'zara'] },
];

/** A grant as `user:LOGIN`, `team:NAME` or `role:ROLE`, and its level. */
type SeedGrant = readonly [who: string, level: 1 | 2 | 4];

interface SeedObject {
  readonly title: string;
  readonly uid: string;
  readonly folder?: string;
  readonly isFolder?: boolean;
  readonly tags?: readonly string[];
  readonly by?: string;
  /** Days since it was created, and since it was changed last. */
  readonly age: readonly [number, number];
  /** The list of its own; absent while the defaults count. Empty means that nobody but Admins sees it. */
  readonly grants?: readonly SeedGrant[];
}

const objects: readonly SeedObject[] = [
  {
    title: 'Operations',
    uid: 'ops',
    isFolder: true,
    age: [210, 30],
    grants: [
      ['team:sre', 4],
      ['role:Editor', 1],
    ],
  },
  { title: 'Webshop', uid: 'webshop', isFolder: true, by: 'sofia', age: [180, 180] },
  {
    title: 'Finance',
    uid: 'finance',
    isFolder: true,
    by: 'sofia',
    age: [150, 20],
    grants: [['user:zara', 1]],
  },
  {
    title: 'Node health',
    uid: 'node-health',
    folder: 'ops',
    tags: ['infra', 'linux'],
    by: 'tomas',
    age: [200, 2],
  },
  {
    title: 'On-call handover',
    uid: 'oncall-handover',
    folder: 'ops',
    tags: ['infra', 'oncall'],
    by: 'tomas',
    age: [120, 1],
    grants: [
      ['team:support', 1],
      ['user:yuki', 2],
    ],
  },
  { title: 'Kubernetes capacity', uid: 'k8s-capacity', folder: 'ops', tags: ['infra', 'k8s'], age: [90, 12] },
  {
    title: 'Checkout latency',
    uid: 'checkout-latency',
    folder: 'webshop',
    tags: ['slo', 'web'],
    by: 'uma',
    age: [170, 0],
  },
  {
    title: 'Conversion funnel',
    uid: 'conversion-funnel',
    folder: 'webshop',
    tags: ['web', 'product'],
    by: 'uma',
    age: [160, 5],
    grants: [['team:webshop', 2]],
  },
  {
    title: 'Search relevance',
    uid: 'search-relevance',
    folder: 'webshop',
    tags: ['web'],
    by: 'uma',
    age: [60, 9],
  },
  {
    title: 'Revenue by region',
    uid: 'revenue-region',
    folder: 'finance',
    tags: ['finance'],
    by: 'sofia',
    age: [140, 7],
  },
  {
    title: 'Payroll costs',
    uid: 'payroll-costs',
    folder: 'finance',
    tags: ['finance', 'confidential'],
    by: 'sofia',
    age: [130, 45],
    grants: [['user:sofia', 4]],
  },
  { title: 'Status page', uid: 'status-page', tags: ['public'], age: [110, 3] },
  { title: 'Company goals', uid: 'company-goals', tags: ['public', 'goals'], by: 'sofia', age: [80, 14] },
  {
    title: 'Security events',
    uid: 'security-events',
    tags: ['security'],
    age: [70, 6],
    grants: [
      ['team:sre', 2],
      ['user:uma', 1],
    ],
  },
  { title: 'Übersicht – Größe & Kosten', uid: 'uebersicht', tags: ['i18n'], by: 'tomas', age: [50, 8] },
  { title: '売上ダッシュボード', uid: 'uriage', tags: ['i18n'], by: 'yuki', age: [40, 11] },
  { title: 'Abandoned experiment', uid: 'abandoned', tags: [], by: 'uma', age: [300, 290], grants: [] },
];

/** The content of a new room. */
export function seedState(generation: Generation, now: number): GrafanaState {
  const state = emptyState();
  state.orgs.push({ id: nextId(state, 'org'), name: 'Main Org.' });
  seedPeople(state, now);
  seedTeams(state, now);
  for (const [index, object] of objects.entries()) seedObject(generation, state, object, index, now);
  seedInvite(state, now);
  seedKeys(generation, state, now);
  if (generation.modern) seedPublicDashboards(state, now);
  return state;
}

function seedPeople(state: GrafanaState, now: number): void {
  const admin: Person = { login: 'admin', name: '', role: 'Admin', lastSeen: 30 * minute };
  for (const person of [admin, ...people]) {
    const id = nextId(state, 'user');
    // User 2 was deleted long ago: ids have gaps.
    if (person === admin) nextId(state, 'user');
    const created = now - 240 * day + id * minute;
    state.users.push({
      id,
      uid: `u-${person.login}`,
      login: person.login,
      email: person === admin ? 'admin@localhost' : `${person.login}@example.com`,
      name: person.name,
      password: passwordOf(person.login),
      orgId: 1,
      isServerAdmin: person === admin,
      isServiceAccount: false,
      isDisabled: false,
      created,
      updated: created,
      lastSeen: person.lastSeen === 'never' ? tenYearsBefore(now) : now - person.lastSeen,
    });
    join(state, 1, id, person.role);
  }
}

function seedTeams(state: GrafanaState, now: number): void {
  for (const { name, email, members } of teams) {
    const id = nextId(state, 'team');
    const created = now - 220 * day;
    state.teams.push({ id, uid: `t-${name}`, orgId: 1, name, email, created, updated: created });
    for (const login of members) {
      state.teamMembers.push({ orgId: 1, teamId: id, userId: userId(state, login), permission: 0 });
    }
  }
}

function seedObject(
  generation: Generation,
  state: GrafanaState,
  seed: SeedObject,
  index: number,
  now: number,
): void {
  const id = nextId(state, 'dashboard');
  const created = now - seed.age[0] * day + index * minute;
  const updated = now - seed.age[1] * day - (index + 1) * 7 * minute;
  const by = userId(state, seed.by ?? 'admin');
  const folder = state.dashboards.find((one) => one.uid === seed.folder);
  const data = dataOf(seed, id, index);
  const object: Dashboard = {
    id,
    uid: seed.uid,
    orgId: 1,
    slug: slugOf(seed.title),
    title: seed.title,
    folderId: folder?.id ?? 0,
    isFolder: seed.isFolder ?? false,
    hasAcl: seed.grants !== undefined,
    version: 1,
    created,
    updated,
    createdBy: by,
    updatedBy: by,
    data,
  };
  state.dashboards.push(object);
  state.versions.push({
    id: nextId(state, 'version'),
    dashboardId: id,
    parentVersion: 0,
    restoredFrom: 0,
    version: 1,
    created,
    createdBy: by,
    message: '',
    data,
  });
  for (const grant of seed.grants ?? firstGrants(generation, object, seed.by ?? 'admin')) {
    seedGrant(state, object, grant, updated);
  }
}

/** Servers with managed permissions have rows where older ones have defaults. */
function firstGrants(generation: Generation, object: Dashboard, creator: string): readonly SeedGrant[] {
  if (generation.rights !== 'managedPermissions') return [];
  const own: SeedGrant = [`user:${creator}`, 4];
  if (object.folderId !== 0) return [own];
  return [own, ['role:Editor', 2], ['role:Viewer', 1]];
}

function seedGrant(state: GrafanaState, object: Dashboard, [who, permission]: SeedGrant, at: number): void {
  const [kind = '', name = ''] = who.split(':');
  state.acl.push({
    id: nextId(state, 'acl'),
    orgId: object.orgId,
    dashboardId: object.id,
    userId: kind === 'user' ? userId(state, name) : 0,
    teamId: kind === 'team' ? (state.teams.find((team) => team.name === name)?.id ?? 0) : 0,
    ...(kind === 'role' ? { role: name } : {}),
    permission,
    created: at,
    updated: at,
  });
}

function dataOf(seed: SeedObject, id: number, index: number): Record<string, unknown> {
  const base = { id, schemaVersion: 16, title: seed.title, uid: seed.uid, version: 1 };
  if (seed.isFolder === true) return base;
  const panel = (panelId: number, title: string, type: string): Record<string, unknown> => ({
    id: panelId,
    title,
    type,
    gridPos: { h: 8, w: 12, x: panelId % 2 === 0 ? 12 : 0, y: Math.floor((panelId - 1) / 2) * 8 },
    targets: [{ expr: `rate(requests_total{job="sandbox-${index}"}[5m])`, refId: 'A' }],
  });
  return {
    ...base,
    description: `${seed.title} of the sandbox`,
    editable: true,
    panels: [panel(1, 'Rate', 'graph'), panel(2, 'Errors', 'singlestat')],
    tags: seed.tags ?? [],
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
  };
}

function seedInvite(state: GrafanaState, now: number): void {
  state.invites.push({
    id: nextId(state, 'invite'),
    orgId: 1,
    email: 'newcomer@example.com',
    name: 'Nia Comer',
    role: 'Viewer',
    code: 'SandboxInvite00000000000000001',
    invitedBy: userId(state, 'sofia'),
    emailSent: true,
    status: 'InvitePending',
    created: now - 9 * day,
  });
}

function seedKeys(generation: Generation, state: GrafanaState, now: number): void {
  for (const role of ['Admin', 'Editor', 'Viewer'] as const) {
    const name = `sandbox-${role.toLowerCase()}`;
    const created = now - 100 * day;
    let serviceAccountId: number | null = null;
    if (generation.modern) {
      serviceAccountId = nextId(state, 'user');
      state.users.push({
        id: serviceAccountId,
        uid: `s-${name}`,
        login: `sa-1-${name}`,
        email: `sa-1-${name}`,
        name,
        password: '',
        orgId: 1,
        isServerAdmin: false,
        isServiceAccount: true,
        isDisabled: false,
        created,
        updated: created,
        lastSeen: now,
      });
      join(state, 1, serviceAccountId, role);
    }
    const secret = seededKey(generation, role);
    state.keys.push({
      id: nextId(state, 'key'),
      orgId: 1,
      name,
      role,
      secret,
      created,
      expires: null,
      serviceAccountId,
    });
  }
}

function seedPublicDashboards(state: GrafanaState, now: number): void {
  const shares = [
    { dashboardUid: 'status-page', isEnabled: true, token: '5a'.repeat(16), age: 100 },
    { dashboardUid: 'company-goals', isEnabled: false, token: 'c0'.repeat(16), age: 75 },
  ];
  const admin = userId(state, 'admin');
  for (const share of shares) {
    state.publicDashboards.push({
      uid: `p-${share.dashboardUid}`,
      accessToken: share.token,
      orgId: 1,
      dashboardUid: share.dashboardUid,
      isEnabled: share.isEnabled,
      timeSelectionEnabled: share.isEnabled,
      annotationsEnabled: false,
      share: 'public',
      createdBy: admin,
      updatedBy: admin,
      createdAt: now - share.age * day,
      updatedAt: now - 3 * day,
    });
  }
}

function userId(state: GrafanaState, login: string): number {
  return state.users.find((user) => user.login === login)?.id ?? 0;
}
