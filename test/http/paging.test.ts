import { describe, expect, it } from 'vitest';
import { byCursor, byOffset, byPageNumber } from '../../src/http/paging.ts';

interface Row {
  readonly id: number;
}

const idOf = (row: Row): string => String(row.id);
const rows = (from: number, to: number): Row[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => ({ id: from + i }));

/** All ids up to the end or the error. */
async function collect(list: AsyncIterable<Row>): Promise<{ ids: number[]; error: unknown }> {
  const ids: number[] = [];
  try {
    for await (const row of list) ids.push(row.id);
  } catch (error) {
    return { ids, error };
  }
  return { ids, error: null };
}

describe('offset paging', () => {
  it('ends on a short page', async () => {
    const offsets: number[] = [];
    const fetchPage = (offset: number, size: number) => {
      offsets.push(offset);
      return Promise.resolve({ rows: rows(offset, Math.min(25, offset + size)) });
    };
    expect((await collect(byOffset(fetchPage, { idOf, size: 10 }))).ids).toEqual(
      rows(0, 25).map((row) => row.id),
    );
    expect(offsets).toEqual([0, 10, 20]);
  });

  it('ends on the promised total without another request', async () => {
    let pages = 0;
    const fetchPage = (offset: number, size: number) => {
      pages++;
      return Promise.resolve({ rows: rows(offset, offset + size), total: 20 });
    };
    expect((await collect(byOffset(fetchPage, { idOf, size: 10 }))).ids).toHaveLength(20);
    expect(pages).toBe(2);
  });

  it('gives each row once and says incomplete when a page repeats', async () => {
    const { ids, error } = await collect(
      byOffset(() => Promise.resolve({ rows: rows(0, 10) }), { idOf, size: 10 }),
    );
    expect(ids).toHaveLength(10);
    expect(error).toMatchObject({ code: 'bad-answer', details: { incomplete: true, rows: 10 } });
  });

  it('skips rows that moved between pages', async () => {
    const fetchPage = (offset: number) => Promise.resolve({ rows: offset === 0 ? rows(0, 3) : rows(2, 4) });
    expect((await collect(byOffset(fetchPage, { idOf, size: 3 }))).ids).toEqual([0, 1, 2, 3]);
  });

  it('stops at the page cap with the rows so far', async () => {
    const fetchPage = (offset: number, size: number) =>
      Promise.resolve({ rows: rows(offset, offset + size) });
    const { ids, error } = await collect(byOffset(fetchPage, { idOf, size: 2, mostPages: 5 }));
    expect(ids).toHaveLength(10);
    expect(error).toMatchObject({ code: 'bad-answer' });
  });

  it('gives rows before it asks for the next page', async () => {
    let pages = 0;
    const list = byOffset(
      (offset, size) => {
        pages++;
        return Promise.resolve({ rows: rows(offset, offset + size) });
      },
      { idOf, size: 3 },
    );
    for await (const row of list) if (row.id === 2) break;
    expect(pages).toBe(1);
  });
});

describe('page numbers', () => {
  it('ends on a page with nothing new, for servers that repeat the last one', async () => {
    const asked: number[] = [];
    const fetchPage = (page: number) => {
      asked.push(page);
      return Promise.resolve({ rows: page < 3 ? rows(page * 5, page * 5 + 5) : rows(10, 15) });
    };
    const { ids, error } = await collect(byPageNumber(fetchPage, { idOf, size: 5 }));
    expect([ids.length, error]).toEqual([10, null]);
    expect(asked).toEqual([1, 2, 3]);
  });

  it('ends on a short page where the server keeps to the size', async () => {
    const asked: number[] = [];
    const fetchPage = (page: number) => {
      asked.push(page);
      return Promise.resolve({ rows: rows(page * 5, page === 1 ? 10 : 12) });
    };
    const { ids } = await collect(byPageNumber(fetchPage, { idOf, size: 5, shortPageEnds: true }));
    expect([ids, asked]).toEqual([
      [5, 6, 7, 8, 9, 10, 11],
      [1, 2],
    ]);
  });

  it('ends on an empty page and starts where it is told', async () => {
    const fetchPage = (page: number) => Promise.resolve({ rows: page === 0 ? rows(0, 2) : [] });
    expect((await collect(byPageNumber(fetchPage, { idOf, size: 5, first: 0 }))).ids).toEqual([0, 1]);
  });

  it('stops at the page cap', async () => {
    const fetchPage = (page: number) => Promise.resolve({ rows: rows(page, page + 1) });
    const { ids, error } = await collect(byPageNumber(fetchPage, { idOf, size: 1, mostPages: 7 }));
    expect(ids).toHaveLength(7);
    expect(error).toMatchObject({ code: 'bad-answer' });
  });
});

describe('cursors', () => {
  it('ends without a next one, and breaks when one repeats', async () => {
    const good = (cursor: string | null) =>
      Promise.resolve({
        rows: rows(cursor === null ? 0 : 5, cursor === null ? 5 : 7),
        next: cursor === null ? 'b' : null,
      });
    expect((await collect(byCursor(good, { idOf }))).ids).toHaveLength(7);
    const bad = () => Promise.resolve({ rows: rows(0, 5), next: 'a' });
    const { ids, error } = await collect(byCursor(bad, { idOf }));
    expect(ids).toHaveLength(5);
    expect(error).toMatchObject({ code: 'bad-answer' });
  });
});
