/** A write with all that the journal tells of it. */
import { doneChanges } from '../../journal/history.ts';
import { operationRow } from './shapes.ts';
import type { KeptOperation, KeptRun } from '../../journal/history.ts';
import type { Json } from '../../model/shape.ts';

/** As `history show` and `history export` print it. */
export function whole(run: KeptRun, operation: KeptOperation): Json {
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
