/** An account as the journal names it: no secret, and an address that stays the same between runs. */
import { builtInProfile } from '../../config/built-in.ts';
import type { KeptAccount } from '../../journal/records.ts';
import type { Account } from '../../providers/provider.ts';

export function keptAccount(account: Account): KeptAccount {
  const { profile, provider, settings } = account;
  return { profile, provider, address: addressOf(account), settings: { ...settings } };
}

/** Rooms of the sandbox listen on another port each time; the address that people see stays. */
function addressOf(account: Account): string {
  return builtInProfile(account.profile)?.webUrl ?? account.baseUrl;
}
