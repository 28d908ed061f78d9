import { defineCommand } from '../../cli/definition.ts';
import { count } from '../../cli/options.ts';
import { filterOptions, selectRuns } from './select.ts';
import { operationRow, operationShape } from './shapes.ts';
import type { Context } from '../../cli/context.ts';
import type { Page } from '../../model/shape.ts';
import type { Filter } from './select.ts';

export const listCommand = defineCommand({
  noun: 'history',
  verb: 'list',
  summary: 'List the writes of dashctl on this machine, newest first',
  description: ['Every write leaves a record before it is sent; what was only read or tried dry does not.'],
  options: { ...filterOptions, limit: count('N', 'At most N writes') },
  examples: [
    { note: 'All', command: 'dashctl history list' },
    {
      note: 'What happened to a dashboard in the last week',
      command: 'dashctl history list --resource checkout-latency --since 7d --json',
    },
  ],
  shape: operationShape,
  accounts: 'several',
  async run(context, input) {
    await context.renderer.list(operationShape, rows(context, input, input.limit ?? Infinity), {
      empty: 'The journal holds no such write.',
    });
  },
});

async function* rows(context: Context, filter: Filter, limit: number): AsyncGenerator<Page<object>> {
  let left = limit;
  for await (const run of selectRuns(context, filter)) {
    const items = run.operations
      .toReversed()
      .slice(0, left)
      .map((operation) => operationRow(run, operation));
    left -= items.length;
    yield { items, raw: new Uint8Array() };
    if (left <= 0) return;
  }
}
