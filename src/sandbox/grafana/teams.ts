/** Teams and their members. api/grafana.md §11; recordings 04-teams. */
import { integer, struct, text } from './binding.ts';
import { done, goTime, numberParam, ok, refuse } from './call.ts';
import type { Call, Reply } from './call.ts';
import type { Generation } from './generation.ts';
import { route, routeWithBody } from './router.ts';
import type { Route } from './router.ts';
import { nextId, removeWhere } from './state.ts';
import type { Team } from './state.ts';
import { avatarOf, randomText } from './text.ts';
import { paging } from './users.ts';

const createBody = struct('models.CreateTeamCommand', { name: text('Name'), email: text() });
const updateBody = struct('models.UpdateTeamCommand', { name: text(), email: text() });
const memberBody = struct('models.AddTeamMemberCommand', { userId: integer('int64', 'UserId') });
const levelBody = struct('models.UpdateTeamMemberCommand', { permission: integer('models.PermissionType') });

/** Routes of teams for a generation. */
export function teamRoutes(generation: Generation): Route[] {
  const routes = [
    route('GET', '/api/teams/search', 'signedIn', search),
    routeWithBody('POST', '/api/teams', 'orgAdmin', createBody, create),
    route('GET', '/api/teams/:id', 'signedIn', (call) =>
      ok(showTeam(call, findTeam(call) ?? refuseUnknown())),
    ),
    routeWithBody('PUT', '/api/teams/:id', 'orgAdmin', updateBody, update),
    route('DELETE', '/api/teams/:id', 'orgAdmin', remove),
    route('GET', '/api/teams/:id/members', 'orgAdmin', listMembers),
    routeWithBody('POST', '/api/teams/:id/members', 'orgAdmin', memberBody, addMember),
    route('DELETE', '/api/teams/:id/members/:userId', 'orgAdmin', removeMember),
  ];
  if (generation.saving === 'checked') {
    routes.push(
      routeWithBody('PUT', '/api/teams/:id/members/:userId', 'orgAdmin', levelBody, setMemberLevel),
    );
  }
  return routes;
}

/** A team as searches show it. 5.0 beta says organization 0 there. */
export function teamRow(call: Call, team: Team): Record<string, unknown> {
  const { generation, state } = call;
  const people = state.teamMembers.filter((one) => one.teamId === team.id);
  const row = {
    id: team.id,
    ...(generation.modern ? { uid: team.uid } : {}),
    orgId: generation.saving === 'beta' ? 0 : team.orgId,
    name: team.name,
    email: team.email,
    avatarUrl: teamAvatar(team),
    memberCount: people.length,
  };
  if (generation.saving === 'beta') return row;
  const own = people.find((one) => one.userId === call.caller.userId);
  return {
    ...row,
    permission: own?.permission ?? 0,
    ...(generation.modern ? { externalUID: '', isProvisioned: false } : {}),
  };
}

/** The avatar of a team: of its e-mail, else of its name as a local address. A team that is gone has no name. */
export function teamAvatar(team: Team | undefined): string {
  const { name, email } = team ?? { name: '', email: '' };
  return avatarOf(email === '' ? `${name.replace(/[^A-Za-z0-9]/g, '')}@localhost` : email);
}

function showTeam(call: Call, team: Team): Record<string, unknown> {
  if (call.generation.saving === 'checked') return teamRow(call, team);
  const { id, orgId, name, email } = team;
  return { id, orgId, name, email, created: goTime(team.created), updated: goTime(team.updated) };
}

/** The team of the path, by id or, on later servers, by uid too. */
function findTeam(call: Call): Team | undefined {
  const { state, caller, generation, params } = call;
  const own = state.teams.filter((team) => team.orgId === caller.orgId);
  const byId = own.find((team) => team.id === numberParam(call, 'id'));
  return byId ?? (generation.modern ? own.find((team) => team.uid === params.id) : undefined);
}

function refuseUnknown(): never {
  refuse(404, 'Team not found');
}

function search(call: Call): Reply {
  const { query, state, caller } = call;
  const name = query.get('name') ?? '';
  const wanted = (query.get('query') ?? '').toLowerCase();
  const found = state.teams
    .filter((team) => team.orgId === caller.orgId)
    .filter((team) => (name === '' || team.name === name) && team.name.toLowerCase().includes(wanted))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const { page, perPage } = paging(call);
  const teams = found.slice((page - 1) * perPage, page * perPage).map((team) => teamRow(call, team));
  return ok({ totalCount: found.length, teams, page, perPage });
}

