/** What the journal knows: runs and their operations, put together from the records of all files. */
import { join } from 'node:path';
import { fileError, systemCode } from '../files/failure.ts';
import { isAtWork } from '../files/lock.ts';
import { fingerprint } from './canonical.ts';
import { readChain } from './chain.ts';
import { openFolder, readRunFileName, runFiles } from './folder.ts';
import type { FileOperations } from '../files/operations.ts';
import type { ImageRef } from '../model/image.ts';
import type { Damage } from './chain.ts';
import type { RunFile } from './folder.ts';
import type {
  Finding,
  IntentRecord,
  KeptAfter,
  KeptChange,
  KeptImage,
  OperationOutcome,
  ResolutionRecord,
  ResultRecord,
  RunRecord,
} from './records.ts';

/** `open`: its fate is not known yet. */
export type OperationState = Exclude<OperationOutcome, 'unknown'> | Exclude<Finding, 'unknown'> | 'open';

/** A write as the journal tells it. */
export interface KeptOperation {
  /** `RUN.OP` */
  readonly id: string;
  readonly run: string;
  readonly intent: IntentRecord;
  readonly result: ResultRecord | null;
  /** What was read of it later, the last word. */
  readonly resolution: ResolutionRecord | null;
  readonly state: OperationState;
  /** Operations that took it back. */
  readonly undoneBy: readonly string[];
}

export interface KeptRun {
  readonly file: RunFile;
  /** Null when the file was cut off before its first record: then nothing was sent. */
  readonly about: RunRecord | null;
  readonly operations: readonly KeptOperation[];
  /** How many records could be read. */
  readonly records: number;
  readonly torn: boolean;
  readonly damage: Damage | null;
  /** The exit code; null for a run that did not come to its end. */
  readonly exit: number | null;
}

/** What newer runs say about older ones. */
interface Later {
  readonly resolutions: Map<string, ResolutionRecord>;
  readonly undone: Map<string, string[]>;
}

/** Every run, newest first. @throws DashctlError `file` */
export async function* readRuns(folder: string, files: FileOperations): AsyncGenerator<KeptRun> {
  const later: Later = { resolutions: new Map(), undone: new Map() };
  for (const file of await runFiles(folder, files)) {
    const run = await readRun(folder, files, file, later);
    if (run !== null) yield run;
  }
}

/**
 * Operations without a known fate, oldest first, from the runs that are marked as holding some. A marker of a run that
 * holds none any more is removed.
 * @param except the run that asks
 * @throws DashctlError `file`
 */
export async function openOperations(
  folder: string,
  files: FileOperations,
  except: string | null,
): Promise<readonly KeptOperation[]> {
  const marked = (await markedNames(folder, files)).filter((name) => {
    const file = readRunFileName(name);
    return file !== null && file.run !== except;
  });
  // A resolution stands in any newer file: those since the oldest mark are read.
  const [oldest] = marked.toSorted();
  if (oldest === undefined) return [];
  const names = new Set(marked);
  const later: Later = { resolutions: new Map(), undone: new Map() };
  const open: KeptOperation[] = [];
  for (const file of await runFiles(folder, files)) {
    if (file.name < oldest) break;
    const run = await readRun(folder, files, file, later);
    if (run === null || !names.has(file.name)) continue;
    open.unshift(...run.operations.filter((operation) => operation.state === 'open'));
    await closeIfSettled(folder, files, run);
  }
  return open;
}

/** Removes the marker of a run that is over and whose operations all have a known fate. */
export async function closeIfSettled(folder: string, files: FileOperations, run: KeptRun): Promise<void> {
  if (run.operations.some(({ state }) => state === 'open')) return;
  const over = run.exit !== null || (run.about !== null && !isAtWork(run.about));
  if (over) await files.remove(join(openFolder(folder), run.file.name));
}

