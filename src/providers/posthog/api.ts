/**
 * PostHog's endpoints as requests, each with the reader of its answer in `wire.ts` (api/posthog.md §6–§10). Addresses end
 * with a slash: without one some servers redirect, and a redirected write arrives as a read.
 */
import type { HttpRequest, HttpResponse, Method } from '../../http/http.ts';
import { endlessList, mostPages, repeatedPage } from '../../http/paging.ts';
import { path } from '../../http/path.ts';
import type { SafePath } from '../../http/path.ts';
import type { PosthogContext } from './context.ts';
import type { Place } from './places.ts';
import {
  accessControlsWire,
  collaboratorsWire,
  dashboardPageWire,
  dashboardWire,
  memberPageWire,
  meWire,
  readAs,
  rolesWire,
  sharingWire,
  usersWithAccessWire,
} from './wire.ts';
import type {
  AccessControlsWire,
  AccessRow,
  CollaboratorWire,
  DashboardWire,
  MemberWire,
  RoleWire,
  SharingWire,
} from './wire.ts';

type Query = readonly (readonly [name: string, value: string])[];

/** A value with the answer that it was read from. */
export interface Answered<T> {
  readonly wire: T;
  readonly response: HttpResponse;
}

/** Rows per page that the server takes at most without complaint. */
export const pageSize = 100;

// Dashboards

/** Pages of the list, as far as they are read. `mode` is a `creation_mode`; without it unlisted ones stay hidden. */
export async function* dashboardPages(
  context: PosthogContext,
  project: number,
  ask: { readonly size: number; readonly tags: readonly string[]; readonly mode: string | null },
): AsyncGenerator<Answered<readonly DashboardWire[]> & { readonly count: number | null }> {
  const query: Query = [
    ['limit', String(ask.size)],
    ...ask.tags.map((tag) => ['tags', tag] as const),
    ...(ask.mode === null ? [] : [['creation_mode', ask.mode] as const]),
  ];
  const at = path`/api/${context.places.prefix}/${project}/dashboards/`;
  const seen = new Set<number>();
  for await (const response of pages(context, at, query)) {
    const { results, count } = readAs(dashboardPageWire, response);
    const fresh = results.filter(({ id }) => !seen.has(id));
    if (results.length > 0 && fresh.length === 0) throw repeatedPage(seen.size);
    for (const { id } of fresh) seen.add(id);
    yield { wire: fresh, response, count };
  }
}

/**
 * Pages of any listing. `next` may name another origin behind a proxy: only its query is taken, so that the key never
 * leaves its host and the path stays the one that was asked for.
 */
async function* pages({ client }: PosthogContext, at: SafePath, first: Query): AsyncGenerator<HttpResponse> {
  const seen = new Set<string>();
  let rows = 0;
  let query = first;
  for (let page = 0; page < mostPages; page += 1) {
    const response = await client.send({ method: 'GET', path: at, query });
    yield response;
    const next = nextOf(response);
    if (next === null) return;
    rows += rowsOf(response);
    if (seen.has(next)) throw repeatedPage(rows);
    seen.add(next);
    query = [...new URLSearchParams(next)];
  }
  throw endlessList(rows);
}

function rowsOf(response: HttpResponse): number {
  const body = response.json();
  const rows = typeof body === 'object' && body !== null && 'results' in body ? body.results : null;
  return Array.isArray(rows) ? rows.length : 0;
}

function nextOf(response: HttpResponse): string | null {
  const body = response.json();
  const next = typeof body === 'object' && body !== null && 'next' in body ? body.next : null;
  return typeof next === 'string' && next.includes('?') ? next.slice(next.indexOf('?') + 1) : null;
}

export async function getDashboard(context: PosthogContext, place: Place): Promise<Answered<DashboardWire>> {
  const response = await context.client.send(dashboardRequest(context, place, 'GET'));
  return { wire: readAs(dashboardWire, response), response };
}

/** Null when it is deleted, unknown or hidden. */
export async function findDashboard(
  context: PosthogContext,
  place: Place,
): Promise<Answered<DashboardWire> | null> {
  const response = await context.client.send({
    ...dashboardRequest(context, place, 'GET'),
    accept: [404],
  });
  return response.status === 404 ? null : { wire: readAs(dashboardWire, response), response };
}

/** The name of a dashboard; null when the key may read links or rules but not dashboards. */
export async function nameOfDashboard(context: PosthogContext, place: Place): Promise<string | null> {
  const response = await context.client.send({
    ...dashboardRequest(context, place, 'GET'),
    accept: [403],
  });
  return response.status === 403 ? null : readAs(dashboardWire, response).name;
}

export function createDashboardRequest(context: PosthogContext, project: number, body: string): HttpRequest {
  return { method: 'POST', path: path`/api/${context.places.prefix}/${project}/dashboards/`, body };
}

export function changeDashboardRequest(context: PosthogContext, place: Place, body: string): HttpRequest {
  return { ...dashboardRequest(context, place, 'PATCH'), body };
}

function dashboardRequest({ places }: PosthogContext, { project, id }: Place, method: Method): HttpRequest {
  return { method, path: path`/api/${places.prefix}/${project}/dashboards/${id}/` };
}

// Sharing

export async function getSharing(context: PosthogContext, place: Place): Promise<Answered<SharingWire>> {
  const response = await context.client.send({ method: 'GET', path: sharingPath(context, place) });
  return { wire: readAs(sharingWire, response), response };
}

