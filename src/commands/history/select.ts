/** Which runs and operations of the journal a command is about. */
import { DashctlError } from '../../errors.ts';
import { journalFolder } from '../../config/paths.ts';
import { text } from '../../cli/options.ts';
import { readRuns } from '../../journal/history.ts';
import type { Context } from '../../cli/context.ts';
import type { KeptOperation, KeptRun } from '../../journal/history.ts';

/** Options that narrow what is looked at. */
export const filterOptions = {
  resource: text('TEXT', 'Only writes on a reference or id that holds this text'),
  since: text('TIME', 'Only from then on: an ISO 8601 time, or a span before now such as 7d'),
  until: text('TIME', 'Only until then: an ISO 8601 time, or a span before now such as 1h'),
} as const;

export interface Filter {
  readonly resource: string | null;
  readonly since: string | null;
  readonly until: string | null;
}

/** Every run that is left by profile and time, newest first, with the operations that are left by resource. */
export async function* selectRuns(context: Context, filter: Filter): AsyncGenerator<KeptRun> {
  const now = context.clock.now();
  const since = filter.since === null ? -Infinity : readMoment(filter.since, now);
  const until = filter.until === null ? Infinity : readMoment(filter.until, now);
  for await (const run of readRuns(journalFolder(context.folders.state), await context.files())) {
    if (run.file.startedAt > until) continue;
    if (run.file.startedAt < since) return;
    yield { ...run, operations: run.operations.filter((one) => isWanted(context, one, filter.resource)) };
  }
}

function isWanted({ globals }: Context, { intent }: KeptOperation, resource: string | null): boolean {
  const { profile, provider } = intent.account;
  if (globals.profile.length > 0 && !globals.profile.includes(profile)) return false;
  if (globals.provider !== null && globals.provider !== provider) return false;
  if (resource === null) return true;
  return [...intent.resources, ...intent.changes.map(({ ref }) => ref?.id ?? '')].some((one) =>
    one.includes(resource),
  );
}

/** Milliseconds since the epoch of `2026-11-21T10:00:00Z`, `2026-11-21` or `7d` (before now). */
export function readMoment(text: string, now: number): number {
  const span = /^(\d{1,6})(s|m|h|d|w)$/.exec(text);
  if (span !== null) {
    const units = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
    return now - Number(span[1]) * units[span[2] as keyof typeof units] * 1000;
  }
  const iso = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text);
  const moment = iso ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(moment)) return moment;
  throw new DashctlError('invalid-input', `"${text}" is no time.`, {
    hint: 'Write a time such as 2026-11-21T10:00:00Z, or a span before now such as 7d.',
  });
}

/** What a word of the command line names: a run, or one operation of it. */
export interface Choice {
  readonly run: KeptRun;
  readonly operations: readonly KeptOperation[];
}

/**
 * The run or the operation of a name: `RUN`, `RUN.OP`, or an end of it with at least four characters, as in `8KXQ.1`.
 * @throws DashctlError `not-found`, `ambiguous`
 */
export async function chooseRun(context: Context, name: string): Promise<Choice> {
  const match = /^([0-9A-Za-z]{4,26})(?:\.(\d{1,9}))?$/.exec(name);
  if (match === null) throw noSuchRun(name);
  const end = (match[1] ?? '').toUpperCase();
  const found: KeptRun[] = [];
  for await (const run of readRuns(journalFolder(context.folders.state), await context.files())) {
    if (run.file.run.endsWith(end)) found.push(run);
  }
  const [run, ...others] = found;
  if (run === undefined) throw noSuchRun(name);
  if (others.length > 0) {
    throw new DashctlError('ambiguous', `${found.length} runs end with ${name}.`, {
      hint: `Use one of them: ${found.map((one) => one.file.run).join(', ')}`,
      details: { candidates: found.map((one) => one.file.run) },
    });
  }
  if (match[2] === undefined) return { run, operations: run.operations };
  const operation = run.operations.find((one) => one.intent.op === Number(match[2]));
  if (operation === undefined) throw noSuchRun(name);
  return { run, operations: [operation] };
}

function noSuchRun(name: string): DashctlError {
  return new DashctlError('not-found', `The journal has no run or operation ${name}.`, {
    hint: 'See what it has: dashctl history list',
  });
}
