/**
 * Access control lists of dashboards and folders. All generations share one way: read, change, show, compare just before
 * sending, send, read back. Dangers and answers: api/grafana.md §14.
 */
import { DashctlError } from '../../errors.ts';
import type { Grant, GrantSpec } from '../../model/grant.ts';
import type { Json, Page } from '../../model/shape.ts';
import type { Guard, Outcome, Risk, WritePlan } from '../../model/write-plan.ts';
import { formatPrincipal, formatPrincipalSpec } from '../../model/principal-text.ts';
import type { AclCapability, AclResource, ProviderWorld } from '../provider.ts';
import { lossOf, standingOf } from './access.ts';
import { acl5Beta } from './acl-5-beta.ts';
import { aclAccessControl } from './acl-access-control.ts';
import type { AclBackend, AclReading } from './acl-backend.ts';
import { grantFromEntry, isSound, keyOf, ownEntry } from './acl-entry.ts';
import type { AclEntry } from './acl-entry.ts';
import { aclPermissions } from './acl-permissions.ts';
import type { GrafanaApi } from './api.ts';
import type { Generation } from './generation.ts';
import { levelFromNumber, levelMappings, permissionFromSpec } from './map.ts';
import { findObject, referenceOf } from './objects.ts';
import type { GrafanaObject } from './objects.ts';
import { principalResolver } from './principals.ts';
import type { PrincipalResolver } from './principals.ts';
import type { Session } from './session.ts';

type Verb = 'grant' | 'revoke' | 'set';

/** The own list as it is, as it shall be, and what the user should know about the difference. */
interface Change {
  readonly own: readonly AclEntry[];
  /** What counts as the own list before: the own entries, or at root the defaults that stand for none. */
  readonly before: readonly AclEntry[];
  readonly after: readonly AclEntry[];
  /** What comes from the folder, its defaults included. */
  readonly elsewhere: readonly AclEntry[];
  readonly fromDefaults: boolean;
  readonly notes: readonly string[];
}

export function backendOf(api: GrafanaApi, generation: Generation): AclBackend {
  if (generation.name === 'acl') return acl5Beta(api);
  return generation.name === 'access-control' ? aclAccessControl(api) : aclPermissions(api, generation);
}

