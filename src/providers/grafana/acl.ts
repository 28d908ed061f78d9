/** Access control lists of dashboards and folders: what grant, revoke and set make of a list. */
import { DashctlError } from '../../errors.ts';
import type { Grant, GrantSpec } from '../../model/grant.ts';
import type { Page } from '../../model/shape.ts';
import { formatPrincipal, formatPrincipalSpec } from '../../model/principal-text.ts';
import type { AclCapability, ProviderWorld } from '../provider.ts';
import { isSound, keyOf, ownEntry } from './acl-entry.ts';
import type { AclEntry } from './acl-entry.ts';
import { baseOf, isSame } from './acl-list.ts';
import type { AclPlanner } from './acl-plan.ts';
import { levelMappings, permissionFromSpec } from './map.ts';
import type { PrincipalResolver } from './principals.ts';

export function grafanaAcl(
  world: ProviderWorld,
  { open, plan, grantsOf }: AclPlanner,
  resolver: PrincipalResolver,
): AclCapability {
  return {
    levels: levelMappings,
    principals: () => resolver.list(),

    async list(resource): Promise<Page<Grant>> {
      const { object, reading } = await open(resource);
      for (const { principal, native } of reading.entries) {
        if (principal.kind === 'role' || principal.name !== null) continue;
        world.warn(`${formatPrincipal(principal)} holds ${native} but does not exist any more.`);
      }
      return { items: grantsOf(object, reading.entries), raw: reading.raw };
    },

    async planGrant(resource, grants) {
      return plan(resource, 'grant', async ({ backend, object, entries }) => {
        const base = baseOf(object, entries);
        const wanted = await resolveGrants(resolver, grants, entries);
        const notes = [...base.notes];
        let after = base.merged;
        for (const entry of wanted) {
          const above = base.elsewhere.find((one) => isSame(one, entry));
          const who = formatPrincipal(entry.principal);
          if (above !== undefined && backend.mustExceedInherited && entry.permission === above.permission) {
            notes.push(`${who} already has ${above.native} from ${above.from ?? ''}.`);
            continue;
          }
          if (above !== undefined && entry.permission < above.permission) {
            notes.push(`${who} keeps ${above.native} from ${above.from ?? ''}: the higher level counts.`);
          }
          const present = after.find((one) => isSame(one, entry));
          if (present === undefined) after = [...after, entry];
          else if (present.permission !== entry.permission || !isSound(present)) {
            after = after.map((one) => (one === present ? entry : one));
          }
        }
        return { ...base, after: base.explicit(after), notes: base.notesFor(after, notes) };
      });
    },

    async planRevoke(resource, principals) {
      return plan(resource, 'revoke', async ({ object, entries }) => {
        const base = baseOf(object, entries);
        const notes = [...base.notes];
        let after = base.merged;
        for (const spec of principals) {
          const key = keyOf(await resolver.resolve(spec, entries, 'revoke'));
          const rest = after.filter((entry) => keyOf(entry.principal) !== key);
          const above = base.elsewhere.find((entry) => keyOf(entry.principal) === key);
          if (above !== undefined) {
            notes.push(
              `${formatPrincipal(above.principal)} keeps ${above.native}: it comes from ${above.from ?? ''} and is revoked there.`,
            );
          } else if (rest.length === after.length) {
            notes.push(`${formatPrincipalSpec(spec)} has no entry.`);
          }
          after = rest;
        }
        return { ...base, after: base.explicit(after), notes: base.notesFor(after, notes) };
      });
    },

    async planSet(resource, grants) {
      return plan(resource, 'set', async ({ object, entries }) => {
        const base = baseOf(object, entries);
        const wanted = await resolveGrants(resolver, grants, entries);
        const after = wanted.map((entry) => {
          const present = base.merged.find((one) => isSame(one, entry));
          return present?.permission === entry.permission && isSound(present) ? present : entry;
        });
        return { ...base, after: base.explicit(after), notes: base.notesFor(after, base.notes) };
      });
    },
  };
}

/** @throws DashctlError `invalid-input` when a principal is given two levels */
async function resolveGrants(
  resolver: PrincipalResolver,
  grants: readonly GrantSpec[],
  entries: readonly AclEntry[],
): Promise<AclEntry[]> {
  const levels = grants.map((grant) => permissionFromSpec(grant.level));
  const wanted = new Map<string, AclEntry>();
  for (const [index, grant] of grants.entries()) {
    const permission = levels[index];
    if (permission === undefined) continue;
    const entry = ownEntry(await resolver.resolve(grant.principal, entries, 'grant'), permission);
    const key = keyOf(entry.principal);
    const earlier = wanted.get(key);
    if (earlier !== undefined && earlier.permission !== permission) {
      throw new DashctlError('invalid-input', `${formatPrincipal(entry.principal)} is given two levels.`, {
        hint: 'Name every principal once.',
      });
    }
    wanted.set(key, entry);
  }
  return [...wanted.values()];
}
