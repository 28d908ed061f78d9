/** What the journal keeps of Grafana, and how it comes back. Loaded when a write is recorded or taken back. */
import { DashctlError } from '../../errors.ts';
import type { ImageKind } from '../../model/image.ts';
import type { Account, ImageCapability, ShareCapability } from '../provider.ts';
import type { AclPlanner } from './acl-plan.ts';
import type { GrafanaApi } from './api.ts';
import type { DashboardPlanner } from './dashboards.ts';
import type { Generation } from './generation.ts';
import { aclImages } from './image-acl.ts';
import type { ImageKeeper } from './image-keeper.ts';
import { dashboardImages, folderImages } from './image-dashboard.ts';
import { shareImages } from './image-shares.ts';
import type { PrincipalResolver } from './principals.ts';
import type { PublicLinks } from './public-dashboards.ts';
import type { Session } from './session.ts';

export interface GrafanaParts {
  readonly account: Account;
  readonly api: GrafanaApi;
  readonly session: Session;
  readonly generation: () => Promise<Generation>;
  readonly links: PublicLinks;
  readonly dashboards: DashboardPlanner;
  readonly shares: ShareCapability;
  readonly planner: AclPlanner;
  readonly resolver: PrincipalResolver;
}

export function grafanaImages(parts: GrafanaParts): ImageCapability {
  const { account, api, session, generation, links, dashboards, shares, planner, resolver } = parts;
  const keepers: Partial<Record<ImageKind, ImageKeeper>> = {
    dashboard: dashboardImages(account, api, session, dashboards),
    folder: folderImages(account, api, session, generation, dashboards),
    shares: shareImages(account, api, links, shares),
    acl: aclImages(planner, resolver),
  };

  function keeperOf(kind: ImageKind): ImageKeeper {
    const keeper = keepers[kind];
    if (keeper !== undefined) return keeper;
    throw new DashctlError('unsupported', `Grafana has nothing of the kind ${kind} that could be restored.`);
  }

  return {
    read: (ref) => keeperOf(ref.kind).read(ref.id),
    planRestore: (ref, image) => keeperOf(ref.kind).planRestore(ref.id, image),
    find: async (kind, expected, since) => (await keeperOf(kind).find?.(expected, since)) ?? [],
  };
}
