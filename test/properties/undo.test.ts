/** Any sequence of writes, taken back newest first, ends where it began, on the server itself. */
import { describe, expect, it } from 'vitest';
import { datadogWorld } from './worlds/datadog.ts';
import { grafanaWorlds } from './worlds/grafana.ts';
import { gtmhubWorld } from './worlds/gtmhub.ts';
import { undoGivesTheFirstState } from './undo-law.ts';
import { posthogWorld } from './worlds/posthog.ts';
import { synthoWorld } from './worlds/syntho.ts';

const [grafana10, grafana7, grafana5] = grafanaWorlds;

describe('any writes come back', () => {
  it.each([
    { world: datadogWorld, runs: 200 },
    { world: grafana10, runs: 120 },
    { world: grafana7, runs: 40 },
    { world: grafana5, runs: 40 },
    { world: posthogWorld, runs: 200 },
    { world: gtmhubWorld, runs: 200 },
    { world: synthoWorld, runs: 200 },
  ])('of $world.name', { timeout: 600_000 }, async ({ world, runs }) => {
    if (world === undefined) throw new Error('No such room.');
    expect(await undoGivesTheFirstState(world, runs)).toBeGreaterThan(runs / 2);
  });
});
