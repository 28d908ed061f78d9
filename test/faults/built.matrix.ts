/**
 * One cell of each fault through the built program, in a process of its own and in real time; operations and providers take
 * turns. The cells of the other files run in the process of the tests, where time passes as it is told.
 */
import { describe, it } from 'vitest';
import { createHome } from '../support/binary.ts';
import { runVariant } from './cell.ts';
import { faults } from './faults.ts';
import type { Fault } from './faults.ts';
import { operationNames, systems } from './operations.ts';
import type { System } from './operations.ts';
import { rehearse } from './rehearsal.ts';
import { World } from './world.ts';
import type { Program } from './world.ts';

/** Long enough for any answer of a busy machine, short enough to wait for. */
const patience = ['--timeout', '10s'];
const waitsForDeadlines = new Set([3, 9, 10]);

const home = createHome();
const program: Program = async (words, env) => {
  const { code = -1, stdout, stderr } = await home.run(words, { env });
  return { code, stdout, stderr };
};

describe('the built program', () => {
  for (const [turn, fault] of faults.entries()) {
    it.concurrent(`built × ${fault.number} ${fault.name}`, async ({ skip }) => {
      // What a name server says is nothing that a test of this machine alone can bring about.
      if (fault.number === 1) skip('The built program asks the name server of the machine.');
      for (let step = 0; step < systems.length; step++) {
        const system = systems[(turn + step) % systems.length];
        if (system !== undefined && (await strike(system, fault, turn))) return;
      }
      throw new Error('It cannot strike any provider.');
    });
  }
});

/** Strikes the next operation in turn that it can, in its first way. @returns whether there is one. */
async function strike(system: System, fault: Fault, turn: number): Promise<boolean> {
  const there = operationNames.flatMap((name) => {
    const operation = system.operations[name];
    return typeof operation === 'string' ? [] : [{ name, operation }];
  });
  const inTurn = [...there.slice(turn % there.length), ...there.slice(0, turn % there.length)];
  const world = await World.open(system);
  try {
    for (const { name, operation } of inTurn) {
      const rehearsal = await rehearse(world, name, operation);
      const setState = (text: string): void => {
        world.setState(text);
      };
      const variants = fault.variants({ rehearsal, setState });
      const [variant] = typeof variants === 'string' ? [] : variants;
      if (variant === undefined) continue;
      const words = [...(variant.words ?? []), ...(waitsForDeadlines.has(fault.number) ? patience : [])];
      const wrong = await runVariant(world, rehearsal, { ...variant, words }, program);
      if (wrong.length > 0)
        throw new Error(`${system.provider} ${name}, ${variant.name}: ${wrong.join('\n')}`);
      return true;
    }
    return false;
  } finally {
    await world.close();
  }
}
