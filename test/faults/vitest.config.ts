import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/faults/*.matrix.ts'],
    pool: 'forks',
    maxWorkers: 2,
    maxConcurrency: 4,
    silent: true,
    // No cell waits for a clock; this only ends one that hangs. An endless list of 10,000 pages is the longest.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: ['./test/faults/reporter.ts'],
  },
});
