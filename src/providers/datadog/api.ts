/**
 * Datadog's endpoints as requests, each with the reader of its answer in `wire.ts` (api/datadog.md §1). Parameters that
 * are null are left to the server's default.
 */
import type { HttpClient, HttpRequest, HttpResponse } from '../../http/http.ts';
import { endlessList, mostPages } from '../../http/paging.ts';
import { path } from '../../http/path.ts';
import { checkDashboardId, checkShareToken } from './ids.ts';
import {
  dashboardListSchema,
  dashboardSchema,
  invitationsSchema,
  listedSharesSchema,
  membershipsSchema,
  oneNamedSchema,
  oneUserSchema,
  policySchema,
  readAs,
  rolesSchema,
  shareSchema,
  teamsSchema,
  usersSchema,
  validationSchema,
  type WireDashboard,
  type WireNamed,
  type WireShare,
  type WireUser,
} from './wire.ts';

type Query = readonly (readonly [name: string, value: string])[];

/** A value with the answer that it was read from. */
export interface Answered<T> {
  readonly wire: T;
  readonly response: HttpResponse;
}

export interface DashboardListParams {
  readonly shared: boolean | null;
  readonly deleted: boolean;
  /** Rows per page; the server's default is 100. */
  readonly count: number | null;
  readonly start: number;
}

// Dashboards

export async function listDashboards(
  client: HttpClient,
  params: DashboardListParams,
): Promise<Answered<readonly WireDashboard[]>> {
  const response = await client.send({
    method: 'GET',
    path: path`/api/v1/dashboard`,
    query: defined([
      ['filter[shared]', params.shared],
      ['filter[deleted]', params.deleted ? true : null],
      ['count', params.count],
      ['start', params.start === 0 ? null : params.start],
    ]),
  });
  return { wire: readAs(dashboardListSchema, response).dashboards, response };
}

export async function getDashboard(client: HttpClient, id: string): Promise<Answered<WireDashboard>> {
  const response = await client.send(dashboardRequest('GET', id));
  return { wire: readAs(dashboardSchema, response), response };
}

/** A dashboard; null when it is not there, in the trash included. */
export async function findDashboard(client: HttpClient, id: string): Promise<Answered<WireDashboard> | null> {
  const response = await client.send({ ...dashboardRequest('GET', id), accept: [404] });
  return response.status === 404 ? null : { wire: readAs(dashboardSchema, response), response };
}

/** Whether a dashboard is there now. */
export async function dashboardExists(client: HttpClient, id: string): Promise<boolean> {
  const response = await client.send({ ...dashboardRequest('GET', id), accept: [404] });
  return response.status !== 404;
}

export function createDashboardRequest(body: string): HttpRequest {
  return { method: 'POST', path: path`/api/v1/dashboard`, body };
}

export function replaceDashboardRequest(id: string, body: string): HttpRequest {
  return { ...dashboardRequest('PUT', id), body };
}

/** 404 is an answer: someone else deleted it meanwhile. */
export function deleteDashboardRequest(id: string): HttpRequest {
  return { ...dashboardRequest('DELETE', id), accept: [404] };
}

/** Deletes several at once, all or nothing. */
export function deleteDashboardsRequest(ids: readonly string[]): HttpRequest {
  return { method: 'DELETE', path: path`/api/v1/dashboard`, body: bulkBody(ids) };
}

/** Takes several out of the trash at once, all or nothing. */
export function restoreDashboardsRequest(ids: readonly string[]): HttpRequest {
  return { method: 'PATCH', path: path`/api/v1/dashboard`, body: bulkBody(ids) };
}

function dashboardRequest(method: 'GET' | 'PUT' | 'DELETE', id: string): HttpRequest {
  return { method, path: path`/api/v1/dashboard/${checkDashboardId(id)}` };
}

function bulkBody(ids: readonly string[]): string {
  return JSON.stringify({ data: ids.map((id) => ({ id: checkDashboardId(id), type: 'dashboard' })) });
}

// Shares

/** The shares of a dashboard: a preview endpoint that organizations may not have. */
export async function listShares(client: HttpClient, dashboardId: string) {
  const response = await client.send({
    method: 'GET',
    path: path`/api/v2/dashboard/${checkDashboardId(dashboardId)}/shared`,
  });
  return { wire: readAs(listedSharesSchema, response), response };
}

