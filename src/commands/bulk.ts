/**
 * Many items in one command: planned first, shown and confirmed as one, carried out a few at a time, told one by one in
 * the order in which they were given. One item that fails hides no other.
 */
import { open, writeFile } from 'node:fs/promises';
import { flag, text } from '../cli/options.ts';
import { asDashctlError, DashctlError, toErrorJson } from '../errors.ts';
import { fileError } from '../files/failure.ts';
import { approve, carryOut, perform, riskOrder, shellWord } from './perform.ts';
import { mapInOrder, startAll } from './pool.ts';
import type { Context } from '../cli/context.ts';
import type { HttpRequest } from '../http/http.ts';
import type { Json, Page, Shape } from '../model/shape.ts';
import type { UndoKind, WritePlan } from '../model/write-plan.ts';
import type { Provider } from '../providers/provider.ts';
import type { Manner, Performed } from './perform.ts';

/** What commands understand that take many items. */
export const manyOptions = {
  keepGoing: flag('Go on with the others when one fails (the default)'),
  failFast: flag('Start nothing more once one has failed'),
  failedTo: text(
    'FILE',
    'Write what failed or was not started to FILE, one per line, for another try',
    'file',
  ),
} as const;

export interface ManyInput {
  readonly keepGoing: boolean;
  readonly failFast: boolean;
  readonly failedTo: string | null;
}

/** Writes under way at once, at most; `--concurrency` lowers it. */
const mostWrites = 4;
/** Reads under way at once, unless `--concurrency` says otherwise. */
const mostReads = 16;
/** More notes than this would push the question out of sight. */
const mostNotes = 12;

/** One thing among many. */
export interface Item {
  /** As it was given, so that it can be given again. */
  readonly given: string;
  /** As it may be shown: a token stays hidden. */
  readonly label: string;
  /** What a failure means for it. */
  explain?(failure: DashctlError): DashctlError;
}

/** One thing to change. */
export interface Job<T> extends Item {
  readonly provider: Provider;
  plan(): Promise<WritePlan<readonly T[]>>;
}

/** How a server changes several things with one request. */
export interface Batch<T> {
  /** Things per request, at most. */
  readonly most: number;
  plan(jobs: readonly Job<T>[]): Promise<WritePlan<readonly T[]>>;
}

export interface BulkVerb<T> {
  readonly shape: Shape;
  /** What is changed, where that is something else than what is printed. */
  readonly things?: string;
  /** `Delete`, `Deleting`, `deleted`. */
  readonly words: readonly [imperative: string, progressive: string, past: string];
  /** Guard flags that were given. */
  readonly allowed?: readonly string[];
  /** The change is merged into what is there, so that it can be planned anew when somebody else was quicker. */
  readonly merges?: boolean;
  /** Null where the server changes one thing at a time. */
  batchOf?(provider: Provider): Batch<T> | null;
}

/** Jobs that one plan changes. */
interface Unit<T> {
  readonly jobs: readonly Job<T>[];
  readonly provider: Provider;
  readonly plan: WritePlan<readonly T[]>;
}

/**
 * Changes many things. A single one is carried out, and fails, like any other write.
 * @throws DashctlError `partial`, or what all that failed have in common when nothing was done
 */
export async function performMany<T extends object>(
  context: Context,
  jobs: readonly Job<T>[],
  verb: BulkVerb<T>,
  input: ManyInput,
): Promise<void> {
  const [only, ...others] = jobs;
  const ledger = await openLedger(context, jobs, [thingsOf(verb), verb.words[2]], input);
  if (only !== undefined && others.length === 0) {
    const done = await single(context, only, verb).catch((error: unknown) =>
      Promise.reject(explained(only, error)),
    );
    if (done !== null) await context.renderer.records(verb.shape, done.value);
    return;
  }

  const units = await planAll(context, jobs, verb, ledger);
  ledger.tell();
  if (units.length === 0 || ledger.halted) {
    ledger.leaveRest();
    return ledger.close();
  }
  const place = placeOf(units);
  if (!(await approve(context, place, together(units, jobs.length, verb), verb.allowed ?? []))) {
    return ledger.close({ dryRun: true });
  }

  const results = carryAll(context, units, verb, ledger);
  try {
    await context.renderer.list(verb.shape, inOrder(jobs, results), { empty: '', footer: null });
  } finally {
    // The reader of the results may have gone; what was agreed on is carried out all the same.
    await Promise.all(results.values());
  }
  context.renderer.progress.stop();
  return ledger.close();
}

