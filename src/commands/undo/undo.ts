import { defineCommand } from '../../cli/definition.ts';
import { count, flag, optional } from '../../cli/options.ts';
import { asDashctlError, DashctlError, toErrorJson } from '../../errors.ts';
import { approve, carryOut, riskOrder } from '../perform.ts';
import { chooseRun, selectRuns } from '../history/select.ts';
import { lazyVault } from '../recording/images.ts';
import { findWays } from './ways.ts';
import { threeWay } from './three-way.ts';
import type { Context } from '../../cli/context.ts';
import type { HttpRequest } from '../../http/http.ts';
import type { KeptOperation } from '../../journal/history.ts';
import type { Json, Shape } from '../../model/shape.ts';
import type { UndoKind, WritePlan } from '../../model/write-plan.ts';
import type { LazyVault } from '../recording/images.ts';
import type { Impossible, Way } from './ways.ts';

const undoShape: Shape = {
  noun: 'undone change',
  plural: 'undone changes',
  fields: [
    {
      key: 'operations',
      kind: 'list',
      table: 'yes',
      whole: true,
      summary: 'Operations that were taken back',
    },
    { key: 'profile', kind: 'text', table: 'yes', summary: 'Profile' },
    { key: 'provider', kind: 'text', table: 'no', summary: 'System' },
    { key: 'kind', kind: 'text', table: 'yes', summary: 'What was changed: dashboard, acl, shares, …' },
    { key: 'id', kind: 'id', table: 'yes', summary: 'Its id' },
    { key: 'status', kind: 'text', table: 'yes', summary: 'undone, already, impossible or failed' },
    { key: 'undo', kind: 'text', table: 'yes', summary: 'exact, lossy or impossible' },
    { key: 'why', kind: 'text', table: 'yes', summary: 'What is different, or what to do instead' },
  ],
};

export const undoCommand = defineCommand({
  noun: 'undo',
  verb: '',
  summary: 'Take writes back: restore what was before them',
  description: [
    'Without a run it is the last run that wrote something, of any profile or of the one that --profile names. It is shown first, asks, and is recorded itself, so that undoing it again is a redo.',
    'It writes only where the server still has what the write left; otherwise nothing at all is written, the difference is shown and the exit code is 7. --force overwrites what it names.',
    'Exact, lossy or impossible: history list tells it of each write. What cannot be taken back is named with what to do instead; the rest is done, and the exit code is 4.',
  ],
  args: { run: optional('RUN|OPERATION', 'Id from history list, or the end of one') },
  options: {
    last: count('N', 'The last N runs that wrote something'),
    force: flag('Also overwrite what was changed since by somebody else'),
    allowSelfLockout: flag("Go on even if it removes one's own access"),
    empty: flag('Go on even if no entry remains'),
    allowOwnerless: flag('Go on even if a workspace loses its owner'),
  },
  examples: [
    {
      note: 'See what undoing the last run would do',
      command: 'dashctl undo --dry-run',
    },
    {
      note: 'Take it back',
      command: 'dashctl undo --yes',
    },
  ],
  shape: undoShape,
  writes: true,
  accounts: 'several',
  async run(context, input) {
    const operations = await choose(context, input.run, input.last ?? 1);
    const vault = lazyVault(context);
    const { ways, impossible } = await findWays(context, operations, vault);
    for (const { operation, undo } of impossible) {
      context.renderer.warn(
        `${operation.intent.title} (${operation.id}) cannot be undone. ${undo.why ?? ''}`.trim(),
      );
    }
    checkChanged(context, ways, input.force);
    const allowed = [
      ...(input.allowSelfLockout ? ['--allow-self-lockout'] : []),
      ...(input.empty ? ['--empty'] : []),
      ...(input.allowOwnerless ? ['--allow-ownerless'] : []),
    ];
    const steps = await planWays(context, ways, vault);
    if (steps.some(({ plan }) => plan === null || plan.steps.length > 0)) {
      if (!(await approve(context, placeOf(steps), together(operations, steps), allowed))) return;
    } else if (impossible.length === 0) context.renderer.note('Already so. Nothing was sent.');

    const rows: Row[] = impossible.map(impossibleRow);
    const failures: DashctlError[] = [];
    for (const step of steps) rows.push(await carry(context, step, { vault, allowed, failures }));
    await context.renderer.records(undoShape, rows);
    report(rows, failures, steps.length);
  },
});

