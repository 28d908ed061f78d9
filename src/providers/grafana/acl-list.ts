/** Rules of permission lists: which entries stand for an object itself, what a change starts from, what counts as equal. */
import type { Json } from '../../model/shape.ts';
import { formatPrincipal } from '../../model/principal-text.ts';
import type { AclReading } from './acl-backend.ts';
import { isSound, keyOf } from './acl-entry.ts';
import type { AclEntry } from './acl-entry.ts';
import { levelFromNumber } from './map.ts';
import type { GrafanaObject } from './objects.ts';

/** The own list to start from, one entry per principal. */
export function baseOf(object: GrafanaObject, entries: readonly AclEntry[]) {
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
export function mergeDuplicates(entries: readonly AclEntry[]): {
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

/**
 * The list that stands for the object itself: its own entries, or at root the defaults that apply as long as there are
 * none. In a folder the defaults are the folder's: an own entry adds to them. At root it replaces them.
 */
export function inForce(object: GrafanaObject, entries: readonly AclEntry[]): readonly AclEntry[] {
  const own = ownOf(entries);
  if (own.length > 0 || object.parent !== null) return own;
  return entries.filter((entry) => entry.origin === 'default');
}

export function ownOf(entries: readonly AclEntry[]): AclEntry[] {
  return entries.filter((entry) => entry.origin === 'own');
}

export function isSame(one: AclEntry, other: AclEntry): boolean {
  return keyOf(one.principal) === keyOf(other.principal);
}

export function isLowered(entry: AclEntry, before: readonly AclEntry[]): boolean {
  return before.some((one) => isSame(one, entry) && one.permission > entry.permission);
}

/** New, or higher than before. */
export function isRaised(entry: AclEntry, before: readonly AclEntry[]): boolean {
  return !before.some((one) => isSame(one, entry) && one.permission >= entry.permission);
}

/** Same principals with the same levels; the order, which every write may change, aside. */
export function sameList(one: readonly AclEntry[], other: readonly AclEntry[]): boolean {
  return sameTexts(one.map(contentOf), other.map(contentOf));
}

/**
 * Nothing changed since the plan was made. Inherited entries count, a change of the folder can turn a harmless plan into
 * a lock-out; row ids count, a DELETE names one.
 */
export function sameReading(one: AclReading, other: AclReading): boolean {
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
export function summary(entries: readonly AclEntry[]): Json {
  return Object.fromEntries(entries.map((entry) => [formatPrincipal(entry.principal), levelText(entry)]));
}

function levelText({ permission, native, flaw }: AclEntry): string {
  return flaw === null ? (levelFromNumber(permission).level ?? native) : `${native} (${flaw})`;
}
