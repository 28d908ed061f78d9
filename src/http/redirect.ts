/** Redirects are followed for reads within one origin and base path only: everything else would carry credentials away. */
import { DashctlError } from '../errors.ts';
import { isBelow } from './address.ts';
import type { Surroundings } from './failure.ts';
import type { Method } from './http.ts';
import { isRead } from './policy.ts';

/** Redirects that one read may follow. */
export const mostRedirects = 3;

const loginPath = /\/(log-?in|sign-?in|sso|saml2?|oauth2?|authorize|session\/new)(\/|$)/i;

/** Whether a status asks to go elsewhere. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * Where a redirected read goes on.
 * @param what method and redacted URL, for messages.
 * @throws DashctlError `redirect`; `not-authenticated` when it leads to a login page.
 */
export function redirectTarget(
  from: { readonly method: Method; readonly url: URL; readonly status: number; readonly hops: number },
  location: string | undefined,
  what: string,
  its: Surroundings,
): URL {
  const { method, url, status, hops } = from;
  const refuse = (reason: string, hint: string): never => {
    throw new DashctlError('redirect', its.redact(`${what} was redirected ${reason}`), { status, hint });
  };
  let next: URL;
  try {
    next = new URL(location ?? '', url);
  } catch {
    return refuse('to an address that makes no sense.', 'Check the base URL.');
  }
  if (location === undefined || location === '') return refuse('without an address.', 'Check the base URL.');
  const named = nameOf(next);
  if (loginPath.test(next.pathname)) {
    throw new DashctlError(
      'not-authenticated',
      its.redact(`${what} was redirected to a login page, ${named}.`),
      {
        status,
        hint: 'Check the base URL and the credentials with dashctl profile test.',
      },
    );
  }
  const baseHint = `If that is right, use it as the base URL.`;
  if (url.protocol === 'https:' && next.protocol === 'http:') {
    return refuse(
      `from https to plain http, ${named}; that is not followed.`,
      'Check the base URL and the server.',
    );
  }
  if (!isRead(method)) return refuse(`to ${named}; a write is not sent again elsewhere.`, baseHint);
  if (next.origin !== its.base.origin)
    return refuse(`to another origin, ${named}; credentials stay where they belong.`, baseHint);
  if (!isBelow(its.base, next)) return refuse(`out of the base path, to ${named}.`, baseHint);
  if (hops >= mostRedirects)
    return refuse(
      `more than ${mostRedirects} times, lastly to ${named}.`,
      'Check the base URL and the server.',
    );
  next.hash = '';
  return next;
}

/** Origin and path; what a query holds is nobody's business. */
function nameOf(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
