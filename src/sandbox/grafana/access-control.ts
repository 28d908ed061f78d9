/**
 * `/api/access-control`: managed permissions of one object, set per principal; what is not named stays.
 * api/grafana.md §7.2 and the cases of rbac-cases.json.
 */
import { listOf, integer, struct, text } from './binding.ts';
import type { GoStruct } from './binding.ts';
import { done, goInt, ok, refuse, refuseWithId } from './call.ts';
import type { Call, Reply } from './call.ts';
import type { Generation } from './generation.ts';
import { findByUid, grantsOf, holds, refusePermission } from './rights.ts';
import type { Grant } from './rights.ts';
import { route, routeWithBody } from './router.ts';
import type { Route } from './router.ts';
import { nextId, removeWhere } from './state.ts';
import type { Dashboard } from './state.ts';

const levels: Record<string, number> = { View: 1, Edit: 2, Admin: 4 };
const levelNames: Record<number, string> = { 1: 'View', 2: 'Edit', 4: 'Admin' };

const oneBody = struct('resourcepermissions.setPermissionCommand', { permission: text() });
const manyBody = struct('resourcepermissions.setPermissionsCommand', {
  permissions: listOf(
    struct('accesscontrol.SetResourcePermissionCommand', {
      userId: integer(),
      teamId: integer(),
      builtInRole: text(),
      permission: text(),
    }),
    '[]accesscontrol.SetResourcePermissionCommand',
  ),
});

type Kind = 'dashboards' | 'folders';

/** Whom a change is for; the other fields are empty. */
interface Target {
  readonly userId: number;
  readonly teamId: number;
  readonly role: string;
}

/** Routes of the managed permissions; none on servers without them. */
export function accessControlRoutes(generation: Generation): Route[] {
  if (!generation.modern) return [];
  const kinds: readonly Kind[] = ['dashboards', 'folders'];
  return [
    route('GET', '/api/access-control/status', 'signedIn', () => ok({ enabled: true })),
    route('GET', '/api/access-control/user/permissions', 'signedIn', ownPermissions),
    ...kinds.flatMap((kind) => kindRoutes(kind)),
  ];
}

function kindRoutes(kind: Kind): Route[] {
  const base = `/api/access-control/${kind}`;
  // The right and the object are looked at before the body.
  const write = <T extends object>(
    path: string,
    body: GoStruct<T>,
    handle: (call: Call, body: T) => Reply,
  ): Route =>
    routeWithBody('POST', path, 'signedIn', body, handle, (call) => {
      requireWritable(call, kind);
    });
  return [
    route('GET', `${base}/description`, 'signedIn', describe),
    route('GET', `${base}/:uid`, 'signedIn', (call) => show(call, kind)),
    write(`${base}/:uid`, manyBody, (call, body) => {
      const object = requireWritable(call, kind);
      for (const entry of body.permissions) {
        apply(
          call,
          object,
          { userId: entry.userId, teamId: entry.teamId, role: entry.builtInRole },
          entry.permission,
        );
      }
      return done('Permissions updated');
    }),
    write(`${base}/:uid/users/:target`, oneBody, (call, body) => {
      const object = requireWritable(call, kind);
      const { state, params } = call;
      const user = state.users.find(
        (one) => one.id === goInt(params.target ?? '') || one.uid === params.target,
      );
      return setOne(call, object, { userId: user?.id ?? -1, teamId: 0, role: '' }, body.permission);
    }),
    write(`${base}/:uid/teams/:target`, oneBody, (call, body) => {
      const object = requireWritable(call, kind);
      const { state, params } = call;
      const team = state.teams.find(
        (one) => one.id === goInt(params.target ?? '') || one.uid === params.target,
      );
      return setOne(call, object, { userId: 0, teamId: team?.id ?? -1, role: '' }, body.permission);
    }),
    write(`${base}/:uid/builtInRoles/:target`, oneBody, (call, body) => {
      const object = requireWritable(call, kind);
      return setOne(call, object, { userId: 0, teamId: 0, role: call.params.target ?? '' }, body.permission);
    }),
  ];
}

function describe(): Reply {
  const assignments = { users: true, serviceAccounts: true, teams: true, builtInRoles: true };
  return ok({ assignments, permissions: Object.keys(levels) });
}

function ownPermissions(call: Call): Reply {
  const { caller } = call;
  if (caller.role !== 'Admin') return ok({ 'dashboards:read': [], 'folders:read': [] });
  const everything = ['dashboards:*', 'folders:*'];
  const actions = ['read', 'write', 'delete', 'create', 'public:write'].map((verb) =>
    verb.includes(':') ? `dashboards.${verb}` : `dashboards:${verb}`,
  );
  return ok(Object.fromEntries(actions.map((action) => [action, everything])));
}

function findObject(call: Call, kind: Kind): Dashboard | undefined {
  const found = findByUid(call, call.params.uid ?? '');
  return found?.isFolder === (kind === 'folders') ? found : undefined;
}

function requireWritable(call: Call, kind: Kind): Dashboard {
  const object = findObject(call, kind);
  if (!holds(call, object?.id ?? -1, 4)) refusePermission(`${kind}.permissions:write`);
  return object ?? refuseUnknown(kind);
}

