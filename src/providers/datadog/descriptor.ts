/**
 * Datadog as plain data: sites, variables, addresses. Facts: api/datadog.md §2.
 */
import { DashctlError } from '../../errors.ts';
import type { AddressTarget, ProviderDescriptor } from '../provider.ts';
import { isDashboardId, isShareToken } from './ids.ts';

interface Site {
  /** What the vendor calls it in its documentation. */
  readonly code: string;
  /** The value of `DD_SITE`; the API is at `api.` in front of it. */
  readonly site: string;
  /** Host of the web application; null where it is not known. */
  readonly web: string | null;
}

const sites: readonly Site[] = [
  { code: 'us1', site: 'datadoghq.com', web: 'app.datadoghq.com' },
  { code: 'us3', site: 'us3.datadoghq.com', web: 'us3.datadoghq.com' },
  { code: 'us5', site: 'us5.datadoghq.com', web: 'us5.datadoghq.com' },
  { code: 'eu1', site: 'datadoghq.eu', web: 'app.datadoghq.eu' },
  { code: 'ap1', site: 'ap1.datadoghq.com', web: 'ap1.datadoghq.com' },
  { code: 'ap2', site: 'ap2.datadoghq.com', web: 'ap2.datadoghq.com' },
  { code: 'uk1', site: 'uk1.datadoghq.com', web: 'uk1.datadoghq.com' },
  { code: 'us1-fed', site: 'ddog-gov.com', web: 'app.ddog-gov.com' },
  { code: 'us2-fed', site: 'us2.ddog-gov.com', web: null },
];

const defaultSite = 'datadoghq.com';

/** Shorter names that people use for a site. */
const aliases: Readonly<Record<string, string>> = { us: 'us1', eu: 'eu1', gov: 'us1-fed' };

/**
 * Takes a site, a code or an address of the web application or API to the canonical site (`datadoghq.eu`).
 * @throws DashctlError `invalid-input` listing the known sites.
 */
export function parseSite(raw: string): string {
  const name = raw
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/[/?#].*$/, '');
  const code = aliases[name] ?? name;
  const found = sites.find((one) => one.code === code) ?? siteOfHost(name);
  if (found === undefined) {
    throw new DashctlError('invalid-input', `${JSON.stringify(raw)} is no Datadog site.`, {
      hint: `Use one of ${sites.map((one) => `${one.site} (${one.code})`).join(', ')}, or --base-url for another host.`,
      details: { sites: sites.map((one) => one.site) },
    });
  }
  return found.site;
}

function siteOfHost(host: string): Site | undefined {
  const bare = host.replace(/^(?:app|api|p)\./, '');
  return sites.find((one) => one.site === bare);
}

function readAddress(url: URL): AddressTarget | null {
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1];
    if (next === undefined) break;
    if (segment === 'dashboard' && isDashboardId(next)) return { kind: 'dashboard', id: next };
    if (segment === 'sb' || segment === 's') {
      const token = segments.at(-1) ?? next;
      return isShareToken(token) ? { kind: 'share', id: token } : null;
    }
  }
  return null;
}

function webUrl(settings: Readonly<Record<string, string>>, baseUrl: string): string | null {
  const known = siteOf(settings, baseUrl);
  // An emulator serves the pages, if any, below its own address.
  if (known === undefined) return baseUrl;
  return known.web === null ? null : `https://${known.web}`;
}

/** The site of an account; undefined for an emulator. */
function siteOf(settings: Readonly<Record<string, string>>, baseUrl: string): Site | undefined {
  return siteOfHost(hostOf(baseUrl)) ?? sites.find((one) => one.site === settings['site']);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

function missingSecrets(secrets: Readonly<Record<string, string>>): string | null {
  const has = (key: string) => (secrets[key] ?? '') !== '';
  if (has('token') || (has('apiKey') && has('appKey'))) return null;
  if (has('apiKey')) {
    return `The Datadog application key is missing: set DD_APP_KEY (or DATADOG_APP_KEY).`;
  }
  if (has('appKey')) return `The Datadog API key is missing: set DD_API_KEY (or DATADOG_API_KEY).`;
  return 'Datadog needs an API key and an application key: set DD_API_KEY and DD_APP_KEY, or DD_BEARER_TOKEN.';
}

export const datadogDescriptor: ProviderDescriptor = {
  name: 'datadog',
  title: 'Datadog',
  offers: {
    dashboards: ['list', 'get', 'create', 'update', 'delete', 'restore', 'clone', 'export', 'import'],
    share: ['list', 'get', 'create', 'update', 'revoke'],
    invite: ['list', 'send', 'revoke'],
    acl: ['list', 'grant', 'revoke', 'set', 'levels'],
  },
  settings: [
    {
      key: 'site',
      flag: 'site',
      env: ['DD_SITE', 'DATADOG_SITE'],
      question: 'Datadog site (datadoghq.com, datadoghq.eu, us5, …)',
      summary: 'Datadog site: a code (us1), a site (datadoghq.eu) or the address of the web application',
      parse: parseSite,
    },
  ],
  secrets: [
    {
      key: 'apiKey',
      flag: null,
      env: ['DD_API_KEY', 'DATADOG_API_KEY'],
      question: 'API key',
      summary: 'API key of the organization',
    },
    {
      key: 'appKey',
      flag: null,
      env: ['DD_APP_KEY', 'DATADOG_APP_KEY'],
      question: 'Application key',
      summary: 'Application key of a user or service account',
    },
    {
      key: 'token',
      flag: null,
      env: ['DD_BEARER_TOKEN', 'DD_ACCESS_TOKEN'],
      question: 'Access token (instead of the two keys)',
      summary: 'OAuth, personal or service access token, used instead of the two keys',
    },
  ],
  baseUrlEnv: ['DD_HOST', 'DATADOG_HOST'],
  defaultBaseUrl: (settings) => `https://api.${settings['site'] ?? defaultSite}`,
  webUrl,
  furtherWebUrls: (settings, baseUrl) => {
    const known = siteOf(settings, baseUrl);
    return known === undefined ? [] : [`https://p.${known.site}`];
  },
  missingSecrets,
  readAddress,
  ownsHost: (host) => {
    const name = host.toLowerCase();
    return sites.some((one) => one.web === name) || siteOfHost(name) !== undefined;
  },
  guide: async () => (await import('./guide.ts')).datadogGuide,
  readRawPage: async (page) => (await import('./raw-paging.ts')).readDatadogPage(page),
  async connect(world) {
    const { connectDatadog } = await import('./index.ts');
    return connectDatadog(world);
  },
};
