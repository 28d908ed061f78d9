/** Sockets that go through a proxy; loaded only when there is one. */
import type { buildConnector, Dispatcher, Pool as PoolOptions } from 'undici';
import connect from 'undici/lib/api/api-connect.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
import type { Proxy } from './proxy.ts';

/** Tunnels https through the proxy; sends http requests to it as they are. */
export function createProxyDispatcher(
  proxy: Proxy,
  pool: PoolOptions.Options & { readonly connections: number },
  connection: buildConnector.BuildOptions & { readonly timeout: number },
): Dispatcher {
  return new ProxyAgent({
    ...pool,
    uri: proxy.url,
    proxyTunnel: false,
    requestTls: connection,
    proxyTls: connection,
    ...(proxy.authorization !== null && { token: proxy.authorization }),
    clientFactory(origin, settings) {
      // Without a limit, a CONNECT that is never answered stays for 300 s.
      const toProxy = new Pool(origin, {
        ...settings,
        headersTimeout: connection.timeout,
        connections: pool.connections,
      });
      // undici's index adds this method to all dispatchers; it is not loaded here.
      return Object.assign(toProxy, { connect });
    },
  });
}
