/**
 * dashctl is killed before and after every call that changes a file while it saves settings. Whatever the moment: each file
 * is the old one or the new one, no profile lacks its secrets, and the next command goes on.
 *
 * `DASHCTL_KILL=all` tries every point; without it every 23rd.
 */
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { entry } from '../support/binary.ts';
import { createCli } from '../support/cli.ts';

const preload = resolve(import.meta.dirname, 'boundaries.cjs');
const stride = process.env['DASHCTL_KILL'] === 'all' ? 1 : 23;

const keys = { DD_API_KEY: 'a'.repeat(32), DD_APP_KEY: 'b'.repeat(40) };
const others = { DD_API_KEY: 'c'.repeat(32), DD_APP_KEY: 'd'.repeat(40) };
const add = '--provider datadog --from-env --no-check';

const scenarios = [
  { name: 'add', line: `profile add c ${add}` },
  { name: 'replace', line: `profile add b ${add} --replace` },
  { name: 'use', line: 'profile use b' },
  { name: 'remove', line: 'profile remove b --yes' },
] as const;

let points = 0;
let passed = 0;

describe.each(scenarios)('killed at profile $name', ({ name, line }) => {
  const cli = createCli();
  const folder = join(cli.home, 'config');
  const kept = join(cli.home, 'kept');
  const text = (file: string): string | null =>
    existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : null;
  const files = (): readonly (string | null)[] => ['config.json', 'credentials.json'].map(text);

  const child = (more: Record<string, string>) =>
    execa(process.execPath, ['--require', preload, entry, ...line.split(' ')], {
      env: {
        HOME: cli.home,
        DASHCTL_CONFIG_DIR: folder,
        DASHCTL_CREDENTIAL_STORE: 'file',
        NODE_DISABLE_COMPILE_CACHE: '1',
        ...others,
        ...more,
      },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
    });

  it(`${name}: old or new, and complete`, { timeout: 600_000 }, async () => {
    for (const one of ['a', 'b']) {
      expect(await cli(`profile add ${one} ${add}`, { env: keys })).toMatchObject({ code: 0 });
    }
    cpSync(folder, kept, { recursive: true });
    const before = files();
    const count = join(cli.home, 'count');
    expect(await child({ DASHCTL_KILL_COUNT: count })).toMatchObject({ exitCode: 0 });
    const after = files();
    expect(after).not.toEqual(before);
    const all = Number(readFileSync(count, 'utf8'));
    expect(all).toBeGreaterThan(5);
    const wrong: unknown[] = [];
    for (let k = 1 + (scenarios.findIndex((one) => one.name === name) % stride); k <= all; k += stride) {
      points += 1;
      rmSync(folder, { recursive: true, force: true });
      cpSync(kept, folder, { recursive: true });
      const { signal } = await child({ DASHCTL_KILL_AT: String(k) });
      const now = files();
      const whole = now.every((one, index) => one === before[index] || one === after[index]);
      const list = (await cli('profile list --json')).json() as { name: string }[];
      const profiles = list.map((one) => one.name).filter((one) => !one.startsWith('sandbox-'));
      const secrets = now[1] ?? '';
      // `remove` takes the secrets first: nothing secret may stay behind.
      const complete = name === 'remove' || profiles.every((one) => secrets.includes(`"${one}"`));
      // The lock of the one that was killed is in nobody's way.
      const next = await cli('profile use a');
      if (signal === 'SIGKILL' && whole && complete && next.code === 0) passed += 1;
      else wrong.push({ k, signal, whole, profiles, next: next.stderr });
    }
    expect(wrong).toEqual([]);
  });
});

afterAll(() => {
  process.stdout.write(`kill points of settings ${points}, passed ${passed}\n`);
});
