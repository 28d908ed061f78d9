/** A SHARE argument: a token, the share's address, or a dashboard with exactly one share. */
import { DashctlError } from '../errors.ts';
import { capability } from './capability.ts';
import type { Context, Target } from '../cli/context.ts';
import type { Provider } from '../providers/provider.ts';

export interface ShareTarget {
  readonly provider: Provider;
  readonly token: string;
}

/** @throws DashctlError `not-found` for a dashboard without a share, `ambiguous` for one with several */
export async function shareTarget(context: Context, reference: string): Promise<ShareTarget> {
  return await shareOf(await context.target(reference, 'share'));
}

/** The share behind a target that is already known. @throws DashctlError as {@link shareTarget} */
export async function shareOf({ provider, kind, id }: Target): Promise<ShareTarget> {
  const shares = capability(provider, 'share');
  if (kind === 'share' && shares.isToken(id)) return { provider, token: id };

  const { items } = await shares.list(id);
  const [only, ...others] = items;
  if (only === undefined) {
    throw new DashctlError('not-found', `The dashboard ${id} has no share.`, {
      hint: `Create one: dashctl share create ${provider.account.profile}/${id}`,
      profile: provider.account.profile,
      provider: provider.account.provider,
    });
  }
  if (others.length > 0) {
    throw new DashctlError('ambiguous', `The dashboard ${id} has ${items.length} shares.`, {
      hint: `Pick one from: dashctl share list ${provider.account.profile}/${id}`,
      // Not their references: those are tokens, which open the dashboard, and nobody asked for them here.
      details: {
        candidates: items.map(({ type, status, title, createdAt }) => ({ type, status, title, createdAt })),
      },
    });
  }
  // What follows the profile in a share's reference is what the provider takes as its key.
  return { provider, token: only.ref.slice(only.ref.indexOf('/') + 1) };
}
