/** Writes of earlier runs whose fate nobody knows: the next write on the same thing reads what became of them first. */
import { DashctlError } from '../../errors.ts';
import { journalFolder } from '../../config/paths.ts';
import { openOperations } from '../../journal/history.ts';
import { keptAccount } from './account.ts';
import { classify } from './classify.ts';
import type { Context } from '../../cli/context.ts';
import type { Redactor } from '../../http/redact.ts';
import type { Journal } from '../../journal/journal.ts';
import type { KeptOperation } from '../../journal/history.ts';
import type { Image } from '../../model/image.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import type { ImageCapability, Provider } from '../../providers/provider.ts';
import type { LazyVault } from './images.ts';

interface Present {
  readonly provider: Provider;
  readonly plan: WritePlan<unknown>;
  readonly images: ImageCapability | null;
  /** What the things of the plan are now, in its order. */
  readonly before: readonly (Image | null)[];
  readonly vault: LazyVault;
  readonly redact: Redactor;
}

/**
 * Reads and stores what became of earlier writes on the things of a plan, and says so.
 * @throws DashctlError `conflict` when such a write has already created what the plan would create again
 */
export async function classifyEarlier(context: Context, journal: Journal, present: Present): Promise<void> {
  const { provider, plan, images, before, vault, redact } = present;
  if (images === null) return;
  const folder = journalFolder(context.folders.state);
  const open = await openOperations(folder, await context.files(), journal.run);
  for (const operation of open.filter((one) => concerns(one, provider, plan))) {
    const known = new Map(
      (plan.images ?? []).flatMap(({ ref }, index) => {
        const image = before[index] ?? null;
        return ref === null || image === null ? [] : [[`${ref.kind} ${ref.id}`, image] as const];
      }),
    );
    const verdict = await classify(operation, {
      account: provider.account,
      images: {
        ...images,
        read: (ref) => Promise.resolve(known.get(`${ref.kind} ${ref.id}`) ?? images.read(ref)),
      },
      vault,
    });
    await journal.resolution(
      { run: operation.run, op: operation.intent.op, found: verdict.found, changes: [...verdict.changes] },
      redact,
    );
    context.renderer.note(
      `The fate of an earlier write was unknown (${operation.intent.title}, ${operation.id}): ${verdict.sentence}`,
    );
    const [made] = verdict.made;
    if (made !== undefined && verdict.found === 'applied' && creates(plan)) {
      throw new DashctlError(
        'conflict',
        `${plan.title} was not done: an earlier run whose answer was lost has made it already: ${made.kind} ${made.id}.`,
        { hint: 'Use that one. If another one is wanted, run the command again.', details: { made } },
      );
    }
  }
}

/** Whether an operation changed one of the things of the plan, or would have made what the plan makes. */
function concerns({ intent }: KeptOperation, provider: Provider, plan: WritePlan<unknown>): boolean {
  const { address, provider: system } = keptAccount(provider.account);
  if (intent.account.address !== address || intent.account.provider !== system) return false;
  return intent.changes.some((change) =>
    (plan.images ?? []).some(({ ref, kind, expected }) => {
      if (change.ref !== null) return ref?.kind === change.ref.kind && ref.id === change.ref.id;
      return (
        ref === null &&
        kind === change.kind &&
        JSON.stringify(expected ?? null) === JSON.stringify(change.expected?.state ?? null)
      );
    }),
  );
}

function creates(plan: WritePlan<unknown>): boolean {
  return plan.images?.some(({ ref }) => ref === null) === true;
}