export function grafanaAcl(
  world: ProviderWorld,
  api: GrafanaApi,
  session: Session,
  generation: () => Promise<Generation>,
): AclCapability {
  const { account } = world;
  const resolver = principalResolver(api);

  async function open(resource: AclResource) {
    const found = await generation();
    const backend = backendOf(api, found);
    const object = await findObject(api, resource);
    return { backend, object, generation: found, reading: await backend.read(object) };
  }

  function grantsOf(object: GrafanaObject, entries: readonly AclEntry[]): Grant[] {
    return entries.map((entry) => grantFromEntry(account, object, entry));
  }

  async function plan(
    resource: AclResource,
    verb: Verb,
    decide: (context: {
      backend: AclBackend;
      object: GrafanaObject;
      entries: readonly AclEntry[];
    }) => Promise<Change>,
  ): Promise<WritePlan<readonly Grant[]>> {
    await session.verifyOrg();
    const { backend, object, generation: found, reading } = await open(resource);
    const change = await decide({ backend, object, entries: reading.entries });
    const { own, before, after } = change;
    const steps = sameList(before, after) ? [] : backend.steps(object, { before: own, after });
    if (steps.length > 0 && backend.mustExceedInherited) refuseOverrides(change);
    const danger = steps.length === 0 ? harmless : await weigh(verb, backend, object, change);

    return {
      title: `${titles[verb]} ${object.kind} "${object.title}"`,
      resources: [`${account.profile}/${referenceOf(object)}`],
      risk: danger.risk,
      confirm: danger.risk === 'severe' ? object.title : null,
      guards: danger.guards,
      notes: [
        ...change.notes,
        ...danger.notes,
        ...(steps.length === 0 ? [] : incompleteNotes(backend, found)),
      ],
      before: summary(before),
      after: summary(steps.length === 0 ? before : after),
      steps,
      undo:
        change.fromDefaults && backend.replacesList
          ? { kind: 'lossy', why: 'Explicit entries stand where the defaults of Grafana stood.' }
          : { kind: 'exact', why: null },
      async unchanged() {
        const now = await backend.read(object);
        if (sameReading(now, reading)) return;
        throw new DashctlError('conflict', `The permissions of "${object.title}" were changed meanwhile.`, {
          hint: 'Run the command again: it reads them anew.',
          details: { read: summary(before), now: summary(inForce(object, now.entries)) },
        });
      },
      finish: () => finish(backend, object, steps.length === 0 ? null : after, danger.lockout),
      async settle() {
        const now = inForce(object, (await backend.read(object)).entries);
        if (sameList(now, after)) return 'applied';
        return sameList(now, before) ? 'not-applied' : 'unknown';
      },
    };
  }

  /** @param expected the own list that must be there now; null when nothing was sent */
  async function finish(
    backend: AclBackend,
    object: GrafanaObject,
    expected: readonly AclEntry[] | null,
    lockout: boolean,
  ): Promise<Outcome<readonly Grant[]>> {
    let reading: AclReading;
    try {
      reading = await backend.read(object);
    } catch (error) {
      if (!lockout || expected === null || !(error instanceof DashctlError) || error.code !== 'not-allowed')
        throw error;
      const note = 'You may no longer read these permissions, so the result is as planned, not as read back.';
      return { value: grantsOf(object, expected), raw: null, notes: [note] };
    }
    const now = inForce(object, reading.entries);
    if (expected !== null && !sameList(now, expected)) {
      throw new DashctlError(
        'conflict',
        `The permissions of "${object.title}" are not as planned after the write.`,
        {
          hint: `Look at them with dashctl acl list ${account.profile}/${referenceOf(object)}.`,
          details: { planned: summary(expected), found: summary(now) },
        },
      );
    }
    return { value: grantsOf(object, reading.entries), raw: reading.raw, notes: [] };
  }

  /** Risk, guards and consequences of a change that takes requests. */
  async function weigh(
    verb: Verb,
    backend: AclBackend,
    object: GrafanaObject,
    change: Change,
  ): Promise<Danger> {
    const { before, after, elsewhere } = change;
    const notes: string[] = [];
    const guards: Guard[] = [];
    const removed = before.filter(
      (entry) => !after.some((other) => keyOf(other.principal) === keyOf(entry.principal)),
    );
    const lowered = after.filter((entry) => isLowered(entry, before));
    if (verb === 'set' && removed.length > 0) {
      notes.push(
        `Removes ${removed.map((entry) => `${formatPrincipal(entry.principal)} (${entry.native})`).join(', ')}.`,
      );
    }

    const empties = after.length === 0 && before.length > 0;
    if (empties) {
      notes.push(...whatRemains(backend, object, elsewhere));
      guards.push({ flag: '--empty', message: `No own entry of "${object.title}" would remain.` });
    }

    const caller = await session.caller();
    const then = [...after, ...elsewhere];
    const standing = await standingOf(api, caller, [...before, ...then]);
    const loss = lossOf(caller, standing, [...before, ...elsewhere], then);
    if (loss !== null) {
      const left = loss.after === 0 ? 'no access' : levelFromNumber(loss.after).native;
      guards.push({
        flag: '--allow-self-lockout',
        message: `Your own access to "${object.title}" would fall from ${levelFromNumber(loss.before).native} to ${left}.`,
      });
    }

    const isAdmin = (entry: AclEntry): boolean => entry.permission === 4 && entry.origin !== 'implicit';
    const lastAdmin = before.some(isAdmin) && !then.some(isAdmin);
    if (lastAdmin) notes.push(`Nobody but organization admins will administer "${object.title}".`);

    // A role is everybody who holds it: giving it more lets many people see something at once.
    const exposed = after.some((entry) => entry.principal.kind === 'role' && isRaised(entry, before));
    let risk: Risk = exposed ? 'exposing' : 'plain';
    if (removed.length > 0 || lowered.length > 0) risk = 'destructive';
    if (empties || lastAdmin || loss !== null) risk = 'severe';
    return { risk, guards, notes, lockout: loss !== null };
  }

  return {
    levels: levelMappings,

    async list(resource): Promise<Page<Grant>> {
      const { object, reading } = await open(resource);
      for (const { principal, native } of reading.entries) {
        if (principal.kind === 'role' || principal.name !== null) continue;
        world.warn(`${formatPrincipal(principal)} holds ${native} but does not exist any more.`);
      }
      return { items: grantsOf(object, reading.entries), raw: reading.raw };
    },

    async planGrant(resource, grants) {
      return plan(resource, 'grant', async ({ backend, object, entries }) => {
        const base = baseOf(object, entries);
        const wanted = await resolveGrants(resolver, grants, entries);
        const notes = [...base.notes];
        let after = base.merged;
        for (const entry of wanted) {
          const above = base.elsewhere.find((one) => isSame(one, entry));
          const who = formatPrincipal(entry.principal);
          if (above !== undefined && backend.mustExceedInherited && entry.permission === above.permission) {
            notes.push(`${who} already has ${above.native} from ${above.from ?? ''}.`);
            continue;
          }
          if (above !== undefined && entry.permission < above.permission) {
            notes.push(`${who} keeps ${above.native} from ${above.from ?? ''}: the higher level counts.`);
          }
          const present = after.find((one) => isSame(one, entry));
          if (present === undefined) after = [...after, entry];
          else if (present.permission !== entry.permission || !isSound(present)) {
            after = after.map((one) => (one === present ? entry : one));
          }
        }
        return { ...base, after: base.explicit(after), notes: base.notesFor(after, notes) };
      });
    },

    async planRevoke(resource, principals) {
      return plan(resource, 'revoke', async ({ object, entries }) => {
        const base = baseOf(object, entries);
        const notes = [...base.notes];
        let after = base.merged;
        for (const spec of principals) {
          const key = keyOf(await resolver.resolve(spec, entries, 'revoke'));
          const rest = after.filter((entry) => keyOf(entry.principal) !== key);
          const above = base.elsewhere.find((entry) => keyOf(entry.principal) === key);
          if (above !== undefined) {
            notes.push(
              `${formatPrincipal(above.principal)} keeps ${above.native}: it comes from ${above.from ?? ''} and is revoked there.`,
            );
          } else if (rest.length === after.length) {
            notes.push(`${formatPrincipalSpec(spec)} has no entry.`);
          }
          after = rest;
        }
        return { ...base, after: base.explicit(after), notes: base.notesFor(after, notes) };
      });
    },

    async planSet(resource, grants) {
      return plan(resource, 'set', async ({ object, entries }) => {
        const base = baseOf(object, entries);
        const wanted = await resolveGrants(resolver, grants, entries);
        const after = wanted.map((entry) => {
          const present = base.merged.find((one) => isSame(one, entry));
          return present?.permission === entry.permission && isSound(present) ? present : entry;
        });
        return { ...base, after: base.explicit(after), notes: base.notesFor(after, base.notes) };
      });
    },
  };
}

