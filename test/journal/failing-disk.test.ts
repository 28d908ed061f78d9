/**
 * A disk that is full or broken at any call of the journal: no write without its record, and the journal stays sound.
 *
 * `DASHCTL_KILL=all` tries every writing with both failures; without it one writing, with one and the other by turns.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { roomFile } from '../../src/sandbox/index.ts';
import { createCli } from '../support/cli.ts';
import { failingFiles } from '../support/failing-files.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { Cli } from '../support/cli.ts';
import type { TestSandbox } from '../support/sandbox.ts';

const whole = process.env['DASHCTL_KILL'] === 'all';

interface Writing {
  readonly room: string;
  readonly line: string;
  /** What it changes, as a list of the sandbox shows it. */
  readonly shown: string;
}

const update: Writing = {
  room: 'datadog',
  line: 'dashboards update h7p-2vd-8wz --description Other',
  shown: 'dashboards get h7p-2vd-8wz --fields description',
};
const writings: readonly Writing[] = whole
  ? [
      update,
      {
        room: 'datadog',
        line: 'dashboards create --title Made --layout ordered',
        shown: 'dashboards list --fields title',
      },
      // Several requests, one after another.
      {
        room: 'grafana',
        line: 'acl set checkout-latency team:sre=admin --yes',
        shown: 'acl list checkout-latency --fields principal,level',
      },
      // A secret that is sealed: the key is made on the same disk.
      {
        room: 'grafana',
        line: 'share revoke status-page --yes',
        shown: 'share list --all --fields dashboard',
      },
    ]
  : [update];

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await testSandbox({ only: ['datadog', 'grafana'] });
});
afterAll(async () => {
  await sandbox.close();
  process.stdout.write(`failing calls of the journal ${tried}, passed ${passed}\n`);
});

let tried = 0;
let passed = 0;

async function rows(cli: Cli, line: string): Promise<readonly Record<string, unknown>[]> {
  const { code, stdout, stderr } = await cli(`${line} --json`);
  expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
  return [JSON.parse(stdout) as Record<string, unknown>[]].flat();
}

it.each(writings)(
  'is refused, or told, at every call: $line',
  async ({ room, line, shown }) => {
    const path = roomFile(sandbox.folder, room);
    const seed = readFileSync(path, 'utf8');
    const seen = { refused: 0, told: 0, unharmed: 0 };
    let calls = Infinity;
    for (let failAt = 1; failAt <= Math.min(calls, 100); failAt += 1) {
      const codes = whole ? (['ENOSPC', 'EIO'] as const) : ([failAt % 2 === 0 ? 'ENOSPC' : 'EIO'] as const);
      for (const failure of codes) {
        tried += 1;
        writeFileSync(path, seed);
        // A home of its own each time: no record of an earlier one to read.
        const cli = createCli({ env: { ...sandbox.room(room).env, DASHCTL_PROVIDER: room } });
        const before = await rows(cli, shown);
        const files = failingFiles(failAt, failure);
        const { code, stderr } = await cli(line, { files });
        if (files.calls() < failAt) calls = files.calls();
        const changed = JSON.stringify(await rows(cli, shown)) !== JSON.stringify(before);
        const open = (await rows(cli, 'history list')).filter(({ state }) => state === 'open');
        expect({ failAt, failure, changed }).toEqual({ failAt, failure, changed: code === 0 });
        if (code === 0) {
          const told = stderr.includes('could not take the result');
          seen[told ? 'told' : 'unharmed'] += 1;
          if (told) expect(stderr).toContain('"outcome":"applied"');
          // A result that was written and not synced may be there all the same.
          expect(open.length).toBeLessThanOrEqual(told ? 1 : 0);
        } else {
          seen.refused += 1;
          expect({ failAt, code }).toEqual({ failAt, code: 1 });
          expect(stderr).toContain('there can be no record of it');
          expect(stderr).toContain('--no-journal');
        }
        // Whatever was stored agrees with the server.
        const state = code === 0 ? 'applied' : 'not-applied';
        if (open.length > 0) expect(await rows(cli, 'history resolve')).toMatchObject([{ state }]);
        const runs = await rows(cli, 'history verify');
        expect(runs.map(({ status }) => status)).not.toContain('damaged');
        passed += 1;
      }
    }
    expect(seen.refused).toBeGreaterThan(5);
    // Appending the result, and syncing it.
    expect(seen.told).toBe(whole ? 4 : 2);
    expect(seen.unharmed).toBeGreaterThan(0);
  },
  300_000,
);
