/** Handing workspaces to a new owner (api/syntho.md §4). The answer only echoes, so the result is read back. */
import { DashctlError } from '../../errors.ts';
import { parseEmail } from '../../model/email.ts';
import type { Json } from '../../model/shape.ts';
import type { WorkspacePermission, WorkspaceTransfer } from '../../model/workspace-permission.ts';
import type { Guard, WritePlan } from '../../model/write-plan.ts';
import { checkKey, transferRequest } from './api.ts';
import { look } from './context.ts';
import type { SynthoContext } from './context.ts';
import { accessImage } from './image-state.ts';
import { emailOf, nameOf, parseRole, toPermission, userKey } from './map.ts';
import { accessOf, find } from './plans.ts';
import type { WireRow, WireUser } from './wire.ts';

/** One workspace that changes hands. */
interface Handover {
  readonly workspace: number;
  /** The row of the old owner; undefined when it is not to be seen. */
  readonly old: WireRow | undefined;
}

/** Whether a workspace is as planned; `hidden` when the caller does not see it any more. */
type State = 'done' | 'not-done' | 'hidden' | 'other';

export async function planTransfer(
  context: SynthoContext,
  asked: WorkspaceTransfer,
): Promise<WritePlan<readonly WorkspacePermission[]>> {
  const { api, account } = context;
  const keep =
    asked.keepRole === null ? null : { role: parseRole(asked.keepRole), dataAccess: asked.dataAccess };
  const all = [...new Set(asked.workspaces.map((text) => Number(checkKey(text, 'workspace'))))];
  const { rows, users } = await look(context);
  const heir = heirOf(users, asked.to);
  const unseen = all.find((workspace) => !rows.some((row) => row.workspace === workspace));
  if (unseen !== undefined) {
    throw new DashctlError('not-found', `You see no workspace ${unseen}.`, {
      hint: `See those that you do: dashctl workspace list -p ${account.profile}`,
    });
  }
  const handovers = all
    .map((workspace): Handover => ({ workspace, old: ownerOf(rows, workspace) }))
    .filter(({ old }) => old === undefined || old.user !== heir.pk);
  const workspaces = handovers.map((one) => one.workspace);
  const caller = await context.caller();

  const stateOf = (now: readonly WireRow[], { workspace, old }: Handover): State => {
    const visible = now.filter((row) => row.workspace === workspace);
    if (visible.length === 0) return 'hidden';
    const owner = ownerOf(visible, workspace);
    if (owner !== undefined && old !== undefined && owner.user === old.user) return 'not-done';
    if (owner === undefined || (heir.pk !== null && owner.user !== heir.pk)) return 'other';
    const left = old === undefined ? undefined : find(visible, workspace, old.user);
    const asKept =
      keep === null
        ? left === undefined
        : left === undefined
          ? old === undefined
          : left.role === keep.role && left.data_access === keep.dataAccess;
    return asKept ? 'done' : 'other';
  };

  return {
    title: `Hand ${named(workspaces.length === 0 ? all : workspaces)} to ${heir.email}`,
    resources: workspaces.map((workspace) => `${account.profile}/${workspace}`),
    risk: 'severe',
    confirm: heir.email,
    guards: keep === null ? guardsOfNothingKept(handovers, caller) : [],
    notes: notesOf(handovers, users, heir.email, keep),
    before: handovers.map(({ workspace, old }): Json => ({
      workspace,
      owner: old === undefined ? null : nameOf(users, old.user),
    })),
    after: handovers.map(({ workspace, old }): Json => ({
      workspace,
      owner: heir.email,
      oldOwner:
        old === undefined ? null : keep === null ? 'no access' : { user: nameOf(users, old.user), ...keep },
    })),
    steps:
      workspaces.length === 0
        ? []
        : [
            transferRequest({
              workspaces,
              new_owner: heir.email,
              ...(keep === null ? {} : { role: keep.role, data_access: keep.dataAccess }),
            }),
          ],
    undo: { kind: 'impossible', why: 'Only the new owner or an administrator can hand it back.' },
    images: handovers.flatMap(({ workspace, old }) => {
      const own = heir.pk === null ? undefined : find(rows, workspace, heir.pk);
      const owner = { role: 'OWNER', dataAccess: true };
      return [
        ...(old === undefined ? [] : [accessImage(old, accessOf(old), keep)]),
        ...(heir.pk === null
          ? []
          : [accessImage({ workspace, user: heir.pk }, own === undefined ? null : accessOf(own), owner)]),
      ];
    }),
    async unchanged() {
      const { items } = await api.rows();
      const moved = handovers.find(({ workspace, old }) => ownerOf(items, workspace)?.pk !== old?.pk);
      if (moved === undefined) return;
      throw new DashctlError('conflict', `Workspace ${moved.workspace} got another owner meanwhile.`, {
        hint: 'Repeat the command: it reads the owners anew.',
      });
    },
    async finish() {
      const { items, response } = await api.rows();
      const states = handovers.map((one) => ({ ...one, state: stateOf(items, one) }));
      const wrong = states.filter(({ state }) => state === 'not-done' || state === 'other');
      if (wrong.length > 0) {
        throw new DashctlError(
          'conflict',
          `${named(wrong.map((one) => one.workspace))} did not change hands as asked for.`,
          {
            hint: `See who owns what: dashctl workspace list -p ${account.profile}`,
            details: { workspaces: wrong.map(({ workspace, state }) => ({ workspace, state })) },
          },
        );
      }
      const hidden = states.filter(({ state }) => state === 'hidden').map((one) => one.workspace);
      return {
        value: items
          .filter((row) => all.includes(row.workspace))
          .map((row) => toPermission(row, users, account)),
        raw: response.body,
        notes:
          hidden.length === 0
            ? []
            : [`You no longer see ${named(hidden)}, so the new owner cannot be confirmed from this account.`],
      };
    },
    async settle() {
      const { items } = await api.rows();
      const states = new Set(handovers.map((one) => stateOf(items, one)));
      const [only] = states;
      if (states.size !== 1) return 'unknown';
      return only === 'done' ? 'applied' : only === 'not-done' ? 'not-applied' : 'unknown';
    },
  };
}

