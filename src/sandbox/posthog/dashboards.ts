/** Dashboards: list, create, read, change, soft delete and restore (api/posthog.md §6). */
import { accessTo, atLeast, dashboardFor, effectiveRestriction, enter, isAdmin } from './access.ts';
import { mayEditRestricted, requireAccess } from './access.ts';
import type { Place } from './access.ts';
import { created, forbidden, invalid, notFound, ok, Refusal } from './answers.ts';
import type { Call, Endpoints } from './answers.ts';
import { userBasic } from './people-text.ts';
import { isObject, must, nextId, shareOf, stamp } from './state.ts';
import type { Dashboard, JsonObject, PosthogState, Tile } from './state.ts';

/** Templates that every project knows, with the names of their insights. */
const templates: Readonly<Record<string, readonly string[]>> = {
  DEFAULT_APP: [
    'Daily active users (DAUs)',
    'Weekly active users (WAUs)',
    'Retention',
    'Growth accounting',
    'Referring domain (last 14 days)',
    'Pageview funnel, by browser',
  ],
};

/** Below both prefixes: `/api/environments` is the older name of `/api/projects` (§3). */
export const prefixes = ['/api/projects/:project', '/api/environments/:project'] as const;

export function dashboardEndpoints(on: Endpoints): void {
  for (const prefix of prefixes) {
    const base = `${prefix}/dashboards`;

    on.get(base, (state, call) => {
      const place = enter(state, call, 'dashboard:read');
      requireAccess(state, place, null, 'viewer');
      return call.page(listed(state, call, place));
    });

    on.post(base, (state, call) => {
      const place = enter(state, call, 'dashboard:write');
      requireAccess(state, place, null, 'editor');
      const dashboard = newDashboard(state, call, place);
      return created(whole(state, place, dashboard));
    });

    on.visit(`${base}/:dashboard`, (state, call) => {
      const place = enter(state, call, 'dashboard:read');
      const dashboard = dashboardFor(state, call, place, 'viewer');
      dashboard.lastAccessed = stamp(call.now);
      return ok(whole(state, place, dashboard));
    });

    for (const method of ['patch', 'put'] as const) {
      on[method](`${base}/:dashboard`, (state, call) => {
        const place = enter(state, call, 'dashboard:write');
        const body = call.object();
        const dashboard =
          body['deleted'] === false
            ? anyDashboard(state, call, place)
            : dashboardFor(state, call, place, 'editor');
        change(state, place, dashboard, body);
        return ok(whole(state, place, dashboard));
      });
    }

    // Deleting for good is forbidden to everybody; the answer has no body (§4).
    on.delete(`${base}/:dashboard`, (state, call) => {
      enter(state, call, 'dashboard:write');
      throw new Refusal(405);
    });
  }
}

/** A dashboard, deleted or not: `deleted: false` is the one change that a deleted one takes. */
function anyDashboard(state: PosthogState, call: Call, place: Place): Dashboard {
  const id = call.number('dashboard');
  const dashboard = state.dashboards.find((one) => one.id === id && one.project === place.project.id);
  if (dashboard === undefined) throw notFound();
  requireAccess(state, place, dashboard, 'editor');
  return dashboard;
}

/** Pinned first, then by name; unlisted ones only when asked for (§6.1). */
function listed(state: PosthogState, call: Call, place: Place): readonly JsonObject[] {
  const { search } = call;
  const text = search.get('search') ?? '';
  if (text.length > 200) throw invalid('Search query must be 200 characters or fewer.', 'search');
  const tags = search.getAll('tags').map((tag) => tag.toLowerCase());
  const mode = search.get('creation_mode');
  const generated = search.get('exclude_generated') === 'true';
  return state.dashboards
    .filter((one) => one.project === place.project.id && !one.deleted)
    .filter((one) => (mode === null ? one.creationMode !== 'unlisted' : one.creationMode === mode))
    .filter((one) => !generated || !(one.name ?? '').startsWith('Generated Dashboard'))
    .filter((one) => tags.length === 0 || tags.some((tag) => one.tags.includes(tag)))
    .filter((one) => similar(one.name ?? '', text) !== null)
    .filter((one) => atLeast(accessTo(state, place.project, place.member, one).level, 'viewer'))
    .toSorted((left, right) => Number(right.pinned) - Number(left.pinned) || byName(left, right))
    .map((one) => ({
      ...row(state, place, one),
      ...(text === '' ? {} : { search_match_type: similar(one.name ?? '', text) }),
    }));
}

function byName(left: Dashboard, right: Dashboard): number {
  const [a, b] = [left.name ?? '', right.name ?? ''];
  return a === b ? left.id - right.id : a < b ? -1 : 1;
}