/** Names of the files that may hold a write of unknown fate. @throws DashctlError `file` */
export async function markedNames(folder: string, files: FileOperations): Promise<readonly string[]> {
  const path = openFolder(folder);
  try {
    return await files.names(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw fileError('read', path, error);
  }
}

/** Null when the file went away meanwhile. */
async function readRun(
  folder: string,
  files: FileOperations,
  file: RunFile,
  later: Later,
): Promise<KeptRun | null> {
  const path = join(folder, file.name);
  let bytes: Uint8Array;
  try {
    bytes = await files.read(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw fileError('read', path, error);
  }
  const { records, torn, damage } = readChain(bytes);
  const intents: IntentRecord[] = [];
  const results = new Map<number, ResultRecord>();
  let about: RunRecord | null = null;
  let exit: number | null = null;
  for (const record of records) {
    if (record.type === 'run') about ??= record;
    else if (record.type === 'intent') intents.push(record);
    else if (record.type === 'result') results.set(record.op, record);
    else if (record.type === 'end') exit = record.exit;
    else {
      const id = `${record.run}.${record.op}`;
      // Files are read newest first, so what is there already is the later word, unless it says nothing.
      const known = later.resolutions.get(id);
      if (known === undefined || known.found === 'unknown') later.resolutions.set(id, record);
    }
  }
  const operations = intents.map((intent): KeptOperation => {
    const id = `${file.run}.${intent.op}`;
    const result = results.get(intent.op) ?? null;
    const resolution = later.resolutions.get(id) ?? null;
    const state = stateOf(result, resolution);
    if (state === 'applied' || state === 'partial') {
      for (const undone of intent.undoes) {
        later.undone.set(undone, [...(later.undone.get(undone) ?? []), id]);
      }
    }
    return {
      id,
      run: file.run,
      intent,
      result,
      resolution,
      state,
      undoneBy: later.undone.get(id) ?? [],
    };
  });
  return { file, about, operations, records: records.length, torn, damage, exit };
}

function stateOf(result: ResultRecord | null, resolution: ResolutionRecord | null): OperationState {
  if (result !== null && result.outcome !== 'unknown') return result.outcome;
  return resolution === null || resolution.found === 'unknown' ? 'open' : resolution.found;
}

/** What an operation did to one thing. */
export interface DoneChange {
  readonly ref: ImageRef;
  /** Null where it was not known. */
  readonly before: KeptImage | null;
  /** What it left; where that was not read, what it was expected to leave. Null where neither is known. */
  readonly after: KeptImage | null;
}

/** The things that an operation changed, then those that it made. */
export function doneChanges(operation: KeptOperation): readonly DoneChange[] {
  const afterwards = operation.resolution?.changes ?? operation.result?.changes ?? [];
  const changed = operation.intent.changes.flatMap((change): DoneChange[] => {
    const { ref, before, expected } = change;
    if (ref === null) return [];
    const found = afterwards.find((one) => one.ref !== null && isSameRef(one.ref, ref))?.after ?? null;
    return [{ ref, before, after: wholeImage(found, expected) }];
  });
  const made = afterwards.flatMap((one): DoneChange[] => {
    const { ref } = one;
    if (ref === null || changed.some((change) => isSameRef(change.ref, ref))) return [];
    const expected = operation.intent.changes.find((change) => change.ref === null)?.expected ?? null;
    return [{ ref, before: absent(), after: wholeImage(one.after, expected) }];
  });
  return [...changed, ...made];
}

/** Whether two references mean the same thing. */
export function isSameRef(a: ImageRef, b: ImageRef): boolean {
  return a.kind === b.kind && a.id === b.id;
}

/** The image of a thing that is not there. */
function absent(): KeptImage {
  return { state: null, fingerprint: fingerprint(null), secrets: {} };
}

function wholeImage(found: KeptAfter['after'], expected: KeptChange['expected']): KeptImage | null {
  if (found === null) return expected === null ? null : { ...expected, secrets: {} };
  const state = found.state ?? expected?.state;
  return state === undefined ? null : { state, fingerprint: found.fingerprint, secrets: found.secrets };
}
