/** Headers are checked before undici sees them: its own errors quote an invalid value, which may be a secret. */
import { DashctlError } from '../errors.ts';

const framing = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Merges header sets, lower-case; later sets win.
 * @throws DashctlError `invalid-input` for a name or value that HTTP does not allow, or a name that belongs to the
 * connection. The value is never quoted.
 */
export function checkHeaders(...sets: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const [name, value] of sets.flatMap((set) => Object.entries(set))) {
    const lower = name.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower) || framing.has(lower)) {
      throw new DashctlError('invalid-input', `${JSON.stringify(name)} cannot be set as a header.`);
    }
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new DashctlError(
        'invalid-input',
        `The value of the header ${name} holds characters that no header may hold.`,
        {
          hint: 'Check for line breaks or invisible characters, such as those of a copied key.',
        },
      );
    }
    merged[lower] = value;
  }
  return merged;
}
