/** Runs of a journal in a folder of a test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { diskOperations } from '../../src/files/operations.ts';
import { fingerprint } from '../../src/journal/canonical.ts';
import { readRuns } from '../../src/journal/history.ts';
import { createJournal } from '../../src/journal/journal.ts';
import type { FileOperations } from '../../src/files/operations.ts';
import type { KeptRun } from '../../src/journal/history.ts';
import type { IntentContent, Journal, ResultContent, RunContent } from '../../src/journal/journal.ts';
import type { KeptImage, OperationOutcome } from '../../src/journal/records.ts';
import type { Json } from '../../src/model/shape.ts';

export const about: RunContent = {
  version: '0.1.0',
  command: 'acl set',
  argv: ['acl', 'set', 'hunter2'],
  user: 'ana',
  machine: 'desk',
  // No process of this machine, so that the run counts as over.
  pid: 2 ** 22 + 1,
  boot: null,
};

export const asIs = (text: string): string => text;

/** The path of a journal's folder that is not there yet; it goes with the test. */
export function journalFolder(): string {
  const home = mkdtempSync(join(tmpdir(), 'dashctl-journal-'));
  onTestFinished(() => {
    rmSync(home, { recursive: true, force: true });
  });
  return join(home, 'state', 'journal');
}

export function image(state: Json): KeptImage {
  return { state, fingerprint: fingerprint(state), secrets: {} };
}

export function intent(more: Partial<IntentContent> = {}): IntentContent {
  return {
    account: { profile: 'prod', provider: 'grafana', address: 'https://g.example.com', settings: {} },
    title: 'Replace the grants of "Checkout"',
    resources: ['prod/abc'],
    undo: { kind: 'exact', why: null },
    requests: [{ method: 'POST', url: 'https://g.example.com/api', body: null }],
    changes: [],
    undoes: [],
    ...more,
  };
}

export function result(outcome: OperationOutcome, more: Partial<ResultContent> = {}): ResultContent {
  return { outcome, verified: true, status: 200, requestId: null, error: null, changes: [], ...more };
}

/** A journal whose clock stands at `time`. */
export function journalAt(
  folder: string,
  time: number,
  {
    files = diskOperations,
    run = about,
  }: { readonly files?: FileOperations; readonly run?: RunContent } = {},
): Journal {
  return createJournal({ folder, files, now: () => time, run });
}

/** A finished run with one operation for each outcome; none for null, which leaves it open. Answers the run's name. */
export async function keepRun(
  folder: string,
  time: number,
  outcomes: readonly (OperationOutcome | null)[],
  more: Partial<IntentContent> = {},
): Promise<string> {
  const journal = journalAt(folder, time);
  for (const outcome of outcomes) {
    const operation = journal.next();
    await journal.intent(operation, intent(more), asIs);
    if (outcome !== null) await journal.result(operation, result(outcome));
  }
  await journal.end(0);
  return journal.run;
}

export async function allRuns(folder: string, files: FileOperations = diskOperations): Promise<KeptRun[]> {
  const runs: KeptRun[] = [];
  for await (const run of readRuns(folder, files)) runs.push(run);
  return runs;
}