/** The search is fuzzy: words in any order, and words that start alike. */
function similar(name: string, text: string): 'exact' | 'similar' | null {
  const [have, want] = [name.toLowerCase(), text.toLowerCase().trim()];
  if (have.includes(want)) return 'exact';
  const words = have.split(/\s+/);
  return want.split(/\s+/).every((part) => words.some((word) => word.startsWith(part.slice(0, 4))))
    ? 'similar'
    : null;
}

/** What lists show: everything but tiles, filters and variables. */
function row(state: PosthogState, place: Place, one: Dashboard): JsonObject {
  const access = accessTo(state, place.project, place.member, one).level;
  const effective = effectiveRestriction(state, one);
  const edits = mayEditRestricted(state, one, place.member);
  return {
    id: one.id,
    name: one.name,
    description: one.description,
    pinned: one.pinned,
    created_at: one.created,
    created_by: userBasic(state, one.author),
    last_accessed_at: one.lastAccessed,
    last_viewed_at: one.lastAccessed,
    // Lists take any row of a rotated link, so this may be out of date (§9).
    is_shared: state.shares.findLast((share) => share.dashboard === one.id)?.enabled ?? false,
    deleted: one.deleted,
    creation_mode: one.creationMode,
    tags: one.tags,
    restriction_level: one.restrictionLevel,
    effective_restriction_level: effective,
    effective_privilege_level: edits ? 37 : 21,
    user_access_level: access,
    access_control_version: one.restrictionLevel > 21 ? 'v1' : 'v2',
    last_refresh: null,
    team_id: one.project,
  };
}

function whole(state: PosthogState, place: Place, one: Dashboard): JsonObject {
  return {
    ...row(state, place, one),
    is_shared: shareOf(state, one.id)?.enabled ?? false,
    filters: one.filters,
    variables: one.variables,
    breakdown_colors: one.breakdownColors,
    data_color_theme_id: one.dataColorTheme,
    persisted_filters: Object.keys(one.filters).length === 0 ? null : one.filters,
    persisted_variables: Object.keys(one.variables).length === 0 ? null : one.variables,
    quick_filter_ids: one.quickFilters,
    tiles: one.tiles.filter((tile) => !tile.deleted).map((tile) => tileOf(state, tile)),
  };
}

function tileOf(state: PosthogState, tile: Tile): JsonObject {
  const insight = state.insights.find((one) => one.id === tile.insight);
  return {
    id: tile.id,
    insight: insight === undefined ? null : { id: insight.id, name: insight.name, deleted: insight.deleted },
    text: tile.text === null ? null : { body: tile.text },
    layouts: {},
    color: null,
  };
}

function newDashboard(state: PosthogState, call: Call, place: Place): Dashboard {
  const body = call.object();
  const { use_template: template, use_dashboard: origin } = body;
  if (template !== undefined && template !== '' && origin !== undefined) {
    throw invalid('`use_dashboard` and `use_template` cannot be used together');
  }
  const source = origin === undefined ? null : sourceOf(state, place, origin);
  const named = typeof template === 'string' && template !== '' ? template : null;
  const insights = named === null ? [] : templates[named];
  if (insights === undefined) {
    throw invalid(`Invalid template provided: ${String(named)}`, 'use_template');
  }
  const dashboard: Dashboard = {
    id: nextId(state),
    project: place.project.id,
    name: null,
    description: '',
    pinned: false,
    created: stamp(call.now),
    author: place.user.uuid,
    lastAccessed: null,
    deleted: false,
    creationMode: source !== null ? 'duplicate' : named !== null ? 'template' : 'default',
    tags: [],
    restrictionLevel: 21,
    filters: source?.filters ?? {},
    variables: source?.variables ?? {},
    breakdownColors: source?.breakdownColors ?? [],
    dataColorTheme: source?.dataColorTheme ?? null,
    quickFilters: source?.quickFilters ?? null,
    tiles: [],
  };
  for (const name of insights) {
    dashboard.tiles.push(insightTile(state, newInsight(state, place.project.id, name)));
  }
  for (const tile of source?.tiles ?? []) {
    if (tile.deleted) continue;
    dashboard.tiles.push(copyTile(state, tile, body['duplicate_tiles'] === true));
  }
  // Tiles are taken in a PATCH only, and what is new cannot be deleted.
  change(state, place, dashboard, { ...body, tiles: undefined, deleted: undefined });
  state.dashboards.push(dashboard);
  return dashboard;
}

function sourceOf(state: PosthogState, place: Place, origin: unknown): Dashboard {
  const found = state.dashboards.find(
    (one) => one.id === Number(origin) && one.project === place.project.id && !one.deleted,
  );
  if (origin === '' || found === undefined) throw invalid('Invalid value provided', 'use_dashboard');
  return found;
}

function newInsight(state: PosthogState, project: number, name: string): number {
  const id = nextId(state);
  state.insights.push({ id, project, name, deleted: false });
  return id;
}

function insightTile(state: PosthogState, insight: number): Tile {
  return { id: nextId(state), insight, text: null, deleted: false };
}

