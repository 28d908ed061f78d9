/**
 * Where requests may go: base URLs are checked once, and every URL that is built from one is parsed again and compared,
 * because `URL` silently resolves `..` and `%2e%2e`, turns `\` into `/`, drops tabs and lets `//host` leave the origin.
 */
import { DashctlError } from '../errors.ts';
import type { SafePath } from './path.ts';

/** A checked base URL in its parts. */
export interface BaseAddress {
  /** `https://host[:port]`, default port left out. */
  readonly origin: string;
  /** `` or `/grafana`; never ends with a slash. */
  readonly basePath: string;
  /** Host without port; IPv6 in brackets. */
  readonly hostname: string;
  /** Explicit or default port. */
  readonly port: number;
  readonly protocol: 'https:' | 'http:';
}

/**
 * Parses and checks a base URL.
 * @throws DashctlError `invalid-input` when it is no URL or has userinfo, query or fragment; `unsafe-address` for
 * another scheme than https, except http on loopback or when `allowHttp` is set.
 */
export function parseBaseUrl(text: string, allowHttp = false): BaseAddress {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new DashctlError('invalid-input', 'The base URL is no web address.', {
      hint: 'Write it in full, such as https://grafana.example.com or https://example.com/grafana.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new DashctlError('invalid-input', `The base URL for ${url.host} holds a user name or password.`, {
      hint: 'Leave them out of the address and save them as the credentials of a profile.',
    });
  }
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text)) {
    throw new DashctlError('invalid-input', `The base URL for ${url.host} has a query or fragment.`, {
      hint: 'Keep only scheme, host, port and base path.',
    });
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new DashctlError('unsafe-address', `The base URL must start with https://, not ${url.protocol}//.`);
  }
  if (url.protocol === 'http:' && !allowHttp && !isLoopback(url.hostname)) {
    throw new DashctlError(
      'unsafe-address',
      `The base URL for ${url.host} is plain http: credentials would be readable on the way.`,
      {
        hint: 'Use https://, or --allow-http where nobody can listen.',
      },
    );
  }
  return {
    origin: url.origin,
    basePath: url.pathname.replace(/\/+$/, ''),
    hostname: url.hostname,
    port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
    protocol: url.protocol,
  };
}

/** Whether a host name (as `URL.hostname` gives it) is this machine: localhost, 127.0.0.0/8, [::1]. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/.test(hostname);
}

/**
 * The URL of a request below a base, exactly as asked for.
 * @throws DashctlError `invalid-input` when parsing would change the path or leave the origin, or when the query holds
 * lone surrogates.
 */
export function buildUrl(
  base: BaseAddress,
  path: SafePath,
  query: readonly (readonly [name: string, value: string])[] = [],
): URL {
  const pathname = base.basePath + path;
  const url = path.startsWith('/') ? new URL(base.origin + pathname) : null;
  if (url?.origin !== base.origin || url.pathname !== pathname || url.search !== '' || url.hash !== '') {
    throw new DashctlError(
      'invalid-input',
      `${JSON.stringify(path)} is no plain path below ${base.origin}${base.basePath}/.`,
      {
        hint: 'Paths start with one slash and hold no "..", backslashes, queries or control characters.',
      },
    );
  }
  if (query.length > 0)
    url.search = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  return url;
}

/** Whether a URL lies on the base's origin and below its base path. */
export function isBelow(base: BaseAddress, url: URL): boolean {
  return (
    url.origin === base.origin &&
    url.username === '' &&
    url.password === '' &&
    (base.basePath === '' || url.pathname === base.basePath || url.pathname.startsWith(`${base.basePath}/`))
  );
}

function encode(text: string): string {
  if (/\p{Surrogate}/u.test(text)) {
    throw new DashctlError('invalid-input', `${JSON.stringify(text)} is no valid text.`);
  }
  return encodeURIComponent(text);
}