export async function getShare(client: HttpClient, token: string): Promise<Answered<WireShare>> {
  const response = await client.send(shareRequest('GET', token));
  return { wire: readAs(shareSchema, response), response };
}

/** A share; null when there is none of this token, secure embeds included. */
export async function findShare(client: HttpClient, token: string): Promise<WireShare | null> {
  const response = await client.send({ ...shareRequest('GET', token), accept: [404] });
  return response.status === 404 ? null : readAs(shareSchema, response);
}

/** Whether a share is there now. */
export async function shareExists(client: HttpClient, token: string): Promise<boolean> {
  const response = await client.send({ ...shareRequest('GET', token), accept: [404] });
  return response.status !== 404;
}

export function createShareRequest(body: string): HttpRequest {
  return { method: 'POST', path: path`/api/v1/dashboard/public`, body };
}

/** A partial update: what the body does not name stays. */
export function updateShareRequest(token: string, body: string): HttpRequest {
  return { ...shareRequest('PUT', token), body };
}

/** 404 is an answer: someone else revoked it meanwhile. */
export function revokeShareRequest(token: string): HttpRequest {
  return { ...shareRequest('DELETE', token), accept: [404] };
}

function shareRequest(method: 'GET' | 'PUT' | 'DELETE', token: string): HttpRequest {
  return { method, path: path`/api/v1/dashboard/public/${checkShareToken(token)}` };
}

// Invitations

/** @param page from 0. */
export async function listInvitations(client: HttpClient, token: string, page: number) {
  const response = await client.send({
    method: 'GET',
    path: invitationPath(token),
    query: defined([['page_number', page === 0 ? null : page]]),
  });
  return { wire: readAs(invitationsSchema, response), response };
}

/** One address per request, so that each has a result of its own. */
export function sendInvitationRequest(token: string, email: string): HttpRequest {
  return { method: 'POST', path: invitationPath(token), body: invitationBody(email) };
}

/** Ends the invitation and the viewer's logins; 404 is an answer: there was none. */
export function revokeInvitationRequest(token: string, email: string): HttpRequest {
  return { method: 'DELETE', path: invitationPath(token), body: invitationBody(email), accept: [404] };
}

function invitationPath(token: string) {
  return path`/api/v1/dashboard/public/${checkShareToken(token)}/invitation`;
}

function invitationBody(email: string): string {
  return JSON.stringify({ data: { attributes: { email }, type: 'public_dashboard_invitation' } });
}

// Restriction policies

/** An unknown dashboard answers 200 with no bindings (recorded): look for the dashboard first. */
export async function getPolicy(client: HttpClient, dashboardId: string) {
  const response = await client.send({ method: 'GET', path: policyPath(dashboardId) });
  return { wire: readAs(policySchema, response), response };
}

export interface Binding {
  readonly relation: string;
  /** `user:<uuid>`, `team:<uuid>`, `role:<uuid>`, `org:<uuid>`. */
  readonly principals: readonly string[];
}

/** Replaces all bindings. */
export function replacePolicyRequest(
  dashboardId: string,
  bindings: readonly Binding[],
  allowSelfLockout: boolean,
): HttpRequest {
  const id = `dashboard:${checkDashboardId(dashboardId)}`;
  return {
    method: 'POST',
    path: policyPath(dashboardId),
    query: allowSelfLockout ? [['allow_self_lockout', 'true']] : [],
    body: JSON.stringify({ data: { id, type: 'restriction_policy', attributes: { bindings } } }),
  };
}

/** Removes the policy: the dashboard is open to the organization again. */
export function deletePolicyRequest(dashboardId: string): HttpRequest {
  return { method: 'DELETE', path: policyPath(dashboardId) };
}

function policyPath(dashboardId: string) {
  return path`/api/v2/restriction_policy/${`dashboard:${checkDashboardId(dashboardId)}`}`;
}

// People, teams, roles

