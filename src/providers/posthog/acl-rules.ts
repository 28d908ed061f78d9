/** Access controls: one rule per member, per role, and one for everyone else (api/posthog.md §8). */
import { literal, object, record, safeParse, string } from 'valibot';
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Grant, GrantSpec } from '../../model/grant.ts';
import type { LevelSpec } from '../../model/level.ts';
import type { Principal, PrincipalSpec } from '../../model/principal.ts';
import type { Json } from '../../model/shape.ts';
import type { Guard, Risk, WritePlan } from '../../model/write-plan.ts';
import type { AclBackend } from './acl.ts';
import { findAccessControls, putRuleRequest, usersWithAccess, whoIsIt } from './api.ts';
import type { PosthogContext } from './context.ts';
import { checkUuid } from './ids.ts';
import { changed, imageRef, ruleState } from './image-state.ts';
import { levelOf, posthogLevels, refOf } from './map.ts';
import { emailOf, memberPrincipal, peopleOf, roleId } from './people.ts';
import type { Place } from './places.ts';
import type { AccessControlsWire } from './wire.ts';

/** Whom a rule is for: `member:<membership id>`, `role:<id>`, or everyone in the project. */
type Subject = string;
const project: Subject = 'org';

type Rules = ReadonlyMap<Subject, string>;

interface Seen {
  readonly wire: AccessControlsWire;
  readonly rules: Rules;
  readonly response: HttpResponse;
}

