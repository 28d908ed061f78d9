/**
 * Who may do what to a dashboard or folder. Two sets of rules: the lists of grants of servers before 9, with default
 * rows while an object has no list of its own, and the managed permissions of later servers, which have no defaults.
 * api/grafana.md §6.1, §6.5 and §7; recordings 03-acl-inherited, 03-acl-dashboard-who.
 */
import { refuse } from './call.ts';
import type { Call, Caller } from './call.ts';
import type { AclRow, Dashboard, GrafanaState } from './state.ts';

/** 1 View, 2 Edit, 4 Admin. */
export type Level = 1 | 2 | 4;

/** A row that counts for an object: its own, its folder's, or a default. */
export interface Grant {
  readonly row: AclRow;
  readonly inherited: boolean;
  /** The object whose title and address the row is shown with; undefined shows them empty. */
  readonly shownAs: Dashboard | undefined;
}

/** Grants of the instance, for objects without a list of their own: Viewer 1 and Editor 2. */
export const defaultRows: readonly AclRow[] = [defaultRow(1, 'Viewer', 1), defaultRow(2, 'Editor', 2)];

function defaultRow(id: number, role: string, permission: number): AclRow {
  const created = Date.UTC(2017, 5, 20);
  return {
    id,
    orgId: -1,
    dashboardId: -1,
    userId: 0,
    teamId: 0,
    role,
    permission,
    created,
    updated: created,
  };
}

/** An object of the caller's organization by id. */
export function findById(call: Call, id: number): Dashboard | undefined {
  return call.state.dashboards.find((one) => one.id === id && one.orgId === call.caller.orgId);
}

/** An object of the caller's organization by uid. */
export function findByUid(call: Call, uid: string): Dashboard | undefined {
  return call.state.dashboards.find((one) => one.uid === uid && one.orgId === call.caller.orgId);
}

/** The folder that an object stands in; undefined for General. */
export function parentOf(state: GrafanaState, object: Dashboard): Dashboard | undefined {
  return object.folderId === 0 ? undefined : state.dashboards.find((one) => one.id === object.folderId);
}

/** The rows that count for an object, in the order of their ids. Id 0 (General, or nonsense) has the defaults. */
export function grantsOf(call: Call, dashboardId: number): Grant[] {
  const grants = collectGrants(call, dashboardId);
  return grants.sort((left, right) => left.row.id - right.row.id);
}

function collectGrants(call: Call, dashboardId: number): Grant[] {
  const { rights } = call.generation;
  if (rights === 'managedPermissions') return managedGrants(call, dashboardId);
  if (dashboardId === 0) return defaultRows.map((row) => ({ row, inherited: false, shownAs: undefined }));
  return rights === 'aclBeta' ? betaGrants(call, dashboardId) : listedGrants(call, dashboardId);
}

/** 5.0 beta: the object need not exist, only the rows' organization counts, and rows show the object they are on. */
function betaGrants(call: Call, dashboardId: number): Grant[] {
  const { state, caller } = call;
  const object = state.dashboards.find((one) => one.id === dashboardId);
  const folder = object === undefined ? undefined : parentOf(state, object);
  const ids = [dashboardId, ...(folder === undefined ? [] : [folder.id])];
  const rows = state.acl.filter((row) => ids.includes(row.dashboardId) && row.orgId === caller.orgId);
  const grants = rows.map((row) => ({
    row,
    inherited: row.dashboardId !== dashboardId,
    shownAs: state.dashboards.find((one) => one.id === row.dashboardId),
  }));
  const open =
    object !== undefined && (folder === undefined ? object.folderId === 0 && !object.hasAcl : !folder.hasAcl);
  if (!open) return grants;
  return [
    ...defaultRows.map((row) => ({ row, inherited: folder !== undefined, shownAs: folder })),
    ...grants,
  ];
}

function listedGrants(call: Call, dashboardId: number): Grant[] {
  const object = findById(call, dashboardId);
  if (object === undefined) return [];
  const folder = parentOf(call.state, object);
  const own = (row: AclRow): boolean => row.dashboardId === object.id;
  const rows = call.state.acl.filter((row) => own(row) || row.dashboardId === folder?.id);
  const grants = rows.map((row) => ({ row, inherited: !own(row), shownAs: object }));
  if ((folder ?? object).hasAcl) return grants;
  return [...defaultRows.map((row) => ({ row, inherited: object.folderId > 0, shownAs: object })), ...grants];
}

