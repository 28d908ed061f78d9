import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskOperations } from '../../src/files/operations.ts';
import { openFolder, runFileName } from '../../src/journal/folder.ts';
import { defaultRetention, mayPrune, prunableRuns, removeRuns } from '../../src/journal/retention.ts';
import { allRuns, asIs, journalAt, journalFolder, keepRun } from './support.ts';
import type { Retention } from '../../src/journal/retention.ts';
import type { OperationOutcome } from '../../src/journal/records.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 10, 21, 22, 15);
const everything: Retention = { age: Infinity, size: Infinity, least: 0 };

/** One run for each age in days, oldest last; Null leaves its write open. */
async function runsOfAges(
  folder: string,
  ages: readonly (readonly [days: number, outcome: OperationOutcome | null])[],
): Promise<void> {
  for (const [days, outcome] of ages) await keepRun(folder, now - days * day, [outcome]);
}

async function goingOf(folder: string, retention: Partial<Retention>): Promise<readonly number[]> {
  const going = await prunableRuns(folder, diskOperations, { ...everything, ...retention }, now);
  return going.map(({ file }) => (now - file.startedAt) / day);
}

async function sizeOfRuns(folder: string): Promise<number> {
  return (await allRuns(folder)).reduce((sum, { file }) => sum + statSync(join(folder, file.name)).size, 0);
}

describe('what may go', () => {
  const ages = [1, 2, 3, 4].map((days) => [days, 'applied'] as const);

  it('is nothing without limits, or without a journal', async () => {
    const folder = journalFolder();
    expect(await goingOf(folder, { age: 0 })).toEqual([]);
    await runsOfAges(folder, ages);
    expect(await goingOf(folder, {})).toEqual([]);
  });

  it('is what is older than the age, oldest first', async () => {
    const folder = journalFolder();
    await runsOfAges(folder, ages);
    expect(await goingOf(folder, { age: 2.5 * day })).toEqual([4, 3]);
    // Exactly as old as the limit stays.
    expect(await goingOf(folder, { age: 3 * day })).toEqual([4]);
    expect(await goingOf(folder, { age: 0 })).toEqual([4, 3, 2, 1]);
  });

  it('is what does not fit together, oldest first', async () => {
    const folder = journalFolder();
    await runsOfAges(folder, ages);
    const each = (await sizeOfRuns(folder)) / 4;
    expect(await goingOf(folder, { size: each * 4 })).toEqual([]);
    expect(await goingOf(folder, { size: each * 4 - 1 })).toEqual([4]);
    expect(await goingOf(folder, { size: each * 2 })).toEqual([4, 3]);
    expect(await goingOf(folder, { size: 0 })).toEqual([4, 3, 2, 1]);
  });

  it('leaves the newest whatever their age and size', async () => {
    const folder = journalFolder();
    await runsOfAges(folder, ages);
    expect(await goingOf(folder, { age: 0, size: 0, least: 3 })).toEqual([4]);
    expect(await goingOf(folder, { age: 0, size: 0, least: 4 })).toEqual([]);
  });

  it('leaves every run with a write of unknown fate, which takes room all the same', async () => {
    const folder = journalFolder();
    await runsOfAges(folder, [
      [1, 'applied'],
      [2, null],
      [3, 'applied'],
      [4, 'unknown'],
    ]);
    expect(await goingOf(folder, { age: 0 })).toEqual([3, 1]);
    const sizes = (await allRuns(folder)).map(({ file }) => statSync(join(folder, file.name)).size);
    const [first = 0, second = 0, third = 0] = sizes;
    expect(await goingOf(folder, { size: first + second + third - 1 })).toEqual([3]);
    expect(await goingOf(folder, { age: 0, least: 2 })).toEqual([3]);
  });

  it('looks at every write of a run, and at runs without one', async () => {
    const folder = journalFolder();
    await keepRun(folder, now - day, ['applied', null, 'applied']);
    const journal = journalAt(folder, now - 2 * day);
    await journal.resolution({ run: 'R', op: 1, found: 'applied', changes: [] }, asIs);
    await journal.end(0);
    expect(await goingOf(folder, { age: 0 })).toEqual([2]);
  });

  it('does not mind files that go away meanwhile', async () => {
    const folder = journalFolder();
    await runsOfAges(folder, ages);
    const facts = (path: string) =>
      path.endsWith('.ndjson') ? Promise.resolve(null) : diskOperations.facts(path);
    const files = { ...diskOperations, facts };
    expect(await prunableRuns(folder, files, { ...everything, size: 0 }, now)).toEqual([]);
    expect(await mayPrune(folder, files, { ...everything, size: 0 }, now)).toBe(false);
  });

  it('is everything older than the first that goes, since a later run may tell the fate of an earlier one', async () => {
    const folder = journalFolder();
    await keepRun(folder, now - day, ['applied']);
    await keepRun(
      folder,
      now - 2 * day,
      Array.from({ length: 20 }, () => 'applied'),
    );
    await keepRun(folder, now - 3 * day, ['applied']);
    const sizes = (await allRuns(folder)).map(({ file }) => statSync(join(folder, file.name)).size);
    const [first = 0, , third = 0] = sizes;
    expect(await goingOf(folder, { size: first + third })).toEqual([3, 2]);
  });

  it('is asked by default for 90 days, 200 MiB and 20 runs', () => {
    expect(defaultRetention).toEqual({ age: 90 * day, size: 209_715_200, least: 20 });
  });
});

