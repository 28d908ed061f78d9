/**
 * The one way in which a write happens: show it, ask, compare once more, send exactly the planned steps, read back. A
 * dry run stops after showing it.
 */
import { asDashctlError, DashctlError } from '../errors.ts';
import { createRedactor } from '../http/redact.ts';
import type { Context } from '../cli/context.ts';
import type { HttpRequest, HttpResponse } from '../http/http.ts';
import type { Outcome, WritePlan } from '../model/write-plan.ts';
import type { ChangePreview } from '../output/output.ts';
import type { Provider } from '../providers/provider.ts';

/** What a performed plan left behind. */
export interface Performed<T> extends Outcome<T> {
  /** False when it was already so and nothing was sent. */
  readonly changed: boolean;
}

/** Where the requests of a plan go, as far as people have to know. */
export interface Place {
  /** The profile, or several of them. */
  readonly profile: string;
  /** Absolute URL of a planned request. */
  urlOf(step: HttpRequest): string;
}

/** How a plan is carried out. */
export interface Manner<T> {
  /**
   * Plans the same change anew, for changes that are merged into what is there: somebody else's change in the meantime then
   * is no reason to give up.
   */
  readonly again?: () => Promise<WritePlan<T>>;
  /** How often that may be done. Default 3. */
  readonly merges?: number;
  /** Operations of the journal that it takes back. */
  readonly undoes?: readonly string[];
}

/**
 * Carries out a plan under the safety rules of the global options.
 * @returns null after a dry run, which has printed the plan as its result.
 * @throws DashctlError `refused` for a guard without its flag, `confirmation-required`, `cancelled`, `conflict`,
 * `fate-unknown` with what is known, or what the server answered.
 */
export async function perform<T>(
  context: Context,
  provider: Provider,
  plan: WritePlan<T>,
  allowed: readonly string[] = [],
  manner: Manner<T> = {},
): Promise<Performed<T> | null> {
  const place: Place = { profile: provider.account.profile, urlOf: (step) => provider.urlOf(step) };
  if (!(await approve(context, place, plan, allowed))) return null;
  if (plan.steps.length > 0) context.renderer.progress.show(`Sending to ${provider.account.profile}`);
  return await carryOut(context, provider, plan, manner);
}

/**
 * The half of {@link perform} before anything is sent: the dry run, the guards, the question.
 * @returns false after a dry run, which has printed the plan as its result.
 * @throws DashctlError `refused`, `confirmation-required`, `cancelled`
 */
export async function approve(
  context: Context,
  place: Place,
  asPlanned: WritePlan<unknown>,
  allowed: readonly string[],
): Promise<boolean> {
  const { renderer, globals, prompter } = context;
  // A script that writes plainly has nobody to tell it to.
  const told = asPlanned.risk !== 'plain' || globals.dryRun || prompter.available;
  const about = told ? undoNotes(asPlanned, globals.noJournal) : [];
  const plan = { ...asPlanned, notes: [...asPlanned.notes, ...about] };
  const withoutSecrets = createRedactor([]);
  const preview: ChangePreview = {
    title: plan.title,
    undo: plan.undo,
    before: plan.before,
    after: plan.after,
    requests: plan.steps.map((step) => ({
      method: step.method,
      // The address of a share is the way in to what it shares.
      url: withoutSecrets(place.urlOf(step)),
      body: step.body === undefined ? null : masked(step.body, plan.secrets ?? []),
    })),
  };
  if (globals.dryRun) {
    for (const note of plan.notes) renderer.note(note);
    for (const guard of missingGuards(plan, allowed)) {
      renderer.warn(`${guard.message} The real run needs ${guard.flag}.`);
    }
    await renderer.dryRun(preview);
    return false;
  }
  if (plan.steps.length === 0) return true;
  refuseUnguarded(context, plan, allowed);
  await confirm(context, place, plan, preview);
  return true;
}

/**
 * The half of {@link perform} after the question: compares once more, sends, reads back.
 * @throws DashctlError `conflict`, `fate-unknown` with what is known, or what the server answered.
 */
