/**
 * The form of Gtmhub's ids. `/permissions/{id}` stands beside words such as `actions` and `principal`, so nothing else
 * gets into a path (api/gtmhub.md §3).
 */
import { DashctlError } from '../../errors.ts';

/** Whether a text has the form of an id. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{24}$/.test(text);
}

/** The id as it is. @throws DashctlError `invalid-input` */
export function checkId(text: string, what: string): string {
  if (isId(text)) return text;
  throw new DashctlError('invalid-input', `${JSON.stringify(text)} is no id of a ${what}.`, {
    hint: 'Ids of Gtmhub have 24 hexadecimal digits, in lower case.',
  });
}
