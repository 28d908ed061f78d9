/** Several things under way at once, told in the order in which they were asked for. */

/**
 * Applies `work` to items with at most `limit` under way, yielding results in the order of the items. Stops starting
 * new work when the reader stops reading.
 */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncIterable<R> {
  const underway: Promise<R>[] = [];
  for await (const item of items) {
    const started = work(item);
    // A failure is thrown when its turn comes; until then it must not count as unhandled.
    started.catch(() => undefined);
    underway.push(started);
    if (underway.length >= limit) yield await (underway.shift() as Promise<R>);
  }
  for (const started of underway) yield await started;
}

/**
 * Applies `work` to every item with at most `limit` under way, whether or not somebody reads the results: writes that
 * were agreed on are carried out although the reader of their results has gone.
 * @returns a result per item, in the order of the items.
 */
export function startAll<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): readonly Promise<R>[] {
  const waiting: (() => void)[] = [];
  let free = Math.max(1, limit);
  const slot = (): Promise<void> => {
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return items.map((item) => {
    const result = slot().then(() => work(item).finally(release));
    // It is thrown where it is read.
    result.catch(() => undefined);
    return result;
  });
}
