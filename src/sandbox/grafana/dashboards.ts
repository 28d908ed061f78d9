/** Dashboards: read, save, delete, versions, stars, tags. api/grafana.md §5 and §10; recordings 02-dashboards-crud. */
import { flag, integer, json, struct, text } from './binding.ts';
import { done, goTime, never, numberParam, ok, refuse } from './call.ts';
import type { Call, Reply } from './call.ts';
import type { Generation } from './generation.ts';
import { findById, findByUid, holds, parentOf, refusePermission, requireLevel } from './rights.ts';
import type { Level } from './rights.ts';
import { route, routeWithBody } from './router.ts';
import type { Route } from './router.ts';
import { dashboardData, saveDashboard } from './saving.ts';
import { removeWhere } from './state.ts';
import type { Dashboard, DashboardVersion, GrafanaState } from './state.ts';
import { sortKeys } from './text.ts';

const saveBody = struct('models.SaveDashboardCommand', {
  dashboard: json('Dashboard'),
  message: text(),
  overwrite: flag(),
  folderId: integer(),
  folderUid: text(),
  isFolder: flag(),
});

const restoreBody = struct('dtos.RestoreDashboardVersionCommand', { version: integer('int', 'Version') });

/** Routes of dashboards for a generation. */
export function dashboardRoutes(generation: Generation): Route[] {
  const shared = [
    routeWithBody(
      'POST',
      '/api/dashboards/db',
      'signedIn',
      saveBody,
      save,
      generation.modern ? requireSomeEdit : undefined,
    ),
    route('GET', '/api/dashboards/uid/:uid', 'signedIn', (call) => show(call, byUid(call))),
    route('DELETE', '/api/dashboards/uid/:uid', 'signedIn', (call) => remove(call, byUid(call))),
    route('GET', '/api/dashboards/home', 'signedIn', home),
    route('GET', '/api/dashboards/tags', 'signedIn', tags),
    route('POST', '/api/user/stars/dashboard/:id', 'signedIn', star),
    route('DELETE', '/api/user/stars/dashboard/:id', 'signedIn', unstar),
    ...versionRoutes('/api/dashboards/id/:id', (call) => findById(call, numberParam(call, 'id'))),
  ];
  if (generation.legacyPaths) {
    shared.push(
      route('GET', '/api/dashboards/db/:slug', 'signedIn', (call) => show(call, bySlug(call))),
      route('DELETE', '/api/dashboards/db/:slug', 'signedIn', removeBySlug),
    );
  }
  if (generation.modern) {
    shared.push(
      ...versionRoutes('/api/dashboards/uid/:uid', (call) => findByUid(call, call.params.uid ?? '')),
    );
  }
  return shared;
}

function versionRoutes(base: string, find: (call: Call) => Dashboard | undefined): Route[] {
  return [
    route('GET', `${base}/versions`, 'signedIn', (call) => listVersions(call, find(call))),
    route('GET', `${base}/versions/:version`, 'signedIn', (call) => showVersion(call, find(call))),
    routeWithBody('POST', `${base}/restore`, 'signedIn', restoreBody, (call, body) =>
      restore(call, find(call), body.version),
    ),
  ];
}

/** Address of a dashboard or folder below the server. */
export function urlOf(object: Dashboard): string {
  return object.isFolder ? `/dashboards/f/${object.uid}/${object.slug}` : `/d/${object.uid}/${object.slug}`;
}

/** Login of a user by id; keys and people who are gone are anonymous. */
export function loginOf(state: GrafanaState, userId: number): string {
  return state.users.find((user) => user.id === userId)?.login ?? 'Anonymous';
}

/** Removes a dashboard, or a folder with everything inside, and all that hangs on it. */
export function removeDashboard(generation: Generation, state: GrafanaState, object: Dashboard): void {
  for (const child of state.dashboards.filter((one) => one.folderId === object.id))
    removeDashboard(generation, state, child);
  removeWhere(state.dashboards, (one) => one.id === object.id);
  removeWhere(state.versions, (one) => one.dashboardId === object.id);
  // 5.0 beta forgets the grants, and still shows them to whoever asks by the old id.
  if (generation.saving === 'checked') removeWhere(state.acl, (row) => row.dashboardId === object.id);
  removeWhere(state.stars, (one) => one.dashboardId === object.id);
  removeWhere(state.publicDashboards, (one) => one.dashboardUid === object.uid && one.orgId === object.orgId);
}

function byUid(call: Call): Dashboard {
  const found = findByUid(call, call.params.uid ?? '');
  if (found !== undefined) return found;
  return refuseUnknown(call);
}

