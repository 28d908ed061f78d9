/** Grafana bound to one account: which capabilities it offers. */
import { DashctlError } from '../../errors.ts';
import type { Provider, ProviderWorld } from '../provider.ts';

export function connectGrafana(world: ProviderWorld): Provider {
  throw new DashctlError('unsupported', `Grafana is not reachable yet from profile ${world.account.profile}.`);
}
