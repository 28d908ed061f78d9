/** The law of undo: after any sequence of writes, bringing their images back newest first gives the first state. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import type { WritePlan } from '../../src/model/write-plan.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { change } from './images.ts';
import type { Made } from './images.ts';
import { tried } from './laws.ts';
import { undo } from './there-and-back.ts';

/** A write as a sequence draws it; a refusal of the plan (no such thing, no such right) leaves it out. */
export type Write = () => Promise<WritePlan<unknown>>;

/** What a run of the law needs: a fresh server, the writes by name, and what the server keeps. */
export interface UndoWorld {
  readonly provider: Provider;
  readonly writes: Readonly<Record<string, Write>>;
  /** What the server keeps, without what is named as not coming back. */
  kept(): Promise<unknown>;
  close(): Promise<void>;
}

/** @param names of all writes, since they are drawn before there is a server */
export async function undoGivesTheFirstState(
  names: readonly string[],
  runs: number,
  open: () => Promise<UndoWorld>,
): Promise<void> {
  let writes = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 8 }),
      async (sequence) => {
        const world = await open();
        try {
          const first = await world.kept();
          const made: Made<unknown>[] = [];
          for (const name of sequence) {
            const plan = await planned(world.writes[name]);
            if (plan !== null) made.push(await change(world.provider, plan));
          }
          writes += made.length;
          for (const one of made.toReversed()) await undo(world.provider, one);
          expect(await world.kept()).toEqual(first);
        } finally {
          await world.close();
        }
      },
    ),
    tried(runs),
  );
  expect(writes).toBeGreaterThan(runs);
}

async function planned(write: Write | undefined): Promise<WritePlan<unknown> | null> {
  if (write === undefined) throw new Error('An unknown write.');
  try {
    return await write();
  } catch (error) {
    if (error instanceof DashctlError) return null;
    throw error;
  }
}
