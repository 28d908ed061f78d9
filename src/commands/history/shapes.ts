import type { KeptOperation, KeptRun } from '../../journal/history.ts';
import type { Json, Shape } from '../../model/shape.ts';

/** A write as `history list` prints it. */
export const operationShape: Shape = {
  noun: 'operation',
  plural: 'operations',
  fields: [
    { key: 'operation', kind: 'id', table: 'yes', summary: 'Id, as undo and history show take it: RUN.N' },
    { key: 'at', kind: 'time', table: 'yes', summary: 'When it was about to be sent' },
    { key: 'profile', kind: 'text', table: 'yes', summary: 'Profile' },
    { key: 'provider', kind: 'text', table: 'no', summary: 'System' },
    { key: 'command', kind: 'text', table: 'if-room', summary: 'Command that did it' },
    { key: 'title', kind: 'text', table: 'yes', weight: 2, summary: 'What it did' },
    { key: 'resources', kind: 'list', table: 'if-room', summary: 'References of what it changed' },
    {
      key: 'state',
      kind: 'text',
      table: 'yes',
      summary: 'applied, partial, refused, not-sent, not-applied, changed, or open while its fate is unknown',
    },
    {
      key: 'undo',
      kind: 'text',
      table: 'yes',
      summary: 'How it can be taken back: exact, lossy, impossible',
    },
    { key: 'undoWhy', kind: 'text', table: 'no', summary: 'What would be different afterwards' },
    { key: 'undoneBy', kind: 'list', table: 'if-room', summary: 'Operations that took it back' },
    { key: 'undoes', kind: 'list', table: 'no', summary: 'Operations that it took back' },
    { key: 'run', kind: 'id', table: 'no', summary: 'Id of its run' },
  ],
};

export function operationRow(run: KeptRun, operation: KeptOperation): Record<string, Json> {
  const { intent } = operation;
  return {
    operation: operation.id,
    at: intent.at,
    profile: intent.account.profile,
    provider: intent.account.provider,
    command: run.about?.command ?? null,
    title: intent.title,
    resources: intent.resources,
    state: operation.state,
    undo: intent.undo.kind,
    undoWhy: intent.undo.why,
    undoneBy: operation.undoneBy,
    undoes: intent.undoes,
    run: operation.run,
  };
}

/** A file of the journal as `history verify` and `prune` print it. */
export const runShape: Shape = {
  noun: 'run',
  plural: 'runs',
  fields: [
    { key: 'run', kind: 'id', table: 'yes', summary: 'Id of the run' },
    { key: 'at', kind: 'time', table: 'yes', summary: 'When it began' },
    { key: 'command', kind: 'text', table: 'yes', summary: 'Command' },
    { key: 'records', kind: 'number', table: 'yes', summary: 'Records that could be read' },
    { key: 'status', kind: 'text', table: 'yes', summary: 'whole, torn at its end, or damaged' },
    { key: 'open', kind: 'number', table: 'yes', summary: 'Writes whose fate is unknown' },
    { key: 'problem', kind: 'text', table: 'yes', summary: 'What is wrong, and where' },
    { key: 'file', kind: 'text', table: 'no', summary: 'Name of the file' },
  ],
};

export function runRow(run: KeptRun): Record<string, Json> {
  const { damage, torn } = run;
  return {
    run: run.file.run,
    at: new Date(run.file.startedAt).toISOString(),
    command: run.about?.command ?? null,
    records: run.records,
    status: damage !== null ? 'damaged' : torn ? 'torn' : 'whole',
    open: run.operations.filter(({ state }) => state === 'open').length,
    problem: damage === null ? null : `line ${damage.line} ${damage.what}`,
    file: run.file.name,
  };
}