const titles: Readonly<Record<Verb, string>> = {
  grant: 'Grant access to',
  revoke: 'Revoke access to',
  set: 'Replace the permissions of',
};

interface Danger {
  readonly risk: Risk;
  readonly guards: readonly Guard[];
  readonly notes: readonly string[];
  /** The caller would lose the right to read the result back. */
  readonly lockout: boolean;
}

const harmless: Danger = { risk: 'plain', guards: [], notes: [], lockout: false };

/** The own list to start from, one entry per principal. */
function baseOf(object: GrafanaObject, entries: readonly AclEntry[]) {
  const own = ownOf(entries);
  const before = inForce(object, entries);
  const fromDefaults = before.some((entry) => entry.origin === 'default');
  const { merged, notes } = mergeDuplicates(before);
  const elsewhere = entries.filter(
    (entry) => entry.origin !== 'own' && entry.origin !== 'implicit' && !before.includes(entry),
  );
  return {
    own,
    before,
    merged,
    elsewhere,
    fromDefaults,
    notes,
    /** Entries that stand for defaults become own ones. */
    explicit: (after: readonly AclEntry[]): readonly AclEntry[] =>
      after.map((entry) =>
        entry.origin === 'own' ? entry : { ...entry, origin: 'own', from: null, rowId: null },
      ),
    notesFor(after: readonly AclEntry[], said: readonly string[]): readonly string[] {
      const kept = after.filter((entry) => entry.origin === 'default');
      if (!fromDefaults || sameList(after, before)) return said;
      const names = kept.map((entry) => `${formatPrincipal(entry.principal)} (${entry.native})`).join(', ');
      return [
        ...said,
        names === ''
          ? 'Only the defaults of Grafana applied until now; they end with the first own list.'
          : `Only the defaults of Grafana applied until now: ${names} become explicit entries.`,
      ];
    },
  };
}

/** 5.0 beta stores a role twice, and older writes leave doubles: the highest counts (api/grafana.md §6.5). */
function mergeDuplicates(entries: readonly AclEntry[]): {
  merged: readonly AclEntry[];
  notes: readonly string[];
} {
  const merged: AclEntry[] = [];
  const notes: string[] = [];
  for (const entry of entries) {
    const at = merged.findIndex((one) => isSame(one, entry) && isSound(one) && isSound(entry));
    const other = merged[at];
    if (other === undefined) {
      merged.push(entry);
      continue;
    }
    const highest = entry.permission > other.permission ? entry : other;
    merged[at] = highest;
    notes.push(
      `${formatPrincipal(entry.principal)} stands in the list twice; ${highest.native}, the highest, counts and stays.`,
    );
  }
  return { merged, notes };
}

