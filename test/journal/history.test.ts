/** What the files of several runs tell together. */
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pid } from 'node:process';
import { describe, expect, it } from 'vitest';
import { ownProcess } from '../../src/files/lock.ts';
import { diskOperations } from '../../src/files/operations.ts';
import { openFolder, runFileName } from '../../src/journal/folder.ts';
import { closeIfSettled, doneChanges, markedNames, openOperations } from '../../src/journal/history.ts';
import { about, allRuns, asIs, image, intent, journalAt, journalFolder, keepRun, result } from './support.ts';
import type { KeptOperation } from '../../src/journal/history.ts';
import type { Finding, KeptAfter, KeptChange } from '../../src/journal/records.ts';

/** Milliseconds since the epoch: each run of a test is a second later than the one before. */
const time = Date.UTC(2026, 10, 21, 22, 15, 0, 123);

/** A run that only says what became of operations of older ones. */
async function resolve(
  folder: string,
  startedAt: number,
  found: readonly (readonly [run: string, op: number, found: Finding])[],
): Promise<void> {
  const journal = journalAt(folder, startedAt);
  for (const [run, op, word] of found) {
    await journal.resolution({ run, op, found: word, changes: [] }, asIs);
  }
  await journal.end(0);
}

async function onlyOperation(folder: string, run: string): Promise<KeptOperation> {
  const [operation, ...others] =
    (await allRuns(folder)).find((one) => one.file.run === run)?.operations ?? [];
  expect(others).toEqual([]);
  if (operation === undefined) throw new Error('The run has one operation.');
  return operation;
}

const failing = (code: string) => (): Promise<never> =>
  Promise.reject(Object.assign(new Error('x'), { code }));

describe('runs', () => {
  it('are none without a journal', async () => {
    expect(await allRuns(journalFolder())).toEqual([]);
    expect(await openOperations(journalFolder(), diskOperations, null)).toEqual([]);
    expect(await markedNames(journalFolder(), diskOperations)).toEqual([]);
  });

  it('come newest first, each with what it holds', async () => {
    const folder = journalFolder();
    const first = await keepRun(folder, time, ['applied', 'refused']);
    const second = await keepRun(folder, time + 1000, [null]);
    const runs = await allRuns(folder);
    expect(runs.map(({ file }) => file.run)).toEqual([second, first]);
    expect(runs[1]).toMatchObject({
      file: { name: runFileName(first, time), startedAt: time },
      about: { type: 'run', run: first, ...about },
      records: 6,
      torn: false,
      damage: null,
      exit: 0,
      operations: [
        { id: `${first}.1`, run: first, state: 'applied', resolution: null, undoneBy: [], result: { op: 1 } },
        { id: `${first}.2`, run: first, state: 'refused', resolution: null, undoneBy: [], result: { op: 2 } },
      ],
    });
    expect(runs[0]?.operations).toMatchObject([{ intent: { op: 1 }, result: null, state: 'open' }]);
  });

  it('that did not come to their end have no exit code', async () => {
    const folder = journalFolder();
    const journal = journalAt(folder, time);
    await journal.intent(journal.next(), intent(), asIs);
    expect((await allRuns(folder))[0]).toMatchObject({ exit: null, records: 2 });
    await journal.end(4);
    expect((await allRuns(folder))[0]).toMatchObject({ exit: 4, records: 3 });
  });

  it('that were cut off before their first record, or damaged, are told as such', async () => {
    const folder = journalFolder();
    const run = await keepRun(folder, time, ['applied']);
    const path = join(folder, runFileName(run, time));
    const lines = readFileSync(path, 'utf8').split(/(?<=\n)/);
    writeFileSync(path, (lines[0] ?? '').slice(0, 20));
    expect((await allRuns(folder))[0]).toMatchObject({ about: null, records: 0, torn: true, damage: null });
    writeFileSync(path, lines.slice(1).join(''));
    expect((await allRuns(folder))[0]).toMatchObject({ about: null, torn: false, damage: { line: 1 } });
  });

  it('that go away while they are read are left out', async () => {
    const folder = journalFolder();
    const run = await keepRun(folder, time, ['applied']);
    await keepRun(folder, time + 1000, ['applied']);
    const files = {
      ...diskOperations,
      read: async (path: string) => {
        rmSync(join(folder, runFileName(run, time)), { force: true });
        return await diskOperations.read(path);
      },
    };
    expect(await allRuns(folder, files)).toHaveLength(1);
  });

  it('that cannot be read are an error', async () => {
    const folder = journalFolder();
    const run = await keepRun(folder, time, ['applied']);
    await expect(allRuns(folder, { ...diskOperations, read: failing('EIO') })).rejects.toMatchObject({
      code: 'file',
      message: `Could not read ${join(folder, runFileName(run, time))}: the disk reports an error.`,
    });
    await expect(markedNames(folder, { ...diskOperations, names: failing('EACCES') })).rejects.toMatchObject({
      code: 'file',
      message: `Could not read ${openFolder(folder)}: permission denied.`,
    });
  });
});

