/** The trash of dashboards: delete and restore as plans (api/datadog.md §3). */
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import type { Json } from '../../model/shape.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import {
  dashboardExists,
  deleteDashboardRequest,
  deleteDashboardsRequest,
  getDashboard,
  restoreDashboardsRequest,
  type Answered,
} from './api.ts';
import type { DatadogContext } from './context.ts';
import { dashboardState, quoted } from './dashboard-text.ts';
import { pages } from './dashboards.ts';
import { checkDashboardId } from './ids.ts';
import { losslessText, toDashboard } from './map.ts';
import { deletedDashboardSchema, readAs, type WireDashboard } from './wire.ts';

export async function planDelete(
  context: DatadogContext,
  ids: readonly string[],
): Promise<WritePlan<readonly Dashboard[]>> {
  const { account, client } = context;
  const wanted = [...new Set(ids.map(checkDashboardId))];
  const found = await readAll(context, wanted);
  const dashboards = found.map(({ wire }) => toDashboard(wire, account));
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
    images: found.flatMap(({ wire: { id }, response }) => [
      {
        ref: { kind: 'dashboard', id },
        kind: 'dashboard' as const,
        before: { state: dashboardState(losslessText(response)) },
        expected: null,
      },
      // In this order they come back: what belongs to the dashboard after the dashboard.
      { ref: { kind: 'acl', id }, kind: 'acl' as const, expected: null },
      { ref: { kind: 'shares', id }, kind: 'shares' as const, expected: null },
    ]),
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
  const live = (
    await readAll(
      context,
      wanted.filter((id) => !trashed.has(id)),
    )
  ).map(({ wire }) => toDashboard(wire, account));
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
    images: restored.map(({ id }) => ({
      ref: { kind: 'dashboard', id },
      kind: 'dashboard',
      before: { state: null },
    })),
    async finish(answers) {
      const value = (await readAll(context, wanted)).map(({ wire }) => toDashboard(wire, account));
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
  { client }: DatadogContext,
  ids: readonly string[],
): Promise<readonly Answered<WireDashboard>[]> {
  const results = await Promise.allSettled(ids.map((id) => getDashboard(client, id)));
  const missing: string[] = [];
  const found: Answered<WireDashboard>[] = [];
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') found.push(result.value);
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

function asJson(dashboards: readonly Dashboard[]): Json {
  return dashboards.map((one) => ({ ...one }));
}
