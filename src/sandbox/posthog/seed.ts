/** The content that a new PostHog room starts with: two organizations, three projects, the dashboards of a web shop. */
import { stamp } from './state.ts';
import type {
  AccessLevel,
  Dashboard,
  Feature,
  Insight,
  Member,
  PosthogState,
  Rule,
  Share,
  Tile,
  User,
} from './state.ts';

/** Keys of the room by what they are for. They open nothing but the sandbox. */
export const posthogKeys = {
  administrator: 'phx_sandbox_administrator',
  /** A member with every scope. */
  member: 'phx_sandbox_member',
  readOnly: 'phx_sandbox_read_only',
  /** Dashboards and nothing else: neither links, nor rules, nor people. */
  dashboardsOnly: 'phx_sandbox_dashboards_only',
  /** Every scope, one project. */
  oneProject: 'phx_sandbox_project_1',
} as const;

/** The project that the administrator's environment names. */
export const homeProject = 1;
/** A project on the free plan of another organization: no tags, no access control, no passwords. */
export const freeProject = 3;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const features: Feature[] = [
  'access_control',
  'advanced_permissions',
  'role_based_access',
  'tagging',
  'organization_security_settings',
];

/** A made-up uuid that says what it belongs to. */
function uuidOf(kind: number, number: number): string {
  const tail = String(number).padStart(12, '0');
  return `0195f2c4-000${kind}-7000-8000-${tail}`;
}

export const userUuid = (number: number): string => uuidOf(1, number);
export const membershipId = (number: number): string => uuidOf(2, number);
export const shopOrganization = uuidOf(3, 1);
export const freeOrganization = uuidOf(3, 2);
export const foreignOrganization = uuidOf(3, 3);
export const analystsRole = uuidOf(4, 1);
export const foreignRole = uuidOf(4, 2);

const people: readonly (readonly [first: string, last: string, email: string, level: 1 | 8 | 15])[] = [
  ['Ana', 'Souza', 'ana@example.com', 15],
  ['Bo', 'Lindqvist', 'bo@example.com', 1],
  ['Chidi', 'Okafor', 'chidi@example.com', 8],
  ['Dora', 'Weiss', 'Dora.Weiss@example.com', 1],
  ['Emil', 'Larsen', 'emil@example.com', 1],
  ['Fatima', 'Haddad', 'fatima@example.com', 1],
];

interface Sample {
  readonly name: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly author?: number;
  readonly pinned?: boolean;
  readonly restricted?: boolean;
  readonly deleted?: boolean;
  readonly mode?: Dashboard['creationMode'];
  readonly age: number;
  readonly insights: readonly string[];
  readonly text?: string;
  readonly filters?: Dashboard['filters'];
  readonly project?: number;
}

const samples: readonly Sample[] = [
  {
    name: 'Checkout funnel',
    description: 'From basket to receipt, by country and device',
    tags: ['checkout', 'growth'],
    pinned: true,
    age: 210,
    insights: ['Basket to receipt', 'Drop-off by step', 'Time to pay'],
    text: '## Read me\nPayment errors count as drop-offs.',
    filters: { date_from: '-30d' },
  },
  {
    name: 'Weekly business review',
    description: 'Numbers for the Monday meeting',
    tags: ['kpi'],
    pinned: true,
    age: 320,
    insights: ['Orders', 'Revenue', 'Returning customers', 'Refunds'],
  },
  {
    name: 'Activation',
    tags: ['growth'],
    author: 2,
    age: 95,
    insights: ['Sign-ups', 'First order within 7 days'],
  },
  {
    name: 'Board numbers',
    description: 'For the board; ask Ana for access',
    tags: ['finance'],
    restricted: true,
    age: 150,
    insights: ['Monthly recurring revenue', 'Cash collected'],
  },
  {
    name: 'Campaigns',
    tags: ['marketing'],
    author: 4,
    age: 60,
    insights: ['Visits by campaign', 'Cost per order'],
  },
  {
    name: 'Customer support',
    author: 6,
    age: 41,
    insights: ['Tickets opened from the app', 'Help pages read'],
  },
  {
    name: 'Experiment: one-page checkout',
    tags: ['checkout'],
    author: 2,
    age: 22,
    insights: ['Conversion by variant'],
  },
  { name: 'Feature flags', author: 3, age: 75, insights: ['Flag evaluations', 'Stale flags'] },
  {
    name: 'Salaries by team',
    description: 'People team only',
    tags: ['people'],
    author: 3,
    age: 30,
    insights: ['Payroll share of revenue'],
  },
  {
    name: 'Mobile app',
    tags: ['mobile'],
    author: 5,
    age: 180,
    insights: ['Crash-free sessions', 'App versions'],
  },
  { name: 'Retention', tags: ['growth', 'kpi'], age: 240, insights: ['Weekly retention', 'Lifecycle'] },
  { name: 'Search quality', author: 5, age: 12, insights: ['Searches without result', 'Clicks by rank'] },
  {
    name: 'Shop status (public)',
    description: 'Shown on status.example.com',
    age: 400,
    insights: ['Orders per minute'],
  },
  { name: 'Old launch page', age: 700, deleted: true, insights: ['Sign-ups before launch', 'Referrers'] },
  {
    name: 'Partner view',
    description: 'Opened by link only',
    mode: 'unlisted',
    age: 50,
    insights: ['Partner orders'],
  },
  { name: 'Warehouse', project: 2, age: 80, insights: ['Parcels shipped', 'Late parcels'] },
  { name: 'Side project', project: 3, age: 15, insights: ['Visitors'] },
];

