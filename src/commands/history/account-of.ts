/** The account of an operation of the journal, as it is today. */
import { asDashctlError, DashctlError } from '../../errors.ts';
import { keptAccount } from '../recording/account.ts';
import type { Context } from '../../cli/context.ts';
import type { KeptOperation } from '../../journal/history.ts';
import type { Provider } from '../../providers/provider.ts';

/**
 * The profile that made the write, or the account that the line names. It must lead to the same place: the same id
 * elsewhere is another thing.
 * @throws DashctlError `refused` when it leads elsewhere, or what resolving the account throws
 */
export async function providerOf(context: Context, { intent, id }: KeptOperation): Promise<Provider> {
  const { profile, address, provider: system } = intent.account;
  const named = context.globals.profile.length > 0 || context.globals.provider !== null;
  const account = await (named
    ? context.account()
    : context.accountNamed(profile).catch((error: unknown) => {
        // An account of the environment goes by its provider's name, which is no profile; the address below decides.
        if (asDashctlError(error).code === 'unknown-profile') return context.account();
        throw error;
      }));
  const now = keptAccount(account);
  if (now.provider !== system || now.address !== address) {
    throw new DashctlError(
      'refused',
      `${id} was written to ${address}, but ${account.profile} leads to ${now.address}.`,
      { hint: 'Name the account of that address with --profile, or with --provider and its variables.' },
    );
  }
  return await context.connect(account);
}
