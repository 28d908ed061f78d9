/**
 * The journal of one run: a file of its own, made with the first intent. What is appended together is synced together, and
 * every method returns only when its record is on the disk.
 */
import { join } from 'node:path';
import { asDashctlError } from '../errors.ts';
import { fileError } from '../files/failure.ts';
import { Chain } from './chain.ts';
import { openFolder, prepareFolder, runFileName } from './folder.ts';
import { createUlid } from './ulid.ts';
import type { DashctlError } from '../errors.ts';
import type { FileOperations, GrowingFile } from '../files/operations.ts';
import type { IntentRecord, JournalRecord, ResolutionRecord, ResultRecord, RunRecord } from './records.ts';

/** What a record holds beside its place in the file. */
type Content<R extends JournalRecord> = Omit<R, 'type' | 'op' | 'at'>;

export type IntentContent = Content<IntentRecord>;
export type ResultContent = Content<ResultRecord>;
export type ResolutionContent = Omit<ResolutionRecord, 'type' | 'at'>;
/** Who runs what, before its secrets are masked. */
export type RunContent = Omit<RunRecord, 'type' | 'format' | 'run' | 'at'>;

export interface JournalOptions {
  readonly folder: string;
  readonly files: FileOperations;
  /** Milliseconds since the epoch. */
  now(): number;
  readonly run: RunContent;
}

/** One operation of a run: a plan that is carried out. */
export interface Operation {
  readonly run: string;
  readonly op: number;
}

export interface Journal {
  readonly run: string;
  /** Whether something was written that can be taken back, at least in part. */
  readonly undoable: boolean;
  /** Whether a record could not be stored: then no further write may start. */
  readonly broken: DashctlError | null;
  /**
   * A number for an operation, before anything is written; secrets are sealed for it.
   */
  next(): Operation;
  /**
   * Stores what is about to be sent. @param mask takes secrets out of the command line of the run.
   * @throws DashctlError `file`; then nothing may be sent.
   */
  intent(operation: Operation, content: IntentContent, mask: (text: string) => string): Promise<void>;
  /** @throws DashctlError `file`; then no further write of the run may start. */
  result(operation: Operation, content: ResultContent): Promise<void>;
  /** Stores what became of a write of an older run. @throws DashctlError `file` */
  resolution(content: ResolutionContent, mask: (text: string) => string): Promise<void>;
  /** Whether there is a file, so that something was stored. */
  readonly stored: boolean;
  /** Closes the file; nothing when none was made. Never throws. @param exit the exit code of the run. */
  end(exit: number): Promise<void>;
}

/** A journal that makes its file when it is first written to. */
export function createJournal(options: JournalOptions): Journal {
  const { folder, files, run: runContent } = options;
  const startedAt = options.now();
  const run = createUlid(startedAt);
  const name = runFileName(run, startedAt);
  const marker = join(openFolder(folder), name);
  const chain = new Chain();
  const counts: Record<string, number> = {};
  const open = new Set<number>();
  const irrevocable = new Set<number>();
  let undoable = false;
  let ops = 0;
  let file: Promise<GrowingFile> | null = null;
  let broken: DashctlError | null = null;
  /** Asked by a function, since it changes while a caller waits. */
  const refuseBroken = (): void => {
    if (broken !== null) throw broken;
  };

  const at = (): string => new Date(options.now()).toISOString();

  async function create(mask: (text: string) => string): Promise<GrowingFile> {
    const path = join(folder, name);
    await prepareFolder(folder, files);
    let created: GrowingFile | null = null;
    try {
      created = await files.create(path);
      await created.append(
        chain.next({
          type: 'run',
          format: 1,
          run,
          at: new Date(startedAt).toISOString(),
          ...runContent,
          argv: runContent.argv.map(mask),
        }),
      );
      await created.sync();
      await (await files.create(marker)).close();
      await files.syncFolder(openFolder(folder));
      await files.syncFolder(folder);
      return created;
    } catch (error) {
      await created?.close().catch(() => undefined);
      throw fileError('write', path, error);
    }
  }

  /** Lines that wait for the disk, and the promise of the sync that takes them along. */
  let waiting: JournalRecord[] = [];
  let syncing: Promise<void> = Promise.resolve();

  async function flush(to: GrowingFile): Promise<void> {
    const records = waiting;
    waiting = [];
    if (records.length === 0) return;
    try {
      await to.append(records.map((record) => chain.next(record)).join(''));
      await to.syncContent();
    } catch (error) {
      broken = fileError('write', join(folder, name), error);
      throw broken;
    }
  }

  /** Appends and syncs; records that come while a sync is under way share the next one. */
  async function store(record: JournalRecord, mask: (text: string) => string): Promise<void> {
    refuseBroken();
    const to = await (file ??= create(mask)).catch((error: unknown) => {
      broken = asDashctlError(error);
      throw broken;
    });
    waiting.push(record);
    const mine = syncing.catch(() => undefined).then(() => flush(to));
    syncing = mine;
    // A sync that took this record along under another's name counts for it too.
    await mine;
    refuseBroken();
  }

  const asIs = (text: string): string => text;

  return {
    run,
    get stored() {
      return file !== null && broken === null;
    },
    get undoable() {
      return undoable;
    },
    get broken() {
      return broken;
    },
    next: () => ({ run, op: (ops += 1) }),
    async intent({ op }, content, mask) {
      open.add(op);
      if (content.undo.kind === 'impossible') irrevocable.add(op);
      try {
        await store({ type: 'intent', op, at: at(), ...content }, mask);
      } catch (error) {
        open.delete(op);
        throw error;
      }
    },
    async result({ op }, content) {
      await store({ type: 'result', op, at: at(), ...content }, asIs);
      counts[content.outcome] = (counts[content.outcome] ?? 0) + 1;
      if (content.outcome !== 'unknown') open.delete(op);
      const done = content.outcome === 'applied' || content.outcome === 'partial';
      undoable ||= done && !irrevocable.has(op);
    },
    async resolution(content, mask) {
      await store({ type: 'resolution', at: at(), ...content }, mask);
    },
    async end(exit) {
      if (file === null) return;
      const to = await file.catch(() => null);
      if (to === null) return;
      try {
        await syncing.catch(() => undefined);
        if (broken === null) {
          await to.append(chain.next({ type: 'end', at: at(), exit, counts }));
          await to.sync();
          if (open.size === 0) await files.remove(marker);
        }
      } catch {
        // Everything that matters was stored before; a file without an end is read like one with it.
      } finally {
        await to.close().catch(() => undefined);
      }
    },
  };
}
