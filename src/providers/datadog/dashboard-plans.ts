/** Dashboards: create, replace, delete, restore, copy, export as plans (api/datadog.md §3). */
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Dashboard, DashboardDraft } from '../../model/dashboard.ts';
import { indentJson, jsonObjectText, memberText, sameJsonText, setMembers } from '../../model/json-text.ts';
import type { Fetched, Json } from '../../model/shape.ts';
import type { Outcome, WritePlan } from '../../model/write-plan.ts';
import {
  createDashboardRequest,
  dashboardExists,
  deleteDashboardRequest,
  deleteDashboardsRequest,
  getDashboard,
  replaceDashboardRequest,
  restoreDashboardsRequest,
  type Answered,
} from './api.ts';
import type { DatadogContext } from './context.ts';
import { asNewDashboard, asReplacement, type DashboardBody } from './dashboard-text.ts';
import { checkDashboardId } from './ids.ts';
import { losslessText, toDashboard } from './map.ts';
import { dashboardSchema, deletedDashboardSchema, readAs, type WireDashboard } from './wire.ts';

import { pages } from './dashboards.ts';

/** The whole document, indented, otherwise as the server keeps it. */
export async function exportText({ client }: DatadogContext, id: string): Promise<string> {
  return indentJson(losslessText((await getDashboard(client, id)).response));
}

// Creating

export function planCreate(context: DatadogContext, draft: DashboardDraft): WritePlan<Fetched<Dashboard>> {
  refuseFolder(draft);
  const base =
    draft.body === null ? blankDashboard(draft) : asNewDashboard(jsonObjectText(draft.body, 'The body'));
  const body = { ...base, text: setMembers(base.text, membersOf(draft)) };
  return planNew(context, body, 'Create');
}

function blankDashboard(draft: DashboardDraft): DashboardBody {
  if (draft.title === null) {
    throw new DashctlError('missing-input', 'A new dashboard needs a title.', {
      hint: 'Give --title TEXT, or a whole document with --file FILE.',
    });
  }
  return {
    text: JSON.stringify({ title: draft.title, layout_type: draft.layout ?? 'ordered', widgets: [] }),
    notes: [],
  };
}

/** The members of the document that a draft names. */
function membersOf(draft: DashboardDraft): Readonly<Record<string, Json>> {
  if (draft.layout !== null && !['ordered', 'free'].includes(draft.layout)) {
    throw new DashctlError(
      'invalid-input',
      `${JSON.stringify(draft.layout)} is no layout of a Datadog dashboard.`,
      {
        hint: 'Use --layout ordered or --layout free.',
      },
    );
  }
  const members: Record<string, Json> = {};
  if (draft.title !== null) members['title'] = draft.title;
  if (draft.description !== null) members['description'] = draft.description;
  if (draft.tags !== null) members['tags'] = draft.tags;
  if (draft.layout !== null) members['layout_type'] = draft.layout;
  return members;
}

function refuseFolder(draft: DashboardDraft): void {
  if (draft.folder === null) return;
  throw new DashctlError('unsupported', 'Datadog has no folders.', {
    hint: 'Leave --folder out; tags group dashboards.',
  });
}

export async function planClone(
  context: DatadogContext,
  id: string,
  title: string,
): Promise<WritePlan<Fetched<Dashboard>>> {
  const { response } = await getDashboard(context.client, id);
  const copy = asNewDashboard(losslessText(response));
  return planNew(context, { ...copy, text: setMembers(copy.text, { title }) }, 'Copy');
}

