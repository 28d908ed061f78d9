/**
 * Paths that cannot be talked into another endpoint. `URL` resolves `..` and `%2e%2e`, turns `\` into `/` and drops
 * tabs, so an id such as `..` would turn `DELETE /dashboards/<id>` into a request for the parent (api/grafana.md §14).
 */
import { DashctlError } from '../errors.ts';

declare const safe: unique symbol;

/** A path whose variable parts were checked and encoded. Only the {@link path} tag makes one. */
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

function encodeSegment(part: string): string {
  if (part === '' || part === '.' || part === '..' || forbidden.test(part)) {
    throw new DashctlError('invalid-input', `${JSON.stringify(part)} cannot be part of an address.`, {
      hint: 'Copy the id from a list, such as dashctl dashboards list.',
    });
  }
  return encodeURIComponent(part);
}
