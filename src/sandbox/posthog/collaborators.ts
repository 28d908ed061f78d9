/** Collaborators of restricted dashboards: the older kind of rights (api/posthog.md §7). */
import { randomUUID } from 'node:crypto';
import { dashboardFor, effectiveRestriction, enter, isAdmin, mayEditRestricted, memberOf } from './access.ts';
import type { Place } from './access.ts';
import { created, forbidden, invalid, noContent, notFound, ok } from './answers.ts';
import type { Call, Endpoints } from './answers.ts';
import { prefixes } from './dashboards.ts';
import { userBasic } from './people-text.ts';
import { stamp } from './state.ts';
import type { Collaborator, Dashboard, JsonObject, PosthogState } from './state.ts';

export function collaboratorEndpoints(on: Endpoints): void {
  for (const prefix of prefixes) {
    const base = `${prefix}/dashboards/:dashboard/collaborators`;

    on.get(base, (state, call) => {
      const dashboard = visible(state, call, enter(state, call, 'dashboard:read'));
      const rows = state.collaborators.filter((one) => one.dashboard === dashboard.id);
      return ok(rows.map((one) => shown(state, one)));
    });

    on.post(base, (state, call) => {
      const place = enter(state, call, 'dashboard:write');
      const dashboard = editable(state, call, place, 'Cannot add collaborators to');
      const { user_uuid: uuid, level } = call.object();
      if (uuid === undefined) throw invalid('This field is required.', 'user_uuid', 'required');
      if (level !== 37) throw invalid('Only edit access can be explicitly specified currently.');
      const user = state.users.find((one) => one.uuid === uuid);
      if (user === undefined) throw invalid('User does not exist.');
      const member = memberOf(state, place.organization.id, user.uuid);
      if (member === undefined) {
        throw invalid('Cannot add collaborators that have no access to the project.');
      }
      if (isAdmin(member) || dashboard.author === user.uuid) {
        throw invalid(
          'Cannot add collaborators that already have inherent access (the dashboard owner or a project admins).',
        );
      }
      if (find(state, dashboard, user.uuid) !== undefined) throw invalid('User already is a collaborator.');
      const now = stamp(call.now);
      const added: Collaborator = {
        id: randomUUID(),
        dashboard: dashboard.id,
        user: user.uuid,
        level,
        added: now,
        updated: now,
      };
      state.collaborators.push(added);
      return created(shown(state, added));
    });

    on.delete(`${base}/:user`, (state, call) => {
      const place = enter(state, call, 'dashboard:write');
      const dashboard = editable(state, call, place, 'Cannot remove collaborators from');
      const found = find(state, dashboard, call.param('user'));
      if (found === undefined) throw notFound();
      state.collaborators = state.collaborators.filter((one) => one !== found);
      return noContent;
    });
  }
}

/** @throws Refusal 404, also on community builds, which lack the route */
function visible(state: PosthogState, call: Call, place: Place): Dashboard {
  if (!place.organization.enterprise) throw notFound();
  return dashboardFor(state, call, place, 'viewer', 'Dashboard not found.');
}

function editable(state: PosthogState, call: Call, place: Place, refusal: string): Dashboard {
  const dashboard = visible(state, call, place);
  if (!mayEditRestricted(state, dashboard, place.member)) {
    throw forbidden("You don't have edit permissions for this dashboard.");
  }
  if (effectiveRestriction(state, dashboard) === 21) {
    throw invalid(`${refusal} a dashboard on the lowest restriction level.`);
  }
  return dashboard;
}

function find(state: PosthogState, dashboard: Dashboard, user: string): Collaborator | undefined {
  return state.collaborators.find((one) => one.dashboard === dashboard.id && one.user === user);
}

function shown(state: PosthogState, one: Collaborator): JsonObject {
  return {
    id: one.id,
    dashboard_id: one.dashboard,
    user: userBasic(state, one.user),
    level: one.level,
    added_at: one.added,
    updated_at: one.updated,
  };
}