/** The operations to take back, newest first. */
async function choose(
  context: Context,
  name: string | null,
  last: number,
): Promise<readonly KeptOperation[]> {
  if (name !== null) return (await chooseRun(context, name)).operations.toReversed();
  const found: KeptOperation[] = [];
  let runs = 0;
  for await (const run of selectRuns(context, { resource: null, since: null, until: null })) {
    const wrote = run.operations.filter(({ state }) =>
      ['applied', 'partial', 'changed', 'open'].includes(state),
    );
    if (wrote.length === 0) continue;
    found.push(...wrote.toReversed());
    runs += 1;
    if (runs === last) break;
  }
  if (found.length > 0) return found;
  throw new DashctlError('not-found', 'The journal holds no write that could be undone.', {
    hint: 'See what it holds: dashctl history list',
  });
}

/** Nothing is written as long as something would be overwritten that nobody spoke of. */
function checkChanged(context: Context, ways: readonly Way[], force: boolean): void {
  const changed = ways.filter(({ state }) => state === 'changed');
  if (changed.length === 0) return;
  for (const way of changed) for (const line of threeWay(way)) context.renderer.note(line);
  const names = changed.map(({ ref }) => `${ref.kind} ${ref.id}`).join(', ');
  if (force) {
    context.renderer.warn(`Overwrites what was changed since: ${names}.`);
    return;
  }
  throw new DashctlError('conflict', `Changed since by somebody else: ${names}. Nothing was undone.`, {
    hint: 'To overwrite that as well, add --force. See it first with --dry-run --force.',
    details: {
      changes: changed.map(({ ref, target, ours, now }) => ({
        kind: ref.kind,
        id: ref.id,
        before: target.state,
        after: ours?.state ?? null,
        now: now.state,
      })),
    },
  });
}

/** A way with the plan that goes it; null where it can only be planned once those before it are gone. */
interface Step {
  readonly way: Way;
  readonly plan: WritePlan<unknown> | null;
  readonly error: DashctlError | null;
}

async function planWays(context: Context, ways: readonly Way[], vault: LazyVault): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const way of ways) {
    context.renderer.progress.show(`Reading ${way.ref.kind} ${way.ref.id}`);
    try {
      steps.push({ way, plan: await planWay(way, vault), error: null });
    } catch (error) {
      const failure = asDashctlError(error);
      const waits = failure.code === 'not-found' && steps.some(({ plan }) => plan !== null);
      steps.push({ way, plan: null, error: waits ? null : failure });
    }
  }
  return steps;
}

async function planWay({ images, ref, target, owner }: Way, vault: LazyVault): Promise<WritePlan<unknown>> {
  if (Object.keys(target.secrets).length === 0) return await images.planRestore(ref, { state: target.state });
  const { secrets } = (await vault()).unseal(owner, target.secrets);
  return await images.planRestore(ref, { state: target.state, secrets });
}

function placeOf(steps: readonly Step[]): { profile: string; urlOf: (step: HttpRequest) => string } {
  const owners = new Map<HttpRequest, Way['provider']>();
  for (const { way, plan } of steps) for (const step of plan?.steps ?? []) owners.set(step, way.provider);
  return {
    profile: [...new Set(steps.map(({ way }) => way.provider.account.profile))].join(', '),
    urlOf: (step) => owners.get(step)?.urlOf(step) ?? '',
  };
}

const undoOrder: readonly UndoKind['kind'][] = ['exact', 'lossy', 'impossible'];

/** All steps as one plan, to be shown and agreed on. */
function together(operations: readonly KeptOperation[], steps: readonly Step[]): WritePlan<null> {
  const plans = steps.flatMap(({ plan }) => (plan === null ? [] : [plan]));
  const [only, ...others] = plans;
  const [operation, ...more] = operations;
  const deleted = steps.filter(({ way, plan }) => isDeletion(way) && (plan?.steps.length ?? 0) > 0);
  const risk = plans.reduce<WritePlan<null>['risk']>(
    (worst, plan) => (riskOrder.indexOf(plan.risk) > riskOrder.indexOf(worst) ? plan.risk : worst),
    // Whatever comes back, something goes: it asks. To delete several takes more than that.
    deleted.length > 1 ? 'severe' : 'destructive',
  );
  const lossy = steps.flatMap(({ way }) =>
    way.operations.filter(({ intent }) => intent.undo.kind === 'lossy').map(({ intent }) => intent.undo.why),
  );
  return {
    title:
      operation !== undefined && more.length === 0
        ? `Undo: ${lowerFirst(operation.intent.title)}`
        : `Undo ${operations.length} writes`,
    resources: plans.flatMap(({ resources }) => resources),
    risk,
    confirm:
      risk === 'severe' ? (others.length === 0 ? (only?.confirm ?? null) : String(plans.length)) : null,
    guards: plans.flatMap(({ guards }) => guards),
    notes: [
      ...new Set([
        ...plans.flatMap(({ notes }) => notes),
        ...lossy.map((why) => `It comes back in part only: ${lowerFirst(why ?? '')}`),
        ...steps
          .filter(({ plan, error }) => plan === null && error === null)
          .map(({ way: { ref } }) => `Then brings back ${ref.kind} ${ref.id}.`),
      ]),
    ],
    before: statesOf(steps, ({ now }) => now.state),
    after: statesOf(steps, ({ target }) => target.state),
    steps: plans.flatMap((plan) => plan.steps),
    secrets: plans.flatMap(({ secrets }) => secrets ?? []),
    undo: plans.reduce<UndoKind>(
      (worst, { undo }) => (undoOrder.indexOf(undo.kind) > undoOrder.indexOf(worst.kind) ? undo : worst),
      { kind: 'exact', why: null },
    ),
    finish: () => Promise.resolve({ value: null, raw: null, notes: [] }),
  };
}