/** @throws DashctlError `invalid-input` when a principal is given two levels */
async function resolveGrants(
  resolver: PrincipalResolver,
  grants: readonly GrantSpec[],
  entries: readonly AclEntry[],
): Promise<AclEntry[]> {
  const levels = grants.map((grant) => permissionFromSpec(grant.level));
  const wanted = new Map<string, AclEntry>();
  for (const [index, grant] of grants.entries()) {
    const permission = levels[index];
    if (permission === undefined) continue;
    const entry = ownEntry(await resolver.resolve(grant.principal, entries, 'grant'), permission);
    const key = keyOf(entry.principal);
    const earlier = wanted.get(key);
    if (earlier !== undefined && earlier.permission !== permission) {
      throw new DashctlError('invalid-input', `${formatPrincipal(entry.principal)} is given two levels.`, {
        hint: 'Name every principal once.',
      });
    }
    wanted.set(key, entry);
  }
  return [...wanted.values()];
}

/** Guardians of 5 to 8 answer 400 "you can only override a permission to be higher". */
function refuseOverrides({ after, elsewhere }: Change): void {
  for (const entry of after) {
    const above = elsewhere.find((one) => isSame(one, entry));
    if (above !== undefined && isSound(entry) && entry.permission <= above.permission)
      refuseOverride(entry, above);
  }
}

function refuseOverride(entry: AclEntry, above: AclEntry): never {
  const who = formatPrincipal(entry.principal);
  throw new DashctlError(
    'refused',
    `${who} has ${above.native} from ${above.from ?? ''}; an own entry must be higher than that, and ${entry.native} is not.`,
    { hint: `Leave ${who} out (revoke an own entry that it still has), or change the entry of the folder.` },
  );
}

function whatRemains(backend: AclBackend, object: GrafanaObject, elsewhere: readonly AclEntry[]): string[] {
  const notes =
    elsewhere.length > 0
      ? [
          `What remains is inherited: ${elsewhere.map((entry) => `${formatPrincipal(entry.principal)} (${entry.native})`).join(', ')}.`,
        ]
      : [`Only organization admins will see "${object.title}"; the defaults do not come back by themselves.`];
  if (backend.savingReopens) {
    notes.push(
      `On this server the next save of "${object.title}" brings the defaults back: Viewers see it again, Editors edit it.`,
    );
  }
  return notes;
}

/** What a replaced list may lose without a word (api/grafana.md §6.6). */
function incompleteNotes(backend: AclBackend, generation: Generation): string[] {
  return backend.replacesList && generation.version?.startsWith('7.4.') === true
    ? [
        'Grafana 7.4 may leave rows out of the list that it shows (grafana/grafana#31134); the write would remove those.',
      ]
    : [];
}

/**
 * The list that stands for the object itself: its own entries, or at root the defaults that apply as long as there are
 * none. In a folder the defaults are the folder's: an own entry adds to them. At root it replaces them.
 */
function inForce(object: GrafanaObject, entries: readonly AclEntry[]): readonly AclEntry[] {
  const own = ownOf(entries);
  if (own.length > 0 || object.parent !== null) return own;
  return entries.filter((entry) => entry.origin === 'default');
}

function ownOf(entries: readonly AclEntry[]): AclEntry[] {
  return entries.filter((entry) => entry.origin === 'own');
}

function isSame(one: AclEntry, other: AclEntry): boolean {
  return keyOf(one.principal) === keyOf(other.principal);
}

function isLowered(entry: AclEntry, before: readonly AclEntry[]): boolean {
  return before.some((one) => isSame(one, entry) && one.permission > entry.permission);
}

/** New, or higher than before. */
function isRaised(entry: AclEntry, before: readonly AclEntry[]): boolean {
  return !before.some((one) => isSame(one, entry) && one.permission >= entry.permission);
}

/** Same principals with the same levels; the order, which every write may change, aside. */
function sameList(one: readonly AclEntry[], other: readonly AclEntry[]): boolean {
  return sameTexts(one.map(contentOf), other.map(contentOf));
}

/**
 * Nothing changed since the plan was made. Inherited entries count, a change of the folder can turn a harmless plan into
 * a lock-out; row ids count, a DELETE names one.
 */
function sameReading(one: AclReading, other: AclReading): boolean {
  const whole = (entry: AclEntry): string => JSON.stringify([contentOf(entry), entry.origin, entry.rowId]);
  return sameTexts(one.entries.map(whole), other.entries.map(whole));
}

function contentOf(entry: AclEntry): string {
  return JSON.stringify([keyOf(entry.principal), entry.permission, entry.flaw]);
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify(one.toSorted()) === JSON.stringify(other.toSorted());
}

/** `{"team:sre": "edit"}`, the own list as people write it. */
function summary(entries: readonly AclEntry[]): Json {
  return Object.fromEntries(entries.map((entry) => [formatPrincipal(entry.principal), levelText(entry)]));
}

function levelText({ permission, native, flaw }: AclEntry): string {
  return flaw === null ? (levelFromNumber(permission).level ?? native) : `${native} (${flaw})`;
}
