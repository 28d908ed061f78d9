/** The matrix of one provider: every operation times every fault, each cell a test. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { runCell } from './cell.ts';
import { faults } from './faults.ts';
import { operationNames, systems } from './operations.ts';
import { rehearse } from './rehearsal.ts';
import type { Rehearsal } from './rehearsal.ts';
import { World } from './world.ts';

/** How many cells of a provider run side by side. None waits for a clock, so more would only take turns. */
const sideBySide = 4;

/** Only these operations or faults, such as `FAULTS=update,14`. */
const only = (process.env['FAULTS'] ?? '').split(',').filter((word) => word !== '');
const wanted = (kind: RegExp, word: string): boolean => {
  const chosen = only.filter((one) => kind.test(one));
  return chosen.length === 0 || chosen.includes(word);
};

export function matrixOf(provider: string): void {
  const system = systems.find((one) => one.provider === provider);
  if (system === undefined) throw new Error(`There is no provider ${provider}.`);
  const free: World[] = [];
  const all: World[] = [];
  const waiting: ((world: World) => void)[] = [];
  const take = (): Promise<World> => {
    const world = free.pop();
    return world === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(world);
  };
  const give = (world: World): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(world);
    else next(world);
  };

  beforeAll(async () => {
    for (let count = 0; count < sideBySide; count += 1) all.push(await World.open(system, all[0]?.seed));
    free.push(...all);
  });
  afterAll(async () => {
    for (const world of all) await world.close();
  });

  const operations = [
    ...operationNames.map((name) => [name, system.operations[name]] as const),
    ...Object.entries(system.more ?? {}),
  ];
  for (const [name, operation] of operations) {
    if (!wanted(/[a-z]/, name.replace(/,.*/, ''))) continue;
    describe(name, () => {
      if (typeof operation === 'string') {
        for (const fault of faults) {
          it(`${name} × ${fault.number} ${fault.name}`, ({ skip }) => {
            skip(operation);
          });
        }
        return;
      }
      // What was rehearsed in one world holds for all: all begin with one and the same content.
      let rehearsal: Promise<Rehearsal> | null = null;
      for (const fault of faults.filter(({ number }) => wanted(/\d/, String(number)))) {
        it.concurrent(`${name} × ${fault.number} ${fault.name}`, async ({ skip }) => {
          const world = await take();
          try {
            const known = await (rehearsal ??= rehearse(world, name, operation));
            const variants = fault.variants({ rehearsal: known, setState: () => undefined });
            if (typeof variants === 'string') skip(variants);
            await runCell(world, fault, known);
          } finally {
            give(world);
          }
        });
      }
    });
  }
}