describe('whether it is worth a look', () => {
  const worth = (folder: string, retention: Partial<Retention>) =>
    mayPrune(folder, diskOperations, { ...everything, ...retention }, now);

  it('is not without runs, or with no more than stay anyway', async () => {
    const folder = journalFolder();
    expect(await worth(folder, { age: 0, size: 0 })).toBe(false);
    await runsOfAges(folder, [
      [1, 'applied'],
      [2, 'applied'],
    ]);
    expect(await worth(folder, { age: 0, least: 2 })).toBe(false);
    expect(await worth(folder, { age: 0, least: 1 })).toBe(true);
  });

  it('is when the oldest is too old, or all together are too large', async () => {
    const folder = journalFolder();
    await runsOfAges(folder, [
      [1, 'applied'],
      [2, 'applied'],
    ]);
    const size = await sizeOfRuns(folder);
    expect(await worth(folder, {})).toBe(false);
    expect(await worth(folder, { age: 2 * day })).toBe(false);
    expect(await worth(folder, { age: 2 * day - 1 })).toBe(true);
    expect(await worth(folder, { size })).toBe(false);
    expect(await worth(folder, { size: size - 1 })).toBe(true);
  });

  it('is not for runs that may hold a write of unknown fate', async () => {
    const folder = journalFolder();
    await runsOfAges(folder, [
      [1, 'applied'],
      [2, null],
    ]);
    expect(await worth(folder, { age: 1.5 * day })).toBe(false);
    expect(await worth(folder, { age: 0.5 * day })).toBe(true);
  });
});

describe('removing runs', () => {
  it('takes their files and markers, and syncs the folder once', async () => {
    const folder = journalFolder();
    await runsOfAges(folder, [
      [1, 'applied'],
      [2, null],
      [3, null],
    ]);
    const synced: string[] = [];
    const files = {
      ...diskOperations,
      syncFolder: async (path: string) => {
        synced.push(path);
        await diskOperations.syncFolder(path);
      },
    };
    const [newest, ...others] = await allRuns(folder);
    await removeRuns(folder, files, others);
    expect(readdirSync(openFolder(folder))).toEqual([]);
    expect((await allRuns(folder)).map(({ file }) => file.run)).toEqual([newest?.file.run]);
    expect(synced).toEqual([folder]);
    await removeRuns(folder, files, []);
    expect(synced).toEqual([folder]);
  });

  it('names the file that cannot be removed', async () => {
    const folder = journalFolder();
    const run = await keepRun(folder, now, ['applied']);
    const files = {
      ...diskOperations,
      remove: (): Promise<never> => Promise.reject(Object.assign(new Error('x'), { code: 'EPERM' })),
    };
    const path = join(folder, runFileName(run, now));
    await expect(removeRuns(folder, files, await allRuns(folder))).rejects.toMatchObject({
      code: 'file',
      message: `Could not remove ${path}: not permitted.`,
    });
    expect(existsSync(path)).toBe(true);
  });
});