/** On servers with RBAC only Admins learn that an object does not exist; to others it is forbidden. */
function refuseUnknown(call: Call): never {
  if (!call.generation.modern) refuse(404, 'Dashboard not found');
  requireLevel(call, -1, 1, 'dashboards:read', '');
  refuse(404, 'Dashboard not found', { status: 'not-found' });
}

function bySlug(call: Call): Dashboard {
  return withSlug(call)[0] ?? refuse(404, 'Dashboard not found');
}

function withSlug(call: Call): Dashboard[] {
  const { state, caller, params } = call;
  return state.dashboards.filter((one) => one.orgId === caller.orgId && one.slug === params.slug);
}

function removeBySlug(call: Call): Reply {
  if (withSlug(call).length > 1) {
    refuse(412, 'Multiple dashboards with the same slug exists', { status: 'multiple-slugs-exists' });
  }
  return remove(call, bySlug(call));
}

function requireDashboard(call: Call, object: Dashboard, level: Level): void {
  const action = `${object.isFolder ? 'folders' : 'dashboards'}:${level === 1 ? 'read' : 'write'}`;
  requireLevel(call, object.id, level, action, 'Access denied to this dashboard');
}

function show(call: Call, object: Dashboard): Reply {
  requireDashboard(call, object, 1);
  return ok({ meta: metaOf(call, object), dashboard: sortKeys(object.data) });
}

function metaOf(call: Call, object: Dashboard): Record<string, unknown> {
  const { state, generation, caller } = call;
  const folder = parentOf(state, object);
  const canEdit = holds(call, object.id, 2);
  const isStarred = state.stars.some((one) => one.userId === caller.userId && one.dashboardId === object.id);
  const common = {
    ...(isStarred ? { isStarred } : {}),
    type: 'db',
    canSave: canEdit,
    canEdit,
    canAdmin: holds(call, object.id, 4),
    canStar: true,
    slug: object.slug,
    url: urlOf(object),
    expires: never,
    created: goTime(object.created),
    updated: goTime(object.updated),
    updatedBy: loginOf(state, object.updatedBy),
    createdBy: loginOf(state, object.createdBy),
    version: object.version,
    hasAcl: object.hasAcl,
    isFolder: object.isFolder,
    folderId: object.folderId,
    folderTitle: folder?.title ?? 'General',
    folderUrl: folder === undefined ? '' : urlOf(folder),
  };
  if (generation.saving === 'beta') return common;
  const checked = { ...common, provisioned: false, provisionedExternalId: '' };
  if (!generation.modern) return checked;
  const share = state.publicDashboards.find(
    (one) => one.dashboardUid === object.uid && one.orgId === caller.orgId,
  );
  const annotation = { canAdd: canEdit, canEdit, canDelete: canEdit };
  return {
    ...checked,
    canDelete: canEdit,
    folderUid: folder?.uid ?? '',
    annotationsPermissions: { dashboard: annotation, organization: annotation },
    publicDashboardEnabled: share?.isEnabled ?? false,
    apiVersion: 'v0alpha1',
  };
}

function save(call: Call, body: ReturnType<typeof saveBody.zero>): Reply {
  let { folderId } = body;
  if (call.generation.modern && body.folderUid !== '' && body.folderUid !== 'general') {
    const folder = findByUid(call, body.folderUid);
    if (folder?.isFolder !== true) refuse(404, 'folder not found', { status: 'not-found' });
    folderId = folder.id;
  }
  const saved = saveDashboard(call, {
    data: dashboardData(body.dashboard),
    folderId,
    isFolder: body.isFolder,
    overwrite: body.overwrite,
    message: body.message,
    restoredFrom: 0,
  });
  return ok(savedAnswer(call, saved));
}

/** Later servers turn away whoever may save nowhere at all before they read the body. */
function requireSomeEdit(call: Call): void {
  const maySave = holds(call, 0, 2) || call.state.dashboards.some((one) => holds(call, one.id, 2));
  if (!maySave) refusePermission('dashboards:create');
}

function savedAnswer(call: Call, saved: Dashboard): Record<string, unknown> {
  const { id, slug, uid, version } = saved;
  const answer = { id, slug, status: 'success', uid, url: urlOf(saved), version };
  return call.generation.modern ? { folderUid: parentOf(call.state, saved)?.uid ?? '', ...answer } : answer;
}

function remove(call: Call, object: Dashboard): Reply {
  requireDashboard(call, object, 2);
  const { id, title } = object;
  removeDashboard(call.generation, call.state, object);
  if (call.generation.saving === 'beta') return ok({ title });
  return ok({ id, message: `Dashboard ${title} deleted`, title });
}

