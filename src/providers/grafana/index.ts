/** Grafana bound to one account: which capabilities it offers. */
import type { Provider, ProviderWorld } from '../provider.ts';
import { aclPlanner } from './acl-plan.ts';
import { grafanaAcl } from './acl.ts';
import { grafanaApi } from './api.ts';
import { grafanaDashboards } from './dashboards.ts';
import { readGrafanaError } from './errors.ts';
import { detectGeneration } from './generation.ts';
import { once } from './once.ts';
import { principalResolver } from './principals.ts';
import { publicLinks } from './public-dashboards.ts';
import { credentialOf, grafanaSession } from './session.ts';
import { grafanaShares } from './shares.ts';

/** @throws DashctlError `no-credentials` when the account holds neither a token nor user and password */
export function connectGrafana(world: ProviderWorld): Provider {
  const { account } = world;
  const credential = credentialOf(account);
  const http = world.http({
    headers: () => credential.headers,
    secrets: credential.secrets,
    readError: readGrafanaError,
  });
  const api = grafanaApi(http);
  const generation = once(() => detectGeneration(api, account.settings.api));
  const session = grafanaSession(api, account, generation);
  const links = publicLinks(api);

  const planner = aclPlanner(world, api, session, generation);
  const resolver = principalResolver(api);

  const dashboards = grafanaDashboards(world, api, session, generation, links);
  const shares = grafanaShares(world, api, session, links);

  return {
    account,
    whoami: () => session.whoami(),
    send: (request) => http.send(request),
    urlOf: (request) => http.urlOf(request),
    close: () => http.close(),
    dashboards,
    share: shares,
    acl: grafanaAcl(world, planner, resolver),
    async images() {
      const { grafanaImages } = await import('./images.ts');
      return grafanaImages({
        account,
        api,
        session,
        generation,
        links,
        dashboards,
        shares,
        planner,
        resolver,
      });
    },
  };
}
