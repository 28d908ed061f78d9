/** Access to workspaces as the journal keeps it, and the way back to an earlier image. */
import { boolean, object, parse, string } from 'valibot';
import { DashctlError } from '../../errors.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import type { ImageCapability } from '../provider.ts';
import { look } from './context.ts';
import type { SynthoContext } from './context.ts';
import { accessState, readAccessRef } from './image-state.ts';
import type { Access } from './image-state.ts';
import { nameOf } from './map.ts';
import { accessOf, find, planAbsence, planAccess } from './plans.ts';
import type { WireRow, WireUser } from './wire.ts';

export function imageCapability(context: SynthoContext): ImageCapability {
  return {
    async read(ref) {
      const { workspace, user } = readAccessRef(ref);
      const row = find((await context.api.rows()).items, workspace, user);
      return { state: accessState(row === undefined ? null : accessOf(row)) };
    },

    async planRestore(ref, { state }): Promise<WritePlan<unknown>> {
      const at = readAccessRef(ref);
      const wanted = state === null ? null : parse(accessImage, state);
      const seen = await look(context);
      const row = find(seen.rows, at.workspace, at.user);
      refuseHandover(seen, at, row, wanted);
      if (wanted === null) return planAbsence(context, seen, { ...at, row });
      return planAccess(context, seen, at, row, wanted);
    },

    // A row is named by workspace and user, which are known before it is made.
    find: () => Promise.resolve([]),
  };
}

const accessImage = object({ role: string(), dataAccess: boolean() });

/**
 * A workspace has one owner, and only a transfer makes another one.
 * @throws DashctlError `unsupported`
 */
function refuseHandover(
  { rows, users }: { readonly rows: readonly WireRow[]; readonly users: readonly WireUser[] },
  { workspace, user }: { readonly workspace: number; readonly user: number },
  row: WireRow | undefined,
  wanted: Access | null,
): void {
  if ((row?.role === 'OWNER') === (wanted?.role === 'OWNER')) return;
  const owner = rows.find((one) => one.workspace === workspace && one.role === 'OWNER');
  // Nobody owns it any more: the row of the one who did can be made again.
  if (owner === undefined) return;
  const [message, heir] =
    wanted?.role === 'OWNER'
      ? [`Workspace ${workspace} belongs to ${nameOf(users, owner.user)} now.`, nameOf(users, user)]
      : [`${nameOf(users, user)} owns workspace ${workspace} now.`, 'EMAIL'];
  throw new DashctlError('unsupported', message, {
    hint: `Only the owner or an administrator can hand it back: dashctl workspace transfer ${workspace} --to ${heir}`,
  });
}