function refuseUnknown(kind: Kind): never {
  refuse(404, kind === 'folders' ? 'folder not found' : 'Dashboard not found', { status: 'not-found' });
}

function show(call: Call, kind: Kind): Reply {
  const object = findObject(call, kind);
  if (!holds(call, object?.id ?? -1, 4)) refusePermission(`${kind}.permissions:read`);
  if (object === undefined) return refuseUnknown(kind);
  const rows = grantsOf(call, object.id).map((grant) => rowOf(call, kind, grant));
  return ok([...rows, implicitAdmin(kind)]);
}

function rowOf(call: Call, kind: Kind, grant: Grant): Record<string, unknown> {
  const { row, inherited } = grant;
  const user = call.state.users.find((one) => one.id === row.userId);
  const team = call.state.teams.find((one) => one.id === row.teamId);
  const name = principalName(row.userId, row.teamId, row.role ?? '');
  return {
    id: row.id,
    roleName: `managed:${name}:permissions`,
    isManaged: true,
    isInherited: inherited,
    isServiceAccount: user?.isServiceAccount ?? false,
    ...(user === undefined
      ? {}
      : { userId: user.id, userUid: user.uid, userLogin: user.login, userAvatarUrl: '' }),
    ...(team === undefined ? {} : { team: team.name, teamId: team.id, teamUid: team.uid, teamAvatarUrl: '' }),
    ...(row.role === undefined ? {} : { builtInRole: row.role }),
    actions: actionsOf(kind, row.permission),
    permission: levelNames[row.permission] ?? '',
  };
}

function principalName(userId: number, teamId: number, role: string): string {
  if (userId > 0) return `users:${userId}`;
  if (teamId > 0) return `teams:${teamId}`;
  return `builtins:${role.toLowerCase()}`;
}

/** Org Admins hold everything; the row that says so can't be written. */
function implicitAdmin(kind: Kind): Record<string, unknown> {
  return {
    id: 0,
    roleName: 'basic:admin',
    isManaged: false,
    isInherited: false,
    isServiceAccount: false,
    builtInRole: 'Admin',
    actions: actionsOf(kind, 4),
    permission: 'Admin',
  };
}

function actionsOf(kind: Kind, level: number): string[] {
  const names = [
    ...(kind === 'folders' ? ['folders:read'] : []),
    'dashboards:read',
    ...(level >= 2 ? ['dashboards:write', 'dashboards:delete'] : []),
    ...(level >= 2 && kind === 'folders'
      ? ['dashboards:create', 'folders:create', 'folders:write', 'folders:delete']
      : []),
    ...(level >= 4 ? ['dashboards.permissions:read', 'dashboards.permissions:write'] : []),
    ...(level >= 4 && kind === 'folders' ? ['folders.permissions:read', 'folders.permissions:write'] : []),
  ];
  return names;
}

function setOne(call: Call, object: Dashboard, target: Target, permission: string): Reply {
  apply(call, object, target, permission);
  return done(permission === '' ? 'Permission removed' : 'Permission updated');
}

/** Sets one entry, or removes it with the empty permission. @throws Refusal 400 for what does not exist. */
function apply(call: Call, object: Dashboard, target: Target, permission: string): void {
  const { state, now } = call;
  checkTarget(call, target);
  const level = levels[permission];
  if (level === undefined && permission !== '') {
    const message = `Permission [${permission}] is invalid for this resource type`;
    refuseWithId(400, 'resourcePermissions.invalidPermission', message);
  }
  const isTarget = (row: { userId: number; teamId: number; role?: string }): boolean =>
    row.userId === target.userId && row.teamId === target.teamId && (row.role ?? '') === target.role;
  const existing = state.acl.find((row) => row.dashboardId === object.id && isTarget(row));
  if (level === undefined) {
    removeWhere(state.acl, (row) => row === existing);
  } else if (existing !== undefined) {
    existing.permission = level;
    existing.updated = now;
  } else {
    state.acl.push({
      id: nextId(state, 'acl'),
      orgId: object.orgId,
      dashboardId: object.id,
      userId: target.userId,
      teamId: target.teamId,
      ...(target.role === '' ? {} : { role: target.role }),
      permission: level,
      created: now,
      updated: now,
    });
  }
}

function checkTarget(call: Call, target: Target): void {
  const { state, caller } = call;
  const isMember = state.members.some((one) => one.userId === target.userId && one.orgId === caller.orgId);
  const isTeam = state.teams.some((one) => one.id === target.teamId && one.orgId === caller.orgId);
  const isRole = ['Viewer', 'Editor', 'Admin'].includes(target.role);
  const named = [target.userId !== 0, target.teamId !== 0, target.role !== ''].filter(Boolean).length;
  if (named !== 1) {
    const message = 'Request body is invalid: exactly one of userId, teamId and builtInRole is needed';
    refuseWithId(400, 'resourcePermissions.invalidRequestBody', message);
  }
  const unknown = 'accesscontrol.assignmentEntityNotFound';
  if (target.userId !== 0 && !isMember) refuseWithId(400, unknown, 'user not found');
  if (target.teamId !== 0 && !isTeam) refuseWithId(400, unknown, 'team not found');
  if (target.role !== '' && !isRole) {
    refuseWithId(400, 'accesscontrol.invalidBuiltInRole', `built-in role [${target.role}] is not valid`);
  }
}
