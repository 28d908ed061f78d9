/** Where a raw request goes: a path below the account's address, and nowhere else. */
import { DashctlError } from '../../errors.ts';
import { writtenPath } from '../../http/path.ts';
import type { SafePath } from '../../http/path.ts';
import type { Query } from '../../providers/raw-paging.ts';

export interface RawAddress {
  /** Below the base address. */
  readonly path: SafePath;
  readonly query: Query;
}

/**
 * Reads what was typed: a path with or without its first slash and the path of the base address, or a whole address of the
 * account's own server.
 * @param baseUrl of the account.
 * @throws DashctlError `unsafe-address` for another server, `invalid-input` for a path that leads elsewhere.
 */
export function readAddress(typed: string, baseUrl: string): RawAddress {
  const base = new URL(baseUrl);
  if (typed.includes('#')) {
    throw new DashctlError('invalid-input', 'An address of an API has no fragment (#).');
  }
  const queryAt = typed.indexOf('?');
  const front = queryAt < 0 ? typed : typed.slice(0, queryAt);
  const query = queryAt < 0 ? [] : [...new URLSearchParams(typed.slice(queryAt + 1))];
  return { path: belowBase(writtenPath(pathOf(front, base)), base), query };
}

/** The path as it was typed; nothing is resolved, so that dots and slashes are seen by the check. */
function pathOf(front: string, base: URL): string {
  const address = /^([a-z][a-z0-9+.-]*:)?[\\/]{2}([^\\/]*)(.*)$/is.exec(front);
  if (address === null) return front.startsWith('/') ? front : `/${front}`;
  const [, protocol = base.protocol, host = '', path = ''] = address;
  if (`${protocol}//${host}`.toLowerCase() === base.origin) return path === '' ? '/' : path;
  throw new DashctlError(
    'unsafe-address',
    `${protocol}//${host} is not the server of this account, ${base.origin}.`,
    {
      hint: 'Its credentials are for that server alone. Choose the account with --profile.',
    },
  );
}

/** Addresses are copied with the path of the base, and typed without it. */
function belowBase(path: SafePath, base: URL): SafePath {
  const basePath = base.pathname.replace(/\/+$/, '');
  return basePath !== '' && path.startsWith(`${basePath}/`) ? writtenPath(path.slice(basePath.length)) : path;
}
