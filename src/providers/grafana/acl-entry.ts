/** One entry of a Grafana ACL, the same for all generations, and what is sent for one. */
import { DashctlError } from '../../errors.ts';
import type { Grant } from '../../model/grant.ts';
import type { Principal } from '../../model/principal.ts';
import { formatPrincipal } from '../../model/principal-text.ts';
import type { Account } from '../provider.ts';
import { isPermission, levelFromNumber } from './map.ts';
import type { Permission } from './map.ts';
import { referenceOf } from './objects.ts';
import type { GrafanaObject } from './objects.ts';

/** Where an entry comes from. Only `own` entries are ever written. */
export type Origin = 'own' | 'inherited' | 'default' | 'implicit';

export interface AclEntry {
  readonly principal: Principal;
  /** 1, 2, 4, or any other number that the server holds. */
  readonly permission: number;
  /** The server's word for the level. */
  readonly native: string;
  readonly origin: Origin;
  /** `folder:UID`, `default`, `implicit`; null for own entries. */
  readonly from: string | null;
  /** Id of the stored row (5.0 beta); it changes with every write of the list. */
  readonly rowId: number | null;
  /** What is wrong with a row that names several principals at once or none; null for a sound one. */
  readonly flaw: string | null;
}

/** Equal for entries of the same principal: `user#11`, `team#3`, `role:Viewer`. */
export function keyOf(principal: Principal): string {
  return principal.kind === 'role'
    ? `role:${principal.name ?? ''}`
    : `${principal.kind}#${principal.id ?? ''}`;
}

/** A new own entry. */
export function ownEntry(principal: Principal, permission: Permission): AclEntry {
  const { native } = levelFromNumber(permission);
  return { principal, permission, native, origin: 'own', from: null, rowId: null, flaw: null };
}

/** Whether the stored level is one of Grafana's, of one principal. */
export function isSound(entry: AclEntry): boolean {
  return isPermission(entry.permission) && entry.flaw === null;
}

export function grantFromEntry(account: Account, object: GrafanaObject, entry: AclEntry): Grant {
  return {
    profile: account.profile,
    provider: 'grafana',
    resource: `${account.profile}/${referenceOf(object)}`,
    principal: entry.principal,
    level: entry.flaw === null ? levelFromNumber(entry.permission).level : null,
    nativeLevel: entry.flaw === null ? entry.native : `${entry.native} (${entry.flaw})`,
    inherited: entry.origin !== 'own',
    inheritedFrom: entry.from,
  };
}

/** One element of `{"items": […]}`. */
export type PermissionItem =
  | { readonly role: 'Viewer' | 'Editor'; readonly permission: Permission }
  | { readonly userId: number; readonly permission: Permission }
  | { readonly teamId: number; readonly permission: Permission };

/**
 * The body that replaces an own list. A missing, misspelt or null `items` would empty the list with a 200 (api/grafana.md
 * §6.3), so it is made here and nowhere else.
 * @throws DashctlError `refused` when an entry that stays can't be written as the server holds it
 */
export function itemsBody(entries: readonly AclEntry[]): string {
  const items: readonly PermissionItem[] = entries.map(itemOf);
  return JSON.stringify({ items });
}

function itemOf(entry: AclEntry): PermissionItem {
  const { principal, permission } = entry;
  if (!isPermission(permission) || entry.flaw !== null) return unwritable(entry);
  if (principal.kind === 'role') {
    return principal.name === 'Viewer' || principal.name === 'Editor'
      ? { role: principal.name, permission }
      : unwritable(entry);
  }
  const id = Number(principal.id);
  if (!Number.isSafeInteger(id) || id <= 0) return unwritable(entry);
  if (principal.kind === 'user') return { userId: id, permission };
  return principal.kind === 'team' ? { teamId: id, permission } : unwritable(entry);
}

function unwritable(entry: AclEntry): never {
  const who = formatPrincipal(entry.principal);
  throw new DashctlError(
    'refused',
    `The list holds ${who} with ${entry.native}${entry.flaw === null ? '' : ` (${entry.flaw})`}, which can't be written back as it is.`,
    {
      hint: `Take it away first with dashctl acl revoke … ${who}, or grant ${who} a level.`,
      details: { principal: who },
    },
  );
}
