/** Whether a change takes the caller's own access away, so that nobody locks themselves out unseen. */
import { keyOf } from './acl-entry.ts';
import type { AclEntry } from './acl-entry.ts';
import type { GrafanaApi } from './api.ts';
import { isPermission } from './map.ts';
import type { Caller } from './session.ts';

/** Principals of a list, by key, that count for the caller; `possible` ones do as far as anybody can tell. */
export interface Standing {
  readonly certain: ReadonlySet<string>;
  readonly possible: ReadonlySet<string>;
}

/** The caller's levels before and after a change, where the latter is lower. */
export interface Loss {
  readonly before: number;
  /** 0 for no access. */
  readonly after: number;
}

/** Finds the caller among the principals of a list: the user, the role, the teams. */
export async function standingOf(
  api: GrafanaApi,
  caller: Caller,
  entries: readonly AclEntry[],
): Promise<Standing> {
  const certain = new Set<string>();
  const possible = new Set<string>();
  const principals = new Map(entries.map(({ principal }) => [keyOf(principal), principal]));
  let ownTeams: ReadonlySet<string> | null | undefined;
  for (const [key, principal] of principals) {
    if (principal.kind === 'user') {
      // 5.0 beta does not tell the caller's id, but rows carry the login.
      const byLogin = caller.id === null && caller.login !== null && caller.login === principal.name;
      if (byLogin || (caller.id !== null && principal.id === String(caller.id))) certain.add(key);
    } else if (principal.kind === 'role') {
      if (caller.role === null) possible.add(key);
      else if (caller.role === principal.name) certain.add(key);
    } else if (caller.kind === 'key') {
      // Keys join no teams, but 5.0 beta counts team rows for them (api/grafana.md §6.6).
      possible.add(key);
    } else {
      if (ownTeams === undefined) {
        const teams = await api.userTeams();
        ownTeams = teams === null ? null : new Set(teams.map((team) => String(team.id)));
      }
      const member =
        ownTeams === null ? await isMember(api, caller, principal.id) : ownTeams.has(principal.id ?? '');
      if (member === null) possible.add(key);
      else if (member) certain.add(key);
    }
  }
  return { certain, possible };
}

/** By the members of the team; null where the caller may not see them. */
async function isMember(api: GrafanaApi, caller: Caller, teamId: string | null): Promise<boolean | null> {
  const members = await api.teamMembers(Number(teamId));
  if (members === null) return null;
  return members.some((member) => member.userId === caller.id || member.login === caller.login);
}

/**
 * What the caller would lose; null for nothing. Organization admins lose nothing. Where it is not known whether an entry
 * counts for the caller, only the loss of Admin through it is reported: the caller read the list, which takes Admin.
 */
export function lossOf(
  caller: Caller,
  standing: Standing,
  before: readonly AclEntry[],
  after: readonly AclEntry[],
): Loss | null {
  if (caller.role === 'Admin') return null;
  const sure = lossBy(standing.certain, before, after);
  if (sure !== null) return sure;
  for (const key of standing.possible) {
    const loss = lossBy(new Set([...standing.certain, key]), before, after);
    if (loss?.before === 4) return loss;
  }
  return null;
}

function lossBy(
  keys: ReadonlySet<string>,
  before: readonly AclEntry[],
  after: readonly AclEntry[],
): Loss | null {
  const loss = { before: highest(keys, before), after: highest(keys, after) };
  return loss.after < loss.before ? loss : null;
}

function highest(keys: ReadonlySet<string>, entries: readonly AclEntry[]): number {
  const levels = entries
    .filter(
      (entry) =>
        entry.origin !== 'implicit' && isPermission(entry.permission) && keys.has(keyOf(entry.principal)),
    )
    .map((entry) => entry.permission);
  return Math.max(0, ...levels);
}