/** The new owner, whose e-mail goes over the wire. */
function heirOf(
  users: readonly WireUser[],
  to: string,
): { readonly email: string; readonly pk: number | null } {
  if (users.length === 0) return { email: parseEmail(to.replace(/^user:/, '')), pk: null };
  const pk = userKey(users, to);
  const email = emailOf(users, pk);
  if (email !== null) return { email, pk };
  throw new DashctlError(
    'unknown-principal',
    `The e-mail of user ${pk} is not known, and a transfer names the new owner by e-mail.`,
    {
      hint: 'Give the e-mail with --to.',
    },
  );
}

function ownerOf(rows: readonly WireRow[], workspace: number): WireRow | undefined {
  return rows.find((row) => row.workspace === workspace && row.role === 'OWNER');
}

/** Nothing is kept only when that was said, or when it is somebody else's loss. */
function guardsOfNothingKept(handovers: readonly Handover[], caller: number | null): readonly Guard[] {
  const own = handovers.filter(({ old }) => caller === null || old?.user === caller);
  if (own.length === 0) return [];
  return [
    {
      flag: '--keep-role none',
      message: `You keep no access to ${named(own.map((one) => one.workspace))}.`,
    },
  ];
}

function notesOf(
  handovers: readonly Handover[],
  users: readonly WireUser[],
  email: string,
  keep: { readonly role: string; readonly dataAccess: boolean } | null,
): readonly string[] {
  if (handovers.length === 0) return [];
  const kept =
    keep === null
      ? 'keeps no access'
      : `stays as ${keep.role}, ${keep.dataAccess ? 'with' : 'without'} access to the data`;
  return [
    ...handovers.map(({ workspace, old }) =>
      old === undefined
        ? `Workspace ${workspace}: ${email} becomes the owner; the present one is not to be seen.`
        : `Workspace ${workspace}: ${email} becomes the owner, ${nameOf(users, old.user)} ${kept}. Everybody else keeps their access.`,
    ),
    'Only the new owner or an administrator can hand it back. Whether Syntho mails anybody is not known.',
  ];
}

function named(workspaces: readonly number[]): string {
  return `${workspaces.length === 1 ? 'workspace' : 'workspaces'} ${workspaces.join(', ')}`;
}
