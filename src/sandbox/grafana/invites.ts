/** Invitations to an organization. api/grafana.md §12; recording 05-invites. */
import { flag, role, struct, text } from './binding.ts';
import { findLogin } from './auth.ts';
import { done, goTime, ok, refuse } from './call.ts';
import type { Call, Reply } from './call.ts';
import type { Generation } from './generation.ts';
import { route, routeWithBody } from './router.ts';
import type { Route } from './router.ts';
import { nextId } from './state.ts';
import type { Invite, OrgRole } from './state.ts';
import { randomText } from './text.ts';
import { join } from './users.ts';

const inviteBody = struct('dtos.AddInviteForm', {
  loginOrEmail: text('LoginOrEmail'),
  name: text(),
  role: role('Role'),
  sendEmail: flag(),
});

/** Routes of invitations. */
export function inviteRoutes(generation: Generation): Route[] {
  const routes = [
    route('GET', '/api/org/invites', 'orgAdmin', list),
    routeWithBody('POST', '/api/org/invites', 'orgAdmin', inviteBody, create),
    route('PATCH', '/api/org/invites/:code/revoke', 'orgAdmin', revoke),
    route('GET', '/api/user/invite/:code', 'anyone', show),
  ];
  if (generation.modern) routes.push(route('DELETE', '/api/org/invites/:code/revoke', 'orgAdmin', revoke));
  return routes;
}

function list(call: Call): Reply {
  const pending = call.state.invites.filter(
    (one) => one.orgId === call.caller.orgId && one.status === 'InvitePending',
  );
  return ok(pending.map((one) => inviteRow(call, one)));
}

function inviteRow(call: Call, invite: Invite): Record<string, unknown> {
  const inviter = call.state.users.find((user) => user.id === invite.invitedBy);
  return {
    id: invite.id,
    orgId: invite.orgId,
    name: invite.name,
    email: invite.email,
    role: invite.role,
    invitedByLogin: inviter?.login ?? '',
    invitedByEmail: inviter?.email ?? '',
    invitedByName: inviter?.name ?? '',
    code: invite.code,
    status: invite.status,
    url: `${call.baseUrl}/invite/${invite.code}`,
    emailSent: invite.emailSent,
    emailSentOn: goTime(invite.created),
    createdOn: goTime(invite.created),
  };
}

function create(call: Call, body: ReturnType<typeof inviteBody.zero>): Reply {
  const { state, now, caller } = call;
  const user = findLogin(state, body.loginOrEmail);
  if (user !== undefined) {
    if (state.members.some((one) => one.userId === user.id && one.orgId === caller.orgId)) {
      refuse(412, `User ${body.loginOrEmail} is already added to organization`);
    }
    join(state, caller.orgId, user.id, body.role);
    const org = state.orgs.find((one) => one.id === caller.orgId);
    const message = `Existing Grafana user ${user.name || user.login} added to org ${org?.name ?? ''}`;
    return ok(call.generation.saving === 'beta' ? { message } : { message, userId: user.id });
  }
  const emailSent = body.sendEmail && body.loginOrEmail.includes('@');
  state.invites.push({
    id: nextId(state, 'invite'),
    orgId: caller.orgId,
    email: body.loginOrEmail,
    name: body.name,
    role: body.role as OrgRole,
    code: randomText(30),
    invitedBy: caller.userId,
    emailSent,
    status: 'InvitePending',
    created: now,
  });
  return done(`${emailSent ? 'Sent invite to' : 'Created invite for'} ${body.loginOrEmail}`);
}

/** Unknown and revoked codes are answered alike. */
function revoke(call: Call): Reply {
  const invite = call.state.invites.find((one) => one.code === call.params.code);
  if (invite !== undefined) invite.status = 'Revoked';
  return done('Invite revoked');
}

function show(call: Call): Reply {
  const invite = call.state.invites.find((one) => one.code === call.params.code);
  const isShown =
    invite !== undefined && (invite.status === 'InvitePending' || call.generation.saving === 'beta');
  if (!isShown) return refuse(404, 'Invite not found');
  const inviter = call.state.users.find((user) => user.id === invite.invitedBy);
  const invitedBy = inviter === undefined ? '' : inviter.name || inviter.login;
  return ok({ email: invite.email, name: invite.name, username: invite.email, invitedBy });
}
