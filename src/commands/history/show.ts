import { defineCommand } from '../../cli/definition.ts';
import { one } from '../../cli/options.ts';
import { doneChanges } from '../../journal/history.ts';
import { chooseRun } from './select.ts';
import { operationRow } from './shapes.ts';
import type { KeptOperation, KeptRun } from '../../journal/history.ts';
import type { Json } from '../../model/shape.ts';

export const showCommand = defineCommand({
  noun: 'history',
  verb: 'show',
  summary: 'Show a run or one of its writes: requests, before and after',
  args: { run: one('RUN|OPERATION', 'Id from history list, or the end of one') },
  examples: [
    {
      note: 'The last write, whole',
      command: 'dashctl history list --limit 1 --fields operation -o tsv | xargs -r dashctl history show',
    },
    {
      note: 'Only its requests',
      command:
        "dashctl history list --limit 1 --fields run -o tsv | xargs -r dashctl history show --jq '.[].requests'",
    },
  ],
  accounts: 'none',
  async run(context, input) {
    const { run, operations } = await chooseRun(context, input.run);
    await context.renderer.value(operations.map((operation) => whole(run, operation)));
  },
});

function whole(run: KeptRun, operation: KeptOperation): Json {
  const { intent, result, resolution } = operation;
  return {
    ...operationRow(run, operation),
    argv: run.about?.argv ?? null,
    user: run.about?.user ?? null,
    machine: run.about?.machine ?? null,
    requests: intent.requests,
    status: result?.status ?? null,
    requestId: result?.requestId ?? null,
    verified: result?.verified ?? null,
    error: result?.error ?? null,
    resolvedAt: resolution?.at ?? null,
    changes: doneChanges(operation).map(({ ref, before, after }) => ({
      kind: ref.kind,
      id: ref.id,
      before: before?.state ?? null,
      after: after?.state ?? null,
      secrets: Object.entries({ ...before?.secrets }).map(([name, { sealed }]) => ({
        name,
        kept: sealed === null ? 'dropped' : 'sealed',
      })),
    })),
  };
}
