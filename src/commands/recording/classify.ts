/** What became of a write whose answer never came: the server is read and compared with before and after. */
import { asDashctlError } from '../../errors.ts';
import { fingerprint } from '../../journal/canonical.ts';
import { isAsKept, keptAfter } from './images.ts';
import type { KeptOperation } from '../../journal/history.ts';
import type { Finding, KeptAfter, KeptChange } from '../../journal/records.ts';
import type { Image, ImageRef } from '../../model/image.ts';
import type { Account, ImageCapability } from '../../providers/provider.ts';
import type { LazyVault } from './images.ts';

export interface Verdict {
  readonly found: Finding;
  /** For people, one sentence. */
  readonly sentence: string;
  /** What it made, as far as that could be found. */
  readonly made: readonly ImageRef[];
  /** Everything that it changed or made, as it is now. */
  readonly changes: readonly KeptAfter[];
}

interface Reader {
  readonly account: Account;
  readonly images: ImageCapability;
  readonly vault: LazyVault;
}

interface Part {
  readonly found: Finding;
  /** Whether that says something of the write: what it leaves as it was does not. */
  readonly tells: boolean;
  readonly made: readonly ImageRef[];
  readonly changes: readonly KeptAfter[];
  /** Why nothing could be found out. */
  readonly why?: string;
}

const sentences: Readonly<Record<Finding, string>> = {
  applied: 'reading the server shows that it was applied.',
  partial: 'reading the server shows that it was done in part.',
  'not-applied': 'reading the server shows that it did not happen.',
  changed: 'what is there now is neither the state before it nor the state that it wanted.',
  unknown: 'reading the server does not tell.',
};

/** @throws DashctlError when the server cannot be read */
export async function classify(operation: KeptOperation, reader: Reader): Promise<Verdict> {
  const parts: Part[] = [];
  for (const change of operation.intent.changes) {
    parts.push(
      change.ref === null
        ? await classifyCreation(operation, change, reader)
        : await classifyChange(operation, change, change.ref, reader),
    );
  }
  const telling = parts.filter(({ tells }) => tells);
  const found = inAll((telling.length === 0 ? parts : telling).map((part) => part.found));
  const made = parts.flatMap((part) => part.made);
  return {
    found,
    sentence: found === 'unknown' ? whyUnknown(parts) : sentences[found],
    made,
    changes: parts.flatMap((part) => part.changes),
  };
}

async function classifyChange(
  operation: KeptOperation,
  change: KeptChange,
  ref: ImageRef,
  reader: Reader,
): Promise<Part> {
  const image = await reader.images.read(ref);
  const changes = [await asFound(operation, change, ref, image, reader)];
  const { before, expected, likeness, between = [] } = change;
  const tells = wouldShow(change, reader.images);
  const part = (found: Finding): Part => ({ found, tells, made: [], changes });
  if (before !== null && (await isAsKept(image, before, reader.vault))) return part('not-applied');
  const now = fingerprint(image.state);
  if (now === expected?.fingerprint) return part('applied');
  if (likeness !== undefined && reader.images.resembles?.(change.kind, image.state, likeness) === true)
    return part('applied');
  return { ...part(between.includes(now) ? 'partial' : 'changed'), tells: true };
}

/** A creation is looked for by its own fields. */
async function classifyCreation(operation: KeptOperation, change: KeptChange, reader: Reader): Promise<Part> {
  const { expected, kind } = change;
  if (expected === null) return { found: 'unknown', tells: true, made: [], changes: [] };
  let made: readonly ImageRef[];
  try {
    made = await reader.images.find(kind, expected.state, new Date(operation.intent.at));
  } catch (error) {
    const failure = asDashctlError(error);
    if (failure.code !== 'unsupported') throw failure;
    const why = [failure.message, failure.hint ?? ''].join(' ').trim();
    return { found: 'unknown', tells: true, made: [], changes: [], why };
  }
  const changes = await Promise.all(
    made.map(async (ref) => asFound(operation, change, ref, await reader.images.read(ref), reader)),
  );
  if (made.length > 1) return { found: 'unknown', tells: true, made, changes: [] };
  return { found: made.length === 1 ? 'applied' : 'not-applied', tells: true, made, changes };
}

function whyUnknown(parts: readonly Part[]): string {
  const why = parts.find((part) => part.why !== undefined)?.why;
  const made = parts.flatMap((part) => part.made);
  if (made.length > 1)
    return `${made.length} things look like what it would have made: ${made.map(({ id }) => id).join(', ')}.`;
  return why ?? sentences.unknown;
}

function asFound(
  { run, intent }: KeptOperation,
  { expected }: KeptChange,
  ref: ImageRef,
  image: Image,
  { account, vault }: Reader,
): Promise<KeptAfter> {
  return keptAfter(ref, image, expected, { run, op: intent.op }, account, vault);
}

/** Whether the plan knew what it would leave, and that it is something else than what was there. */
function wouldShow({ kind, before, expected, likeness }: KeptChange, images: ImageCapability): boolean {
  if (expected !== null) return expected.fingerprint !== before?.fingerprint;
  if (likeness === undefined) return false;
  return before === null || images.resembles?.(kind, before.state, likeness) !== true;
}

/** One word for all things of a write: what is not the same for all of them happened in part. */
function inAll(found: readonly Finding[]): Finding {
  const [first, ...others] = new Set(found);
  if (first === undefined || found.includes('unknown')) return 'unknown';
  if (others.length === 0) return first;
  return found.includes('changed') ? 'changed' : 'partial';
}