function thingsOf<T>({ things, shape }: BulkVerb<T>): string {
  return things ?? shape.plural;
}

async function single<T>(
  context: Context,
  job: Job<T>,
  verb: BulkVerb<T>,
): Promise<Performed<readonly T[]> | null> {
  return await perform(context, job.provider, await job.plan(), verb.allowed, mannerOf(job, verb));
}

function mannerOf<T>(job: Job<T> | undefined, { merges }: BulkVerb<T>): Manner<readonly T[]> {
  return merges === true && job !== undefined ? { again: () => job.plan() } : {};
}

function explained(item: Item, thrown: unknown): DashctlError {
  const error = asDashctlError(thrown);
  return item.explain?.(error) ?? error;
}

// What became of each item

/** How an item ended that was not done. */
interface Loss {
  readonly outcome: 'failed' | 'unknown' | 'not-started';
  readonly error: DashctlError | null;
}

/** Keeps what became of each item, and knows when nothing more may be started. */
export interface Ledger {
  /** Nothing more is started: interrupted, or a failure with `--fail-fast`. */
  readonly halted: boolean;
  done(item: Item): void;
  fail(item: Item, error: unknown): void;
  skip(item: Item): void;
  /** Whether the account's credentials were refused twice: nothing more of it is started. */
  refused(provider: Provider): Promise<boolean>;
  /** Looks once more after a refusal of credentials, which may concern one request only. */
  doubt(provider: Provider, error: DashctlError): Promise<void>;
  /** Says what failed since the last time. */
  tell(): void;
  /** Everything without an end was not started. */
  leaveRest(): void;
  /** @throws DashctlError when something is left to do */
  close(end?: { readonly dryRun: boolean }): Promise<void>;
}

/**
 * @param words what is done to what: `dashboards`, `deleted`
 * @throws DashctlError `usage` for flags that contradict each other or when there is no item; `file` when the list of
 * failures cannot be written
 */
