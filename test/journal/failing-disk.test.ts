/** A disk that is full or broken at any call of the journal: no write without its record, and the journal stays sound. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCli } from '../support/cli.ts';
import { failingFiles } from '../support/failing-files.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { Cli } from '../support/cli.ts';
import type { TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await testSandbox({ only: ['datadog'] });
});
afterAll(() => sandbox.close());

const id = 'h7p-2vd-8wz';

async function rows(cli: Cli, line: string): Promise<readonly Record<string, unknown>[]> {
  const { code, stdout, stderr } = await cli(`${line} --json`);
  expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
  return [JSON.parse(stdout) as Record<string, unknown>[]].flat();
}

it('is refused, or told, at every call', async () => {
  const seen = { refused: 0, told: 0, unharmed: 0 };
  let calls = Infinity;
  for (let failAt = 1; failAt <= Math.min(calls, 100); failAt += 1) {
    // A home of its own each time: no record of an earlier one to read.
    const cli = createCli({ env: { ...sandbox.room('datadog').env, DASHCTL_PROVIDER: 'datadog' } });
    const files = failingFiles(failAt, failAt % 2 === 0 ? 'ENOSPC' : 'EIO');
    const wanted = `description ${failAt}`;
    const words = ['dashboards', 'update', id, '--description', wanted];
    const { code, stderr } = await cli(words, { files });
    if (files.calls() < failAt) calls = files.calls();
    const [dashboard] = await rows(cli, `dashboards get ${id}`);
    const open = (await rows(cli, 'history list')).filter(({ state }) => state === 'open');
    if (code === 0) {
      expect(dashboard?.['description']).toBe(wanted);
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
      expect(dashboard?.['description']).not.toBe(wanted);
    }
    // Whatever was stored agrees with the server.
    const state = code === 0 ? 'applied' : 'not-applied';
    if (open.length > 0) expect(await rows(cli, 'history resolve')).toMatchObject([{ state }]);
    const runs = await rows(cli, 'history verify');
    expect(runs.map(({ status }) => status)).not.toContain('damaged');
  }
  expect(seen.refused).toBeGreaterThan(5);
  // Appending the result, and syncing it.
  expect(seen.told).toBe(2);
  expect(seen.unharmed).toBeGreaterThan(0);
}, 120_000);
