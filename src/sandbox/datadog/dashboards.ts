/** Dashboards: documents, the list, the trash (api/datadog.md §3). */
import { Refusal, foundDashboard, noContent, ok } from './answers.ts';
import type { Call, Endpoints } from './answers.ts';
import { dashboardUrl, newDashboardId, newUuid, newWidgetId, timestamp } from './format.ts';
import { isObject, userOf } from './state.ts';
import type { Dashboard, DatadogState, JsonObject } from './state.ts';

/** Keys that the server owns: it ignores them in what is sent. */
const serverOwned = new Set([
  'id',
  'url',
  'author_handle',
  'author_name',
  'created_at',
  'modified_at',
  'deleted_at',
]);

/** Keys that a document has only when they are set; `null` takes them away. */
const onlyWhenSet = ['tags', 'reflow_type', 'template_variable_presets', 'default_timeframe', 'tabs'];

export function dashboardEndpoints(on: Endpoints): void {
  on.get('/api/v1/dashboard', (state, call) => {
    const listed = filtered(state, call);
    const start = call.count('start', 0, 0);
    const page = listed.slice(start, start + call.count('count', 100, 1));
    return ok({ dashboards: page.map((dashboard) => summary(state, dashboard)) });
  });

  on.post('/api/v1/dashboard', (state, call) => {
    const body = accepted(state, call.json());
    const time = timestamp(call.now);
    const dashboard: Dashboard = {
      id: freeId(state),
      body,
      author: call.user.id,
      created: time,
      modified: time,
      deleted: null,
      views: null,
    };
    state.dashboards.push(dashboard);
    return ok(document(state, dashboard));
  });

  on.get('/api/v1/dashboard/:id', (state, call) =>
    ok(document(state, foundDashboard(state, call.param('id')))),
  );

  on.put('/api/v1/dashboard/:id', (state, call) => {
    const dashboard = foundDashboard(state, call.param('id'));
    const body = accepted(state, call.json());
    if (body['layout_type'] !== dashboard.body['layout_type'])
      throw new Refusal(400, "'layout_type' cannot be changed");
    dashboard.body = body;
    dashboard.modified = timestamp(call.now);
    return ok(document(state, dashboard));
  });

  on.delete('/api/v1/dashboard/:id', (state, call) => {
    const dashboard = foundDashboard(state, call.param('id'));
    dashboard.deleted = timestamp(call.now);
    return ok({ deleted_dashboard_id: dashboard.id });
  });

  on.delete('/api/v1/dashboard', (state, call) => {
    const dashboards = bulkIds(call).map((id) => foundDashboard(state, id));
    for (const dashboard of dashboards) dashboard.deleted = timestamp(call.now);
    return noContent;
  });

  on.patch('/api/v1/dashboard', (state, call) => {
    const dashboards = bulkIds(call).map((id) => {
      const dashboard = state.dashboards.find((one) => one.id === id);
      if (dashboard === undefined) throw new Refusal(404, `Dashboard with ID ${id} not found`);
      return dashboard;
    });
    for (const dashboard of dashboards) dashboard.deleted = null;
    return noContent;
  });
}

/** Which kind of board a layout makes; shares and lists name it (§4). */
export function dashboardType(dashboard: Dashboard): string {
  return dashboard.body['layout_type'] === 'free' ? 'custom_screenboard' : 'custom_timeboard';
}

export function titleOf(dashboard: Dashboard): string {
  return String(dashboard.body['title']);
}

/** A title as text and the relative address that follows from it. */
export function urlOf(dashboard: Dashboard): string {
  return dashboardUrl(dashboard.id, titleOf(dashboard));
}

function filtered(state: DatadogState, call: Call): readonly Dashboard[] {
  const shared = call.query('filter[shared]');
  const deleted = call.query('filter[deleted]') === 'true';
  if (shared !== undefined && deleted) {
    throw new Refusal(400, 'filter[shared] and filter[deleted] are mutually exclusive');
  }
  const wanted = state.dashboards.filter((dashboard) => (dashboard.deleted !== null) === deleted);
  if (shared === undefined) return wanted;
  const withShare = new Set(state.shares.map((share) => share.dashboard));
  return wanted.filter((dashboard) => withShare.has(dashboard.id) === (shared === 'true'));
}

function summary(state: DatadogState, dashboard: Dashboard): JsonObject {
  return {
    id: dashboard.id,
    title: titleOf(dashboard),
    description: dashboard.body['description'] ?? null,
    layout_type: dashboard.body['layout_type'],
    url: urlOf(dashboard),
    created_at: dashboard.created,
    modified_at: dashboard.modified,
    author_handle: userOf(state, dashboard.author).handle,
    deleted_at: dashboard.deleted,
  };
}

/** The document in the recorded order of keys; what was sent beyond the known keys comes back as it came. */
function document(state: DatadogState, dashboard: Dashboard): JsonObject {
  const {
    title,
    description,
    layout_type,
    template_variables,
    widgets,
    notify_list,
    restricted_roles,
    ...others
  } = dashboard.body;
  const author = userOf(state, dashboard.author);
  return {
    id: dashboard.id,
    title,
    description: description ?? null,
    author_handle: author.handle,
    author_name: author.name,
    layout_type,
    url: urlOf(dashboard),
    template_variables: template_variables ?? null,
    widgets,
    notify_list: notify_list ?? null,
    created_at: dashboard.created,
    modified_at: dashboard.modified,
    ...others,
    restricted_roles: restricted_roles ?? [],
  };
}

