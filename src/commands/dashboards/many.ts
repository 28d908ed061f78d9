/** Delete and restore: many dashboards of any accounts, several in one request where the server has one. */
import { dashboardShape } from '../../model/dashboard.ts';
import { capability } from '../capability.ts';
import { performMany } from '../bulk.ts';
import { namedTargets } from '../targets.ts';
import type { Context } from '../../cli/context.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import type { Provider } from '../../providers/provider.ts';
import type { BulkVerb, ManyInput } from '../bulk.ts';

/** @param plan of one or several ids of an account */
export async function performDashboards(
  context: Context,
  references: readonly string[],
  words: BulkVerb<Dashboard>['words'],
  input: ManyInput,
  plan: (provider: Provider, ids: readonly string[]) => Promise<WritePlan<readonly Dashboard[]>>,
): Promise<void> {
  const targets = await namedTargets(context, await context.expand(references), 'dashboard');
  const idOf = new Map<object, string>();
  const jobs = targets.map(({ given, label, provider, id }) => {
    const job = { given, label, provider, plan: () => plan(provider, [id]) };
    idOf.set(job, id);
    return job;
  });
  const batchOf: BulkVerb<Dashboard>['batchOf'] = (provider) => {
    const most = capability(provider, 'dashboards').batch ?? 1;
    if (most < 2) return null;
    return {
      most,
      plan: (some) =>
        plan(
          provider,
          some.map((job) => idOf.get(job) ?? ''),
        ),
    };
  };
  await performMany(context, jobs, { shape: dashboardShape, words, batchOf }, input);
}
