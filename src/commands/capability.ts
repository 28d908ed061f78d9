/** A noun of a provider, or one sentence about who has it. */
import { DashctlError } from '../errors.ts';
import { providersWith } from '../providers/offers.ts';
import { descriptorOf } from '../providers/registry.ts';
import type { Account, Provider } from '../providers/provider.ts';

type CapabilityName = 'dashboards' | 'share' | 'invite' | 'acl' | 'perms' | 'workspace';

/** @throws DashctlError `unsupported` naming the providers that have the noun, and what to use instead. */
export function capability<N extends CapabilityName>(provider: Provider, noun: N): NonNullable<Provider[N]> {
  const found = provider[noun];
  if (found !== undefined) return found;
  throw lacks(provider.account, noun);
}

/** The error for a noun or verb that a provider does not have. */
export function lacks(
  account: Pick<Account, 'provider' | 'profile'>,
  noun: string,
  verb?: string,
): DashctlError {
  const what = verb === undefined ? noun : `${noun} ${verb}`;
  const having = providersWith(noun, verb);
  const own = Object.keys(descriptorOf(account.provider).offers);
  return new DashctlError(
    'unsupported',
    `${descriptorOf(account.provider).title} has no "${what}"; ${listOf(having)} ${having.length === 1 ? 'has' : 'have'} it.`,
    {
      hint: `For ${account.profile} use dashctl ${own.join(', dashctl ')}.`,
      provider: account.provider,
      profile: account.profile,
    },
  );
}

/** The error for an option that a provider has nothing for. */
export function lacksFlag(
  account: Pick<Account, 'provider' | 'profile'>,
  flag: string,
  noun: string,
): DashctlError {
  return new DashctlError(
    'unsupported',
    `${descriptorOf(account.provider).title} has no ${flag} for ${noun}.`,
    {
      hint: `Leave ${flag} out.`,
      provider: account.provider,
      profile: account.profile,
    },
  );
}

function listOf(names: readonly string[]): string {
  const last = names.at(-1) ?? 'no provider';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
