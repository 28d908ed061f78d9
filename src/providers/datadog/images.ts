/** What the journal keeps of Datadog, and how it comes back. Loaded when a write is recorded or taken back. */
import { DashctlError } from '../../errors.ts';
import type { Image, ImageKind, ImageRef } from '../../model/image.ts';
import type { Json } from '../../model/shape.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import type { ImageCapability } from '../provider.ts';
import type { DatadogContext } from './context.ts';
import { aclImages } from './image-acl.ts';
import { dashboardImages } from './image-dashboard.ts';
import { invitationImages } from './image-invitations.ts';
import { shareImages } from './image-shares.ts';
import { resemblesShares } from './share-state.ts';

/** Images of one kind, by the id of a ref. */
export interface ImageKeeper {
  read(id: string): Promise<Image>;
  planRestore(id: string, image: Image): Promise<WritePlan<unknown>>;
  /** Things that a creation may have made; only where a creation names them itself. */
  find?(expected: Json, since: Date): Promise<readonly ImageRef[]>;
}

export function datadogImages(context: DatadogContext): ImageCapability {
  const keepers: Partial<Record<ImageKind, ImageKeeper>> = {
    dashboard: dashboardImages(context),
    acl: aclImages(context),
    shares: shareImages(context),
    invitations: invitationImages(context),
  };

  function keeperOf(kind: ImageKind): ImageKeeper {
    const keeper = keepers[kind];
    if (keeper !== undefined) return keeper;
    throw new DashctlError('unsupported', `Datadog has nothing of the kind ${kind} that could be restored.`);
  }

  return {
    read: (ref) => keeperOf(ref.kind).read(ref.id),
    planRestore: (ref, image) => keeperOf(ref.kind).planRestore(ref.id, image),
    resembles: (kind, state, likeness) => kind === 'shares' && resemblesShares(state, likeness),
    find: async (kind, expected, since) => (await keeperOf(kind).find?.(expected, since)) ?? [],
  };
}
