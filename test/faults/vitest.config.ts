import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/faults/*.matrix.ts'],
    pool: 'forks',
    maxWorkers: 2,
    maxConcurrency: 8,
    silent: true,
    retry: process.env['CI'] === undefined ? 0 : 2,
    // An endless list of 10,000 pages is the longest cell.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: ['./test/faults/reporter.ts'],
  },
});
