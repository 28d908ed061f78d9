/** A permission list as the journal keeps it. */
import type { ImageRef } from '../../model/image.ts';
import type { Json } from '../../model/shape.ts';
import { keyOf } from './acl-entry.ts';
import type { AclEntry } from './acl-entry.ts';
import { inForce } from './acl-list.ts';
import { referenceOf } from './objects.ts';
import type { GrafanaObject } from './objects.ts';

export function aclRef(object: GrafanaObject): ImageRef {
  return { kind: 'acl', id: referenceOf(object) };
}

/**
 * The list of an object itself: its own entries, or at root the defaults that stand for none. Names are left out, since
 * people may change them, and so is what comes from elsewhere.
 */
export function aclState(object: GrafanaObject, entries: readonly AclEntry[]): Json {
  const list = inForce(object, entries);
  return stateWith(list.some((entry) => entry.origin === 'default') ? 'defaults' : 'own', list);
}

/** The state once these are the own entries. */
export function ownState(entries: readonly AclEntry[]): Json {
  return stateWith('own', entries);
}

function stateWith(rules: 'own' | 'defaults', list: readonly AclEntry[]): Json {
  const entries = list
    .map(({ principal, permission, flaw }) => ({ principal: keyOf(principal), permission, flaw }))
    .toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  return { rules, entries };
}
