/**
 * Saving dashboards and folders, the one way in for both, with the checks of the server's generation: versions,
 * titles, uids, folder moves. api/grafana.md §10; recordings 02-dashboards-crud, 02-folders-crud.
 */
import { refuse } from './call.ts';
import type { Call } from './call.ts';
import { findById, findByUid, holds, refusePermission } from './rights.ts';
import { nextId } from './state.ts';
import type { Dashboard } from './state.ts';
import { isRecord, randomText, slugOf } from './text.ts';

export interface SaveRequest {
  readonly data: Record<string, unknown>;
  readonly folderId: number;
  readonly isFolder: boolean;
  readonly overwrite: boolean;
  readonly message: string;
  /** The version that is brought back, 0 for an ordinary save. */
  readonly restoredFrom: number;
}

/** What is to be saved: the fields that the body's `dashboard` decides, before any check. */
interface Draft {
  id: number;
  uid: string;
  title: string;
  version: number;
  folderId: number;
  readonly isFolder: boolean;
}

/** Creates or updates an object. @throws Refusal with the generation's 400, 403, 404 or 412. */
export function saveDashboard(call: Call, request: SaveRequest): Dashboard {
  return call.generation.saving === 'beta' ? saveBeta(call, request) : saveChecked(call, request);
}

function draftOf(request: SaveRequest): Draft {
  const { data } = request;
  const id = typeof data.id === 'number' ? Math.trunc(data.id) : 0;
  const uid = typeof data.uid === 'string' ? data.uid : '';
  const isUpdate = typeof data.id === 'number' || typeof data.uid === 'string';
  return {
    id,
    uid,
    title: typeof data.title === 'string' ? data.title : '',
    version: isUpdate && typeof data.version === 'number' ? Math.trunc(data.version) : 0,
    folderId: request.folderId,
    isFolder: request.isFolder,
  };
}

function saveBeta(call: Call, request: SaveRequest): Dashboard {
  const draft = draftOf(request);
  if (!holds(call, draft.id === 0 ? draft.folderId : draft.id, 2)) {
    refuse(403, 'Access denied to this dashboard');
  }
  if (draft.isFolder && draft.folderId > 0) {
    refuse(400, 'A Dashboard Folder cannot be added to another folder');
  }
  if (draft.title === '') refuse(400, 'Dashboard title cannot be empty');
  if (draft.isFolder && draft.title.toLowerCase() === 'general') {
    refuse(400, 'A folder already exists with that name');
  }

  const existing = existingOfBeta(call, draft, request.overwrite);
  // An update that does not name the uid is given a new one, and then finds its own title taken.
  if (draft.uid === '') draft.uid = freshUid(call);
  const others = inOrg(call).filter((one) => one.uid !== draft.uid);
  if (others.some((one) => one.title === draft.title && one.folderId === draft.folderId)) refuseTakenName();
  if (inOrg(call).some((one) => one.uid === draft.uid && one.id !== existing?.id)) {
    refuse(500, 'Failed to save dashboard');
  }

  // The flag is worked out anew from the rows, so an emptied list counts as none. The look at the folder goes, by
  // the server's mistake, to the first object inside it.
  const hasRows = call.state.acl.some((row) => row.dashboardId === existing?.id);
  const inside = call.state.dashboards.find((one) => one.folderId === draft.folderId && draft.folderId > 0);
  const hasAcl = hasRows || (inside?.hasAcl ?? false);
  const saved = store(call, request, draft, existing);
  saved.hasAcl = hasAcl;
  return saved;
}

function existingOfBeta(call: Call, draft: Draft, overwrite: boolean): Dashboard | undefined {
  if (draft.id === 0) {
    const sameUid = draft.uid === '' ? undefined : findByUid(call, draft.uid);
    if (sameUid === undefined || overwrite) return sameUid;
    return refuse(412, 'A dashboard with the same uid already exists', { status: 'name-exists' });
  }
  const existing = findById(call, draft.id);
  if (existing === undefined) return refuse(404, 'Dashboard not found', { status: 'not-found' });
  if (existing.version !== draft.version && !overwrite) refuseStale();
  return existing;
}

function saveChecked(call: Call, request: SaveRequest): Dashboard {
  const draft = draftOf(request);
  draft.title = draft.title.trim();
  draft.uid = draft.uid.trim();
  if (draft.title === '') refuse(400, 'Dashboard title cannot be empty', { status: 'empty-name' });
  if (draft.isFolder && draft.folderId > 0 && !call.generation.nestedFolders) {
    refuse(400, 'A Dashboard Folder cannot be added to another folder');
  }
  if (draft.isFolder && draft.title.toLowerCase() === 'general')
    refuse(400, 'A folder with that name already exists');
  checkUid(draft.uid);

  let existing = existingOf(call, draft);
  if (existing !== undefined && existing.version !== draft.version && !request.overwrite) refuseStale();
  const rival = rivalByName(call, draft);
  if (rival !== undefined && rival.id !== existing?.id) {
    if (!request.overwrite) refuseTakenName();
    existing = rival;
    draft.uid = rival.uid;
  }

  // A new object needs the right to its folder, a moved one to both places.
  const places = existing === undefined ? [draft.folderId] : [existing.id];
  if (existing !== undefined && !draft.isFolder && existing.folderId !== draft.folderId)
    places.push(draft.folderId);
  if (places.some((id) => !holds(call, id, 2))) {
    if (call.generation.rights === 'managedPermissions') {
      const noun = draft.isFolder ? 'folders' : 'dashboards';
      refusePermission(`${noun}:${existing === undefined ? 'create' : 'write'}`);
    }
    refuse(403, 'Access denied to save dashboard');
  }
  return store(call, request, draft, existing);
}

