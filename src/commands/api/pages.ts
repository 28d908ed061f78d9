/** The pages of a raw GET, as its provider pages them. */
import { mostPages } from '../../http/paging.ts';
import { itemTexts } from '../../model/json-text.ts';
import { membersOf } from '../../providers/raw-paging.ts';
import { descriptorOf } from '../../providers/registry.ts';
import { DashctlError } from '../../errors.ts';
import type { HttpRequest, HttpResponse } from '../../http/http.ts';
import type { Provider } from '../../providers/provider.ts';

export interface AnsweredPage {
  readonly answer: HttpResponse;
  /** The rows that no page before had, exactly as the server wrote them. Null when the body is no list. */
  readonly rows: readonly string[] | null;
}

/**
 * Follows the pages of a listing. Ends at the last one, at one without a new row, which is not given, and at an answer
 * that is no list.
 * @param warn takes what makes the list incomplete.
 * @throws DashctlError `bad-answer` after the page cap, and what the requests throw.
 */
export async function* pagesOf(
  provider: Provider,
  first: HttpRequest,
  warn: (text: string) => void,
): AsyncGenerator<AnsweredPage, void, undefined> {
  const descriptor = descriptorOf(provider.account.provider);
  const seen = new Set<string>();
  let query = first.query ?? [];
  for (let number = 1; number <= mostPages; number += 1) {
    const answer = await provider.send({ ...first, query });
    const body = answer.body.length === 0 ? null : answer.json();
    const reading = await descriptor.readRawPage({ path: first.path, query, body });
    if (reading === null) {
      yield { answer, rows: null };
      return;
    }
    const texts = itemTexts(answer.text(), reading.key === null ? [] : [reading.key]);
    const fresh = texts.filter((text, index) => isNew(identityOf(reading.rows[index], text), seen));
    if (number > 1 && fresh.length === 0) {
      if (texts.length > 0) warn(`Page ${number} held nothing new: the list may be incomplete.`);
      return;
    }
    yield { answer, rows: fresh };
    if (reading.next === null) return;
    query = reading.next;
  }
  throw new DashctlError('bad-answer', `The list has no end: it was given up after ${mostPages} pages.`, {
    hint: 'Narrow the list by its parameters.',
  });
}

/** What tells a row from others: its id where it has one, since counters in it may change from page to page. */
function identityOf(row: unknown, text: string): string {
  const { type, id, uid, pk } = membersOf(row);
  const key = id ?? uid ?? pk;
  return typeof key === 'string' || typeof key === 'number' ? JSON.stringify([type, key]) : text;
}

function isNew(identity: string, seen: Set<string>): boolean {
  const size = seen.size;
  seen.add(identity);
  return seen.size > size;
}
