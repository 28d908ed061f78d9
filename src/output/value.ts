/** How the fields of a shape become text, and which fields are shown. */
import { DashctlError } from '../errors.ts';
import { nearest } from '../model/nearest.ts';
import type { Field, FieldKind, Json, Shape } from '../model/shape.ts';

/** A normalised object by key. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * The fields that were asked for, in that order; null when none was.
 * @throws DashctlError `usage` when a name is unknown; it lists all of them.
 */
export function selectFields(shape: Shape, names: readonly string[] | null): readonly Field[] | null {
  if (names === null) return null;
  return names.map((name) => {
    const field = shape.fields.find(({ key }) => key === name);
    if (field !== undefined) return field;
    const known = shape.fields.map(({ key }) => key);
    const close = nearest(name, known);
    throw new DashctlError('usage', `A ${shape.noun} has no field "${name}".`, {
      hint: `${close === null ? '' : `Did you mean ${close}? `}Fields: ${known.join(', ')}.`,
      details: { unknown: name, fields: known },
    });
  });
}

/** The fields that a table (`forTable`), tsv and csv show when none was asked for. */
export function defaultFields(shape: Shape, severalProfiles: boolean, forTable: boolean): readonly Field[] {
  return shape.fields.filter(
    ({ table }) =>
      table === 'yes' ||
      table === 'if-room' ||
      (table === 'if-filled' && forTable) ||
      (table === 'several-profiles' && severalProfiles),
  );
}

/** The object with exactly these keys, in this order; `null` for what it lacks. */
export function pick(row: object, fields: readonly Field[]): Row {
  const values = row as Row;
  const picked: Record<string, unknown> = {};
  for (const { key } of fields) picked[key] = values[key] ?? null;
  return picked;
}

/** A value as text for tsv and csv, unescaped; empty for null. Times stay ISO 8601 UTC. */
export function plainText(value: unknown, kind: FieldKind): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  // Lists of objects (invitees, settings) stay JSON: joined texts could not be taken apart again.
  if (Array.isArray(value) && kind !== 'object')
    return value.map((item: unknown) => plainText(item, kind)).join(',');
  return principalText(value) ?? JSON.stringify(value);
}

/** A value as text for people, unescaped: `-` for null, yes and no, times relative to `now` (milliseconds). */
export function friendlyText(value: unknown, kind: FieldKind, now: number): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (kind === 'time' && typeof value === 'string') return relativeTime(value, now);
  return plainText(value, kind);
}

const principalKinds: ReadonlySet<unknown> = new Set(['user', 'team', 'role', 'org', 'everyone']);

/**
 * A principal as it is written on the command line: `org`, `user:ana@example.com`, `team:sre`, and `user#11` when only
 * its id is known. Null when the value is no principal.
 */
export function principalText(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const { kind, id, name, email } = value as Row;
  if (!principalKinds.has(kind) || typeof kind !== 'string' || !('id' in value)) return null;
  if (kind === 'org' || kind === 'everyone') return kind;
  if (typeof email === 'string') return `${kind}:${email}`;
  if (typeof name === 'string') return `${kind}:${name}`;
  return typeof id === 'string' || typeof id === 'number' ? `${kind}#${id}` : kind;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const units: readonly (readonly [name: string, length: number, below: number])[] = [
  ['minute', minute, hour],
  ['hour', hour, day],
  ['day', day, 30 * day],
  ['month', 30 * day, 365 * day],
  ['year', 365 * day, Infinity],
];

/** `3 days ago`, `in 2 hours`, `just now`; a text that is no ISO 8601 time stays as it is. `now` in milliseconds. */
export function relativeTime(iso: string, now: number): string {
  const then = /^\d{4}-\d{2}-\d{2}T/.test(iso) ? Date.parse(iso) : NaN;
  if (Number.isNaN(then)) return iso;
  const distance = Math.abs(now - then);
  if (distance < minute) return then > now ? 'in a moment' : 'just now';
  const [name, length] = units.find(([, , below]) => distance < below) ?? ['year', 365 * day];
  const count = Math.floor(distance / length);
  const span = `${count} ${name}${count === 1 ? '' : 's'}`;
  return then > now ? `in ${span}` : `${span} ago`;
}

/** Any value as JSON: what `JSON.stringify` would keep of it. */
export function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null)) as Json;
}
