/** Organizations. api/grafana.md §4; recording 07-headers-and-paths. */
import { struct, text } from './binding.ts';
import { done, numberParam, ok, refuse } from './call.ts';
import type { Call, Reply } from './call.ts';
import { removeDashboard } from './dashboards.ts';
import { route, routeWithBody } from './router.ts';
import type { Route } from './router.ts';
import { nextId, removeWhere } from './state.ts';
import type { Org } from './state.ts';
import { join } from './users.ts';

const orgBody = struct('models.CreateOrgCommand', { name: text('Name') });

/** Routes of organizations. */
export function orgRoutes(): Route[] {
  return [
    route('GET', '/api/org', 'signedIn', (call) => show(call, findOrg(call, call.caller.orgId))),
    routeWithBody('PUT', '/api/org', 'orgAdmin', orgBody, (call, body) =>
      rename(findOrg(call, call.caller.orgId), body.name),
    ),
    route('GET', '/api/orgs', 'serverAdmin', (call) =>
      ok(call.state.orgs.map(({ id, name }) => ({ id, name }))),
    ),
    routeWithBody('POST', '/api/orgs', 'serverAdmin', orgBody, create),
    route('GET', '/api/orgs/:orgId', 'serverAdmin', (call) =>
      show(call, findOrg(call, numberParam(call, 'orgId'))),
    ),
    route('GET', '/api/orgs/name/:name', 'serverAdmin', (call) =>
      show(
        call,
        call.state.orgs.find((org) => org.name === call.params.name),
      ),
    ),
    routeWithBody('PUT', '/api/orgs/:orgId', 'serverAdmin', orgBody, (call, body) =>
      rename(findOrg(call, numberParam(call, 'orgId')), body.name),
    ),
    route('DELETE', '/api/orgs/:orgId', 'serverAdmin', remove),
  ];
}

function findOrg(call: Call, id: number): Org | undefined {
  return call.state.orgs.find((org) => org.id === id);
}

function show(_call: Call, org: Org | undefined): Reply {
  if (org === undefined) return refuse(404, 'Organization not found');
  const address = { address1: '', address2: '', city: '', zipCode: '', state: '', country: '' };
  return ok({ id: org.id, name: org.name, address });
}

function rename(org: Org | undefined, name: string): Reply {
  if (org === undefined) return refuse(404, 'Organization not found');
  org.name = name;
  return done('Organization updated');
}

function create(call: Call, body: { name: string }): Reply {
  const { state, caller } = call;
  if (state.orgs.some((org) => org.name === body.name)) refuse(409, 'Organization name taken');
  const org = { id: nextId(state, 'org'), name: body.name };
  state.orgs.push(org);
  join(state, org.id, caller.userId, 'Admin');
  return ok({ message: 'Organization created', orgId: org.id });
}

function remove(call: Call): Reply {
  const { state, generation } = call;
  const orgId = numberParam(call, 'orgId');
  if (findOrg(call, orgId) === undefined) {
    if (generation.saving === 'beta') refuse(500, 'Failed to update organization');
    refuse(404, 'Failed to delete organization. ID not found');
  }
  for (const object of state.dashboards.filter((one) => one.orgId === orgId))
    removeDashboard(generation, state, object);
  removeWhere(state.orgs, (one) => one.id === orgId);
  for (const list of [
    state.members,
    state.teamMembers,
    state.teams,
    state.acl,
    state.invites,
    state.snapshots,
    state.keys,
  ]) {
    removeWhere<{ orgId: number }>(list, (one) => one.orgId === orgId);
  }
  return done('Organization deleted');
}
