/** Permissions and sets of actions as the journal keeps them, and the way back to an earlier image. */
import { array, object, optional, parse, safeParse, string, unknown } from 'valibot';
import { DashctlError } from '../../errors.ts';
import { replaceValueText } from '../../model/json-text.ts';
import type { ImageRef } from '../../model/image.ts';
import type { Json } from '../../model/shape.ts';
import { alreadySo, type WritePlan } from '../../model/write-plan.ts';
import type { ImageCapability } from '../provider.ts';
import { readActionSet } from './action-set.ts';
import type { GtmhubContext } from './context.ts';
import { actionsState, permissionState } from './image-state.ts';
import { jsonOf, losslessText } from './map.ts';
import { planCreate, planDelete, planUpdate } from './plans.ts';
import { planSetPrincipal } from './principal-plan.ts';

export function imageCapability(context: GtmhubContext): ImageCapability {
  return {
    async read(ref) {
      switch (ref.kind) {
        case 'permission':
          return { state: await permission(context, ref.id) };
        case 'principal-actions': {
          const json = jsonOf(await context.api.ofPrincipal(ref.id));
          return { state: actionsState(readActionSet(json), json) };
        }
        default:
          throw foreign(ref);
      }
    },

    async planRestore(ref, { state }): Promise<WritePlan<unknown>> {
      switch (ref.kind) {
        case 'permission':
          return planRestorePermission(context, ref.id, state);
        case 'principal-actions':
          return planRestoreActions(context, ref.id, state);
        default:
          throw foreign(ref);
      }
    },

    find(kind) {
      if (kind !== 'permission') return Promise.resolve([]);
      return Promise.reject(
        new DashctlError('unsupported', 'Gtmhub lists no permissions, so a lost one cannot be looked for.', {
          hint: 'See whether the actions are held: dashctl perms principal-get ID. Look for the permission in the browser.',
        }),
      );
    },
  };
}

/** Null when it is gone. A missing id may be answered with an error of the server, so that is held against another question. */
async function permission({ api }: GtmhubContext, id: string): Promise<Json> {
  try {
    return permissionState((await api.permission(id)).wire);
  } catch (error) {
    if (!(error instanceof DashctlError)) throw error;
    if (error.status === 404) return null;
    if (![400, 403, 500].includes(error.status ?? 0)) throw error;
    // Who may read the catalogue may read permissions: this one is missing.
    await api.actions();
    return null;
  }
}

const permissionImage = object({ action: string(), principals: array(string()) });

async function planRestorePermission(
  context: GtmhubContext,
  id: string,
  image: Json,
): Promise<WritePlan<unknown>> {
  const now = await permission(context, id);
  if (image === null)
    return now === null
      ? alreadySo(`Delete the permission ${id}`, `${context.account.profile}/${id}`)
      : planDelete(context, id);
  const { action, principals } = parse(permissionImage, image);
  if (now === null) return planCreate(context, { action, principals, validate: false });
  const present = parse(permissionImage, now);
  if (present.action !== action) {
    throw new DashctlError(
      'unsupported',
      `The permission ${id} was for ${action} and is for ${present.action} now.`,
      {
        hint: `Make another one: dashctl perms create --action ${action}`,
      },
    );
  }
  return planUpdate(context, id, {
    add: principals.filter((one) => !present.principals.includes(one)),
    remove: present.principals.filter((one) => !principals.includes(one)),
  });
}

const actionsImage = object({ actions: array(string()), items: optional(array(unknown())) });

/** @throws DashctlError `unsupported` for a form that cannot be built */
async function planRestoreActions(
  context: GtmhubContext,
  id: string,
  image: Json,
): Promise<WritePlan<unknown>> {
  const response = await context.api.ofPrincipal(id);
  const json = jsonOf(response);
  const present = losslessText(response);
  const now = readActionSet(json);
  if (JSON.stringify(actionsState(now, json)) === JSON.stringify(image)) {
    return planSetPrincipal(context, id, { body: present, validate: false });
  }
  const wanted = safeParse(actionsImage, image);
  if (!wanted.success || now === null) throw unknownForm(id);
  const { actions, items = null } = wanted.output;
  // A set of objects goes back as it was told.
  if (!now.plain && items === null) throw unknownForm(id);
  const list = JSON.stringify(now.plain ? actions : items);
  return planSetPrincipal(context, id, { body: replaceValueText(present, now.at, list), validate: false });
}

function unknownForm(id: string): DashctlError {
  return new DashctlError('unsupported', 'The server tells the actions in a form that is not known.', {
    hint: `Write the document of before from a file: dashctl perms principal-set ${id} --file FILE`,
  });
}

function foreign({ kind }: ImageRef): DashctlError {
  return new DashctlError('unsupported', `Gtmhub has no images of the kind ${kind}.`);
}
