/**
 * How often a law is tried. A run of CI tries each as often as its test says; `DASHCTL_LAW_FACTOR=20` tries all of them
 * twenty times as often, and tells the seed of each. A failure prints its seed; `DASHCTL_LAW_SEED=SEED` repeats it.
 */
import type { Parameters } from 'fast-check';
import { expect } from 'vitest';

/** Parameters of fast-check for a law that CI tries `runs` times. */
export function tried<T>(runs: number): Parameters<T> {
  const factor = process.env['DASHCTL_LAW_FACTOR'];
  const numRuns = Math.max(1, Math.round(runs * Number(factor ?? '1')));
  const seed = Number(process.env['DASHCTL_LAW_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  if (factor !== undefined) {
    const { currentTestName, testPath } = expect.getState();
    const file = testPath?.replace(/^.*\/test\//, 'test/') ?? '';
    // eslint-disable-next-line no-console -- it is what the command prints
    console.log(`${file} > ${currentTestName ?? ''}: ${numRuns} runs, seed ${seed}`);
  }
  return { numRuns, seed };
}
