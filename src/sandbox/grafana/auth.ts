/**
 * Who a request comes from: Basic, API keys and service account tokens, session cookies, and the organization header.
 * Recordings: 01-auth-failures, 01-api-keys, 07-headers-and-paths; api/grafana.md §3 and §4.
 */
import { randomBytes } from 'node:crypto';
import { struct, text } from './binding.ts';
import { done, goInt } from './call.ts';
import type { Call, Caller, Reply } from './call.ts';
import type { Generation } from './generation.ts';
import { routeWithBody } from './router.ts';
import type { Route } from './router.ts';
import { removeWhere } from './state.ts';
import type { ApiKey, GrafanaState, User } from './state.ts';

/** The headers that tell who asks. */
export interface Credentials {
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  readonly orgHeader: string | undefined;
}

export type Authentication =
  | { readonly kind: 'caller'; readonly caller: Caller }
  | { readonly kind: 'rejected'; readonly reply: Reply; readonly failedLogin?: string };

const lockWindow = 5 * 60_000;
const allowedFailures = 5;

export const anonymous: Caller = { kind: 'anonymous', userId: 0, orgId: 0, role: '', isServerAdmin: false };

/** Reads the credentials of a request. None at all is the anonymous caller; wrong ones are rejected on every path. */
export function authenticate(
  generation: Generation,
  state: GrafanaState,
  credentials: Credentials,
  now: number,
): Authentication {
  const header = credentials.authorization ?? '';
  const { loginFaults } = generation;
  if (header === '') return fromCookie(generation, state, credentials);

  const bearer = /^Bearer (.*)$/.exec(header)?.[1];
  if (bearer !== undefined) return fromKey(generation, state, bearer, now);

  const basic = decodeBasic(header);
  if (basic === undefined) {
    if (loginFaults.badHeader === undefined) return { kind: 'caller', caller: anonymous };
    return { kind: 'rejected', reply: { status: 401, body: { message: loginFaults.badHeader } } };
  }
  if (generation.keyAsPassword && basic.login === 'api_key')
    return fromKey(generation, state, basic.password, now);

  const user = findLogin(state, basic.login);
  if (user === undefined)
    return rejected(generation, loginFaults.unknownUser, 'password-auth.failed', basic.login);
  if (isLocked(state, basic.login, now))
    return rejected(generation, loginFaults.wrongPassword, 'password-auth.failed');
  if (user.password !== basic.password || user.isServiceAccount || user.isDisabled) {
    return rejected(generation, loginFaults.wrongPassword, 'password-auth.failed', basic.login);
  }
  return { kind: 'caller', caller: callerOf(state, user, wantedOrg(generation, user, credentials)) };
}

/** Remembers a wrong password, and forgets those that no longer count. */
export function noteFailedLogin(state: GrafanaState, login: string, now: number): void {
  removeWhere(state.loginAttempts, (attempt) => attempt.at <= now - lockWindow);
  state.loginAttempts.push({ login, at: now });
}

/** A person by login or e-mail, exactly. */
export function findLogin(state: GrafanaState, loginOrEmail: string): User | undefined {
  if (loginOrEmail === '') return undefined;
  const people = state.users.filter((user) => !user.isServiceAccount);
  return (
    people.find((user) => user.login === loginOrEmail) ?? people.find((user) => user.email === loginOrEmail)
  );
}

/** The 401 of a caller without credentials. */
export function unauthorized(generation: Generation): Reply {
  if (!generation.modern) return { status: 401, body: { message: 'Unauthorized' } };
  return {
    status: 401,
    body: {
      extra: null,
      message: 'Unauthorized',
      messageId: 'auth.unauthorized',
      statusCode: 401,
      traceID: '',
    },
  };
}

