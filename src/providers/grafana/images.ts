/** What the journal keeps of Grafana, and how it comes back. Loaded when a write is recorded or taken back. */
import { DashctlError } from '../../errors.ts';
import type { Image, ImageKind, ImageRef } from '../../model/image.ts';
import type { Json } from '../../model/shape.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import type { ImageCapability } from '../provider.ts';
import type { AclPlanner } from './acl-plan.ts';
import { aclImages } from './image-acl.ts';
import type { PrincipalResolver } from './principals.ts';

/** Images of one kind, by the id of a ref. */
export interface ImageKeeper {
  read(id: string): Promise<Image>;
  planRestore(id: string, image: Image): Promise<WritePlan<unknown>>;
  /** Things that a creation may have made; only where a creation names them itself. */
  find?(expected: Json, since: Date): Promise<readonly ImageRef[]>;
}

export interface GrafanaParts {
  readonly planner: AclPlanner;
  readonly resolver: PrincipalResolver;
}

export function grafanaImages({ planner, resolver }: GrafanaParts): ImageCapability {
  const keepers: Partial<Record<ImageKind, ImageKeeper>> = {
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
