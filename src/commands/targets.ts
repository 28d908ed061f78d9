/** Many references, sorted into the accounts that they belong to. */
import type { Context, Target } from '../cli/context.ts';
import type { Provider } from '../providers/provider.ts';

export interface AccountTargets {
  readonly provider: Provider;
  readonly ids: readonly string[];
}

/** Resolves references in order and groups them by account; a repeated one counts once. */
export async function targetsByAccount(
  context: Context,
  references: readonly string[],
  kind: Target['kind'],
): Promise<readonly AccountTargets[]> {
  const groups = new Map<Provider, Set<string>>();
  for (const reference of references) {
    const target = await context.target(reference, kind);
    const ids = groups.get(target.provider) ?? new Set<string>();
    groups.set(target.provider, ids.add(target.id));
  }
  return [...groups].map(([provider, ids]) => ({ provider, ids: [...ids] }));
}
