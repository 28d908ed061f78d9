/**
 * How a permission list changes, whatever asks for it: read, decide, weigh, compare just before sending, send, read back.
 * Dangers and answers: api/grafana.md §14.
 */
import { isDeepStrictEqual } from 'node:util';

import { DashctlError } from '../../errors.ts';
import type { Grant } from '../../model/grant.ts';
import type { Guard, Outcome, Risk, UndoKind, WritePlan } from '../../model/write-plan.ts';
import { formatPrincipal } from '../../model/principal-text.ts';
import type { AclResource, ProviderWorld } from '../provider.ts';
import { lossOf, standingOf } from './access.ts';
import type { AclBackend, AclReading } from './acl-backend.ts';
import { backendOf } from './acl-backends.ts';
import { grantFromEntry, isSound, keyOf } from './acl-entry.ts';
import type { AclEntry } from './acl-entry.ts';
import { inForce, isLowered, isRaised, isSame, sameList, sameReading, summary } from './acl-list.ts';
import { aclRef, aclState, ownState } from './acl-state.ts';
import type { GrafanaApi } from './api.ts';
import type { Generation } from './generation.ts';
import { levelFromNumber } from './map.ts';
import { findObject, referenceOf } from './objects.ts';
import type { GrafanaObject } from './objects.ts';
import type { Session } from './session.ts';

export type Verb = 'grant' | 'revoke' | 'set' | 'restore';

/** The own list as it is, as it shall be, and what the user should know about the difference. */
export interface Change {
  readonly own: readonly AclEntry[];
  /** What counts as the own list before: the own entries, or at root the defaults that stand for none. */
  readonly before: readonly AclEntry[];
  readonly after: readonly AclEntry[];
  /** What comes from the folder, its defaults included. */
  readonly elsewhere: readonly AclEntry[];
  readonly fromDefaults: boolean;
  readonly notes: readonly string[];
  /** The entries have to stand as own ones, even where equal defaults apply. */
  readonly mustBeOwn?: boolean;
}

export type AclPlanner = ReturnType<typeof aclPlanner>;

export function aclPlanner(
  world: ProviderWorld,
  api: GrafanaApi,
  session: Session,
  generation: () => Promise<Generation>,
) {
  const { account } = world;

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
    const already = sameList(before, after) && !(change.mustBeOwn === true && change.fromDefaults);
    const steps = already ? [] : backend.steps(object, { before: own, after });
    const state = aclState(object, reading.entries);
    const expected = already ? state : ownState(after);
    const between = already ? [] : (backend.stages?.({ before: own, after }) ?? []).map(ownState);
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
      undo: undoOf(backend, change),
      images: [{ ref: aclRef(object), kind: 'acl', before: { state }, expected, between }],
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
        const now = aclState(object, (await backend.read(object)).entries);
        if (isDeepStrictEqual(now, expected)) return 'applied';
        return isDeepStrictEqual(now, state) ? 'not-applied' : 'unknown';
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
    if ((verb === 'set' || verb === 'restore') && removed.length > 0) {
      notes.push(
        `Removes ${removed.map((entry) => `${formatPrincipal(entry.principal)} (${entry.native})`).join(', ')}.`,
      );
    }

    const empties = after.length === 0 && before.length > 0;
    if (empties) {
      notes.push(...whatRemains(backend, object, elsewhere));
      // An earlier state without own entries is no slip of the hand; without any entry it still shuts people out.
      if (verb !== 'restore' || elsewhere.length === 0)
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
    if (empties || guards.length > 0 || lastAdmin) risk = 'severe';
    return { risk, guards, notes, lockout: loss !== null };
  }

  return { open, plan, grantsOf };
}

const titles: Readonly<Record<Verb, string>> = {
  grant: 'Grant access to',
  revoke: 'Revoke access to',
  set: 'Replace the permissions of',
  restore: 'Restore the permissions of',
};

interface Danger {
  readonly risk: Risk;
  readonly guards: readonly Guard[];
  readonly notes: readonly string[];
  /** The caller would lose the right to read the result back. */
  readonly lockout: boolean;
}

const harmless: Danger = { risk: 'plain', guards: [], notes: [], lockout: false };

/** Whether the list comes back as it was: defaults and what no request can write do not. */
function undoOf(backend: AclBackend, { before, fromDefaults, elsewhere }: Change): UndoKind {
  if (fromDefaults && backend.replacesList) {
    return { kind: 'lossy', why: 'Explicit entries stand where the defaults of Grafana stood.' };
  }
  const lost = before.filter(
    (entry, index) =>
      !isWritable(backend, entry, elsewhere) || before.findIndex((one) => isSame(one, entry)) !== index,
  );
  if (lost.length === 0) return { kind: 'exact', why: null };
  const names = lost.map((entry) => `${formatPrincipal(entry.principal)} (${entry.native})`).join(', ');
  return { kind: 'lossy', why: `What can't be written as the server holds it is left out: ${names}.` };
}

/** Whether an entry can be written as it is, given what applies from elsewhere. */
export function isWritable(backend: AclBackend, entry: AclEntry, elsewhere: readonly AclEntry[]): boolean {
  const { principal } = entry;
  if (!isSound(entry)) return false;
  if (principal.kind === 'role' && principal.name !== 'Viewer' && principal.name !== 'Editor') {
    return !backend.replacesList;
  }
  const above = elsewhere.find((one) => isSame(one, entry));
  return above === undefined || !backend.mustExceedInherited || entry.permission > above.permission;
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
