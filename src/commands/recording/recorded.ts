/**
 * A write with its record: nothing is sent before what is about to happen, and how it was before, stands on the disk; what
 * became of it stands there before the command goes on.
 */
import { asDashctlError, DashctlError } from '../../errors.ts';
import { createRedactor } from '../../http/redact.ts';
import { keptAccount } from './account.ts';
import { classifyEarlier } from './earlier.ts';
import { imagesBefore, keptAfter, keptChanges, lazyVault, refsAfter } from './images.ts';
import { lockedFor } from './locks.ts';
import type { Context } from '../../cli/context.ts';
import type { Redactor } from '../../http/redact.ts';
import type { Journal, Operation, ResultContent } from '../../journal/journal.ts';
import type { IntentRecord, KeptAfter, KeptChange, OperationOutcome } from '../../journal/records.ts';
import type { Image, ImageRef } from '../../model/image.ts';
import type { Outcome, UndoKind, WritePlan } from '../../model/write-plan.ts';
import type { ImageCapability, Provider } from '../../providers/provider.ts';
import type { LazyVault } from './images.ts';

/** What is to be written, and how. */
export interface Recorded<T> {
  readonly provider: Provider;
  readonly plan: WritePlan<T>;
  /** Operations that it takes back. */
  readonly undoes: readonly string[];
  /** Sends the requests and reads back. */
  send(): Promise<Outcome<T>>;
}

/**
 * Locks what the plan changes, stores the intent, compares once more, sends, and stores the result.
 * @throws DashctlError `locked`, `file` when there can be no record (nothing is sent then), `conflict` when it changed
 * meanwhile, or what sending it throws.
 */
export async function recorded<T>(context: Context, write: Recorded<T>): Promise<Outcome<T>> {
  const { provider, plan } = write;
  const journal = await context.journal();
  return await lockedFor(context, provider.account, plan, async () => {
    if (journal === null) {
      await plan.unchanged?.();
      context.signal.throwIfAborted();
      return await context.seeThrough(() => write.send());
    }
    return await withRecord(context, journal, write);
  });
}

/** What a record is made of. */
interface Recorder {
  readonly journal: Journal;
  readonly operation: Operation;
  readonly provider: Provider;
  readonly images: ImageCapability | null;
  readonly vault: LazyVault;
  readonly changes: readonly KeptChange[];
  readonly redact: Redactor;
  readonly context: Context;
}

async function withRecord<T>(context: Context, journal: Journal, write: Recorded<T>): Promise<Outcome<T>> {
  const { provider, plan, undoes } = write;
  if (journal.broken !== null) throw noMoreWrites(journal.broken);
  const planned = plan.images ?? [];
  const images = planned.length === 0 ? null : ((await provider.images?.()) ?? null);
  const before = await imagesBefore(images, planned).catch((error: unknown) =>
    Promise.reject(unreadable(plan.title, asDashctlError(error))),
  );
  const vault = lazyVault(context);
  const redact = createRedactor(secretsOf(provider, plan, before));
  try {
    await classifyEarlier(context, journal, { provider, plan, images, before, vault, redact });
  } catch (error) {
    const failure = asDashctlError(error);
    throw failure.code === 'file' ? noRecord(plan.title, failure) : failure;
  }

  const operation = journal.next();
  let changes: readonly KeptChange[];
  try {
    changes = await keptChanges(planned, before, operation, provider.account, vault);
    await journal.intent(
      operation,
      intentOf(provider, plan, { changes: [...changes], undoes, images, redact }),
      redact,
    );
  } catch (error) {
    throw noRecord(plan.title, asDashctlError(error));
  }
  const recorder: Recorder = { journal, operation, provider, images, vault, changes, redact, context };
  try {
    await plan.unchanged?.();
    context.signal.throwIfAborted();
  } catch (error) {
    await store(recorder, failed('not-sent', asDashctlError(error), redact));
    throw error;
  }
  return await context.seeThrough(async () => {
    let outcome: Outcome<T>;
    try {
      outcome = await write.send();
    } catch (error) {
      await store(recorder, await afterFailure(recorder, plan, asDashctlError(error)));
      throw error;
    }
    await store(recorder, await afterSuccess(recorder, plan, outcome));
    return outcome;
  });
}

function intentOf(
  provider: Provider,
  plan: WritePlan<unknown>,
  more: {
    readonly changes: KeptChange[];
    readonly undoes: readonly string[];
    readonly images: ImageCapability | null;
    readonly redact: Redactor;
  },
): Omit<IntentRecord, 'type' | 'op' | 'at'> {
  const { redact } = more;
  return {
    account: keptAccount(provider.account),
    title: redact(plan.title),
    resources: plan.resources.map(redact),
    undo: undoOf(plan, more.images, more.changes),
    requests: plan.steps.map((step) => ({
      method: step.method,
      url: redact(provider.urlOf(step)),
      body: step.body === undefined ? null : redact(step.body),
    })),
    changes: more.changes,
    undoes: [...more.undoes],
  };
}

