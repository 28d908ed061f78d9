/** The eleven operations below `/permissions` (api/gtmhub.md §3 to §6). */
import { ok, Refusal } from './answers.ts';
import type { Call, On } from './answers.ts';
import { actionsOf, effectiveActions, isObject, newId, targetTypes } from './state.ts';
import type { GtmhubState, JsonObject, Permission, TargetType } from './state.ts';

/** Actions that concern one kind of target. */
const actionsOfTarget: Readonly<Record<TargetType, readonly string[]>> = {
  metric: ['AccessKPIs', 'ManageKPIs'],
  goal: ['AccessGoals', 'ManageGoals', 'ManageTasks'],
  session: ['AccessGoals', 'ManageSessions'],
  insightBoard: ['AccessInsightboards', 'ManageData'],
};

export function permissionEndpoints(on: On): void {
  // Words first: `/permissions/{id}` stands on the same level.
  on('GET', '/api/v1/permissions/actions', (state) => ok({ items: state.actions }));
  on('GET', '/api/v1/permissions/effective', (state, call) =>
    ok(actionSet(state, effectiveActions(state, call.user))),
  );
  on('GET', '/api/v1/permissions/currentUser-allowedActions/:target', allowed);
  on('GET', '/api/v1/permissions/default-access/:type', (state, call) => {
    const found = state.defaultAccess[call.param('type')];
    if (found === undefined) throw new Refusal(400, `Unknown item type ${call.param('type')}`);
    return ok(found);
  });
  on('GET', '/api/v1/permissions/default-access/:type/:item', (state, call) => {
    const type = call.param('type');
    const own = state.defaultAccess[`${type}/${call.param('item')}`];
    const general = state.defaultAccess[type];
    if (own !== undefined) return ok(own);
    if (general === undefined) throw new Refusal(400, `Unknown item type ${type}`);
    if (!state.items.some((item) => item.id === call.param('item'))) throw unknownId(state, 'item');
    return ok({ inherits: true, permissions: general.permissions });
  });
  on('GET', '/api/v1/permissions/principal/:id', (state, call) => {
    const id = knownPrincipal(state, call.param('id'));
    return ok(actionSet(state, actionsOf(state, id)));
  });
  on('PUT', '/api/v1/permissions/principal/:id', (state, call) => {
    mayManage(state, call);
    setActions(state, knownPrincipal(state, call.param('id')), namesIn(call.json()));
    return { status: 204 };
  });
  on('POST', '/api/v1/permissions', (state, call) => {
    mayManage(state, call);
    const draft = permissionIn(state, call.object());
    const created: Permission = { ...draft, id: newId() };
    state.permissions.push(created);
    return { status: 201, body: created };
  });
  on('GET', '/api/v1/permissions/:id', (state, call) => ok(permission(state, call)));
  on('PUT', '/api/v1/permissions/:id', (state, call) => {
    mayManage(state, call);
    const before = permission(state, call);
    const after: Permission = { ...permissionIn(state, call.object()), id: before.id };
    state.permissions = state.permissions.map((one) => (one.id === before.id ? after : one));
    return ok(after);
  });
  on('DELETE', '/api/v1/permissions/:id', (state, call) => {
    mayManage(state, call);
    const { id } = permission(state, call);
    state.permissions = state.permissions.filter((one) => one.id !== id);
    return { status: state.manner.deleted };
  });
}

function allowed(state: GtmhubState, call: Call) {
  const wanted = call.query('targetType');
  const type = targetTypes.find((one) => one === wanted);
  if (type === undefined) throw new Refusal(400, `targetType must be one of ${targetTypes.join(', ')}`);
  const target = state.items.find((item) => item.id === call.param('target') && item.type === type);
  if (target === undefined) throw unknownId(state, type);
  const mine = effectiveActions(state, call.user);
  return ok({ currentUserActions: actionsOfTarget[type].filter((name) => mine.includes(name)) });
}

/** A set of action names in the form that the room is asked to use. */
function actionSet(state: GtmhubState, names: readonly string[]): unknown {
  switch (state.manner.actionSets) {
    case 'array':
      return names;
    case 'items':
      return { items: names };
    case 'objects':
      return { permissions: names.map((name) => ({ action: name })) };
    case 'unknown':
      return { mask: names.length, granted: Object.fromEntries(names.map((name) => [name, { Subtype: 2 }])) };
  }
}

/** @throws Refusal 400 for a body that holds no list of names */
function namesIn(body: unknown): string[] {
  const list = isObject(body)
    ? (body['items'] ??
      body['actions'] ??
      body['permissions'] ??
      (isObject(body['granted']) ? Object.keys(body['granted']) : undefined))
    : body;
  if (!Array.isArray(list)) throw new Refusal(400, 'The body must hold a list of actions');
  return list.map((item: unknown) => {
    const name = isObject(item) ? (item['action'] ?? item['name']) : item;
    if (typeof name !== 'string' || name === '') throw new Refusal(400, 'An action must be a name');
    return name;
  });
}

/** Makes exactly these actions the principal's, adding permissions for actions that have none. */
function setActions(state: GtmhubState, principal: string, names: readonly string[]): void {
  for (const one of state.permissions) {
    if (!names.includes(one.action)) one.principals = one.principals.filter((id) => id !== principal);
  }
  for (const action of names) {
    if (state.permissions.some((one) => one.action === action && one.principals.includes(principal)))
      continue;
    const first = state.permissions.find((one) => one.action === action);
    if (first !== undefined) first.principals.push(principal);
    else
      state.permissions.push({ accountId: state.account.id, action, id: newId(), principals: [principal] });
  }
}

/** @throws Refusal 400 naming what is wrong with a permission as sent */
function permissionIn(state: GtmhubState, body: JsonObject): Permission {
  const { action, principals, accountId = state.account.id } = body;
  if (typeof action !== 'string' || action === '') throw new Refusal(400, 'action is required');
  if (accountId !== state.account.id) throw new Refusal(400, 'accountId names another account');
  if (!Array.isArray(principals) || !principals.every((one) => typeof one === 'string')) {
    throw new Refusal(400, 'principals must be a list of ids');
  }
  return { ...body, accountId, action, id: '', principals: [...new Set(principals)] };
}

function permission(state: GtmhubState, call: Call): Permission {
  const found = state.permissions.find((one) => one.id === call.param('id'));
  if (found === undefined) throw unknownId(state, 'permission');
  return found;
}

/** Users and roles are principals; teams hold items only. */
function knownPrincipal(state: GtmhubState, id: string): string {
  if ([...state.users, ...state.roles].some((one) => one.id === id)) return id;
  throw unknownId(state, 'principal');
}

function unknownId(state: GtmhubState, what: string): Refusal {
  return new Refusal(state.manner.unknownId, `The ${what} was not found`);
}

/** @throws Refusal 403 for a user without the right to manage users */
function mayManage(state: GtmhubState, call: Call): void {
  if (!effectiveActions(state, call.user).includes('ManageUsers')) throw new Refusal(403, 'Forbidden');
}