export function ruleBackend(context: PosthogContext, place: Place, name: string | null): AclBackend {
  const people = peopleOf(context, place.project);
  const ref = refOf(context.account, place);

  async function read(): Promise<Seen> {
    const found = await findAccessControls(context, place);
    if (found === null) throw new DashctlError('not-found', `PostHog has no dashboard ${place.key}.`);
    // Rules of the whole project have no id of a resource; they cannot be changed here.
    const own = found.wire.access_controls.filter((one) => one.resource_id !== null);
    const rules = new Map(own.map((one) => [subjectOf(one), one.access_level ?? '']));
    return { wire: found.wire, rules, response: found.response };
  }

  async function resolve(spec: PrincipalSpec): Promise<Subject> {
    switch (spec.kind) {
      case 'user':
        return `member:${'id' in spec ? checkUuid(spec.id, 'membership') : (await people.byEmail(emailOf(spec))).id}`;
      case 'role':
        return `role:${await roleId(people, spec)}`;
      case 'org':
        return project;
      case 'team':
        throw new DashctlError('unsupported', 'PostHog has no teams of people.', {
          hint: 'Name a role: role:NAME.',
        });
      case 'everyone':
        throw new DashctlError('unsupported', 'Access rules of PostHog end at the project.', {
          hint: 'Use org for everyone in the project, or dashctl share create for people outside.',
        });
    }
  }

  async function resolveGrants({ wire }: Seen, grants: readonly GrantSpec[]): Promise<Rules> {
    const rules = new Map<Subject, string>();
    for (const { principal, level } of grants) {
      const native = nativeLevel(level, wire.available_access_levels);
      const subject = await resolve(principal);
      if ((rules.get(subject) ?? native) !== native) {
        throw new DashctlError('invalid-input', `${subject} is given two levels at once.`, {
          hint: 'Name each principal once.',
        });
      }
      rules.set(subject, native);
    }
    return rules;
  }

  async function principalOf(subject: Subject): Promise<Principal> {
    const [kind, id = ''] = subject.split(':');
    if (kind === 'member') {
      return memberPrincipal(
        id,
        (await people.known()).find((one) => one.id === id),
      );
    }
    if (kind === 'role') {
      const role = (await people.roles())?.find((one) => one.id === id);
      return { kind: 'role', id, name: role?.name ?? null, email: null };
    }
    return { kind: 'org', id: null, name: null, email: null };
  }

  async function toGrant(subject: Subject, native: string, from: string | null): Promise<Grant> {
    return {
      profile: context.account.profile,
      provider: 'posthog',
      resource: ref,
      principal: await principalOf(subject),
      level: levelOf(native),
      nativeLevel: native,
      inherited: from !== null,
      inheritedFrom: from,
    };
  }

  /** Own rules, then what everyone else has without one of their own. */
  async function toGrants({ wire, rules }: Seen): Promise<readonly Grant[]> {
    const own = await Promise.all([...rules].map(([subject, native]) => toGrant(subject, native, null)));
    const wide = await Promise.all(
      wire.access_controls
        .filter((one) => one.resource_id === null)
        .map((one) => toGrant(subjectOf(one), one.access_level ?? '', 'project')),
    );
    const untold = !rules.has(project) && !wide.some((one) => one.principal.kind === 'org');
    const fallback =
      untold && wire.default_access_level !== null
        ? [await toGrant(project, wire.default_access_level, 'default')]
        : [];
    return [...own, ...wide, ...fallback];
  }

  async function shown(rules: Rules): Promise<Json> {
    return Promise.all(
      [...rules].map(async ([subject, native]) => ({
        principal: { ...(await principalOf(subject)) },
        level: native,
      })),
    );
  }

  async function plan(
    change: (before: Seen) => Promise<Rules>,
    empties: boolean,
    verb = 'Change access to',
  ): Promise<WritePlan<readonly Grant[]>> {
    const seen = await read();
    const before = seen.rules;
    const after = await change(seen);
    const subjects = [...new Set([...before.keys(), ...after.keys()])].filter(
      (subject) => before.get(subject) !== after.get(subject),
    );
    const guards = subjects.length === 0 ? [] : await guardsOf(context, place, seen, after, empties);
    return {
      title: `${verb} dashboard ${name === null ? place.key : `"${name}"`}`,
      resources: [ref],
      risk: guards.length > 0 ? 'severe' : riskOf(seen, after, subjects),
      confirm: guards.length > 0 ? (name ?? place.key) : null,
      guards,
      notes: notesOf(before, after, subjects),
      before: await shown(before),
      after: await shown(after),
      steps: subjects.map((subject) =>
        putRuleRequest(context, place, { access_level: after.get(subject) ?? null, ...keyOf(subject) }),
      ),
      undo: { kind: 'exact', why: null },
      images: [
        {
          ...changed(imageRef('acl', place), ruleState(before), ruleState(after)),
          between: stagesOf(before, after, subjects).map(ruleState),
        },
      ],
      async unchanged() {
        if (sameRules((await read()).rules, before)) return;
        throw new DashctlError(
          'conflict',
          `Access to dashboard ${place.key} was changed by someone else meanwhile.`,
          {
            hint: 'Repeat the command: it reads the rules anew.',
          },
        );
      },
      async finish() {
        const now = await read();
        if (!sameRules(now.rules, after)) {
          throw new DashctlError('conflict', `Access to dashboard ${place.key} is not as it was asked for.`, {
            hint: `Look at dashctl acl list ${ref}.`,
          });
        }
        return { value: await toGrants(now), raw: now.response.body, notes: [] };
      },
      async settle() {
        const now = (await read()).rules;
        if (sameRules(now, after)) return 'applied';
        return sameRules(now, before) ? 'not-applied' : 'unknown';
      },
    };
  }

  return {
    async list() {
      const seen = await read();
      return { items: await toGrants(seen), raw: seen.response.body };
    },
    planGrant: (grants) =>
      plan(async (seen) => new Map([...seen.rules, ...(await resolveGrants(seen, grants))]), false),
    planRevoke: (principals) =>
      plan(async ({ rules }) => {
        const unwanted = await Promise.all(principals.map(resolve));
        return new Map([...rules].filter(([subject]) => !unwanted.includes(subject)));
      }, false),
    planSet: (grants) => plan((seen) => resolveGrants(seen, grants), grants.length === 0),
    image: async () => ruleState((await read()).rules),
    planRestore: (image) =>
      plan(({ wire }) => Promise.resolve(rulesIn(image, wire)), false, 'Restore access to'),
  };
}

/** The rules of an image. @throws DashctlError `unsupported` for rights of the other kind, or an unknown level */
function rulesIn(image: Json, { available_access_levels: available }: AccessControlsWire): Rules {
  const read = safeParse(ruleImage, image);
  if (!read.success) {
    throw new DashctlError('unsupported', 'The dashboard had collaborators then; access rules rule it now.', {
      hint: 'Restrict it again first: dashctl dashboards update ID --restriction invited.',
    });
  }
  const rules = Object.entries(read.output.rules);
  for (const [, native] of rules) nativeLevel({ native }, available);
  return new Map(rules);
}

const ruleImage = object({ ruledBy: literal('access-controls'), rules: record(string(), string()) });

function subjectOf(rule: {
  readonly organization_member: string | null;
  readonly role: string | null;
}): Subject {
  if (rule.organization_member !== null) return `member:${rule.organization_member}`;
  return rule.role === null ? project : `role:${rule.role}`;
}

