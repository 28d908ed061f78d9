/** Access controls: rules by member, by role and for everyone, on one dashboard or the whole project (api/posthog.md §8). */
import { accessTo, dashboardFor, enter, isAdmin } from './access.ts';
import type { Place } from './access.ts';
import { forbidden, invalid, noContent, notFound, ok } from './answers.ts';
import type { Answer, Call, Endpoints } from './answers.ts';
import { prefixes } from './dashboards.ts';
import { userBasic } from './people-text.ts';
import { accessLevels, must, stamp, userOf } from './state.ts';
import type { Dashboard, JsonObject, PosthogState, Rule } from './state.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function accessControlEndpoints(on: Endpoints): void {
  for (const prefix of prefixes) {
    const base = `${prefix}/dashboards/:dashboard`;

    on.get(`${base}/access_controls`, (state, call) => {
      const { place, dashboard } = found(state, call, 'access_control:read');
      return ok(controls(state, place, dashboard));
    });

    on.put(`${base}/access_controls`, (state, call) => {
      const { place, dashboard } = found(state, call, 'access_control:write');
      if (accessTo(state, place.project, place.member, dashboard).level !== 'manager') {
        throw forbidden('Must be manager to modify dashboard permissions.');
      }
      return put(state, call, place, 'dashboard', String(dashboard.id));
    });

    on.get(`${base}/users_with_access`, (state, call) => {
      const { place, dashboard } = found(state, call, 'access_control:read');
      const users = state.members
        .filter((one) => one.organization === place.organization.id)
        .map((member) => {
          const { level, source } = accessTo(state, place.project, member, dashboard);
          return {
            user_id: userOf(state, member.user).id,
            access_level: level,
            access_source: source === 'system_default' ? 'default' : source,
            organization_membership_id: member.id,
            organization_membership_level: member.level,
          };
        })
        .filter((one) => one.access_level !== 'none');
      return ok({ users, total_count: users.length });
    });

    for (const name of ['resource_access_controls', 'global_access_controls']) {
      on.get(`${prefix}/${name}`, (state, call) => {
        const place = enter(state, call, 'access_control:read');
        return ok(controls(state, place, null));
      });

      on.put(`${prefix}/${name}`, (state, call) => {
        const place = enter(state, call, 'access_control:write');
        if (!isAdmin(place.member)) {
          throw forbidden('Must be an Organization admin to modify project-wide permissions.');
        }
        const { resource } = call.object();
        if (resource !== 'dashboard' && resource !== 'sharing_configuration') {
          throw forbidden('Cannot modify access controls for a resource different from the URL target.');
        }
        return put(state, call, place, resource, null);
      });
    }
  }
}

/** Community builds lack the routes. */
function found(
  state: PosthogState,
  call: Call,
  scope: string,
): { readonly place: Place; readonly dashboard: Dashboard } {
  const place = enter(state, call, scope);
  if (!place.organization.enterprise) throw notFound();
  return { place, dashboard: dashboardFor(state, call, place, 'viewer') };
}

function controls(state: PosthogState, place: Place, dashboard: Dashboard | null): JsonObject {
  const object = dashboard === null ? null : String(dashboard.id);
  const rules = state.rules.filter((one) => one.project === place.project.id && one.resourceId === object);
  const { level } = accessTo(state, place.project, place.member, dashboard);
  const wide = state.rules.find(
    (one) =>
      one.project === place.project.id &&
      one.resourceId === null &&
      one.resource === 'dashboard' &&
      one.member === null &&
      one.role === null,
  );
  return {
    access_controls: rules.map((one) => shown(state, one)),
    available_access_levels: accessLevels,
    default_access_level: 'editor',
    minimum_access_level: 'none',
    maximum_access_level: 'manager',
    user_access_level: level,
    user_can_edit_access_levels: level === 'manager',
    inherited_access: {
      access_level: wide?.level ?? 'editor',
      source: wide === undefined ? 'system_default' : 'resource_default',
      source_subject: null,
      source_resource: 'dashboard',
      source_resource_id: null,
      source_display_name: null,
    },
  };
}

function shown(state: PosthogState, one: Rule): JsonObject {
  return {
    access_level: one.level,
    resource: one.resource,
    resource_id: one.resourceId,
    organization_member: one.member,
    role: one.role,
    created_by: userBasic(state, one.author),
    created_at: one.created,
    updated_at: one.updated,
  };
}

/** Creates, changes or, with `access_level: null`, removes the rule of a member, a role or everyone. */
function put(
  state: PosthogState,
  call: Call,
  place: Place,
  resource: string,
  resourceId: string | null,
): Answer {
  const { access_level: asked, organization_member: memberId, role: roleId } = call.object();
  const level = asked === null ? null : accessLevels.find((one) => one === asked);
  if (level === undefined) {
    throw invalid(`Invalid access level. Must be one of: ${accessLevels.join(', ')}`, 'access_level');
  }
  const member = idOf(memberId);
  const role = idOf(roleId);
  if (member !== null && role !== null) {
    throw invalid('You can not scope an access control to both a member and a role.');
  }
  checkMember(state, place, member);
  checkRole(state, place, role);
  const matches = (one: Rule): boolean =>
    one.project === place.project.id &&
    one.resource === resource &&
    one.resourceId === resourceId &&
    one.member === member &&
    one.role === role;
  if (level === null) {
    state.rules = state.rules.filter((one) => !matches(one));
    return noContent;
  }
  const now = stamp(call.now);
  if (!state.rules.some(matches)) {
    const { project, user } = place;
    const key = { project: project.id, resource, resourceId, member, role };
    state.rules.push({ ...key, level, author: user.uuid, created: now, updated: now });
  }
  const rule = must(state.rules.find(matches), 'the rule');
  rule.level = level;
  rule.updated = now;
  return ok(shown(state, rule));
}

function idOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function checkMember(state: PosthogState, place: Place, id: string | null): void {
  if (id === null) return;
  const member = state.members.find((one) => one.id === id);
  if (!uuid.test(id) || member === undefined) {
    throw invalid(
      "Invalid organization member id. Use the 'id' field from the /api/organizations/<organization_id>/members/ endpoint.",
      'organization_member',
    );
  }
  if (member.organization !== place.organization.id) {
    throw invalid('The member must belong to the same organization as this project.');
  }
}

function checkRole(state: PosthogState, place: Place, id: string | null): void {
  if (id === null) return;
  if (!place.organization.features.includes('role_based_access')) {
    throw forbidden('Role-based access controls require the Role-based access feature.');
  }
  const role = state.roles.find((one) => one.id === id);
  if (role === undefined)
    throw invalid(`Invalid pk "${id}" - object does not exist.`, 'role', 'does_not_exist');
  if (role.organization !== place.organization.id) {
    throw invalid('The role must belong to the same organization as this project.');
  }
}
