/** `/api/folders`, and the folder list of 5.0 beta. api/grafana.md §5 and §10; recordings 02-folders-crud. */
import { flag, integer, struct, text } from './binding.ts';
import { goInt, goTime, numberParam, ok, refuse } from './call.ts';
import type { Call, Reply } from './call.ts';
import { loginOf, removeDashboard, urlOf } from './dashboards.ts';
import type { Generation } from './generation.ts';
import {
  findById,
  findByUid,
  holds,
  mayFind,
  parentOf,
  refusePermission,
  requireLevel,
  rowsGive,
} from './rights.ts';
import type { Level } from './rights.ts';
import { route, routeWithBody } from './router.ts';
import type { Route } from './router.ts';
import { checkUid, sameName, saveDashboard } from './saving.ts';
import type { Dashboard, GrafanaState } from './state.ts';
import { isLike } from './text.ts';

const createBody = struct('models.CreateFolderCommand', { uid: text(), title: text(), parentUid: text() });
const updateBody = struct('models.UpdateFolderCommand', {
  uid: text(),
  title: text(),
  version: integer('int'),
  overwrite: flag(),
});
const moveBody = struct('folder.MoveFolderCommand', { parentUid: text() });

/** Routes of folders for a generation. */
export function folderRoutes(generation: Generation): Route[] {
  if (!generation.folders) return [route('GET', '/api/dashboards/folders', 'signedIn', listBeta)];
  const routes = [
    route('GET', '/api/folders', 'signedIn', list),
    routeWithBody('POST', '/api/folders', 'signedIn', createBody, create),
    route('GET', '/api/folders/id/:id', 'signedIn', (call) => show(call, folderById(call))),
    route('GET', '/api/folders/:uid', 'signedIn', (call) => show(call, folderByUid(call))),
    routeWithBody('PUT', '/api/folders/:uid', 'signedIn', updateBody, update),
    route('DELETE', '/api/folders/:uid', 'signedIn', remove),
  ];
  if (generation.nestedFolders) {
    routes.push(
      routeWithBody('POST', '/api/folders/:uid/move', 'signedIn', moveBody, move),
      route('GET', '/api/folders/:uid/counts', 'signedIn', counts),
    );
  }
  return routes;
}

/** The folder of the path's `uid`. @throws Refusal 400 for an empty uid, 403, 404. */
export function folderByUid(call: Call): Dashboard {
  const uid = call.params.uid ?? '';
  if (uid === '') refuse(400, 'Unique identifier needed to be able to get a dashboard');
  return knownFolder(call, findByUid(call, uid));
}

/** 403 unless the caller holds `level` on a folder. */
export function requireFolder(call: Call, folder: Dashboard, level: Level, action: string): void {
  requireLevel(call, folder.id, level, action, 'Access denied');
}

function folderById(call: Call): Dashboard {
  const id = numberParam(call, 'id');
  if (id === 0) refuse(400, 'Unique identifier needed to be able to get a dashboard');
  return knownFolder(call, findById(call, id));
}

function knownFolder(call: Call, found: Dashboard | undefined): Dashboard {
  if (found?.isFolder === true) return found;
  if (call.generation.modern) requireLevel(call, -1, 1, 'folders:read', '');
  return refuse(404, 'folder not found', { status: 'not-found' });
}

function list(call: Call): Reply {
  const limit = goInt(call.query.get('limit') ?? '') || 1000;
  const page = Math.max(goInt(call.query.get('page') ?? ''), 1);
  const parentUid = call.query.get('parentUid') ?? '';
  const parent = parentUid === '' ? undefined : findByUid(call, parentUid);
  if (parentUid !== '' && parent === undefined) refuse(404, 'folder not found', { status: 'not-found' });
  const { nestedFolders } = call.generation;
  const visible = foldersOf(call).filter(
    (folder) => mayFind(call, folder.id, 1) && (!nestedFolders || folder.folderId === (parent?.id ?? 0)),
  );
  const rows = visible.slice((page - 1) * limit, page * limit).map((folder) => {
    const row = { id: folder.id, uid: folder.uid, title: folder.title };
    return parent === undefined ? row : { ...row, parentUid: parent.uid };
  });
  return ok(rows);
}

/** Folders that the caller may save into. Admins get all, whatever they search for. */
function listBeta(call: Call): Reply {
  const { state, caller, query } = call;
  const wanted = query.get('query') ?? '';
  const mayUse = (folder: Dashboard): boolean => {
    if (!isLike(folder.title, `%${wanted}%`)) return false;
    const own = state.acl.filter((row) => row.dashboardId === folder.id);
    return folder.hasAcl ? rowsGive(call, own, 2) : caller.role === 'Editor';
  };
  const folders = foldersOf(call).filter((folder) => caller.role === 'Admin' || mayUse(folder));
  return ok(folders.map(({ id, title }) => ({ id, title })));
}

function foldersOf(call: Call): Dashboard[] {
  const folders = call.state.dashboards.filter((one) => one.isFolder && one.orgId === call.caller.orgId);
  return folders.sort((left, right) => (left.title.toLowerCase() < right.title.toLowerCase() ? -1 : 1));
}

