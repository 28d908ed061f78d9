/** Grafana counts pages from 1, by `limit` or `perpage`; newer APIs hand out a token (api/grafana.md §9). */
import { countOf, listIn, membersOf, numberOf, valueOf, withValues } from '../raw-paging.ts';
import type { Query, RawPage, RawReading } from '../raw-paging.ts';

/** Rows per page where nothing was asked for. */
const usual = 1000;

export function readGrafanaPage({ query, body }: RawPage): RawReading | null {
  const list = listIn(body, ['publicDashboards', 'teams', 'users', 'serviceAccounts', 'items']);
  return list === null ? null : { ...list, next: nextQuery(query, body, list.rows.length) };
}

function nextQuery(query: Query, body: unknown, rows: number): Query | null {
  const { totalCount, perPage, metadata } = membersOf(body);
  const token = membersOf(metadata)['continue'];
  if (typeof token === 'string' && token !== '') return withValues(query, { continue: token });
  if (rows === 0) return null;
  const size =
    countOf(perPage) ?? numberOf(query, valueOf(query, 'perpage') === null ? 'limit' : 'perpage') ?? usual;
  const page = Math.max(1, numberOf(query, 'page') ?? 1);
  const total = countOf(totalCount);
  const more = total === null ? rows >= size : (page - 1) * size + rows < total;
  return more ? withValues(query, { page: page + 1 }) : null;
}
