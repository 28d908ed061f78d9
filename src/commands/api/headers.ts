/** Headers of a raw request. Who asks, and where, is not theirs to say. */
import { DashctlError } from '../../errors.ts';
import { checkHeaders } from '../../http/headers.ts';
import { isSensitiveName } from '../../http/redact.ts';

/** Set by dashctl: what was asked for in another way would not be understood. */
const own = new Set(['accept-encoding', 'origin', 'referer', 'user-agent']);

/** Headers that choose the account. */
const account = /(?:^|-)(?:account|org|organization|project|team)-?id$/;

/**
 * Reads `Name: value`.
 * @throws DashctlError `usage` for a header that belongs to the credentials, the account or the connection;
 * `invalid-input` for what is no header.
 */
export function readHeaders(words: readonly string[]): Readonly<Record<string, string>> {
  const pairs = words.map((word) => {
    const at = word.indexOf(':');
    if (at <= 0) throw new DashctlError('invalid-input', 'A header is written as "Name: value".');
    const name = word.slice(0, at).trim().toLowerCase();
    if (isSensitiveName(name) || account.test(name) || own.has(name)) {
      throw new DashctlError('usage', `The header ${name} is not set with -H: dashctl sets it itself.`, {
        hint: 'Credentials and account come from the profile or the environment. See dashctl help environment.',
      });
    }
    return [name, word.slice(at + 1).trim()] as const;
  });
  return checkHeaders(Object.fromEntries(pairs));
}
