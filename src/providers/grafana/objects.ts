/** Dashboards and folders by what a user may call them: uid, numeric id, or the slug of an old address. */
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { AclResource } from '../provider.ts';
import type { GrafanaApi } from './api.ts';
import { checkReference, isUid, readId, readSlug } from './ids.ts';
import { folderUidOf, isRoot } from './map.ts';
import type { DashboardWire, SearchRow } from './wire.ts';

/** The folder that an object stands in. */
export interface Parent {
  readonly id: number | null;
  readonly uid: string | null;
  readonly title: string | null;
}

/** A dashboard or folder that exists: the server named it in an answer. */
export interface GrafanaObject {
  readonly kind: 'dashboard' | 'folder';
  readonly id: number | null;
  /** Null when it has none that may stand in a path (5.0 beta takes any text). */
  readonly uid: string | null;
  readonly title: string;
  /** Null in General, which has no rules. */
  readonly parent: Parent | null;
}

/** A whole dashboard with the answer that it came in. */
export interface FoundDashboard {
  readonly object: GrafanaObject;
  readonly wire: DashboardWire;
  readonly answer: HttpResponse;
}

/** How the object is written after `PROFILE/`. */
export function referenceOf(object: GrafanaObject): string {
  const id = object.uid ?? String(object.id ?? '');
  return object.kind === 'folder' ? `folder:${id}` : id;
}

/**
 * The one row of the search that has this id; null when there is none. A server that ignores the filter sends
 * everything, so rows are compared (api/grafana.md §9).
 */
async function rowById(api: GrafanaApi, id: number): Promise<SearchRow | null> {
  const { rows } = await api.search({ ids: [id] });
  const found = rows.filter((row) => row.id === id);
  if (found.length > 1) {
    throw new DashctlError('bad-answer', `The server names ${found.length} objects with the id ${id}.`);
  }
  return found[0] ?? null;
}

/**
 * Reads a dashboard by uid, numeric id or `slug:SLUG`.
 * @throws DashctlError `not-found`, `ambiguous` when a number is the id of one dashboard and the uid of another
 */
export async function findDashboard(api: GrafanaApi, reference: string): Promise<FoundDashboard> {
  checkReference(reference, 'dashboard');
  const slug = readSlug(reference);
  if (slug !== null) return fetched(await api.dashboardBySlug(slug)) ?? missing('dashboard', reference);
  const id = readId(reference);
  const byUid = fetched(await api.dashboard(reference));
  if (id === null) return byUid ?? missing('dashboard', reference);
  const row = await rowById(api, id);
  if (row === null) return byUid ?? missing('dashboard', reference);
  if (byUid !== null && byUid.object.uid !== row.uid) ambiguous(reference, byUid.object, row);
  if (byUid !== null) return byUid;
  if (row.uid === null || !isUid(row.uid)) {
    throw new DashctlError('unsupported', `Dashboard ${id} has no uid that may stand in an address.`, {
      hint: 'Give it a uid of letters, digits, - and _ in Grafana. Its permissions can be changed by its id.',
    });
  }
  return fetched(await api.dashboard(row.uid)) ?? missing('dashboard', reference);
}

/**
 * Finds what an ACL belongs to. A dashboard whose uid may not stand in a path is reached by its id.
 * @throws DashctlError `not-found`, `ambiguous`, `invalid-input`
 */
export async function findObject(api: GrafanaApi, resource: AclResource): Promise<GrafanaObject> {
  if (resource.kind === 'folder') return findFolder(api, resource.id);
  const id = readId(resource.id);
  if (id !== null) {
    const row = await rowById(api, id);
    if (row !== null && (row.uid === null || !isUid(row.uid))) return objectOfRow(row);
  }
  return (await findDashboard(api, resource.id)).object;
}

/** @throws DashctlError `not-found`, `invalid-input` for General, which has no rules */
export async function findFolder(api: GrafanaApi, reference: string): Promise<GrafanaObject> {
  checkReference(reference, 'folder');
  if (reference === '0' || reference.toLowerCase() === 'general') {
    throw new DashctlError('invalid-input', 'The folder General has no permissions of its own.', {
      hint: 'Set permissions on its dashboards, or move them into a folder.',
    });
  }
  const byUid = await folderByUid(api, reference);
  const id = readId(reference);
  if (id === null) return byUid ?? missing('folder', reference);
  const row = await rowById(api, id);
  const byId = row?.type === 'dash-folder' ? row : null;
  if (byUid !== null && byId !== null && byUid.uid !== byId.uid) ambiguous(reference, byUid, byId);
  if (byUid !== null) return byUid;
  if (byId === null) return missing('folder', reference);
  const whole = byId.uid !== null && isUid(byId.uid) ? await folderByUid(api, byId.uid) : null;
  return whole ?? objectOfRow(byId);
}

/** By `/api/folders`, or on 5.0 beta as the dashboard that a folder is there. */
async function folderByUid(api: GrafanaApi, uid: string): Promise<GrafanaObject | null> {
  const folder = await api.folder(uid);
  if (folder !== null) {
    const parentUid = folder.parentUid;
    const parent = parentUid === null || parentUid === '' ? null : { id: null, uid: parentUid, title: null };
    return { kind: 'folder', id: folder.id, uid: folder.uid ?? uid, title: folder.title, parent };
  }
  const found = fetched(await api.dashboard(uid));
  return found?.object.kind === 'folder' ? found.object : null;
}

function fetched(answer: { wire: DashboardWire; answer: HttpResponse } | null): FoundDashboard | null {
  if (answer === null) return null;
  const { meta, dashboard } = answer.wire;
  const parent = isRoot(meta) ? null : { id: meta.folderId, uid: folderUidOf(meta), title: meta.folderTitle };
  const object: GrafanaObject = {
    kind: meta.isFolder === true ? 'folder' : 'dashboard',
    id: dashboard.id,
    uid: dashboard.uid !== null && isUid(dashboard.uid) ? dashboard.uid : null,
    title: dashboard.title,
    parent: meta.isFolder === true && (meta.folderId ?? 0) <= 0 ? null : parent,
  };
  return { object, ...answer };
}

function objectOfRow(row: SearchRow): GrafanaObject {
  const parent =
    (row.folderId ?? 0) > 0 || (row.folderUid ?? '') !== ''
      ? { id: row.folderId, uid: row.folderUid, title: row.folderTitle }
      : null;
  return {
    kind: row.type === 'dash-folder' ? 'folder' : 'dashboard',
    id: row.id,
    uid: row.uid !== null && isUid(row.uid) ? row.uid : null,
    title: row.title,
    parent,
  };
}

/** Whether a failure says that there is no such dashboard or folder. */
export function isMissing(error: unknown): boolean {
  return error instanceof DashctlError && error.code === 'not-found';
}

function missing(kind: 'dashboard' | 'folder', reference: string): never {
  throw new DashctlError('not-found', `There is no ${kind} ${reference}, or you may not see it.`, {
    hint:
      kind === 'dashboard'
        ? 'List what you may see: dashctl dashboards list.'
        : 'Copy the address of the folder from the browser.',
  });
}

function ambiguous(reference: string, byUid: GrafanaObject, byId: SearchRow): never {
  throw new DashctlError(
    'ambiguous',
    `${reference} is the uid of "${byUid.title}" and the id of "${byId.title}".`,
    {
      hint: `Write ${byId.uid ?? 'the uid'} for the latter, or ${byUid.id ?? 'the id'} for the former.`,
      details: { candidates: [byUid.uid, byId.uid] },
    },
  );
}