/** The configuration; null when the key may not read it. */
export async function peekSharing(context: PosthogContext, place: Place): Promise<SharingWire | null> {
  const response = await context.client.send({
    method: 'GET',
    path: sharingPath(context, place),
    accept: [403],
  });
  return response.status === 403 ? null : readAs(sharingWire, response);
}

export function changeSharingRequest(context: PosthogContext, place: Place, body: string): HttpRequest {
  return { method: 'PATCH', path: sharingPath(context, place), body };
}

export function rotateRequest({ places }: PosthogContext, { project, id }: Place): HttpRequest {
  return {
    method: 'POST',
    path: path`/api/${places.prefix}/${project}/dashboards/${id}/sharing/refresh/`,
    body: '{}',
  };
}

export function addPasswordRequest(
  { places }: PosthogContext,
  { project, id }: Place,
  body: string,
): HttpRequest {
  return {
    method: 'POST',
    path: path`/api/${places.prefix}/${project}/dashboards/${id}/sharing/passwords/`,
    body,
  };
}

/** 404 is an answer: someone else removed it meanwhile. */
export function removePasswordRequest(
  { places }: PosthogContext,
  { project, id }: Place,
  password: number,
): HttpRequest {
  return {
    method: 'DELETE',
    path: path`/api/${places.prefix}/${project}/dashboards/${id}/sharing/passwords/${password}/`,
    accept: [404],
  };
}

function sharingPath({ places }: PosthogContext, { project, id }: Place): SafePath {
  return path`/api/${places.prefix}/${project}/dashboards/${id}/sharing/`;
}

// Access controls

/** Null on servers that have none. */
export async function findAccessControls(
  context: PosthogContext,
  place: Place,
): Promise<Answered<AccessControlsWire> | null> {
  const response = await context.client.send({
    method: 'GET',
    path: accessControlsPath(context, place),
    accept: [404],
  });
  return response.status === 404 ? null : { wire: readAs(accessControlsWire, response), response };
}

export function putRuleRequest(
  context: PosthogContext,
  place: Place,
  rule: {
    readonly access_level: string | null;
    readonly organization_member?: string;
    readonly role?: string;
  },
): HttpRequest {
  return { method: 'PUT', path: accessControlsPath(context, place), body: JSON.stringify(rule) };
}

export async function usersWithAccess(
  { client, places }: PosthogContext,
  { project, id }: Place,
): Promise<Answered<readonly AccessRow[]>> {
  const response = await client.send({
    method: 'GET',
    path: path`/api/${places.prefix}/${project}/dashboards/${id}/users_with_access/`,
  });
  return { wire: readAs(usersWithAccessWire, response).users, response };
}

function accessControlsPath({ places }: PosthogContext, { project, id }: Place): SafePath {
  return path`/api/${places.prefix}/${project}/dashboards/${id}/access_controls/`;
}

// Collaborators

export async function collaboratorsOf(
  context: PosthogContext,
  place: Place,
): Promise<Answered<readonly CollaboratorWire[]>> {
  const response = await context.client.send({ method: 'GET', path: collaboratorsPath(context, place) });
  return { wire: readAs(collaboratorsWire, response), response };
}

/** The level always goes along: without it the server has none. */
export function addCollaboratorRequest(context: PosthogContext, place: Place, user: string): HttpRequest {
  return {
    method: 'POST',
    path: collaboratorsPath(context, place),
    body: JSON.stringify({ user_uuid: user, level: 37 }),
  };
}

export function removeCollaboratorRequest(
  { places }: PosthogContext,
  { project, id }: Place,
  user: string,
): HttpRequest {
  return {
    method: 'DELETE',
    path: path`/api/${places.prefix}/${project}/dashboards/${id}/collaborators/${user}/`,
    accept: [404],
  };
}

function collaboratorsPath({ places }: PosthogContext, { project, id }: Place): SafePath {
  return path`/api/${places.prefix}/${project}/dashboards/${id}/collaborators/`;
}

// People

/** Members of an organization, all pages; `email` is compared by the server exactly, letter case included. */
export async function membersOf(
  context: PosthogContext,
  organization: string,
  email: string | null,
): Promise<readonly MemberWire[]> {
  const found: MemberWire[] = [];
  const query: Query = [['limit', String(pageSize)], ...(email === null ? [] : [['email', email] as const])];
  for await (const response of pages(context, path`/api/organizations/${organization}/members/`, query)) {
    found.push(...readAs(memberPageWire, response).results);
  }
  return found;
}

/** Roles of an organization; null when its plan has none, or the key may not read them. */
export async function rolesOf(
  context: PosthogContext,
  organization: string,
): Promise<readonly RoleWire[] | null> {
  const response = await context.client.send({
    method: 'GET',
    path: path`/api/organizations/${organization}/roles/`,
    query: [['limit', String(pageSize)]],
    accept: [402, 403, 404],
  });
  if (response.status >= 400) return null;
  const roles = readAs(rolesWire, response);
  return 'results' in roles ? roles.results : roles;
}

/** Null when the key may not ask. */
export async function whoIsIt({ client }: PosthogContext) {
  const response = await client.send({ method: 'GET', path: path`/api/users/@me/`, accept: [403] });
  return response.status === 403 ? null : readAs(meWire, response);
}
