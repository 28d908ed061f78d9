/** Credentials for programs: API keys of servers before 12, service accounts and their tokens after. 01-api-keys. */
import { createHash } from 'node:crypto';
import { flag, integer, role, struct, text } from './binding.ts';
import { done, goTime, numberParam, ok, refuse } from './call.ts';
import type { Call, Reply } from './call.ts';
import type { Generation } from './generation.ts';
import { route, routeWithBody } from './router.ts';
import type { Route } from './router.ts';
import { nextId, removeWhere } from './state.ts';
import type { ApiKey, OrgRole, User } from './state.ts';
import { avatarOf, randomText } from './text.ts';
import { deleteUser, join, paging } from './users.ts';

const keyBody = struct('models.AddApiKeyCommand', {
  name: text('Name'),
  role: role('Role'),
  secondsToLive: integer(),
});
const accountBody = struct('serviceaccounts.CreateServiceAccountForm', {
  name: text('Name'),
  role: text(),
  isDisabled: flag(),
});
const tokenBody = struct('serviceaccounts.AddServiceAccountTokenCommand', {
  name: text('Name'),
  secondsToLive: integer(),
});

/** Routes of keys and service accounts for a generation. */
export function keyRoutes(generation: Generation): Route[] {
  if (!generation.modern) {
    return [
      route('GET', '/api/auth/keys', 'orgAdmin', listKeys),
      routeWithBody('POST', '/api/auth/keys', 'orgAdmin', keyBody, createKey),
      route('DELETE', '/api/auth/keys/:id', 'orgAdmin', removeKey),
    ];
  }
  const base = '/api/serviceaccounts';
  return [
    route('GET', `${base}/search`, 'orgAdmin', searchAccounts),
    routeWithBody('POST', base, 'orgAdmin', accountBody, createAccount),
    route('GET', `${base}/:id`, 'orgAdmin', (call) => ok(accountProfile(call, findAccount(call)))),
    routeWithBody('PATCH', `${base}/:id`, 'orgAdmin', accountBody, updateAccount),
    route('DELETE', `${base}/:id`, 'orgAdmin', removeAccount),
    route('GET', `${base}/:id/tokens`, 'orgAdmin', listTokens),
    routeWithBody('POST', `${base}/:id/tokens`, 'orgAdmin', tokenBody, createToken),
    route('DELETE', `${base}/:id/tokens/:tokenId`, 'orgAdmin', removeToken),
  ];
}

/** The text of an API key: its random part, name and organization in Base64. */
export function keySecret(random: string, name: string, orgId: number): string {
  return Buffer.from(JSON.stringify({ k: random, n: name, id: orgId })).toString('base64');
}

/** The text of a service account token: prefix, random part, checksum. */
export function tokenSecret(random: string): string {
  return `glsa_${random}_${createHash('sha256').update(random).digest('hex').slice(0, 8)}`;
}

function listKeys(call: Call): Reply {
  const { state, caller, now, generation, query } = call;
  const withExpired = !generation.keysExpire || query.get('includeExpired') === 'true';
  const keys = state.keys
    .filter((key) => key.orgId === caller.orgId && (withExpired || !isExpired(key, now)))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  return ok(
    keys.map(({ id, name, role: roleName, expires }) => ({
      id,
      name,
      role: roleName,
      ...(generation.keysExpire && expires !== null ? { expiration: goTime(expires) } : {}),
    })),
  );
}

function isExpired(key: ApiKey, now: number): boolean {
  return key.expires !== null && key.expires <= now;
}

function createKey(call: Call, body: ReturnType<typeof keyBody.zero>): Reply {
  const { state, now, caller, generation } = call;
  if (generation.keysExpire && body.secondsToLive < 0) refuse(400, 'negative value for SecondsToLive');
  const isTaken = state.keys.some(
    (key) =>
      key.orgId === caller.orgId && key.name === body.name && !(generation.keysExpire && isExpired(key, now)),
  );
  if (isTaken && generation.keysExpire) refuse(409, 'API key, organization ID and name must be unique');
  if (isTaken) refuse(500, 'Failed to add API key');
  const secret = keySecret(randomText(32), body.name, caller.orgId);
  const id = nextId(state, 'key');
  const expires = generation.keysExpire && body.secondsToLive > 0 ? now + body.secondsToLive * 1000 : null;
  state.keys.push({
    id,
    orgId: caller.orgId,
    name: body.name,
    role: body.role as OrgRole,
    secret,
    created: now,
    expires,
    serviceAccountId: null,
  });
  return ok(generation.keysExpire ? { id, name: body.name, key: secret } : { name: body.name, key: secret });
}

function removeKey(call: Call): Reply {
  const id = numberParam(call, 'id');
  removeWhere(call.state.keys, (key) => key.id === id && key.orgId === call.caller.orgId);
  return done('API key deleted');
}

function accountsOf(call: Call): User[] {
  const own = call.state.users.filter((user) => user.isServiceAccount && user.orgId === call.caller.orgId);
  return own.sort((left, right) => (left.name.toLowerCase() < right.name.toLowerCase() ? -1 : 1));
}

