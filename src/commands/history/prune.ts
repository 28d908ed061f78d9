import { defineCommand } from '../../cli/definition.ts';
import { count } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { journalFolder } from '../../config/paths.ts';
import { defaultRetention, prunableRuns, removeRuns } from '../../journal/retention.ts';
import { runRow, runShape } from './shapes.ts';
import type { Context } from '../../cli/context.ts';

const day = 86_400_000;

export const pruneCommand = defineCommand({
  noun: 'history',
  verb: 'prune',
  summary: 'Remove old runs from the journal',
  description: [
    'Runs older than 90 days go, and the oldest as long as all files hold more than 200 MiB. The newest 20 runs stay, and so does every run with a write whose fate is unknown. What is gone cannot be undone any more.',
  ],
  options: {
    olderThan: count('DAYS', 'Instead of 90 days'),
    keep: count('N', 'Instead of the newest 20 runs'),
  },
  examples: [
    { note: 'See what would go', command: 'dashctl history prune --dry-run' },
    { note: 'Keep a month', command: 'dashctl history prune --older-than 30 --yes' },
  ],
  shape: runShape,
  writes: true,
  accounts: 'none',
  async run(context, input) {
    const { renderer, globals } = context;
    const folder = journalFolder(context.folders.state);
    const files = await context.files();
    const retention = {
      ...defaultRetention,
      age: input.olderThan === null ? defaultRetention.age : input.olderThan * day,
      least: input.keep ?? defaultRetention.least,
    };
    const runs = await prunableRuns(folder, files, retention, context.clock.now());
    if (!globals.dryRun && runs.length > 0) {
      await agree(context, runs.length);
      await removeRuns(folder, files, runs);
    }
    if (globals.dryRun) renderer.note('Dry run: nothing was removed.');
    await renderer.records(runShape, runs.map(runRow), { empty: 'There is no run to remove.' });
  },
});

async function agree({ globals, prompter }: Context, runs: number): Promise<void> {
  if (globals.yes) return;
  if (!prompter.available) {
    throw new DashctlError('confirmation-required', 'Runs were not removed: nobody can be asked here.', {
      hint: 'Add --yes to do it. See it first with --dry-run.',
    });
  }
  const message = `Remove ${runs} ${runs === 1 ? 'run' : 'runs'} from the journal? They cannot be undone then.`;
  if (!(await prompter.confirm({ message, flag: '--yes', default: false })))
    throw new DashctlError('cancelled', 'Cancelled. Nothing was removed.');
}
