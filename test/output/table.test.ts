import { describe, expect, test } from 'vitest';
import { alignByHand, alignByLibrary, fitCells, headerOf, tableText } from '../../src/output/table.ts';
import { displayWidth, fit, pad } from '../../src/output/width.ts';
import { now, pagesOf, scene, thing, thingShape } from './support.ts';
import type { Field } from '../../src/model/shape.ts';

const rows = [
  thing(),
  thing({ ref: 'prod/jkl-mno-pqr', title: '日本語のダッシュボード', tags: [], owner: null, shared: null }),
  thing({
    ref: 'prod/stu-vwx-yza',
    title: 'Family 👩‍👩‍👧 cafe\u0301',
    updatedAt: '2026-03-10T14:30:00Z',
    shared: false,
  }),
  thing({
    ref: 'staging/bcd-efg-hij',
    title: 'A title of a length that no narrow terminal has room for',
    tags: null,
  }),
];

async function tableAt(columns: number, values: readonly object[] = rows, fields: string[] | null = null) {
  const { renderer, stdout, stderr } = scene({ stdoutTTY: true, columns, fields });
  const count = await renderer.list(thingShape, pagesOf(values), { empty: 'No things in prod.' });
  return { out: stdout.text, err: stderr.text, count };
}

describe('a table', () => {
  test('of 120 columns shows everything', async () => {
    expect(`\n${(await tableAt(120)).out}`).toMatchInlineSnapshot(`
      "
      REF                  TITLE                                       TAGS           OWNER                 SHARED  UPDATED AT
      prod/abc-def-ghi     Checkout latency                            team:sre,prod  user:ana@example.com  yes     3 days ago
      prod/jkl-mno-pqr     日本語のダッシュボード                      -              -                     -       3 days ago
      prod/stu-vwx-yza     Family 👩‍👩‍👧 café                              team:sre,prod  user:ana@example.com  no      in 2 hours
      staging/bcd-efg-hij  A title of a length that no narrow termin…  -              user:ana@example.com  yes     3 days ago
      "
    `);
  });

  test('of 80 columns cuts the widest columns first', async () => {
    expect(`\n${(await tableAt(80)).out}`).toMatchInlineSnapshot(`
      "
      REF                  TITLE         TAGS         OWNER         SHARED  UPDATED AT
      prod/abc-def-ghi     Checkout la…  team:sre,p…  user:ana@ex…  yes     3 days ago
      prod/jkl-mno-pqr     日本語のダ…   -            -             -       3 days ago
      prod/stu-vwx-yza     Family 👩‍👩‍👧 c…  team:sre,p…  user:ana@ex…  no      in 2 hours
      staging/bcd-efg-hij  A title of …  -            user:ana@ex…  yes     3 days ago
      "
    `);
  });

  test('of 40 columns runs over rather than cut a reference', async () => {
    expect(`\n${(await tableAt(40)).out}`).toMatchInlineSnapshot(`
      "
      REF                  TITLE   TAGS    OWNER   SHARED  UPDATED AT
      prod/abc-def-ghi     Check…  team:…  user:…  yes     3 days ago
      prod/jkl-mno-pqr     日本…   -       -       -       3 days ago
      prod/stu-vwx-yza     Famil…  team:…  user:…  no      in 2 hours
      staging/bcd-efg-hij  A tit…  -       user:…  yes     3 days ago
      "
    `);
  });

  test('of 40 columns fits when the references leave room', async () => {
    const { out } = await tableAt(40, rows, ['ref', 'title']);
    expect(`\n${out}`).toMatchInlineSnapshot(`
      "
      REF                  TITLE
      prod/abc-def-ghi     Checkout latency
      prod/jkl-mno-pqr     日本語のダッシュボ…
      prod/stu-vwx-yza     Family 👩‍👩‍👧 café
      staging/bcd-efg-hij  A title of a lengt…
      "
    `);
  });

  test.each([66, 80, 81, 100, 120, 200])(
    'fits %i columns by display width, with every reference whole',
    async (columns) => {
      const { out } = await tableAt(columns);
      for (const line of out.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      for (const { ref } of rows) expect(out).toContain(ref);
    },
  );

  test('without rows is a sentence on stderr', async () => {
    expect(await tableAt(80, [])).toEqual({ out: '', err: 'No things in prod.\n', count: 0 });
  });

  test('shows the profile only when several were asked', async () => {
    const { renderer, stdout } = scene({ stdoutTTY: true, columns: 120 });
    await renderer.list(thingShape, pagesOf([thing()]), { empty: '', severalProfiles: true });
    expect(stdout.text).toContain('PROFILE');
    expect((await tableAt(120)).out).not.toContain('PROFILE');
  });

  test('without colour says the same', async () => {
    const plain = (await tableAt(80)).out;
    const { renderer, stdout } = scene({ stdoutTTY: true, env: { FORCE_COLOR: '1' } });
    await renderer.list(thingShape, pagesOf(rows), { empty: '' });
    expect(stdout.text).toContain('\u001b[1m');
    expect(stdout.text.replace(/\u001b\[\d+m/g, '')).toBe(plain);
  });

  test('names columns after their fields', () => {
    expect(['ref', 'updatedAt', 'sessionExpiresAt'].map(headerOf)).toEqual([
      'REF',
      'UPDATED AT',
      'SESSION EXPIRES AT',
    ]);
  });
});

describe('columns that nobody chose', () => {
  const field = (key: string, more: Partial<Field> = {}): Field => ({
    key,
    kind: 'text',
    table: 'yes',
    summary: '',
    ...more,
  });
  const fields = [
    field('ref', { kind: 'id' }),
    field('title', { weight: 3 }),
    field('folder', { table: 'if-room' }),
    field('tags', { kind: 'list', table: 'if-room' }),
    field('owner'),
  ];
  const row = {
    ref: 'prod/abc-def-ghi',
    title: 'Checkout latency by region and payment method',
    folder: 'Webshop',
    tags: ['slo', 'web', 'payments'],
    owner: 'ana@example.com',
  };
  const headersAt = (columns: number, rows: readonly object[], chosen = false) => {
    const { cells, hidden } = fitCells(fields, rows, { columns, now }, chosen);
    return { shown: cells[0]?.map((cell) => cell.trim()), hidden: hidden.map(({ key }) => key) };
  };

  test('are all there on a wide line', () => {
    expect(headersAt(120, [row])).toEqual({ shown: ['REF', 'TITLE', 'FOLDER', 'TAGS', 'OWNER'], hidden: [] });
  });

  test('give way from the right, and are named', () => {
    expect(headersAt(66, [row])).toEqual({ shown: ['REF', 'TITLE', 'FOLDER', 'OWNER'], hidden: ['tags'] });
    expect(headersAt(55, [row])).toEqual({ shown: ['REF', 'TITLE', 'OWNER'], hidden: ['folder', 'tags'] });
  });

  test('are left out when every row is empty, without a word', () => {
    expect(headersAt(120, [{ ...row, folder: null, tags: [] }])).toEqual({
      shown: ['REF', 'TITLE', 'OWNER'],
      hidden: [],
    });
  });

  test('stay when they were chosen by name', () => {
    expect(headersAt(40, [{ ...row, folder: null }], true).shown).toHaveLength(5);
  });

  test('leave the title the largest share', () => {
    const { cells } = fitCells(fields, [row], { columns: 66, now }, false);
    const [ref = '', title = '', folder = '', owner = ''] = cells[1] ?? [];
    expect(ref).toBe(row.ref);
    expect(displayWidth(title)).toBeGreaterThan(displayWidth(owner));
    expect(displayWidth([ref, title, folder, owner].join('  '))).toBeLessThanOrEqual(66);
  });
});

describe('alignment by hand and by the library', () => {
  const fields = thingShape.fields.filter(({ table }) => table === 'yes');
  const plain = [
    thing(),
    thing({
      ref: 'prod/x',
      title: 'Ärger mit Ümläuten',
      owner: { kind: 'team', id: '1', name: 'sre', email: null },
    }),
    thing({ title: '日本語のダッシュボード', tags: ['一', '二'], updatedAt: null }),
    thing({ title: '한국어', owner: null, shared: null }),
    thing({ title: 'A title of a length that no narrow terminal has room for', updatedAt: 'soon' }),
  ];

  test.each([40, 64, 80, 120, 200])('are the same at %i columns', async (columns) => {
    const { cells } = fitCells(fields, plain, { columns, now }, true);
    const byHand = alignByHand(cells);
    expect(byHand).toEqual(await alignByLibrary(cells));
    expect(byHand).toHaveLength(plain.length + 1);
  });

  test('agree for 50 and 51 rows, where one hands over to the other', async () => {
    const many = Array.from({ length: 51 }, (_, index) =>
      thing({ ref: 'prod/same', title: `Title ${index % 10}` }),
    );
    const { lines: small } = await tableText(fields, many.slice(0, 50), { columns: 80, now }, true);
    const { lines: large } = await tableText(fields, many, { columns: 80, now }, true);
    expect(large.slice(0, 51)).toEqual(small);
  });

  test('hold a thousand rows', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => thing({ ref: `prod/${index}` }));
    const { out, count } = await tableAt(80, many);
    expect(count).toBe(1000);
    expect(out.split('\n')).toHaveLength(1002);
    expect(out).toContain('\nprod/999 ');
  });
});

