/** Gtmhub skips rows; the size is `take` or, on some endpoints, `limit` (api/gtmhub.md §7). */
import { countOf, listIn, membersOf, numberOf, withValues } from '../raw-paging.ts';
import type { Query, RawPage, RawReading } from '../raw-paging.ts';

export function readGtmhubPage({ query, body }: RawPage): RawReading | null {
  const list = listIn(body, ['items']);
  return list === null ? null : { ...list, next: nextQuery(query, body, list.rows.length) };
}

function nextQuery(query: Query, body: unknown, rows: number): Query | null {
  if (rows === 0) return null;
  const seen = (numberOf(query, 'skip') ?? 0) + rows;
  const total = countOf(membersOf(body)['totalCount']);
  const size = numberOf(query, 'take') ?? numberOf(query, 'limit');
  const more = total === null ? size !== null && rows >= size : seen < total;
  return more ? withValues(query, { skip: seen }) : null;
}