export async function openLedger(
  context: Context,
  items: readonly Item[],
  [things, past]: readonly [things: string, past: string],
  input: ManyInput,
): Promise<Ledger> {
  const { renderer, signal } = context;
  if (input.keepGoing && input.failFast) {
    throw new DashctlError('usage', '--keep-going and --fail-fast exclude each other.', {
      hint: 'Use one of them.',
    });
  }
  const { failedTo } = input;
  if (failedTo !== null) await checkWritable(failedTo);

  const losses = new Map<Item, Loss>();
  const told = new Set<Item>();
  const finished = new Set<Item>();
  const out = new Set<Provider>();
  const doubts = new Map<Provider, Promise<void>>();
  const count = (outcome: Loss['outcome']): number =>
    [...losses.values()].filter((loss) => loss.outcome === outcome).length;

  const ledger: Ledger = {
    get halted() {
      return signal.aborted || (input.failFast && losses.size > 0);
    },
    done(item) {
      finished.add(item);
    },
    fail(item, thrown) {
      const error = explained(item, thrown);
      const unsent = error.code === 'cancelled';
      losses.set(item, {
        outcome: unsent ? 'not-started' : error.code === 'fate-unknown' ? 'unknown' : 'failed',
        error: unsent ? null : error,
      });
    },
    skip(item) {
      losses.set(item, { outcome: 'not-started', error: null });
    },
    async refused(provider) {
      await doubts.get(provider);
      return out.has(provider);
    },
    async doubt(provider, error) {
      if (error.code !== 'not-authenticated') return;
      const look = async (): Promise<void> => {
        await provider.whoami().catch((second: unknown) => {
          if (asDashctlError(second).code === 'not-authenticated') out.add(provider);
        });
      };
      const looking = doubts.get(provider) ?? look();
      doubts.set(provider, looking);
      await looking;
    },
    tell() {
      for (const item of items) {
        const error = losses.get(item)?.error ?? null;
        if (error !== null && !told.has(item)) renderer.note(`Failed: ${item.label}: ${error.message}`);
        told.add(item);
      }
    },
    leaveRest() {
      for (const item of items) if (!finished.has(item) && !losses.has(item)) ledger.skip(item);
    },
    async close({ dryRun } = { dryRun: false }) {
      for (const item of items)
        if (losses.has(item)) continue;
        else if (dryRun) finished.add(item);
      ledger.tell();
      const left = items.filter((item) => losses.has(item));
      if (failedTo !== null && !dryRun) await writeFailed(failedTo, left);
      if (left.length === 0) return;
      const [notStarted, unknown] = [count('not-started'), count('unknown')];
      const parts = [
        ...(notStarted > 0 || unknown > 0 ? [`${count('failed')} failed`] : []),
        ...(unknown > 0 ? [`${unknown} unknown`] : []),
        ...(notStarted > 0 ? [`${notStarted} not started`] : []),
      ];
      const lost = `${things} ${dryRun ? 'would not be' : 'were not'} ${past}`;
      const message = signal.aborted
        ? `Interrupted: ${[`${finished.size} done`, ...parts].join(', ')}.`
        : `${left.length} of ${items.length} ${lost}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}.`;
      throw new DashctlError(codeOf([...losses.values()], finished.size, signal.aborted), message, {
        hint:
          failedTo === null
            ? 'Add --failed-to FILE for a list of what is left.'
            : `What is left stands in ${failedTo}: ${again(context, failedTo)}`,
        details: {
          done: finished.size,
          failed: count('failed'),
          unknown,
          notStarted,
          items: left.map((item) => describe(items.indexOf(item), item, losses.get(item))),
        },
      });
    },
  };
  return ledger;
}

/** How the list of what is left is given again; a command that takes files reads stdin as one of them. */
function again({ command }: Context, file: string): string {
  const takesFiles = Object.values(command.args).some(({ kind }) => kind === 'file');
  // What stands in front of the list, such as the share that people are invited to.
  const before = Object.values(command.args).flatMap(({ count, placeholder }) =>
    count === 'one' ? [placeholder] : [],
  );
  const words = ['dashctl', command.noun, command.verb, ...before].join(' ');
  return takesFiles ? `xargs ${words} < ${shellWord(file)}` : `${words} - < ${shellWord(file)}`;
}

/** Where nothing was done and all failed alike, that failure says more than "partly". */
function codeOf(losses: readonly Loss[], done: number, interrupted: boolean): DashctlError['code'] {
  if (interrupted) return 'cancelled';
  const codes = new Set(losses.flatMap(({ error }) => (error === null ? [] : [error.code])));
  const [code, ...others] = codes;
  return done === 0 && code !== undefined && others.length === 0 ? code : 'partial';
}

/** One entry of `error.details.items`. */
function describe(index: number, item: Item, loss: Loss | undefined): object {
  const error = loss?.error ?? null;
  const { code, message, status, requestId, profile, details } =
    error === null ? nothingKnown : toErrorJson(error).error;
  return {
    index,
    ref: item.label,
    outcome: loss?.outcome ?? 'not-started',
    code,
    message,
    profile,
    status,
    requestId,
    details,
  };
}

const nothingKnown = {
  code: null,
  message: null,
  status: null,
  requestId: null,
  profile: null,
  details: null,
};

/** Said before anything is sent; the content is left alone, as it may be what stdin holds. */
async function checkWritable(file: string): Promise<void> {
  const opened = await open(file, 'a', 0o600).catch((error: unknown) =>
    Promise.reject(fileError('write', file, error)),
  );
  await opened.close();
}

async function writeFailed(file: string, left: readonly Item[]): Promise<void> {
  const lines = left.map(({ given }) => `${given}\n`).join('');
  await writeFile(file, lines, { mode: 0o600 }).catch((error: unknown) =>
    Promise.reject(fileError('write', file, error)),
  );
}

// Planning

