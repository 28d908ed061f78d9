/** Changes of single rows: grant, update, revoke (api/syntho.md §4, §5, §8). */
import { DashctlError } from '../../errors.ts';
import type { Fetched, Json } from '../../model/shape.ts';
import type { WorkspacePermission, WorkspaceRowRef } from '../../model/workspace-permission.ts';
import type { Guard, Outcome, UndoKind, WritePlan } from '../../model/write-plan.ts';
import { checkKey, createRequest, deleteRequest, updateRequest } from './api.ts';
import { look } from './context.ts';
import type { Seen, SynthoContext } from './context.ts';
import { messagesIn } from './errors.ts';
import { accessImage } from './image-state.ts';
import type { Access } from './image-state.ts';
import { nameOf, parseRole, toPermission, userKey } from './map.ts';
import type { WireRow, WireUser } from './wire.ts';

type RowPlan = WritePlan<Fetched<WorkspacePermission>>;

export async function planGrant(
  context: SynthoContext,
  target: {
    readonly workspace: string;
    readonly who: string;
    readonly role: string;
    readonly dataAccess: boolean | null;
  },
): Promise<RowPlan> {
  const role = parseRole(target.role);
  const workspace = Number(checkKey(target.workspace, 'workspace'));
  const seen = await look(context);
  const user = userKey(seen.users, target.who);
  const present = find(seen.rows, workspace, user);
  return planAccess(context, seen, { workspace, user }, present, {
    role,
    dataAccess: target.dataAccess ?? present?.data_access ?? false,
  });
}

/** Gives a person this access, by a new row or by changing the present one. */
export function planAccess(
  context: SynthoContext,
  seen: Seen,
  at: { readonly workspace: number; readonly user: number },
  present: WireRow | undefined,
  wanted: Access,
): RowPlan {
  if (present !== undefined) return planChange(context, seen, present, wanted);
  const { workspace, user } = at;
  return {
    ...common(context, seen.users, { workspace, user, present: undefined, wanted }),
    title: `Give ${nameOf(seen.users, user)} the role ${wanted.role} in workspace ${workspace}`,
    risk: 'plain',
    guards: [],
    notes: dataNote(wanted, nameOf(seen.users, user)),
    steps: [createRequest({ workspace, user, role: wanted.role, data_access: wanted.dataAccess })],
    undo: { kind: 'exact', why: null },
  };
}

export async function planUpdate(
  context: SynthoContext,
  id: string,
  change: { readonly role: string | null; readonly dataAccess: boolean | null },
): Promise<RowPlan> {
  const role = change.role === null ? null : parseRole(change.role);
  const { row } = await context.api.row(checkKey(id, 'row'));
  const seen = await look(context);
  return planChange(context, seen, row, {
    role: role ?? row.role,
    dataAccess: change.dataAccess ?? row.data_access,
  });
}

function planChange(context: SynthoContext, { users }: Seen, row: WireRow, wanted: Access): RowPlan {
  const body = {
    ...(wanted.role === row.role ? {} : { role: wanted.role }),
    ...(wanted.dataAccess === row.data_access ? {} : { data_access: wanted.dataAccess }),
  };
  const less = rank(wanted.role) < rank(row.role) || (row.data_access && !wanted.dataAccess);
  const name = nameOf(users, row.user);
  const same = Object.keys(body).length === 0;
  const { workspace, user } = row;
  const endsOwnership = row.role === 'OWNER' && wanted.role !== 'OWNER';
  return {
    ...common(context, users, { workspace, user, present: row, wanted }),
    title: same
      ? `${name} has the role ${row.role} in workspace ${workspace}`
      : `Change the access of ${name} to workspace ${workspace}`,
    risk: endsOwnership ? 'severe' : less ? 'destructive' : 'plain',
    confirm: endsOwnership ? String(workspace) : null,
    guards: endsOwnership ? [ownerless(workspace)] : [],
    notes: row.data_access ? [] : dataNote(wanted, name),
    steps: same ? [] : [updateRequest(row.pk, body)],
    undo: endsOwnership ? ownerGone : { kind: 'exact', why: null },
  };
}

/** Reads again before and after, for a row that is to be there. */
function common(
  context: SynthoContext,
  users: readonly WireUser[],
  of: {
    readonly workspace: number;
    readonly user: number;
    readonly present: WireRow | undefined;
    readonly wanted: Access;
  },
): Pick<
  RowPlan,
  'resources' | 'confirm' | 'before' | 'after' | 'images' | 'unchanged' | 'finish' | 'settle'
> {
  const { api, account } = context;
  const { workspace, user, present, wanted } = of;
  const now = async () => {
    const { items, response } = await api.rows();
    return { row: find(items, workspace, user), response };
  };
  return {
    resources: present === undefined ? [] : [`${account.profile}/${present.pk}`],
    confirm: null,
    before: present === undefined ? null : shown(users, present, accessOf(present)),
    after: shown(users, { workspace, user }, wanted),
    images: [accessImage(of, present === undefined ? null : accessOf(present), wanted)],
    async unchanged() {
      if (sameAccess((await now()).row, present === undefined ? null : accessOf(present))) return;
      throw changedMeanwhile(workspace);
    },
    async finish(answers): Promise<Outcome<Fetched<WorkspacePermission>>> {
      const [answer] = answers;
      const found = await now();
      if (found.row === undefined || !sameAccess(found.row, wanted)) {
        throw answer?.status === 400 ? refused(answer.text()) : notAsAsked(workspace);
      }
      return {
        value: { value: toPermission(found.row, users, account), raw: answer?.body ?? found.response.body },
        raw: answer?.body ?? null,
        notes: answer?.status === 400 ? ['Somebody else was faster: it was already so.'] : [],
      };
    },
    async settle() {
      const { row } = await now();
      if (sameAccess(row, wanted)) return 'applied';
      return sameAccess(row, present === undefined ? null : accessOf(present)) ? 'not-applied' : 'unknown';
    },
  };
}