/** Illegal and too long uids. @throws Refusal 400 */
export function checkUid(uid: string): void {
  if (!/^[A-Za-z0-9_-]*$/.test(uid)) refuse(400, 'uid contains illegal characters');
  if (uid.length > 40) refuse(400, 'uid too long, max 40 characters');
}

function existingOf(call: Call, draft: Draft): Dashboard | undefined {
  const byId = draft.id > 0 ? findById(call, draft.id) : undefined;
  if (draft.id > 0 && byId === undefined) refuse(404, 'Dashboard not found', { status: 'not-found' });
  if (byId !== undefined && draft.uid === '') draft.uid = byId.uid;
  const byUid = draft.uid === '' ? undefined : findByUid(call, draft.uid);
  if (draft.folderId !== 0 && findById(call, draft.folderId)?.isFolder !== true)
    refuse(404, 'Folder not found');
  if (byId !== undefined && byUid !== undefined && byId !== byUid) {
    refuse(400, 'A dashboard with the same uid already exists');
  }
  const existing = byId ?? byUid;
  if (existing !== undefined && existing.isFolder !== draft.isFolder) {
    refuse(400, 'Dashboard cannot be changed to a folder');
  }
  return existing;
}

/** Whether a title counts as the name of an object: up to 7.5 by slug, so that case and punctuation do not matter. */
export function sameName(call: Call, object: Dashboard, title: string): boolean {
  if (object.title.toLowerCase() === title.trim().toLowerCase()) return true;
  const slug = slugOf(title);
  return !call.generation.modern && slug !== '' && object.slug === slug;
}

/** Another object with the same slug in the same folder, or any folder of that name. */
function rivalByName(call: Call, draft: Draft): Dashboard | undefined {
  const existing = draft.id > 0 ? draft.id : findByUid(call, draft.uid)?.id;
  const rivals = inOrg(call).filter((one) => sameName(call, one, draft.title));
  const near = rivals.filter(
    (one) => one.folderId === draft.folderId || (one.isFolder && !call.generation.nestedFolders),
  );
  const rival = near.find((one) => one.id !== existing);
  if (rival === undefined) return undefined;
  if (rival.isFolder && !draft.isFolder) {
    refuse(400, 'Dashboard name cannot be the same as folder', { status: 'name-match' });
  }
  if (!rival.isFolder && draft.isFolder) {
    refuse(400, 'Folder name cannot be the same as one of its dashboards');
  }
  return rival;
}

function store(call: Call, request: SaveRequest, draft: Draft, existing: Dashboard | undefined): Dashboard {
  const { state, now, caller } = call;
  const parentVersion = existing?.version ?? 0;
  const version = parentVersion + 1;
  const saved: Dashboard = existing ?? {
    id: nextId(state, 'dashboard'),
    uid: '',
    orgId: caller.orgId,
    slug: '',
    title: '',
    folderId: 0,
    isFolder: draft.isFolder,
    hasAcl: false,
    version: 0,
    created: now,
    updated: now,
    createdBy: caller.userId,
    updatedBy: caller.userId,
    data: {},
  };
  if (existing === undefined) state.dashboards.push(saved);
  saved.uid = draft.uid === '' ? saved.uid || freshUid(call) : draft.uid;
  saved.title = draft.title;
  saved.slug = slugOf(draft.title);
  saved.folderId = draft.folderId;
  saved.isFolder ||= draft.isFolder;
  saved.version = version;
  saved.updated = now;
  // A key has no user id, and zero is not written over another.
  if (caller.userId > 0) saved.updatedBy = caller.userId;
  saved.data = { ...request.data, id: saved.id, uid: saved.uid, title: saved.title, version };
  state.versions.push({
    id: nextId(state, 'version'),
    dashboardId: saved.id,
    parentVersion,
    restoredFrom: request.restoredFrom,
    version,
    created: now,
    createdBy: caller.userId,
    message: request.message,
    data: saved.data,
  });
  if (existing === undefined && call.generation.rights === 'managedPermissions') giveFirstGrants(call, saved);
  return saved;
}

/** Servers with RBAC write rows for a new object: Admin for its maker and, outside of folders, the two roles. */
function giveFirstGrants(call: Call, object: Dashboard): void {
  const { state, caller, now } = call;
  const base = { orgId: object.orgId, dashboardId: object.id, teamId: 0, created: now, updated: now };
  if (caller.userId > 0) {
    state.acl.push({ ...base, id: nextId(state, 'acl'), userId: caller.userId, permission: 4 });
  }
  if (object.folderId !== 0) return;
  state.acl.push({ ...base, id: nextId(state, 'acl'), userId: 0, role: 'Editor', permission: 2 });
  state.acl.push({ ...base, id: nextId(state, 'acl'), userId: 0, role: 'Viewer', permission: 1 });
}

function freshUid(call: Call): string {
  const uid = call.generation.modern
    ? `${randomText(1).toLowerCase()}e${randomText(12).toLowerCase()}`
    : randomText(9);
  return findByUid(call, uid) === undefined ? uid : freshUid(call);
}

function inOrg(call: Call): Dashboard[] {
  return call.state.dashboards.filter((one) => one.orgId === call.caller.orgId);
}

function refuseStale(): never {
  refuse(412, 'The dashboard has been changed by someone else', { status: 'version-mismatch' });
}

function refuseTakenName(): never {
  refuse(412, 'A dashboard with the same name in the folder already exists', { status: 'name-exists' });
}

/** The `dashboard` of a body as an object; other JSON values count as an empty one. */
export function dashboardData(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
