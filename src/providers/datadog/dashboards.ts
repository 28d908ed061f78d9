/** Dashboards: list and get (api/datadog.md §3); the writing half is dashboard-plans.ts. */
import { DashctlError } from '../../errors.ts';
import { endlessList, mostPages, repeatedPage } from '../../http/paging.ts';
import type { Dashboard, DashboardQuery } from '../../model/dashboard.ts';
import type { Fetched, Page } from '../../model/shape.ts';
import type { DashboardCapability } from '../provider.ts';
import { getDashboard, listDashboards, type Answered } from './api.ts';
import type { DatadogContext } from './context.ts';
import { toDashboard } from './map.ts';
import type { WireDashboard } from './wire.ts';

/** Rows of a page when nothing else is asked for: the server's own default. */
const defaultCount = 100;
/** A gateway that gives up on large pages (api/datadog.md §3) is asked for smaller ones, down to this. */
const smallestCount = 10;
/** Dashboards that one deletion or restore names: a page of the list. The server's own limit is not known. */
const mostPerRequest = 100;

/** What writes or edits documents is loaded when it is needed: a list shall start fast. */
const plans = () => import('./dashboard-plans.ts');
const trash = () => import('./dashboard-trash.ts');

export function dashboardCapability(context: DatadogContext): DashboardCapability {
  const { webUrl } = context.account;
  return {
    page: webUrl === null ? null : `${webUrl}/dashboard/lists`,
    batch: mostPerRequest,
    list: (query) => list(context, query),
    get: (id) => get(context, id),
    planCreate: async (draft) => (await plans()).planCreate(context, draft),
    planUpdate: async (id, draft) => (await plans()).planUpdate(context, id, draft),
    planDelete: async (ids) => (await trash()).planDelete(context, ids),
    planRestore: async (ids) => (await trash()).planRestore(context, ids),
    planClone: async (id, title) => (await plans()).planClone(context, id, title),
    exportText: async (id) => (await plans()).exportText(context, id),
  };
}

async function* list(context: DatadogContext, query: DashboardQuery): AsyncGenerator<Page<Dashboard>> {
  if (query.folder !== null) {
    throw new DashctlError('unsupported', 'Datadog has no folders.', {
      hint: 'Use --tag team:NAME or --search TEXT.',
    });
  }
  if (query.shared !== null && query.deleted) {
    throw new DashctlError('usage', 'Datadog cannot filter by shared and deleted at once.', {
      hint: 'Give either --shared (or --no-shared) or --deleted.',
    });
  }
  const localFilter = query.search !== null || query.tags.length > 0;
  let left = query.limit ?? Number.POSITIVE_INFINITY;
  const wanted = query.pageSize ?? (localFilter || left >= defaultCount ? null : Math.max(left, 1));
  for await (const { wire, response } of pages(context, query, wanted)) {
    const listed = wire.map((one) =>
      toDashboard(one, context.account, { listed: true, shared: query.shared }),
    );
    const matching = await withTags(context, listed.filter(titleFilter(query.search)), query.tags);
    const items = matching.slice(0, left);
    left -= items.length;
    yield { items, raw: response.body };
    if (left <= 0) return;
  }
}

/** Pages of the list until one is short; each dashboard once. */
export async function* pages(
  { client }: DatadogContext,
  query: Pick<DashboardQuery, 'shared' | 'deleted'>,
  pageSize: number | null,
): AsyncGenerator<Answered<readonly WireDashboard[]>> {
  const seen = new Set<string>();
  let count = pageSize;
  let start = 0;
  for (let page = 0; page < mostPages; page += 1) {
    let answer: Answered<readonly WireDashboard[]>;
    try {
      const { shared, deleted } = query;
      answer = await listDashboards(client, {
        shared,
        deleted,
        start,
        count: start > 0 ? (count ?? defaultCount) : count,
      });
    } catch (error) {
      const smaller = Math.max(smallestCount, Math.floor((count ?? defaultCount) / 4));
      if (!isGatewayFailure(error) || smaller >= (count ?? defaultCount)) throw error;
      count = smaller;
      continue;
    }
    const fresh = answer.wire.filter((one) => !seen.has(one.id));
    if (answer.wire.length > 0 && fresh.length === 0) throw repeatedPage(seen.size);
    for (const one of fresh) seen.add(one.id);
    yield { wire: fresh, response: answer.response };
    if (answer.wire.length < (count ?? defaultCount)) return;
    start += answer.wire.length;
  }
  throw endlessList(seen.size);
}

function isGatewayFailure(error: unknown): boolean {
  return error instanceof DashctlError && (error.status === 502 || error.status === 504);
}

function titleFilter(search: string | null): (dashboard: Dashboard) => boolean {
  const text = search?.toLowerCase() ?? '';
  return (dashboard) => dashboard.title.toLowerCase().includes(text);
}

/** Keeps those that carry all tags. The list leaves tags out, so each candidate is read. */
async function withTags(
  context: DatadogContext,
  dashboards: readonly Dashboard[],
  tags: readonly string[],
): Promise<readonly Dashboard[]> {
  if (tags.length === 0) return dashboards;
  const untold = dashboards.filter((one) => one.tags === null).length;
  if (untold > 0) context.warn(`Datadog's list has no tags: reading ${untold} dashboards one by one.`);
  const whole = await Promise.all(
    dashboards.map(async (one) => {
      if (one.tags !== null) return one;
      const { wire } = await getDashboard(context.client, one.id);
      return { ...one, tags: toDashboard(wire, context.account).tags };
    }),
  );
  return whole.filter((one) => tags.every((tag) => one.tags?.includes(tag) === true));
}

async function get({ client, account }: DatadogContext, id: string): Promise<Fetched<Dashboard>> {
  const { wire, response } = await getDashboard(client, id);
  return { value: toDashboard(wire, account), raw: response.body };
}
