import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import { fileError, privateFolder, readPrivateFile, writePrivateFile } from '../../src/files/index.ts';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'dashctl-files-'));
});
afterEach(() => rm(place, { recursive: true, force: true }));

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('privateFolder', () => {
  it('creates nested folders that are closed to others, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      const path = join(place, 'a', 'b');
      expect(await privateFolder(path)).toEqual({ path, repairedFrom: null });
      expect(await modeOf(path)).toBe(0o700);
    } finally {
      process.umask(before);
    }
  });

  it('narrows a looser folder and says so, once', async () => {
    const path = join(place, 'open');
    await mkdir(path);
    await chmod(path, 0o755);
    expect(await privateFolder(path)).toEqual({ path, repairedFrom: 0o755 });
    expect(await modeOf(path)).toBe(0o700);
    expect(await privateFolder(path)).toEqual({ path, repairedFrom: null });
  });

  it('names the path and the reason when a file stands in the way', async () => {
    await writeFile(join(place, 'file'), '');
    const failure = await privateFolder(join(place, 'file', 'below')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DashctlError);
    expect(failure).toMatchObject({
      code: 'file',
      message: expect.stringContaining(join(place, 'file', 'below')) as string,
    });
  });
});

describe('writePrivateFile', () => {
  it('writes 0600 whatever the umask, and leaves nothing else behind', async () => {
    const before = process.umask(0);
    try {
      await writePrivateFile(join(place, 'secret'), 'tëxt');
    } finally {
      process.umask(before);
    }
    expect(await readFile(join(place, 'secret'), 'utf8')).toBe('tëxt');
    expect(await modeOf(join(place, 'secret'))).toBe(0o600);
    expect(await readdir(place)).toEqual(['secret']);
  });

  it('never shows a reader a part of the text', async () => {
    const path = join(place, 'state');
    const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(300_000));
    await writePrivateFile(path, texts[0] ?? '');
    const seen = new Set<string>();
    const done = new AbortController();
    const reader = (async () => {
      while (!done.signal.aborted) seen.add(await readFile(path, 'utf8'));
    })();
    for (let round = 0; round < 10; round += 1) {
      for (const text of texts) await writePrivateFile(path, text);
    }
    done.abort();
    await reader;
    expect([...seen].every((text) => texts.includes(text))).toBe(true);
  });

  it('replaces a link instead of following it', async () => {
    const target = join(place, 'elsewhere');
    await writeFile(target, 'theirs');
    await symlink(target, join(place, 'link'));
    await writePrivateFile(join(place, 'link'), 'ours');
    expect(await readFile(target, 'utf8')).toBe('theirs');
    expect(await readFile(join(place, 'link'), 'utf8')).toBe('ours');
  });

  it('names the file when it cannot write, and cleans up', async () => {
    await mkdir(join(place, 'taken'));
    const failure = await writePrivateFile(join(place, 'taken'), 'x').catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'file',
      message: `Could not write ${join(place, 'taken')}: it is a folder.`,
    });
    expect(await readdir(place)).toEqual(['taken']);
  });
});

describe('readPrivateFile', () => {
  it('is null for a missing file and repairs a looser mode', async () => {
    const path = join(place, 'kept');
    expect(await readPrivateFile(path)).toBeNull();
    await writeFile(path, 'text');
    await chmod(path, 0o644);
    expect(await readPrivateFile(path)).toEqual({ text: 'text', path, repairedFrom: 0o644 });
    expect(await modeOf(path)).toBe(0o600);
    expect(await readPrivateFile(path)).toEqual({ text: 'text', path, repairedFrom: null });
  });

  it('names the file that it cannot read', async () => {
    await expect(readPrivateFile(place)).rejects.toMatchObject({
      code: 'file',
      message: `Could not read ${place}: it is a folder.`,
    });
  });
});

describe('fileError', () => {
  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EROFS', 'the file system is read-only'],
    ['EACCES', 'permission denied'],
    ['EDQUOT', 'the disk quota is used up'],
    ['EXYZ', 'EXYZ'],
  ])('says what %s means', (code, words) => {
    const failure = fileError('write', '/some/file', Object.assign(new Error('system'), { code }));
    expect(failure.message).toBe(`Could not write /some/file: ${words}.`);
    expect(failure.hint).toBeTypeOf('string');
  });
});
