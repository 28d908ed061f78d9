/** Users, roles, teams, whoami and key checks (api/datadog.md §1, §6). */
import { createHash } from 'node:crypto';
import { Refusal, created, noContent, ok } from './answers.ts';
import type { Call, Endpoints } from './answers.ts';
import { newUuid, timestamp } from './format.ts';
import { permissionId, permissions, readPermissions } from './permissions.ts';
import type { Permission } from './permissions.ts';
import { isObject } from './state.ts';
import type { DatadogState, JsonObject, Role, Team, User } from './state.ts';

const day = 86_400_000;
const largestPage = 100;

export function peopleEndpoints(on: Endpoints): void {
  userEndpoints(on);
  roleEndpoints(on);
  teamEndpoints(on);

  on.get('/api/v2/permissions', () => ok({ data: permissions.map(permissionWire) }));
  on.get('/api/v2/current_user', (state, call) =>
    ok({ data: userWire(state, call.user), ...included(state, [call.user]) }),
  );
  on.get('/api/v1/validate', () => ok({ valid: true }));
  on.get('/api/v2/validate', (_state, call) =>
    ok({
      data: {
        id: call.user.id,
        type: 'validate_v2',
        attributes: { api_key_id: call.user.id, api_key_scopes: [], valid: true },
      },
    }),
  );
  on.get('/api/v2/validate_keys', () => ok({ status: 'ok' }));
}

function userEndpoints(on: Endpoints): void {
  on.get('/api/v2/users', (state, call) => {
    const filter = (call.query('filter') ?? '').toLowerCase();
    const statuses = call.query('filter[status]')?.split(',');
    const wanted = state.users
      .filter((user) =>
        [user.name, user.email, user.handle].some((text) => text?.toLowerCase().includes(filter)),
      )
      .filter((user) => statuses === undefined || statuses.includes(user.status));
    const sorted = inOrder(call, wanted, (user, key) => textOrNull(userAttributes(user)[key]) ?? '');
    const page = pageOf(call, sorted);
    return ok({
      meta: { page: { total_filtered_count: wanted.length, total_count: state.users.length } },
      data: page.map((user) => userWire(state, user)),
      ...included(state, page),
    });
  });

  on.post('/api/v2/users', (state, call) => {
    const attributes = call.attributes();
    const email = attributes['email'];
    if (typeof email !== 'string' || !/^[^\s@]+@[^\s@]+$/.test(email))
      throw new Refusal(400, 'Invalid email address');
    const handle = email.toLowerCase();
    if (state.users.some((user) => user.handle === handle))
      throw new Refusal(409, `User ${handle} already exists`);
    const time = timestamp(call.now);
    const user: User = {
      id: newUuid(),
      number: 1_000_000 + state.users.length,
      handle,
      email: handle,
      name: textOrNull(attributes['name']),
      title: textOrNull(attributes['title']),
      verified: false,
      serviceAccount: false,
      disabled: false,
      status: 'Pending',
      created: time,
      modified: time,
      roles: relatedIds(call.json()['data'], 'roles'),
    };
    if (!user.roles.every((id) => state.roles.some((role) => role.id === id)))
      throw new Refusal(400, 'Invalid role');
    state.users.push(user);
    return created({ data: userWire(state, user) });
  });

  on.get('/api/v2/users/:id', (state, call) => {
    const user = foundUser(state, call.param('id'));
    return ok({ data: userWire(state, user), ...included(state, [user]) });
  });

  on.patch('/api/v2/users/:id', (state, call) => {
    const user = foundUser(state, call.param('id'));
    const attributes = call.attributes();
    if ('name' in attributes) user.name = textOrNull(attributes['name']);
    if (typeof attributes['disabled'] === 'boolean') {
      user.disabled = attributes['disabled'];
      user.status = user.disabled ? 'Disabled' : user.verified ? 'Active' : 'Pending';
    }
    user.modified = timestamp(call.now);
    return ok({ data: userWire(state, user), ...included(state, [user]) });
  });

  on.delete('/api/v2/users/:id', (state, call) => {
    const user = foundUser(state, call.param('id'));
    user.disabled = true;
    user.status = 'Disabled';
    user.modified = timestamp(call.now);
    return noContent;
  });

  on.post('/api/v2/user_invitations', (state, call) => {
    const data = call.json()['data'];
    if (!Array.isArray(data)) throw new Refusal(400, "'data' must be a list");
    const invitations = (data as readonly unknown[]).map((one) => {
      const user = foundUser(state, related(one, 'user'));
      const id = newUuid();
      return {
        type: 'user_invitations',
        id,
        attributes: {
          uuid: id,
          login_method: null,
          invite_type: 'openid_invite',
          created_at: timestamp(call.now),
          expires_at: timestamp(call.now + 2 * day),
        },
        relationships: { user: { data: { type: 'users', id: user.id } } },
      };
    });
    return created({ data: invitations });
  });
}

