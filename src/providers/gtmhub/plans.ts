/** Changes of permissions: create, replace, delete (api/gtmhub.md §6). */
import { DashctlError } from '../../errors.ts';
import {
  jsonObjectText,
  parseJsonText,
  removeMembers,
  sameJsonText,
  setMembers,
} from '../../model/json-text.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Permission, PermissionChange, PermissionDraft } from '../../model/permission.ts';
import type { Fetched, Json } from '../../model/shape.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import { readActionSet, sameNames } from './action-set.ts';
import { checkActions, lockoutGuards } from './actions.ts';
import { createRequest, deleteRequest, updateRequest } from './api.ts';
import type { GtmhubContext } from './context.ts';
import { checkId } from './ids.ts';
import { permissionRef, permissionState } from './image-state.ts';
import { jsonOf, losslessText, toPermission } from './map.ts';
import { resolvePrincipals } from './principals.ts';
import { permissionWire, readAs } from './wire.ts';

/** Members of a permission document that dashctl reads. */
interface Document {
  readonly text: string;
  readonly action: string;
  readonly principals: readonly string[];
}

export async function planCreate(
  context: GtmhubContext,
  draft: PermissionDraft | { readonly body: string; readonly validate: boolean },
): Promise<WritePlan<Fetched<Permission>>> {
  const { api, account } = context;
  const notes: string[] = [];
  const wanted = 'body' in draft ? fromFile(context, draft.body, notes) : await fromFlags(context, draft);
  const { action, principals } = wanted;
  if (draft.validate) await checkActions(api, [action]);
  const witness = principals[0];
  const before = witness === undefined ? null : await holds(context, witness, action);
  if (before === true) notes.push(`${witness ?? ''} already holds ${action} by another permission.`);
  const fate = async (): Promise<'applied' | 'not-applied' | 'unknown'> => {
    if (witness === undefined || before !== false) return 'unknown';
    const now = await holds(context, witness, action);
    return now === null ? 'unknown' : now ? 'applied' : 'not-applied';
  };
  /** The id in the answer; null when that cannot be read, but what the permission gives is there. */
  const idOf = async (answer: HttpResponse): Promise<string | null> => {
    try {
      return readAs(permissionWire, answer).id;
    } catch (error) {
      if ((await fate()) === 'applied') return null;
      throw error;
    }
  };
  return {
    title: `Create a permission for ${action}`,
    resources: [],
    risk: 'plain',
    confirm: null,
    guards: [],
    notes,
    before: null,
    after: { action, principals },
    steps: [createRequest(wanted.text)],
    undo: { kind: 'exact', why: null },
    images: [{ ref: null, kind: 'permission', before: { state: null }, expected: permissionState(wanted) }],
    async finish(answers) {
      const [answer] = answers;
      const id = answer === undefined ? null : await idOf(answer);
      if (answer === undefined || id === null) {
        const value: Permission = {
          ...toPermission({ id: '', accountId: null, action, principals: [...principals] }, account),
          ref: null,
          id: null,
        };
        return {
          value: { value, raw: new Uint8Array() },
          raw: null,
          notes: ['Its id is not known: nothing lists permissions.'],
        };
      }
      const now = await api.permission(id);
      if (now.wire.action !== action || !sameNames(now.wire.principals, principals)) throw notAsAsked(id);
      return {
        value: { value: toPermission(now.wire, account), raw: now.response.body },
        raw: answer.body,
        notes: [],
        created: [permissionRef(id)],
      };
    },
    settle: fate,
  };
}

async function fromFlags(context: GtmhubContext, draft: PermissionDraft): Promise<Document> {
  const { action } = draft;
  const principals = await resolvePrincipals(context.api, draft.principals);
  return { text: JSON.stringify({ accountId: context.accountId, action, principals }), action, principals };
}

/** The server gives the id, and the account is the one of the run. */
function fromFile(context: GtmhubContext, body: string, notes: string[]): Document {
  const document = readDocument(context, body);
  const { text, removed } = removeMembers(document.text, (path) => path.length === 1 && path[0] === 'id');
  if (removed.length > 0) notes.push('The id is left out: the server gives a new one.');
  return { ...document, text: setMembers(text, { accountId: context.accountId }) };
}

/** @throws DashctlError `invalid-input` for what is no permission, or one of another account */
function readDocument({ accountId }: GtmhubContext, body: string): Document {
  const text = jsonObjectText(body, 'The document');
  const {
    action,
    principals,
    accountId: named,
  } = parseJsonText(text, 'The document') as Readonly<Record<string, unknown>>;
  const listed = Array.isArray(principals) ? principals : null;
  if (typeof action !== 'string' || listed === null || !listed.every((one) => typeof one === 'string')) {
    throw new DashctlError(
      'invalid-input',
      'The document is no permission: it needs "action" and a list "principals".',
      {
        hint: 'See one with dashctl perms get ID --raw.',
      },
    );
  }
  if (named !== undefined && named !== accountId) {
    throw new DashctlError('invalid-input', `The document belongs to the account ${JSON.stringify(named)}.`, {
      hint: 'Leave "accountId" out, or use the profile of that account.',
    });
  }
  return { text, action, principals: listed };
}

