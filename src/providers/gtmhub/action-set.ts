/**
 * A set of actions as a server tells it. The vendor does not describe the form of `effective` and of `principal/{id}`,
 * so several are understood, and what is not understood is passed on untouched (api/gtmhub.md §6).
 */
import type { JsonPath } from '../../model/json-text.ts';

export interface ReadSet {
  readonly names: readonly string[];
  /** Where the list stands in the document. */
  readonly at: JsonPath;
  /** A list of names alone can be written back with other names; one of objects cannot. */
  readonly plain: boolean;
}

const listKeys = ['items', 'actions', 'permissions'] as const;

/** Null for a form that is not known. */
export function readActionSet(json: unknown): ReadSet | null {
  if (Array.isArray(json)) return listAt(json, []);
  if (typeof json !== 'object' || json === null) return null;
  const members = json as Readonly<Record<string, unknown>>;
  const present = listKeys.filter((key) => Array.isArray(members[key]));
  const [key] = present;
  // Two lists in one document: which of them is the set is anybody's guess.
  return key === undefined || present.length > 1 ? null : listAt(members[key] as readonly unknown[], [key]);
}

function listAt(list: readonly unknown[], at: JsonPath): ReadSet | null {
  const names = list.map(nameOf);
  if (!names.every((name) => name !== null)) return null;
  return { names: [...new Set(names)], at, plain: list.every((item) => typeof item === 'string') };
}

function nameOf(item: unknown): string | null {
  if (typeof item === 'string') return item;
  if (typeof item !== 'object' || item === null) return null;
  const { name, action } = item as Readonly<Record<string, unknown>>;
  return typeof name === 'string' ? name : typeof action === 'string' ? action : null;
}

/** Whether a document holds nothing: null, `[]`, `{}`, or an empty list in its place. */
export function isEmptySet(json: unknown): boolean {
  if (json === null) return true;
  const read = readActionSet(json);
  if (read !== null) return read.names.length === 0;
  return typeof json === 'object' && Object.keys(json).length === 0;
}

/** Whether two sets hold the same names, in any order. */
export function sameNames(left: readonly string[], right: readonly string[]): boolean {
  const all = new Set(right);
  return new Set(left).size === all.size && left.every((name) => all.has(name));
}
