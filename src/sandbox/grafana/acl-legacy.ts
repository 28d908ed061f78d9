/**
 * The lists of grants that are replaced as a whole: `/acl` of 5.0 beta, `/permissions` of dashboards and folders.
 * api/grafana.md §6 and §7.1; recordings 03-acl-*. The 200 answers that empty a list are the servers' own.
 */
import { goInt, goTime, numberParam, ok, done, refuse, Refusal } from './call.ts';
import type { Call, Reply } from './call.ts';
import { integer, listOf, optional, role, struct, text } from './binding.ts';
import { urlOf } from './dashboards.ts';
import { folderByUid, requireFolder } from './folders.ts';
import type { Generation } from './generation.ts';
import { findById, findByUid, grantsOf, requireLevel, rowsGive } from './rights.ts';
import type { Grant, Principal } from './rights.ts';
import { route, routeWithBody } from './router.ts';
import type { Route } from './router.ts';
import { nextId, removeWhere } from './state.ts';
import type { AclRow, Dashboard } from './state.ts';
import { teamAvatar } from './teams.ts';
import { avatarOf } from './text.ts';

const permission = integer('models.PermissionType');

const legacyBody = struct('dtos.UpdateDashboardAclCommand', {
  items: listOf(
    struct('dtos.DashboardAclUpdateItem', {
      userId: integer(),
      teamId: integer(),
      role: optional(role()),
      permission,
    }),
    '[]dtos.DashboardAclUpdateItem',
  ),
});

/** The roles of later servers are checked by the write, not by the body's type. */
const managedBody = struct('dtos.UpdateDashboardACLCommand', {
  items: listOf(
    struct('dtos.DashboardACLUpdateItem', {
      userId: integer(),
      teamId: integer(),
      role: optional(text()),
      permission,
    }),
    '[]dtos.DashboardACLUpdateItem',
  ),
});

/** What an answer calls the object: the two paths differ in texts. */
type Noun = 'dashboard' | 'folder';

/** Routes of the replace-all lists for a generation. */
export function aclRoutes(generation: Generation): Route[] {
  const path = `/api/dashboards/id/:id/${generation.aclSegment}`;
  if (generation.rights === 'aclBeta') {
    return [
      route('GET', path, 'signedIn', showBeta),
      routeWithBody('POST', path, 'signedIn', legacyBody, (call, body) => replaceBeta(call, body.items)),
      route('DELETE', `${path}/:aclId`, 'signedIn', removeItem),
    ];
  }
  if (generation.rights === 'acl') {
    return [
      route('GET', path, 'signedIn', (call) => showDashboard(call, dashboardById(call))),
      routeWithBody('POST', path, 'signedIn', legacyBody, replaceDashboard),
      route('GET', '/api/folders/:uid/permissions', 'signedIn', showFolder),
      routeWithBody('POST', '/api/folders/:uid/permissions', 'signedIn', legacyBody, replaceFolder),
    ];
  }
  return managedRoutes(path);
}

/** Later servers look at the right first, then at the body, then for the object. */
function managedRoutes(byId: string): Route[] {
  const byUid = '/api/dashboards/uid/:uid/permissions';
  const ofFolder = '/api/folders/:uid/permissions';
  const write = (path: string, noun: Noun, find: (call: Call) => Dashboard): Route =>
    routeWithBody(
      'POST',
      path,
      'signedIn',
      managedBody,
      (call, body) => replaceManaged(call, body.items, noun, () => find(call)),
      (call) => {
        const object = findByUid(call, call.params.uid ?? '') ?? findById(call, numberParam(call, 'id'));
        requireLevel(call, object?.id ?? -1, 4, `${noun}s.permissions:write`, '');
      },
    );
  return [
    route('GET', byId, 'signedIn', (call) => showDashboard(call, dashboardByNumber(call))),
    write(byId, 'dashboard', dashboardByNumber),
    route('GET', byUid, 'signedIn', (call) => showDashboard(call, dashboardByUid(call))),
    write(byUid, 'dashboard', dashboardByUid),
    route('GET', ofFolder, 'signedIn', showFolder),
    write(ofFolder, 'folder', folderByUid),
  ];
}

function dashboardByNumber(call: Call): Dashboard {
  if (!/^[+-]?\d+$/.test(call.params.id ?? '')) refuse(400, 'dashboardId is invalid');
  return dashboardById(call);
}

function dashboardById(call: Call): Dashboard {
  return findById(call, numberParam(call, 'id')) ?? refuse(404, 'Dashboard not found');
}

function dashboardByUid(call: Call): Dashboard {
  const found = findByUid(call, call.params.uid ?? '');
  if (found !== undefined) return found;
  requireLevel(call, -1, 4, 'dashboards.permissions:read', '');
  return refuse(404, 'Dashboard not found', { status: 'not-found' });
}

// 5.0 beta

function showBeta(call: Call): Reply {
  const id = numberParam(call, 'id');
  requireLevel(call, id, 4, '', 'Access denied to this dashboard');
  return ok(grantsOf(call, id).map((grant) => betaRow(call, grant)));
}

