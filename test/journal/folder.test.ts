import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskOperations } from '../../src/files/operations.ts';
import {
  openFolder,
  prepareFolder,
  readRunFileName,
  runFileName,
  runFiles,
} from '../../src/journal/folder.ts';
import { journalFolder } from './support.ts';
import type { FileOperations } from '../../src/files/operations.ts';

const run = '01M80PFCE110KY2D3KR8NCJ5F4';
const startedAt = Date.UTC(2026, 10, 21, 22, 15, 0, 123);
const name = `20261121T221500.123Z-${run}.ndjson`;

/** The disk of this machine, with some of its calls done otherwise. */
function filesWith(other: Partial<FileOperations>): FileOperations {
  return { ...diskOperations, ...other };
}

describe('the name of a file', () => {
  it('tells the run and when it began', () => {
    expect(runFileName(run, startedAt)).toBe(name);
    expect(readRunFileName(name)).toEqual({ name, run, startedAt });
  });

  it.each([
    'key',
    'open',
    `x${name}`,
    `${name}~`,
    name.replace('20261121', '2026112'),
    name.replace('20261121', '20261321'),
    name.replace('T22', 'T2x'),
    name.replace('.123', '.12'),
    name.replace('.123', '.1234'),
    name.replace('.123', ',123'),
    name.replace('00.123', '99.123'),
    name.replace('.ndjson', '.json'),
    name.replace('.ndjson', 'xndjson'),
    name.replace('01M80', '81M80'),
    name.replace('01M80', '01I80'),
    name.replace('01M80', '01m80'),
    name.replace('01M80', '0M80'),
    name.replace('01M80', '011M80'),
  ])('%s is none', (other) => {
    expect(readRunFileName(other)).toBeNull();
  });
});

describe('the runs of a folder', () => {
  it('are none when there is no folder', async () => {
    expect(await runFiles(journalFolder(), diskOperations)).toEqual([]);
  });

  it('come newest first, whatever else there is', async () => {
    const folder = journalFolder();
    await prepareFolder(folder, diskOperations);
    const found = [1, 3, 2, 10].map((second) => runFileName(run, startedAt + second * 1000));
    const names = () => Promise.resolve(['key', ...found, '.hidden', 'notes.txt']);
    const files = await runFiles(folder, filesWith({ names }));
    expect(files.map((file) => (file.startedAt - startedAt) / 1000)).toEqual([10, 3, 2, 1]);
  });

  it('cannot be told where the folder cannot be read', async () => {
    const names = (): Promise<never> => Promise.reject(Object.assign(new Error('x'), { code: 'EACCES' }));
    const folder = journalFolder();
    mkdirSync(folder, { recursive: true });
    await expect(runFiles(folder, filesWith({ names }))).rejects.toMatchObject({
      code: 'file',
      message: `Could not read ${folder}: permission denied.`,
    });
  });
});

describe('the folder', () => {
  it('is made with its folder of markers, closed to others, and on the disk with every new parent', async () => {
    const folder = journalFolder();
    const synced: string[] = [];
    const files = filesWith({
      syncFolder: async (path) => {
        synced.push(path);
        await diskOperations.syncFolder(path);
      },
    });
    await prepareFolder(folder, files);
    const state = dirname(folder);
    expect(synced).toEqual([dirname(state), state, folder]);
    for (const path of [folder, openFolder(folder)]) expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toEqual(['open']);
    // What stands is left as it is.
    synced.length = 0;
    await prepareFolder(folder, files);
    expect(synced).toEqual([]);
  });

  it.each([0o750, 0o701, 0o777])('is narrowed when its mode is %o', async (mode) => {
    const folder = journalFolder();
    await prepareFolder(folder, diskOperations);
    chmodSync(folder, mode);
    await prepareFolder(folder, diskOperations);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('keeps a mode that is no looser', async () => {
    const folder = journalFolder();
    await prepareFolder(folder, diskOperations);
    const narrow = (): Promise<never> => Promise.reject(new Error('Nothing to narrow.'));
    await prepareFolder(folder, filesWith({ narrow }));
  });

  it.each(['a link', 'a file', "somebody else's"])('is refused when it is %s', async (what) => {
    const folder = journalFolder();
    mkdirSync(dirname(folder), { recursive: true });
    if (what === 'a link') symlinkSync(dirname(folder), folder);
    else if (what === 'a file') writeFileSync(folder, '');
    else mkdirSync(folder, { mode: 0o700 });
    const files = filesWith({
      facts: async (path) => {
        const facts = await diskOperations.facts(path);
        return facts === null ? null : { ...facts, own: what !== "somebody else's" };
      },
    });
    await expect(prepareFolder(folder, files)).rejects.toMatchObject({
      code: 'file',
      message: `The journal is not kept in ${folder}: it is a link, or not yours.`,
      hint: 'Move it away, or name another folder with DASHCTL_STATE_DIR.',
    });
  });

  it('says what failed', async () => {
    const folder = journalFolder();
    const makeFolder = (): Promise<never> => Promise.reject(Object.assign(new Error('x'), { code: 'EROFS' }));
    await expect(prepareFolder(folder, filesWith({ makeFolder }))).rejects.toMatchObject({
      code: 'file',
      message: `Could not create the folder ${folder}: the file system is read-only.`,
    });
  });

  it('is not ours when it is gone as soon as it was made', async () => {
    const facts = (): Promise<null> => Promise.resolve(null);
    await expect(prepareFolder(journalFolder(), filesWith({ facts }))).rejects.toThrow(
      /it is a link, or not yours/,
    );
  });
});
