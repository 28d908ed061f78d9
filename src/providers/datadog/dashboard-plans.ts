/** Dashboards: create, replace, copy, export as plans (api/datadog.md §3); the trash is dashboard-trash.ts. */
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Dashboard, DashboardDraft } from '../../model/dashboard.ts';
import { indentJson, jsonObjectText, memberText, sameJsonText, setMembers } from '../../model/json-text.ts';
import type { Fetched, Json } from '../../model/shape.ts';
import type { Outcome, WritePlan } from '../../model/write-plan.ts';
import { createDashboardRequest, getDashboard, replaceDashboardRequest, type Answered } from './api.ts';
import type { DatadogContext } from './context.ts';
import {
  asNewDashboard,
  asReplacement,
  dashboardState,
  quoted,
  summaryOf,
  type DashboardBody,
} from './dashboard-text.ts';
import { losslessText, toDashboard } from './map.ts';
import { dashboardSchema, readAs, type WireDashboard } from './wire.ts';

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

/** A dashboard from a document without ids; the plan does not ask whether there is one like it. */
export function planNew(
  context: DatadogContext,
  body: DashboardBody,
  verb: string,
): WritePlan<Fetched<Dashboard>> {
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
    images: [{ ref: null, kind: 'dashboard', expected: dashboardState(body.text) }],
    async finish(answers) {
      const answer = answers[0];
      const id = found?.id ?? (answer === undefined ? null : idIn(answer));
      if (answer !== undefined && id !== null && isWhole(answer)) {
        return created(
          verified({ wire: readAs(dashboardSchema, answer), response: answer }, body.text, context),
        );
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
      return created(verified(await getDashboard(client, known), body.text, context));
    },
    async settle() {
      const created = await createdSince(context, planned.title, plannedAt);
      if (created.length > 1) return 'unknown';
      found = created[0] ?? null;
      return found === null ? 'not-applied' : 'applied';
    },
  };
}

function created(outcome: Outcome<Fetched<Dashboard>>): Outcome<Fetched<Dashboard>> {
  return { ...outcome, created: [{ kind: 'dashboard', id: outcome.value.value.id }] };
}

/** Dashboards with this very title that were created since a moment of our clock; the server's own clock is allowed for. */
export async function createdSince(
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
  const members = Object.keys(membersOf(draft));
  // What a file says may be completed by the server, and a member that is new may get another place.
  const foreseen = draft.body === null && members.every((name) => memberText(current, [name]) !== null);
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
    images: [
      {
        ref: { kind: 'dashboard', id },
        kind: 'dashboard',
        before: { state: dashboardState(document) },
        ...(foreseen ? { expected: dashboardState(text) } : {}),
      },
    ],
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
export function holds(document: string, sent: string, names?: readonly string[]): boolean {
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
