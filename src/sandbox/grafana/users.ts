/** People: the caller's own profile, server users, members of an organization. api/grafana.md §11; 04-principals. */
import { integer, optional, role, struct, text } from './binding.ts';
import { done, goInt, goTime, numberParam, ok, refuse } from './call.ts';
import type { Call, Reply } from './call.ts';
import { findLogin } from './auth.ts';
import type { Generation } from './generation.ts';
import { route, routeWithBody } from './router.ts';
import type { Route } from './router.ts';
import { nextId, removeWhere } from './state.ts';
import type { GrafanaState, OrgRole, User } from './state.ts';
import { teamRow } from './teams.ts';
import { ageText, avatarOf, randomText } from './text.ts';

const createBody = struct('dtos.AdminCreateUserForm', {
  email: text(),
  login: text(),
  name: text(),
  password: text('Password'),
  orgId: integer(),
});
const updateBody = struct('models.UpdateUserCommand', { name: text(), email: text(), login: text() });
const passwordBody = struct('dtos.AdminUpdateUserPasswordForm', { password: text('Password') });
const adminBody = struct('dtos.AdminUpdateUserPermissionsForm', {
  isGrafanaAdmin: { type: { zero: () => false, read: (node) => node.kind === 'bool' && node.value } },
});
const memberBody = struct('models.AddOrgUserCommand', {
  loginOrEmail: text('LoginOrEmail'),
  role: role('Role'),
});
const roleBody = struct('models.UpdateOrgUserCommand', { role: role('Role'), userId: optional(integer()) });

/** Routes of people for a generation. */
export function userRoutes(generation: Generation): Route[] {
  const routes = [
    route('GET', '/api/user', 'signedIn', ownProfile),
    routeWithBody('PUT', '/api/user', 'signedIn', updateBody, (call, body) =>
      update(call, call.caller.userId, body),
    ),
    route('GET', '/api/user/orgs', 'signedIn', (call) => ok(orgsOf(call.state, call.caller.userId))),
    route('GET', '/api/user/teams', 'signedIn', (call) => ok(teamsOf(call, call.caller.userId))),
    route('POST', '/api/user/using/:id', 'signedIn', useOrg),
    route('GET', '/api/users', 'serverAdmin', (call) => ok(searchUsers(call).users)),
    route('GET', '/api/users/search', 'serverAdmin', (call) => ok(searchUsers(call))),
    route('GET', '/api/users/lookup', 'serverAdmin', lookup),
    route('GET', '/api/users/:id', 'serverAdmin', showUser),
    routeWithBody('PUT', '/api/users/:id', 'serverAdmin', updateBody, (call, body) =>
      update(call, numberParam(call, 'id'), body),
    ),
    route('GET', '/api/users/:id/orgs', 'serverAdmin', (call) =>
      ok(orgsOf(call.state, numberParam(call, 'id'))),
    ),
    route('GET', '/api/users/:id/teams', 'serverAdmin', (call) => ok(teamsOf(call, numberParam(call, 'id')))),
    routeWithBody('POST', '/api/admin/users', 'serverAdmin', createBody, create),
    route('DELETE', '/api/admin/users/:id', 'serverAdmin', removeUser),
    routeWithBody('PUT', '/api/admin/users/:id/password', 'serverAdmin', passwordBody, setPassword),
    routeWithBody('PUT', '/api/admin/users/:id/permissions', 'serverAdmin', adminBody, setServerAdmin),
    ...memberRoutes('/api/org/users', 'orgAdmin', (call) => call.caller.orgId),
    ...memberRoutes('/api/orgs/:orgId/users', 'serverAdmin', (call) => numberParam(call, 'orgId')),
  ];
  if (generation.userLookup) routes.push(route('GET', '/api/org/users/lookup', 'orgAdmin', lookupMembers));
  if (generation.modern) routes.push(route('GET', '/api/org/users/search', 'orgAdmin', searchMembers));
  return routes;
}

function memberRoutes(
  base: string,
  access: 'orgAdmin' | 'serverAdmin',
  orgOf: (call: Call) => number,
): Route[] {
  return [
    route('GET', base, access, (call) => ok(listMembers(call, orgOf(call)))),
    routeWithBody('POST', base, access, memberBody, (call, body) =>
      addMember(call, orgOf(call), body.loginOrEmail, body.role),
    ),
    routeWithBody('PATCH', `${base}/:userId`, access, roleBody, (call, body) =>
      setRole(call, orgOf(call), numberParam(call, 'userId'), body.role),
    ),
    route('DELETE', `${base}/:userId`, access, (call) =>
      removeMember(call, orgOf(call), numberParam(call, 'userId')),
    ),
  ];
}

