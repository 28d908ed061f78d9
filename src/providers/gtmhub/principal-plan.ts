/** The set of actions of a user or role, replaced as a whole. Its form is the server's own (api/gtmhub.md §6). */
import { DashctlError } from '../../errors.ts';
import { parseJsonText, replaceValueText, sameJsonText } from '../../model/json-text.ts';
import type { ActionSet, ActionSetChange } from '../../model/permission.ts';
import type { Json } from '../../model/shape.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import { isEmptySet, readActionSet, sameNames } from './action-set.ts';
import type { ReadSet } from './action-set.ts';
import { checkActions, lockoutGuards } from './actions.ts';
import { setPrincipalRequest } from './api.ts';
import type { GtmhubContext } from './context.ts';
import { actionsRef, actionsState } from './image-state.ts';
import { jsonOf, losslessText, toActionSet } from './map.ts';
import { resolvePrincipal } from './principals.ts';

export async function planSetPrincipal(
  context: GtmhubContext,
  who: string,
  change: ActionSetChange,
): Promise<WritePlan<ActionSet>> {
  const { api, account } = context;
  const id = await resolvePrincipal(api, who);
  const response = await api.ofPrincipal(id);
  const json = jsonOf(response);
  const present = losslessText(response);
  const body = 'body' in change ? change.body : changed(present, readActionSet(json), change);
  const wanted = parseJsonText(body, 'The document');
  const before = readActionSet(json);
  const after = readActionSet(wanted);
  const known = before !== null && after !== null;
  const gained = known ? after.names.filter((name) => !before.names.includes(name)) : [];
  const lost = known ? before.names.filter((name) => !after.names.includes(name)) : [];
  if (change.validate) await checkActions(api, gained);
  const same = known
    ? sameNames(before.names, after.names)
    : response.body.length > 0 && sameJsonText(present, body);
  const empties = isEmptySet(wanted) && !isEmptySet(json);
  const guards = same
    ? []
    : [
        ...(empties ? [{ flag: '--empty', message: `${who} would hold no action at all.` }] : []),
        ...(await lockoutGuards(api, known ? lost : [])),
      ];
  return {
    title: `Set the actions of ${who}`,
    resources: [`${account.profile}/${id}`],
    // What a document of unknown form takes away cannot be told.
    risk: guards.length > 0 ? 'severe' : lost.length > 0 || !known ? 'destructive' : 'plain',
    confirm: guards.length > 0 ? who : null,
    guards,
    notes:
      known || same
        ? []
        : ['The server tells the actions in a form that is not known: the document is sent as it is.'],
    before: json as Json,
    after: wanted as Json,
    steps: same ? [] : [setPrincipalRequest(id, body)],
    undo: known
      ? { kind: 'exact', why: null }
      : { kind: 'impossible', why: 'The form of the set is not known.' },
    images: [
      {
        ref: actionsRef(id),
        kind: 'principal-actions',
        before: { state: actionsState(before, json) },
        // Objects hold more than the names that were sent.
        ...(before?.plain === true && after !== null
          ? { expected: actionsState({ ...after, plain: true }, wanted) }
          : {}),
      },
    ],
    async unchanged() {
      if (asJson(await api.ofPrincipal(id), json)) return;
      throw new DashctlError('conflict', `The actions of ${who} were changed by someone else meanwhile.`, {
        hint: 'Repeat the command: it reads them anew.',
      });
    },
    async finish() {
      const now = await api.ofPrincipal(id);
      if (!asJson(now, wanted)) {
        throw new DashctlError('conflict', `The actions of ${who} are not as they were asked for.`, {
          hint: `Look at them: dashctl perms principal-get ${account.profile}/${id}`,
        });
      }
      return { value: toActionSet(now, account), raw: now.body, notes: [] };
    },
    async settle() {
      const now = await api.ofPrincipal(id);
      return asJson(now, wanted) ? 'applied' : asJson(now, json) ? 'not-applied' : 'unknown';
    },
  };

  /** Whether an answer says the same as a document, in the same or in another form. */
  function asJson(now: typeof response, other: unknown): boolean {
    const told = jsonOf(now);
    const [left, right] = [readActionSet(told), readActionSet(other)];
    if (left !== null && right !== null) return sameNames(left.names, right.names);
    return sameJsonText(JSON.stringify(told), JSON.stringify(other));
  }
}

/** @throws DashctlError `unsupported` unless the server's own answer is a list of names */
function changed(
  present: string,
  read: ReadSet | null,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): string {
  if (read?.plain !== true) {
    throw new DashctlError(
      'unsupported',
      'The server tells the actions in a form that single names cannot be added to.',
      {
        hint: 'Save them with dashctl perms principal-get ID --raw, change the file, and use --file.',
      },
    );
  }
  const names = [...new Set([...read.names, ...add])].filter((name) => !remove.includes(name));
  return replaceValueText(present, read.at, JSON.stringify(names));
}