function replaceBeta(call: Call, items: readonly Principal[]): Reply {
  const id = numberParam(call, 'id');
  requireLevel(call, id, 4, '', 'Access denied to this dashboard');
  if (call.caller.role !== 'Admin' && !rowsGive(call, items, 4)) refuseSelfLockOut();
  replaceRows(call, id, items, 'dashboard');
  // Id 0 is what a path that is no number means; the server then marks every dashboard as having a list.
  if (id === 0) for (const object of call.state.dashboards) object.hasAcl = true;
  return done('Dashboard acl updated');
}

function removeItem(call: Call): Reply {
  const id = numberParam(call, 'id');
  const aclId = goInt(call.params.aclId ?? '');
  requireLevel(call, id, 4, '', 'Access denied to this dashboard');
  const left = grantsOf(call, id).filter((grant) => grant.row.id !== aclId);
  if (call.caller.role !== 'Admin') {
    const rows = left.map((grant) => grant.row);
    if (!rowsGive(call, rows, 4)) refuseSelfLockOut();
  }
  // The item's own dashboard is not looked at, only the organization.
  removeWhere(call.state.acl, (row) => row.id === aclId && row.orgId === call.caller.orgId);
  return ok('');
}

function refuseSelfLockOut(): never {
  refuse(403, 'Cannot remove own admin permission for a folder');
}

// 5.0 final to 9

function showDashboard(call: Call, object: Dashboard): Reply {
  requireLevel(call, object.id, 4, 'dashboards.permissions:read', 'Access denied to this dashboard');
  return ok(grantsOf(call, object.id).map((grant) => listedRow(call, grant)));
}

function showFolder(call: Call): Reply {
  const folder = folderByUid(call);
  requireFolder(call, folder, 4, 'folders.permissions:read');
  const rows = grantsOf(call, folder.id).map((grant) => {
    const row: Record<string, unknown> = { folderId: folder.id, ...listedRow(call, grant) };
    delete row.dashboardId;
    return row;
  });
  return ok(rows);
}

function replaceDashboard(call: Call, body: { readonly items: readonly Principal[] }): Reply {
  refuseRoleWithPrincipal(body.items);
  const object = dashboardById(call);
  requireLevel(call, object.id, 4, '', 'Access denied to this dashboard');
  refuseDuplicates(body.items);
  refuseLowering(call, object, body.items);
  replaceRows(call, object.id, body.items, 'dashboard');
  return done('Dashboard permissions updated');
}

function replaceFolder(call: Call, body: { readonly items: readonly Principal[] }): Reply {
  refuseRoleWithPrincipal(body.items);
  const folder = folderByUid(call);
  requireFolder(call, folder, 4, '');
  refuseDuplicates(body.items);
  refuseLowering(call, folder, body.items);
  replaceRows(call, folder.id, body.items, 'folder');
  return ok({ id: folder.id, message: 'Folder permissions updated', title: folder.title });
}

function refuseRoleWithPrincipal(items: readonly Principal[]): void {
  if (items.some((item) => (item.userId > 0 || item.teamId > 0) && item.role !== undefined)) {
    refuse(400, 'team and user permissions cannot have an associated role');
  }
}

/** Admins hold all already, so a row for their role counts as a duplicate too. */
function refuseDuplicates(items: readonly Principal[]): void {
  const everyAdmin: Principal = { userId: 0, teamId: 0, role: 'Admin', permission: 4 };
  items.forEach((item, index) => {
    if ([everyAdmin, ...items.slice(0, index)].some((earlier) => samePrincipal(earlier, item))) {
      refuse(400, 'permission already exists');
    }
  });
}

function refuseLowering(call: Call, object: Dashboard, items: readonly Principal[]): void {
  const inherited = grantsOf(call, object.id).filter((grant) => grant.inherited);
  const lowers = (item: Principal): boolean =>
    inherited.some(({ row }) => samePrincipal(item, row) && item.permission <= row.permission);
  if (items.some(lowers)) refuse(400, 'you can only override a permission to be higher');
}

function samePrincipal(left: Principal, right: Principal): boolean {
  const isRole = (item: Principal): boolean =>
    item.userId <= 0 && item.teamId <= 0 && item.role !== undefined;
  const sameRole =
    isRole(left) && left.role === right.role && left.userId === right.userId && left.teamId === right.teamId;
  return (
    sameRole ||
    (left.userId > 0 && left.userId === right.userId) ||
    (left.teamId > 0 && left.teamId === right.teamId)
  );
}