describe('width', () => {
  test.each([
    ['abc', 3],
    ['日本語', 6],
    ['👩‍👩‍👧', 2],
    ['cafe\u0301', 4],
    ['한국', 4],
    ['', 0],
  ])('%s takes %i cells', (text, cells) => {
    expect(displayWidth(text)).toBe(cells);
  });

  test.each<[text: string, width: number, expected: string]>([
    ['Checkout', 8, 'Checkout'],
    ['Checkout', 5, 'Chec…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['a👩‍👩‍👧b', 3, 'a…'],
    ['cafe\u0301s', 4, 'caf…'],
    ['cafe\u0301s', 5, 'cafe\u0301s'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('%s in %i cells is %s', (text, width, expected) => {
    expect(fit(text, width)).toBe(expected);
    expect(displayWidth(fit(text, width))).toBeLessThanOrEqual(Math.max(width, 0));
  });

  test('padding counts cells', () => {
    expect(pad('日本', 6)).toBe('日本  ');
    expect(pad('日本', 2)).toBe('日本');
  });
});

test('a column of addresses is never cut', async () => {
  const url = `https://example.com/${'a'.repeat(100)}`;
  const field: Field = { key: 'url', kind: 'url', table: 'yes', summary: '' };
  const { lines } = await tableText([field], [{ url }], { columns: 40, now }, true);
  expect(lines[1]).toBe(url);
});