function planNew(context: DatadogContext, body: DashboardBody, verb: string): WritePlan<Fetched<Dashboard>> {
  const { account, client, clock } = context;
  const planned = summaryOf(body.text);
  const plannedAt = clock.now();
  let found: Dashboard | null = null;
  return {
    title: `${verb} dashboard ${quoted(planned.title)}`,
    resources: [],
    risk: 'plain',
    confirm: null,
    guards: [],
    notes: body.notes,
    before: null,
    after: {
      title: planned.title,
      description: planned.description,
      tags: planned.tags,
      layout: planned.layout,
    },
    steps: [createDashboardRequest(body.text)],
    undo: { kind: 'exact', why: null },
    async finish(answers) {
      const answer = answers[0];
      const id = found?.id ?? (answer === undefined ? null : idIn(answer));
      if (answer !== undefined && id !== null && isWhole(answer)) {
        return verified({ wire: readAs(dashboardSchema, answer), response: answer }, body.text, context);
      }
      const known = id ?? (await createdSince(context, planned.title, plannedAt))[0]?.id;
      if (known === undefined) {
        throw new DashctlError(
          'bad-answer',
          `Datadog accepted the dashboard ${quoted(planned.title)} but did not show it.`,
          {
            hint: `Look for it with dashctl dashboards list --profile ${account.profile}.`,
          },
        );
      }
      return verified(await getDashboard(client, known), body.text, context);
    },
    async settle() {
      const created = await createdSince(context, planned.title, plannedAt);
      if (created.length > 1) return 'unknown';
      found = created[0] ?? null;
      return found === null ? 'not-applied' : 'applied';
    },
  };
}

/** Dashboards with this very title that were created since a moment of our clock; the server's own clock is allowed for. */
async function createdSince(
  context: DatadogContext,
  title: string,
  since: number,
): Promise<readonly Dashboard[]> {
  const found: Dashboard[] = [];
  for await (const { wire, response } of pages(context, { shared: null, deleted: false }, null)) {
    const serverTime = Date.parse(response.headers['date'] ?? '');
    const ahead = Number.isNaN(serverTime) ? 0 : serverTime - context.clock.now();
    // The Date header has whole seconds.
    const from = since + ahead - 2_000;
    for (const one of wire) {
      const dashboard = toDashboard(one, context.account, { listed: true, shared: null });
      if (dashboard.title === title && Date.parse(dashboard.createdAt ?? '') >= from) found.push(dashboard);
    }
  }
  return found;
}

// Changing

export async function planUpdate(
  context: DatadogContext,
  id: string,
  draft: DashboardDraft,
): Promise<WritePlan<Fetched<Dashboard>>> {
  refuseFolder(draft);
  const { client, account } = context;
  const { wire, response } = await getDashboard(client, id);
  const document = losslessText(response);
  const current = asReplacement(document).text;
  const base = draft.body === null ? { text: current, notes: [] } : replacementFor(id, draft.body);
  const text = setMembers(base.text, membersOf(draft));
  const same = sameJsonText(text, current);
  return {
    title: `Update dashboard ${quoted(wire.title)}`,
    resources: [`${account.profile}/${id}`],
    risk: 'plain',
    confirm: null,
    guards: [],
    notes: draft.body === null ? base.notes : [...base.notes, 'The whole document is replaced.'],
    before: summaryOf(current),
    after: summaryOf(text),
    steps: same ? [] : [replaceDashboardRequest(id, text)],
    undo: { kind: 'exact', why: null },
    async unchanged() {
      const now = await getDashboard(client, id);
      if (!sameJsonText(now.response.text(), document)) {
        throw new DashctlError(
          'conflict',
          `Dashboard ${quoted(wire.title)} was changed by someone else meanwhile.`,
          {
            hint: 'Look at it again, then repeat the command.',
          },
        );
      }
    },
    async finish(answers) {
      const answer = answers[0];
      const seen =
        answer !== undefined && isWhole(answer)
          ? { wire: readAs(dashboardSchema, answer), response: answer }
          : await getDashboard(client, id);
      return verified(seen, text, context);
    },
    async settle() {
      const now = (await getDashboard(client, id)).response.text();
      if (sameJsonText(now, document)) return 'not-applied';
      return holds(asNewDashboard(now).text, asNewDashboard(text).text) ? 'applied' : 'unknown';
    },
  };
}

/** A body from a file. One that was read from another dashboard brings widget ids that mean nothing here. */
function replacementFor(id: string, body: string): DashboardBody {
  const text = jsonObjectText(body, 'The body');
  const origin = memberText(text, ['id']);
  if (origin === null || origin === JSON.stringify(id)) return asReplacement(text);
  const foreign = asNewDashboard(text);
  return {
    text: foreign.text,
    notes: [`The body was read from the dashboard ${origin}, not from ${id}.`, ...foreign.notes],
  };
}