/** The same insight again, unless new ones are asked for. */
function copyTile(state: PosthogState, tile: Tile, deep: boolean): Tile {
  const insight = state.insights.find((one) => one.id === tile.insight);
  if (insight === undefined) return { ...tile, id: nextId(state) };
  return insightTile(state, deep ? newInsight(state, insight.project, `${insight.name} (Copy)`) : insight.id);
}

/** Takes over what a body names; what is unknown or read-only is ignored without a word (§6.2). */
function change(state: PosthogState, place: Place, dashboard: Dashboard, body: JsonObject): void {
  check(body);
  if (!mayEditRestricted(state, dashboard, place.member)) {
    throw forbidden("You don't have edit permissions for this dashboard.");
  }
  const { name, description, pinned, tags, restriction_level: restriction, deleted } = body;
  if (restriction !== undefined && restriction !== dashboard.restrictionLevel) {
    if (dashboard.author !== place.user.uuid && !isAdmin(place.member)) {
      throw forbidden(
        "Only the dashboard owner and project admins have the restriction rights required to change the dashboard's restriction level.",
      );
    }
    dashboard.restrictionLevel = restriction === 37 ? 37 : 21;
  }
  if (name !== undefined) dashboard.name = typeof name === 'string' ? name : null;
  if (typeof description === 'string') dashboard.description = description;
  if (typeof pinned === 'boolean') dashboard.pinned = pinned;
  if (Array.isArray(tags) && place.organization.features.includes('tagging')) {
    dashboard.tags = [...new Set(tags.map((tag) => String(tag).trim().toLowerCase()))];
  }
  if (isFilled(body['filters'])) dashboard.filters = body['filters'];
  if (isFilled(body['variables'])) dashboard.variables = body['variables'];
  if (body['breakdown_colors'] !== undefined) dashboard.breakdownColors = body['breakdown_colors'];
  if (body['data_color_theme_id'] !== undefined) dashboard.dataColorTheme = body['data_color_theme_id'];
  if (body['quick_filter_ids'] !== undefined) dashboard.quickFilters = body['quick_filter_ids'];
  if (Array.isArray(body['tiles'])) changeTiles(dashboard, body['tiles']);
  if (deleted === true) remove(state, dashboard, body['delete_insights'] === true);
  if (deleted === false) restore(state, dashboard);
}

/** An empty object changes nothing: filters cannot be cleared that way. */
function isFilled(value: unknown): value is JsonObject {
  return isObject(value) && Object.keys(value).length > 0;
}

function check(body: JsonObject): void {
  const { name, filters, restriction_level: restriction, pinned, tags } = body;
  if (typeof name === 'string' && name.length > 400) {
    throw invalid('Ensure this field has no more than 400 characters.', 'name', 'max_length');
  }
  if (filters !== undefined && filters !== null && !isObject(filters)) {
    throw invalid('Filters must be a dictionary');
  }
  if (restriction !== undefined && restriction !== 21 && restriction !== 37) {
    throw invalid(
      `"${JSON.stringify(restriction)}" is not a valid choice.`,
      'restriction_level',
      'invalid_choice',
    );
  }
  if (pinned !== undefined && typeof pinned !== 'boolean')
    throw invalid('Must be a valid boolean.', 'pinned');
  if (tags !== undefined && !Array.isArray(tags)) {
    throw invalid(`Expected a list of items but got type "${typeof tags}".`, 'tags', 'not_a_list');
  }
}

function changeTiles(dashboard: Dashboard, tiles: readonly unknown[]): void {
  for (const asked of tiles) {
    if (!isObject(asked)) continue;
    const tile = dashboard.tiles.find((one) => one.id === asked['id']);
    if (tile !== undefined && typeof asked['deleted'] === 'boolean') tile.deleted = asked['deleted'];
  }
}

function remove(state: PosthogState, dashboard: Dashboard, withInsights: boolean): void {
  dashboard.deleted = true;
  if (!withInsights) return;
  for (const { insight } of dashboard.tiles) {
    const elsewhere = state.dashboards.some(
      (one) =>
        one.id !== dashboard.id &&
        !one.deleted &&
        one.tiles.some((tile) => tile.insight === insight && !tile.deleted),
    );
    if (insight !== null && !elsewhere) insightOf(state, insight).deleted = true;
  }
}

/** Brings back every tile, also those removed one by one before. */
function restore(state: PosthogState, dashboard: Dashboard): void {
  if (!dashboard.deleted) return;
  dashboard.deleted = false;
  for (const tile of dashboard.tiles) {
    tile.deleted = false;
    if (tile.insight !== null) insightOf(state, tile.insight).deleted = false;
  }
}

function insightOf(state: PosthogState, id: number) {
  return must(
    state.insights.find((one) => one.id === id),
    `the insight ${id}`,
  );
}