describe('the fate of a write', () => {
  it.each(['applied', 'partial', 'refused', 'not-sent'] as const)(
    'is what its result says, whatever is found later: %s',
    async (outcome) => {
      const folder = journalFolder();
      const run = await keepRun(folder, time, [outcome]);
      await resolve(folder, time + 1000, [[run, 1, 'changed']]);
      expect(await onlyOperation(folder, run)).toMatchObject({
        state: outcome,
        resolution: { found: 'changed' },
      });
    },
  );

  it.each([null, 'unknown'] as const)('is open after %s until somebody reads it', async (outcome) => {
    const folder = journalFolder();
    const run = await keepRun(folder, time, [outcome]);
    expect(await onlyOperation(folder, run)).toMatchObject({ state: 'open', resolution: null });
    await resolve(folder, time + 1000, [[run, 1, 'unknown']]);
    expect((await onlyOperation(folder, run)).state).toBe('open');
    await resolve(folder, time + 2000, [[run, 1, 'changed']]);
    expect((await onlyOperation(folder, run)).state).toBe('changed');
    // The last word counts, unless it says nothing.
    await resolve(folder, time + 3000, [[run, 1, 'not-applied']]);
    expect((await onlyOperation(folder, run)).state).toBe('not-applied');
    await resolve(folder, time + 4000, [
      [run, 1, 'unknown'],
      [run, 2, 'applied'],
      [`${run}X`, 1, 'applied'],
    ]);
    expect((await onlyOperation(folder, run)).state).toBe('not-applied');
  });
});

describe('an operation that was taken back', () => {
  it('names those that did it, if they came to pass', async () => {
    const folder = journalFolder();
    const run = await keepRun(folder, time, ['applied']);
    const undoes = [`${run}.1`];
    const undoneBy = async (): Promise<readonly string[]> => (await onlyOperation(folder, run)).undoneBy;
    for (const [index, outcome] of (['refused', 'not-sent', 'unknown', null] as const).entries()) {
      await keepRun(folder, time + 1000 + index, [outcome], { undoes });
    }
    expect(await undoneBy()).toEqual([]);
    const undo = await keepRun(folder, time + 2000, ['applied'], { undoes });
    expect(await undoneBy()).toEqual([`${undo}.1`]);
    const again = await keepRun(folder, time + 3000, ['partial'], { undoes: ['R.9', ...undoes] });
    expect(await undoneBy()).toEqual([`${again}.1`, `${undo}.1`]);
  });
});

