/** The content of a new Gtmhub room: a shop's account with objectives, sessions, metrics and dashboards. */
import { usualManner } from './state.ts';
import type { Action, GtmhubState, Permission, User } from './state.ts';

/** A 24-digit id of the sample content; `kind` tells users from roles, `n` one from another. */
function sampleId(kind: number, n: number): string {
  return `5be26318e5274a00${kind.toString(16).padStart(4, '0')}${n.toString(16).padStart(4, '0')}`;
}

export const accountId = sampleId(0xacc, 1);

/** API tokens. They open nothing but the sandbox. */
export const tokens = { admin: 'sandbox-gtmhub-administrator', reader: 'sandbox-gtmhub-reader' } as const;

/** Ids that examples and tests name. */
export const sampleIds = {
  users: { ana: sampleId(1, 1), ben: sampleId(1, 2), cy: sampleId(1, 3), dora: sampleId(1, 4) },
  roles: { administrators: sampleId(2, 1), managers: sampleId(2, 2), members: sampleId(2, 3) },
  teams: { commerce: sampleId(3, 1), platform: sampleId(3, 2) },
  dashboards: { revenue: sampleId(4, 1), board: sampleId(4, 2) },
  goal: sampleId(5, 1),
  session: sampleId(6, 1),
  metric: sampleId(7, 1),
  /** Who may see dashboards. */
  accessInsightboards: sampleId(8, 2),
  manageUsers: sampleId(8, 20),
} as const;

const catalogue: readonly (readonly [name: string, title: string])[] = [
  ['AccessGoals', 'Access objectives'],
  ['AccessInsightboards', 'Access dashboards'],
  ['AccessKPIs', 'Access KPIs'],
  ['AccessPeople', 'Access people'],
  ['AccessReportsAndDataSourceFilters', 'Access reports and data source filters'],
  ['AwardBadges', 'Award badges'],
  ['CreateTags', 'Create tags'],
  ['ManageAccountNotifications', 'Manage account notifications'],
  ['ManageApiTokens', 'Manage API tokens'],
  ['ManageApplications', 'Manage applications'],
  ['ManageBadges', 'Manage badges'],
  ['ManageBilling', 'Manage billing'],
  ['ManageConfiguration', 'Manage configuration'],
  ['ManageData', 'Manage data'],
  ['ManageGoals', 'Manage objectives'],
  ['ManageKPIs', 'Manage KPIs'],
  ['ManagePeople', 'Manage people'],
  ['ManageReflections', 'Manage reflections'],
  ['ManageSessions', 'Manage sessions'],
  ['ManageTasks', 'Manage tasks'],
  ['ManageUserInvitations', 'Manage invitations of users'],
  ['ManageUsers', 'Manage users'],
];

/** Positions count from 1 in the catalogue, so that a permission's id follows from its action. */
function permissionId(action: string): string {
  if (action === 'ManageUsers') return sampleIds.manageUsers;
  const position = catalogue.findIndex(([name]) => name === action) + 1;
  return sampleId(8, position < 20 ? position : position + 1);
}

export function seedGtmhub(): GtmhubState {
  const { users, roles, teams, dashboards } = sampleIds;
  const everyone = ['AccessGoals', 'AccessPeople', 'CreateTags'];
  const viewers = ['AccessInsightboards', 'AccessKPIs'];
  const management = ['ManageGoals', 'ManageKPIs', 'ManageTasks', 'AccessReportsAndDataSourceFilters'];

  const holders = (action: string): string[] => {
    const found: string[] = [roles.administrators];
    if (management.includes(action)) found.push(roles.managers);
    if (viewers.includes(action)) found.push(roles.managers, users.cy);
    if (everyone.includes(action)) found.push(roles.managers, roles.members);
    return found;
  };

  return {
    account: { id: accountId, name: 'Example Shop' },
    tokens: [
      { token: tokens.admin, user: users.ana },
      { token: tokens.reader, user: users.dora },
    ],
    actions: catalogue.map(([name, title]): Action => ({
      name,
      title,
      description: `Allows to ${lowerFirst(title)}`,
    })),
    permissions: catalogue.map(([action]): Permission => ({
      accountId,
      action,
      id: permissionId(action),
      principals: holders(action),
    })),
    defaultAccess: {
      dashboard: {
        inherits: false,
        permissions: [
          { grant: { Subtype: 2 }, principalId: accountId, principalKind: 'account' },
          { grant: { Subtype: 3 }, principalId: roles.administrators, principalKind: 'role' },
        ],
      },
      session: {
        inherits: false,
        permissions: [{ grant: { Subtype: 2 }, principalId: accountId, principalKind: 'account' }],
      },
      goal: { inherits: true, permissions: [] },
      [`dashboard/${dashboards.board}`]: {
        inherits: false,
        permissions: [
          { grant: { Subtype: 3 }, principalId: users.ana, principalKind: 'user' },
          { grant: { Subtype: 2 }, principalId: teams.commerce, principalKind: 'team' },
        ],
      },
    },
    items: [
      { id: dashboards.revenue, type: 'insightBoard', name: 'Revenue' },
      { id: dashboards.board, type: 'insightBoard', name: 'Board meeting' },
      { id: sampleIds.goal, type: 'goal', name: 'Double the repeat orders' },
      { id: sampleIds.session, type: 'session', name: 'This quarter' },
      { id: sampleIds.metric, type: 'metric', name: 'Repeat orders' },
    ],
    users: [
      person(users.ana, 'Ana', 'Souza', [roles.administrators]),
      person(users.ben, 'Ben', 'Okafor', [roles.managers]),
      person(users.cy, 'Cy', 'Nowak', [roles.members]),
      person(users.dora, 'Dora', 'Larsen', [roles.members]),
    ],
    roles: [
      { id: roles.administrators, name: 'Administrators' },
      { id: roles.managers, name: 'Managers' },
      { id: roles.members, name: 'Members' },
    ],
    teams: [
      { id: teams.commerce, name: 'Commerce', members: [users.ben, users.cy] },
      { id: teams.platform, name: 'Platform', members: [users.ana] },
    ],
    manner: { ...usualManner },
  };
}

function person(id: string, firstName: string, lastName: string, roleIds: readonly string[]): User {
  const email = `${firstName.toLowerCase()}@example.com`;
  return { id, name: `${firstName} ${lastName}`, firstName, lastName, email, roleIds };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
