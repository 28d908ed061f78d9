/** Many references, each taken to the account and the thing that it means. */
import { DashctlError } from '../errors.ts';
import type { Context, Target } from '../cli/context.ts';
import type { Provider } from '../providers/provider.ts';
import type { Item } from './bulk.ts';

/** One of many things that were named. */
export interface NamedTarget extends Target, Item {}

/**
 * Resolves references in order; one that is repeated counts once. Nothing is sent: a malformed one is wrong usage, and
 * nothing is done for the others either.
 * @throws DashctlError `usage` when none is given; what `Context.target` throws
 */
export async function namedTargets(
  context: Context,
  references: readonly string[],
  kind: Target['kind'],
): Promise<readonly NamedTarget[]> {
  const found = new Map<string, NamedTarget>();
  const providers: Provider[] = [];
  for (const given of references) {
    const target = await context.target(given, kind);
    if (!providers.includes(target.provider)) providers.push(target.provider);
    const key = `${providers.indexOf(target.provider)} ${target.kind} ${target.id}`;
    if (!found.has(key)) found.set(key, { ...target, given, label: labelOf(given, target) });
  }
  if (found.size === 0) throw new DashctlError('usage', 'Nothing was named.');
  return [...found.values()];
}

/** A token opens the dashboard to whoever reads it: it stands in no message. */
function labelOf(given: string, { provider, kind, id }: Target): string {
  const secret = kind === 'share' && provider.share?.isToken(id) === true;
  return secret ? given.replaceAll(id, '***') : given;
}

export interface AccountTargets {
  readonly provider: Provider;
  readonly ids: readonly string[];
}

/** The targets of each account, in order. */
export function byAccount(targets: readonly NamedTarget[]): readonly AccountTargets[] {
  const groups = new Map<Provider, string[]>();
  for (const { provider, id } of targets) groups.set(provider, [...(groups.get(provider) ?? []), id]);
  return [...groups].map(([provider, ids]) => ({ provider, ids }));
}
