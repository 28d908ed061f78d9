import { defineCommand } from '../../cli/definition.ts';
import { filterOptions, selectRuns } from './select.ts';
import { whole } from './whole.ts';

export const exportCommand = defineCommand({
  noun: 'history',
  verb: 'export',
  summary: 'Print every write with its requests, before and after',
  description: [
    'One object per write, newest first, as history show prints it: for an archive or another tool. Secrets are masked in it, sealed ones are left out.',
  ],
  options: filterOptions,
  examples: [
    { note: 'As one array', command: 'dashctl history export --json > writes.json' },
    { note: 'Of the last week', command: 'dashctl history export --since 7d --json > writes.json' },
  ],
  accounts: 'several',
  async run(context, input) {
    const writes = [];
    for await (const run of selectRuns(context, input)) {
      writes.push(...run.operations.toReversed().map((operation) => whole(run, operation)));
    }
    await context.renderer.value(writes);
  },
});