function roleEndpoints(on: Endpoints): void {
  on.get('/api/v2/roles', (state, call) => {
    const filter = (call.query('filter') ?? '').toLowerCase();
    const ids = call.query('filter[id]')?.split(',');
    const wanted = state.roles
      .filter((role) => role.name.toLowerCase().includes(filter))
      .filter((role) => ids === undefined || ids.includes(role.id));
    const sorted = inOrder(call, wanted, (role, key) =>
      key === 'user_count'
        ? String(membersOf(state, role).length).padStart(9, '0')
        : key === 'modified_at'
          ? role.modified
          : role.name,
    );
    return ok({
      meta: { page: { total_filtered_count: wanted.length, total_count: state.roles.length } },
      data: pageOf(call, sorted).map((role) => roleWire(role, { user_count: membersOf(state, role).length })),
    });
  });

  on.post('/api/v2/roles', (state, call) => {
    const name = call.attributes()['name'];
    if (typeof name !== 'string' || name === '') throw new Refusal(400, "'name' is a required field");
    if (state.roles.some((role) => role.name === name)) throw new Refusal(409, `Role ${name} already exists`);
    const time = timestamp(call.now);
    const asked = relatedIds(call.json()['data'], 'permissions');
    const held = permissions.filter((one) => asked.includes(one.id)).map((one) => one.name);
    if (held.length < asked.length) throw new Refusal(400, 'Invalid permission');
    const role: Role = {
      id: newUuid(),
      name,
      permissions: [...new Set([...readPermissions, ...held])],
      created: time,
      modified: time,
    };
    state.roles.push(role);
    return ok({ data: roleWire(role, {}) });
  });

  on.get('/api/v2/roles/:id', (state, call) => {
    const role = foundRole(state, call);
    return ok({ data: roleWire(role, { user_count: membersOf(state, role).length }) });
  });

  on.patch('/api/v2/roles/:id', (state, call) => {
    const role = foundRole(state, call);
    role.name = textOrNull(call.attributes()['name']) ?? role.name;
    role.modified = timestamp(call.now);
    return ok({ data: roleWire(role, { user_count: membersOf(state, role).length }) });
  });

  on.delete('/api/v2/roles/:id', (state, call) => {
    const role = foundRole(state, call);
    state.roles = state.roles.filter((one) => one !== role);
    for (const user of state.users) user.roles = user.roles.filter((id) => id !== role.id);
    return noContent;
  });

  on.get('/api/v2/roles/:id/users', (state, call) => ok(roleUsers(state, foundRole(state, call))));

  on.post('/api/v2/roles/:id/users', (state, call) => {
    const role = foundRole(state, call);
    const user = foundUser(state, idOf(call.json()['data']));
    if (!user.roles.includes(role.id)) user.roles.push(role.id);
    return ok(roleUsers(state, role));
  });

  on.delete('/api/v2/roles/:id/users', (state, call) => {
    const role = foundRole(state, call);
    const user = foundUser(state, idOf(call.json()['data']));
    user.roles = user.roles.filter((id) => id !== role.id);
    return ok(roleUsers(state, role));
  });
}

