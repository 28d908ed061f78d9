/** The package as users get it: packed, installed globally into an empty prefix, run from there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/binary.ts';

const root = resolve(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

let files: readonly string[] = [];
let prefix = '';
let bin = '';
let home = '';

beforeAll(async () => {
  const folder = temporaryFolder();
  home = temporaryFolder();
  // The build is there already; a second one would take the files from under other tests.
  const packed = await execa('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
  });
  const [info] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }];
  files = info.files.map((file) => file.path);
  prefix = join(folder, 'prefix');
  // Without the optional keyring nothing has to be fetched, and dashctl must do without it.
  await execa(
    'npm',
    [
      'install',
      '--global',
      '--prefix',
      prefix,
      '--omit=optional',
      '--offline',
      '--no-audit',
      '--no-fund',
      join(folder, info.filename),
    ],
    { cwd: folder },
  );
  bin = join(prefix, 'bin/dashctl');
});

const installed = (words: readonly string[]) =>
  execa(bin, words, {
    cwd: home,
    env: { HOME: home, PATH: process.env['PATH'] ?? '' },
    extendEnv: false,
    reject: false,
  });

describe('the package', () => {
  it('holds only what runs and what is read', () => {
    const folders = [...new Set(files.map((file) => file.split('/')[0]))].sort();
    expect(folders).toEqual([
      'LICENSE',
      'README.md',
      'bin',
      'completions',
      'dist',
      'docs',
      'package.json',
      'schemas',
    ]);
    expect(files.filter((file) => file.startsWith('docs/') && !file.startsWith('docs/man/'))).toEqual([]);
    expect(files.filter((file) => /\.(ts|map|test\.\w+)$/.test(file))).toEqual([]);
  });

  it('runs from an empty prefix', async () => {
    expect(await installed(['--version'])).toMatchObject({ exitCode: 0, stdout: version });
    const list = await installed([
      'dashboards',
      'list',
      '-p',
      'sandbox-datadog',
      '--json',
      '--fields',
      'title',
    ]);
    expect({ code: list.exitCode, stderr: list.stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(list.stdout)).toContainEqual({ title: 'Checkout latency' });
  });

  it('brings the manual', () => {
    expect(files).toContain('docs/man/dashctl.1');
    const pages = readdirSync(join(root, 'docs/man')).sort();
    expect(readdirSync(join(prefix, 'share/man/man1')).sort()).toEqual(pages);
  });
});
