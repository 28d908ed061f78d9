/**
 * Grafana's endpoints as typed functions. Reads are sent here; writes are only built here, as requests that a plan
 * holds until it is performed. Paths and answers: api/grafana.md §2 to §11.
 */
import * as v from 'valibot';

import type { HttpClient, HttpRequest, HttpResponse } from '../../http/http.ts';
import { path } from '../../http/path.ts';
import type { SafePath } from '../../http/path.ts';
import { pathId } from './ids.ts';
import * as wire from './wire.ts';

/** Statuses that are an answer to a question about existence or rights, not a failure. */
const hiddenOrMissing = [403, 404] as const;

/** What `/api/search` is asked for. */
export interface SearchQuery {
  readonly type?: 'dash-db' | 'dash-folder';
  readonly query?: string;
  readonly tags?: readonly string[];
  readonly ids?: readonly number[];
  readonly folderId?: number | null;
  readonly folderUid?: string | null;
  readonly limit?: number;
  readonly page?: number;
}

export type GrafanaApi = ReturnType<typeof grafanaApi>;

/** @param http a client whose base URL is the server's root, sub path included */
export function grafanaApi(http: HttpClient) {
  const get = (at: SafePath, more: Partial<HttpRequest> = {}): Promise<HttpResponse> =>
    http.send({ method: 'GET', path: at, ...more });

  return {
    /** Status alone, of a route that is asked for its existence. */
    async routeExists(at: SafePath): Promise<boolean> {
      const answer = await get(at, { accept: [400, 403, 404, 500] });
      return answer.status !== 404 || !isMissingRoute(answer);
    },

    /** `/api/health`, anonymous on every version; null when the server hides its version. */
    async version(): Promise<string | null> {
      const health = await get(path`/api/health`, { accept: [401, 403, 404, 503] });
      if (health.status === 200) {
        const found = wire.parseWire(wire.healthWire, health, 'the server version').version;
        if (found !== null && found !== '') return found;
      }
      const settings = await get(path`/api/frontend/settings`, { accept: [403, 404] });
      if (settings.status !== 200) return null;
      return wire.parseWire(wire.settingsWire, settings, 'the server settings').buildInfo?.version ?? null;
    },

    /** The signed-in user; null for a key, which is none (404). Its `id` is 0 on 5.0 beta. */
    async user() {
      const answer = await get(path`/api/user`, { accept: hiddenOrMissing });
      return answer.status === 200 ? wire.parseWire(wire.userWire, answer, 'the user') : null;
    },

    /** The organization that requests act in. */
    async org() {
      return wire.parseWire(wire.orgWire, await get(path`/api/org`), 'the organization');
    },

    /** Organizations of the signed-in user with the role in each; null for a key. */
    async userOrgs() {
      const answer = await get(path`/api/user/orgs`, { accept: [400, 401, 403, 404, 500] });
      return answer.status === 200 ? wire.parseWire(wire.userOrgsWire, answer, 'your organizations') : null;
    },

    /** Teams of the signed-in user; null where the server does not tell. */
    async userTeams() {
      const answer = await get(path`/api/user/teams`, { accept: [400, 401, 403, 404, 500] });
      return answer.status === 200 ? wire.parseWire(wire.userTeamsWire, answer, 'your teams') : null;
    },

    /** Members of the organization; null without the right. 5.0 beta ignores every filter, so none is sent. */
    async orgUsers() {
      const answer = await get(path`/api/org/users`, { accept: hiddenOrMissing });
      return answer.status === 200 ? wire.parseWire(wire.orgUsersWire, answer, 'the members') : null;
    },

    /** Members by a part of the login; null without the right or the route (5.0 beta). */
    async lookUpOrgUsers(query: string) {
      const answer = await get(path`/api/org/users/lookup`, {
        query: [['query', query]],
        accept: hiddenOrMissing,
      });
      return answer.status === 200 ? wire.parseWire(wire.orgUsersWire, answer, 'the members') : null;
    },

    /** One user of the server by exact login or e-mail; `missing` when there is none, null without the right. */
    async lookUpUser(loginOrEmail: string) {
      const answer = await get(path`/api/users/lookup`, {
        query: [['loginOrEmail', loginOrEmail]],
        accept: hiddenOrMissing,
      });
      if (answer.status === 200) return wire.parseWire(wire.userWire, answer, 'the user');
      return answer.status === 404 ? ('missing' as const) : null;
    },

    /** Service accounts whose name holds the text; null without the right or before they existed. */
    async serviceAccounts(query: string) {
      const answer = await get(path`/api/serviceaccounts/search`, {
        query: [['query', query]],
        accept: hiddenOrMissing,
      });
      return answer.status === 200
        ? wire.parseWire(wire.serviceAccountsWire, answer, 'the service accounts').serviceAccounts
        : null;
    },

    /** Teams of exactly this name, as far as the server filters. */
    async teamsNamed(name: string) {
      const answer = await get(path`/api/teams/search`, { query: [['name', name]] });
      return wire.parseWire(wire.teamsWire, answer, 'the teams').teams;
    },

    /** A team by id; null when there is none or it is hidden. */
    async team(id: number) {
      const answer = await get(path`/api/teams/${pathId(id)}`, { accept: hiddenOrMissing });
      return answer.status === 200 ? wire.parseWire(wire.teamWire, answer, 'the team') : null;
    },

    /** Members of a team; null where the caller may not see them. */
    async teamMembers(id: number) {
      const answer = await get(path`/api/teams/${pathId(id)}/members`, { accept: hiddenOrMissing });
      return answer.status === 200 ? wire.parseWire(wire.orgUsersWire, answer, 'the team members') : null;
    },

    /** Rows of `/api/search`, with the bytes. Filters are only a wish: unknown ones are ignored by servers. */
    async search(asked: SearchQuery) {
      const answer = await get(path`/api/search`, { query: searchParameters(asked) });
      return { rows: wire.parseWire(wire.searchWire, answer, 'the search'), raw: answer.body };
    },

    /** A dashboard by uid; null when there is none (404). */
    async dashboard(uid: string) {
      const answer = await get(path`/api/dashboards/uid/${uid}`, { accept: [404] });
      if (answer.status === 404) return null;
      return { wire: wire.parseWire(wire.dashboardWire, answer, 'the dashboard'), answer };
    },

    /** A dashboard by the slug of an old address, until 8.0. */
    async dashboardBySlug(slug: string) {
      const answer = await get(path`/api/dashboards/db/${slug}`, { accept: [404] });
      if (answer.status === 404) return null;
      return { wire: wire.parseWire(wire.dashboardWire, answer, 'the dashboard'), answer };
    },

    /** A folder by uid; null when there is none, or no such route (5.0 beta). */
    async folder(uid: string) {
      const answer = await get(path`/api/folders/${uid}`, { accept: [404] });
      return answer.status === 404 ? null : wire.parseWire(wire.folderWire, answer, 'the folder');
    },

    /** The answer for the public link of a dashboard; 404 is one too: not shared, or no such route. */
    publicDashboard: (uid: string) =>
      get(path`/api/dashboards/uid/${uid}/public-dashboards`, { accept: [404] }),

    /** The answer for a page of all public links; 404 where there is no such route. */
    publicDashboards: (page: number, perPage: number) =>
      get(path`/api/dashboards/public-dashboards`, {
        query: [
          ['perpage', String(perPage)],
          ['page', String(page)],
        ],
        accept: [404],
      }),

    /** Rows of an old permission list. */
    async aclRows(at: SafePath) {
      const answer = await get(at);
      return { rows: wire.parseWire(wire.aclRowsWire, answer, 'the permissions'), raw: answer.body };
    },

    /** Rows of an access-control list. */
    async accessRows(kind: 'dashboards' | 'folders', uid: string) {
      const answer = await get(path`/api/access-control/${kind}/${uid}`);
      return { rows: wire.parseWire(wire.accessRowsWire, answer, 'the permissions'), raw: answer.body };
    },
  };
}

