/** Syntho's lists are bare; an installation that pages them tells the address of the next page (api/syntho.md §3). */
import { listIn, membersOf, queryOfLink } from '../raw-paging.ts';
import type { RawPage, RawReading } from '../raw-paging.ts';

export function readSynthoPage({ body }: RawPage): RawReading | null {
  const list = listIn(body, ['results']);
  return list === null ? null : { ...list, next: queryOfLink(membersOf(body)['next']) };
}
