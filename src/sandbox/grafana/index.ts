/**
 * The Grafana rooms of the sandbox: 5.0.0-beta1 (`/acl`), 7.5.5 (`/permissions`) and a current server with RBAC. One
 * code base; what differs stands in generation.ts. Each has its own data.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Room, RoomStore, RoomWorld } from '../room.ts';
import { accessControlRoutes } from './access-control.ts';
import { aclRoutes } from './acl-legacy.ts';
import { authenticate, authRoutes, noteFailedLogin, unauthorized } from './auth.ts';
import { Refusal } from './call.ts';
import type { Call, Caller, Reply } from './call.ts';
import { dashboardRoutes } from './dashboards.ts';
import { folderRoutes } from './folders.ts';
import { generation5, generation7, generationRbac } from './generation.ts';
import type { Generation } from './generation.ts';
import { inviteRoutes } from './invites.ts';
import { keyRoutes } from './keys.ts';
import { orgRoutes } from './orgs.ts';
import { publicDashboardRoutes } from './public-dashboards.ts';
import { refusePermission } from './rights.ts';
import { matchRoute } from './router.ts';
import type { Access, Match, Route } from './router.ts';
import { searchRoutes } from './search.ts';
import { passwordOf, seededKey, seedState } from './seed.ts';
import { health, serverInfoRoutes } from './server-info.ts';
import { snapshotRoutes } from './snapshots.ts';
import type { GrafanaState } from './state.ts';
import { teamRoutes } from './teams.ts';
import { userRoutes } from './users.ts';

export type { GrafanaState } from './state.ts';

/** The three rooms. */
export const grafanaRooms: readonly Room<GrafanaState>[] = [
  grafanaRoom('grafana', generationRbac),
  grafanaRoom('grafana-7', generation7),
  grafanaRoom('grafana-5', generation5),
];

/** Seeded credentials beside those of `env`: people by login, and secrets for `Authorization: Bearer`. */
export interface GrafanaIdentities {
  readonly logins: readonly { readonly login: string; readonly password: string; readonly role: string }[];
  readonly keys: Readonly<Record<'Admin' | 'Editor' | 'Viewer', string>>;
}

/** The seeded credentials of a room by its name; undefined for another room. */
export function grafanaIdentities(roomName: string): GrafanaIdentities | undefined {
  const generation = { grafana: generationRbac, 'grafana-7': generation7, 'grafana-5': generation5 }[
    roomName
  ];
  if (generation === undefined) return undefined;
  const roles = {
    admin: 'server admin',
    sofia: 'Admin',
    tomas: 'Editor',
    uma: 'Editor',
    viktor: 'Viewer',
    wanda: 'Viewer',
  };
  return {
    logins: Object.entries(roles).map(([login, role]) => ({ login, password: passwordOf(login), role })),
    keys: {
      Admin: seededKey(generation, 'Admin'),
      Editor: seededKey(generation, 'Editor'),
      Viewer: seededKey(generation, 'Viewer'),
    },
  };
}

function grafanaRoom(name: string, generation: Generation): Room<GrafanaState> {
  const routes: readonly Route[] = [
    ...authRoutes(),
    ...serverInfoRoutes(),
    ...userRoutes(generation),
    ...orgRoutes(),
    ...teamRoutes(generation),
    ...keyRoutes(generation),
    ...searchRoutes(),
    ...dashboardRoutes(generation),
    ...folderRoutes(generation),
    ...aclRoutes(generation),
    ...accessControlRoutes(generation),
    ...publicDashboardRoutes(generation),
    ...inviteRoutes(generation),
    ...snapshotRoutes(generation),
  ];
  return {
    name,
    seed: (now) => seedState(generation, now),
    env: (baseUrl) => ({
      GRAFANA_SERVER: baseUrl,
      GRAFANA_USER: 'admin',
      GRAFANA_PASSWORD: passwordOf('admin'),
    }),
    routes: (app, store, world) => {
      const server: Server = { generation, routes, store, world, prefix: app.prefix };
      addHandler(app, (request) => answer(server, request));
    },
  };
}

interface Server {
  readonly generation: Generation;
  readonly routes: readonly Route[];
  readonly store: RoomStore<GrafanaState>;
  readonly world: RoomWorld;
  /** Path prefix of the room in the sandbox. */
  readonly prefix: string;
}

/** One handler for all paths: the room matches them itself, as Grafana's own router does. */
function addHandler(app: FastifyInstance, handle: (request: FastifyRequest) => Promise<Reply>): void {
  const respond = async (request: FastifyRequest, response: FastifyReply): Promise<FastifyReply> => {
    const reply = await handle(request);
    if (reply.headers !== undefined) response.headers(reply.headers);
    response.code(reply.status);
    const isText = reply.type === 'text';
    response.type(isText ? 'text/plain; charset=utf-8' : 'application/json; charset=UTF-8');
    const body = isText ? String(reply.body) : JSON.stringify(reply.body);
    return response.send(request.method === 'HEAD' ? '' : body);
  };
  app.all('/', respond);
  app.all('/*', respond);
}