/** Names of dashboards with the state of their link. */
const links: readonly (readonly [
  name: string,
  token: string,
  more: Partial<Pick<Share, 'enabled' | 'passwordRequired' | 'settings'>>,
])[] = [
  ['Checkout funnel', 'kT3vQ9sWm2ZcYb7LrX0dHf1Na5Pe8u', { settings: { whitelabel: true, theme: 'light' } }],
  ['Shop status (public)', 'aH6nRz4JqVt1LxC9eSw8Gp2Bk0Md7y', {}],
  ['Campaigns', 'pD8yFu5TbXi3MoZ7cKe1Rj6Ws9Qa2v', { passwordRequired: true, settings: { legend: true } }],
  ['Partner view', 'eW2mJd7PzNk4HsB1xUq6Vt9Cf3Ly5g', {}],
  ['Retention', 'uB9gLs3XkCo6YvT0nIa4Zd7Rm5We1h', { enabled: false }],
  ['Old launch page', 'mC1rEy8QwKb5SfJ3tOz0Xu6Ng4Vi7d', {}],
];

export function seedPosthog(now: number): PosthogState {
  let next = 1;
  const insights: Insight[] = [];
  const tiles = (project: number, sample: Sample): Tile[] => [
    ...sample.insights.map((name) => {
      insights.push({ id: (next += 1), project, name, deleted: sample.deleted ?? false });
      return { id: (next += 1), insight: next - 1, text: null, deleted: sample.deleted ?? false };
    }),
    ...(sample.text === undefined
      ? []
      : [{ id: (next += 1), insight: null, text: sample.text, deleted: sample.deleted ?? false }]),
  ];
  // Dashboards get the low numbers that people paste, their parts the rest.
  next = 1000;
  const dashboards = samples.map((sample, index): Dashboard => {
    const project = sample.project ?? homeProject;
    return {
      id: index + 1,
      project,
      name: sample.name,
      description: sample.description ?? '',
      pinned: sample.pinned ?? false,
      created: stamp(now - sample.age * day),
      author: userUuid(sample.author ?? 1),
      lastAccessed: stamp(now - (sample.age % 9) * hour - 12 * minute),
      deleted: sample.deleted ?? false,
      creationMode: sample.mode ?? 'default',
      tags: [...(sample.tags ?? [])],
      restrictionLevel: sample.restricted === true ? 37 : 21,
      filters: sample.filters ?? {},
      variables: {},
      breakdownColors: [],
      dataColorTheme: null,
      quickFilters: null,
      tiles: tiles(project, sample),
    };
  });
  const idOf = (name: string): number => dashboards.find((one) => one.name === name)?.id ?? 0;
  const rule = (
    name: string | null,
    level: AccessLevel,
    who: Partial<Pick<Rule, 'member' | 'role'>> = {},
  ): Rule => ({
    project: homeProject,
    resource: 'dashboard',
    resourceId: name === null ? null : String(idOf(name)),
    member: null,
    role: null,
    ...who,
    level,
    author: userUuid(1),
    created: stamp(now - 20 * day),
    updated: stamp(now - 20 * day),
  });

  return {
    organizations: [
      {
        id: shopOrganization,
        name: 'Example Shop',
        features,
        allowPubliclySharedResources: true,
        reusesLinks: false,
        enterprise: true,
      },
      {
        id: freeOrganization,
        name: 'Side projects',
        features: [],
        allowPubliclySharedResources: true,
        reusesLinks: true,
        enterprise: true,
      },
      {
        id: foreignOrganization,
        name: 'Somebody else',
        features,
        allowPubliclySharedResources: true,
        reusesLinks: false,
        enterprise: true,
      },
    ],
    projects: [
      { id: homeProject, name: 'Shop', organization: shopOrganization },
      { id: 2, name: 'Logistics', organization: shopOrganization },
      { id: freeProject, name: 'Side project', organization: freeOrganization },
      { id: 4, name: 'Elsewhere', organization: foreignOrganization },
    ],
    users: [
      ...people.map(([firstName, lastName, email], index): User => ({
        id: index + 1,
        uuid: userUuid(index + 1),
        firstName,
        lastName,
        email,
        currentProject: homeProject,
      })),
      {
        id: 7,
        uuid: userUuid(7),
        firstName: 'Zoe',
        lastName: 'Field',
        email: 'zoe@elsewhere.example.com',
        currentProject: 4,
      },
    ],
    members: [
      ...people.map(([, , , level], index): Member => ({
        id: membershipId(index + 1),
        user: userUuid(index + 1),
        organization: shopOrganization,
        level,
        joined: stamp(now - (500 - index) * day),
      })),
      ...[1, 2].map((number): Member => ({
        id: membershipId(10 + number),
        user: userUuid(number),
        organization: freeOrganization,
        level: number === 1 ? 15 : 1,
        joined: stamp(now - 100 * day),
      })),
      {
        id: membershipId(17),
        user: userUuid(7),
        organization: foreignOrganization,
        level: 15,
        joined: stamp(now - 100 * day),
      },
    ],
    roles: [
      {
        id: analystsRole,
        name: 'Analysts',
        organization: shopOrganization,
        members: [membershipId(4), membershipId(5)],
      },
      { id: foreignRole, name: 'Analysts', organization: foreignOrganization, members: [] },
    ],
    keys: [
      { value: posthogKeys.administrator, user: userUuid(1), scopes: ['*'], projects: null },
      { value: posthogKeys.member, user: userUuid(2), scopes: ['*'], projects: null },
      {
        value: posthogKeys.readOnly,
        user: userUuid(5),
        scopes: [
          'user:read',
          'project:read',
          'organization:read',
          'organization_member:read',
          'dashboard:read',
          'sharing_configuration:read',
          'access_control:read',
        ],
        projects: null,
      },
      { value: posthogKeys.dashboardsOnly, user: userUuid(2), scopes: ['dashboard:write'], projects: null },
      { value: posthogKeys.oneProject, user: userUuid(1), scopes: ['*'], projects: [homeProject] },
    ],
    dashboards,
    insights,
    collaborators: [
      {
        id: uuidOf(5, 1),
        dashboard: idOf('Board numbers'),
        user: userUuid(2),
        level: 37,
        added: stamp(now - 90 * day),
        updated: stamp(now - 90 * day),
      },
      {
        id: uuidOf(5, 2),
        dashboard: idOf('Board numbers'),
        user: userUuid(5),
        level: 21,
        added: stamp(now - 400 * day),
        updated: stamp(now - 400 * day),
      },
    ],
    shares: links.map(([name, token, more], index): Share => ({
      dashboard: idOf(name),
      created: stamp(now - (40 + index) * day),
      enabled: true,
      token,
      settings: null,
      passwordRequired: false,
      expires: null,
      ...more,
    })),
    passwords: [
      {
        id: 901,
        dashboard: idOf('Campaigns'),
        password: 'sandbox-campaigns-password',
        note: 'Agency',
        author: userUuid(4),
        created: stamp(now - 10 * day),
      },
    ],
    rules: [
      rule('Salaries by team', 'none'),
      rule('Salaries by team', 'editor', { member: membershipId(6) }),
      rule('Weekly business review', 'viewer'),
      rule('Weekly business review', 'editor', { role: analystsRole }),
      rule('Weekly business review', 'manager', { member: membershipId(2) }),
    ],
    invites: [
      {
        id: uuidOf(6, 1),
        organization: shopOrganization,
        email: 'gita@example.com',
        firstName: 'Gita',
        level: 1,
        message: null,
        author: userUuid(1),
        created: stamp(now - 2 * day),
      },
    ],
    nextId: 5000,
  };
}
