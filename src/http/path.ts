/**
 * Paths that cannot be talked into another endpoint. `URL` resolves `..` and `%2e%2e`, turns `\` into `/` and drops
 * tabs, so an id such as `..` would turn `DELETE /dashboards/<id>` into a request for the parent (api/grafana.md §14).
 */
import { DashctlError } from '../errors.ts';

declare const safe: unique symbol;

/** A path whose variable parts were checked and encoded. Only {@link path} and {@link writtenPath} make one. */
export type SafePath = string & { readonly [safe]: true };

const forbidden =
  /[\u0000-\u001f\u007f/\\%?#]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/u;

/**
 * Builds a path from a template: literal parts stay as written, variable parts are encoded as one segment each.
 * @throws DashctlError `invalid-input` for a variable part that is empty, `.`, `..` or holds `/`, `\`, `%`, `?`, `#`,
 * control characters or lone surrogates.
 */
export function path(literals: TemplateStringsArray, ...parts: readonly (string | number)[]): SafePath {
  let built = literals[0] ?? '';
  parts.forEach((part, index) => {
    built += encodeSegment(String(part)) + (literals[index + 1] ?? '');
  });
  return built as SafePath;
}

/**
 * A path that a person wrote, without query: what it leads to is theirs to know, but not past the address below which
 * it stands. Blanks and letters beyond ASCII are encoded, `%41` stays as it is.
 * @throws DashctlError `invalid-input` for a path that does not start with one slash, empty segments but the last,
 * `.` and `..`, and `\`, control characters, `/`, `%`, `?` or `#` in a segment, however they are written.
 */
export function writtenPath(text: string): SafePath {
  const [first, ...segments] = text.split('/');
  const last = segments.length - 1;
  if (first !== '' || last < 0 || segments.some((segment, index) => segment === '' && index < last)) {
    throw unwritable(text, 'A path starts with one slash and has none twice.');
  }
  for (const segment of segments) {
    const plain = decodeSegment(segment);
    if (plain === null || plain === '.' || plain === '..' || (plain !== '' && forbidden.test(plain))) {
      throw unwritable(text, 'Dots that lead upwards, backslashes and encoded slashes have no place in it.');
    }
  }
  return text.replace(/[^\w!$&'()*+,./:;=@~%-]/gu, (character) => encodeURIComponent(character)) as SafePath;
}

function decodeSegment(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

function unwritable(text: string, hint: string): DashctlError {
  return new DashctlError('invalid-input', `${JSON.stringify(text)} is no path of an API.`, { hint });
}

function encodeSegment(part: string): string {
  if (part === '' || part === '.' || part === '..' || forbidden.test(part)) {
    throw new DashctlError('invalid-input', `${JSON.stringify(part)} cannot be part of an address.`, {
      hint: 'Copy the id from a list, such as dashctl dashboards list.',
    });
  }
  return encodeURIComponent(part);
}