/** The outcome, once the server's document says what was sent. @throws DashctlError `conflict` when it does not */
function verified(
  { wire, response }: Answered<WireDashboard>,
  sent: string,
  { account }: DatadogContext,
): Outcome<Fetched<Dashboard>> {
  if (!sentMembersHold(response.text(), sent)) {
    throw new DashctlError(
      'conflict',
      `Datadog kept the dashboard ${quoted(wire.title)} differently from what was sent.`,
      {
        hint: `Compare with dashctl dashboards export ${account.profile}/${wire.id}.`,
      },
    );
  }
  return { value: { value: toDashboard(wire, account), raw: response.body }, raw: response.body, notes: [] };
}

/** Whether the server's document has the title, description, layout and tags of the one that was sent. */
function sentMembersHold(document: string, sent: string): boolean {
  return holds(document, sent, ['title', 'description', 'layout_type', 'tags']);
}

/** Whether the members of a sent document (all, or those named) stand in the server's; null and absent are alike. */
function holds(document: string, sent: string, names?: readonly string[]): boolean {
  return (names ?? Object.keys(JSON.parse(sent) as object)).every((name) => {
    const asked = memberText(sent, [name]);
    const kept = memberText(document, [name]);
    if (asked === null) return true;
    return kept === null ? asked === 'null' || asked === '[]' : sameJsonText(asked, kept);
  });
}

function isWhole(answer: HttpResponse): boolean {
  return idIn(answer) !== null && memberText(answer.text(), ['title']) !== null;
}

function idIn(answer: HttpResponse): string | null {
  try {
    return readAs(dashboardSchema, answer).id;
  } catch {
    return null;
  }
}

// Deleting and restoring

export async function planDelete(
  context: DatadogContext,
  ids: readonly string[],
): Promise<WritePlan<readonly Dashboard[]>> {
  const { account, client } = context;
  const wanted = [...new Set(ids.map(checkDashboardId))];
  const dashboards = await readAll(context, wanted);
  const [only] = dashboards;
  const single = dashboards.length === 1 && only !== undefined;
  const stillThere = async (): Promise<readonly string[]> => {
    const there = await Promise.all(wanted.map((id) => dashboardExists(client, id)));
    return wanted.filter((_id, index) => there[index] === true);
  };
  return {
    title: single ? `Delete dashboard ${quoted(only.title)}` : `Delete ${dashboards.length} dashboards`,
    resources: dashboards.map((one) => one.ref),
    risk: single ? 'destructive' : 'severe',
    confirm: single ? only.title : String(dashboards.length),
    guards: [],
    notes: [
      `To bring ${single ? 'it' : 'them'} back from the trash: dashctl dashboards restore ${dashboards.map((one) => one.ref).join(' ')}`,
      'Shared links stop working; whether they return with a restore is not known.',
    ],
    before: asJson(dashboards),
    after: null,
    steps: single
      ? [deleteDashboardRequest(only.id)]
      : dashboards.length === 0
        ? []
        : [deleteDashboardsRequest(wanted)],
    undo: { kind: 'lossy', why: 'Restoring keeps the id; shares and lists are to be checked afterwards.' },
    async finish(answers) {
      const answer = answers[0];
      // An answer that cannot be read is no proof; what is there now is.
      const there =
        answer !== undefined && !confirmsDeletion(answer, only?.id ?? null) ? await stillThere() : [];
      if (there.length > 0) {
        throw new DashctlError('conflict', `Still there after the deletion: ${there.join(', ')}.`, {
          hint: `Look at dashctl dashboards list --profile ${account.profile}.`,
        });
      }
      return {
        value: dashboards,
        raw: answer?.body ?? null,
        notes: answer?.status === 404 ? ['Someone else had deleted it already.'] : [],
      };
    },
    async settle() {
      const there = await stillThere();
      if (there.length === 0) return 'applied';
      return there.length === wanted.length ? 'not-applied' : 'unknown';
    },
  };
}

