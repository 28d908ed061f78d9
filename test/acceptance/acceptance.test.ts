/** The script for real accounts, tried on the sandbox's: what it says of them is true, and it leaves nothing behind. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createHome } from '../support/binary.ts';

const script = `${import.meta.dirname}/run.sh`;

/** A dozen commands each, on a machine that may be busy. */
const patience = 120_000;
const list = (room: string): string => `dashboards list -p sandbox-${room} --fields title -o tsv`;

it.concurrent.each(['grafana', 'syntho'])(
  'passes on %s and takes away what it made',
  async (room) => {
    const home = createHome();
    const before = await home.run(list(room));
    const { code, stdout, stderr } = await home.shell(`'${script}' sandbox-${room}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^(ok {2}.+\n){2,}$/);
    expect(await home.run(list(room))).toEqual(before);
  },
  patience,
);

it(
  'takes away what it made when something fails in between',
  async () => {
    const home = createHome();
    const before = await home.run(list('datadog'));
    // The first node on the PATH is one that cannot list.
    const broken = `case "$*" in *'dashboards list'*) exit 1 ;; esac; exec '${process.execPath}' "$@"`;
    writeFileSync(join(home.folder, '.bin/node'), `#!/bin/sh\n${broken}\n`, { mode: 0o755 });
    const { code, stdout, stderr } = await home.shell(`'${script}' sandbox-datadog`);
    expect([code, stderr]).toEqual([1, 'NOT it is in the list once\n']);
    expect(stdout).toContain('ok  made');
    rmSync(join(home.folder, '.bin/node'));
    expect((await home.run(list('datadog'))).stdout).toBe(before.stdout);
  },
  patience,
);

it('says how it is used', async () => {
  const { code, stderr } = await createHome().shell(`'${script}'`);
  expect([code, stderr]).toEqual([1, expect.stringContaining('npm run test:acceptance -- PROFILE')]);
});
