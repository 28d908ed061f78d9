/** Which proxy, if any, leads to a host: by the variables that curl and most tools read. */
import { DashctlError } from '../errors.ts';
import { isLoopback, type BaseAddress } from './address.ts';

/** A proxy without its credentials in the address. */
export interface Proxy {
  /** `http://outbound.example.com:3128`. */
  readonly url: string;
  /** For messages: `outbound.example.com:3128`. */
  readonly host: string;
  /** `Basic …`, or null. */
  readonly authorization: string | null;
  /** To be masked everywhere. */
  readonly secrets: readonly string[];
}

/**
 * Chooses the proxy for a base address. Lower-case names win, `HTTPS_PROXY` falls back to `HTTP_PROXY`, an empty value
 * switches off, `NO_PROXY` excludes by name, suffix and port, loopback is always direct.
 * @throws DashctlError `invalid-input` for a proxy address that cannot be used.
 */
export function proxyFor(base: BaseAddress, env: Readonly<Record<string, string | undefined>>): Proxy | null {
  const http = env['http_proxy'] ?? env['HTTP_PROXY'];
  const [name, text] =
    base.protocol === 'https:'
      ? ['HTTPS_PROXY', env['https_proxy'] ?? env['HTTPS_PROXY'] ?? http]
      : ['HTTP_PROXY', http];
  if (text === undefined || text.trim() === '' || isLoopback(base.hostname)) return null;
  if (isExcluded(base, env['no_proxy'] ?? env['NO_PROXY'] ?? '')) return null;
  return parseProxy(name, text.trim());
}

function isExcluded(base: BaseAddress, noProxy: string): boolean {
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const parts = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(entry);
      // More than one colon and no brackets: an IPv6 address.
      const [name, port] = parts === null ? [`[${entry}]`, undefined] : [parts[1] ?? '', parts[2]];
      if (port !== undefined && Number(port) !== base.port) return false;
      const suffix = name.replace(/^\*?\./, '');
      return base.hostname === suffix || base.hostname.endsWith(`.${suffix}`);
    });
}

function parseProxy(name: string, text: string): Proxy {
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  } catch {
    throw new DashctlError('invalid-input', `The variable ${name} holds no proxy address.`, {
      hint: `Set ${name} to an address such as http://outbound.example.com:3128, or to nothing.`,
    });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new DashctlError(
      'invalid-input',
      `The variable ${name} names a ${url.protocol.slice(0, -1)} proxy; only http and https work.`,
      {
        hint: `Set ${name} to an address such as http://outbound.example.com:3128, or to nothing.`,
      },
    );
  }
  const user = decode(url.username);
  const password = decode(url.password);
  const credentials = Buffer.from(`${user}:${password}`).toString('base64');
  const anonymous = user === '' && password === '';
  return {
    url: url.origin,
    host: url.host,
    authorization: anonymous ? null : `Basic ${credentials}`,
    secrets: anonymous ? [] : [password, url.password, credentials].filter((secret) => secret !== ''),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
