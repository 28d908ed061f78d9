/** Wire to model, roles and people. */
import { DashctlError } from '../../errors.ts';
import type { Level } from '../../model/level.ts';
import { nearest } from '../../model/nearest.ts';
import { formatReference } from '../../model/ref.ts';
import type { WorkspacePermission } from '../../model/workspace-permission.ts';
import type { Account } from '../provider.ts';
import { checkKey } from './api.ts';
import type { WireRow, WireUser } from './wire.ts';

const levels: Readonly<Record<string, Level>> = { READER: 'view', EDITOR: 'edit', OWNER: 'admin' };

export function toPermission(
  row: WireRow,
  users: readonly WireUser[],
  account: Account,
): WorkspacePermission {
  return {
    ref: formatReference(account.profile, String(row.pk)),
    profile: account.profile,
    provider: 'syntho',
    id: String(row.pk),
    workspace: String(row.workspace),
    user: String(row.user),
    email: emailOf(users, row.user),
    role: row.role,
    level: levels[row.role] ?? null,
    dataAccess: row.data_access,
  };
}

/**
 * Reads a role: `reader`, `editor`, their levels `view` and `edit`.
 * @throws DashctlError `refused` for the owner's role, `invalid-input` for what is none
 */
export function parseRole(text: string): string {
  const word = text.toUpperCase();
  const role = Object.hasOwn(levels, word)
    ? word
    : Object.keys(levels).find((one) => levels[one] === text.toLowerCase());
  if (role === undefined) {
    const close = nearest(text, ['reader', 'editor', 'view', 'edit']);
    throw new DashctlError('invalid-input', `${JSON.stringify(text)} is no role of a workspace.`, {
      hint: close === null ? 'Use reader or editor.' : `Did you mean ${close}?`,
    });
  }
  if (role !== 'OWNER') return role;
  throw new DashctlError('refused', 'A workspace has exactly one owner; a role cannot make another one.', {
    hint: 'Hand it over: dashctl workspace transfer WORKSPACE --to EMAIL',
  });
}

export function emailOf(users: readonly WireUser[], pk: number): string | null {
  return users.find((user) => user.pk === pk)?.email ?? null;
}

/** How a user is called in a sentence. */
export function nameOf(users: readonly WireUser[], pk: number): string {
  return emailOf(users, pk) ?? `user ${pk}`;
}

/**
 * The key of a user by e-mail (in any letter case) or by key.
 * @throws DashctlError `unknown-principal`, `ambiguous`, `invalid-input`
 */
export function userKey(users: readonly WireUser[], who: string): number {
  const text = who.replace(/^user[:#]/, '');
  if (/^\d+$/.test(text)) return Number(checkKey(text, 'user'));
  const found = users.filter((user) => user.email?.toLowerCase() === text.toLowerCase());
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only.pk;
  if (only !== undefined) {
    throw new DashctlError('ambiguous', `Several users have the e-mail ${text}.`, {
      hint: 'Give the key of the one that you mean.',
      details: { candidates: found.map((user) => ({ key: user.pk, name: user.full_name })) },
    });
  }
  const close = nearest(
    text,
    users.flatMap((user) => user.email ?? []),
  );
  throw new DashctlError('unknown-principal', `Syntho knows no user ${JSON.stringify(text)}.`, {
    hint:
      close === null ? 'Give the e-mail as Syntho has it, or the key of the user.' : `Did you mean ${close}?`,
  });
}
