/** Lists over several accounts at once: rows in the order of the accounts, one failing account hides no other. */
import { asDashctlError, DashctlError, toErrorJson } from '../errors.ts';
import { offersVerb } from '../providers/offers.ts';
import { lacks } from './capability.ts';
import type { Context } from '../cli/context.ts';
import type { Page, Shape } from '../model/shape.ts';
import type { Account, Provider } from '../providers/provider.ts';

/**
 * Prints the rows of every asked account.
 * @throws DashctlError what the only account answered; `partial` when some of several failed.
 */
export async function listAcross(
  context: Context,
  shape: Shape,
  open: (provider: Provider) => AsyncIterable<Page<object>>,
  empty: (where: string) => string,
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
  const pages =
    accounts.length === 1 && failures.length === 0
      ? open(await context.connect(first))
      : allPages(context, accounts, open, failures);
  await context.renderer.list(shape, pages, {
    empty: empty(names.join(', ')),
    severalProfiles: accounts.length + asked.failures.length > 1,
  });
  report(context, failures, accounts.length + asked.failures.length);
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
