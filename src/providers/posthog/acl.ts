/**
 * Who may do what with a dashboard. Access controls rule it, unless the dashboard itself says that its older
 * collaborators do, or the server has nothing else (api/posthog.md §7, §8).
 */
import { DashctlError } from '../../errors.ts';
import type { Grant } from '../../model/grant.ts';
import type { Json, Page } from '../../model/shape.ts';
import type { AclCapability, AclResource } from '../provider.ts';
import { collaboratorBackend } from './acl-collaborators.ts';
import { ruleBackend } from './acl-rules.ts';
import { findAccessControls, findDashboard, usersWithAccess } from './api.ts';
import type { PosthogContext } from './context.ts';
import { levelOf, posthogLevels, refOf } from './map.ts';
import { memberPrincipal, peopleOf } from './people.ts';
import type { Place } from './places.ts';
import type { DashboardWire } from './wire.ts';

export function aclCapability(context: PosthogContext): AclCapability {
  return {
    levels: posthogLevels,
    async *principals(resource) {
      const { project } = await placeOf(context, resource);
      const people = peopleOf(context, project);
      yield (await people.known()).map((member) => memberPrincipal(member.id, member));
    },
    list: async (resource) => (await backendOf(context, resource)).list(),
    listEffective: async (resource) => listEffective(context, await placeOf(context, resource)),
    planGrant: async (resource, grants) => (await backendOf(context, resource)).planGrant(grants),
    planRevoke: async (resource, principals) => (await backendOf(context, resource)).planRevoke(principals),
    planSet: async (resource, grants) => (await backendOf(context, resource)).planSet(grants),
  };
}

/** One kind of rights on one dashboard. */
export interface AclBackend {
  list(): Promise<Page<Grant>>;
  planGrant(grants: Parameters<AclCapability['planGrant']>[1]): ReturnType<AclCapability['planGrant']>;
  planRevoke(principals: Parameters<AclCapability['planRevoke']>[1]): ReturnType<AclCapability['planRevoke']>;
  planSet(grants: Parameters<AclCapability['planSet']>[1]): ReturnType<AclCapability['planSet']>;
  /** The rights as an image keeps them. */
  image(): Promise<Json>;
  /** @throws DashctlError `unsupported` for an image of the other kind of rights */
  planRestore(image: Json): ReturnType<AclCapability['planSet']>;
}

async function placeOf(context: PosthogContext, resource: AclResource): Promise<Place> {
  if (resource.kind === 'dashboard') return context.places.dashboard(resource.id);
  throw new DashctlError('unsupported', 'dashctl does not know the folders of PostHog.', {
    hint: 'Name a dashboard.',
  });
}

async function backendOf(context: PosthogContext, resource: AclResource): Promise<AclBackend> {
  return backendAt(context, await placeOf(context, resource));
}

/** @throws DashctlError `not-found` */
export async function backendAt(context: PosthogContext, place: Place): Promise<AclBackend> {
  const dashboard = await readable(context, place);
  if (dashboard?.access_control_version === 'v1') return collaboratorBackend(context, place, dashboard);
  const controls = await findAccessControls(context, place);
  if (controls !== null) return ruleBackend(context, place, dashboard?.name ?? null);
  if (dashboard !== null) return collaboratorBackend(context, place, dashboard);
  throw unknownDashboard(place);
}

/** Null when the key may read rules but not dashboards. @throws DashctlError `not-found` */
async function readable(context: PosthogContext, place: Place): Promise<DashboardWire | null> {
  try {
    const found = await findDashboard(context, place);
    if (found === null) throw unknownDashboard(place);
    return found.wire;
  } catch (error) {
    if (error instanceof DashctlError && error.status === 403 && /scope/.test(error.message)) return null;
    throw error;
  }
}

function unknownDashboard(place: Place): DashctlError {
  return new DashctlError('not-found', `PostHog has no dashboard ${place.key}.`, {
    hint: 'Deleted dashboards and those hidden from you look the same: dashctl dashboards list.',
  });
}

/** The server's own answer to who gets in: how rules add up changes between versions, so it is never worked out here. */
async function listEffective(context: PosthogContext, place: Place): Promise<Page<Grant>> {
  const [{ wire, response }, members] = await Promise.all([
    usersWithAccess(context, place),
    peopleOf(context, place.project).known(),
  ]);
  const items = wire.map((row): Grant => {
    const id = row.organization_membership_id;
    const member = members.find(
      (one) => one.id === id || one.user.id === row.user_id || one.user.uuid === row.user_id,
    );
    const native = row.access_level ?? '';
    const own = row.access_source === 'explicit_member';
    return {
      profile: context.account.profile,
      provider: 'posthog',
      resource: refOf(context.account, place),
      principal: memberPrincipal(id ?? String(row.user_id ?? ''), member),
      level: levelOf(native),
      nativeLevel: native,
      inherited: !own,
      inheritedFrom: own ? null : row.access_source,
    };
  });
  return { items, raw: response.body };
}
