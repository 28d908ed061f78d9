/** Rows of `/acl` and `/permissions` as entries (api/grafana.md §6.1). */
import type { Principal } from '../../model/principal.ts';
import type { AclEntry, Origin } from './acl-entry.ts';
import { levelFromNumber } from './map.ts';
import type { AclRow } from './wire.ts';

/** Rows that stand for "no own list yet" carry this time on every version, and on most the dashboard id -1. */
const defaultsCreated = '2017-06-20T00:00:00Z';

export function isDefaultRow(row: AclRow): boolean {
  return row.dashboardId === -1 || row.created === defaultsCreated;
}

export function entryOfRow(row: AclRow, origin: Origin, from: string | null): AclEntry {
  const { principal, flaw } = principalOfRow(row);
  const { native } = levelFromNumber(row.permission);
  return { principal, permission: row.permission, native, origin, from, rowId: row.id, flaw };
}

/** Old servers store rows with several principals, and 5.0 beta an empty role that means Viewer. */
function principalOfRow(row: AclRow): { principal: Principal; flaw: string | null } {
  const userId = row.userId ?? 0;
  const teamId = row.teamId ?? 0;
  const role = row.role ?? '';
  const others: string[] = [];
  if (userId !== 0) {
    if (teamId !== 0) others.push(`team#${teamId}`);
    if (role !== '') others.push(`role:${role}`);
    const principal: Principal = {
      kind: 'user',
      id: String(userId),
      name: emptyToNull(row.userLogin),
      email: emptyToNull(row.userEmail),
    };
    return { principal, flaw: flawOf(others) };
  }
  if (teamId !== 0) {
    if (role !== '') others.push(`role:${role}`);
    const principal: Principal = {
      kind: 'team',
      id: String(teamId),
      name: emptyToNull(row.team),
      email: null,
    };
    return { principal, flaw: flawOf(others) };
  }
  const principal: Principal = { kind: 'role', id: null, name: emptyToNull(role), email: null };
  return { principal, flaw: role === '' ? 'without a principal' : null };
}

function flawOf(others: readonly string[]): string | null {
  return others.length === 0 ? null : `one row together with ${others.join(' and ')}`;
}

function emptyToNull(text: string | null): string | null {
  return text === '' ? null : text;
}
