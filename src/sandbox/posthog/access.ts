/** Who asks, with which scopes, and what they may do (api/posthog.md §2, §6.6, §7, §8). */
import type { Call } from './answers.ts';
import { forbidden, notFound, problem } from './answers.ts';
import { accessLevels, must, organizationOf, userOf } from './state.ts';
import type {
  AccessLevel,
  ApiKey,
  Dashboard,
  Member,
  Organization,
  PosthogState,
  Project,
  Rule,
  User,
} from './state.ts';

export interface Caller {
  readonly key: ApiKey;
  readonly user: User;
}

/** A caller inside a project that is open to them. */
export interface Place extends Caller {
  readonly project: Project;
  readonly organization: Organization;
  readonly member: Member;
}

/** @throws Refusal 401, or 403 when the key lacks the scope */
export function admit(state: PosthogState, call: Call, scope: string): Caller {
  const header = call.header('authorization') ?? '';
  const challenge = {
    'www-authenticate': `Bearer resource_metadata="${call.world.baseUrl()}/.well-known/oauth-protected-resource"`,
  };
  const refusal = (code: string, detail: string): Error =>
    Object.assign(problem(401, code, detail), { headers: challenge });
  if (!/^Bearer\s+\S/.test(header)) {
    throw refusal('not_authenticated', 'Authentication credentials were not provided.');
  }
  const value = header.replace(/^Bearer\s+/, '').trim();
  const key = state.keys.find((one) => one.value === value);
  if (key === undefined) {
    throw refusal(
      'authentication_failed',
      'Personal API key found in request Authorization header is invalid.',
    );
  }
  if (!satisfies(key.scopes, scope)) throw forbidden(`API key missing required scope '${scope}'`);
  return { key, user: userOf(state, key.user) };
}

function satisfies(scopes: readonly string[], wanted: string): boolean {
  const writes = wanted.replace(/:read$/, ':write');
  return ['*', wanted, writes].some((scope) => scopes.includes(scope));
}

/**
 * The project that the path names.
 * @throws Refusal 401, 403, or 404 "Project not found."
 */
export function enter(state: PosthogState, call: Call, scope: string): Place {
  const caller = admit(state, call, scope);
  const named = call.param('project');
  const id = named === '@current' ? caller.user.currentProject : call.number('project');
  const project = state.projects.find((one) => one.id === id);
  if (project === undefined) throw notFound('Project not found.');
  const { projects } = caller.key;
  if (projects !== null && !projects.includes(project.id)) {
    throw forbidden(`API key does not have access to the requested project: ID ${project.id}.`);
  }
  const member = memberOf(state, project.organization, caller.user.uuid);
  if (member === undefined) throw forbidden("You don't have access to the project.");
  return { ...caller, project, member, organization: organizationOf(state, project) };
}

/** @throws Refusal 401, 403, or 404 "Organization not found." */
export function enterOrganization(
  state: PosthogState,
  call: Call,
  scope: string,
): Caller & { readonly organization: Organization; readonly member: Member } {
  const caller = admit(state, call, scope);
  if (caller.key.projects !== null) {
    throw forbidden('API keys with scoped projects are only supported on project-based endpoints.');
  }
  const named = call.param('organization');
  const current = state.projects.find((one) => one.id === caller.user.currentProject)?.organization;
  const id = named === '@current' ? current : named;
  const organization = state.organizations.find((one) => one.id === id);
  const member = memberOf(state, id ?? '', caller.user.uuid);
  if (organization === undefined || member === undefined) throw notFound('Organization not found.');
  return { ...caller, organization, member };
}

export function memberOf(state: PosthogState, organization: string, user: string): Member | undefined {
  return state.members.find((one) => one.organization === organization && one.user === user);
}

export function isAdmin(member: Member): boolean {
  return member.level >= 8;
}

export type Source =
  'explicit_member' | 'explicit_role' | 'organization_admin' | 'creator' | 'default' | 'system_default';

/** What a member may do with a dashboard by access controls, and why. */
export function accessTo(
  state: PosthogState,
  project: Project,
  member: Member,
  dashboard: Dashboard | null,
): { readonly level: AccessLevel; readonly source: Source } {
  const { features } = organizationOf(state, project);
  if (isAdmin(member)) return { level: 'manager', source: 'organization_admin' };
  if (dashboard?.author === member.user) return { level: 'manager', source: 'creator' };
  if (!features.includes('access_control')) return { level: 'editor', source: 'system_default' };
  const objects = dashboard === null ? [null] : [String(dashboard.id), null];
  for (const object of objects) {
    const rules = state.rules.filter(
      (one) => one.project === project.id && one.resource === 'dashboard' && one.resourceId === object,
    );
    const own = highest(rules.filter((one) => one.member === member.id));
    if (own !== null) return { level: own, source: 'explicit_member' };
    const roles = state.roles.filter((role) => role.members.includes(member.id)).map((role) => role.id);
    const role = highest(rules.filter((one) => one.role !== null && roles.includes(one.role)));
    if (role !== null) return { level: role, source: 'explicit_role' };
    const everyone = highest(rules.filter((one) => one.member === null && one.role === null));
    if (everyone !== null) return { level: everyone, source: 'default' };
  }
  return { level: 'editor', source: 'system_default' };
}

function highest(rules: readonly Rule[]): AccessLevel | null {
  return accessLevels.findLast((level) => rules.some((rule) => rule.level === level)) ?? null;
}

export function atLeast(level: AccessLevel, wanted: AccessLevel): boolean {
  return accessLevels.indexOf(level) >= accessLevels.indexOf(wanted);
}

/** 21 whenever the organization does not pay for access control. */
export function effectiveRestriction(state: PosthogState, dashboard: Dashboard): 21 | 37 {
  const project = projectOf(state, dashboard);
  return organizationOf(state, project).features.includes('access_control') ? dashboard.restrictionLevel : 21;
}

/** Whether restriction and collaborators (v1) let a member edit. */
export function mayEditRestricted(state: PosthogState, dashboard: Dashboard, member: Member): boolean {
  return (
    effectiveRestriction(state, dashboard) === 21 ||
    dashboard.author === member.user ||
    isAdmin(member) ||
    state.collaborators.some(
      (one) => one.dashboard === dashboard.id && one.user === member.user && one.level === 37,
    )
  );
}

export function projectOf(state: PosthogState, dashboard: Dashboard): Project {
  return must(
    state.projects.find((one) => one.id === dashboard.project),
    `the project ${dashboard.project}`,
  );
}

/**
 * The dashboard that the path names, once the caller may do that much with it.
 * @throws Refusal 403, or 404 with the given words
 */
export function dashboardFor(
  state: PosthogState,
  call: Call,
  place: Place,
  wanted: AccessLevel,
  unknown = 'Not found.',
): Dashboard {
  const id = call.number('dashboard');
  const dashboard = state.dashboards.find(
    (one) => one.id === id && one.project === place.project.id && !one.deleted,
  );
  if (dashboard === undefined) throw notFound(unknown);
  requireAccess(state, place, dashboard, wanted);
  return dashboard;
}

/** @throws Refusal 403 in the words of access controls */
export function requireAccess(
  state: PosthogState,
  place: Place,
  dashboard: Dashboard | null,
  wanted: AccessLevel,
): void {
  const { level } = accessTo(state, place.project, place.member, dashboard);
  if (!atLeast(level, wanted)) throw forbidden(`You do not have ${wanted} access to this resource.`);
}
