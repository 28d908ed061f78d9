/** Permission lists as images: reading one, and bringing an earlier one back. */
import { array, literal, nullable, number, object, parse, string, union } from 'valibot';
import type { InferOutput } from 'valibot';

import { DashctlError } from '../../errors.ts';
import type { Image } from '../../model/image.ts';
import type { Principal } from '../../model/principal.ts';
import { formatPrincipal, parsePrincipal } from '../../model/principal-text.ts';
import type { AclResource } from '../provider.ts';
import type { AclBackend } from './acl-backend.ts';
import { keyOf } from './acl-entry.ts';
import type { AclEntry } from './acl-entry.ts';
import { baseOf, isSame } from './acl-list.ts';
import { isWritable } from './acl-plan.ts';
import type { AclPlanner, Change } from './acl-plan.ts';
import { aclState } from './acl-state.ts';
import { readable, refuseHidden } from './image-keeper.ts';
import type { ImageKeeper } from './image-keeper.ts';
import { levelFromNumber } from './map.ts';
import { isMissing } from './objects.ts';
import type { GrafanaObject } from './objects.ts';
import type { PrincipalResolver } from './principals.ts';

const stateSchema = object({
  rules: union([literal('own'), literal('defaults')]),
  entries: array(object({ principal: string(), permission: number(), flaw: nullable(string()) })),
});

type AclState = InferOutput<typeof stateSchema>;

export function aclImages(planner: AclPlanner, resolver: PrincipalResolver): ImageKeeper {
  async function read(id: string): Promise<Image> {
    try {
      const { object: found, reading } = await planner.open(resourceOf(id));
      return { state: aclState(found, reading.entries) };
    } catch (error) {
      if (isMissing(error)) return { state: null };
      throw error;
    }
  }

  return {
    read: (id) => readable(read(id)),

    async planRestore(id, { state }: Image) {
      if (state === null) {
        throw new DashctlError('unsupported', 'Permissions are there as long as what they belong to.', {
          hint: 'Delete the dashboard or folder; its permissions go with it.',
        });
      }
      refuseHidden(state, 'The permissions');
      const earlier = parse(stateSchema, state);
      return planner.plan(resourceOf(id), 'restore', (context) => restored(resolver, earlier, context));
    },
  };
}

function resourceOf(id: string): AclResource {
  return id.startsWith('folder:') ? { kind: 'folder', id: id.slice(7) } : { kind: 'dashboard', id };
}

interface Present {
  readonly backend: AclBackend;
  readonly object: GrafanaObject;
  readonly entries: readonly AclEntry[];
}

/** The earlier list as far as it can be written: one entry per principal, of those that still exist. */
async function restored(
  resolver: PrincipalResolver,
  earlier: AclState,
  { backend, object: target, entries }: Present,
): Promise<Change> {
  const base = baseOf(target, entries);
  const notes: string[] = [];
  let after: readonly AclEntry[] = [];
  for (const { principal: written, permission, flaw } of earlier.entries) {
    const { native } = levelFromNumber(permission);
    const principal = await stillThere(resolver, written, entries);
    if (principal === null) {
      notes.push(`${written} (${native}) does not exist any more and is left out.`);
      continue;
    }
    const asked: AclEntry = { principal, permission, native, origin: 'own', from: null, rowId: null, flaw };
    if (!isWritable(backend, asked, base.elsewhere)) {
      notes.push(
        `${formatPrincipal(principal)} (${native}) can't be written on this server and is left out.`,
      );
      continue;
    }
    const twin = after.find((one) => isSame(one, asked));
    if (twin !== undefined && twin.permission >= permission) continue;
    const present = base.own.find(
      (one) => isSame(one, asked) && one.permission === permission && one.flaw === null,
    );
    after = [...after.filter((one) => one !== twin), present ?? asked];
  }
  if (earlier.rules === 'defaults' && !base.fromDefaults) {
    notes.push('The defaults of Grafana do not come back by themselves: they stand as explicit entries.');
  }
  return { ...base, after, notes, mustBeOwn: earlier.rules === 'own' && after.length > 0 };
}

/** The principal with its name of today; null when it is gone. Roles are always there. */
async function stillThere(
  resolver: PrincipalResolver,
  written: string,
  entries: readonly AclEntry[],
): Promise<Principal | null> {
  const listed = entries.find((entry) => keyOf(entry.principal) === written);
  if (listed !== undefined) return listed.principal;
  if (written.startsWith('role:')) return { kind: 'role', id: null, name: written.slice(5), email: null };
  try {
    return await resolver.resolve(parsePrincipal(written), entries, 'grant');
  } catch (error) {
    if (error instanceof DashctlError && error.code === 'unknown-principal') return null;
    throw error;
  }
}