/** Whether the answer says that the deletion happened: 204 for several, the very id for one, 404 when it was gone. */
function confirmsDeletion(answer: HttpResponse, id: string | null): boolean {
  if (answer.status === 204 || answer.status === 404) return true;
  try {
    return readAs(deletedDashboardSchema, answer).deleted_dashboard_id === id;
  } catch {
    return false;
  }
}

export async function planRestore(
  context: DatadogContext,
  ids: readonly string[],
): Promise<WritePlan<readonly Dashboard[]>> {
  const { account, client } = context;
  const wanted = [...new Set(ids.map(checkDashboardId))];
  const trashed = new Map<string, Dashboard>();
  for await (const { wire } of pages(context, { shared: null, deleted: true }, null)) {
    for (const one of wire) {
      if (!wanted.includes(one.id)) continue;
      trashed.set(one.id, toDashboard(one, account, { listed: true, shared: null }));
    }
    if (trashed.size === wanted.length) break;
  }
  // What is not in the trash may be live already; else it is unknown, and named.
  const live = await readAll(
    context,
    wanted.filter((id) => !trashed.has(id)),
  );
  const restored = [...trashed.values()];
  const titles = (restored.length === 0 ? live : restored).map((one) => quoted(one.title)).join(', ');
  return {
    title: `Restore ${titles}`,
    resources: wanted.map((id) => `${account.profile}/${id}`),
    risk: 'plain',
    confirm: null,
    guards: [],
    notes:
      live.length === 0 ? [] : [`Not in the trash, already there: ${live.map((one) => one.ref).join(', ')}.`],
    before: asJson([...restored, ...live]),
    after: asJson([...restored.map((one) => ({ ...one, deletedAt: null })), ...live]),
    steps: restored.length === 0 ? [] : [restoreDashboardsRequest(restored.map((one) => one.id))],
    undo: { kind: 'exact', why: null },
    async finish(answers) {
      const value = await readAll(context, wanted);
      return {
        value,
        raw: answers[0]?.body ?? null,
        notes: restored.length === 0 ? [] : ['Check the shares: whether links return is not known.'],
      };
    },
    async settle() {
      const there = await Promise.all(restored.map(({ id }) => dashboardExists(client, id)));
      if (there.every((one) => one)) return 'applied';
      return there.every((one) => !one) ? 'not-applied' : 'unknown';
    },
  };
}

/** Reads several, in order. @throws DashctlError `not-found` that names every unknown id */
async function readAll(
  { client, account }: DatadogContext,
  ids: readonly string[],
): Promise<readonly Dashboard[]> {
  const results = await Promise.allSettled(ids.map((id) => getDashboard(client, id)));
  const missing: string[] = [];
  const found: Dashboard[] = [];
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') found.push(toDashboard(result.value.wire, account));
    else if (result.reason instanceof DashctlError && result.reason.code === 'not-found')
      missing.push(ids[index] ?? '');
    else throw result.reason;
  }
  if (missing.length === 0) return found;
  throw new DashctlError(
    'not-found',
    `Datadog has no dashboard ${missing.join(', ')}; nothing was changed.`,
    {
      hint: `dashctl dashboards list shows the live ones, with --deleted those in the trash.`,
      details: { missing },
    },
  );
}

interface Summary {
  readonly [key: string]: Json;
  readonly title: string;
  readonly description: string | null;
  readonly layout: string | null;
  readonly tags: readonly string[] | null;
  readonly widgets: number;
}

/** What a person sees of a document in a plan. */
function summaryOf(document: string): Summary {
  const members = JSON.parse(document) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  const tags = members['tags'];
  const widgets = members['widgets'];
  return {
    title: text(members['title']) ?? '',
    description: text(members['description']),
    layout: text(members['layout_type']),
    tags: Array.isArray(tags) ? tags.map(String) : null,
    widgets: Array.isArray(widgets) ? widgets.length : 0,
  };
}

function asJson(dashboards: readonly Dashboard[]): Json {
  return dashboards.map((one) => ({ ...one }));
}

function quoted(title: string | null | undefined): string {
  return `"${title ?? ''}"`;
}
