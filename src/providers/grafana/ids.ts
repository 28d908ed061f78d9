/**
 * The forms that ids of Grafana objects may have. On 5.0 beta an id such as `..` or `abc` reads the default list of the
 * whole server, and a write through it removes that list (api/grafana.md §14): nothing else gets into a path.
 */
import { DashctlError } from '../../errors.ts';

const numeric = /^[1-9][0-9]*$/;
const uidForm = /^[A-Za-z0-9_-]{1,40}$/;
const slugForm = /^slug:([a-z0-9][a-z0-9._-]*)$/i;

/** 32 hexadecimal digits as servers make them, or the same with the dashes of a UUID, which they take too. */
const tokenForm = /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** Whether a text has the form of the access token of a public dashboard. Such a text may be a uid as well. */
export function isAccessToken(text: string): boolean {
  return tokenForm.test(text);
}

/** Whether a text has the form of a uid. */
export function isUid(text: string): boolean {
  return uidForm.test(text);
}

/** A numeric id from 1 to 2^53 - 1, or null when the text is none. */
export function readId(text: string): number | null {
  if (!numeric.test(text)) return null;
  const id = Number(text);
  return Number.isSafeInteger(id) ? id : null;
}

/** The slug of an old `/dashboard/db/SLUG` address, or null. */
export function readSlug(text: string): string | null {
  return slugForm.exec(text)?.[1] ?? null;
}

/**
 * A numeric id that may stand in a path.
 * @throws DashctlError `bad-answer` when a server sent something else; ids of people are checked when they are parsed
 */
export function pathId(id: number): number {
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new DashctlError('bad-answer', `The server names an object by the id ${id}, which is no id.`);
}

/** @throws DashctlError `invalid-input` for text that is neither uid, numeric id nor slug */
export function checkReference(text: string, what: 'dashboard' | 'folder'): void {
  if (isUid(text) || (what === 'dashboard' && readSlug(text) !== null)) return;
  throw new DashctlError('invalid-input', `${JSON.stringify(text)} is no id of a Grafana ${what}.`, {
    hint: `Give the uid (letters, digits, - and _, at most 40) or the numeric id of the ${what}, or paste its address.`,
  });
}
