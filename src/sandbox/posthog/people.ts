/** Who am I, projects, members, roles and invitations to the organization (api/posthog.md §2, §10). */
import { randomUUID } from 'node:crypto';
import { admit, enter, enterOrganization, isAdmin } from './access.ts';
import { created, forbidden, invalid, noContent, notFound, ok, problem } from './answers.ts';
import type { Call, Endpoints } from './answers.ts';
import { prefixes } from './dashboards.ts';
import { userBasic } from './people-text.ts';
import { isObject, must, stamp, userOf } from './state.ts';
import type { Invite, JsonObject, Member, Organization, OrganizationLevel, PosthogState } from './state.ts';

const mostInvites = 20;

export function peopleEndpoints(on: Endpoints): void {
  on.get('/api/users/@me', (state, call) => {
    const { user } = admit(state, call, 'user:read');
    const project = must(
      state.projects.find((one) => one.id === user.currentProject),
      `the project ${user.currentProject}`,
    );
    const organization = organizationById(state, project.organization);
    return ok({
      ...userBasic(state, user.uuid),
      team: { id: project.id, name: project.name, organization: organization.id },
      organization: {
        id: organization.id,
        name: organization.name,
        membership_level: state.members.find(
          (one) => one.organization === organization.id && one.user === user.uuid,
        )?.level,
      },
      organizations: state.members
        .filter((one) => one.user === user.uuid)
        .map((one) => organizationById(state, one.organization))
        .map(({ id, name }) => ({ id, name })),
    });
  });

  on.get(prefixes[0], (state, call) => {
    const { project, organization } = enter(state, call, 'project:read');
    return ok({ id: project.id, name: project.name, organization: organization.id, timezone: 'UTC' });
  });

  const base = '/api/organizations/:organization';

  on.get(`${base}/members`, (state, call) => {
    const { organization } = enterOrganization(state, call, 'organization_member:read');
    const email = call.search.get('email');
    const search = call.search.get('search')?.toLowerCase() ?? '';
    const rows = state.members
      .filter((one) => one.organization === organization.id)
      .filter((one) => email === null || userOf(state, one.user).email === email)
      .filter((one) => wordsOf(state, one).includes(search));
    return call.page(rows.map((one) => shownMember(state, one)));
  });

  on.get(`${base}/roles`, (state, call) => {
    const { organization } = enterOrganization(state, call, 'organization:read');
    if (!organization.features.includes('role_based_access')) {
      throw problem(
        402,
        'payment_required',
        'Role-based access is part of the premium PostHog offering. To use it, upgrade your plan.',
      );
    }
    const rows = state.roles.filter((one) => one.organization === organization.id);
    return call.page(
      rows.map((one) => ({ id: one.id, name: one.name, members: one.members.map((id) => ({ id })) })),
    );
  });

  on.get(`${base}/invites`, (state, call) => {
    const { organization } = enterOrganization(state, call, 'organization_member:read');
    const rows = state.invites.filter((one) => one.organization === organization.id);
    return call.page(rows.map((one) => shownInvite(state, one)));
  });

  on.post(`${base}/invites`, (state, call) => {
    const place = enterOrganization(state, call, 'organization_member:write');
    return created(shownInvite(state, invite(state, call, place, call.object())));
  });

  on.post(`${base}/invites/bulk`, (state, call) => {
    const place = enterOrganization(state, call, 'organization_member:write');
    const asked = call.json();
    if (!Array.isArray(asked)) throw invalid('Expected a list of items.', null, 'not_a_list');
    if (asked.length > mostInvites) {
      throw invalid('A maximum of 20 invites can be sent in a single request.', null, 'max_length');
    }
    const made = asked.map((one: unknown) => invite(state, call, place, isObject(one) ? one : {}));
    return created(made.map((one) => shownInvite(state, one)));
  });

  on.delete(`${base}/invites/:invite`, (state, call) => {
    const { organization } = enterOrganization(state, call, 'organization_member:write');
    const id = call.param('invite');
    const found = state.invites.find((one) => one.id === id && one.organization === organization.id);
    if (found === undefined) throw notFound();
    state.invites = state.invites.filter((one) => one !== found);
    return noContent;
  });
}

function organizationById(state: PosthogState, id: string): Organization {
  return must(
    state.organizations.find((one) => one.id === id),
    `the organization ${id}`,
  );
}

function wordsOf(state: PosthogState, member: Member): string {
  const { firstName, lastName, email } = userOf(state, member.user);
  return `${firstName} ${lastName} ${email}`.toLowerCase();
}

function shownMember(state: PosthogState, one: Member): JsonObject {
  return {
    id: one.id,
    user: userBasic(state, one.user),
    level: one.level,
    joined_at: one.joined,
    updated_at: one.joined,
    is_2fa_enabled: isAdmin(one),
    has_social_auth: false,
    last_login: null,
  };
}

/** Takes the place of earlier invitations of that address. */
function invite(
  state: PosthogState,
  call: Call,
  place: ReturnType<typeof enterOrganization>,
  body: JsonObject,
): Invite {
  const { organization, member, user } = place;
  const { target_email: email, first_name: firstName, level, message } = body;
  if (typeof email !== 'string') throw invalid('This field is required.', 'target_email', 'required');
  const known = state.members.some(
    (one) =>
      one.organization === organization.id &&
      userOf(state, one.user).email.toLowerCase() === email.toLowerCase(),
  );
  if (known) throw invalid('A user with this email address already belongs to the organization.');
  const rank: OrganizationLevel = level === 8 || level === 15 ? level : 1;
  if (rank > member.level) {
    throw forbidden('You cannot invite a user with a higher permission level than your own.');
  }
  const made: Invite = {
    id: randomUUID(),
    organization: organization.id,
    email,
    firstName: typeof firstName === 'string' ? firstName : '',
    level: rank,
    message: typeof message === 'string' ? message : null,
    author: user.uuid,
    created: stamp(call.now),
  };
  state.invites = state.invites.filter(
    (one) => one.organization !== organization.id || one.email.toLowerCase() !== email.toLowerCase(),
  );
  state.invites.push(made);
  return made;
}

function shownInvite(state: PosthogState, one: Invite): JsonObject {
  return {
    id: one.id,
    target_email: one.email,
    first_name: one.firstName,
    emailing_attempt_made: true,
    level: one.level,
    is_expired: false,
    created_by: userBasic(state, one.author),
    created_at: one.created,
    updated_at: one.created,
    message: one.message,
    private_project_access: [],
  };
}