/** Adds a user to an organization, without any check. */
export function join(state: GrafanaState, orgId: number, userId: number, roleName: string): void {
  state.members.push({ orgId, userId, role: roleName as OrgRole });
}

/** Members of an organization that are people, in the order of their e-mails. */
export function membersOf(state: GrafanaState, orgId: number): { user: User; role: OrgRole }[] {
  const members = state.members
    .filter((one) => one.orgId === orgId)
    .flatMap((one) => {
      const user = state.users.find(
        (candidate) => candidate.id === one.userId && !candidate.isServiceAccount,
      );
      return user === undefined ? [] : [{ user, role: one.role }];
    });
  return members.sort(
    (left, right) => compare(left.user.email, right.user.email) || compare(left.user.login, right.user.login),
  );
}

/** Deletes a user, or a service account, and all rows that name it. */
export function deleteUser(state: GrafanaState, userId: number): void {
  removeWhere(state.users, (one) => one.id === userId);
  removeWhere(state.members, (one) => one.userId === userId);
  removeWhere(state.teamMembers, (one) => one.userId === userId);
  removeWhere(state.acl, (row) => row.userId === userId);
  removeWhere(state.stars, (one) => one.userId === userId);
  removeWhere(state.keys, (key) => key.serviceAccountId === userId);
  removeWhere(state.sessions, (one) => one.userId === userId);
}

function ownProfile(call: Call): Reply {
  const { caller, state, generation } = call;
  const user = state.users.find((one) => one.id === caller.userId);
  if (user === undefined)
    return refuse(404, generation.version === '5.0.0-beta1' ? 'User not found' : 'user not found');
  const profile = profileOf(call, user);
  if (caller.kind !== 'serviceAccount') return ok(profile);
  return ok({ ...profile, id: 0, uid: `service-account:${user.id}`, orgId: caller.orgId });
}

/** A user as `/api/user` shows it. 5.0 beta leaves the id out: 0. */
function profileOf(call: Call, user: User): Record<string, unknown> {
  const { generation } = call;
  const base = {
    id: generation.saving === 'beta' ? 0 : user.id,
    email: user.email,
    name: user.name,
    login: user.login,
    theme: '',
    orgId: user.orgId,
    isGrafanaAdmin: user.isServerAdmin,
  };
  if (generation.saving === 'beta') return base;
  const profile = {
    ...base,
    isDisabled: user.isDisabled,
    isExternal: false,
    authLabels: [],
    updatedAt: goTime(user.updated),
    createdAt: goTime(user.created),
    avatarUrl: avatarOf(user.email),
  };
  if (!generation.modern) return profile;
  return { ...profile, uid: user.uid, isExternallySynced: false, isGrafanaAdminExternallySynced: false };
}

function refuseUnknown(call: Call): never {
  refuse(404, call.generation.saving === 'beta' ? 'User not found' : 'user not found');
}

function lookup(call: Call): Reply {
  const user = findLogin(call.state, call.query.get('loginOrEmail') ?? '');
  if (user === undefined) return refuseUnknown(call);
  const profile = { ...profileOf(call, user), id: user.id };
  return ok(call.generation.saving === 'beta' ? profile : { ...profile, authLabels: null, avatarUrl: '' });
}

function showUser(call: Call): Reply {
  const user = call.state.users.find((one) => one.id === numberParam(call, 'id') && !one.isServiceAccount);
  return user === undefined ? refuseUnknown(call) : ok(profileOf(call, user));
}

function searchUsers(call: Call): Record<string, unknown> & { users: unknown[] } {
  const { state, query, now, generation } = call;
  const wanted = (query.get('query') ?? '').toLowerCase();
  const found = state.users.filter((user) => !user.isServiceAccount && nameContains(user, wanted));
  if (generation.saving === 'beta') found.sort((left, right) => left.id - right.id);
  else found.sort((left, right) => compare(left.login, right.login));
  const { page, perPage } = paging(call);
  const users = found.slice((page - 1) * perPage, page * perPage).map((user) => ({
    id: user.id,
    ...(generation.modern ? { uid: user.uid } : {}),
    name: user.name,
    login: user.login,
    email: user.email,
    avatarUrl: avatarOf(user.email),
    isAdmin: user.isServerAdmin,
    ...(generation.saving === 'beta' ? {} : { isDisabled: user.isDisabled }),
    lastSeenAt: goTime(user.lastSeen),
    lastSeenAtAge: ageText(user.lastSeen, now),
    ...(generation.saving === 'beta' ? {} : { authLabels: [] }),
  }));
  return { totalCount: found.length, users, page, perPage };
}