/** Plans everything, reading a few things at a time; what cannot be planned has failed. */
async function planAll<T>(
  context: Context,
  jobs: readonly Job<T>[],
  verb: BulkVerb<T>,
  ledger: Ledger,
): Promise<readonly Unit<T>[]> {
  const limit = context.globals.concurrency ?? mostReads;
  let read = 0;
  const planOne = async (job: Job<T>): Promise<Unit<T> | null> => {
    if (ledger.halted || (await ledger.refused(job.provider))) {
      ledger.skip(job);
      return null;
    }
    try {
      return { jobs: [job], provider: job.provider, plan: await job.plan() };
    } catch (error) {
      ledger.fail(job, error);
      await ledger.doubt(job.provider, asDashctlError(error));
      return null;
    } finally {
      read += 1;
      context.renderer.progress.show(`Reading ${read} of ${jobs.length}`);
    }
  };
  const planChunk = async ({ jobs: some, batch }: Chunk<T>): Promise<readonly (Unit<T> | null)[]> => {
    const [first] = some;
    if (first === undefined) return [];
    if (batch === null || some.length === 1) return Promise.all(startAll(some, limit, planOne));
    const together = (among: readonly Job<T>[]): Promise<readonly Unit<T>[]> =>
      batch.plan(among).then((plan) => [{ jobs: among, provider: first.provider, plan }]);
    try {
      const units = await together(some);
      read += some.length;
      context.renderer.progress.show(`Reading ${read} of ${jobs.length}`);
      return units;
    } catch (error) {
      const failure = asDashctlError(error);
      if (failure.code === 'cancelled' || failure.code === 'not-authenticated') {
        for (const job of some) ledger.fail(job, failure);
        await ledger.doubt(first.provider, failure);
        return [];
      }
      // Which one it was shows when each is planned alone; the others go together again.
      const alone = await Promise.all(startAll(some, limit, planOne));
      const sound = alone.flatMap((unit) => unit?.jobs ?? []);
      if (sound.length < 2 || ledger.halted) return alone;
      return await together(sound).catch(() => alone);
    }
  };
  const planned = await Promise.all(startAll(chunksOf(jobs, verb), 1, planChunk));
  return planned.flat().filter((unit) => unit !== null);
}

interface Chunk<T> {
  readonly jobs: readonly Job<T>[];
  readonly batch: Batch<T> | null;
}

/** Jobs that may go together, in the order of the first of each. */
function chunksOf<T>(jobs: readonly Job<T>[], verb: BulkVerb<T>): readonly Chunk<T>[] {
  const batches = new Map<Provider, Batch<T> | null>();
  const chunks: { readonly jobs: Job<T>[]; readonly batch: Batch<T> | null }[] = [];
  for (const job of jobs) {
    const batch = batches.get(job.provider) ?? verb.batchOf?.(job.provider) ?? null;
    batches.set(job.provider, batch);
    const open = chunks.findLast((chunk) =>
      batch === null ? chunk.batch === null : chunk.jobs[0]?.provider === job.provider,
    );
    if (open === undefined || (batch !== null && open.jobs.length >= batch.most)) {
      chunks.push({ jobs: [job], batch });
    } else {
      open.jobs.push(job);
    }
  }
  return chunks;
}

// Asking

/** Each request goes to its own account. */
function placeOf<T>(units: readonly Unit<T>[]): { profile: string; urlOf: (step: HttpRequest) => string } {
  const owners = new Map<HttpRequest, Provider>();
  for (const { provider, plan } of units) for (const step of plan.steps) owners.set(step, provider);
  return {
    profile: [...new Set(units.map(({ provider }) => provider.account.profile))].join(', '),
    urlOf: (step) => owners.get(step)?.urlOf(step) ?? '',
  };
}

const undoOrder: readonly UndoKind['kind'][] = ['exact', 'lossy', 'impossible'];

/**
 * All units as one plan, to be shown and agreed on. Taking several things away is severe; what confirms it is the number
 * of things that were named, which a script knows beforehand, whether or not all of them are there.
 */
