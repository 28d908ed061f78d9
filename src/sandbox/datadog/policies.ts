/** Restriction policies (api/datadog.md §6). Resources are taken at their word: an unknown dashboard is not noticed. */
import { Refusal, noContent, ok } from './answers.ts';
import type { Call, Endpoints } from './answers.ts';
import { isObject } from './state.ts';
import type { Binding, DatadogState, JsonObject, User } from './state.ts';

const resourceTypes = new Set([
  'dashboard',
  'integration-service',
  'integration-webhook',
  'notebook',
  'powerpack',
  'reference-table',
  'security-rule',
  'slo',
  'synthetics-global-variable',
  'synthetics-test',
  'synthetics-private-location',
  'monitor',
  'workflow',
  'app-builder-app',
  'connection',
  'connection-group',
  'rum-application',
  'cross-org-connection',
  'spreadsheet',
  'on-call-schedule',
  'on-call-escalation-policy',
  'on-call-team-routing-rules',
  'logs-pipeline',
  'case-management-project',
  'monitor-notification-rule',
]);

const relations = new Set(['viewer', 'editor']);
const principalTypes = ['org', 'role', 'team', 'user'];

export function policyEndpoints(on: Endpoints): void {
  const path = '/api/v2/restriction_policy/:resource';

  on.get(path, (state, call) => ok(wire(state, resourceOf(call))));

  on.post(path, (state, call) => {
    const resource = resourceOf(call);
    const bindings = sentBindings(state, call, resource);
    if (call.query('allow_self_lockout') !== 'true' && locksOut(state, call.user, bindings)) {
      throw new Refusal(400, 'Invalid request: the policy would remove your own access to the resource');
    }
    // Built by define, so that a resource named __proto__ is a key like any other.
    if (bindings.length === 0) state.policies = without(state.policies, resource);
    else state.policies = { ...state.policies, [resource]: bindings };
    return ok(wire(state, resource));
  });

  on.delete(path, (state, call) => {
    state.policies = without(state.policies, resourceOf(call));
    return noContent;
  });
}

/** The resource of the path; the id in a body is not looked at. @throws Refusal 400 */
function resourceOf(call: Call): string {
  const resource = call.param('resource');
  const [, type] = /^([^:]+):.+$/s.exec(resource) ?? [];
  if (type === undefined) throw new Refusal(400, `Invalid resource: '${resource}' is not in a valid format`);
  if (!resourceTypes.has(type)) {
    throw new Refusal(400, `Invalid resource type: '${type}' does not support restriction policies`);
  }
  return resource;
}

function wire(state: DatadogState, resource: string): JsonObject {
  const bindings = Object.hasOwn(state.policies, resource) ? state.policies[resource] : [];
  return { data: { type: 'restriction_policy', id: resource, attributes: { bindings } } };
}

function sentBindings(state: DatadogState, call: Call, resource: string): Binding[] {
  const bindings = call.attributes()['bindings'];
  if (!Array.isArray(bindings)) throw new Refusal(400, 'Invalid request: bindings must be a list');
  return (bindings as readonly unknown[]).map((binding) => {
    const [relation, principals] = isObject(binding) ? [binding['relation'], binding['principals']] : [];
    if (typeof relation !== 'string' || !relations.has(relation)) {
      throw new Refusal(
        400,
        `Invalid request: [RelationNotSupported] relation "${String(relation)}" is not supported by resource "${resource}"`,
      );
    }
    if (!Array.isArray(principals) || principals.length === 0) {
      throw new Refusal(400, `Invalid request: the "${relation}" binding needs at least one principal`);
    }
    for (const principal of principals as readonly unknown[]) checkPrincipal(state, relation, principal);
    return { relation, principals: principals.map(String) };
  });
}

function checkPrincipal(state: DatadogState, relation: string, principal: unknown): void {
  const [, type = '', id = ''] = /^([^:]*):(.*)$/s.exec(String(principal)) ?? [];
  if (!principalTypes.includes(type)) {
    throw new Refusal(
      400,
      `Invalid request: [PrincipalTypeInvalidForRelation] principal "${String(principal)}" is not supported by ` +
        `"${relation}" relation, supported types: "${principalTypes.join(', ')}"`,
    );
  }
  if (type === 'org') {
    if (id !== state.org.id) throw new Refusal(400, 'cross-org principals are not supported');
    return;
  }
  const known = { role: state.roles, team: state.teams, user: state.users }[type] ?? [];
  if (!known.some((one) => one.id === id)) {
    throw new Refusal(400, `Invalid request: principal "${String(principal)}" does not exist`);
  }
}

/** Whether the caller may no longer edit. No bindings means no restriction. */
function locksOut(state: DatadogState, user: User, bindings: readonly Binding[]): boolean {
  if (bindings.length === 0) return false;
  const teams = state.teams.filter((team) => team.members.includes(user.id)).map((team) => `team:${team.id}`);
  const roles = user.roles.map((role) => `role:${role}`);
  const own = new Set([`user:${user.id}`, `org:${state.org.id}`, ...teams, ...roles]);
  const editors = bindings.filter((binding) => binding.relation === 'editor');
  return !editors.some((binding) => binding.principals.some((principal) => own.has(principal)));
}

function without(policies: Record<string, Binding[]>, resource: string): Record<string, Binding[]> {
  return Object.fromEntries(Object.entries(policies).filter(([key]) => key !== resource));
}
