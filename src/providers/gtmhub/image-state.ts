/** Permissions and sets of actions as images: what can be written back, with names and ids in order. */
import type { ImageRef } from '../../model/image.ts';
import type { Json } from '../../model/shape.ts';
import type { ReadSet } from './action-set.ts';

export const permissionRef = (id: string): ImageRef => ({ kind: 'permission', id });
export const actionsRef = (id: string): ImageRef => ({ kind: 'principal-actions', id });

/** Id and account are the server's; what else a document may hold is not known. */
export function permissionState(wire: {
  readonly action: string;
  readonly principals: readonly string[];
}): Json {
  return { action: wire.action, principals: inOrder(wire.principals) };
}

/**
 * The set of actions of a user or role.
 * @param read null: the server tells it in a form that is not known, which is kept as it came
 */
export function actionsState(read: ReadSet | null, json: unknown): Json {
  if (read === null) return { document: json as Json };
  const actions = inOrder(read.names);
  return read.plain ? { actions } : { actions, items: itemsAt(json, read) };
}

/** The objects of a set, which cannot be made from their names. */
function itemsAt(json: unknown, { at }: ReadSet): readonly Json[] {
  let list: unknown = json;
  for (const key of at) list = (list as Readonly<Record<string, unknown>>)[key];
  const texts = (list as readonly unknown[]).map((item) => JSON.stringify(item)).toSorted();
  return texts.map((text) => JSON.parse(text) as Json);
}

function inOrder(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}
