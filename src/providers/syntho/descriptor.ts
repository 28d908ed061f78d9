/** Syntho as plain data: it is hosted by its customers, so the address is always given. Facts: api/syntho.md §1 and §2. */
import type { ProviderDescriptor } from '../provider.ts';

export const synthoDescriptor: ProviderDescriptor = {
  name: 'syntho',
  title: 'Syntho',
  offers: { workspace: ['list', 'get', 'grant', 'update', 'revoke', 'transfer'] },
  settings: [
    {
      key: 'user',
      flag: 'login',
      env: ['SYNTHO_EMAIL'],
      question: 'E-mail (only with a password)',
      summary: 'User name or e-mail that belongs to the password',
      ofSecrets: true,
    },
  ],
  secrets: [
    {
      key: 'password',
      flag: null,
      env: ['SYNTHO_PASSWORD'],
      question: 'Password',
      summary: 'Password of the user',
    },
    {
      key: 'sessionId',
      flag: null,
      env: ['SYNTHO_SESSION_ID'],
      question: 'Session id (instead of a password)',
      summary: 'Value of the cookie sessionid of a session that is open already',
    },
    {
      key: 'authorization',
      flag: null,
      env: ['SYNTHO_AUTHORIZATION'],
      question: 'Authorization header (instead of a password)',
      summary: 'Whole value of the Authorization header, for logins by OIDC',
    },
  ],
  baseUrlEnv: ['SYNTHO_URL'],
  defaultBaseUrl: () => null,
  webUrl: (_settings, baseUrl) => baseUrl,
  missingSecrets: (secrets, settings) =>
    secrets['sessionId'] || secrets['authorization'] || (secrets['password'] && settings['user'])
      ? null
      : secrets['password']
        ? 'The e-mail that the Syntho password belongs to is missing: set SYNTHO_EMAIL, or give --login.'
        : 'Syntho needs an e-mail and a password (SYNTHO_EMAIL, SYNTHO_PASSWORD), a session id (SYNTHO_SESSION_ID) or an Authorization header (SYNTHO_AUTHORIZATION).',
  readAddress: () => null,
  ownsHost: () => false,
  guide: async () => (await import('./guide.ts')).synthoGuide,
  readRawPage: async (page) => (await import('./raw-paging.ts')).readSynthoPage(page),
  connect: async (world) => (await import('./index.ts')).connectSyntho(world),
};
