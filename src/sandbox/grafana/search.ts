/** `/api/search`. api/grafana.md §9; recordings 02-search. */
import { goInt, ok, refuse } from './call.ts';
import type { Call, Reply } from './call.ts';
import { tagsOf, urlOf } from './dashboards.ts';
import { findById, findByUid, mayFind, parentOf } from './rights.ts';
import { route } from './router.ts';
import type { Route } from './router.ts';
import type { Dashboard } from './state.ts';
import { isLike } from './text.ts';

const maximum = 5000;
const defaultLimit = 1000;

/** The route of the search. */
export function searchRoutes(): Route[] {
  return [route('GET', '/api/search', 'signedIn', search)];
}

function search(call: Call): Reply {
  const paged = call.generation.search === 'paged';
  const wanted = goInt(call.query.get('limit') ?? '');
  if (paged && wanted > maximum) {
    refuse(422, 'Limit is above maximum allowed (5000), use page parameter to access hits beyond limit');
  }
  if (!paged && wanted < 0) refuse(500, 'Search failed');
  const limit = wanted < 1 ? defaultLimit : wanted;
  const matches = call.state.dashboards.filter((object) => isWanted(call, object));
  const cut = paged ? pageOf(call, matches, limit) : [...matches].sort((a, b) => a.id - b.id).slice(0, limit);
  return ok(arrange(call, cut).map((object) => hitOf(call, object)));
}

function isWanted(call: Call, object: Dashboard): boolean {
  const { query, generation, caller, state } = call;
  if (object.orgId !== caller.orgId) return false;
  const type = query.get('type');
  if (type === 'dash-db' && object.isFolder) return false;
  if (type === 'dash-folder' && !object.isFolder) return false;
  if (!isLike(object.title, `%${query.get('query') ?? ''}%`)) return false;
  const tags = tagsOf(object);
  if (!query.getAll('tag').every((tag) => tags.includes(tag))) return false;
  const ids = numbers(query.getAll('dashboardIds'));
  if (ids.length > 0 && !ids.includes(object.id)) return false;
  const folders = numbers(query.getAll('folderIds'));
  if (folders.length > 0 && !folders.includes(object.folderId)) return false;
  if (generation.modern && !matchesUids(call, object)) return false;
  if (query.get('starred') === 'true') {
    const isStarred = state.stars.some(
      (star) => star.userId === caller.userId && star.dashboardId === object.id,
    );
    if (!isStarred) return false;
  }
  return mayFind(call, object.id, query.get('permission') === 'Edit' ? 2 : 1);
}

function matchesUids(call: Call, object: Dashboard): boolean {
  const { query } = call;
  const uids = [...query.getAll('dashboardUIDs'), ...query.getAll('dashboardUID')].filter(
    (uid) => uid !== '',
  );
  if (uids.length > 0 && !uids.includes(object.uid)) return false;
  const folders = query.getAll('folderUIDs').filter((uid) => uid !== '');
  if (folders.length === 0) return query.get('deleted') !== 'true';
  return folders.some((uid) =>
    uid === 'general'
      ? object.folderId === 0
      : findByUid(call, uid)?.id === object.folderId && object.folderId !== 0,
  );
}

/** The decimal numbers among the values of a repeated parameter; a list in one value counts as none. */
function numbers(values: readonly string[]): number[] {
  return values.filter((value) => /^[+-]?\d+$/.test(value)).map(Number);
}

function pageOf(call: Call, matches: readonly Dashboard[], limit: number): Dashboard[] {
  const page = Math.max(goInt(call.query.get('page') ?? ''), 1);
  const direction = call.query.get('sort') === 'alpha-desc' ? -1 : 1;
  const byTitle = [...matches].sort((a, b) => direction * compare(a.title, b.title));
  return byTitle.slice((page - 1) * limit, page * limit);
}

/** Folders first, then by title in any case; an order that was asked for stays. */
function arrange(call: Call, hits: readonly Dashboard[]): Dashboard[] {
  if (call.generation.search === 'paged' && (call.query.get('sort') ?? '') !== '') return [...hits];
  return [...hits].sort(
    (a, b) =>
      Number(b.isFolder) - Number(a.isFolder) || compare(a.title.toLowerCase(), b.title.toLowerCase()),
  );
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function hitOf(call: Call, object: Dashboard): Record<string, unknown> {
  const { state, caller, generation } = call;
  const parent = parentOf(state, object);
  const folder = parent === undefined ? undefined : findById(call, parent.id);
  const hit = {
    id: object.id,
    ...(generation.modern ? { orgId: object.orgId } : {}),
    uid: object.uid,
    title: object.title,
    uri: `db/${object.slug}`,
    url: urlOf(object),
    ...(generation.search === 'paged' ? { slug: '' } : {}),
    type: object.isFolder ? 'dash-folder' : 'dash-db',
    tags: tagsOf(object),
    isStarred: state.stars.some((star) => star.userId === caller.userId && star.dashboardId === object.id),
    ...(folder === undefined
      ? {}
      : { folderId: folder.id, folderUid: folder.uid, folderTitle: folder.title, folderUrl: urlOf(folder) }),
    ...(generation.search === 'paged' ? { sortMeta: 0 } : {}),
    ...(generation.modern ? { isDeleted: false } : {}),
  };
  return hit;
}
