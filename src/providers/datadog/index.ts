/** Datadog, connected to one account. */
import type { Provider, ProviderWorld } from '../provider.ts';
import { accessCapability } from './acl.ts';
import type { DatadogContext } from './context.ts';
import { dashboardCapability } from './dashboards.ts';
import { readError, withHints } from './errors.ts';
import { invitationCapability } from './invitations.ts';
import { shareCapability } from './shares.ts';
import { whoami } from './whoami.ts';

/** Binds Datadog to an account: a bearer token when there is one, else the two keys. */
export function connectDatadog(world: ProviderWorld): Provider {
  const { account } = world;
  const { token, apiKey, appKey } = account.secrets;
  const headers = credentialHeaders({ token, apiKey, appKey });
  const client = withHints(
    world.http({ headers: () => headers, readError, secrets: Object.values(account.secrets) }),
  );
  const context: DatadogContext = {
    account,
    clock: world.clock,
    client,
    warn: (message) => {
      world.warn(message);
    },
  };
  return {
    account,
    whoami: () => whoami(context),
    send: (request) => client.send(request),
    urlOf: (request) => client.urlOf(request),
    close: () => client.close(),
    dashboards: dashboardCapability(context),
    share: shareCapability(context),
    invite: invitationCapability(context),
    acl: accessCapability(context),
    async images() {
      const { datadogImages } = await import('./images.ts');
      return datadogImages(context);
    },
  };
}

interface Credentials {
  readonly token: string | undefined;
  readonly apiKey: string | undefined;
  readonly appKey: string | undefined;
}

function credentialHeaders({ token, apiKey, appKey }: Credentials): Readonly<Record<string, string>> {
  if (token !== undefined && token !== '') return { authorization: `Bearer ${token}` };
  return {
    ...(apiKey === undefined ? {} : { 'dd-api-key': apiKey }),
    ...(appKey === undefined ? {} : { 'dd-application-key': appKey }),
  };
}