export async function planUpdate(
  context: GtmhubContext,
  id: string,
  change: PermissionChange,
): Promise<WritePlan<Fetched<Permission>>> {
  const { api, account } = context;
  checkId(id, 'permission');
  const added = 'body' in change ? [] : await resolvePrincipals(api, change.add);
  const dropped = 'body' in change ? [] : await resolvePrincipals(api, change.remove);
  const both = added.find((one) => dropped.includes(one));
  if (both !== undefined) {
    throw new DashctlError('invalid-input', `${both} is to be added and removed at once.`, {
      hint: 'Name each principal once.',
    });
  }
  const { wire: before, response } = await api.permission(id);
  const written = 'body' in change ? readDocument(context, change.body) : null;
  if (written !== null && written.action !== before.action) {
    throw new DashctlError(
      'refused',
      `The document says ${written.action}, but the permission is for ${before.action}.`,
      {
        hint: 'The action of a permission stays: create another permission instead.',
      },
    );
  }
  const principals =
    written?.principals ??
    [...new Set([...before.principals, ...added])].filter((one) => !dropped.includes(one));
  const body = setMembers(written?.text ?? losslessText(response), {
    id: before.id,
    accountId: before.accountId ?? context.accountId,
    action: before.action,
    principals,
  });
  const same = written === null && sameNames(principals, before.principals);
  const lost = before.principals.filter((one) => !principals.includes(one));
  const shown = (list: readonly string[]): Json => ({ action: before.action, principals: list });
  const as = (
    list: readonly string[],
    now: { readonly action: string; readonly principals: readonly string[] },
  ) => now.action === before.action && sameNames(now.principals, list);
  const guards = [
    ...(principals.length === 0 && before.principals.length > 0
      ? [{ flag: '--empty', message: `Nobody would hold ${before.action} by this permission.` }]
      : []),
    ...(lost.length > 0 ? await lockoutGuards(api, [before.action]) : []),
  ];
  return {
    title: `Change who holds ${before.action}`,
    resources: [`${account.profile}/${id}`],
    risk: guards.length > 0 ? 'severe' : lost.length > 0 ? 'destructive' : 'plain',
    confirm: guards.length > 0 ? before.action : null,
    guards,
    notes: [],
    before: shown(before.principals),
    after: shown(principals),
    steps: same ? [] : [updateRequest(id, body)],
    undo: sameBesides(body, losslessText(response))
      ? { kind: 'exact', why: null }
      : { kind: 'lossy', why: 'Of the document only the principals come back, not its other members.' },
    images: [
      {
        ref: permissionRef(id),
        kind: 'permission',
        before: { state: permissionState(before) },
        expected: permissionState({ action: before.action, principals }),
      },
    ],
    async unchanged() {
      if (as(before.principals, (await api.permission(id)).wire)) return;
      throw new DashctlError('conflict', `The permission ${id} was changed by someone else meanwhile.`, {
        hint: 'Repeat the command: it reads the permission anew.',
      });
    },
    async finish(answers) {
      const now = await api.permission(id);
      if (!as(principals, now.wire)) throw notAsAsked(id);
      return {
        value: { value: toPermission(now.wire, account), raw: now.response.body },
        raw: answers.at(-1)?.body ?? now.response.body,
        notes: [],
      };
    },
    async settle() {
      const now = (await api.permission(id)).wire;
      return as(principals, now) ? 'applied' : as(before.principals, now) ? 'not-applied' : 'unknown';
    },
  };
}

/** Whether two documents say the same in the members that dashctl does not know. */
function sameBesides(left: string, right: string): boolean {
  const known = ['id', 'accountId', 'action', 'principals'];
  const rest = (text: string): string =>
    removeMembers(text, (at) => at.length === 1 && known.includes(String(at[0]))).text;
  return sameJsonText(rest(left), rest(right));
}

export async function planDelete(context: GtmhubContext, id: string): Promise<WritePlan<Permission>> {
  const { api, account } = context;
  const { wire } = await api.permission(id);
  const guards = await lockoutGuards(api, [wire.action]);
  return {
    title: `Delete the permission for ${wire.action}`,
    resources: [`${account.profile}/${id}`],
    risk: guards.length > 0 ? 'severe' : 'destructive',
    confirm: guards.length > 0 ? wire.action : null,
    guards,
    notes:
      wire.principals.length === 0
        ? []
        : [
            `${wire.principals.length} principals lose ${wire.action}, unless they hold it by another permission.`,
          ],
    before: { action: wire.action, principals: wire.principals },
    after: null,
    steps: [deleteRequest(id)],
    undo: { kind: 'lossy', why: 'Created again it has another id.' },
    images: [
      {
        ref: permissionRef(id),
        kind: 'permission',
        before: { state: permissionState(wire) },
        expected: null,
      },
    ],
    async unchanged() {
      const now = (await api.permission(id)).wire;
      if (sameNames(now.principals, wire.principals)) return;
      throw new DashctlError('conflict', `The permission ${id} was changed by someone else meanwhile.`, {
        hint: 'Look at it again before you delete it.',
      });
    },
    async finish(answers) {
      if (await api.permissionExists(id)) {
        throw new DashctlError('conflict', `The permission ${id} is still there.`, {
          hint: 'Somebody may have brought it back. Repeat the command.',
        });
      }
      const gone = answers.some((answer) => answer.status === 404);
      return { value: toPermission(wire, account), raw: null, notes: gone ? ['It was already gone.'] : [] };
    },
    settle: async () => ((await api.permissionExists(id)) ? 'not-applied' : 'applied'),
  };
}

/** Whether a principal holds an action; null when the server does not tell in a known form. */
async function holds({ api }: GtmhubContext, principal: string, action: string): Promise<boolean | null> {
  try {
    const read = readActionSet(jsonOf(await api.ofPrincipal(principal)));
    return read === null ? null : read.names.includes(action);
  } catch (error) {
    if (error instanceof DashctlError && error.code !== 'not-authenticated') return null;
    throw error;
  }
}

function notAsAsked(id: string): DashctlError {
  return new DashctlError('conflict', `The permission ${id} is not as it was asked for.`, {
    hint: `Look at it: dashctl perms get ${id}`,
  });
}
