import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { diskOperations } from '../../src/files/operations.ts';
import { openVault } from '../../src/journal/vault.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'dashctl-vault-')), 'journal');
});
afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

const owner = '01M80PFCE110KY2D3KR8NCJ5F4.1';

it('opens what it sealed, for the same operation and name only', async () => {
  const kept = (await openVault(folder, diskOperations)).seal(owner, { token: 'abc-Ü', code: 'xyz' });
  expect(JSON.stringify(kept)).not.toMatch(/abc|xyz/);
  const again = await openVault(folder, diskOperations);
  expect(again.unseal(owner, kept)).toEqual({ secrets: { token: 'abc-Ü', code: 'xyz' }, lost: [] });
  expect(again.unseal('01M80PFCE110KY2D3KR8NCJ5F4.2', kept)).toEqual({
    secrets: {},
    lost: ['token', 'code'],
  });
  const { token, code } = kept;
  if (token === undefined || code === undefined) throw new Error('Two secrets were sealed.');
  expect(again.unseal(owner, { token: code, code: token }).lost).toEqual(['token', 'code']);
  expect(again.unseal(owner, { token: { ...token, sealed: null } }).lost).toEqual(['token']);
  expect(again.unseal(owner, { token: { ...token, sealed: 'AAAA' } }).lost).toEqual(['token']);
});

it('seals the same secret differently each time, and digests it alike', async () => {
  const vault = await openVault(folder, diskOperations);
  const first = vault.seal(owner, { token: 'abc' })['token'];
  const second = vault.seal(owner, { token: 'abc' })['token'];
  expect(first?.sealed).not.toBe(second?.sealed);
  expect(first?.digest).toBe(second?.digest);
  expect(first?.digest).toBe(vault.digest('abc'));
  expect(vault.digest('abd')).not.toBe(vault.digest('abc'));
});

it('keeps one key for everybody who opens it at once, in a private file', async () => {
  const vaults = await Promise.all(Array.from({ length: 8 }, () => openVault(folder, diskOperations)));
  expect(new Set(vaults.map((vault) => vault.digest('x'))).size).toBe(1);
  expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, 'key'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
});

it('loses the secrets, and nothing else, with its key', async () => {
  const kept = (await openVault(folder, diskOperations)).seal(owner, { token: 'abc' });
  rmSync(join(folder, 'key'));
  expect((await openVault(folder, diskOperations)).unseal(owner, kept)).toEqual({
    secrets: {},
    lost: ['token'],
  });
});

it('opens and compares what the first version kept', async () => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'key'), `${'0123456789abcdef'.repeat(4)}\n`, { mode: 0o600 });
  const vault = await openVault(folder, diskOperations);
  const token = {
    digest: 'da3389dfddd4b7fb0fcaeeddf43c85d75df3d74f45adb2aa13abd9ab4f2253e7',
    sealed: 'oN2ypCgBItuSInYibiLrLD2DGHzP/SWTtnKQAiA8zWQ5Qg==',
  };
  expect(vault.unseal(owner, { token })).toEqual({ secrets: { token: 'abc-Ü' }, lost: [] });
  expect(vault.digest('abc-Ü')).toBe(token.digest);
  // Whoever cuts or changes it gets nothing out of it.
  const bytes = Buffer.from(token.sealed, 'base64');
  for (const [index] of bytes.entries()) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    const cut = bytes.subarray(0, index);
    for (const other of [changed, cut]) {
      const sealed = other.toString('base64');
      expect(vault.unseal(owner, { token: { ...token, sealed } }).lost).toEqual(['token']);
    }
  }
});

it('keeps a secret of nothing', async () => {
  const vault = await openVault(folder, diskOperations);
  expect(vault.unseal(owner, vault.seal(owner, { note: '' }))).toEqual({ secrets: { note: '' }, lost: [] });
});

it.each([
  '',
  'x\n',
  'ab'.repeat(32),
  `x${'ab'.repeat(32)}\n`,
  `${'ab'.repeat(32)}\nx`,
  `${'AB'.repeat(32)}\n`,
])('makes a key in the place of what is none: %j', async (text) => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'key'), text, { mode: 0o600 });
  await openVault(folder, diskOperations);
  expect(readFileSync(join(folder, 'key'), 'utf8')).toMatch(/^(?!(?:ab){32})[0-9a-f]{64}\n$/);
});
