/** Usage statistics (api/datadog.md §3). */
import { Refusal, ok } from './answers.ts';
import type { Call, Endpoints } from './answers.ts';
import { titleOf } from './dashboards.ts';
import { withZ } from './format.ts';
import { isObject, liveDashboard, userOf } from './state.ts';
import type { Dashboard, DatadogState, JsonObject } from './state.ts';

const jsonApi = 'application/vnd.api+json';

export function usageEndpoints(on: Endpoints): void {
  on.get('/api/v2/dashboards/usage', (state, call) => {
    const limit = bounded(call, 'page[limit]', 250, 1, 500);
    const offset = bounded(call, 'page[offset]', 0, 0, Number.MAX_SAFE_INTEGER);
    const edited = momentOf(call, 'filter[edited_before]');
    const viewed = momentOf(call, 'filter[viewed_before]');
    const wanted = state.dashboards
      .filter((dashboard) => dashboard.deleted === null)
      .filter((dashboard) => edited === null || Date.parse(dashboard.modified) < edited)
      .filter((one) => viewed === null || (one.views !== null && Date.parse(one.views.last) < viewed))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const data = wanted.slice(offset, offset + limit).map((dashboard) => wire(state, dashboard, call.now));
    return ok({ data, ...paging(call, limit, offset, wanted.length) }, jsonApi);
  });

  on.get('/api/v2/dashboards/:id/usage', (state, call) => {
    const id = call.param('id');
    const dashboard = liveDashboard(state, id);
    if (dashboard === undefined) {
      throw new Refusal(
        404,
        `Dashboard not found for dashboard_id=${id} in org_id=${state.org.number} not found`,
      );
    }
    return ok({ data: wire(state, dashboard, call.now) }, jsonApi);
  });
}

const day = 86_400_000;

/** Null for a new dashboard; the real formula is not known, so this one counts description, team and viewers. */
function qualityScore(dashboard: Dashboard, now: number): number | null {
  if (now - Date.parse(dashboard.created) < day) return null;
  const { description, tags } = dashboard.body;
  const merits = [
    typeof description === 'string',
    Array.isArray(tags) && tags.length > 0,
    dashboard.views !== null,
  ];
  return merits.filter(Boolean).length / merits.length;
}

function wire(state: DatadogState, dashboard: Dashboard, now: number): JsonObject {
  const tags = Array.isArray(dashboard.body['tags']) ? dashboard.body['tags'].map(String) : [];
  const types = widgetTypes(dashboard.body['widgets']);
  const counts: Record<string, number> = {};
  for (const type of types) counts[type] = (counts[type] ?? 0) + 1;
  const views = dashboard.views;
  return {
    id: dashboard.id,
    type: 'dashboards-usages',
    attributes: {
      org_id: state.org.number,
      title: titleOf(dashboard),
      teams: tags.map((tag) => tag.replace(/^team:/, '')),
      created_at: withZ(dashboard.created),
      author: person(state, dashboard.author),
      total_views: views?.total ?? 0,
      viewed_at: views === null ? null : withZ(views.last),
      viewer: views === null ? null : person(state, views.viewer),
      total_views_by_type:
        views === null ? null : { embed: 0, in_app: views.total, public: 0, shared: 0, api: 0, unknown: 0 },
      edited_at: withZ(dashboard.modified),
      widget_count: types.length,
      widget_count_by_type: counts,
      dashboard_quality_score: qualityScore(dashboard, now),
    },
  };
}

function person(state: DatadogState, id: string): JsonObject {
  const user = userOf(state, id);
  return {
    id: String(user.number),
    name: user.name ?? user.handle,
    handle: user.handle,
    is_disabled: user.disabled,
  };
}

/** Types of all widgets, those inside groups too. */
function widgetTypes(widgets: unknown): string[] {
  if (!Array.isArray(widgets)) return [];
  return widgets.flatMap((widget: unknown) => {
    const definition = isObject(widget) ? widget['definition'] : undefined;
    return isObject(definition) ? [String(definition['type']), ...widgetTypes(definition['widgets'])] : [];
  });
}

/** @throws Refusal 400 in the words of the server's validator; the upper bound is recorded. */
function bounded(call: Call, name: string, otherwise: number, least: number, most: number): number {
  const text = call.query(name);
  if (text === undefined) return otherwise;
  if (!/^-?\d{1,15}$/.test(text)) {
    throw new Refusal(400, 'Input should be a valid integer, unable to parse string as an integer');
  }
  const value = Number(text);
  if (value < least) throw new Refusal(400, `Input should be greater than or equal to ${least}`);
  if (value > most) throw new Refusal(400, `Input should be less than or equal to ${most}`);
  return value;
}

function momentOf(call: Call, name: string): number | null {
  const text = call.query(name);
  if (text === undefined) return null;
  const moment = Date.parse(text);
  if (Number.isNaN(moment)) throw new Refusal(400, 'Input should be a valid datetime');
  return moment;
}

function paging(call: Call, limit: number, offset: number, total: number): JsonObject {
  const last = total === 0 ? 0 : Math.floor((total - 1) / limit) * limit;
  const next = offset + limit < total ? offset + limit : null;
  const previous = offset === 0 ? null : Math.max(0, offset - limit);
  const [path = '', query = ''] = call.target.split('?');
  const kept = query
    .split('&')
    .filter((part) => part !== '' && !/^page(%5B|\[)(limit|offset)(%5D|\])=/i.test(part));
  const link = (to: number): string =>
    `${call.world.baseUrl()}${path}?${[...kept, `page[offset]=${to}`, `page[limit]=${limit}`].join('&')}`;
  return {
    meta: {
      page: {
        type: 'offset_limit',
        offset,
        first_offset: 0,
        limit,
        prev_offset: previous,
        next_offset: next,
        last_offset: last,
        total,
      },
    },
    links: {
      self: `${call.world.baseUrl()}${call.target}`,
      ...(next === null ? {} : { next: link(next) }),
      ...(previous === null ? {} : { prev: link(previous) }),
      first: link(0),
      last: link(last),
    },
  };
}
