/** PostHog tells the address of the next page. */
import { listIn, membersOf, queryOfLink } from '../raw-paging.ts';
import type { RawPage, RawReading } from '../raw-paging.ts';

export function readPosthogPage({ body }: RawPage): RawReading | null {
  const list = listIn(body, ['results']);
  return list === null ? null : { ...list, next: queryOfLink(membersOf(body)['next']) };
}
