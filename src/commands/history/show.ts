import { defineCommand } from '../../cli/definition.ts';
import { one } from '../../cli/options.ts';
import { chooseRun } from './select.ts';
import { whole } from './whole.ts';

export const showCommand = defineCommand({
  noun: 'history',
  verb: 'show',
  summary: 'Show a run or one of its writes: requests, before and after',
  args: { run: one('RUN|OPERATION', 'Id from history list, or the end of one') },
  examples: [
    {
      note: 'The last write, whole',
      command: 'dashctl history show "$(dashctl history list --limit 1 --fields operation)"',
    },
    {
      note: 'Only its requests',
      command: 'dashctl history show "$(dashctl history list --limit 1 --fields run)" --jq ".[].requests"',
    },
  ],
  accounts: 'none',
  async run(context, input) {
    const { run, operations } = await chooseRun(context, input.run);
    await context.renderer.value(operations.map((operation) => whole(run, operation)));
  },
});
