/** Dashboard lists: v1 for the lists, v2 for what is on them (api/datadog.md §3). */
import { Refusal, ok } from './answers.ts';
import type { Call, Endpoints } from './answers.ts';
import { dashboardType, titleOf, urlOf } from './dashboards.ts';
import { timestamp } from './format.ts';
import { isObject, liveDashboard, userOf } from './state.ts';
import type { DashboardList, DatadogState, JsonObject, ListItem } from './state.ts';

const itemTypes = new Set([
  'custom_timeboard',
  'custom_screenboard',
  'integration_timeboard',
  'integration_screenboard',
  'host_timeboard',
]);

export function listEndpoints(on: Endpoints): void {
  on.get('/api/v1/dashboard/lists/manual', (state) => {
    const newestFirst = [...state.lists].sort((a, b) => b.id - a.id);
    return ok({ dashboard_lists: newestFirst.map((list) => wire(state, list)) });
  });

  on.post('/api/v1/dashboard/lists/manual', (state, call) => {
    const list: DashboardList = {
      id: state.nextListId,
      name: nameOf(call),
      author: call.user.id,
      created: timestamp(call.now),
      modified: timestamp(call.now),
      items: [],
    };
    state.nextListId += 1;
    state.lists.push(list);
    return ok(wire(state, list));
  });

  on.get('/api/v1/dashboard/lists/manual/:list', (state, call) => ok(wire(state, found(state, call))));

  on.put('/api/v1/dashboard/lists/manual/:list', (state, call) => {
    const list = found(state, call);
    list.name = nameOf(call);
    list.modified = timestamp(call.now);
    return ok(wire(state, list));
  });

  on.delete('/api/v1/dashboard/lists/manual/:list', (state, call) => {
    const list = found(state, call);
    state.lists = state.lists.filter((one) => one !== list);
    return ok({ deleted_dashboard_list_id: list.id });
  });

  const items = '/api/v2/dashboard/lists/manual/:list/dashboards';

  on.get(items, (state, call) => {
    const dashboards = visible(state, found(state, call)).map((item) => itemWire(state, item));
    return ok({ total: dashboards.length, dashboards });
  });

  on.post(items, (state, call) => {
    const list = found(state, call);
    const added = sentItems(state, call).filter((item) => !list.items.some((one) => same(one, item)));
    list.items.push(...added);
    list.modified = timestamp(call.now);
    return ok({ added_dashboards_to_list: added });
  });

  on.put(items, (state, call) => {
    const list = found(state, call);
    list.items = sentItems(state, call);
    list.modified = timestamp(call.now);
    return ok({ dashboards: list.items });
  });

  on.delete(items, (state, call) => {
    const list = found(state, call);
    const sent = sentItems(state, call);
    const gone = list.items.filter((item) => sent.some((one) => same(one, item)));
    list.items = list.items.filter((item) => !gone.includes(item));
    list.modified = timestamp(call.now);
    return ok({ deleted_dashboards_from_list: gone });
  });
}

function found(state: DatadogState, call: Call): DashboardList {
  const id = call.param('list');
  const list = state.lists.find((one) => String(one.id) === id);
  if (list === undefined) throw new Refusal(404, `Manual Dashboard List with id ${id} not found`);
  return list;
}

function nameOf(call: Call): string {
  const name = call.json()['name'];
  if (typeof name !== 'string' || name === '') throw new Refusal(400, "'name' is a required field");
  return name;
}

function wire(state: DatadogState, list: DashboardList): JsonObject {
  const author = userOf(state, list.author);
  return {
    author: { name: author.name, handle: author.handle },
    created: list.created,
    dashboards: null,
    dashboard_count: visible(state, list).length,
    id: list.id,
    is_favorite: false,
    modified: list.modified,
    name: list.name,
    type: 'manual_dashboard_list',
  };
}

/** Items that can be shown: a deleted dashboard leaves no row, and comes back when it is restored. */
function visible(state: DatadogState, list: DashboardList): readonly ListItem[] {
  return list.items.filter(
    (item) => !item.type.startsWith('custom_') || liveDashboard(state, item.id) !== undefined,
  );
}

function itemWire(state: DatadogState, item: ListItem): JsonObject {
  const dashboard = liveDashboard(state, item.id);
  const author = dashboard === undefined ? null : userOf(state, dashboard.author);
  return {
    popularity: 0,
    title: dashboard === undefined ? `Preset ${item.id}` : titleOf(dashboard),
    is_favorite: false,
    id: item.id,
    icon: null,
    integration_id: null,
    is_shared: state.shares.some((share) => share.dashboard === item.id),
    author: author === null ? null : { handle: author.handle, name: author.name },
    url: dashboard === undefined ? `/dash/integration/${item.id}` : urlOf(dashboard),
    created: dashboard?.created ?? null,
    modified: dashboard?.modified ?? null,
    is_read_only: false,
    type: item.type,
  };
}

/** @throws Refusal 400, or 404 for a dashboard that does not exist in that type */
function sentItems(state: DatadogState, call: Call): ListItem[] {
  const dashboards = call.json()['dashboards'];
  if (!Array.isArray(dashboards)) throw new Refusal(400, "'dashboards' is a required field");
  return (dashboards as readonly unknown[]).map((one) => {
    const [id, type] = isObject(one) ? [one['id'], one['type']] : [];
    if (typeof id !== 'string' || typeof type !== 'string' || !itemTypes.has(type)) {
      throw new Refusal(400, "'dashboards' is invalid");
    }
    const dashboard = liveDashboard(state, id);
    if (type.startsWith('custom_') && (dashboard === undefined || dashboardType(dashboard) !== type)) {
      throw new Refusal(404, `${type} ${id} not found`);
    }
    return { type, id };
  });
}

function same(one: ListItem, other: ListItem): boolean {
  return one.id === other.id && one.type === other.type;
}
