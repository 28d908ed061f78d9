/** Gtmhub's endpoints as typed functions; writes are only built here (api/gtmhub.md §3 and §8). */
import type { HttpClient, HttpRequest, HttpResponse } from '../../http/http.ts';
import { endlessList, mostPages } from '../../http/paging.ts';
import { path } from '../../http/path.ts';
import type { SafePath } from '../../http/path.ts';
import { checkId } from './ids.ts';
import { actionsWire, allowedWire, defaultAccessWire, namedWire, permissionWire, readAs } from './wire.ts';
import type { WireNamed } from './wire.ts';

/** Statuses that a missing id may be answered with (inferred, api/gtmhub.md §7). */
const missingStatuses = [400, 403, 404, 500] as const;

const pageSize = 100;

export type GtmhubApi = ReturnType<typeof gtmhubApi>;

/**
 * @param client for version 1 of the API, whose path the base URL holds
 * @param lookups for version 2, where the lists of people stand; null when the base URL does not lead there
 */
export function gtmhubApi(client: HttpClient, lookups: HttpClient | null) {
  const get = (at: SafePath, more: Partial<HttpRequest> = {}): Promise<HttpResponse> =>
    client.send({ method: 'GET', path: at, ...more });

  return {
    lookupsKnown: lookups !== null,

    async actions() {
      const response = await get(path`/permissions/actions`);
      return { items: readAs(actionsWire, response).items, response };
    },

    async allowed(target: string, targetType: string) {
      const response = await get(path`/permissions/currentUser-allowedActions/${checkId(target, 'target')}`, {
        query: [['targetType', targetType]],
      });
      return { names: readAs(allowedWire, response).currentUserActions, response };
    },

    /** Its form is not described. */
    effective: () => get(path`/permissions/effective`),

    /** Its form is not described. */
    ofPrincipal: (id: string) => get(principalPath(id)),

    async defaultAccess(itemType: string, itemId: string | null) {
      const response = await get(
        itemId === null
          ? path`/permissions/default-access/${itemType}`
          : path`/permissions/default-access/${itemType}/${checkId(itemId, 'item')}`,
      );
      return { wire: readAs(defaultAccessWire, response), response };
    },

    async permission(id: string) {
      const response = await get(permissionPath(id));
      return { wire: readAs(permissionWire, response), response };
    },

    /** Whether a permission is there now. Any refusal counts as "no": a missing id has no status of its own. */
    async permissionExists(id: string): Promise<boolean> {
      const response = await get(permissionPath(id), { accept: missingStatuses });
      return response.status === 200;
    },

    users: () => allNamed(lookups, path`/users`),
    roles: () => allNamed(lookups, path`/roles`),
    teams: () => allNamed(lookups, path`/teams`),
  };
}

export function createRequest(body: string): HttpRequest {
  return { method: 'POST', path: path`/permissions`, body };
}

/** Replaces the whole permission. */
export function updateRequest(id: string, body: string): HttpRequest {
  return { method: 'PUT', path: permissionPath(id), body };
}

/** 404 is an answer: someone else deleted it meanwhile. */
export function deleteRequest(id: string): HttpRequest {
  return { method: 'DELETE', path: permissionPath(id), accept: [404] };
}

/** Replaces the whole set. */
export function setPrincipalRequest(id: string, body: string): HttpRequest {
  return { method: 'PUT', path: principalPath(id), body };
}

function permissionPath(id: string): SafePath {
  return path`/permissions/${checkId(id, 'permission')}`;
}

function principalPath(id: string): SafePath {
  return path`/permissions/principal/${checkId(id, 'user or role')}`;
}

/** All rows of a list, page by page; a server that ignores paging ends it by sending nothing new. */
async function allNamed(client: HttpClient | null, at: SafePath): Promise<readonly WireNamed[]> {
  if (client === null) return [];
  const found = new Map<string, WireNamed>();
  for (let page = 0; page < mostPages; page += 1) {
    const response = await client.send({
      method: 'GET',
      path: at,
      query: [
        ['skip', String(page * pageSize)],
        ['take', String(pageSize)],
        ['sort', 'id'],
      ],
    });
    const { items, totalCount, count } = readAs(namedWire, response);
    const before = found.size;
    for (const item of items) found.set(item.id, item);
    const total = totalCount ?? count;
    const whole = total !== null && found.size >= total;
    if (items.length < pageSize || found.size === before || whole) return [...found.values()];
  }
  throw endlessList(found.size);
}
