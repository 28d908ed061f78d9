/** Levels are one to one where they are defined, and no more requests are under way than the limit says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gate } from '../../src/http/gate.ts';
import type { Health } from '../../src/http/gate.ts';
import type { Hosts } from '../../src/http/hosts.ts';
import { path } from '../../src/http/path.ts';
import { levels } from '../../src/model/level.ts';
import { datadogLevels } from '../../src/providers/datadog/map.ts';
import { levelMappings as grafanaLevels } from '../../src/providers/grafana/map.ts';
import { levelOf, posthogLevels } from '../../src/providers/posthog/map.ts';
import { clientFor, fakeClock, sendJson, serve, shortLimits } from '../http/support.ts';
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

it('keeps within the limit of the host, whoever asks, never sends more than four writes at once, and lets everybody in in the end', async () => {
  const step = fc.oneof(
    fc.record({ enter: fc.boolean(), account: fc.nat(2) }),
    fc.record({ leave: fc.constantFrom<Health>('clean', 'clean', 'overloaded', 'none'), wait: fc.nat(1500) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.array(step, { maxLength: 60 }),
      async (cap, steps) => {
        let time = 0;
        const clock = { now: () => time };
        const gate = new Gate(cap, clock);
        // Three accounts on one host.
        const gates = [gate, new Gate(cap, clock, gate), new Gate(cap, clock, gate)];
        const inside: { readonly write: boolean; readonly of: Gate }[] = [];
        let asked = 0;
        let left = 0;
        const leave = async (health: Health): Promise<void> => {
          const one = inside.shift();
          if (one === undefined) return;
          one.of.leave(one.write, health);
          left += 1;
          await Promise.resolve();
        };
        for (const one of steps) {
          const limit = gate.limit;
          const before = gate.inFlight;
          if ('enter' in one) {
            asked += 1;
            const of = gates[one.account] ?? gate;
            void of.enter(one.enter).then(() => inside.push({ write: one.enter, of }));
            await Promise.resolve();
          } else {
            time += one.wait;
            await leave(one.leave);
          }
          expect(gate.limit).toBeLessThanOrEqual(cap);
          expect(gate.limit).toBeGreaterThanOrEqual(1);
          // After a halving those that are under way are let finish; nobody joins them.
          expect(gate.inFlight).toBeLessThanOrEqual(Math.max(limit, gate.limit, before));
          expect(inside.filter(({ write }) => write).length).toBeLessThanOrEqual(4);
          expect(inside.length).toBe(gate.inFlight);
          for (const of of gates)
            if (!of.trusted) expect(inside.filter((other) => other.of === of).length).toBeLessThanOrEqual(1);
        }
        while (inside.length > 0) await leave('clean');
        expect(gate.inFlight).toBe(0);
        expect(left).toBe(asked);
      },
    ),
    tried(1_000),
  );
});

it('sends nothing earlier than any account of the host was told', async () => {
  const told = fc.record({ seconds: fc.integer({ min: 1, max: 50 }), empty: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.option(told, { freq: 3 }), { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(1), { minLength: 2, maxLength: 16 }),
      fc.integer({ min: 1, max: 6 }),
      async (answers, accounts, concurrency) => {
        const clock = fakeClock(0);
        const server = await serve((_, response, count) => {
          const answer = answers[count];
          response.setHeader('date', new Date(clock.time).toUTCString());
          if (answer != null) {
            response.setHeader('x-ratelimit-remaining', '0');
            response.setHeader(answer.empty ? 'x-ratelimit-reset' : 'retry-after', answer.seconds);
          }
          sendJson(response, {}, answer == null || answer.empty ? 200 : 429);
        });
        const hosts: Hosts = new Map();
        let notBefore = 0;
        const early: number[] = [];
        // A client says what it does right when it does it; the server would see it only later.
        const debug = (line: string): void => {
          if (line.startsWith('>') && clock.time < notBefore) early.push(notBefore - clock.time);
          const seconds = /(?:retry-after|x-ratelimit-reset): (\d+)/.exec(line)?.[1];
          if (line.startsWith('<') && seconds !== undefined)
            notBefore = Math.max(notBefore, clock.time + Number(seconds) * 1000);
        };
        const limits = { ...shortLimits, concurrency };
        const clients = [0, 1].map(() => clientFor(server.origin, { hosts, clock, limits, debug }));
        await Promise.allSettled(
          accounts.flatMap((account) => clients[account]?.send({ method: 'GET', path: path`/things` }) ?? []),
        );
        for (const client of clients) await client.close();
        expect(early).toEqual([]);
      },
    ),
    tried(100),
  );
});
