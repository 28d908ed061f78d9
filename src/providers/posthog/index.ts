/** PostHog, connected to one account. */
import { DashctlError } from '../../errors.ts';
import type { Provider, ProviderWorld } from '../provider.ts';
import { aclCapability } from './acl.ts';
import type { PosthogContext } from './context.ts';
import { dashboardCapability } from './dashboards.ts';
import { ingestionHosts } from './descriptor.ts';
import { readPosthogError } from './errors.ts';
import { placesOf } from './places.ts';
import { shareCapability } from './shares.ts';
import { whoami } from './whoami.ts';

/** @throws DashctlError `invalid-input` for a host that only takes events */
export function connectPosthog(world: ProviderWorld): Provider {
  const { account } = world;
  refuseIngestion(account.baseUrl);
  const key = account.secrets['key'] ?? '';
  const warn = (message: string): void => {
    world.warn(message);
  };
  if (!/^(?:phx|pha)_/.test(key)) {
    warn('The PostHog key starts neither with phx_ nor with pha_: it is used as an older personal API key.');
  }
  const headers = { authorization: `Bearer ${key}` };
  const client = world.http({ headers: () => headers, readError: readPosthogError, secrets: [key] });
  const context: PosthogContext = {
    account,
    clock: world.clock,
    client,
    places: placesOf(account, client, warn),
    warn,
  };
  return {
    account,
    whoami: () => whoami(context),
    send: (request) => client.send(request),
    urlOf: (request) => client.urlOf(request),
    close: () => client.close(),
    dashboards: dashboardCapability(context),
    share: shareCapability(context),
    acl: aclCapability(context),
    images: async () => (await import('./images.ts')).imageCapability(context),
  };
}

function refuseIngestion(baseUrl: string): void {
  const { hostname } = new URL(baseUrl);
  if (!ingestionHosts.includes(hostname)) return;
  throw new DashctlError('invalid-input', `${hostname} only takes events; the API is elsewhere.`, {
    hint: `Use https://${hostname.replace('.i.', '.')} (POSTHOG_HOST or --base-url).`,
    provider: 'posthog',
  });
}