function create(call: Call, body: ReturnType<typeof createBody.zero>): Reply {
  const parent =
    call.generation.nestedFolders && body.parentUid !== '' ? findByUid(call, body.parentUid) : undefined;
  if (call.generation.nestedFolders && body.parentUid !== '' && parent?.isFolder !== true) {
    refuse(404, 'folder not found', { status: 'not-found' });
  }
  checkTitle(body.title);
  checkUid(body.uid.trim());
  checkNotTaken(call, body.title, parent?.id ?? 0, undefined);
  if (findByUid(call, body.uid.trim()) !== undefined) refuseStale();
  if (!holds(call, parent?.id ?? 0, 2)) {
    if (call.generation.modern) refusePermission('folders:create');
    refuse(403, 'Access denied');
  }
  const saved = saveDashboard(call, {
    data: { schemaVersion: 17, title: body.title, ...(body.uid === '' ? {} : { uid: body.uid }) },
    folderId: parent?.id ?? 0,
    isFolder: true,
    overwrite: false,
    message: '',
    restoredFrom: 0,
  });
  return ok(folderAnswer(call, saved));
}

function show(call: Call, folder: Dashboard): Reply {
  requireFolder(call, folder, 1, 'folders:read');
  return ok(folderAnswer(call, folder));
}

function update(call: Call, body: ReturnType<typeof updateBody.zero>): Reply {
  const folder = folderByUid(call);
  requireFolder(call, folder, 1, 'folders:read');
  checkTitle(body.title);
  checkNotTaken(call, body.title, folder.folderId, folder);
  if (folder.version !== body.version && !body.overwrite) refuseStale();
  requireFolder(call, folder, 2, 'folders:write');
  const saved = saveDashboard(call, {
    data: {
      ...folder.data,
      id: folder.id,
      title: body.title,
      uid: body.uid === '' ? folder.uid : body.uid,
      version: folder.version,
    },
    folderId: folder.folderId,
    isFolder: true,
    overwrite: true,
    message: '',
    restoredFrom: 0,
  });
  return ok(folderAnswer(call, saved));
}

function remove(call: Call): Reply {
  const folder = folderByUid(call);
  requireFolder(call, folder, 2, 'folders:delete');
  const { id, title } = folder;
  removeDashboard(call.generation, call.state, folder);
  return ok({ id, message: `Folder ${title} deleted`, title });
}

function move(call: Call, body: ReturnType<typeof moveBody.zero>): Reply {
  const folder = folderByUid(call);
  requireFolder(call, folder, 2, 'folders:write');
  const parent = body.parentUid === '' ? undefined : findByUid(call, body.parentUid);
  if (body.parentUid !== '' && parent?.isFolder !== true)
    refuse(404, 'folder not found', { status: 'not-found' });
  if (parent !== undefined && ancestry(call.state, parent).includes(folder)) {
    refuse(400, 'failed to move folder: circular reference detected');
  }
  folder.folderId = parent?.id ?? 0;
  folder.version += 1;
  folder.updated = call.now;
  folder.updatedBy = call.caller.userId;
  return ok(folderAnswer(call, folder));
}

function counts(call: Call): Reply {
  const folder = folderByUid(call);
  requireFolder(call, folder, 1, 'folders:read');
  const inside = call.state.dashboards.filter(
    (one) => one !== folder && ancestry(call.state, one).includes(folder),
  );
  const folders = inside.filter((one) => one.isFolder).length;
  return ok({ folder: folders, dashboard: inside.length - folders, librarypanel: 0, alertrule: 0 });
}

/** An object and all folders above it, nearest first. */
function ancestry(state: GrafanaState, object: Dashboard): Dashboard[] {
  const parent = parentOf(state, object);
  return parent === undefined ? [object] : [object, ...ancestry(state, parent)];
}

function checkTitle(title: string): void {
  if (title.trim() === '') refuse(400, 'folder title cannot be empty');
  if (title.trim().toLowerCase() === 'general') refuse(400, 'A folder with that name already exists');
}

function checkNotTaken(call: Call, title: string, folderId: number, self: Dashboard | undefined): void {
  const { modern } = call.generation;
  const rival = call.state.dashboards.find(
    (one) =>
      one.orgId === call.caller.orgId &&
      one !== self &&
      one.folderId === folderId &&
      sameName(call, one, title) &&
      (one.isFolder || !modern),
  );
  if (rival === undefined) return;
  if (modern) {
    refuse(412, 'a folder with the same name already exists in the current location', {
      status: 'name-exists',
    });
  }
  if (!rival.isFolder) refuse(400, 'Folder name cannot be the same as one of its dashboards');
  refuse(400, 'a folder or dashboard in the general folder with the same name already exists');
}

function refuseStale(): never {
  refuse(412, 'the folder has been changed by someone else', { status: 'version-mismatch' });
}

function folderAnswer(call: Call, folder: Dashboard): Record<string, unknown> {
  const { state, generation } = call;
  const canEdit = holds(call, folder.id, 2);
  const answer = {
    id: folder.id,
    uid: folder.uid,
    title: folder.title,
    url: urlOf(folder),
    hasAcl: folder.hasAcl,
    canSave: canEdit,
    canEdit,
    canAdmin: holds(call, folder.id, 4),
    createdBy: loginOf(state, folder.createdBy),
    created: goTime(folder.created),
    updatedBy: loginOf(state, folder.updatedBy),
    updated: goTime(folder.updated),
    version: folder.version,
  };
  if (!generation.modern) return answer;
  const parents = ancestry(state, folder).slice(1).reverse();
  const parent = parents.at(-1);
  return {
    ...answer,
    orgId: folder.orgId,
    canDelete: canEdit,
    ...(parent === undefined ? {} : { parentUid: parent.uid }),
    ...(parents.length === 0
      ? {}
      : { parents: parents.map((one) => ({ uid: one.uid, title: one.title, url: urlOf(one) })) }),
  };
}