async function answer(server: Server, request: FastifyRequest): Promise<Reply> {
  const { generation, store, world } = server;
  const [path = '', query = ''] = splitAddress(request.originalUrl.slice(server.prefix.length));
  if (/%(?![0-9a-fA-F]{2})/.test(path)) return { status: 400, body: '400 Bad Request', type: 'text' };
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (path === '/api/health' && method === 'GET') return health(generation);

  const now = world.now();
  const credentials = {
    authorization: request.headers.authorization,
    cookie: request.headers.cookie,
    orgHeader: headerText(request.headers['x-grafana-org-id']),
  };
  const outcome = await store.read((state) => authenticate(generation, state, credentials, now));
  if (outcome.kind === 'rejected') {
    const { failedLogin } = outcome;
    if (failedLogin !== undefined)
      await store.change((state) => {
        noteFailedLogin(state, failedLogin, now);
      });
    return outcome.reply;
  }
  const { caller } = outcome;
  const match = matchRoute(server.routes, method, path);
  const denied = denial(generation, caller, match);
  if (match === undefined || denied !== undefined) return withCookie(generation, caller, denied ?? missing);

  const raw = {
    method,
    contentType: request.headers['content-type'] ?? '',
    bytes: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
  const act = (state: GrafanaState): Reply => {
    noteSeen(state, caller, now);
    const call: Call = {
      generation,
      state,
      now,
      baseUrl: world.baseUrl(),
      caller,
      params: match.params,
      query: new URLSearchParams(query),
    };
    return match.route.run(call, raw);
  };
  try {
    const isStale = await store.read((state) => lastSeenIsStale(state, caller, now));
    const reply = match.route.writes || isStale ? await store.change(act) : await store.read(act);
    return withCookie(generation, caller, reply);
  } catch (error) {
    if (error instanceof Refusal) return withCookie(generation, caller, error.reply);
    throw error;
  }
}

const missing: Reply = { status: 404, body: { message: 'Not found' } };

function splitAddress(address: string): string[] {
  const mark = address.indexOf('?');
  return mark < 0 ? [address] : [address.slice(0, mark), address.slice(mark + 1)];
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** The answer that ends a request before its route: no such route, no credentials, or the wrong role. */
function denial(generation: Generation, caller: Caller, match: Match | undefined): Reply | undefined {
  const isAnonymous = caller.kind === 'anonymous';
  if (match === undefined) {
    return isAnonymous && generation.anonymousMissingRoute === 401 ? unauthorized(generation) : missing;
  }
  const { access } = match.route;
  if (access === 'anyone') return undefined;
  if (isAnonymous) return unauthorized(generation);
  if (mayEnter(caller, access)) return undefined;
  if (!generation.modern) return { status: 403, body: { message: 'Permission denied' } };
  return permissionDenial(match.route);
}

function mayEnter(caller: Caller, access: Access): boolean {
  if (access === 'serverAdmin') return caller.isServerAdmin;
  if (access === 'orgAdmin') return caller.role === 'Admin';
  if (access === 'editor') return caller.role === 'Admin' || caller.role === 'Editor';
  return true;
}

/** The 403 of a server with RBAC names the right, which its path suggests. */
function permissionDenial(route: Route): Reply {
  const noun = route.segments.slice(1).filter((segment) => !segment.startsWith(':'));
  try {
    return refusePermission(`${noun.join('.')}:${route.method === 'GET' ? 'read' : 'write'}`);
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

function withCookie(generation: Generation, caller: Caller, reply: Reply): Reply {
  if (caller.kind !== 'anonymous' || !generation.anonymousCookie || reply.headers !== undefined) return reply;
  return {
    ...reply,
    headers: { 'set-cookie': `${generation.sessionCookie}=0000000000000000; Path=/; HttpOnly` },
  };
}

const seenEvery = 5 * 60_000;

function lastSeenIsStale(state: GrafanaState, caller: Caller, now: number): boolean {
  const user = state.users.find((one) => one.id === caller.userId && caller.userId > 0);
  return user !== undefined && now - user.lastSeen > seenEvery;
}

function noteSeen(state: GrafanaState, caller: Caller, now: number): void {
  if (!lastSeenIsStale(state, caller, now)) return;
  const user = state.users.find((one) => one.id === caller.userId);
  if (user !== undefined) user.lastSeen = now;
}