/** `POST /login`: the form of the web interface; its cookie then stands for the user. */
export function authRoutes(): Route[] {
  const loginForm = struct('dtos.LoginCommand', { user: text('User'), password: text('Password') });
  return [
    routeWithBody('POST', '/login', 'anyone', loginForm, (call, form) =>
      logIn(call, form.user, form.password),
    ),
  ];
}

function logIn(call: Call, login: string, password: string): Reply {
  const { state, now } = call;
  const user = findLogin(state, login);
  if (user === undefined || user.password !== password || user.isDisabled || isLocked(state, login, now)) {
    noteFailedLogin(state, login, now);
    return { status: 401, body: { message: 'Invalid username or password' } };
  }
  const token = randomBytes(16).toString('hex');
  state.sessions.push({ token, userId: user.id });
  const cookie = `${call.generation.sessionCookie}=${token}; Path=/; HttpOnly; SameSite=Lax`;
  return { ...done('Logged in'), headers: { 'set-cookie': cookie } };
}

function fromCookie(generation: Generation, state: GrafanaState, credentials: Credentials): Authentication {
  const token = new RegExp(`(?:^|;\\s*)${generation.sessionCookie}=([^;]*)`).exec(
    credentials.cookie ?? '',
  )?.[1];
  const session = state.sessions.find((candidate) => candidate.token === token);
  const user = state.users.find((candidate) => candidate.id === session?.userId);
  if (user === undefined) return { kind: 'caller', caller: anonymous };
  return { kind: 'caller', caller: callerOf(state, user, wantedOrg(generation, user, credentials)) };
}

function fromKey(generation: Generation, state: GrafanaState, secret: string, now: number): Authentication {
  const key = state.keys.find((candidate) => candidate.secret === secret);
  if (key === undefined) return rejected(generation, generation.loginFaults.badKey, 'api-key.invalid');
  if (generation.keysExpire && key.expires !== null && key.expires <= now) {
    return rejected(generation, 'Expired API key', 'api-key.expired');
  }
  return { kind: 'caller', caller: keyCaller(state, key) };
}

function keyCaller(state: GrafanaState, key: ApiKey): Caller {
  if (key.serviceAccountId === null) {
    return { kind: 'key', userId: 0, orgId: key.orgId, role: key.role, isServerAdmin: false };
  }
  const member = state.members.find((one) => one.userId === key.serviceAccountId && one.orgId === key.orgId);
  return {
    kind: 'serviceAccount',
    userId: key.serviceAccountId,
    orgId: key.orgId,
    role: member?.role ?? '',
    isServerAdmin: false,
  };
}

function callerOf(state: GrafanaState, user: User, orgId: number): Caller {
  const member = state.members.find((one) => one.userId === user.id && one.orgId === orgId);
  return {
    kind: 'user',
    userId: user.id,
    orgId: member === undefined ? -1 : orgId,
    role: member?.role ?? '',
    isServerAdmin: user.isServerAdmin,
  };
}

function wantedOrg(generation: Generation, user: User, credentials: Credentials): number {
  const wanted = goInt(credentials.orgHeader ?? '');
  if (wanted === 0 || (wanted < 0 && generation.negativeOrgIgnored)) return user.orgId;
  return wanted;
}

function isLocked(state: GrafanaState, login: string, now: number): boolean {
  const recent = state.loginAttempts.filter(
    (attempt) => attempt.login === login && attempt.at > now - lockWindow,
  );
  return recent.length >= allowedFailures;
}

function decodeBasic(header: string): { login: string; password: string } | undefined {
  const encoded = /^Basic (.+)$/.exec(header)?.[1] ?? '';
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || encoded.length % 4 !== 0) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) return undefined;
  return { login: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

function rejected(
  generation: Generation,
  message: string,
  messageId: string,
  failedLogin?: string,
): Authentication {
  const body = generation.modern ? { message, messageId, statusCode: 401, traceID: '' } : { message };
  const reply = { status: 401, body };
  return failedLogin === undefined ? { kind: 'rejected', reply } : { kind: 'rejected', reply, failedLogin };
}
