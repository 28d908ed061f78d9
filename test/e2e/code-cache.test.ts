import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHome } from '../support/binary.ts';
import type { Home } from '../support/binary.ts';

const command = 'profile list --json';
const kept = { NODE_DISABLE_COMPILE_CACHE: '' };

/** The folder of the kept code; null before anything was kept. */
function codeFolder(home: Home): string | null {
  const parent = join(home.folder, '.cache/dashctl/code');
  const [version] = existsSync(parent) ? readdirSync(parent) : [];
  return version === undefined ? null : join(parent, version);
}

async function filled(): Promise<{ home: Home; folder: string; files: string[] }> {
  const home = createHome();
  expect((await home.run(command, { env: kept })).code).toBe(0);
  const folder = codeFolder(home);
  if (folder === null) throw new Error('nothing was kept');
  return { home, folder, files: readdirSync(folder) };
}

describe('the code of the chunks', () => {
  it('is kept for the next run, private, and printed results stay the same', async () => {
    const { home, folder, files } = await filled();
    expect(files.some((file) => file.endsWith('.cjs.bin'))).toBe(true);
    expect(files.some((file) => file.endsWith(' profile list.ran'))).toBe(true);
    expect(lstatSync(folder).mode & 0o777).toBe(0o700);
    for (const file of files) expect(lstatSync(join(folder, file)).mode & 0o777).toBe(0o600);

    const before = files.map((file) => lstatSync(join(folder, file)).mtimeMs);
    const again = await home.run(command, { env: kept });
    const without = await home.run(command);
    expect(again).toEqual(without);
    // Nothing was written again: the second run took what the first one kept.
    expect(files.map((file) => lstatSync(join(folder, file)).mtimeMs)).toEqual(before);
  });

  it(
    'loads and writes as the code itself does, in every part of the program',
    { timeout: 120_000 },
    async () => {
      const home = createHome();
      const words = ['acl', 'grant', 'sandbox-datadog/c4t-9kx-2mq', 'team:sre=edit', '--yes', '--json'];
      const runs = async () => [
        await home.run(words, { env: kept }),
        await home.run(['dashboards', 'list', '-p', 'sandbox', '--jq', '.[].id'], { env: kept }),
      ];
      const first = await runs();
      expect(first.map(({ code }) => code)).toEqual([0, 0]);
      const second = await runs();
      expect(second.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
        { code: 0, stderr: expect.any(String) as string },
        { code: 0, stderr: '' },
      ]);
      expect(second[1]?.stdout).toBe(first[1]?.stdout);
    },
  );

  it('grows with a command that runs for the first time', async () => {
    const { home, folder, files } = await filled();
    expect((await home.run('sandbox status --json', { env: kept })).code).toBe(0);
    expect(readdirSync(folder).filter((file) => !files.includes(file))).toContainEqual(
      expect.stringMatching(/ sandbox status\.ran$/),
    );
  });

  it('is done without when it is damaged, and made anew', async () => {
    const { home, folder, files } = await filled();
    const bins = files.filter((file) => file.endsWith('.bin'));
    for (const file of bins) writeFileSync(join(folder, file), 'no code');
    const ended = await home.run(command, { env: kept });
    expect(ended).toEqual(await home.run(command));
    for (const file of bins) expect(readFileSync(join(folder, file)).length).toBeGreaterThan(100);
  });

  it('is not taken from a folder that others may write to', async () => {
    const { home, folder, files } = await filled();
    chmodSync(folder, 0o777);
    for (const file of files) writeFileSync(join(folder, file), 'planted');
    expect((await home.run(command, { env: kept })).code).toBe(0);
    for (const file of files) expect(readFileSync(join(folder, file), 'utf8')).toBe('planted');
  });

  it('is not kept in CI, nor when Node is told to keep none', async () => {
    const home = createHome();
    await home.run(command, { env: { ...kept, CI: 'true' } });
    await home.run(command);
    expect(codeFolder(home)).toBeNull();
  });

  it('is given up silently where it cannot be written', async () => {
    const home = createHome();
    mkdirSync(join(home.folder, '.cache'));
    writeFileSync(join(home.folder, '.cache/dashctl'), 'a file where a folder should be');
    const ended = await home.run(command, { env: kept });
    expect(ended).toEqual(await home.run(command));
    expect(ended.stderr).toBe('');
  });

  it('of an older dashctl is removed', async () => {
    const { home, folder } = await filled();
    const old = ['run-older000.cjs.bin', 'run-older000.cjs profile list.ran'];
    for (const file of old) writeFileSync(join(folder, file), '');
    await home.run('sandbox status', { env: kept });
    expect(readdirSync(folder).filter((file) => old.includes(file))).toEqual([]);
  });
});

describe('what is answered without loading anything', () => {
  it('is what the whole program says', async () => {
    const home = createHome();
    const help = await home.run('--help');
    expect(help.stdout).toContain('Usage: dashctl NOUN VERB');
    for (const words of ['', '-h', 'help', '--help --no-input']) {
      expect((await home.run(words)).stdout).toBe(help.stdout);
    }
    const version = await home.run('--version');
    for (const words of ['-V', '--version --no-input']) {
      expect((await home.run(words)).stdout).toBe(version.stdout);
    }
  });
});
