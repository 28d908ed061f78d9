/** Which permission API a server has, found out once per connection (api/grafana.md §2). */
import { DashctlError } from '../../errors.ts';
import { path } from '../../http/path.ts';
import type { GrafanaApi } from './api.ts';
import { parseGeneration } from './descriptor.ts';
import type { AclGeneration } from './descriptor.ts';

export interface Generation {
  readonly name: AclGeneration;
  /** `7.5.5`; null when the server hides it. */
  readonly version: string | null;
}

const labels: Readonly<Record<AclGeneration, string>> = {
  acl: 'acl',
  permissions: 'permissions by id',
  uid: 'permissions by uid',
  'access-control': 'access-control',
};

/** `Grafana 7.5.5, permissions by id`. */
export function generationLabel(generation: Generation): string {
  return `Grafana ${generation.version ?? 'of unknown version'}, ${labels[generation.name]}`;
}

/** The major version; null when unknown. */
export function majorVersion(generation: Generation): number | null {
  const found = /^v?(\d{1,4})\./.exec(generation.version ?? '')?.[1];
  return found === undefined ? null : Number(found);
}

/** Routes that exist on one generation, oldest last; ids and uids in them need not exist. */
const probes = [
  { name: 'access-control', from: 9, route: path`/api/access-control/dashboards/description` },
  { name: 'uid', from: 9, route: path`/api/dashboards/uid/dashctl/permissions` },
  { name: 'permissions', from: 5, route: path`/api/dashboards/id/1/permissions` },
  { name: 'acl', from: 5, route: path`/api/dashboards/id/1/acl` },
] as const;

/**
 * Asks the version, then for routes from the newest that the version can have.
 * @param forced the setting `api`; it is taken as it is
 * @throws DashctlError `unsupported` when the server has none of the routes
 */
export async function detectGeneration(api: GrafanaApi, forced: string | undefined): Promise<Generation> {
  const version = await api.version();
  if (forced !== undefined && forced !== '') return { name: parseGeneration(forced), version };
  const major = majorVersion({ name: 'acl', version });
  for (const probe of probes) {
    if (major !== null && major < probe.from) continue;
    if (await api.routeExists(probe.route)) return { name: probe.name, version };
  }
  throw new DashctlError(
    'unsupported',
    `The server (Grafana ${version ?? 'of unknown version'}) has no permission API that dashctl knows.`,
    { hint: 'Check the base URL, or name the API with --grafana-api.' },
  );
}