export async function planRevoke(
  context: SynthoContext,
  ref: WorkspaceRowRef,
): Promise<WritePlan<readonly WorkspacePermission[]>> {
  const single = 'id' in ref ? (await context.api.row(checkKey(ref.id, 'row'))).row : null;
  const workspace = 'id' in ref ? null : Number(checkKey(ref.workspace, 'workspace'));
  const seen = await look(context);
  const user = 'id' in ref ? null : userKey(seen.users, ref.who);
  const row = single ?? find(seen.rows, workspace ?? 0, user ?? 0);
  return planAbsence(context, seen, {
    workspace: row?.workspace ?? workspace ?? 0,
    user: row?.user ?? user ?? 0,
    row,
  });
}

/** Takes a row away; nothing to do when there is none. */
export async function planAbsence(
  context: SynthoContext,
  seen: Seen,
  of: { readonly workspace: number; readonly user: number; readonly row: WireRow | undefined },
): Promise<WritePlan<readonly WorkspacePermission[]>> {
  const { api, account } = context;
  const { workspace: where, row } = of;
  const present = row === undefined ? [] : [toPermission(row, seen.users, account)];
  const name = nameOf(seen.users, of.user);
  const there = async () =>
    row === undefined ? undefined : (await api.rows()).items.find((one) => one.pk === row.pk);
  const guards = guardsOfRevoke(row, await context.caller());
  return {
    title:
      row === undefined
        ? `${name} has no access to workspace ${where}`
        : `Take the access to workspace ${where} from ${name}`,
    resources: row === undefined ? [] : [`${account.profile}/${row.pk}`],
    risk: guards.length > 0 ? 'severe' : 'destructive',
    confirm: guards.length > 0 ? String(where) : null,
    guards,
    notes: [],
    before: row === undefined ? null : shown(seen.users, row, accessOf(row)),
    after: null,
    steps: row === undefined ? [] : [deleteRequest(row.pk)],
    undo:
      row?.role === 'OWNER' ? ownerGone : { kind: 'lossy', why: 'Granted again the row has another key.' },
    images: [accessImage(of, row === undefined ? null : accessOf(row), null)],
    async unchanged() {
      const now = await there();
      if (now !== undefined && row !== undefined && !sameAccess(now, accessOf(row)))
        throw changedMeanwhile(where);
    },
    async finish(answers) {
      if ((await there()) !== undefined) throw notAsAsked(where);
      const gone = answers.some((answer) => answer.status === 404);
      return { value: present, raw: null, notes: gone ? ['It was already gone.'] : [] };
    },
    settle: async () => ((await there()) === undefined ? 'applied' : 'not-applied'),
  };
}

/** Without an owner a workspace is managed by nobody but administrators. */
const ownerGone: UndoKind = {
  kind: 'lossy',
  why: 'Only an administrator can give a workspace without an owner its owner again.',
};

function guardsOfRevoke(row: WireRow | undefined, caller: number | null): readonly Guard[] {
  if (row === undefined) return [];
  return [
    ...(row.role === 'OWNER' ? [ownerless(row.workspace)] : []),
    ...(row.user === caller
      ? [{ flag: '--allow-self-lockout', message: `You lose your own access to workspace ${row.workspace}.` }]
      : []),
  ];
}

function ownerless(workspace: number): Guard {
  return {
    flag: '--allow-ownerless',
    message: `Workspace ${workspace} would have no owner, and nobody could manage it; dashctl workspace transfer gives it another one.`,
  };
}

function dataNote(wanted: Access, name: string): readonly string[] {
  return wanted.dataAccess ? [`${name} can see the data themselves.`] : [];
}

export function find(rows: readonly WireRow[], workspace: number, user: number): WireRow | undefined {
  return rows.find((row) => row.workspace === workspace && row.user === user);
}

export function accessOf(row: WireRow): Access {
  return { role: row.role, dataAccess: row.data_access };
}

/** Whether a row is there with this access; null is no row. Owners always see the data, whatever the row says. */
function sameAccess(row: WireRow | undefined, wanted: Access | null): boolean {
  if (row === undefined || wanted === null) return row === undefined && wanted === null;
  return row.role === wanted.role && row.data_access === wanted.dataAccess;
}

function shown(
  users: readonly WireUser[],
  row: { readonly workspace: number; readonly user: number },
  access: Access,
): Json {
  return { workspace: row.workspace, user: nameOf(users, row.user), ...access };
}

function rank(role: string): number {
  return ['READER', 'EDITOR', 'OWNER'].indexOf(role);
}

function refused(body: string): DashctlError {
  return new DashctlError(
    'rejected',
    `Syntho refused it: ${messagesIn(body).join('; ') || 'no reason given'}`,
    {
      status: 400,
    },
  );
}

function changedMeanwhile(workspace: number): DashctlError {
  return new DashctlError(
    'conflict',
    `The access to workspace ${workspace} was changed by someone else meanwhile.`,
    {
      hint: 'Repeat the command: it reads the access anew.',
    },
  );
}

function notAsAsked(workspace: number): DashctlError {
  return new DashctlError('conflict', `The access to workspace ${workspace} is not as it was asked for.`, {
    hint: `Look at it: dashctl workspace list --workspace ${workspace}`,
  });
}
