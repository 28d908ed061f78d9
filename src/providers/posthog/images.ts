/** Dashboards, links and rights as the journal keeps them, and the way back to an earlier image. */
import { number, object, parse, string } from 'valibot';
import { DashctlError } from '../../errors.ts';
import type { ImageRef } from '../../model/image.ts';
import type { Json } from '../../model/shape.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import type { ImageCapability } from '../provider.ts';
import { backendAt } from './acl.ts';
import { getDashboard, getSharing } from './api.ts';
import type { PosthogContext } from './context.ts';
import { planRestoreDashboard } from './dashboard-restore.ts';
import { createdSince } from './dashboards.ts';
import { addressState, addressSuffix, dashboardState, imageRef, shareState } from './image-state.ts';
import type { Place } from './places.ts';
import { planRestoreAddress, planRestoreShare } from './share-restore.ts';

export function imageCapability(context: PosthogContext): ImageCapability {
  return {
    read: async (ref) => ({ state: await stateOf(context, ref) }),
    async planRestore(ref, { state }): Promise<WritePlan<unknown>> {
      const { place, address } = await placeOf(context, ref);
      switch (ref.kind) {
        case 'dashboard':
          return planRestoreDashboard(context, place, state);
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
    find: (kind, expected, since) =>
      kind === 'dashboard' ? find(context, expected, since) : Promise.resolve([]),
  };
}

/** Dashboards of that name and project since then. Everything else exists before it is written. */
async function find(context: PosthogContext, expected: Json, since: Date): Promise<readonly ImageRef[]> {
  const { project, name } = parse(expectedDashboard, expected);
  const found = await createdSince(context, project, name, since.getTime());
  return found.map((id) => imageRef('dashboard', { project, id }));
}

const expectedDashboard = object({ project: number(), name: string() });

/** Null for what is deleted, unknown or hidden. */
async function stateOf(context: PosthogContext, ref: ImageRef): Promise<Json> {
  const { place, address } = await placeOf(context, ref);
  try {
    switch (ref.kind) {
      case 'dashboard':
        return dashboardState((await getDashboard(context, place)).response.text(), place.project);
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
