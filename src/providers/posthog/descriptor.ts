/** PostHog as plain data: regions, variables, addresses. Facts: api/posthog.md §2, §3, §9. */
import { DashctlError } from '../../errors.ts';
import type { AddressTarget, ProviderDescriptor } from '../provider.ts';

const hosts: Readonly<Record<string, string>> = { us: 'us.posthog.com', eu: 'eu.posthog.com' };
const defaultRegion = 'us';

/** Hosts that only take events. */
export const ingestionHosts: readonly string[] = ['us.i.posthog.com', 'eu.i.posthog.com'];

/** The old name of the United States region. */
const formerHost = 'app.posthog.com';

const cloudHosts: readonly string[] = [...Object.values(hosts), formerHost];

export const posthogDescriptor: ProviderDescriptor = {
  name: 'posthog',
  title: 'PostHog',
  offers: {
    dashboards: ['list', 'get', 'create', 'update', 'delete', 'restore', 'clone', 'export'],
    share: ['list', 'get', 'create', 'update', 'revoke', 'rotate', 'password-add', 'password-remove'],
    acl: ['list', 'grant', 'revoke', 'set', 'levels'],
  },
  settings: [
    {
      key: 'project',
      flag: 'project',
      env: ['POSTHOG_PROJECT_ID'],
      question: 'Project id (a number, as in the address of the project)',
      summary: 'PostHog project: its number, or @current for the one that is open in your browser',
      parse: parseProject,
    },
    {
      key: 'organization',
      flag: 'organization',
      env: ['POSTHOG_ORGANIZATION_ID'],
      question: 'Organization id (empty to ask the project)',
      summary: 'PostHog organization to look people up in, by its uuid; default: the one of the project',
      parse: parseOrganization,
    },
    {
      key: 'region',
      flag: 'region',
      env: [],
      question: 'Region (us or eu; empty for a server of your own)',
      summary: 'Region of the cloud: PostHog us (default) or eu; Gtmhub a code (us, gtmhub-us) or an address',
      parse: parseRegion,
    },
    {
      key: 'apiPrefix',
      flag: 'api-prefix',
      env: ['DASHCTL_POSTHOG_API_PREFIX'],
      question: 'API prefix (projects, or environments for some older servers; empty for projects)',
      summary: 'Path of the PostHog API: projects (default), or environments for some older servers',
      parse: parsePrefix,
    },
  ],
  secrets: [
    {
      key: 'key',
      flag: null,
      env: ['POSTHOG_PERSONAL_API_KEY', 'POSTHOG_CLI_API_KEY', 'POSTHOG_API_KEY'],
      question: 'Personal API key (phx_…)',
      summary: 'Personal API key, or an OAuth access token',
    },
  ],
  baseUrlEnv: ['POSTHOG_HOST'],
  defaultBaseUrl: (settings) => `https://${hosts[settings['region'] ?? defaultRegion] ?? ''}`,
  webUrl: (_settings, baseUrl) => baseUrl,
  furtherWebUrls: (_settings, baseUrl) =>
    URL.canParse(baseUrl) && new URL(baseUrl).host === hosts['us'] ? [`https://${formerHost}`] : [],
  missingSecrets,
  readAddress,
  ownsHost: (host) => cloudHosts.includes(host.toLowerCase()),
  guide: async () => (await import('./guide.ts')).posthogGuide,
  readRawPage: async (page) => (await import('./raw-paging.ts')).readPosthogPage(page),
  async connect(world) {
    const { connectPosthog } = await import('./index.ts');
    return connectPosthog(world);
  },
};

/** @throws DashctlError `invalid-input` for anything but a positive whole number or `@current` */
export function parseProject(raw: string): string {
  const text = raw.trim();
  if (text === '@current' || (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text)))) return text;
  throw new DashctlError('invalid-input', `${JSON.stringify(raw)} is no id of a PostHog project.`, {
    hint: 'Give the number that stands in the address of the project, such as --project 1, or @current.',
  });
}

function parseOrganization(raw: string): string {
  const text = raw.trim().toLowerCase();
  if (text === '@current' || /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return text;
  throw new DashctlError('invalid-input', `${JSON.stringify(raw)} is no id of a PostHog organization.`, {
    hint: 'Give its uuid, or leave it out: the project names its organization.',
  });
}

function parseRegion(raw: string): string {
  const text = raw.trim().toLowerCase();
  if (text in hosts) return text;
  throw new DashctlError('invalid-input', `${JSON.stringify(raw)} is no region of PostHog.`, {
    hint: 'Use --region us or --region eu, or --base-url for a server of your own.',
  });
}

function parsePrefix(raw: string): string {
  const text = raw.trim().replace(/^\/?(?:api\/)?|\/$/g, '');
  if (text === 'projects' || text === 'environments') return text;
  throw new DashctlError('invalid-input', `${JSON.stringify(raw)} is no path of PostHog's API.`, {
    hint: 'Use --api-prefix projects, or environments for some older servers.',
  });
}

/** Keys without the prefix may be old personal keys; those of a project certainly open nothing here. */
function missingSecrets(secrets: Readonly<Record<string, string>>): string | null {
  const key = secrets['key'] ?? '';
  if (key === '') return 'PostHog needs a personal API key: set POSTHOG_PERSONAL_API_KEY.';
  if (/^ph[cs]_/.test(key)) {
    return `The PostHog key starts with ${key.slice(0, 4)}: it belongs to a project and only takes events. Create a personal API key (phx_…) in your account's settings and set POSTHOG_PERSONAL_API_KEY.`;
  }
  return null;
}

/** `/project/1/dashboard/2` names the project too; `/shared/TOKEN` and its kin are links. */
function readAddress(url: URL): AddressTarget | null {
  const link = /\/(?:shared|embedded|shared_dashboard)\/([\w-]+)(?:\.json|\.png)?\/?$/.exec(url.pathname);
  if (link?.[1] !== undefined) return { kind: 'share', id: link[1] };
  const page = /(?:^|\/)(?:(?:project|environment)\/(\d+)\/)?dashboard\/(\d+)(?:\/|$)/.exec(url.pathname);
  if (page?.[2] === undefined) return null;
  return { kind: 'dashboard', id: page[1] === undefined ? page[2] : `${page[1]}-${page[2]}` };
}
