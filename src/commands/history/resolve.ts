import { defineCommand } from '../../cli/definition.ts';
import { choice, optional } from '../../cli/options.ts';
import { asDashctlError, DashctlError, toErrorJson } from '../../errors.ts';
import { journalFolder } from '../../config/paths.ts';
import { createRedactor } from '../../http/redact.ts';
import { closeIfSettled, openOperations, readRuns } from '../../journal/history.ts';
import { classify } from '../recording/classify.ts';
import { lazyVault } from '../recording/images.ts';
import { lockedFor } from '../recording/locks.ts';
import { providerOf } from './account-of.ts';
import { chooseRun } from './select.ts';
import { operationRow, operationShape } from './shapes.ts';
import type { Context } from '../../cli/context.ts';
import type { KeptOperation } from '../../journal/history.ts';

export const resolveCommand = defineCommand({
  noun: 'history',
  verb: 'resolve',
  summary: 'Read what became of writes whose answer was lost',
  description: [
    'Nothing is written to a server: it is read and compared with how it was before and how it should have become. The next write on the same thing does the same by itself.',
    'A write whose fate reading does not tell can be told by hand: --as, for one operation.',
    'What is found (applied, partial, not-applied, or changed by someone else) is stored; what cannot be told stays open, and exit 1 says so.',
  ],
  args: { run: optional('RUN|OPERATION', 'Id from history list; all without it') },
  options: {
    as: choice(['applied', 'not-applied'], 'FINDING', 'What you found out yourself; nothing is read then'),
  },
  examples: [
    { note: 'All', command: 'dashctl history resolve' },
    {
      note: 'Of the newest write, what reading does not tell',
      command:
        'dashctl history resolve "$(dashctl history list --limit 1 --fields operation)" --as not-applied',
    },
    { note: 'As JSON', command: 'dashctl history resolve --json' },
  ],
  shape: operationShape,
  accounts: 'several',
  async run(context, input) {
    const folder = journalFolder(context.folders.state);
    const files = await context.files();
    const open =
      input.run === null
        ? await openOperations(folder, files, null)
        : (await chooseRun(context, input.run)).operations.filter(({ state }) => state === 'open');
    if (input.as !== null) refuseMany(input.run, open);
    const failures: DashctlError[] = [];
    for (const operation of open) {
      context.renderer.progress.show(`Reading ${operation.intent.title}`);
      try {
        if (input.as === null) await resolveOne(context, operation);
        else await store(context, operation, input.as);
      } catch (error) {
        failures.push(asDashctlError(error));
      }
    }
    const ids = new Set(open.map(({ id }) => id));
    const rows = [];
    for await (const run of readRuns(folder, files)) {
      const concerned = run.operations.filter(({ id }) => ids.has(id));
      rows.push(...concerned.map((operation) => operationRow(run, operation)));
      if (concerned.length > 0) await closeIfSettled(folder, files, run);
    }
    await context.renderer.records(operationShape, rows, {
      empty: 'There is no write whose fate is unknown.',
    });
    report(failures, rows.filter(({ state }) => state === 'open').length, open.length);
  },
});

/** What somebody found out counts for the one write that they looked at. */
function refuseMany(name: string | null, open: readonly KeptOperation[]): void {
  if (name !== null && open.length <= 1) return;
  const ids = open.map(({ id }) => id);
  throw new DashctlError('usage', '--as is said of one operation, and none is named.', {
    hint: 'Name it: dashctl history list shows which ones are open.',
    ...(ids.length > 0 && { details: { open: ids } }),
  });
}

/** Stores what somebody else than the server tells. */
async function store(
  context: Context,
  { run, intent }: KeptOperation,
  found: 'applied' | 'not-applied',
): Promise<void> {
  const journal = await context.journal();
  await journal?.resolution({ run, op: intent.op, found, changes: [] }, (text) => text);
}

async function resolveOne(context: Context, operation: KeptOperation): Promise<void> {
  const provider = await providerOf(context, operation);
  const images = await provider.images?.();
  const journal = await context.journal();
  if (images === undefined || journal === null || operation.intent.changes.length === 0) return;
  const { account } = provider;
  const plan = {
    title: `Resolving ${operation.id}`,
    resources: [],
    images: operation.intent.changes.map(({ ref, kind }) => ({ ref, kind })),
  };
  // Whoever is at work on it now will tell the fate of its own write.
  await lockedFor(context, account, plan, async () => {
    const verdict = await classify(operation, { account, images, vault: lazyVault(context) });
    context.renderer.note(`${operation.intent.title} (${operation.id}): ${verdict.sentence}`);
    await journal.resolution(
      {
        run: operation.run,
        op: operation.intent.op,
        found: verdict.found,
        changes: [...verdict.changes],
      },
      createRedactor(Object.values(account.secrets)),
    );
  });
}

function report(failures: readonly DashctlError[], open: number, asked: number): void {
  const [first] = failures;
  if (first !== undefined) {
    if (asked === 1) throw first;
    throw new DashctlError('partial', `${failures.length} of ${asked} writes could not be read.`, {
      hint: 'Name their accounts one at a time with --profile.',
      details: { errors: failures.map((failure) => toErrorJson(failure).error) },
    });
  }
  if (open === 0) return;
  throw new DashctlError('fate-unknown', `The fate of ${open} of ${asked} writes is still unknown.`, {
    hint: 'Look at the things themselves: dashctl history show tells what they are. Then say what you found: dashctl history resolve RUN.OP --as applied',
  });
}