/** What was made goes again. */
function isDeletion({ ref, target }: Way): boolean {
  return (ref.kind === 'dashboard' || ref.kind === 'folder') && target.state === null;
}

/** `acl checkout-latency` → its state. */
function statesOf(steps: readonly Step[], state: (way: Way) => Json): Json {
  return Object.fromEntries(steps.map(({ way }) => [`${way.ref.kind} ${way.ref.id}`, state(way)]));
}

interface Row {
  readonly operations: readonly string[];
  readonly profile: string;
  readonly provider: string;
  readonly kind: string | null;
  readonly id: string | null;
  readonly status: 'undone' | 'already' | 'impossible' | 'failed';
  readonly undo: string;
  readonly why: string | null;
}

async function carry(
  context: Context,
  { way, plan, error }: Step,
  {
    vault,
    allowed,
    failures,
  }: { readonly vault: LazyVault; readonly allowed: readonly string[]; readonly failures: DashctlError[] },
): Promise<Row> {
  const kinds = way.operations.map(({ intent }) => intent.undo);
  const lossy = kinds.find(({ kind }) => kind === 'lossy');
  const row = {
    operations: way.operations.map(({ id }) => id),
    profile: way.provider.account.profile,
    provider: way.provider.account.provider,
    kind: way.ref.kind,
    id: way.ref.id,
    undo: lossy === undefined ? 'exact' : 'lossy',
    why: lossy?.why ?? null,
  };
  try {
    if (error !== null) throw error;
    const now = plan ?? (await planWay(way, vault));
    const guard = now.guards.find(({ flag: name }) => !allowed.includes(name));
    if (guard !== undefined) {
      throw new DashctlError('refused', guard.message, { hint: `If that is wanted, add ${guard.flag}.` });
    }
    if (now.steps.length === 0) return { ...row, status: 'already' };
    await carryOut(context, way.provider, now, { undoes: row.operations });
    return { ...row, status: 'undone' };
  } catch (thrown) {
    const failure = asDashctlError(thrown);
    failures.push(failure);
    return {
      ...row,
      status: failure.code === 'unsupported' ? 'impossible' : 'failed',
      why: sentenceOf(failure),
    };
  }
}

function impossibleRow({ operation, undo }: Impossible): Row {
  const { account, changes } = operation.intent;
  const [change] = changes;
  return {
    operations: [operation.id],
    profile: account.profile,
    provider: account.provider,
    kind: change?.kind ?? null,
    id: change?.ref?.id ?? null,
    status: 'impossible',
    undo: 'impossible',
    why: undo.why,
  };
}

function sentenceOf({ message, hint }: DashctlError): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

/** @throws DashctlError `partial`, or what went wrong when nothing was undone */
function report(rows: readonly Row[], failures: readonly DashctlError[], asked: number): void {
  const [first] = failures;
  if (first !== undefined && rows.length === 1) throw first;
  const missing = rows.filter(({ status }) => status === 'impossible' || status === 'failed').length;
  if (missing === 0) return;
  if (asked === 0) {
    throw new DashctlError('unsupported', 'Nothing of it can be undone.', {
      hint: rows[0]?.why ?? 'See dashctl history list.',
    });
  }
  throw new DashctlError('partial', `${missing} of ${rows.length} changes could not be undone.`, {
    hint: 'The rows tell why, and what to do instead.',
    details: { errors: failures.map((failure) => toErrorJson(failure).error) },
  });
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
