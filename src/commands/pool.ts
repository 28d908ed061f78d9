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
