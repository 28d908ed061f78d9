import { configDefaults, defineConfig } from 'vitest/config';
import { chosenArea } from './areas.mjs';

const { tests, without = [] } = chosenArea();

export default defineConfig({
  test: {
    root: process.cwd(),
    include: tests,
    exclude: [...configDefaults.exclude, ...without],
    testTimeout: 20_000,
  },
});
