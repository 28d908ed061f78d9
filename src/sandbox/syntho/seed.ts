/** The content of a new Syntho room: a few workspaces and the people who work with them. */
import { usualManner } from './state.ts';
import type { Role, SynthoState, User } from './state.ts';

/** Who examples and tests log in as. The password opens nothing but the sandbox. */
export const anaLogin = { email: 'ana@example.com', password: 'correct-horse' } as const;

/** Another person, an administrator who owns nothing, and one whose password has run out. */
export const otherLogins = {
  bo: { email: 'bo@example.com', password: 'battery-staple' },
  admin: { email: 'admin@example.com', password: 'sandbox-administrator' },
  newcomer: { email: 'newcomer@example.com', password: 'first-password' },
} as const;

export function seedSyntho(): SynthoState {
  const rows: readonly (readonly [workspace: number, user: number, role: Role, dataAccess: boolean])[] = [
    [1, 1, 'OWNER', true],
    [1, 3, 'EDITOR', true],
    [1, 4, 'READER', false],
    [2, 1, 'OWNER', true],
    [3, 2, 'OWNER', true],
    [3, 1, 'EDITOR', true],
    [3, 4, 'READER', false],
    [4, 3, 'OWNER', true],
  ];
  return {
    users: [
      person(1, 'Ana', 'Souza', anaLogin),
      person(2, 'Bo', 'Lind', otherLogins.bo),
      person(3, 'Cy', 'Nowak', { email: 'cy@example.com', password: 'sandbox-password' }),
      person(4, 'Dora', 'Larsen', { email: 'dora@example.com', password: 'sandbox-password' }),
      person(5, 'Emil', 'Berg', { email: 'emil@example.com', password: 'sandbox-password' }),
      { ...person(6, 'Sam', 'Admin', otherLogins.admin), administrator: true },
      { ...person(7, 'Nia', 'Newcomer', otherLogins.newcomer), newPasswordRequired: true },
    ],
    workspaces: [
      { pk: 1, name: 'Customers' },
      { pk: 2, name: 'Orders' },
      { pk: 3, name: 'Claims' },
      { pk: 4, name: 'Payroll' },
    ],
    rows: rows.map(([workspace, user, role, data_access], index) => ({
      pk: index + 1,
      workspace,
      user,
      role,
      data_access,
    })),
    sessions: [],
    nextPk: rows.length + 1,
    manner: { ...usualManner },
  };
}

function person(
  pk: number,
  first: string,
  last: string,
  login: { readonly email: string; readonly password: string },
): User {
  return {
    pk,
    first_name: first,
    last_name: last,
    full_name: `${first} ${last}`,
    ...login,
    administrator: false,
    newPasswordRequired: false,
  };
}