function teamEndpoints(on: Endpoints): void {
  on.get('/api/v2/team', (state, call) => {
    const keyword = (call.query('filter[keyword]') ?? '').toLowerCase();
    const mine = call.query('filter[me]') === 'true';
    const mails = (team: Team): string[] =>
      state.users.filter((user) => team.members.includes(user.id)).map((user) => user.email);
    const wanted = state.teams
      .filter((team) => !mine || team.members.includes(call.user.id))
      .filter((team) =>
        [team.name, team.handle, ...mails(team)].some((text) => text.toLowerCase().includes(keyword)),
      );
    const sorted = inOrder(call, wanted, (team, key) =>
      key === 'user_count' ? String(team.members.length).padStart(9, '0') : team.name,
    );
    return ok(teamPage(call, sorted));
  });

  on.post('/api/v2/team', (state, call) => {
    const attributes = call.attributes();
    const { name, handle } = attributes;
    if (typeof name !== 'string' || typeof handle !== 'string' || name === '' || handle === '') {
      throw new Refusal(400, "'name' and 'handle' are required fields");
    }
    if (state.teams.some((team) => team.handle === handle))
      throw new Refusal(409, `Team ${handle} already exists`);
    const team: Team = {
      id: newUuid(),
      name,
      handle,
      summary: textOrNull(attributes['summary']),
      description: textOrNull(attributes['description']),
      members: [],
      created: timestamp(call.now),
      modified: timestamp(call.now),
    };
    state.teams.push(team);
    return created({ data: wholeTeam(team) });
  });

  on.get('/api/v2/team/:id', (state, call) => ok({ data: wholeTeam(foundTeam(state, call)) }));

  on.patch('/api/v2/team/:id', (state, call) => {
    const team = foundTeam(state, call);
    const attributes = call.attributes();
    team.name = textOrNull(attributes['name']) ?? team.name;
    team.handle = textOrNull(attributes['handle']) ?? team.handle;
    if ('summary' in attributes) team.summary = textOrNull(attributes['summary']);
    if ('description' in attributes) team.description = textOrNull(attributes['description']);
    team.modified = timestamp(call.now);
    return ok({ data: wholeTeam(team) });
  });

  on.delete('/api/v2/team/:id', (state, call) => {
    const team = foundTeam(state, call);
    state.teams = state.teams.filter((one) => one !== team);
    return noContent;
  });
}

function foundUser(state: DatadogState, id: string): User {
  const user = state.users.find((one) => one.id === id);
  if (user === undefined) throw new Refusal(404, `User with ID ${id} not found`);
  return user;
}

function foundRole(state: DatadogState, call: Call): Role {
  const role = state.roles.find((one) => one.id === call.param('id'));
  if (role === undefined) throw new Refusal(404, `Role with ID ${call.param('id')} not found`);
  return role;
}

function foundTeam(state: DatadogState, call: Call): Team {
  const team = state.teams.find((one) => one.id === call.param('id'));
  if (team === undefined) throw new Refusal(404, `Team with ID ${call.param('id')} not found`);
  return team;
}

function userAttributes(user: User): JsonObject {
  const hash = createHash('md5').update(user.email).digest('hex');
  return {
    name: user.name,
    handle: user.handle,
    created_at: user.created,
    modified_at: user.modified,
    email: user.email,
    icon: `https://secure.gravatar.com/avatar/${hash}?s=48&d=retro`,
    title: user.title,
    verified: user.verified,
    service_account: user.serviceAccount,
    disabled: user.disabled,
    allowed_login_methods: [],
    status: user.status,
  };
}

function userWire(state: DatadogState, user: User): JsonObject {
  return {
    type: 'users',
    id: user.id,
    attributes: userAttributes(user),
    relationships: {
      roles: { data: user.roles.map((id) => ({ type: 'roles', id })) },
      org: { data: { type: 'orgs', id: state.org.id } },
    },
  };
}

/** Roles of the users and the permissions of those roles; absent when nobody has a role (as recorded). */
function included(state: DatadogState, users: readonly User[]): JsonObject {
  const roles = state.roles.filter((role) => users.some((user) => user.roles.includes(role.id)));
  if (roles.length === 0) return {};
  const held = permissions.filter((permission) =>
    roles.some((role) => role.permissions.includes(permission.name)),
  );
  return {
    included: [...roles.map((role) => roleWire(role, {})), ...held.map(permissionWire)],
  };
}

function permissionWire(permission: Permission): JsonObject {
  return {
    type: 'permissions',
    id: permission.id,
    attributes: {
      name: permission.name,
      display_name: permission.name.replaceAll('_', ' '),
      description: '',
      created: '2019-09-10T14:39:51.955175+00:00',
      group_name: permission.group,
      display_type: permission.name.endsWith('_read') ? 'read' : 'write',
      restricted: false,
    },
  };
}

function roleWire(role: Role, more: JsonObject): JsonObject {
  return {
    type: 'roles',
    id: role.id,
    attributes: { name: role.name, created_at: role.created, modified_at: role.modified, ...more },
    relationships: {
      permissions: {
        data: role.permissions.map((name) => ({ type: 'permissions', id: permissionId(name) })),
      },
    },
  };
}

function membersOf(state: DatadogState, role: Role): readonly User[] {
  return state.users.filter((user) => user.roles.includes(role.id));
}

function roleUsers(state: DatadogState, role: Role): JsonObject {
  const users = membersOf(state, role);
  return { data: users.map((user) => userWire(state, user)), meta: { page: { total_count: users.length } } };
}