describe('operations of unknown fate', () => {
  it('are those of marked runs, oldest first', async () => {
    const folder = journalFolder();
    await keepRun(folder, time, ['applied']);
    const first = await keepRun(folder, time + 1000, ['applied', null, 'unknown']);
    await keepRun(folder, time + 2000, ['applied']);
    const second = await keepRun(folder, time + 3000, [null]);
    const open = async (except: string | null) =>
      (await openOperations(folder, diskOperations, except)).map(({ id }) => id);
    expect(await open(null)).toEqual([`${first}.2`, `${first}.3`, `${second}.1`]);
    expect(await open(second)).toEqual([`${first}.2`, `${first}.3`]);
    expect(await open(first)).toEqual([`${second}.1`]);
    // In whatever order a disk names them.
    const names = async (path: string) => (await diskOperations.names(path)).toSorted().toReversed();
    expect(await openOperations(folder, { ...diskOperations, names }, null)).toHaveLength(3);
  });

  it('are left out when their run goes away meanwhile', async () => {
    const folder = journalFolder();
    const run = await keepRun(folder, time, [null]);
    const gone = runFileName(await keepRun(folder, time + 1000, [null]), time + 1000);
    const read = (path: string): Promise<Uint8Array> =>
      path.endsWith(gone) ? failing('ENOENT')() : diskOperations.read(path);
    const open = await openOperations(folder, { ...diskOperations, read }, null);
    expect(open.map(({ id }) => id)).toEqual([`${run}.1`]);
  });

  it('are told by the markers alone, so that nothing older is read', async () => {
    const folder = journalFolder();
    const old = await keepRun(folder, time, [null]);
    await keepRun(folder, time + 1000, ['applied']);
    rmSync(join(openFolder(folder), runFileName(old, time)));
    const readNothing = { ...diskOperations, read: failing('EIO') };
    expect(await openOperations(folder, readNothing, null)).toEqual([]);
    const young = await keepRun(folder, time + 2000, [null]);
    const read: string[] = [];
    const files = {
      ...diskOperations,
      read: async (path: string) => {
        read.push(path);
        return await diskOperations.read(path);
      },
    };
    expect(await openOperations(folder, files, null)).toHaveLength(1);
    expect(read).toEqual([join(folder, runFileName(young, time + 2000))]);
  });

  it('lose their marker when they are settled, and only then', async () => {
    const folder = journalFolder();
    const run = await keepRun(folder, time, ['unknown', null]);
    await resolve(folder, time + 1000, [[run, 1, 'applied']]);
    expect(await openOperations(folder, diskOperations, null)).toHaveLength(1);
    expect(await markedNames(folder, diskOperations)).toEqual([runFileName(run, time)]);
    await resolve(folder, time + 2000, [[run, 2, 'not-applied']]);
    expect(await openOperations(folder, diskOperations, null)).toEqual([]);
    expect(await markedNames(folder, diskOperations)).toEqual([]);
  });

  it('does not mind markers of other files, or of runs that are gone', async () => {
    const folder = journalFolder();
    const run = await keepRun(folder, time, [null]);
    const gone = await keepRun(folder, time + 1000, [null]);
    rmSync(join(folder, runFileName(gone, time + 1000)));
    writeFileSync(join(openFolder(folder), 'notes.txt'), '');
    expect((await openOperations(folder, diskOperations, null)).map(({ id }) => id)).toEqual([`${run}.1`]);
  });
});

describe('the marker of a run', () => {
  async function markersAfter(who: { pid: number; boot: string | null }, end: boolean): Promise<number> {
    const folder = journalFolder();
    const journal = journalAt(folder, time, { run: { ...about, ...who } });
    const operation = journal.next();
    await journal.intent(operation, intent(), asIs);
    await journal.result(operation, result('applied'));
    const name = runFileName(journal.run, time);
    // As a process that was killed leaves it: without an end, with its marker.
    const [found] = await allRuns(folder);
    if (found === undefined) throw new Error('There is one run.');
    await closeIfSettled(folder, diskOperations, end ? { ...found, exit: 0 } : found);
    const left = readdirSync(openFolder(folder));
    expect([[], [name]]).toContainEqual(left);
    return left.length;
  }

  it('stays as long as its process is at work', async () => {
    expect(await markersAfter(ownProcess(), false)).toBe(1);
    expect(await markersAfter(ownProcess(), true)).toBe(0);
  });

  it('goes with a process of this boot that is gone', async () => {
    const { boot } = ownProcess();
    // Where boots cannot be told apart, nobody knows.
    expect(await markersAfter({ pid: 2 ** 22 + 1, boot }, false)).toBe(boot === null ? 1 : 0);
    expect(await markersAfter({ pid, boot: 'another' }, false)).toBe(1);
  });

  it('stays where nobody can tell whose run it is', async () => {
    const folder = journalFolder();
    const run = await keepRun(folder, time, [null]);
    const [found] = await allRuns(folder);
    if (found === undefined) throw new Error('There is one run.');
    await closeIfSettled(folder, diskOperations, { ...found, operations: [], about: null, exit: null });
    expect(readdirSync(openFolder(folder))).toEqual([runFileName(run, time)]);
  });
});

