/** Access rules of dashboards: restriction policies (api/datadog.md §6). The server only replaces them as a whole. */
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Grant, GrantSpec } from '../../model/grant.ts';
import type { PrincipalSpec } from '../../model/principal.ts';
import type { Json, Page } from '../../model/shape.ts';
import type { Guard, Risk, WritePlan } from '../../model/write-plan.ts';
import type { AclCapability, AclResource } from '../provider.ts';
import {
  currentUser,
  deletePolicyRequest,
  getDashboard,
  getPolicy,
  replacePolicyRequest,
  teamsOfUser,
  type Binding,
} from './api.ts';
import type { DatadogContext } from './context.ts';
import { datadogLevels, relationOf } from './map.ts';
import type { WireUser } from './wire.ts';
import { describePrincipal, listPrincipals, resolvePrincipal, type NativePrincipal } from './principals.ts';

/** Who has which relation. A principal has at most one: the later binding of an answer counts. */
export type Rules = ReadonlyMap<NativePrincipal, string>;

export function accessCapability(context: DatadogContext): AclCapability {
  return {
    levels: datadogLevels,
    principals: () => listPrincipals(context),
    list: (resource) => list(context, resource),
    async planGrant(resource, grants) {
      const wanted = await resolveGrants(context, grants);
      return planRules(context, resource, (before) => new Map([...before, ...wanted]));
    },
    async planRevoke(resource, principals) {
      const unwanted = await resolveAll(context, principals);
      return planRules(
        context,
        resource,
        (before) => new Map([...before].filter(([who]) => !unwanted.includes(who))),
      );
    },
    async planSet(resource, grants) {
      const wanted = await resolveGrants(context, grants);
      return planRules(context, resource, () => wanted);
    },
  };
}

async function list(context: DatadogContext, resource: AclResource): Promise<Page<Grant>> {
  const id = dashboardOf(resource);
  // An unknown dashboard has an empty policy, says the server; only reading the dashboard tells.
  const [, policy] = await Promise.all([getDashboard(context.client, id), readRules(context, id)]);
  return { items: await toGrants(context, id, policy.rules), raw: policy.response.body };
}

/** @param change the rules that shall be there, given those that are */
export async function planRules(
  context: DatadogContext,
  resource: AclResource,
  change: (before: Rules) => Rules,
): Promise<WritePlan<readonly Grant[]>> {
  const { client, account } = context;
  const id = dashboardOf(resource);
  const [{ wire: dashboard }, { rules: before }] = await Promise.all([
    getDashboard(client, id),
    readRules(context, id),
  ]);
  const after = change(before);
  const same = sameRules(before, after);
  const lost = [...before.keys()].filter((who) => !after.has(who));
  const closes = before.size === 0 && after.size > 0;
  const opens = before.size > 0 && after.size === 0;
  const keepsAccess = same || after.size === 0 ? true : await stillEditor(context, after);
  const locksOut = keepsAccess === false;
  // Who could not edit before loses nothing, although the server wants to be told again.
  const loses = locksOut && (before.size === 0 || (await stillEditor(context, before)) === true);
  const risk = same ? 'plain' : riskOf({ opens, closes, loses, lost, before, after });
  const steps = same
    ? []
    : [after.size === 0 ? deletePolicyRequest(id) : replacePolicyRequest(id, bindingsOf(after), locksOut)];
  return {
    title: `${opens ? 'Open' : 'Change access to'} dashboard "${dashboard.title ?? id}"`,
    resources: [`${account.profile}/${id}`],
    risk,
    confirm: risk === 'severe' ? (dashboard.title ?? id) : null,
    guards: same ? [] : guardsOf(opens, locksOut),
    notes: [...notesOf(closes, opens), ...(keepsAccess === null ? [unknownCaller] : [])],
    before: await shown(context, before),
    after: await shown(context, after),
    steps,
    undo: { kind: 'exact', why: null },
    images: [
      {
        ref: { kind: 'acl', id },
        kind: 'acl',
        before: { state: rulesState(before) },
        expected: rulesState(after),
      },
    ],
    async unchanged() {
      const now = (await readRules(context, id)).rules;
      if (sameRules(now, before)) return;
      throw new DashctlError('conflict', `Access to dashboard ${id} was changed by someone else meanwhile.`, {
        hint: 'Repeat the command: it reads the rules anew.',
      });
    },
    async finish() {
      const now = await readRules(context, id);
      if (!sameRules(now.rules, after)) {
        throw new DashctlError('conflict', `Access to dashboard ${id} is not as it was asked for.`, {
          hint: `Look at dashctl acl list ${account.profile}/${id}.`,
        });
      }
      return { value: await toGrants(context, id, now.rules), raw: now.response.body, notes: [] };
    },
    async settle() {
      const now = (await readRules(context, id)).rules;
      if (sameRules(now, after)) return 'applied';
      return sameRules(now, before) ? 'not-applied' : 'unknown';
    },
  };
}

interface Change {
  readonly opens: boolean;
  readonly closes: boolean;
  /** The caller loses the right to edit. */
  readonly loses: boolean;
  readonly lost: readonly NativePrincipal[];
  readonly before: Rules;
  readonly after: Rules;
}