export async function carryOut<T>(
  context: Context,
  provider: Provider,
  plan: WritePlan<T>,
  manner: Manner<T> = {},
): Promise<Performed<T>> {
  const { renderer } = context;
  if (plan.steps.length === 0) {
    renderer.note(`Already so: ${lowerFirst(plan.title)}. Nothing was sent.`);
    const outcome = await plan.finish([]);
    for (const note of [...plan.notes, ...outcome.notes]) renderer.note(note);
    return { ...outcome, changed: false };
  }
  // Loaded here: commands that only read share this file's chunk.
  const { recorded } = await import('./recording/recorded.ts');
  let answered = 0;
  try {
    const outcome = await recorded(context, {
      provider,
      plan,
      undoes: manner.undoes ?? [],
      send: () =>
        send(provider, plan, () => {
          answered += 1;
        }),
    });
    for (const note of outcome.notes) renderer.note(note);
    return { ...outcome, changed: true };
  } catch (error) {
    const failure = asDashctlError(error);
    const { again, ...rest } = manner;
    const merges = manner.merges ?? 3;
    if (failure.code !== 'conflict' || answered > 0 || again === undefined || merges === 0) throw failure;
    const anew = await again();
    // What was agreed on covers no more than what it said.
    if (riskOrder.indexOf(anew.risk) > riskOrder.indexOf(plan.risk)) throw failure;
    if (anew.guards.some(({ flag }) => plan.guards.every((agreed) => agreed.flag !== flag))) throw failure;
    return await carryOut(context, provider, anew, { ...rest, again, merges: merges - 1 });
  }
}

/** From harmless to severe. */
export const riskOrder: readonly WritePlan<unknown>['risk'][] = [
  'plain',
  'exposing',
  'destructive',
  'severe',
];

/** How well a write can be taken back, said before it is made; nothing where it comes back exactly. */
function undoNotes({ steps, undo }: WritePlan<unknown>, noJournal: boolean): string[] {
  if (steps.length === 0) return [];
  if (undo.kind === 'impossible')
    return [`It cannot be undone: ${lowerFirst(undo.why ?? 'nothing brings it back.')}`];
  if (noJournal) return ['It cannot be undone: no record of it is kept (--no-journal).'];
  return undo.kind === 'lossy' ? [`Undo brings it back in part only: ${lowerFirst(undo.why ?? '')}`] : [];
}

/** A body without its secrets, which stand in it as JSON strings. */
function masked(body: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(JSON.stringify(secret), '"***"'), body);
}

function missingGuards<T>(plan: WritePlan<T>, allowed: readonly string[]): WritePlan<T>['guards'] {
  return plan.guards.filter((guard) => !allowed.includes(guard.flag));
}

/** Names every flag that the real run needs, so that it is not told one at a time. */
function refuseUnguarded<T>(
  { globals, prompter }: Context,
  plan: WritePlan<T>,
  allowed: readonly string[],
): void {
  const missing = missingGuards(plan, allowed);
  if (missing.length === 0) return;
  const flags = missing.map((guard) => guard.flag);
  if (!prompter.available) {
    if (plan.risk === 'severe' && plan.confirm !== null) {
      if (globals.confirm !== plan.confirm) flags.push(`--confirm ${shellWord(plan.confirm)}`);
    } else if (plan.risk !== 'plain' && !globals.yes) flags.push('--yes');
  }
  const why = missing.map((guard) => guard.message).join(' ');
  throw new DashctlError('refused', `${plan.title} was refused: ${lowerFirst(why)}`, {
    hint: `If that is wanted, add ${flags.join(' ')}. See it first with --dry-run.`,
    details: { flags },
  });
}

async function confirm<T>(
  context: Context,
  place: Place,
  plan: WritePlan<T>,
  preview: ChangePreview,
): Promise<void> {
  const { renderer, prompter, globals } = context;
  const asked = `${plan.title} (${place.profile.includes(', ') ? 'profiles' : 'profile'} ${place.profile})`;
  const severe = plan.risk === 'severe' ? plan.confirm : null;
  if (severe !== null) {
    if (globals.confirm !== null) {
      if (globals.confirm === severe) {
        for (const note of plan.notes) renderer.note(note);
        return;
      }
      throw new DashctlError('refused', `--confirm ${JSON.stringify(globals.confirm)} does not match.`, {
        hint: `Use --confirm ${shellWord(severe)}.`,
      });
    }
    if (!prompter.available) {
      throw new DashctlError(
        'refused',
        `${plan.title} was refused: it is severe and needs its own confirmation.`,
        {
          hint: `Add --confirm ${shellWord(severe)}. See it first with --dry-run.`,
        },
      );
    }
    await showChange(context, plan, preview);
    const typed = await prompter.typed({
      message: `${asked}? Type ${severe} to go on`,
      expect: severe,
      flag: `--confirm ${shellWord(severe)}`,
    });
    if (!typed) throw new DashctlError('cancelled', 'Cancelled. Nothing was changed.');
    return;
  }

  if (plan.risk === 'plain' || globals.yes) {
    for (const note of plan.notes) renderer.note(note);
    return;
  }
  if (!prompter.available) {
    const what = plan.risk === 'exposing' ? 'lets more people see something' : 'takes something away';
    throw new DashctlError(
      'confirmation-required',
      `${plan.title} was not done: it ${what}, and nobody can be asked here.`,
      { hint: 'Add --yes to do it. See it first with --dry-run.' },
    );
  }
  await showChange(context, plan, preview);
  const agreed = await prompter.confirm({ message: `${asked}?`, flag: '--yes', default: false });
  if (!agreed) throw new DashctlError('cancelled', 'Cancelled. Nothing was changed.');
}

