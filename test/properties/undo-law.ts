/** The law of undo: after any sequence of writes, bringing their images back newest first gives the first state. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { dependingLast } from '../../src/commands/undo/ways.ts';
import type { ToBringBack } from '../../src/commands/undo/ways.ts';
import { DashctlError } from '../../src/errors.ts';
import type { Image, ImageRef } from '../../src/model/image.ts';
import type { WritePlan } from '../../src/model/write-plan.ts';
import type { ImageCapability, Provider } from '../../src/providers/provider.ts';
import { imagesOf } from '../support/images.ts';
import { tried } from '../support/laws.ts';
import type { OpenWorld, World, Write } from './worlds/world.ts';

/** A thing that a write changed, and how it was before. */
interface Change extends ToBringBack {
  readonly ref: ImageRef;
  readonly target: Image;
}

/** @returns how many writes were made and taken back */
export async function undoGivesTheFirstState(world: World, runs: number): Promise<number> {
  const { writes } = world;
  const named: Readonly<Record<string, Write>> = Object.assign({}, ...writes) as Record<string, Write>;
  const drawn = fc.oneof(...writes.map((group) => fc.constantFrom(...Object.keys(group))));
  // Most mistakes need two or three writes; now and then there are more.
  const few = fc.array(drawn, { minLength: 1, maxLength: 3 });
  const more = fc.oneof(
    { arbitrary: fc.constant<string[]>([]), weight: 4 },
    { arbitrary: fc.array(drawn, { maxLength: 5 }), weight: 1 },
  );
  const sequence = fc.tuple(few, more).map((parts) => parts.flat());
  const server = await world.open();
  let made = 0;
  try {
    await fc.assert(
      fc.asyncProperty(sequence, async (names) => {
        made += await thereAndBack(
          server,
          names.map((name) => named[name]),
        );
      }),
      tried(runs),
    );
  } finally {
    await server.close();
  }
  return made;
}

async function thereAndBack(server: OpenWorld, sequence: readonly (Write | undefined)[]): Promise<number> {
  server.reset();
  const first = server.kept();
  const provider = await server.connect();
  const images = await imagesOf(provider);
  const done: (readonly Change[])[] = [];
  for (const write of sequence) {
    const plan = await planned(provider, write);
    if (plan === null || plan.steps.length === 0) continue;
    const before = server.kept();
    const changes = await change(provider, images, plan);
    if (changes === null) expect(server.kept()).toEqual(before);
    else done.push(changes);
  }
  for (const { ref, target } of done.toReversed().flatMap((changes) => changes.toSorted(dependingLast))) {
    await send(provider, await images.planRestore(ref, target));
  }
  const last = server.kept();
  // Comparing texts is cheap, and enough as long as they are alike.
  if (JSON.stringify(last) !== JSON.stringify(first)) expect(last).toEqual(first);
  await provider.close();
  return done.length;
}

/** A refusal of the plan (no such thing, no such right, a title that is taken) leaves a write out. */
async function planned(provider: Provider, write: Write | undefined): Promise<WritePlan<unknown> | null> {
  if (write === undefined) throw new Error('An unknown write.');
  try {
    return (await write(provider)) ?? null;
  } catch (error) {
    if (error instanceof DashctlError) return null;
    throw error;
  }
}

/**
 * What the plan says of the state afterwards is what reading shows: resolving an unknown fate relies on it.
 * @returns null when the server refused it
 */
async function change(
  provider: Provider,
  images: ImageCapability,
  plan: WritePlan<unknown>,
): Promise<readonly Change[] | null> {
  expect(plan.undo.kind).not.toBe('impossible');
  const planned = plan.images ?? [];
  const befores: Image[] = [];
  for (const { ref, before } of planned)
    befores.push(before ?? (ref === null ? { state: null } : await images.read(ref)));
  const outcome = await send(provider, plan).catch((error: unknown) => {
    if (error instanceof DashctlError && error.code === 'rejected') return null;
    throw error;
  });
  if (outcome === null) return null;
  const made = [...(outcome.created ?? [])];
  const changes: Change[] = [];
  for (const [index, { ref, expected }] of planned.entries()) {
    const named = ref ?? made.shift();
    if (named === undefined) throw new Error('The outcome does not say what was made.');
    if (expected !== undefined && ref !== null) expect((await images.read(ref)).state).toEqual(expected);
    changes.push({ ref: named, target: befores[index] ?? { state: null } });
  }
  return changes;
}

async function send(provider: Provider, plan: WritePlan<unknown>) {
  const answers = [];
  for (const step of plan.steps) answers.push(await provider.send(step));
  return await plan.finish(answers);
}