/** A missing route says "Not found", a missing object names itself (api/grafana.md §2). A proxy's page is no route. */
export function isMissingRoute(answer: HttpResponse): boolean {
  try {
    return v.is(v.looseObject({ message: v.literal('Not found') }), answer.json());
  } catch {
    return true;
  }
}

/** Ids are repeated, never joined: a list with commas makes servers ignore the filter (api/grafana.md §9). */
function searchParameters(asked: SearchQuery): [string, string][] {
  const parameters: [string, string][] = [];
  if (asked.type !== undefined) parameters.push(['type', asked.type]);
  if (asked.query !== undefined) parameters.push(['query', asked.query]);
  for (const tag of asked.tags ?? []) parameters.push(['tag', tag]);
  for (const id of asked.ids ?? []) parameters.push(['dashboardIds', String(id)]);
  if (asked.folderId !== undefined && asked.folderId !== null)
    parameters.push(['folderIds', String(asked.folderId)]);
  if (asked.folderUid !== undefined && asked.folderUid !== null)
    parameters.push(['folderUIDs', asked.folderUid]);
  if (asked.limit !== undefined) parameters.push(['limit', String(asked.limit)]);
  if (asked.page !== undefined && asked.page > 1) parameters.push(['page', String(asked.page)]);
  return parameters;
}
