/**
 * A list that flows may be longer than memory, and what is printed is garbage at once. V8 does not know: it lets its young
 * space grow to 32 MiB and the old one to a multiple of what lives before it collects. Both are told to stay small.
 */
import { versions } from 'node:process';
import v8 from 'node:v8';

/** The versions of Node whose V8 is known to have the flags; another one might complain about them on stderr. */
const known = new Set(['20', '22', '24', '26']);

/**
 * Keeps the heap near what lives in it.
 * @returns what puts V8's own policy back, which must be done in any case: V8 refuses code that was kept under other flags.
 */
export function keepHeapFlat(): () => void {
  const [major = ''] = versions.node.split('.');
  if (!known.has(major)) return () => undefined;
  v8.setFlagsFromString('--semi-space-growth-factor=1');
  v8.setFlagsFromString('--heap-growing-percent=10');
  return () => {
    v8.setFlagsFromString('--semi-space-growth-factor=2');
    v8.setFlagsFromString('--heap-growing-percent=0');
  };
}