function teamAttributes(team: Team): JsonObject {
  return {
    name: team.name,
    handle: team.handle,
    summary: team.summary,
    description: team.description,
    created_at: team.created,
    modified_at: team.modified,
    user_count: team.members.length,
    link_count: 0,
  };
}

function teamWire(team: Team): JsonObject {
  return {
    type: 'team',
    id: team.id,
    attributes: teamAttributes(team),
    relationships: {
      team_links: { links: { related: `/api/v2/team/${team.id}/links` } },
      user_team_permissions: { links: { related: `/api/v2/team/${team.id}/permission-settings` } },
    },
  };
}

/** One team shows more than a row of the list. */
function wholeTeam(team: Team): JsonObject {
  const looks = { avatar: null, banner: null, visible_modules: [], hidden_modules: [] };
  return { ...teamWire(team), attributes: { ...teamAttributes(team), ...looks } };
}

/**
 * A page of teams with the recorded trap: `next_number` (or `next_offset`) and `links.next` point one page further even
 * on the last page.
 */
function teamPage(call: Call, teams: readonly Team[]): JsonObject {
  const byNumber = call.query('page[size]') !== undefined || call.query('page[number]') !== undefined;
  const size = call.count(byNumber ? 'page[size]' : 'page[limit]', 100, 1);
  const start = byNumber ? call.count('page[number]', 0, 0) * size : call.count('page[offset]', 0, 0);
  const lastPage = Math.max(0, Math.ceil(teams.length / size) - 1);
  const unit = byNumber ? 'number' : 'offset';
  const scale = byNumber ? 1 : size;
  const at = byNumber ? start / size : start;
  const step = { at, first: 0, previous: Math.max(0, at - scale), next: at + scale, last: lastPage * scale };
  const link = (to: number): string =>
    byNumber
      ? `${call.world.baseUrl()}/api/v2/team?page[number]=${to}&page[size]=${size}`
      : `${call.world.baseUrl()}/api/v2/team?page[offset]=${to}&page[limit]=${size}`;
  return {
    data: teams.slice(start, start + size).map(teamWire),
    meta: {
      pagination: {
        [unit]: step.at,
        [`first_${unit}`]: step.first,
        [`prev_${unit}`]: step.previous,
        [`next_${unit}`]: step.next,
        [`last_${unit}`]: step.last,
        [byNumber ? 'size' : 'limit']: size,
        type: byNumber ? 'number_size' : 'offset_limit',
        total: teams.length,
      },
    },
    links: {
      self: `${call.world.baseUrl()}${call.target}`,
      last: byNumber || step.last > 0 ? link(step.last) : null,
      next: link(step.next),
      prev: at === 0 ? null : link(step.previous),
      first: link(0),
    },
  };
}

/** A page by `page[size]` (10 unless said) and `page[number]`. */
function pageOf<T>(call: Call, all: readonly T[]): readonly T[] {
  const size = call.count('page[size]', 10, 1);
  if (size > largestPage) throw new Refusal(400, `page[size] must be less than or equal to ${largestPage}`);
  const start = call.count('page[number]', 0, 0) * size;
  return all.slice(start, start + size);
}

/** Orders by `sort` (a minus turns it round), by name unless said; `sort_dir=desc` turns it round too. */
function inOrder<T>(call: Call, all: readonly T[], keyOf: (one: T, key: string) => string): readonly T[] {
  const sort = call.query('sort') ?? 'name';
  const down = sort.startsWith('-') !== (call.query('sort_dir') === 'desc');
  const key = sort.replace(/^-/, '');
  const sorted = [...all].sort((a, b) =>
    keyOf(a, key) < keyOf(b, key) ? -1 : keyOf(a, key) > keyOf(b, key) ? 1 : 0,
  );
  return down ? sorted.reverse() : sorted;
}

function related(value: unknown, name: string): string {
  const relationships = isObject(value) ? value['relationships'] : undefined;
  const relation = isObject(relationships) ? relationships[name] : undefined;
  return isObject(relation) ? idOf(relation['data']) : '';
}

function relatedIds(value: unknown, name: string): string[] {
  const relationships = isObject(value) ? value['relationships'] : undefined;
  const relation = isObject(relationships) ? relationships[name] : undefined;
  const data = isObject(relation) ? relation['data'] : undefined;
  return Array.isArray(data) ? (data as readonly unknown[]).map(idOf) : [];
}

function idOf(data: unknown): string {
  return isObject(data) && typeof data['id'] === 'string' ? data['id'] : '';
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
