/** Datadog pages in five ways; which one follows from the parameters, from what the answer tells, and from the path. */
import { countOf, listIn, membersOf, numberOf, queryOfLink, valueOf, withValues } from '../raw-paging.ts';
import type { Query, RawPage, RawReading } from '../raw-paging.ts';

/** Dashboards per page where nothing was asked for (api/datadog.md §2). */
const dashboardsPerPage = 100;

export function readDatadogPage(page: RawPage): RawReading | null {
  const list = listIn(page.body, ['data', 'dashboards']);
  return list === null ? null : { ...list, next: nextQuery(page, list.rows.length) };
}

function nextQuery({ path, query, body }: RawPage, rows: number): Query | null {
  if (rows === 0) return null;
  const meta = membersOf(membersOf(body)['meta']);
  const told = membersOf(meta['page']);
  if (typeof told['after'] === 'string') return withValues(query, { 'page[cursor]': told['after'] });
  const offset = numberOf(query, 'page[offset]') ?? 0;
  if (valueOf(query, 'page[offset]') !== null || valueOf(query, 'page[limit]') !== null) {
    const size = numberOf(query, 'page[limit]') ?? rows;
    return more(offset + rows, countOf(told['total']), rows, size)
      ? withValues(query, { 'page[offset]': offset + rows })
      : null;
  }
  // Teams keep a link to a page beyond the last one, which is empty.
  const link = queryOfLink(membersOf(membersOf(body)['links'])['next']);
  if (link !== null) return link;
  const total = countOf(told['total_filtered_count']) ?? countOf(told['total_count']);
  if (path.endsWith('/invitation')) return byNumber(query, 'page_number', 'page_size', rows, total);
  if (total !== null) return byNumber(query, 'page[number]', 'page[size]', rows, total);
  if (!/\/api\/v1\/dashboard\/?$/.test(path)) return null;
  const start = numberOf(query, 'start') ?? 0;
  return more(start + rows, null, rows, numberOf(query, 'count') ?? dashboardsPerPage)
    ? withValues(query, { start: start + rows })
    : null;
}

/** Pages counted from 0. */
function byNumber(
  query: Query,
  name: string,
  sizeName: string,
  rows: number,
  total: number | null,
): Query | null {
  const number = numberOf(query, name) ?? 0;
  const size = numberOf(query, sizeName) ?? rows;
  return more(number * size + rows, total, rows, size) ? withValues(query, { [name]: number + 1 }) : null;
}

/** Whether rows remain: by the total where one is told, else unless the page is short. */
function more(seen: number, total: number | null, rows: number, size: number): boolean {
  return total === null ? rows >= size : seen < total;
}