function findAccount(call: Call): User {
  const { id } = call.params;
  const found = accountsOf(call).find((user) => user.id === numberParam(call, 'id') || user.uid === id);
  return (
    found ??
    refuse(404, 'service account not found', { messageId: 'serviceaccounts.ErrNotFound', statusCode: 404 })
  );
}

function accountRow(call: Call, user: User): Record<string, unknown> {
  const { state } = call;
  return {
    id: user.id,
    uid: user.uid,
    name: user.name,
    login: user.login,
    orgId: user.orgId,
    isDisabled: user.isDisabled,
    isExternal: false,
    role: state.members.find((one) => one.userId === user.id)?.role ?? 'None',
    tokens: state.keys.filter((key) => key.serviceAccountId === user.id).length,
    avatarUrl: avatarOf(user.login),
  };
}

function accountProfile(call: Call, user: User): Record<string, unknown> {
  const memberships = call.state.teamMembers.filter((one) => one.userId === user.id);
  const teams = call.state.teams.filter((team) => memberships.some((one) => one.teamId === team.id));
  const times = { createdAt: goTime(user.created), updatedAt: goTime(user.updated) };
  return { ...accountRow(call, user), ...times, teams: teams.map((team) => team.name) };
}

function searchAccounts(call: Call): Reply {
  const wanted = (call.query.get('query') ?? '').toLowerCase();
  const found = accountsOf(call).filter((user) =>
    `${user.name}\n${user.login}`.toLowerCase().includes(wanted),
  );
  const { page, perPage } = paging(call);
  const serviceAccounts = found
    .slice((page - 1) * perPage, page * perPage)
    .map((user) => accountRow(call, user));
  return ok({ totalCount: found.length, serviceAccounts, page, perPage });
}

function createAccount(call: Call, body: ReturnType<typeof accountBody.zero>): Reply {
  const { state, now, caller } = call;
  if (body.role !== '' && !['None', 'Viewer', 'Editor', 'Admin'].includes(body.role)) {
    refuse(400, `invalid role value: ${body.role}`);
  }
  const login = `sa-${caller.orgId}-${body.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  if (state.users.some((user) => user.login === login)) {
    refuse(400, 'service account already exists', {
      messageId: 'serviceaccounts.ErrAlreadyExists',
      statusCode: 400,
    });
  }
  const user: User = {
    id: nextId(state, 'user'),
    uid: randomText(14).toLowerCase(),
    login,
    email: login,
    name: body.name,
    password: '',
    orgId: caller.orgId,
    isServerAdmin: false,
    isServiceAccount: true,
    isDisabled: body.isDisabled,
    created: now,
    updated: now,
    lastSeen: now,
  };
  state.users.push(user);
  join(state, caller.orgId, user.id, body.role === '' ? 'Viewer' : body.role);
  return { status: 201, body: accountRow(call, user) };
}

function updateAccount(call: Call, body: ReturnType<typeof accountBody.zero>): Reply {
  const user = findAccount(call);
  user.name = body.name;
  user.isDisabled = body.isDisabled;
  user.updated = call.now;
  const member = call.state.members.find((one) => one.userId === user.id);
  if (member !== undefined && body.role !== '') member.role = body.role as OrgRole;
  const message = 'Service account updated';
  return ok({ id: user.id, message, name: user.name, serviceaccount: accountProfile(call, user) });
}

function removeAccount(call: Call): Reply {
  deleteUser(call.state, findAccount(call).id);
  return done('Service account deleted');
}

function listTokens(call: Call): Reply {
  const user = findAccount(call);
  const tokens = call.state.keys.filter((key) => key.serviceAccountId === user.id);
  return ok(
    tokens.map((key) => ({
      id: key.id,
      name: key.name,
      created: goTime(key.created),
      expiration: key.expires === null ? null : goTime(key.expires),
      secondsUntilExpiration: key.expires === null ? 0 : Math.max(0, (key.expires - call.now) / 1000),
      hasExpired: isExpired(key, call.now),
      isRevoked: false,
    })),
  );
}

function createToken(call: Call, body: { name: string; secondsToLive: number }): Reply {
  const { state, now } = call;
  const user = findAccount(call);
  if (state.keys.some((key) => key.name === body.name && key.orgId === user.orgId)) {
    refuse(400, 'service account token with given name already exists', {
      messageId: 'serviceaccounts.ErrTokenAlreadyExists',
      statusCode: 400,
    });
  }
  const secret = tokenSecret(randomText(32));
  const id = nextId(state, 'key');
  const expires = body.secondsToLive > 0 ? now + body.secondsToLive * 1000 : null;
  const { orgId } = user;
  state.keys.push({
    id,
    orgId,
    name: body.name,
    role: 'None',
    secret,
    created: now,
    expires,
    serviceAccountId: user.id,
  });
  return ok({ id, name: body.name, key: secret });
}

function removeToken(call: Call): Reply {
  const user = findAccount(call);
  const id = numberParam(call, 'tokenId');
  const removed = removeWhere(call.state.keys, (key) => key.id === id && key.serviceAccountId === user.id);
  if (removed.length === 0) refuse(404, 'service account token not found');
  return done('Service account token deleted');
}
