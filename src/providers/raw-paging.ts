/** How the answer to a raw GET leads to the next page: one rule per provider, parts that several share. */

export type Query = readonly (readonly [name: string, value: string])[];

/** A page as it was asked for and answered. */
export interface RawPage {
  /** Below the base address, without query. */
  readonly path: string;
  readonly query: Query;
  /** The parsed body. */
  readonly body: unknown;
}

/** What a page holds. */
export interface RawReading {
  /** The member of the body that is the list; null when the body itself is. */
  readonly key: string | null;
  readonly rows: readonly unknown[];
  /** The query of the next page; null: this was the last. */
  readonly next: Query | null;
}

/** The list in a body: the body itself, or the first of these members that is one, or the only list that there is. */
export function listIn(body: unknown, keys: readonly string[]): Omit<RawReading, 'next'> | null {
  if (Array.isArray(body)) return { key: null, rows: body };
  const members = Object.entries(membersOf(body)).filter((member): member is [string, unknown[]] =>
    Array.isArray(member[1]),
  );
  const found =
    members.find(([key]) => keys.includes(key)) ?? (members.length === 1 ? members[0] : undefined);
  return found === undefined ? null : { key: found[0], rows: found[1] };
}

/** The members of an object; none of anything else. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** The last value of a parameter; null without one. */
export function valueOf(query: Query, name: string): string | null {
  return query.findLast(([other]) => other === name)?.[1] ?? null;
}

/** A parameter as a whole number; null when it is missing or none. */
export function numberOf(query: Query, name: string): number | null {
  const value = valueOf(query, name);
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

/** The same query with some parameters set. */
export function withValues(query: Query, values: Readonly<Record<string, string | number>>): Query {
  return [
    ...query.filter(([name]) => values[name] === undefined),
    ...Object.entries(values).map(([name, value]) => [name, String(value)] as const),
  ];
}

/**
 * The query of a link to the next page. Its host and path are left aside: behind a proxy they name another server, and
 * the credential stays where it belongs.
 */
export function queryOfLink(link: unknown): Query | null {
  if (typeof link !== 'string' || link === '' || !URL.canParse(link, 'http://localhost')) return null;
  const { searchParams } = new URL(link, 'http://localhost');
  return searchParams.size === 0 ? null : [...searchParams];
}

/** A number that the server tells; null when it does not. */
export function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
