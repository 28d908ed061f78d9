/** Ways back: for every thing that was changed one way from how we left it to how it was before the oldest change. */
import { DashctlError } from '../../errors.ts';
import { doneChanges, isSameRef } from '../../journal/history.ts';
import { isAsKept } from '../recording/images.ts';
import { providerOf } from '../history/account-of.ts';
import type { Context } from '../../cli/context.ts';
import type { KeptOperation } from '../../journal/history.ts';
import type { KeptImage } from '../../journal/records.ts';
import type { Image, ImageRef } from '../../model/image.ts';
import type { UndoKind } from '../../model/write-plan.ts';
import type { ImageCapability, Provider } from '../../providers/provider.ts';
import type { LazyVault } from '../recording/images.ts';

/** One thing to bring back. */
export interface Way {
  readonly provider: Provider;
  readonly images: ImageCapability;
  readonly ref: ImageRef;
  /** Newest first. */
  readonly operations: readonly KeptOperation[];
  /** How it was before the oldest of them, and whose secrets those are. */
  readonly target: KeptImage;
  readonly owner: string;
  /** How the newest left it; null where nobody knows. */
  readonly ours: KeptImage | null;
  readonly now: Image;
  /** `clear`: it is as we left it; `there`: it is back already; `changed`: somebody else was there since. */
  readonly state: 'clear' | 'there' | 'changed';
}

/** An operation that cannot be taken back, and why. */
export interface Impossible {
  readonly operation: KeptOperation;
  readonly undo: UndoKind;
}

/** @param operations newest first. @throws DashctlError `fate-unknown` for one whose fate is open. */
export async function findWays(
  context: Context,
  operations: readonly KeptOperation[],
  vault: LazyVault,
): Promise<{ readonly ways: readonly Way[]; readonly impossible: readonly Impossible[] }> {
  const chains: Chain[] = [];
  const impossible: Impossible[] = [];
  for (const operation of operations) {
    if (operation.state === 'open' || operation.state === 'changed') throw unclear(operation);
    if (operation.state !== 'applied' && operation.state !== 'partial') continue;
    const undo = operation.intent.undo;
    const changes = doneChanges(operation).filter((change) => change.before !== null);
    if (undo.kind === 'impossible' || changes.length === 0) {
      impossible.push({ operation, undo });
      continue;
    }
    const provider = await providerOf(context, operation);
    const images = await provider.images?.();
    if (images === undefined) {
      impossible.push({ operation, undo });
      continue;
    }
    for (const { ref, before, after } of changes) {
      if (before === null) continue;
      const known = chains.find((one) => one.provider === provider && isSameRef(one.ref, ref));
      const link: Link = { operation, before, after };
      if (known === undefined) chains.push({ provider, images, ref, links: [link] });
      else known.links.push(link);
    }
  }
  const ways = [];
  for (const chain of chains) ways.push(await wayOf(chain, vault));
  return { ways: ways.sort(dependingLast), impossible };
}

interface Link {
  readonly operation: KeptOperation;
  readonly before: KeptImage;
  readonly after: KeptImage | null;
}

interface Chain {
  readonly provider: Provider;
  readonly images: ImageCapability;
  readonly ref: ImageRef;
  /** Newest first. */
  readonly links: Link[];
}

async function wayOf({ provider, images, ref, links }: Chain, vault: LazyVault): Promise<Way> {
  const newest = links[0];
  const oldest = links.at(-1);
  if (newest === undefined || oldest === undefined) {
    throw new DashctlError('internal', 'A way back without an operation.');
  }
  const now = await images.read(ref);
  const unbroken = links.every(({ before }, index) => {
    const older = links[index + 1];
    return older === undefined || older.after?.fingerprint === before.fingerprint;
  });
  const ours = newest.after;
  const isOurs = unbroken && ours !== null && (await isAsKept(now, ours, vault));
  const isThere = await isAsKept(now, oldest.before, vault);
  return {
    provider,
    images,
    ref,
    operations: links.map(({ operation }) => operation),
    target: oldest.before,
    owner: oldest.operation.id,
    ours,
    now,
    state: isThere ? 'there' : isOurs ? 'clear' : 'changed',
  };
}

const containers = ['folder', 'dashboard'];

/** A thing and the state that it comes back to. */
export interface ToBringBack {
  readonly ref: ImageRef;
  readonly target: Pick<Image, 'state'>;
}

/** What holds others comes back before them, and goes after them. */
export function dependingLast(a: ToBringBack, b: ToBringBack): number {
  const rank = ({ ref, target }: ToBringBack): number => {
    const depth = containers.indexOf(ref.kind);
    const order = depth < 0 ? containers.length : depth;
    return target.state === null ? 10 - order : order;
  };
  return rank(a) - rank(b);
}

function unclear({ id, intent, state }: KeptOperation): DashctlError {
  return new DashctlError(
    'fate-unknown',
    state === 'open'
      ? `${id} (${intent.title}) cannot be taken back before its fate is known.`
      : `${id} (${intent.title}) left a state that it did not want: there is no way back that is sure.`,
    {
      hint:
        state === 'open'
          ? `Read it: dashctl history resolve ${id}`
          : `Compare by hand: dashctl history show ${id}`,
    },
  );
}