/** What is kept of a document as sent. @throws Refusal 400 */
function accepted(state: DatadogState, sent: JsonObject): JsonObject {
  if (typeof sent['title'] !== 'string') throw new Refusal(400, "'title' is a required field");
  if (sent['layout_type'] !== 'ordered' && sent['layout_type'] !== 'free') {
    throw new Refusal(400, "'layout_type' must be one of: ordered, free");
  }
  if (!Array.isArray(sent['widgets'])) throw new Refusal(400, "'widgets' is a required field");
  checkTags(sent['tags']);
  checkVariables(sent);
  checkRoles(state, sent['restricted_roles']);
  const kept: JsonObject = Object.fromEntries(Object.entries(sent).filter(([key]) => !serverOwned.has(key)));
  for (const key of onlyWhenSet) if (kept[key] === null) Reflect.deleteProperty(kept, key);
  const widgets = withIds(sent['widgets']);
  kept['widgets'] = widgets;
  if ('tabs' in kept) kept['tabs'] = tabsOf(kept['tabs'], widgets);
  return kept;
}

function checkTags(tags: unknown): void {
  if (tags === undefined || tags === null) return;
  if (!Array.isArray(tags)) throw new Refusal(400, "'tags' must be a list");
  if (tags.length > 5) throw new Refusal(400, 'A dashboard can have at most 5 tags.');
  if (!tags.every((tag) => typeof tag === 'string' && /^team:.+/.test(tag))) {
    throw new Refusal(400, 'Invalid tag format. Valid tag keys are: team.');
  }
}

/** `default` and `defaults` exclude each other, and so do `value` and `values` of presets. */
function checkVariables(sent: JsonObject): void {
  const variables = sent['template_variables'] ?? [];
  const sound = (variable: unknown): boolean =>
    isObject(variable) &&
    typeof variable['name'] === 'string' &&
    !both(variable, 'default', 'defaults') &&
    areValues(variable['defaults']);
  if (!Array.isArray(variables) || !variables.every(sound))
    throw new Refusal(400, "'template_variables' is invalid");
  const presets = sent['template_variable_presets'] ?? [];
  const soundPreset = (preset: unknown): boolean => {
    const values = isObject(preset) ? (preset['template_variables'] ?? []) : null;
    return (
      Array.isArray(values) &&
      values.every((one) => isObject(one) && !both(one, 'value', 'values') && areValues(one['values']))
    );
  };
  if (!Array.isArray(presets) || !presets.every(soundPreset)) {
    throw new Refusal(400, "'template_variable_presets' is invalid");
  }
}

/** Values, where there are any, are texts that are not empty. */
function areValues(values: unknown): boolean {
  if (values === undefined || values === null) return true;
  return Array.isArray(values) && values.every((value) => typeof value === 'string' && value !== '');
}

function both(object: JsonObject, one: string, other: string): boolean {
  return (object[one] ?? null) !== null && (object[other] ?? null) !== null;
}

function checkRoles(state: DatadogState, roles: unknown): void {
  if (roles === undefined || roles === null) return;
  const known = (role: unknown): boolean => state.roles.some((one) => one.id === role);
  if (!Array.isArray(roles) || !roles.every(known)) {
    throw new Refusal(400, "'restricted_roles' must consist only of valid Role UUIDs");
  }
}

/** Gives an id to each widget that has none, also inside groups. @throws Refusal 400 */
function withIds(widgets: readonly unknown[]): JsonObject[] {
  return widgets.map((widget) => {
    const definition = isObject(widget) ? widget['definition'] : undefined;
    if (!isObject(widget) || !isObject(definition) || typeof definition['type'] !== 'string') {
      throw new Refusal(400, "'widgets' is invalid");
    }
    const inner = definition['widgets'];
    const whole = Array.isArray(inner) ? { ...definition, widgets: withIds(inner) } : definition;
    return { ...widget, definition: whole, id: widget['id'] ?? newWidgetId() };
  });
}

/** Tabs with an id each; `@2` in place of a widget id means the second widget (as described). @throws Refusal 400 */
function tabsOf(tabs: unknown, widgets: readonly JsonObject[]): JsonObject[] {
  if (!Array.isArray(tabs) || tabs.length > 100) throw new Refusal(400, "'tabs' is invalid");
  return (tabs as readonly unknown[]).map((tab) => {
    const members = isObject(tab) ? tab['widget_ids'] : undefined;
    if (!isObject(tab) || typeof tab['name'] !== 'string' || !Array.isArray(members)) {
      throw new Refusal(400, "'tabs' is invalid");
    }
    const widget_ids = (members as readonly unknown[]).map((member) => {
      const place = typeof member === 'string' ? /^@([1-9]\d{0,5})$/.exec(member)?.[1] : undefined;
      if (place === undefined) return member;
      const widget = widgets[Number(place) - 1];
      if (widget === undefined) throw new Refusal(400, "'tabs' is invalid");
      return widget['id'];
    });
    return { ...tab, id: tab['id'] ?? newUuid(), widget_ids };
  });
}

function freeId(state: DatadogState): string {
  for (;;) {
    const id = newDashboardId();
    if (!state.dashboards.some((dashboard) => dashboard.id === id)) return id;
  }
}

/** The ids of a bulk action. @throws Refusal 400 */
function bulkIds(call: Call): readonly string[] {
  const data = call.json()['data'];
  const sound = (one: unknown): one is { id: string } =>
    isObject(one) && typeof one['id'] === 'string' && one['type'] === 'dashboard';
  if (!Array.isArray(data) || data.length === 0 || !data.every(sound))
    throw new Refusal(400, "'data' is invalid");
  return data.map((one) => one.id);
}