function create(call: Call, body: { name: string; email: string }): Reply {
  const { state, now, caller, generation } = call;
  if (isTaken(call, body.name, undefined)) refuse(409, 'Team name taken');
  const team: Team = {
    id: nextId(state, 'team'),
    uid: randomText(14).toLowerCase(),
    orgId: caller.orgId,
    name: body.name,
    email: body.email,
    created: now,
    updated: now,
  };
  state.teams.push(team);
  if (!generation.modern) return ok({ message: 'Team created', teamId: team.id });
  if (caller.kind === 'user') {
    state.teamMembers.push({ orgId: caller.orgId, teamId: team.id, userId: caller.userId, permission: 4 });
  }
  return ok({ message: 'Team created', teamId: team.id, uid: team.uid });
}

function update(call: Call, body: { name: string; email: string }): Reply {
  const team = findTeam(call) ?? refuseUnknown();
  if (isTaken(call, body.name, team)) refuse(400, 'Team name taken');
  team.name = body.name;
  team.email = body.email;
  team.updated = call.now;
  return done('Team updated');
}

function isTaken(call: Call, name: string, self: Team | undefined): boolean {
  return call.state.teams.some(
    (team) => team !== self && team.orgId === call.caller.orgId && team.name === name,
  );
}

function remove(call: Call): Reply {
  const { state } = call;
  const team = findTeam(call) ?? refuseUnknown();
  removeWhere(state.teams, (one) => one === team);
  removeWhere(state.teamMembers, (one) => one.teamId === team.id);
  removeWhere(state.acl, (row) => row.teamId === team.id);
  return done('Team deleted');
}

function listMembers(call: Call): Reply {
  const { state, generation } = call;
  const team = findTeam(call);
  const rows = state.teamMembers
    .filter((one) => one.teamId === team?.id)
    .flatMap((one) => {
      const user = state.users.find((candidate) => candidate.id === one.userId);
      return user === undefined ? [] : [{ one, user }];
    })
    .sort((left, right) => (left.user.login < right.user.login ? -1 : 1))
    .map(({ one, user }) => ({
      orgId: one.orgId,
      teamId: one.teamId,
      ...(generation.modern ? { teamUID: team?.uid ?? '', userUID: user.uid } : {}),
      userId: one.userId,
      ...(generation.saving === 'beta' ? {} : { auth_module: '' }),
      email: user.email,
      ...(generation.saving === 'beta' ? {} : { name: user.name }),
      login: user.login,
      avatarUrl: avatarOf(user.email),
      ...(generation.saving === 'beta' ? {} : { labels: [], permission: one.permission }),
    }));
  return ok(rows);
}

function addMember(call: Call, body: { userId: number }): Reply {
  const { state, generation } = call;
  const team = findTeam(call);
  if (team === undefined) {
    if (generation.saving === 'beta') return refuse(500, 'Failed to add Member to Team');
    return refuseUnknown();
  }
  if (state.teamMembers.some((one) => one.teamId === team.id && one.userId === body.userId)) {
    refuse(400, 'User is already added to this team');
  }
  state.teamMembers.push({ orgId: team.orgId, teamId: team.id, userId: body.userId, permission: 0 });
  return done('Member added to Team');
}

function setMemberLevel(call: Call, body: { permission: number }): Reply {
  const team = findTeam(call) ?? refuseUnknown();
  const userId = numberParam(call, 'userId');
  const member = call.state.teamMembers.find((one) => one.teamId === team.id && one.userId === userId);
  if (member === undefined) return refuse(404, 'Team member not found.');
  member.permission = body.permission;
  return done('Team member updated');
}

function removeMember(call: Call): Reply {
  const { state, generation } = call;
  const team = findTeam(call);
  const userId = numberParam(call, 'userId');
  const removed = removeWhere(state.teamMembers, (one) => one.teamId === team?.id && one.userId === userId);
  if (generation.saving === 'checked') {
    if (team === undefined) return refuseUnknown();
    if (removed.length === 0) refuse(404, 'Team member not found');
  }
  if (team === undefined) refuse(500, 'Failed to remove Member from Team');
  return done('Team Member removed');
}
