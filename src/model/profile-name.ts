/** Names of profiles: short, lower-case, safe as a word in every shell and in `PROFILE/ID`. */
import { DashctlError } from '../errors.ts';

const pattern = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** Whether a text has the form of a profile name; says nothing about whether there is such a profile. */
export function isProfileName(text: string): boolean {
  return pattern.test(text);
}

/** Whether a name belongs to the built-in sandbox profiles. */
function isReservedProfileName(text: string): boolean {
  return text.startsWith('sandbox');
}

/**
 * Checks the name of a profile that is to be saved.
 * @throws DashctlError `invalid-input`
 */
export function checkProfileName(text: string): string {
  if (!isProfileName(text)) {
    throw new DashctlError('invalid-input', `${JSON.stringify(text)} cannot be the name of a profile.`, {
      hint: 'Use 1 to 63 lower-case letters, digits, dots, underscores and hyphens, starting with a letter or digit.',
    });
  }
  if (isReservedProfileName(text)) {
    throw new DashctlError('invalid-input', `The name "${text}" is reserved for the sandbox.`, {
      hint: 'Choose a name that does not start with "sandbox".',
    });
  }
  return text;
}