function keyOf(subject: Subject): { readonly organization_member?: string; readonly role?: string } {
  const [kind, id = ''] = subject.split(':');
  if (kind === 'member') return { organization_member: id };
  return kind === 'role' ? { role: id } : {};
}

/** The server's word. @throws DashctlError `unsupported` for a level that this server does not have */
function nativeLevel(spec: LevelSpec, available: readonly string[]): string {
  const native =
    'native' in spec ? spec.native : (posthogLevels.find((one) => one.level === spec.level)?.native ?? '');
  if (available.includes(native)) return native;
  const asked = 'native' in spec ? spec.native : `${spec.level} (${native})`;
  throw new DashctlError('unsupported', `This server has no level ${asked} for dashboards.`, {
    hint: `It has ${available.join(', ')}.`,
    details: { levels: available },
  });
}

/** The rules after each request but the last, which change one subject each. */
function stagesOf(before: Rules, after: Rules, subjects: readonly Subject[]): readonly Rules[] {
  return subjects.slice(0, -1).map((_, last) => {
    const done = subjects.slice(0, last + 1);
    const kept = [...before].filter(([subject]) => !done.includes(subject));
    return new Map([...kept, ...[...after].filter(([subject]) => done.includes(subject))]);
  });
}

function sameRules(left: Rules, right: Rules): boolean {
  return left.size === right.size && [...left].every(([subject, native]) => right.get(subject) === native);
}

/** From least to most; a word that is unknown counts as least. */
function rank(native: string | null | undefined): number {
  return posthogLevels.findIndex((one) => one.native === native);
}

function riskOf({ wire, rules: before }: Seen, after: Rules, changed: readonly Subject[]): Risk {
  const fallback = wire.default_access_level;
  const everyoneBefore = before.get(project) ?? fallback;
  const everyoneAfter = after.get(project) ?? fallback;
  if (rank(everyoneAfter) > rank(everyoneBefore)) return 'exposing';
  const lowered = changed.some((subject) => {
    const had = before.get(subject) ?? (subject === project ? fallback : null);
    return had !== null && rank(after.get(subject)) < rank(had);
  });
  // A rule of one's own goes before that of everyone: granting view to an editor takes something away.
  const narrowed = changed.some(
    (subject) =>
      subject !== project && !before.has(subject) && rank(after.get(subject)) < rank(everyoneAfter),
  );
  return lowered || narrowed ? 'destructive' : 'plain';
}

function notesOf(before: Rules, after: Rules, changed: readonly Subject[]): readonly string[] {
  const removed = changed.filter((subject) => before.has(subject) && !after.has(subject));
  return [
    ...(changed.includes(project) && after.get(project) === 'none'
      ? ['Everyone without a rule of their own loses the dashboard; its author and admins keep it.']
      : []),
    ...(removed.some((subject) => subject !== project)
      ? [
          'Whoever loses a rule of their own falls back to that of a role, of the dashboard or of the project.',
        ]
      : []),
  ];
}

async function guardsOf(
  context: PosthogContext,
  place: Place,
  seen: Seen,
  after: Rules,
  empties: boolean,
): Promise<readonly Guard[]> {
  return [
    ...(empties
      ? [{ flag: '--empty', message: 'Without rules of its own the dashboard has those of the project.' }]
      : []),
    ...((await locksOut(context, place, seen, after))
      ? [
          {
            flag: '--allow-self-lockout',
            message: 'The owner of this key could no longer change who has access.',
          },
        ]
      : []),
  ];
}

/** Whether the caller, now a manager by a rule, might not be one afterwards. Authors and admins always are. */
async function locksOut(
  context: PosthogContext,
  place: Place,
  { wire, rules: before }: Seen,
  after: Rules,
): Promise<boolean> {
  const me = await whoIsIt(context);
  if (me === null || wire.user_access_level !== 'manager') return false;
  const { wire: users } = await usersWithAccess(context, place);
  const row = users.find((one) => one.user_id === me.id || one.user_id === me.uuid);
  const own = `member:${row?.organization_membership_id ?? ''}`;
  const kept = after.get(own);
  switch (row?.access_source) {
    case 'explicit_member':
      return kept !== 'manager';
    case 'explicit_role':
      if (kept !== undefined) return kept !== 'manager';
      return [...before].some(
        ([subject, native]) => subject.startsWith('role:') && after.get(subject) !== native,
      );
    case 'default':
      return (kept ?? after.get(project) ?? wire.default_access_level) !== 'manager';
    default:
      return false;
  }
}
