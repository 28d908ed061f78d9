/** One run's file: what is on the disk when a call returns, and what happens when the disk does not take it. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskOperations } from '../../src/files/operations.ts';
import { readChain } from '../../src/journal/chain.ts';
import { openFolder, runFileName } from '../../src/journal/folder.ts';
import { about, asIs, image, intent, journalAt, journalFolder, keepRun, result } from './support.ts';
import type { FileOperations } from '../../src/files/operations.ts';
import type { Journal, ResolutionContent } from '../../src/journal/journal.ts';
import type { JournalRecord } from '../../src/journal/records.ts';

const now = Date.UTC(2026, 10, 21, 22, 15, 0, 123);
const at = '2026-11-21T22:15:00.123Z';

function recordsOf(folder: string, journal: Journal): readonly JournalRecord[] {
  const read = readChain(readFileSync(join(folder, runFileName(journal.run, now))));
  expect(read).toMatchObject({ torn: false, damage: null });
  return read.records;
}

function markers(folder: string): readonly string[] {
  return readdirSync(openFolder(folder));
}

/** The disk of this machine: what it was asked, in order, and a way to make a call fail. */
function watchedFiles(): FileOperations & { readonly calls: string[]; failing: string } {
  const watched = {
    ...diskOperations,
    calls: [] as string[],
    failing: '',
    async create(path: string) {
      await note('create');
      const file = await diskOperations.create(path);
      return {
        append: (text: string) => note('append').then(() => file.append(text)),
        syncContent: () => note('syncContent').then(() => file.syncContent()),
        sync: () => note('sync').then(() => file.sync()),
        close: () => note('close').then(() => file.close()),
      };
    },
    syncFolder: (path: string) => note('syncFolder').then(() => diskOperations.syncFolder(path)),
    remove: (path: string) => note('remove').then(() => diskOperations.remove(path)),
  };
  async function note(call: string): Promise<void> {
    watched.calls.push(call);
    if (watched.failing === call) throw Object.assign(new Error('x'), { code: 'ENOSPC' });
    return Promise.resolve();
  }
  return watched;
}

describe('a run', () => {
  it('leaves no trace when nothing is written', async () => {
    const folder = journalFolder();
    const journal = journalAt(folder, now);
    expect(journal.stored).toBe(false);
    await journal.end(0);
    expect(existsSync(folder)).toBe(false);
  });

  it('begins with itself, its command line masked', async () => {
    const folder = journalFolder();
    const journal = journalAt(folder, now);
    const operation = journal.next();
    expect(operation).toEqual({ run: journal.run, op: 1 });
    await journal.intent(operation, intent(), (text) => text.replace('hunter2', '***'));
    expect(journal.stored).toBe(true);
    expect(recordsOf(folder, journal)).toEqual([
      { type: 'run', format: 1, run: journal.run, at, ...about, argv: ['acl', 'set', '***'] },
      { type: 'intent', op: 1, at, ...intent() },
    ]);
    expect(statSync(join(folder, runFileName(journal.run, now))).mode & 0o777).toBe(0o600);
    expect(markers(folder)).toEqual([runFileName(journal.run, now)]);
    await journal.end(0);
  });

  it('keeps what became of each write, and its end', async () => {
    const folder = journalFolder();
    const journal = journalAt(folder, now);
    const outcomes = ['applied', 'refused', 'applied'] as const;
    for (const outcome of outcomes) {
      const operation = journal.next();
      await journal.intent(operation, intent(), asIs);
      await journal.result(operation, result(outcome));
    }
    const later: ResolutionContent = { run: 'R', op: 7, found: 'applied', changes: [] };
    await journal.resolution(later, asIs);
    expect(markers(folder)).toHaveLength(1);
    await journal.end(4);
    expect(recordsOf(folder, journal).slice(1)).toEqual([
      ...outcomes.flatMap((outcome, index) => [
        { type: 'intent', op: index + 1, at, ...intent() },
        { type: 'result', op: index + 1, at, ...result(outcome) },
      ]),
      { type: 'resolution', at, ...later },
      { type: 'end', at, exit: 4, counts: { applied: 2, refused: 1 } },
    ]);
    expect(markers(folder)).toEqual([]);
  });

  it('begins with a resolution where that is all it does, masked as well', async () => {
    const folder = journalFolder();
    const journal = journalAt(folder, now);
    const found: ResolutionContent = { run: 'R', op: 1, found: 'unknown', changes: [] };
    await journal.resolution(found, (text) => text.replace('hunter2', '***'));
    await journal.end(1);
    expect(recordsOf(folder, journal).map(({ type }) => type)).toEqual(['run', 'resolution', 'end']);
    expect(recordsOf(folder, journal)[0]).toMatchObject({ argv: ['acl', 'set', '***'] });
  });

  it.each([
    ['no result', null],
    ['an unknown fate', 'unknown'],
  ] as const)('stays marked with %s', async (_, outcome) => {
    const folder = journalFolder();
    const run = await keepRun(folder, now, ['applied', outcome]);
    expect(markers(folder)).toEqual([runFileName(run, now)]);
  });

  it.each([
    ['applied', 'exact', true],
    ['applied', 'lossy', true],
    ['applied', 'impossible', false],
    ['partial', 'exact', true],
    ['refused', 'exact', false],
    ['not-sent', 'exact', false],
    ['unknown', 'exact', false],
  ] as const)(
    'with a write that is %s and whose undo is %s is undoable: %s',
    async (outcome, kind, undoable) => {
      const journal = journalAt(journalFolder(), now);
      const operation = journal.next();
      await journal.intent(operation, intent({ undo: { kind, why: null } }), asIs);
      expect(journal.undoable).toBe(false);
      await journal.result(operation, result(outcome));
      expect(journal.undoable).toBe(undoable);
      // What comes after takes nothing back.
      const next = journal.next();
      await journal.intent(next, intent(), asIs);
      await journal.result(next, result('refused'));
      expect(journal.undoable).toBe(undoable);
      await journal.end(0);
    },
  );

  it('keeps images as they are', async () => {
    const folder = journalFolder();
    const journal = journalAt(folder, now);
    const change = { ref: null, kind: 'acl', before: image([{ a: 1 }]), expected: null } as const;
    await journal.intent(journal.next(), intent({ changes: [change] }), asIs);
    expect(recordsOf(folder, journal)[1]).toMatchObject({ changes: [change] });
    await journal.end(0);
  });
});