/** `page` and `perpage` of a request: 1 and 1000 unless given. */
export function paging(call: Call): { page: number; perPage: number } {
  const page = goInt(call.query.get('page') ?? '');
  const perPage = goInt(call.query.get('perpage') ?? '');
  return { page: page < 1 ? 1 : page, perPage: perPage < 1 ? 1000 : perPage };
}

function nameContains(user: User, wanted: string): boolean {
  return [user.login, user.email, user.name].some((name) => name.toLowerCase().includes(wanted));
}

function orgsOf(state: GrafanaState, userId: number): unknown[] {
  return state.members
    .filter((one) => one.userId === userId)
    .map((one) => {
      const org = state.orgs.find((candidate) => candidate.id === one.orgId);
      return { orgId: one.orgId, name: org?.name ?? '', role: one.role };
    });
}

function teamsOf(call: Call, userId: number): unknown[] {
  const ids = call.state.teamMembers.filter((one) => one.userId === userId).map((one) => one.teamId);
  const teams = call.state.teams.filter((team) => ids.includes(team.id) && team.orgId === call.caller.orgId);
  return teams.map((team) => teamRow(call, team));
}

function useOrg(call: Call): Reply {
  const orgId = numberParam(call, 'id');
  const { userId } = call.caller;
  const user = call.state.users.find((one) => one.id === userId);
  const isMember = call.state.members.some((one) => one.userId === userId && one.orgId === orgId);
  if (user === undefined || !isMember) return refuse(401, 'Not a valid organization');
  user.orgId = orgId;
  return done('Active organization changed');
}

function create(call: Call, body: ReturnType<typeof createBody.zero>): Reply {
  const { state, now, generation } = call;
  const login = body.login === '' ? body.email : body.login;
  const email = body.email === '' ? body.login : body.email;
  if (login === '') refuse(400, 'Validation error, need specify either username or email');
  if (body.password.length < 4) refuse(400, 'Password is missing or too short');
  const isTaken = state.users.some((one) =>
    [one.login, one.email].some((name) => name === login || name === email),
  );
  if (isTaken) {
    if (generation.saving === 'beta') refuse(500, 'failed to create user');
    refuse(412, `User with email '${body.email}' or username '${body.login}' already exists`);
  }
  const orgId = body.orgId === 0 ? 1 : body.orgId;
  const user: User = {
    id: nextId(state, 'user'),
    uid: randomText(14).toLowerCase(),
    login,
    email,
    name: body.name,
    password: body.password,
    orgId,
    isServerAdmin: false,
    isServiceAccount: false,
    isDisabled: false,
    created: now,
    updated: now,
    lastSeen: tenYearsBefore(now),
  };
  state.users.push(user);
  join(state, orgId, user.id, 'Viewer');
  const { id, uid } = user;
  return ok(generation.modern ? { id, message: 'User created', uid } : { id, message: 'User created' });
}

/** What "never seen" is stored as. */
export function tenYearsBefore(now: number): number {
  const date = new Date(now);
  date.setUTCFullYear(date.getUTCFullYear() - 10);
  return date.getTime();
}

function removeUser(call: Call): Reply {
  const id = numberParam(call, 'id');
  if (!call.state.users.some((one) => one.id === id)) {
    if (call.generation.saving === 'beta') refuse(500, 'Failed to delete user');
    refuseUnknown(call);
  }
  deleteUser(call.state, id);
  return done('User deleted');
}

function update(call: Call, userId: number, body: ReturnType<typeof updateBody.zero>): Reply {
  const user = call.state.users.find((one) => one.id === userId);
  if (user === undefined) return refuseUnknown(call);
  if (body.login === '' && body.email === '')
    refuse(400, 'Validation error, need to specify either username or email');
  user.login = body.login === '' ? body.email : body.login;
  user.email = body.email === '' ? user.email : body.email;
  user.name = body.name;
  user.updated = call.now;
  return done('User updated');
}

function setPassword(call: Call, body: { password: string }): Reply {
  const user = call.state.users.find((one) => one.id === numberParam(call, 'id'));
  if (user === undefined) return refuseUnknown(call);
  if (body.password.length < 4) refuse(400, 'New password too short');
  user.password = body.password;
  return done('User password updated');
}

