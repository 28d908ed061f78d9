import { describe, expect, test } from 'vitest';
import { alignByHand, alignByLibrary, fitCells, headerOf, tableText } from '../../src/output/table.ts';
import { displayWidth, fit, isolate, pad, wrap } from '../../src/output/width.ts';
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

describe('text from right to left', () => {
  test('is isolated, so that its neighbours stay where they are, and takes no more cells', async () => {
    const { out } = await tableAt(40, [thing({ title: 'לוח מחוונים' }), thing()], ['title', 'ref']);
    expect(out).toBe(
      [
        'TITLE             REF',
        '\u2068לוח מחוונים\u2069       prod/abc-def-ghi',
        'Checkout latency  prod/abc-def-ghi',
        '',
      ].join('\n'),
    );
    for (const line of out.trimEnd().split('\n'))
      expect(displayWidth(line)).toBe(line.includes('REF') ? 21 : 34);
  });

  test('is cut within its isolate', async () => {
    const { out } = await tableAt(40, [thing({ title: 'لوحة المعلومات الرئيسية للمتجر' })], ['ref', 'title']);
    expect(out).toMatch(/ {2}\u2068[^\u2069]+…\u2069\n$/);
    for (const line of out.trimEnd().split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(40);
  });

  test('cannot close or open an isolate by itself', async () => {
    const { out } = await tableAt(80, [thing({ title: 'א\u2069\u202eevil\u2066' })], ['title']);
    expect(out).toContain('\u2068א\\u{2069}\\u{202e}evil\\u{2066}\u2069\n');
  });

  test.each(['Checkout', '日本語', 'cafe\u0301', '👩‍👩‍👧', ''])('others are left alone: %s', (text) => {
    expect(isolate(text)).toBe(text);
  });
});

describe('wrapping', () => {
  test.each<[text: string, width: number, lines: readonly string[]]>([
    ['one two three', 20, ['one two three']],
    ['one two three', 7, ['one two', 'three']],
    ['one  two', 5, ['one ', 'two']],
    ['abcdefgh ij', 3, ['abcdefgh', 'ij']],
    ['see https://example.com/d/1 now', 9, ['see', 'https://example.com/d/1', 'now']],
    ['日本語 日本', 5, ['日本', '語', '日本']],
    ['a\n\nb c', 1, ['a', '', 'b', 'c']],
    ['', 5, ['']],
  ])('%j in %i cells', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });
});

describe('a detail view', () => {
  const shown = async (columns: number) => {
    const { renderer, stdout } = scene({ stdoutTTY: true, columns });
    const value = thing({
      title: 'A title that is longer than any narrow terminal has room for, in two\nlines',
      url: `https://example.com/d/${'a'.repeat(40)}`,
      settings: {
        theme: 'dark',
        hosts: ['a.example.com', 'b.example.com'],
        people: [
          { a: 1, b: 'x' },
          { a: 2, b: null },
        ],
      },
      level: null,
    });
    await renderer.record(thingShape, { value, raw: new Uint8Array() });
    return `\n${stdout.text}`;
  };

  test('of 80 columns', async () => {
    expect(await shown(80)).toMatchInlineSnapshot(`
      "
      REF         prod/abc-def-ghi
      PROFILE     prod
      TITLE       A title that is longer than any narrow terminal has room for, in two
                  lines
      URL         https://example.com/d/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      TAGS        team:sre, prod
      OWNER       user:ana@example.com
      SIZE        3
      SHARED      yes
      UPDATED AT  3 days ago (2026-03-07T11:00:00Z)
      SETTINGS    theme: dark
                  hosts:
                    a.example.com
                    b.example.com
                  people:
                    a: 1, b: x
                    a: 2, b: -
      "
    `);
  });

  test('of 40 columns wraps text and leaves references and addresses whole', async () => {
    expect(await shown(40)).toMatchInlineSnapshot(`
      "
      REF         prod/abc-def-ghi
      PROFILE     prod
      TITLE       A title that is longer than
                  any narrow terminal has room
                  for, in two
                  lines
      URL
      https://example.com/d/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      TAGS        team:sre, prod
      OWNER       user:ana@example.com
      SIZE        3
      SHARED      yes
      UPDATED AT  3 days ago
                  (2026-03-07T11:00:00Z)
      SETTINGS    theme: dark
                  hosts:
                    a.example.com
                    b.example.com
                  people:
                    a: 1, b: x
                    a: 2, b: -
      "
    `);
  });
});

describe('the footer', () => {
  const below = async (count: number, options: Partial<Parameters<typeof scene>[0]> = {}, footer?: null) => {
    const { renderer, stderr } = scene({ stdoutTTY: true, stderrTTY: true, columns: 120, ...options });
    const many = Array.from({ length: count }, (_, index) => thing({ ref: `prod/${index}` }));
    await renderer.list(thingShape, pagesOf(many), {
      empty: 'No things in prod.',
      ...(footer === undefined ? {} : { footer }),
    });
    return stderr.text;
  };

  test('counts the rows on a terminal', async () => {
    expect(await below(1)).toBe('1 thing.\n');
    expect(await below(12)).toBe('12 things.\n');
    expect(await below(0)).toBe('No things in prod.\n');
  });

  test('is not there for pipes, for other formats, and where there is none', async () => {
    expect(await below(3, { stderrTTY: false })).toBe('');
    expect(await below(3, { stdoutTTY: false })).toBe('');
    expect(await below(3, { format: 'json' })).toBe('');
    expect(await below(3, { format: 'tsv' })).toBe('');
    expect(await below(3, {}, null)).toBe('');
  });
});
