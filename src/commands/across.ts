/** Lists over several accounts at once: rows in the order of the accounts, one failing account hides no other. */
import { asDashctlError, DashctlError, toErrorJson } from '../errors.ts';
import { offersVerb } from '../providers/offers.ts';
import { lacks } from './capability.ts';
import type { Context } from '../cli/context.ts';
import type { Page, Shape } from '../model/shape.ts';
import type { Account, Provider } from '../providers/provider.ts';

/** How a list is spoken of: below its table, and when it is empty. */
export interface ListWording {
  /** Noun and filters for a number of rows: `shared dashboards tagged slo`. */
  readonly what: (rows: number) => string;
  /** `--limit`, for each account; null without one. */
  readonly limit?: number | null;
}

/**
 * Prints the rows of every asked account.
 * @throws DashctlError what the only account answered; `partial` when some of several failed.
 */
export async function listAcross(
  context: Context,
  shape: Shape,
  open: (provider: Provider) => AsyncIterable<Page<object>>,
  { what, limit = null }: ListWording,
): Promise<void> {
  const { noun, verb } = context.command;
  const asked = await context.accounts();
  const accounts = asked.accounts.filter((account) => offersVerb(account.provider, noun, verb));
  const failures = [...asked.failures];
  const [first] = accounts;
  if (first === undefined) {
    const [other] = asked.accounts;
    if (failures.length > 0) report(context, failures, failures.length);
    throw other === undefined
      ? new DashctlError('no-profile', 'There is no account to ask.')
      : lacks(other, noun, verb);
  }
  const names = accounts.map((account) => account.profile);
  context.renderer.progress.show(`Asking ${names.join(', ')}`);
  const tallies: Tally[] = [];
  const counted = (provider: Provider): AsyncIterable<Page<object>> => {
    const tally: Tally = { rows: 0, total: null };
    tallies.push(tally);
    return tallied(open(provider), tally);
  };
  const pages =
    accounts.length === 1 && failures.length === 0
      ? counted(await context.connect(first))
      : allPages(context, accounts, counted, failures);
  await context.renderer.list(shape, pages, {
    empty: `No ${what(0)} found in ${names.join(', ')}.`,
    footer: (rows) =>
      footer(what, rows, tallies, limit, names.length > 3 ? `${names.length} accounts` : names.join(', ')),
    severalProfiles: accounts.length + asked.failures.length > 1,
  });
  report(context, failures, accounts.length + asked.failures.length);
}

/** What one account has sent so far. */
interface Tally {
  rows: number;
  /** What the server says there is; null when it does not. */
  total: number | null;
}

async function* tallied(pages: AsyncIterable<Page<object>>, tally: Tally): AsyncIterable<Page<object>> {
  for await (const page of pages) {
    tally.rows += page.items.length;
    tally.total = page.total ?? tally.total;
    yield page;
  }
}

/** `12 dashboards in prod.`, `Showing 30 of 212 dashboards in prod.`, or that a limit cut the list. */
function footer(
  what: ListWording['what'],
  rows: number,
  tallies: readonly Tally[],
  limit: number | null,
  where: string,
): string {
  const cut = limit !== null && tallies.some((tally) => tally.rows >= limit && tally.total !== tally.rows);
  if (!cut) return `${rows} ${what(rows)} in ${where}.`;
  // An account that stayed below the limit has told all; one that met it has to say how many there are.
  const totals = tallies.map((tally) => tally.total ?? (tally.rows < limit ? tally.rows : null));
  const known = totals.filter((total) => total !== null);
  if (known.length < totals.length) {
    return `Showing the first ${rows} ${what(rows)} in ${where}; there may be more (--limit ${limit}).`;
  }
  const total = known.reduce((sum, one) => sum + one, 0);
  return `Showing ${rows} of ${total} ${what(total)} in ${where} (--limit ${limit}).`;
}

/** Starts every account at once and yields their pages in the order of the accounts. */
async function* allPages(
  context: Context,
  accounts: readonly Account[],
  open: (provider: Provider) => AsyncIterable<Page<object>>,
  failures: DashctlError[],
): AsyncIterable<Page<object>> {
  const readers = accounts.map((account) => prefetch(connected(context, account, open)));
  for (const [index, reader] of readers.entries()) {
    const account = accounts[index];
    try {
      yield* reader;
    } catch (error) {
      failures.push(
        asDashctlError(error).with(
          account === undefined ? {} : { profile: account.profile, provider: account.provider },
        ),
      );
    }
  }
}

async function* connected(
  context: Context,
  account: Account,
  open: (provider: Provider) => AsyncIterable<Page<object>>,
): AsyncIterable<Page<object>> {
  yield* open(await context.connect(account));
}

/** Asks for the first page at once; later pages follow as they are read. */
function prefetch<T>(source: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = source[Symbol.asyncIterator]();
  const first = iterator.next();
  // The failure is reported when the page is read; until then it must not count as unhandled.
  first.catch(() => undefined);
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for (let step = await first; step.done !== true; step = await iterator.next()) yield step.value;
      } finally {
        await iterator.return?.();
      }
    },
  };
}

function report(context: Context, failures: readonly DashctlError[], asked: number): void {
  if (failures.length === 0) return;
  const [first] = failures;
  if (first !== undefined && failures.length === asked && failures.every((one) => one.code === first.code))
    throw first;
  for (const failure of failures) {
    context.renderer.warn(`${failure.profile ?? 'An account'}: ${failure.message}`);
  }
  throw new DashctlError('partial', `${failures.length} of ${asked} accounts failed.`, {
    hint: `Look at one alone: dashctl profile test ${first?.profile ?? 'NAME'}`,
    details: { errors: failures.map((failure) => toErrorJson(failure).error) },
  });
}