/** Writes a list anew, in the order of `items`; the rows of the old one go, in every organization. */
function replaceRows(call: Call, dashboardId: number, items: readonly Principal[], noun: Noun): void {
  const { state, caller, now, generation } = call;
  removeWhere(state.acl, (row) => row.dashboardId === dashboardId);
  const users = new Set<number>();
  const teams = new Set<number>();
  for (const item of items) {
    if (item.userId === 0 && item.teamId === 0 && item.role === undefined) {
      if (generation.rights === 'aclBeta') refuseCrash();
      refuse(409, `user id and team id cannot both be empty for a ${noun} permission`);
    }
    if (dashboardId === 0) refuse(409, 'Dashboard Id must be greater than zero for a dashboard permission.');
    // The database allows one row per user and one per team of an object.
    if (users.has(item.userId) || teams.has(item.teamId)) refuse(500, 'Failed to create permission');
    if (item.userId !== 0) users.add(item.userId);
    if (item.teamId !== 0) teams.add(item.teamId);
    state.acl.push({
      id: nextId(state, 'acl'),
      orgId: caller.orgId,
      dashboardId,
      userId: item.userId,
      teamId: item.teamId,
      ...(item.role === undefined ? {} : { role: item.role }),
      permission: item.permission,
      created: now,
      updated: now,
    });
  }
  const object = state.dashboards.find((one) => one.id === dashboardId);
  if (object !== undefined) object.hasAcl = true;
}

function refuseCrash(): never {
  throw new Refusal({
    status: 500,
    body: {
      error: 'runtime error: invalid memory address or nil pointer dereference',
      message: 'Internal Server Error - Check the Grafana server logs for the detailed error message.',
    },
  });
}

// 9 and later: the list is only another face of the managed permissions.

function replaceManaged(call: Call, items: readonly Principal[], noun: Noun, find: () => Dashboard): Reply {
  const isFolder = noun === 'folder';
  // The two texts are exchanged in the servers themselves.
  if (items.some((item) => item.userId > 0 && item.teamId > 0)) {
    refuseInvalidItem('team and user permissions cannot have an associated role');
  }
  if (items.some((item) => (item.userId > 0 || item.teamId > 0) && item.role !== undefined)) {
    refuseInvalidItem('permissions cannot have both a user and team');
  }
  const object = find();
  const isKnown = (item: Principal): boolean => {
    if (![1, 2, 4].includes(item.permission)) return false;
    if (item.userId > 0)
      return call.state.members.some((one) => one.userId === item.userId && one.orgId === object.orgId);
    if (item.teamId > 0)
      return call.state.teams.some((one) => one.id === item.teamId && one.orgId === object.orgId);
    return ['Viewer', 'Editor', 'Admin'].includes(item.role ?? '');
  };
  if (!items.every(isKnown)) {
    refuse(500, isFolder ? 'Failed to create permission' : 'Failed to update permissions');
  }
  const last = items.filter(
    (item, index) => !items.slice(index + 1).some((later) => samePrincipal(item, later)),
  );
  replaceRows(call, object.id, last, noun);
  if (!isFolder) return done('Dashboard permissions updated');
  return ok({ id: object.id, message: 'Folder permissions updated', title: object.title });
}

function refuseInvalidItem(message: string): never {
  throw new Refusal({ status: 400, body: { error: message, message } });
}

// Rows

const levelNames: Record<number, string> = { 1: 'View', 2: 'Edit', 4: 'Admin' };

function betaRow(call: Call, grant: Grant): Record<string, unknown> {
  const { row, shownAs } = grant;
  return {
    id: row.id,
    dashboardId: row.dashboardId,
    ...principalFields(call, row, false),
    ...shownFields(shownAs),
  };
}

function listedRow(call: Call, grant: Grant): Record<string, unknown> {
  const { row, shownAs } = grant;
  const { modern } = call.generation;
  const base = { dashboardId: modern ? shownAs?.id : row.dashboardId, ...principalFields(call, row, true) };
  const rest = { ...shownFields(shownAs), inherited: modern ? false : grant.inherited };
  if (!modern) return { ...base, ...rest };
  const user = call.state.users.find((one) => one.id === row.userId);
  const team = call.state.teams.find((one) => one.id === row.teamId);
  return { ...base, userUid: user?.uid ?? '', teamUid: team?.uid ?? '', folderUid: '', ...rest };
}

function principalFields(call: Call, row: AclRow, withAvatars: boolean): Record<string, unknown> {
  const user = call.state.users.find((one) => one.id === row.userId);
  const team = call.state.teams.find((one) => one.id === row.teamId);
  const userAvatar = withAvatars ? { userAvatarUrl: user === undefined ? '' : avatarOf(user.email) } : {};
  const teamMore = withAvatars
    ? { teamEmail: team?.email ?? '', teamAvatarUrl: row.teamId > 0 ? teamAvatar(team) : '' }
    : {};
  return {
    created: goTime(row.created),
    updated: goTime(row.updated),
    userId: row.userId,
    userLogin: user?.login ?? '',
    userEmail: user?.email ?? '',
    ...userAvatar,
    teamId: row.teamId,
    ...teamMore,
    team: team?.name ?? '',
    ...(row.role === undefined ? {} : { role: row.role }),
    permission: row.permission,
    permissionName: levelNames[row.permission] ?? '',
  };
}

function shownFields(object: Dashboard | undefined): Record<string, unknown> {
  return {
    uid: object?.uid ?? '',
    title: object?.title ?? '',
    slug: object?.slug ?? '',
    isFolder: object?.isFolder ?? false,
    url: object === undefined ? '' : urlOf(object),
  };
}
