/** Paging as async iteration: rows flow while later pages are still to come, and no server can keep it going for ever. */
import { DashctlError } from '../errors.ts';

/** Pages of one listing, at most. */
export const mostPages = 10_000;

/** How a listing is asked for and told apart. */
export interface Paging<Row> {
  /** Identity of a row: a page that brings no new one ends the listing or breaks it. */
  readonly idOf: (row: Row) => string;
  /** Rows per page that are asked for, at least 1. */
  readonly size: number;
  /** Page cap. Default {@link mostPages}. */
  readonly mostPages?: number;
}

/** One page: its rows and, where the server promises one, the number of all rows. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total?: number;
}

/**
 * Offset paging: `fetchPage(offset, size)` until a short page or the promised total. Each row comes once.
 * @throws DashctlError `bad-answer` after the rows so far, when a page repeats or the page cap is reached.
 */
export async function* byOffset<Row>(
  fetchPage: (offset: number, size: number) => Promise<Page<Row>>,
  paging: Paging<Row>,
): AsyncGenerator<Row, void, undefined> {
  const seen = new Set<string>();
  let offset = 0;
  for (let page = 0; page < (paging.mostPages ?? mostPages); page++) {
    const { rows, total } = await fetchPage(offset, paging.size);
    const fresh = unseen(rows, seen, paging.idOf);
    yield* fresh;
    offset += rows.length;
    if (rows.length < paging.size || (total !== undefined && offset >= total)) return;
    if (fresh.length === 0) throw repeatedPage(seen.size);
  }
  throw endlessList(seen.size);
}

/**
 * Page-number paging from `first` on: `fetchPage(number, size)` until a page that is empty or brings nothing new, or the
 * promised total. For servers that clamp the size or answer past the end with the last page.
 * @throws DashctlError `bad-answer` after the rows so far, when the page cap is reached.
 */
export async function* byPageNumber<Row>(
  fetchPage: (page: number, size: number) => Promise<Page<Row>>,
  paging: Paging<Row> & {
    readonly first?: number;
    /** The server keeps to the size that it is asked for, so that a shorter page is the last one. */
    readonly shortPageEnds?: boolean;
  },
): AsyncGenerator<Row, void, undefined> {
  const seen = new Set<string>();
  const first = paging.first ?? 1;
  for (let page = 0; page < (paging.mostPages ?? mostPages); page++) {
    const { rows, total } = await fetchPage(first + page, paging.size);
    const fresh = unseen(rows, seen, paging.idOf);
    if (fresh.length === 0) return;
    yield* fresh;
    if (total !== undefined && seen.size >= total) return;
    if (paging.shortPageEnds === true && rows.length < paging.size) return;
  }
  throw endlessList(seen.size);
}

/**
 * Cursor paging: `fetchPage(cursor)` from null on, until there is no next cursor.
 * @throws DashctlError `bad-answer` after the rows so far, when a cursor repeats or the page cap is reached.
 */
export async function* byCursor<Row>(
  fetchPage: (cursor: string | null) => Promise<Page<Row> & { readonly next: string | null }>,
  paging: Omit<Paging<Row>, 'size'>,
): AsyncGenerator<Row, void, undefined> {
  const seen = new Set<string>();
  const cursors = new Set<string>();
  let cursor: string | null = null;
  for (let page = 0; page < (paging.mostPages ?? mostPages); page++) {
    const answer: Page<Row> & { readonly next: string | null } = await fetchPage(cursor);
    yield* unseen(answer.rows, seen, paging.idOf);
    cursor = answer.next;
    if (cursor === null) return;
    if (cursors.has(cursor)) throw repeatedPage(seen.size);
    cursors.add(cursor);
  }
  throw endlessList(seen.size);
}

function unseen<Row>(rows: readonly Row[], seen: Set<string>, idOf: (row: Row) => string): Row[] {
  return rows.filter((row) => {
    const id = idOf(row);
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

/** The failure of a listing whose pages repeat. */
export function repeatedPage(rows: number): DashctlError {
  return new DashctlError(
    'bad-answer',
    `The server sent the same page again: the list is incomplete after ${rows} rows.`,
    {
      hint: 'Narrow the list with a filter, or report it to the service.',
      details: { incomplete: true, rows },
    },
  );
}

/** The failure of a listing that reached its page cap. */
export function endlessList(rows: number): DashctlError {
  return new DashctlError('bad-answer', `The list has no end: it was given up after ${rows} rows.`, {
    hint: 'Narrow the list with a filter.',
    details: { incomplete: true, rows },
  });
}
