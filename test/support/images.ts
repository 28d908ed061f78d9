/** Carries plans out and takes them back by the images of what they change, as the journal and undo do. */
import { expect } from 'vitest';
import type { HttpResponse } from '../../src/http/http.ts';
import type { Image, ImageRef } from '../../src/model/image.ts';
import type { Outcome, WritePlan } from '../../src/model/write-plan.ts';
import type { ImageCapability, Provider } from '../../src/providers/provider.ts';

/** A change that was made: the things that it changed as they were, in the order of the plan. */
export interface Made<T> {
  readonly outcome: Outcome<T>;
  readonly changed: readonly { readonly ref: ImageRef; readonly before: Image; readonly after: Image }[];
}

/** The capability for images; a test fails without it. */
export async function imagesOf(provider: Provider): Promise<ImageCapability> {
  const images = await provider.images?.();
  if (images === undefined) throw new Error('No capability for images.');
  return images;
}

/**
 * Carries a plan out and keeps the images of what it changes. What the plan says of before and after is what reading
 * shows.
 */
export async function change<T>(provider: Provider, plan: WritePlan<T>): Promise<Made<T>> {
  const images = await imagesOf(provider);
  const planned = plan.images ?? [];
  const befores = await Promise.all(
    planned.map(async ({ ref, before }): Promise<Image> => {
      const read = ref === null ? { state: null } : await images.read(ref);
      if (before !== undefined) expect(before).toEqual(read);
      return read;
    }),
  );
  const outcome = await send(provider, plan);
  const made = [...(outcome.created ?? [])];
  const changed: { ref: ImageRef; before: Image; after: Image }[] = [];
  for (const [index, { ref, kind, expected }] of planned.entries()) {
    const named = ref ?? made.shift();
    if (named === undefined) throw new Error('The outcome does not say what was made.');
    expect(named.kind).toBe(kind);
    const after = await images.read(named);
    if (expected !== undefined && ref !== null) expect(after.state).toEqual(expected);
    changed.push({ ref: named, before: befores[index] ?? { state: null }, after });
  }
  return { outcome, changed };
}

/** Brings everything back to how it was, in the order of the plan. Gives the plans that it took. */
export async function takeBack<T>(provider: Provider, made: Made<T>): Promise<readonly WritePlan<unknown>[]> {
  const images = await imagesOf(provider);
  const plans: WritePlan<unknown>[] = [];
  for (const { ref, before } of made.changed) {
    const plan = await images.planRestore(ref, before);
    await send(provider, plan);
    plans.push(plan);
  }
  return plans;
}

/** The states of what a change touched, now. */
export async function statesNow<T>(provider: Provider, made: Made<T>): Promise<readonly unknown[]> {
  const images = await imagesOf(provider);
  return Promise.all(made.changed.map(async ({ ref }) => (await images.read(ref)).state));
}

/** Compares once more, sends the steps, reads back. */
export async function send<T>(provider: Provider, plan: WritePlan<T>): Promise<Outcome<T>> {
  if (plan.steps.length > 0) await plan.unchanged?.();
  const answers: HttpResponse[] = [];
  for (const step of plan.steps) answers.push(await provider.send(step));
  return plan.finish(answers);
}