/** Users whose name or address contains `filter`, all pages. */
export async function findUsers(client: HttpClient, filter: string | null): Promise<readonly WireUser[]> {
  return filteredPages(async (page) => {
    const response = await client.send({
      method: 'GET',
      path: path`/api/v2/users`,
      query: defined([
        ['filter', filter],
        ['page[number]', page === 0 ? null : page],
      ]),
    });
    return readAs(usersSchema, response);
  });
}

/** Roles whose name contains `filter`, all pages. */
export async function findRoles(client: HttpClient, filter: string | null): Promise<readonly WireNamed[]> {
  return filteredPages(async (page) => {
    const response = await client.send({
      method: 'GET',
      path: path`/api/v2/roles`,
      query: defined([
        ['filter', filter],
        ['page[number]', page === 0 ? null : page],
      ]),
    });
    return readAs(rolesSchema, response);
  });
}

/**
 * Teams, all pages. The links of the last page point one page too far (recorded), so the number of the last page ends it.
 * @param keyword null for all; @param pageSize null for the server's default.
 */
export async function findTeams(
  client: HttpClient,
  keyword: string | null,
  pageSize: number | null = null,
): Promise<readonly WireNamed[]> {
  const found: WireNamed[] = [];
  for (let page = 0; page < mostPages; page += 1) {
    const response = await client.send({
      method: 'GET',
      path: path`/api/v2/team`,
      query: defined([
        ['filter[keyword]', keyword],
        ['page[size]', pageSize],
        ['page[number]', page === 0 && pageSize === null ? null : page],
      ]),
    });
    const { data, meta } = readAs(teamsSchema, response);
    found.push(...data);
    if (data.length === 0 || page >= (meta?.pagination?.last_number ?? 0)) return found;
  }
  throw endlessList(found.length);
}

export async function getUser(client: HttpClient, id: string): Promise<WireUser> {
  return readAs(oneUserSchema, await client.send({ method: 'GET', path: path`/api/v2/users/${id}` })).data;
}

export async function getRole(client: HttpClient, id: string): Promise<WireNamed> {
  return readAs(oneNamedSchema, await client.send({ method: 'GET', path: path`/api/v2/roles/${id}` })).data;
}

export async function getTeam(client: HttpClient, id: string): Promise<WireNamed> {
  return readAs(oneNamedSchema, await client.send({ method: 'GET', path: path`/api/v2/team/${id}` })).data;
}

/** Ids of the teams of a user; null when the server does not tell. */
export async function teamsOfUser(client: HttpClient, userId: string): Promise<readonly string[] | null> {
  const response = await client.send({
    method: 'GET',
    path: path`/api/v2/users/${userId}/memberships`,
    accept: [400, 403, 404],
  });
  if (response.status !== 200) return null;
  return readAs(membershipsSchema, response).data.flatMap((membership) => {
    const id = membership.relationships?.team?.data?.id;
    return id === undefined ? [] : [id];
  });
}

/** Who the keys belong to. */
export async function currentUser(client: HttpClient) {
  return readAs(oneUserSchema, await client.send({ method: 'GET', path: path`/api/v2/current_user` }));
}

/** Whether the API key, by itself, is good. */
export async function apiKeyIsValid(client: HttpClient): Promise<boolean> {
  const response = await client.send({ method: 'GET', path: path`/api/v1/validate`, accept: [401, 403] });
  return response.status === 200 && readAs(validationSchema, response).valid;
}

interface FilteredPage<T> {
  readonly data: readonly T[];
  readonly meta?:
    | { readonly page?: { readonly total_filtered_count?: number | null | undefined } | null | undefined }
    | null
    | undefined;
}

async function filteredPages<T>(read: (page: number) => Promise<FilteredPage<T>>): Promise<readonly T[]> {
  const found: T[] = [];
  for (let page = 0; page < mostPages; page += 1) {
    const { data, meta } = await read(page);
    found.push(...data);
    if (data.length === 0 || found.length >= (meta?.page?.total_filtered_count ?? 0)) return found;
  }
  throw endlessList(found.length);
}

function defined(
  pairs: readonly (readonly [name: string, value: string | number | boolean | null])[],
): Query {
  return pairs.flatMap(([name, value]) => (value === null ? [] : [[name, String(value)] as const]));
}
