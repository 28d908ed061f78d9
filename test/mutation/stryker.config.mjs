import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chosenArea, reportOf } from './areas.mjs';

const { name, mutate } = chosenArea();
const report = reportOf(name);

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate,
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.mjs', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 10_000,
  timeoutFactor: 3,
  // A copy of the project, outside of it: nothing is left behind, and nothing else looks in.
  tempDirName: join(tmpdir(), `dashctl-mutation-${process.getuid?.() ?? 0}`),
  ignorePatterns: ['dist', 'docs', 'completions', 'schemas', 'coverage', 'test/mutation/node_modules'],
  reporters: ['json', 'html', process.stdout.isTTY ? 'progress' : 'dots'],
  // Mutants of patterns and tables that are made once take all tests of the area: that is known.
  warnings: { slow: false },
  jsonReporter: { fileName: `${report}.json` },
  htmlReporter: { fileName: `${report}.html` },
  disableTypeChecks: false,
};
