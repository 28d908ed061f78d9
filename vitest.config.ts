import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // One more than the default on two cores: many tests wait for the processes and servers that they start.
    maxWorkers: 2,
    // What a passing test prints is noise; `.ci/run` names what failed at its end.
    silent: 'passed-only',
    // On a busy machine a process may be late. A second try keeps that from hiding the rest; CI names such tests.
    retry: process.env['CI'] === undefined ? 0 : 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: process.env['CI'] === undefined ? ['default'] : ['dot'],
  },
});
