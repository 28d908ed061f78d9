/** Delete and restore: many references, one plan per account. */
import { DashctlError } from '../../errors.ts';
import { dashboardShape } from '../../model/dashboard.ts';
import { perform } from '../perform.ts';
import { targetsByAccount } from '../targets.ts';
import type { Context } from '../../cli/context.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import type { Provider } from '../../providers/provider.ts';

/** Plans all accounts before the first write, then performs them in order and prints every dashboard. */
export async function performBulk(
  context: Context,
  references: readonly string[],
  plan: (provider: Provider, ids: readonly string[]) => Promise<WritePlan<readonly Dashboard[]>>,
): Promise<void> {
  const words = await context.expand(references);
  if (words.length === 0) throw new DashctlError('usage', 'stdin holds no reference.');
  const groups = await targetsByAccount(context, words, 'dashboard');
  const planned = [];
  for (const { provider, ids } of groups) planned.push({ provider, plan: await plan(provider, ids) });

  const results: Dashboard[] = [];
  let performed = false;
  for (const one of planned) {
    const done = await perform(context, one.provider, one.plan);
    if (done === null) continue;
    performed = true;
    results.push(...done.value);
  }
  if (performed) await context.renderer.records(dashboardShape, results);
}