function home(): Reply {
  const meta = {
    isHome: true,
    canSave: false,
    canEdit: false,
    canAdmin: false,
    canStar: false,
    slug: '',
    url: '',
    expires: never,
    created: never,
    updated: never,
    updatedBy: '',
    createdBy: '',
    version: 0,
    hasAcl: false,
    isFolder: false,
    folderId: 0,
    folderTitle: 'General',
    folderUrl: '',
  };
  return ok({ meta, dashboard: { panels: [], title: 'Home', version: 0 } });
}

function tags(call: Call): Reply {
  const counts = new Map<string, number>();
  for (const object of call.state.dashboards.filter((one) => one.orgId === call.caller.orgId)) {
    for (const tag of tagsOf(object)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  const terms = [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
  return ok(terms.map(([term, count]) => ({ term, count })));
}

/** Tags of an object in alphabetical order. */
export function tagsOf(object: Dashboard): string[] {
  const { tags: found } = object.data;
  return Array.isArray(found) ? found.filter((tag) => typeof tag === 'string').sort() : [];
}

function star(call: Call): Reply {
  const dashboardId = numberParam(call, 'id');
  if (call.caller.kind !== 'user') refuse(412, 'You need a user to star');
  if (dashboardId <= 0) refuse(400, 'Missing dashboard id');
  const { userId } = call.caller;
  if (call.state.stars.some((one) => one.userId === userId && one.dashboardId === dashboardId)) {
    refuse(500, 'Failed to star dashboard');
  }
  call.state.stars.push({ userId, dashboardId });
  return done('Dashboard starred!');
}

function unstar(call: Call): Reply {
  const dashboardId = numberParam(call, 'id');
  if (dashboardId <= 0) refuse(400, 'Missing dashboard id');
  removeWhere(
    call.state.stars,
    (one) => one.userId === call.caller.userId && one.dashboardId === dashboardId,
  );
  return done('Dashboard unstarred');
}

function listVersions(call: Call, object: Dashboard | undefined): Reply {
  const known =
    editable(call, object) ?? refuse(404, `No versions found for dashboardId ${call.params.id ?? ''}`);
  const all = call.state.versions
    .filter((one) => one.dashboardId === known.id)
    .sort((a, b) => b.version - a.version);
  const start = Number(call.query.get('start') ?? 0) || 0;
  const limit = Number(call.query.get('limit') ?? 0) || 1000;
  const rows = all.slice(start, start + limit).map((one) => versionRow(call, one));
  if (!call.generation.modern) return ok(rows);
  return ok({ continueToken: '', versions: rows.map((row) => ({ ...row, uid: known.uid, data: null })) });
}

function showVersion(call: Call, object: Dashboard | undefined): Reply {
  const known = editable(call, object);
  const wanted = numberParam(call, 'version');
  const version = findVersion(call, known, wanted);
  if (version === undefined) {
    return refuse(
      500,
      `Dashboard version ${wanted} not found for dashboardId ${known?.id ?? call.params.id ?? ''}`,
    );
  }
  return ok({ ...versionRow(call, version), data: sortKeys(version.data) });
}

/** 5.0 beta does not say where the dashboard stood, so it moves to General. */
function restore(call: Call, object: Dashboard | undefined, wanted: number): Reply {
  if (object === undefined) return refuseUnknown(call);
  requireDashboard(call, object, 2);
  const version = findVersion(call, object, wanted) ?? refuse(404, 'Dashboard version not found');
  const saved = saveDashboard(call, {
    data: { ...version.data, id: object.id, uid: object.uid, version: object.version },
    folderId: call.generation.saving === 'beta' ? 0 : object.folderId,
    isFolder: object.isFolder,
    overwrite: false,
    message: `Restored from version ${wanted}`,
    restoredFrom: wanted,
  });
  return ok(savedAnswer(call, saved));
}

/** The object if the caller may save it. On older servers the right is looked at before the object. */
function editable(call: Call, object: Dashboard | undefined): Dashboard | undefined {
  if (object !== undefined) requireDashboard(call, object, 2);
  else if (call.generation.modern) refuseUnknown(call);
  else requireLevel(call, numberParam(call, 'id'), 2, '', 'Access denied to this dashboard');
  return object;
}

function findVersion(
  call: Call,
  object: Dashboard | undefined,
  wanted: number,
): DashboardVersion | undefined {
  return call.state.versions.find((one) => one.dashboardId === object?.id && one.version === wanted);
}

function versionRow(call: Call, version: DashboardVersion): Record<string, unknown> {
  return {
    id: version.id,
    dashboardId: version.dashboardId,
    parentVersion: version.parentVersion,
    restoredFrom: version.restoredFrom,
    version: version.version,
    created: goTime(version.created),
    createdBy: loginOf(call.state, version.createdBy),
    message: version.parentVersion === 0 ? 'Initial save' : version.message,
  };
}