describe('what an operation did', () => {
  const a = { kind: 'acl', id: 'a' } as const;
  const b = { kind: 'acl', id: 'b' } as const;
  const kept = { token: { digest: 'd', sealed: null } };

  async function done(
    changes: KeptChange[],
    afterwards: readonly KeptAfter[] | null,
    resolved: readonly KeptAfter[] | null = null,
  ) {
    const folder = journalFolder();
    const journal = journalAt(folder, time);
    const operation = journal.next();
    await journal.intent(operation, intent({ changes }), asIs);
    if (afterwards !== null) {
      await journal.result(operation, result('unknown', { changes: [...afterwards] }));
    }
    if (resolved !== null) {
      await journal.resolution({ ...operation, found: 'applied', changes: [...resolved] }, asIs);
    }
    await journal.end(0);
    return doneChanges(await onlyOperation(folder, journal.run));
  }

  const expected = { state: 'after', fingerprint: 'f-after' };
  const changeOf = (ref: KeptChange['ref'], more: Partial<KeptChange> = {}): KeptChange => ({
    ref,
    kind: 'acl',
    before: image('before'),
    expected,
    ...more,
  });
  const afterOf = (ref: KeptAfter['ref'], after: KeptAfter['after']): KeptAfter => ({
    ref,
    kind: 'acl',
    after,
  });

  it('is what it was expected to leave, where nobody read it', async () => {
    const after = { ...expected, secrets: {} };
    expect(await done([changeOf(a)], null)).toEqual([{ ref: a, before: image('before'), after }]);
    expect(await done([changeOf(a)], [afterOf(a, null)])).toMatchObject([{ after }]);
    expect(
      await done([changeOf(a)], [afterOf(b, { state: 1, fingerprint: 'x', secrets: {} })]),
    ).toMatchObject([{ ref: a, after }, { ref: b }]);
    expect(await done([changeOf(a, { expected: null })], null)).toMatchObject([{ after: null }]);
  });

  it('is what was read, the expected state where it was left out', async () => {
    const read = { state: ['read'], fingerprint: 'f-read', secrets: kept };
    expect(await done([changeOf(a), changeOf(b)], [afterOf(b, read)])).toMatchObject([
      { ref: a, after: expected },
      { ref: b, after: read },
    ]);
    const left = { fingerprint: 'f-after', secrets: kept };
    expect(await done([changeOf(a)], [afterOf(a, left)])).toMatchObject([
      { after: { state: 'after', fingerprint: 'f-after', secrets: kept } },
    ]);
    expect(await done([changeOf(a, { expected: null })], [afterOf(a, left)])).toMatchObject([
      { after: null },
    ]);
  });

  it('is what was found later, where that is known', async () => {
    const first = afterOf(a, { state: 'first', fingerprint: 'f-1', secrets: {} });
    const last = afterOf(a, { state: 'last', fingerprint: 'f-2', secrets: {} });
    expect(await done([changeOf(a)], [first], [last])).toMatchObject([{ after: { state: 'last' } }]);
  });

  it('includes what it made, which was not there before', async () => {
    const creation = changeOf(null, { before: null });
    const made = afterOf(b, { fingerprint: 'f-after', secrets: kept });
    expect(await done([changeOf(a), creation], [afterOf(null, null), afterOf(a, null), made])).toEqual([
      { ref: a, before: image('before'), after: { ...expected, secrets: {} } },
      { ref: b, before: image(null), after: { state: 'after', fingerprint: 'f-after', secrets: kept } },
    ]);
    // What was expected of another thing says nothing about a creation.
    expect(await done([changeOf(a)], [made])).toMatchObject([{ ref: a }, { ref: b, after: null }]);
    expect(await done([creation], null)).toEqual([]);
  });

  it('tells things apart by kind and id', async () => {
    const folder = { kind: 'folder', id: 'a' } as const;
    const read = { state: 'read', fingerprint: 'f', secrets: {} };
    expect(await done([changeOf(a)], [{ ref: folder, kind: 'folder', after: read }])).toMatchObject([
      { ref: a, after: expected },
      { ref: folder, after: read },
    ]);
  });
});
