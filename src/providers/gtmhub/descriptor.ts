/** Gtmhub (Quantive Results) as plain data: hosts, variables, secrets. Facts: api/gtmhub.md §1 and §2. */
import { DashctlError } from '../../errors.ts';
import type { ProviderDescriptor } from '../provider.ts';

interface Region {
  /** `quantive-us`: product name and region. */
  readonly code: string;
  /** Address of the API, version 1. The path in front of `/api` differs between the two product names. */
  readonly baseUrl: string;
}

const regions: readonly Region[] = [
  { code: 'gtmhub-eu', baseUrl: 'https://app.gtmhub.com/api/v1' },
  { code: 'gtmhub-us', baseUrl: 'https://app.us.gtmhub.com/api/v1' },
  { code: 'quantive-eu', baseUrl: 'https://app.quantive.com/results/api/v1' },
  ...['us', 'as', 'sa', 'au'].map((region) => ({
    code: `quantive-${region}`,
    baseUrl: `https://app.${region}.quantive.com/results/api/v1`,
  })),
];

const defaultRegion = 'gtmhub-eu';

/**
 * Takes a region (`us`, `gtmhub-us`) or the account's web address (`https://shop.us.quantive.com`) to its code. A region
 * alone means the present product name.
 * @throws DashctlError `invalid-input` listing the regions
 */
export function parseRegion(raw: string): string {
  const name = raw
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/[:/?#].*$/, '');
  const code = codeOfHost(name) ?? (name === 'gtmhub' || name === 'quantive' ? `${name}-eu` : name);
  const found = regions.find((one) => one.code === code || one.code === `quantive-${code}`);
  if (found !== undefined) return found.code;
  throw new DashctlError('invalid-input', `${JSON.stringify(raw)} is no region of Gtmhub.`, {
    hint: `Use one of ${regions.map((one) => one.code).join(', ')}, the address of your account, or --base-url with the whole path.`,
    details: { regions: regions.map((one) => one.code) },
  });
}

/** `shop.us.quantive.com` is `quantive-us`, `shop.quantive.com` is `quantive-eu`; null for other hosts. */
function codeOfHost(host: string): string | null {
  const match = /^[a-z0-9-]+(?:\.([a-z0-9]+))?\.(gtmhub|quantive)\.com$/.exec(host);
  return match === null ? null : `${match[2] ?? ''}-${match[1] ?? 'eu'}`;
}

/** @throws DashctlError `invalid-input` for what is no account id */
export function parseAccountId(raw: string): string {
  const text = raw.trim();
  if (/^[0-9a-f]{24}$/.test(text)) return text;
  throw new DashctlError('invalid-input', `${JSON.stringify(raw)} is no Gtmhub account id.`, {
    hint: 'It has 24 hexadecimal digits and stands in Settings > Configuration > API tokens.',
  });
}

export const gtmhubDescriptor: ProviderDescriptor = {
  name: 'gtmhub',
  title: 'Gtmhub',
  offers: {
    perms: [
      'actions',
      'allowed',
      'effective',
      'default-access',
      'get',
      'create',
      'update',
      'delete',
      'principal-get',
      'principal-set',
    ],
  },
  settings: [
    {
      key: 'accountId',
      flag: 'account-id',
      env: ['QUANTIVE_ACCOUNT_ID', 'GTMHUB_ACCOUNT_ID'],
      question: 'Account id (24 hexadecimal digits)',
      summary: 'Gtmhub account id, sent with every request',
      parse: parseAccountId,
    },
    {
      key: 'region',
      flag: 'region',
      env: ['QUANTIVE_REGION', 'GTMHUB_REGION'],
      question: `Region (${regions.map((one) => one.code).join(', ')}), or the web address of the account`,
      summary: 'Gtmhub region: a code (us, gtmhub-us) or the web address of the account',
      parse: parseRegion,
    },
  ],
  secrets: [
    {
      key: 'token',
      flag: null,
      env: ['QUANTIVE_API_TOKEN', 'GTMHUB_API_TOKEN'],
      question: 'API token',
      summary: 'API token; it acts as the user who made it',
    },
  ],
  baseUrlEnv: ['QUANTIVE_API_URL', 'GTMHUB_API_URL'],
  defaultBaseUrl: (settings) =>
    regions.find((one) => one.code === (settings['region'] ?? defaultRegion))?.baseUrl ?? null,
  // Nothing is known about the addresses of its pages.
  webUrl: () => null,
  missingSecrets: (secrets) =>
    secrets['token'] ? null : 'Gtmhub needs an API token: set QUANTIVE_API_TOKEN (or GTMHUB_API_TOKEN).',
  readAddress: () => null,
  ownsHost: (host) => codeOfHost(host.toLowerCase()) !== null,
  guide: async () => (await import('./guide.ts')).gtmhubGuide,
  readRawPage: async (page) => (await import('./raw-paging.ts')).readGtmhubPage(page),
  connect: async (world) => (await import('./index.ts')).connectGtmhub(world),
};
