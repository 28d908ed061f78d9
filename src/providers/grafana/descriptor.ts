/** Grafana as plain data: settings, secrets, addresses. The code that speaks to a server is loaded on `connect`. */
import { DashctlError } from '../../errors.ts';
import type { AddressTarget, ProviderDescriptor } from '../provider.ts';

/**
 * The path generations of Grafana's ACL, oldest first: `acl` (5.0 beta), `permissions` (by id, 5.0 to 12.3), `uid` (by
 * uid, 9 to 13), `access-control` (9 on). Source: api/grafana.md §2.
 */
export const aclGenerations = ['acl', 'permissions', 'uid', 'access-control'] as const;

export type AclGeneration = (typeof aclGenerations)[number];

export const grafanaDescriptor: ProviderDescriptor = {
  name: 'grafana',
  title: 'Grafana',
  offers: {
    dashboards: ['list', 'get', 'create', 'update', 'delete', 'clone', 'export', 'import'],
    share: ['list', 'get', 'create', 'update', 'revoke'],
    acl: ['list', 'grant', 'revoke', 'set', 'levels'],
  },
  settings: [
    {
      key: 'orgId',
      flag: 'org-id',
      env: ['GRAFANA_ORG_ID'],
      question: 'Organization id (only with user and password; empty for your current organization)',
      summary: 'Organization to act in; sent with user and password only, tokens belong to one organization',
      parse: parseOrgId,
    },
    {
      key: 'api',
      flag: 'grafana-api',
      env: ['DASHCTL_GRAFANA_API'],
      question: `Generation of the permission API (${aclGenerations.join(', ')}; empty to detect it)`,
      summary: `Generation of the permission API instead of detecting it: ${aclGenerations.join(', ')}`,
      parse: parseGeneration,
    },
    {
      key: 'user',
      flag: 'login',
      env: ['GRAFANA_USER'],
      question: 'User name (only with a password; empty for a token)',
      summary: 'User name or e-mail that belongs to the password',
      ofSecrets: true,
    },
  ],
  secrets: [
    {
      key: 'token',
      flag: null,
      env: ['GRAFANA_TOKEN', 'GRAFANA_SERVICE_ACCOUNT_TOKEN'],
      question: 'Service account token or API key',
      summary: 'Service account token, or an API key of an old server',
    },
    {
      key: 'password',
      flag: null,
      env: ['GRAFANA_PASSWORD'],
      question: 'Password',
      summary: 'Password of the user',
    },
    {
      key: 'auth',
      flag: null,
      env: ['GRAFANA_AUTH'],
      question: 'Token, or user:password',
      summary: 'Token or user:password in one value, as the Terraform provider reads it',
    },
  ],
  baseUrlEnv: ['GRAFANA_SERVER', 'GRAFANA_URL'],
  defaultBaseUrl: () => null,
  webUrl: (_settings, baseUrl) => baseUrl,
  missingSecrets,
  readAddress,
  ownsHost: (host) => /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.grafana\.net$/i.test(host),
  guide: async () => (await import('./guide.ts')).grafanaGuide,
  readRawPage: async (page) => (await import('./raw-paging.ts')).readGrafanaPage(page),
  connect: async (world) => (await import('./index.ts')).connectGrafana(world),
};

/**
 * Reads an organization id: a positive integer below 2^53. Servers ignore everything else silently (api/grafana.md §4).
 * @throws DashctlError `invalid-input`
 */
export function parseOrgId(raw: string): string {
  const text = raw.trim();
  if (!/^[1-9][0-9]*$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new DashctlError('invalid-input', `"${raw}" is no Grafana organization id.`, {
      hint: 'Give the number of the organization, such as --org-id 1.',
    });
  }
  return text;
}

/** @throws DashctlError `invalid-input` for a word that is no generation */
export function parseGeneration(raw: string): AclGeneration {
  const text = raw.trim().toLowerCase();
  const found = aclGenerations.find((generation) => generation === text);
  if (found === undefined) {
    throw new DashctlError('invalid-input', `"${raw}" is no generation of Grafana's permission API.`, {
      hint: `Use one of ${aclGenerations.join(', ')} with --grafana-api, or leave it out to detect it.`,
    });
  }
  return found;
}

function missingSecrets(
  secrets: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>>,
): string | null {
  if (secrets.token || secrets.auth) return null;
  if (secrets.password) {
    return settings.user
      ? null
      : 'The Grafana user that the password belongs to is missing: set GRAFANA_USER, or give --login.';
  }
  return 'Grafana needs a token (GRAFANA_TOKEN), or a user and a password (--login and GRAFANA_PASSWORD).';
}

/** Addresses of api/grafana.md §3. A server may live below a sub path, so the markers may stand anywhere. */
function readAddress(url: URL): AddressTarget | null {
  const parts = url.pathname.split('/').filter((part) => part !== '');
  const after = (marker: readonly string[]): string | null => {
    for (let start = 0; start + marker.length < parts.length; start += 1) {
      if (marker.every((word, index) => parts[start + index] === word)) {
        return decode(parts[start + marker.length]);
      }
    }
    return null;
  };
  const folder = after(['dashboards', 'f']);
  if (folder !== null) return { kind: 'folder', id: folder };
  const token = after(['public-dashboards']);
  if (token !== null) return { kind: 'share', id: token };
  const slug = after(['dashboard', 'db']);
  if (slug !== null) return { kind: 'dashboard', id: `slug:${slug}` };
  const uid = after(['d']) ?? after(['d-solo']);
  return uid === null ? null : { kind: 'dashboard', id: uid };
}

/** A path segment as text; null when its escapes are broken. */
function decode(segment: string | undefined): string | null {
  if (segment === undefined) return null;
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
