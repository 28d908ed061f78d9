/** Levels are one to one where they are defined, and no more requests are under way than the limit says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gate } from '../../src/http/gate.ts';
import type { Health } from '../../src/http/gate.ts';
import { levels } from '../../src/model/level.ts';
import { datadogLevels } from '../../src/providers/datadog/map.ts';
import { levelMappings as grafanaLevels } from '../../src/providers/grafana/map.ts';
import { levelOf, posthogLevels } from '../../src/providers/posthog/map.ts';
import { tried } from '../support/laws.ts';

describe.each([
  ['Datadog', datadogLevels],
  ['Grafana', grafanaLevels],
  ['PostHog', posthogLevels],
])('levels of %s', (_name, mappings) => {
  it('have one word each, and each word one level', () => {
    const defined = mappings.flatMap(({ level }) => (level === null ? [] : [level]));
    expect(new Set(defined).size).toBe(defined.length);
    expect(new Set(mappings.map(({ native }) => native)).size).toBe(mappings.length);
    expect(defined).toEqual(levels.filter((level) => defined.includes(level)));
  });
});

it('reads no other word of PostHog as a level', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (word) => {
      const known = posthogLevels.find(({ native }) => native === word);
      expect(levelOf(word)).toBe(known?.level ?? null);
    }),
    tried(1_000),
  );
});

it('keeps within the limit, never sends more than four writes at once, and lets everybody in in the end', async () => {
  const step = fc.oneof(
    fc.record({ enter: fc.boolean() }),
    fc.record({ leave: fc.constantFrom<Health>('clean', 'clean', 'overloaded', 'none'), wait: fc.nat(1500) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.array(step, { maxLength: 60 }),
      async (cap, steps) => {
        let time = 0;
        const gate = new Gate(cap, { now: () => time });
        const inside: boolean[] = [];
        let asked = 0;
        const leave = async (health: Health): Promise<void> => {
          const write = inside.shift();
          if (write !== undefined) gate.leave(write, health);
          await Promise.resolve();
        };
        for (const one of steps) {
          const limit = gate.limit;
          const before = gate.inFlight;
          if ('enter' in one) {
            asked += 1;
            void gate.enter(one.enter).then(() => inside.push(one.enter));
            await Promise.resolve();
          } else {
            time += one.wait;
            await leave(one.leave);
          }
          expect(gate.limit).toBeLessThanOrEqual(cap);
          expect(gate.limit).toBeGreaterThanOrEqual(1);
          // After a halving those that are under way are let finish; nobody joins them.
          expect(gate.inFlight).toBeLessThanOrEqual(Math.max(limit, gate.limit, before));
          expect(inside.filter((write) => write).length).toBeLessThanOrEqual(4);
          expect(inside.length).toBe(gate.inFlight);
        }
        let left = 0;
        while (inside.length > 0 && left <= asked) {
          await leave('clean');
          left += 1;
        }
        expect(gate.inFlight).toBe(0);
      },
    ),
    tried(1_000),
  );
});