async function showChange<T>(context: Context, plan: WritePlan<T>, preview: ChangePreview): Promise<void> {
  await context.renderer.change({ ...preview, requests: [] });
  for (const note of plan.notes) context.renderer.note(note);
}

async function send<T>(provider: Provider, plan: WritePlan<T>, onAnswer: () => void): Promise<Outcome<T>> {
  const answers: HttpResponse[] = [];
  for (const step of plan.steps) {
    try {
      answers.push(await provider.send(step));
      onAnswer();
    } catch (error) {
      const failure = asDashctlError(error);
      if (failure.code === 'fate-unknown') return await settle(plan, failure, answers.length);
      if (answers.length > 0) throw halfDone(plan, failure, answers.length);
      throw failure;
    }
  }
  return await finish(plan, answers);
}

/** The write stands from here on: a failure to read it back must not look as if nothing had happened. */
async function finish<T>(plan: WritePlan<T>, answers: readonly HttpResponse[]): Promise<Outcome<T>> {
  try {
    return await plan.finish(answers);
  } catch (error) {
    const failure = asDashctlError(error);
    if (failure.code === 'conflict') throw failure;
    throw new DashctlError(
      'fate-unknown',
      `${plan.title}: the server accepted it, but reading it back failed: ${failure.message}`,
      {
        hint:
          (failure.code === 'bad-answer' ? failure.hint : undefined) ??
          'Look at the present state before running the command again.',
        cause: failure,
        details: { fate: 'accepted', reason: failure.code },
      },
    ).with(whatIsKnown(failure));
  }
}

/** Reads back after a lost answer and tells the truth; a write is never repeated blindly. */
async function settle<T>(plan: WritePlan<T>, failure: DashctlError, done: number): Promise<Outcome<T>> {
  const lastStep = done === plan.steps.length - 1;
  const fate = await plan.settle?.().catch(() => 'unknown' as const);
  if (fate === 'applied' && lastStep) {
    const outcome = await finish(plan, []);
    return {
      ...outcome,
      notes: ['The answer was lost; reading back confirmed the change.', ...outcome.notes],
    };
  }
  const known =
    fate === 'not-applied'
      ? 'Reading back shows that it did not happen.'
      : fate === 'applied'
        ? `Reading back shows that this step happened; ${plan.steps.length - done - 1} of ${plan.steps.length} requests were not sent.`
        : 'Whether it happened is not known.';
  throw new DashctlError('fate-unknown', `${failure.message} ${known}`, {
    hint:
      fate === 'not-applied'
        ? 'Run the command again.'
        : 'Look at the present state before running the command again.',
    cause: failure,
    details: {
      fate: fate ?? 'unknown',
      ...(plan.steps.length > 1 && { sent: done + 1, planned: plan.steps.length }),
    },
  }).with(whatIsKnown(failure));
}

function halfDone<T>(plan: WritePlan<T>, failure: DashctlError, done: number): DashctlError {
  return new DashctlError(
    failure.code,
    `${plan.title} stopped after ${done} of ${plan.steps.length} requests, which stand: ${failure.message}`,
    {
      hint: failure.hint ?? 'Run the command again to finish it.',
      cause: failure,
      details: { sent: done, planned: plan.steps.length },
    },
  ).with(whatIsKnown(failure));
}

function whatIsKnown(failure: DashctlError): Parameters<DashctlError['with']>[0] {
  return {
    ...(failure.provider === undefined ? {} : { provider: failure.provider }),
    ...(failure.profile === undefined ? {} : { profile: failure.profile }),
    ...(failure.status === undefined ? {} : { status: failure.status }),
    ...(failure.requestId === undefined ? {} : { requestId: failure.requestId }),
  };
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** A word as it must be typed in a POSIX shell. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
