/** What images of every kind have in common. */
import { isDeepStrictEqual } from 'node:util';

import { DashctlError } from '../../errors.ts';
import type { Image, ImageRef } from '../../model/image.ts';
import type { Json } from '../../model/shape.ts';
import type { WritePlan } from '../../model/write-plan.ts';

/** Images of one kind, by the id of a ref. */
export interface ImageKeeper {
  read(id: string): Promise<Image>;
  planRestore(id: string, image: Image): Promise<WritePlan<unknown>>;
  /** Things that a creation may have made; only where a creation names them itself. */
  find?(expected: Json, since: Date): Promise<readonly ImageRef[]>;
}

/**
 * What the caller may not read is no reason against a write that does not need it; it only cannot be brought back.
 * @throws whatever the reading throws but `not-allowed`
 */
export async function readable(reading: Promise<Image>): Promise<Image> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof DashctlError && error.code === 'not-allowed') return { state: hidden };
    throw error;
  }
}

const hidden: Json = { readable: false };

/** @throws DashctlError `unsupported` for a state that could not be read */
export function refuseHidden(state: Json, what: string): void {
  if (!isDeepStrictEqual(state, hidden)) return;
  throw new DashctlError(
    'unsupported',
    `${what} could not be read before, so what stood there is not known.`,
    {
      hint: 'Look at them with an account that may read them.',
    },
  );
}
