/**
 * How often a law is tried. A run of CI tries each as often as its test says; `DASHCTL_LAW_FACTOR=20` tries all of them
 * twenty times as often. A failure prints its seed; `DASHCTL_LAW_SEED=SEED` repeats it.
 */
import type { Parameters } from 'fast-check';

/** Parameters of fast-check for a law that CI tries `runs` times. */
export function tried<T>(runs: number): Parameters<T> {
  const factor = Number(process.env['DASHCTL_LAW_FACTOR'] ?? '1');
  const seed = process.env['DASHCTL_LAW_SEED'];
  return {
    numRuns: Math.max(1, Math.round(runs * factor)),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  };
}
