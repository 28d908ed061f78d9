/** Undo, and undo of undo, over the images of a provider. */
import { expect } from 'vitest';
import type { WritePlan } from '../../src/model/write-plan.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { change, imagesOf } from './images.ts';
import type { Made } from './images.ts';

/** Brings everything that a change touched back, newest first. Gives those restorations as changes of their own. */
export async function undo(provider: Provider, made: Made<unknown>): Promise<readonly Made<unknown>[]> {
  const images = await imagesOf(provider);
  const done: Made<unknown>[] = [];
  for (const { ref, before } of made.changed.toReversed()) {
    done.push(await change(provider, await images.planRestore(ref, before)));
    expect((await images.read(ref)).state, `${ref.kind} ${ref.id} again`).toEqual(before.state);
  }
  return done;
}

/** There, back, there again and back: undo of undo is redo. */
export async function thereAndBack(provider: Provider, plan: WritePlan<unknown>): Promise<Made<unknown>> {
  const images = await imagesOf(provider);
  const made = await change(provider, plan);
  const undone = await undo(provider, made);
  for (const one of undone.toReversed()) await undo(provider, one);
  for (const { ref, after } of made.changed) {
    expect((await images.read(ref)).state, `${ref.kind} ${ref.id} redone`).toEqual(after.state);
  }
  await undo(provider, made);
  return made;
}
