/** References as people write them: `ID`, `PROFILE/ID`, or the web address copied from the browser. */
import { DashctlError } from '../errors.ts';
import { isProfileName } from './profile-name.ts';

export type Reference =
  /** `profile` is null for a bare id: it belongs to the account of the run. */
  { readonly profile: string | null; readonly id: string } | { readonly url: URL };

const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/**
 * Reads a reference. An id holds no slash; what it may hold beyond that is the provider's to check.
 * @param knownProfiles names that count as a profile although they do not have the usual form.
 * @throws DashctlError `invalid-input`
 */
export function parseReference(text: string, knownProfiles: readonly string[] = []): Reference {
  if (text.trim() === '') throw malformed(text, 'it is empty');
  if (unprintable.test(text)) throw malformed(text, 'it holds control characters');
  if (/^https?:\/\//i.test(text)) {
    if (!URL.canParse(text)) throw malformed(text, 'it is no web address');
    return { url: new URL(text) };
  }
  const slash = text.indexOf('/');
  if (slash < 0) return { profile: null, id: checkId(text, text) };
  const profile = text.slice(0, slash);
  if (!isProfileName(profile) && !knownProfiles.includes(profile)) {
    throw malformed(text, `${JSON.stringify(profile)} is no name of a profile`);
  }
  return { profile, id: checkId(text.slice(slash + 1), text) };
}

/** `PROFILE/ID`, as lists print it and every command reads it. */
export function formatReference(profile: string, id: string): string {
  return `${profile}/${id}`;
}

function checkId(id: string, text: string): string {
  if (id.trim() === '') throw malformed(text, 'the id is empty');
  if (id.includes('/')) throw malformed(text, 'an id holds no slash');
  if (id === '.' || id === '..') throw malformed(text, 'dots alone are no id');
  return id;
}

function malformed(text: string, why: string): DashctlError {
  return new DashctlError('invalid-input', `${JSON.stringify(text)} is no reference: ${why}.`, {
    hint: 'Write ID, PROFILE/ID or the web address, such as those that lists print in the column REF.',
  });
}