function setServerAdmin(call: Call, body: { isGrafanaAdmin: boolean }): Reply {
  const user = call.state.users.find((one) => one.id === numberParam(call, 'id'));
  if (user === undefined) return refuseUnknown(call);
  const others = call.state.users.some((one) => one !== user && one.isServerAdmin);
  if (!body.isGrafanaAdmin && !others) refuse(400, 'cannot remove last grafana admin');
  user.isServerAdmin = body.isGrafanaAdmin;
  return done('User permissions updated');
}

function listMembers(call: Call, orgId: number): unknown[] {
  const { generation, query, state } = call;
  const all = membersOf(state, orgId);
  const filters = generation.userLookup;
  const wanted = filters ? (query.get('query') ?? '').toLowerCase() : '';
  const limit = filters ? goInt(query.get('limit') ?? '') : 0;
  const found = all.filter(({ user }) => nameContains(user, wanted));
  return found.slice(0, limit > 0 ? limit : undefined).map((one) => memberRow(call, orgId, one));
}

function memberRow(call: Call, orgId: number, one: { user: User; role: OrgRole }): Record<string, unknown> {
  const { user } = one;
  const { generation } = call;
  return {
    orgId,
    userId: user.id,
    ...(generation.modern ? { uid: user.uid } : {}),
    email: user.email,
    ...(generation.saving === 'beta' ? {} : { name: user.name }),
    avatarUrl: avatarOf(user.email),
    login: user.login,
    role: one.role,
    lastSeenAt: goTime(user.lastSeen),
    lastSeenAtAge: ageText(user.lastSeen, call.now),
    ...(generation.modern
      ? {
          isDisabled: user.isDisabled,
          authLabels: [],
          isExternallySynced: false,
          created: goTime(user.created),
        }
      : {}),
  };
}

function lookupMembers(call: Call): Reply {
  const wanted = (call.query.get('query') ?? '').toLowerCase();
  const limit = goInt(call.query.get('limit') ?? '');
  const found = membersOf(call.state, call.caller.orgId).filter(({ user }) => nameContains(user, wanted));
  return ok(
    found.slice(0, limit > 0 ? limit : undefined).map(({ user }) => ({
      ...(call.generation.modern ? { uid: user.uid } : {}),
      userId: user.id,
      login: user.login,
      avatarUrl: avatarOf(user.email),
    })),
  );
}

function searchMembers(call: Call): Reply {
  const { page, perPage } = paging(call);
  const all = listMembers(call, call.caller.orgId);
  return ok({
    totalCount: all.length,
    orgUsers: all.slice((page - 1) * perPage, page * perPage),
    page,
    perPage,
  });
}

function addMember(call: Call, orgId: number, loginOrEmail: string, roleName: string): Reply {
  const user = findLogin(call.state, loginOrEmail);
  if (user === undefined) return refuse(404, 'User not found');
  const withId = call.generation.saving === 'beta' ? {} : { userId: user.id };
  if (call.state.members.some((one) => one.orgId === orgId && one.userId === user.id)) {
    refuse(409, 'User is already member of this organization', withId);
  }
  join(call.state, orgId, user.id, roleName);
  return ok({ message: 'User added to organization', ...withId });
}

function setRole(call: Call, orgId: number, userId: number, roleName: string): Reply {
  const member = call.state.members.find((one) => one.orgId === orgId && one.userId === userId);
  if (member === undefined) return refuse(500, 'Failed update org user');
  if (roleName !== 'Admin' && isLastAdmin(call.state, orgId, userId)) {
    refuse(400, 'Cannot change role so that there is no organization admin left');
  }
  member.role = roleName as OrgRole;
  return done('Organization user updated');
}

function removeMember(call: Call, orgId: number, userId: number): Reply {
  const { state } = call;
  if (!state.users.some((one) => one.id === userId)) refuse(500, 'Failed to remove user from organization');
  if (isLastAdmin(state, orgId, userId)) refuse(400, 'Cannot remove last organization admin');
  removeWhere(state.members, (one) => one.orgId === orgId && one.userId === userId);
  removeWhere(state.teamMembers, (one) => one.orgId === orgId && one.userId === userId);
  removeWhere(state.acl, (row) => row.orgId === orgId && row.userId === userId);
  if (call.generation.saving === 'beta' || state.members.some((one) => one.userId === userId)) {
    return done('User removed from organization');
  }
  deleteUser(state, userId);
  return done('User deleted');
}

function isLastAdmin(state: GrafanaState, orgId: number, userId: number): boolean {
  const admins = state.members.filter((one) => one.orgId === orgId && one.role === 'Admin');
  return admins.length === 1 && admins[0]?.userId === userId;
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
