/** Delete and restore: many references, planned per account and carried out as one. */
import { DashctlError } from '../../errors.ts';
import { dashboardShape } from '../../model/dashboard.ts';
import { perform } from '../perform.ts';
import { targetsByAccount } from '../targets.ts';
import type { Context } from '../../cli/context.ts';
import type { HttpRequest } from '../../http/http.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import type { UndoKind, WritePlan } from '../../model/write-plan.ts';
import type { Provider } from '../../providers/provider.ts';

type Plan = WritePlan<readonly Dashboard[]>;

interface Planned {
  readonly provider: Provider;
  readonly plan: Plan;
}

/** Plans all accounts before the first write, asks once for all of them, and prints every dashboard. */
export async function performBulk(
  context: Context,
  references: readonly string[],
  plan: (provider: Provider, ids: readonly string[]) => Promise<Plan>,
): Promise<void> {
  const words = await context.expand(references);
  const planned: Planned[] = [];
  for (const { provider, ids } of await targetsByAccount(context, words, 'dashboard')) {
    planned.push({ provider, plan: await plan(provider, ids) });
  }
  const [first, ...others] = planned;
  if (first === undefined) throw new DashctlError('usage', 'stdin holds no reference.');
  const all = others.length === 0 ? first : together(first, planned);
  const done = await perform(context, all.provider, all.plan);
  if (done !== null) await context.renderer.records(dashboardShape, done.value);
}

/**
 * Plans of several accounts as one, so that the number to confirm is that of all dashboards and nothing is sent before
 * all is agreed on. Each request goes to its own account.
 */
function together(first: Planned, planned: readonly Planned[]): Planned {
  const owners = new Map<HttpRequest, Provider>();
  for (const { provider, plan } of planned) for (const step of plan.steps) owners.set(step, provider);
  const ownerOf = (step: HttpRequest): Provider => owners.get(step) ?? first.provider;
  const plans = planned.map(({ plan }) => plan);
  const plain = plans.every((plan) => plan.risk === 'plain');
  const resources = plans.flatMap((plan) => plan.resources);
  return {
    provider: {
      ...first.provider,
      send: (step) => ownerOf(step).send(step),
      urlOf: (step) => ownerOf(step).urlOf(step),
    },
    plan: {
      title: plans.map((plan) => plan.title).join('; '),
      resources,
      risk: plain ? 'plain' : 'severe',
      confirm: plain ? null : String(resources.length),
      guards: plans.flatMap((plan) => plan.guards),
      notes: plans.flatMap((plan) => plan.notes),
      before: plans.flatMap((plan) => plan.before ?? []),
      after: plans.every((plan) => plan.after === null) ? null : plans.flatMap((plan) => plan.after ?? []),
      steps: plans.flatMap((plan) => plan.steps),
      undo: plans.reduce<UndoKind>((worst, { undo }) => (rank[undo.kind] > rank[worst.kind] ? undo : worst), {
        kind: 'exact',
        why: null,
      }),
      async unchanged() {
        for (const plan of plans) await plan.unchanged?.();
      },
      async finish(answers) {
        let from = 0;
        const outcomes = [];
        for (const plan of plans) {
          const to = from + plan.steps.length;
          outcomes.push(await plan.finish(answers.slice(from, to)));
          from = to;
        }
        return {
          value: outcomes.flatMap((outcome) => outcome.value),
          raw: null,
          notes: outcomes.flatMap((outcome) => outcome.notes),
        };
      },
    },
  };
}

const rank: Readonly<Record<UndoKind['kind'], number>> = { exact: 0, lossy: 1, impossible: 2 };