function riskOf({ opens, closes, loses, lost, before, after }: Change): Risk {
  if (opens || loses) return 'severe';
  const wholeOrganization = [...after].some(
    ([who, relation]) => who.startsWith('org:') && before.get(who) !== relation,
  );
  if (wholeOrganization && !closes) return 'exposing';
  const weakened = [...after].some(
    ([who, relation]) => before.get(who) === 'editor' && relation !== 'editor',
  );
  return closes || weakened || lost.length > 0 ? 'destructive' : 'plain';
}

function guardsOf(opens: boolean, locksOut: boolean): readonly Guard[] {
  return [
    ...(opens
      ? [{ flag: '--empty', message: 'Without rules the dashboard is open to the whole organization.' }]
      : []),
    ...(locksOut
      ? [
          {
            flag: '--allow-self-lockout',
            message: 'These keys could no longer change the dashboard or its rules.',
          },
        ]
      : []),
  ];
}

function notesOf(closes: boolean, opens: boolean): readonly string[] {
  if (closes) return ['Until now the dashboard has no rules; from now on only those named have access.'];
  return opens ? ['Everybody in the organization can see and change the dashboard.'] : [];
}

const unknownCaller =
  'An access token does not tell who it belongs to: whether it keeps its access is left to Datadog to check.';

/**
 * Whether the caller can certainly still edit: as a person, by a role, by a team, or as a member of the organization;
 * null when the server does not tell who the caller is.
 */
async function stillEditor({ client }: DatadogContext, after: Rules): Promise<boolean | null> {
  let caller: WireUser;
  try {
    caller = (await currentUser(client)).data;
  } catch (error) {
    if (error instanceof DashctlError && (error.status === 401 || error.status === 403)) return null;
    throw error;
  }
  const editors = new Set([...after].filter(([, relation]) => relation === 'editor').map(([who]) => who));
  const { org, roles } = caller.relationships ?? {};
  const mine = [
    `user:${caller.id}`,
    `org:${org?.data?.id ?? ''}`,
    ...(roles?.data ?? []).map((role) => `role:${role.id}`),
  ];
  if (mine.some((who) => editors.has(who))) return true;
  if (![...editors].some((who) => who.startsWith('team:'))) return false;
  return ((await teamsOfUser(client, caller.id)) ?? []).some((team) => editors.has(`team:${team}`));
}

export async function readRules(
  { client }: DatadogContext,
  id: string,
): Promise<{ readonly rules: Rules; readonly response: HttpResponse }> {
  const { wire, response } = await getPolicy(client, id);
  const { bindings } = wire.data.attributes;
  const rules = new Map(
    bindings.flatMap(({ relation, principals }) => principals.map((who) => [who, relation] as const)),
  );
  return { rules, response };
}

/** Rules as the journal keeps them. None: the dashboard is open to the organization. */
export function rulesState(rules: Rules): Json {
  return [...rules]
    .map(([principal, relation]) => ({ principal, relation }))
    .toSorted((one, other) => (one.principal < other.principal ? -1 : 1));
}

function bindingsOf(rules: Rules): readonly Binding[] {
  const relations = [...new Set(rules.values())].toSorted();
  return relations.map((relation) => ({
    relation,
    principals: [...rules].filter(([, one]) => one === relation).map(([who]) => who),
  }));
}

function sameRules(left: Rules, right: Rules): boolean {
  return left.size === right.size && [...left].every(([who, relation]) => right.get(who) === relation);
}

async function toGrants(context: DatadogContext, id: string, rules: Rules): Promise<readonly Grant[]> {
  return Promise.all(
    [...rules].map(async ([who, relation]) => ({
      profile: context.account.profile,
      provider: 'datadog' as const,
      resource: `${context.account.profile}/${id}`,
      principal: await describePrincipal(context, who),
      level: datadogLevels.find((one) => one.native === relation)?.level ?? null,
      nativeLevel: relation,
      inherited: false,
      inheritedFrom: null,
    })),
  );
}

async function shown(context: DatadogContext, rules: Rules): Promise<Json> {
  const grants = await toGrants(context, '', rules);
  return grants.map(({ principal, nativeLevel }) => ({ principal: { ...principal }, level: nativeLevel }));
}

async function resolveGrants(context: DatadogContext, grants: readonly GrantSpec[]): Promise<Rules> {
  const relations = grants.map((grant) => relationOf(grant.level));
  const principals = await resolveAll(
    context,
    grants.map((grant) => grant.principal),
  );
  const rules = new Map<NativePrincipal, string>();
  principals.forEach((who, index) => {
    const relation = relations[index] ?? '';
    if ((rules.get(who) ?? relation) !== relation) {
      throw new DashctlError('invalid-input', `${who} is given two levels at once.`, {
        hint: 'Name each principal once.',
      });
    }
    rules.set(who, relation);
  });
  return rules;
}

function resolveAll(
  context: DatadogContext,
  principals: readonly PrincipalSpec[],
): Promise<readonly NativePrincipal[]> {
  return Promise.all(principals.map((one) => resolvePrincipal(context, one)));
}

function dashboardOf(resource: AclResource): string {
  if (resource.kind === 'dashboard') return resource.id;
  throw new DashctlError('unsupported', 'Datadog has no folders.', { hint: 'Name a dashboard.' });
}
