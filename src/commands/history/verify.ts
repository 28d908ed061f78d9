import { defineCommand } from '../../cli/definition.ts';
import { DashctlError } from '../../errors.ts';
import { journalFolder } from '../../config/paths.ts';
import { readRuns } from '../../journal/history.ts';
import { runRow, runShape } from './shapes.ts';

export const verifyCommand = defineCommand({
  noun: 'history',
  verb: 'verify',
  summary: 'Check that the records of the journal are whole and in order',
  description: [
    'A file whose last line was cut off is sound: the run ended there. A line that is missing, changed or out of order is damage, and exit 1.',
    'The chain of sums shows accidents; whoever can write the folder can forge it.',
  ],
  examples: [
    { note: 'All runs', command: 'dashctl history verify' },
    { note: 'Those with open writes', command: "dashctl history verify --jq 'map(select(.open > 0))'" },
  ],
  shape: runShape,
  accounts: 'none',
  async run(context) {
    const rows = [];
    const damaged: string[] = [];
    for await (const run of readRuns(journalFolder(context.folders.state), await context.files())) {
      rows.push(runRow(run));
      if (run.damage !== null) damaged.push(run.file.name);
    }
    await context.renderer.records(runShape, rows, { empty: 'The journal holds no run.' });
    if (damaged.length === 0) return;
    throw new DashctlError('file', `${damaged.length} of ${rows.length} runs are damaged.`, {
      hint: 'What those files say is not to be trusted behind the line that is named.',
      details: { files: damaged },
    });
  },
});
