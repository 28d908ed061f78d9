/** Dashboards, links and rights as the journal keeps them, and the way back to an earlier image. */
import { DashctlError } from '../../errors.ts';
import type { ImageRef } from '../../model/image.ts';
import type { Json } from '../../model/shape.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import type { ImageCapability } from '../provider.ts';
import { backendAt } from './acl.ts';
import { getSharing } from './api.ts';
import type { PosthogContext } from './context.ts';
import { addressState, addressSuffix, shareState } from './image-state.ts';
import type { Place } from './places.ts';
import { planRestoreAddress, planRestoreShare } from './share-restore.ts';

export function imageCapability(context: PosthogContext): ImageCapability {
  return {
    read: async (ref) => ({ state: await stateOf(context, ref) }),
    async planRestore(ref, { state }): Promise<WritePlan<unknown>> {
      const { place, address } = await placeOf(context, ref);
      switch (ref.kind) {
        case 'acl':
          if (state === null) throw foreign(ref, 'Rights go with their dashboard.');
          return (await backendAt(context, place)).planRestore(state);
        case 'shares':
          return address
            ? planRestoreAddress(context, place, state)
            : planRestoreShare(context, place, state);
        default:
          throw foreign(ref);
      }
    },
    find: () => Promise.resolve([]),
  };
}

/** Null for what is deleted, unknown or hidden. */
async function stateOf(context: PosthogContext, ref: ImageRef): Promise<Json> {
  const { place, address } = await placeOf(context, ref);
  try {
    switch (ref.kind) {
      case 'acl':
        return await (await backendAt(context, place)).image();
      case 'shares': {
        const { wire } = await getSharing(context, place);
        return address ? await addressState(wire) : shareState(wire);
      }
      default:
        throw foreign(ref);
    }
  } catch (error) {
    if (error instanceof DashctlError && error.code === 'not-found') return null;
    throw error;
  }
}

async function placeOf(
  context: PosthogContext,
  { id }: ImageRef,
): Promise<{ readonly place: Place; readonly address: boolean }> {
  const address = id.endsWith(addressSuffix);
  const place = await context.places.dashboard(address ? id.slice(0, -addressSuffix.length) : id);
  return { place, address };
}

function foreign({ kind }: ImageRef, why = `PostHog has no images of the kind ${kind}.`): DashctlError {
  return new DashctlError('unsupported', why);
}