function together<T>(units: readonly Unit<T>[], given: number, verb: BulkVerb<T>): WritePlan<null> {
  const plans = units.map(({ plan }) => plan);
  const changed = units.filter(({ plan }) => plan.steps.length > 0).flatMap(({ jobs }) => jobs).length;
  const worst =
    worstOf(
      plans.map(({ risk }) => risk),
      riskOrder,
    ) ?? 'plain';
  const severe = worst === 'severe' || (worst === 'destructive' && given > 1);
  const number = changed === given ? String(given) : `${changed} of ${given}`;
  return {
    title: `${verb.words[0]} ${number} ${thingsOf(verb)}`,
    resources: plans.flatMap(({ resources }) => resources),
    risk: severe ? 'severe' : worst,
    confirm: severe ? String(given) : null,
    guards: distinct(
      plans.flatMap(({ guards }) => guards),
      ({ flag: name, message }) => `${name} ${message}`,
    ),
    notes: shortened([...new Set(plans.flatMap(({ notes }) => notes))]),
    before: gathered(units.map((unit) => named(unit, unit.plan.before))),
    after: gathered(units.map((unit) => named(unit, unit.plan.after))),
    steps: plans.flatMap(({ steps }) => steps),
    secrets: plans.flatMap(({ secrets }) => secrets ?? []),
    undo: plans.reduce<UndoKind>(
      (before, { undo }) => (undoOrder.indexOf(undo.kind) > undoOrder.indexOf(before.kind) ? undo : before),
      { kind: 'exact', why: null },
    ),
    finish: () => Promise.resolve({ value: null, raw: null, notes: [] }),
  };
}

function worstOf<V>(values: readonly V[], order: readonly V[]): V | undefined {
  return values.toSorted((left, right) => order.indexOf(right) - order.indexOf(left))[0];
}

function distinct<V>(values: readonly V[], key: (value: V) => string): readonly V[] {
  return [...new Map(values.map((value) => [key(value), value])).values()];
}

function shortened(notes: readonly string[]): readonly string[] {
  if (notes.length <= mostNotes) return notes;
  return [...notes.slice(0, mostNotes), `… and ${notes.length - mostNotes} more of the kind.`];
}

/** A state that says whose it is. */
function named({ jobs }: Pick<Unit<unknown>, 'jobs'>, state: Json): Json {
  const [only, ...others] = jobs;
  if (only === undefined || others.length > 0 || typeof state !== 'object' || state === null) return state;
  if (!isList(state)) return { ref: only.label, ...state };
  const [single, ...more] = state;
  return more.length === 0 ? named({ jobs }, single ?? null) : { ref: only.label, entries: state };
}

/** The states of all plans side by side; null when none of them has one. */
function gathered(states: readonly Json[]): Json {
  const found = states.flatMap((state) => (state === null ? [] : isList(state) ? state : [state]));
  return found.length === 0 ? null : found;
}

function isList(state: Json): state is readonly Json[] {
  return Array.isArray(state);
}

// Carrying out

interface Rows<T> {
  readonly rows: readonly T[];
  readonly raw: Uint8Array;
}