/** What the plan says of undoing it, as far as there is something to undo it with. */
function undoOf(
  { undo }: WritePlan<unknown>,
  images: ImageCapability | null,
  changes: readonly KeptChange[],
): UndoKind {
  if (undo.kind === 'impossible') return undo;
  if (images === null) return { kind: 'impossible', why: 'There is no image to go back to.' };
  if (changes.some(({ ref, before }) => ref !== null && before === null)) {
    return { kind: 'impossible', why: 'The state before holds a credential, which is not kept.' };
  }
  return undo;
}

/** Everything that must not stand in the journal as it is. */
function secretsOf(
  { account }: Provider,
  plan: WritePlan<unknown>,
  before: readonly (Image | null)[],
): string[] {
  return [
    ...Object.values(account.secrets),
    ...(plan.secrets ?? []),
    ...before.flatMap((image) => Object.values(image?.secrets ?? {})),
  ];
}

async function afterSuccess<T>(
  recorder: Recorder,
  plan: WritePlan<T>,
  outcome: Outcome<T>,
): Promise<ResultContent> {
  const changes = await readAfterwards(recorder, plan, outcome.created ?? []);
  return {
    outcome: 'applied',
    verified: isAsExpected(recorder.changes, changes),
    status: null,
    requestId: null,
    error: null,
    changes: [...changes],
  };
}

/** A failure after something was sent leaves something to read, unless nobody can know what happened. */
async function afterFailure<T>(
  recorder: Recorder,
  plan: WritePlan<T>,
  error: DashctlError,
): Promise<ResultContent> {
  const outcome = outcomeOf(error);
  const content = failed(outcome, error, recorder.redact);
  if (outcome !== 'applied' && outcome !== 'partial') return content;
  return { ...content, changes: [...(await readAfterwards(recorder, plan, []))] };
}

function failed(outcome: OperationOutcome, error: DashctlError, redact: Redactor): ResultContent {
  return {
    outcome,
    verified: false,
    status: error.status ?? null,
    requestId: error.requestId ?? null,
    error: { code: error.code, message: redact(error.message) },
    changes: [],
  };
}

/** What a failure of sending says about the write. */
function outcomeOf(error: DashctlError): OperationOutcome {
  const known: unknown = error.details;
  const details = typeof known === 'object' && known !== null ? known : {};
  if (error.code === 'fate-unknown') {
    return 'fate' in details && details.fate === 'accepted' ? 'applied' : 'unknown';
  }
  if ('sent' in details && typeof details.sent === 'number') return 'partial';
  // Reading back showed something else than what was planned: the server did take it.
  if (error.code === 'conflict' && error.status === undefined) return 'applied';
  return error.status === undefined ? 'not-sent' : 'refused';
}

/** Reads what was changed and made. A server that answers from a late copy gets a moment. */
async function readAfterwards(
  recorder: Recorder,
  plan: WritePlan<unknown>,
  created: readonly ImageRef[],
): Promise<readonly KeptAfter[]> {
  const { images, changes, operation, provider, vault } = recorder;
  if (images === null) return [];
  const refs = refsAfter(plan.images ?? [], created);
  return await Promise.all(
    refs.map(async (ref) => {
      const change = changes.find((one) => one.ref?.kind === ref.kind && one.ref.id === ref.id);
      const expected = (change ?? changes.find((one) => one.ref === null))?.expected ?? null;
      const image = await images.read(ref).catch(() => null);
      return await keptAfter(ref, image, expected, operation, provider.account, vault).catch(() => ({
        ref,
        kind: ref.kind,
        after: null,
      }));
    }),
  );
}

function isAsExpected(changes: readonly KeptChange[], after: readonly KeptAfter[]): boolean {
  return changes.every(({ ref, expected }) => {
    if (ref === null || expected === null) return true;
    const found = after.find((one) => one.ref?.kind === ref.kind && one.ref.id === ref.id)?.after;
    return found?.fingerprint === expected.fingerprint;
  });
}

/** What happened must not be lost: what the disk does not take goes to stderr, and the run writes nothing more. */
async function store(
  { journal, operation, context, redact }: Recorder,
  content: ResultContent,
): Promise<void> {
  try {
    await journal.result(operation, content);
  } catch (error) {
    const line = redact(JSON.stringify({ run: operation.run, op: operation.op, ...content }));
    context.renderer.warn(
      `The journal could not take the result: ${asDashctlError(error).message} Nothing more is written. Result: ${line}`,
    );
  }
}

function noRecord(title: string, error: DashctlError): DashctlError {
  return new DashctlError(
    error.code,
    `${title} was not done: there can be no record of it. ${error.message}`,
    {
      hint: `${error.hint ?? ''} Or write without a record, and without undo: --no-journal.`.trim(),
      cause: error,
      details: error.details,
    },
  );
}

function noMoreWrites(broken: DashctlError): DashctlError {
  return new DashctlError('file', `Not started, because the journal is broken: ${broken.message}`, {
    hint: 'Mend that, look with dashctl history list what was done, and run the command again for the rest.',
    cause: broken,
  });
}

function unreadable(title: string, error: DashctlError): DashctlError {
  return new DashctlError(
    error.code,
    `${title} was not done: how it is now could not be read. ${error.message}`,
    {
      hint: error.hint ?? 'Write without a record, and without undo: --no-journal.',
      cause: error,
      details: error.details,
    },
  ).with({ ...(error.status === undefined ? {} : { status: error.status }) });
}