describe('the disk', () => {
  it('has the file, its marker and both names before the first intent, then each record before its call returns', async () => {
    const files = watchedFiles();
    const journal = journalAt(journalFolder(), now, { files });
    const operation = journal.next();
    await journal.intent(operation, intent(), asIs);
    expect(files.calls.slice(files.calls.indexOf('create'))).toEqual([
      ...['create', 'append', 'sync', 'create', 'close', 'syncFolder', 'syncFolder'],
      ...['append', 'syncContent'],
    ]);
    files.calls.length = 0;
    await journal.result(operation, result('applied'));
    expect(files.calls).toEqual(['append', 'syncContent']);
    files.calls.length = 0;
    await journal.end(0);
    expect(files.calls).toEqual(['append', 'sync', 'remove', 'close']);
  });

  it('takes records that come together at once', async () => {
    const files = watchedFiles();
    const folder = journalFolder();
    const journal = journalAt(folder, now, { files });
    await journal.intent(journal.next(), intent(), asIs);
    files.calls.length = 0;
    await Promise.all(Array.from({ length: 8 }, () => journal.intent(journal.next(), intent(), asIs)));
    expect(files.calls).toEqual(['append', 'syncContent']);
    await journal.end(0);
    expect(recordsOf(folder, journal)).toHaveLength(11);
  });

  it.each(['append', 'syncContent'])('that fails at %s stops every further write', async (call) => {
    const files = watchedFiles();
    const folder = journalFolder();
    const journal = journalAt(folder, now, { files });
    const operation = journal.next();
    await journal.intent(operation, intent(), asIs);
    files.failing = call;
    const failure = {
      code: 'file',
      message: expect.stringMatching(/^Could not write .*: the disk is full\.$/) as string,
    };
    await expect(journal.result(operation, result('applied'))).rejects.toMatchObject(failure);
    expect(journal.broken).toMatchObject(failure);
    expect(journal).toMatchObject({ stored: false, undoable: false });
    files.failing = '';
    files.calls.length = 0;
    await expect(journal.intent(journal.next(), intent(), asIs)).rejects.toBe(journal.broken);
    await expect(journal.result(operation, result('applied'))).rejects.toBe(journal.broken);
    // The file has no end, since nobody knows what stands in it, and stays marked.
    await journal.end(1);
    expect(files.calls).toEqual(['close']);
    expect(markers(folder)).toHaveLength(1);
  });

  it('that fails for records that came together fails all of them', async () => {
    const files = watchedFiles();
    const journal = journalAt(journalFolder(), now, { files });
    await journal.intent(journal.next(), intent(), asIs);
    files.failing = 'syncContent';
    const settled = await Promise.allSettled(
      Array.from({ length: 4 }, () => journal.intent(journal.next(), intent(), asIs)),
    );
    expect(settled.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'rejected'));
    await journal.end(1);
  });

  it.each(['create', 'append', 'sync', 'syncFolder'])(
    'that fails at %s while the file is made leaves no open file and stops the write',
    async (call) => {
      const files = watchedFiles();
      const folder = journalFolder();
      // The folder is there: what fails is the file.
      await keepRun(folder, now, ['applied']);
      const journal = journalAt(folder, now, { files });
      files.failing = call;
      await expect(journal.intent(journal.next(), intent(), asIs)).rejects.toMatchObject({
        code: 'file',
        message: expect.stringMatching(/^Could not write .*\.ndjson: the disk is full\.$/) as string,
      });
      expect(journal.broken).toMatchObject({ code: 'file' });
      expect(journal.stored).toBe(false);
      const opened = files.calls.filter((one) => one === 'create').length - (call === 'create' ? 1 : 0);
      expect(files.calls.filter((one) => one === 'close')).toHaveLength(opened);
      await journal.end(1);
    },
  );

  it('that takes no end is no failure', async () => {
    const files = watchedFiles();
    const folder = journalFolder();
    const journal = journalAt(folder, now, { files });
    const operation = journal.next();
    await journal.intent(operation, intent(), asIs);
    await journal.result(operation, result('applied'));
    files.failing = 'append';
    await expect(journal.end(0)).resolves.toBeUndefined();
    expect(files.calls.at(-1)).toBe('close');
  });

  it.each(['sync', 'remove', 'close'])('that fails at %s in the end spoils nothing', async (call) => {
    const files = watchedFiles();
    const folder = journalFolder();
    const journal = journalAt(folder, now, { files });
    const operation = journal.next();
    await journal.intent(operation, intent(), asIs);
    await journal.result(operation, result('applied'));
    files.failing = call;
    await journal.end(0);
    expect(files.calls.at(-1)).toBe('close');
    expect(recordsOf(folder, journal).at(-1)).toMatchObject({ type: 'end' });
  });
});