/** Starts everything; the result of each job is null when it was not done. Never rejects. */
function carryAll<T>(
  context: Context,
  units: readonly Unit<T>[],
  verb: BulkVerb<T>,
  ledger: Ledger,
): ReadonlyMap<Job<T>, Promise<Rows<T> | null>> {
  const total = units.flatMap(({ jobs }) => jobs).length;
  let ended = 0;
  const limit = Math.min(mostWrites, context.globals.concurrency ?? mostWrites);

  const carry = async (unit: Unit<T>): Promise<ReadonlyMap<Job<T>, Rows<T>>> => {
    const { jobs, provider, plan } = unit;
    if (ledger.halted || (await ledger.refused(provider))) {
      for (const job of jobs) ledger.skip(job);
      return new Map();
    }
    try {
      const manner = mannerOf(jobs.length === 1 ? jobs[0] : undefined, verb);
      const { value, raw } = await carryOut(context, provider, plan, manner);
      for (const job of jobs) ledger.done(job);
      return new Map(jobs.map((job, index) => [job, rowsAt(value, raw, index, jobs.length)]));
    } catch (error) {
      const failure = asDashctlError(error);
      if (jobs.length > 1 && allOrNothing.has(failure.code)) return await carryAlone(jobs);
      for (const job of jobs) ledger.fail(job, failure);
      await ledger.doubt(provider, failure);
      return new Map();
    }
  };
  /** One bad item spoils a request for several: then each goes alone. */
  const carryAlone = async (jobs: readonly Job<T>[]): Promise<ReadonlyMap<Job<T>, Rows<T>>> => {
    const found = new Map<Job<T>, Rows<T>>();
    for (const job of jobs) {
      if (ledger.halted) {
        ledger.skip(job);
        continue;
      }
      try {
        const plan = checked(await job.plan(), verb);
        const rows = (await carry({ jobs: [job], provider: job.provider, plan })).get(job);
        if (rows !== undefined) found.set(job, rows);
      } catch (error) {
        ledger.fail(job, error);
      }
    }
    return found;
  };

  const started = startAll(units, limit, async (unit) => {
    const rows = await carry(unit);
    ended += unit.jobs.length;
    context.renderer.progress.show(`${verb.words[1]} ${ended} of ${total}`);
    return rows;
  });
  return new Map(
    units.flatMap(({ jobs }, index) =>
      jobs.map((job) => [
        job,
        (started[index] ?? Promise.resolve(null)).then((rows) => rows?.get(job) ?? null),
      ]),
    ),
  );
}

/** Refusals after which a server that takes several at once has changed none of them. */
const allOrNothing: ReadonlySet<string> = new Set(['not-found', 'not-allowed', 'rejected']);

/** A plan that was made anew must not do what nobody was asked about. */
function checked<T>(
  plan: WritePlan<T>,
  { allowed = [] }: { readonly allowed?: readonly string[] },
): WritePlan<T> {
  const guard = plan.guards.find(({ flag: name }) => !allowed.includes(name));
  if (guard === undefined) return plan;
  throw new DashctlError('refused', guard.message, { hint: `If that is wanted, add ${guard.flag}.` });
}

/** A row per job where the numbers agree; else all of them with the first. */
function rowsAt<T>(value: readonly T[], raw: Uint8Array | null, index: number, jobs: number): Rows<T> {
  const own = value.slice(index, index + 1);
  return {
    rows: jobs === 1 ? value : value.length === jobs ? own : index === 0 ? value : [],
    raw: index === 0 ? (raw ?? new Uint8Array()) : new Uint8Array(),
  };
}

async function* inOrder<T extends object>(
  jobs: readonly Job<T>[],
  results: ReadonlyMap<Job<T>, Promise<Rows<T> | null>>,
): AsyncIterable<Page<object>> {
  for (const job of jobs) {
    const found = await results.get(job);
    if (found != null) yield { items: found.rows, raw: found.raw };
  }
}

/** The same plan with its result seen differently. */
export function mapPlan<A, B>(plan: WritePlan<A>, change: (value: A) => B): WritePlan<B> {
  return {
    ...plan,
    async finish(answers) {
      const outcome = await plan.finish(answers);
      return { ...outcome, value: change(outcome.value) };
    },
  };
}

// Reading

/**
 * Reads something of each item, a few at a time, and yields it in the order of the items; what fails is kept in the
 * ledger.
 */
export async function* readEach<I extends Item & { readonly provider: Provider }, R>(
  context: Context,
  items: readonly I[],
  ledger: Ledger,
  read: (item: I) => Promise<R>,
): AsyncIterable<R> {
  let ended = 0;
  const readOne = async (item: I): Promise<{ readonly found: R } | null> => {
    if (ledger.halted || (await ledger.refused(item.provider))) {
      ledger.skip(item);
      return null;
    }
    try {
      const found = await read(item);
      ledger.done(item);
      return { found };
    } catch (error) {
      ledger.fail(item, error);
      await ledger.doubt(item.provider, asDashctlError(error));
      return null;
    } finally {
      ended += 1;
      context.renderer.progress.show(`Reading ${ended} of ${items.length}`);
    }
  };
  for await (const result of mapInOrder(items, context.globals.concurrency ?? mostReads, readOne)) {
    if (result !== null) yield result.found;
  }
}