function managedGrants(call: Call, dashboardId: number): Grant[] {
  const object = findById(call, dashboardId);
  if (object === undefined) return [];
  const grants: Grant[] = [];
  let place: Dashboard | undefined = object;
  while (place !== undefined) {
    const { id } = place;
    for (const row of call.state.acl) {
      if (row.dashboardId === id) grants.push({ row, inherited: id !== object.id, shownAs: object });
    }
    place = parentOf(call.state, place);
  }
  return grants;
}

/** Whether the caller holds `level` on an object. Org Admins hold all; the highest of the matching rows counts. */
export function holds(call: Call, dashboardId: number, level: Level): boolean {
  if (call.caller.role === 'Admin') return true;
  if (call.generation.rights === 'managedPermissions' && dashboardId === 0) {
    return level === 2 && call.caller.role === 'Editor';
  }
  return rowsGive(
    call,
    grantsOf(call, dashboardId).map((grant) => grant.row),
    level,
  );
}

/**
 * Whether searches show an object to the caller. They are more generous than opening it: on 7.5 an Editor finds what
 * Viewers may see, and on 5.0 beta a row for any role that somebody holds is enough for everybody.
 */
export function mayFind(call: Call, dashboardId: number, level: Level): boolean {
  const { caller, generation } = call;
  if (generation.rights === 'aclBeta') return mayFindBeta(call, dashboardId);
  if (holds(call, dashboardId, level)) return true;
  if (generation.rights !== 'acl' || caller.role !== 'Editor') return false;
  return grantsOf(call, dashboardId).some(({ row }) => row.role === 'Viewer' && row.permission >= level);
}

function mayFindBeta(call: Call, dashboardId: number): boolean {
  const { state, caller } = call;
  const object = findById(call, dashboardId);
  if (object === undefined) return false;
  if (caller.role === 'Admin' || !object.hasAcl) return true;
  return state.acl
    .filter(
      (row) => row.dashboardId === object.id || (object.folderId > 0 && row.dashboardId === object.folderId),
    )
    .some(
      (row) =>
        state.members.some((one) => one.role === row.role) ||
        (caller.userId > 0 && row.userId === caller.userId) ||
        state.teamMembers.some((one) => one.teamId === row.teamId && one.userId === caller.userId),
    );
}

/** The fields of a row that say whom it is for. */
export interface Principal {
  readonly userId: number;
  readonly teamId: number;
  readonly role?: string | undefined;
  readonly permission: number;
}

/** Whether one of `rows` gives `level` to the caller, as user, by role or by team. */
export function rowsGive(call: Call, rows: readonly Principal[], level: Level): boolean {
  const { caller, state, generation } = call;
  const teams = state.teamMembers.filter((one) => one.userId === caller.userId && caller.userId > 0);
  return rows.some(
    (row) =>
      row.permission >= level &&
      (isUser(row, caller, generation.keysMatchEveryRow) ||
        (row.role !== undefined && row.role === caller.role) ||
        (row.teamId > 0 && teams.some((one) => one.teamId === row.teamId))),
  );
}

function isUser(row: Principal, caller: Caller, keysMatchEveryRow: boolean): boolean {
  return row.userId === caller.userId && (caller.userId > 0 || (keysMatchEveryRow && caller.kind === 'key'));
}

/** Ends the request with 403 unless the caller holds `level`. `action` is the right's name on servers with RBAC. */
export function requireLevel(
  call: Call,
  dashboardId: number,
  level: Level,
  action: string,
  text: string,
): void {
  if (holds(call, dashboardId, level)) return;
  if (call.generation.rights === 'managedPermissions') refusePermission(action);
  refuse(403, text);
}

/** The 403 of servers with RBAC. */
export function refusePermission(action: string): never {
  refuse(403, `You'll need additional permissions to perform this action. Permissions needed: ${action}`, {
    accessErrorId: 'ACE0000000000',
    title: 'Access denied',
  });
}
