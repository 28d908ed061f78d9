import { describe, expect, test } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import { formats } from '../../src/output/output.ts';
import { relativeTime, principalText } from '../../src/output/value.ts';
import { now, pagesOf, scene, thing, thingShape, type SceneOptions } from './support.ts';

async function listed(options: SceneOptions, rows: readonly object[] = [thing()], severalProfiles = false) {
  const { renderer, stdout, stderr } = scene(options);
  await renderer.list(thingShape, pagesOf(rows), { empty: 'No things in prod.', severalProfiles });
  await renderer.finish();
  return { out: stdout.text, err: stderr.text };
}

async function recorded(options: SceneOptions, value: object = thing(), raw = '{}') {
  const { renderer, stdout } = scene(options);
  await renderer.record(thingShape, { value, raw: Buffer.from(raw) });
  return stdout.text;
}

describe('the default format', () => {
  test('is a table on a terminal and tsv elsewhere', () => {
    expect(scene({ stdoutTTY: true }).renderer.format).toBe('table');
    expect(scene({ stderrTTY: true }).renderer.format).toBe('tsv');
  });
});

describe('a list', () => {
  test('as tsv: the columns of a table, no header, ISO times, true and false', async () => {
    const { out } = await listed({}, [thing(), thing({ title: 'a\tb\nc\\d', tags: null, shared: null })]);
    expect(out).toBe(
      'prod/abc-def-ghi\tCheckout latency\tteam:sre,prod\tuser:ana@example.com\ttrue\t2026-03-07T11:00:00Z\n' +
        'prod/abc-def-ghi\ta\\tb\\nc\\\\d\t\tuser:ana@example.com\t\t2026-03-07T11:00:00Z\n',
    );
  });

  test('as csv: a header, CRLF, guarded text, numbers as they are', async () => {
    const { out } = await listed({ format: 'csv', fields: ['ref', 'title', 'size'] }, [
      thing({ title: '=HYPERLINK("x")', size: -3 }),
    ]);
    expect(out).toBe('ref,title,size\r\nprod/abc-def-ghi,"\'=HYPERLINK(""x"")",-3\r\n');
  });

  test('as csv with --csv-raw: no guard', async () => {
    const { out } = await listed({ format: 'csv', csvRaw: true, fields: ['title'] }, [
      thing({ title: '-1' }),
    ]);
    expect(out).toBe('title\r\n-1\r\n');
  });

  test('of several profiles marks each row in tsv and csv', async () => {
    expect((await listed({}, [thing()], true)).out).toContain('prod/abc-def-ghi\tprod\tCheckout');
    expect((await listed({ format: 'csv' }, [thing()], true)).out).toContain('ref,profile,title,');
  });

  test('as JSON has every key in the order of the shape, null for what is missing, nothing beside', async () => {
    const { out } = await listed({ format: 'json' }, [{ title: 'Only this', surplus: 1 }]);
    const rows = JSON.parse(out) as object[];
    expect(rows.map((row) => Object.keys(row))).toEqual([thingShape.fields.map(({ key }) => key)]);
    expect(rows[0]).toMatchObject({ title: 'Only this', ref: null, settings: null });
  });

  test('as JSON is one row per line on a pipe and indented on a terminal', async () => {
    const rows = [thing(), thing()];
    const piped = (await listed({ format: 'json' }, rows)).out;
    expect(piped.split('\n')).toHaveLength(5);
    const shown = (await listed({ format: 'json', stdoutTTY: true }, rows)).out;
    expect(shown).toBe(`${JSON.stringify(rows, null, 2)}\n`);
    expect(JSON.parse(piped)).toEqual(JSON.parse(shown));
  });

  test('as YAML quotes what older parsers take for something else', async () => {
    const { out } = await listed({ format: 'yaml', fields: ['title', 'updatedAt'] }, [
      thing({ title: 'no' }),
    ]);
    expect(out).toBe('- title: "no"\n  updatedAt: "2026-03-07T11:00:00Z"\n');
  });

  test.each(formats)('as %s holds the fields asked for, in that order', async (format) => {
    const { out } = await listed({ format, fields: ['title', 'ref'] });
    const title = out.indexOf('Checkout');
    expect(title).toBeGreaterThanOrEqual(0);
    expect(out.indexOf('prod/abc')).toBeGreaterThan(title);
    expect(out).not.toContain('example.com');
  });

  test.each(formats)('as %s refuses an unknown field before any page is asked for', async (format) => {
    const { renderer, stdout } = scene({ format, fields: ['ref', 'titel'] });
    let asked = false;
    async function* pages() {
      asked = true;
      yield* pagesOf([]);
    }
    const failure = await renderer.list(thingShape, pages(), { empty: '' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DashctlError);
    expect(failure).toMatchObject({ code: 'usage', exitCode: 2, message: 'A thing has no field "titel".' });
    expect((failure as DashctlError).hint).toContain('ref, profile, title, url, tags');
    expect([asked, stdout.text]).toEqual([false, '']);
  });

  test.each<[SceneOptions, string, string]>([
    [{ format: 'table' }, '', 'No things in prod.\n'],
    [{ format: 'tsv' }, '', ''],
    [{ format: 'tsv', stderrTTY: true }, '', 'No things in prod.\n'],
    [{ format: 'csv', fields: ['ref'] }, 'ref\r\n', ''],
    [{ format: 'json' }, '[]\n', ''],
    [{ format: 'json', stdoutTTY: true, stderrTTY: true }, '[]\n', ''],
    [{ format: 'ndjson', stdoutTTY: true, stderrTTY: true }, '', ''],
    [{ format: 'yaml' }, '[]\n', ''],
  ])('without rows, %j: %j on stdout, %j on stderr', async (options, out, err) => {
    expect(await listed(options, [])).toEqual({ out, err });
  });

  test('that fails halfway leaves no half of a JSON document', async () => {
    const { renderer, stdout } = scene({ format: 'json' });
    async function* pages() {
      yield* pagesOf([thing()]);
      throw new DashctlError('network', 'The connection was reset.');
    }
    await expect(renderer.list(thingShape, pages(), { empty: '' })).rejects.toThrow('reset');
    expect(stdout.text).toBe('');
  });

  test.each(['ndjson', 'csv', 'tsv'] as const)(
    'as %s flows while later pages are still fetched',
    async (format) => {
      const { renderer, stdout } = scene({ format, fields: ['ref'] });
      const seen: string[] = [];
      async function* pages() {
        for (const ref of ['prod/1', 'prod/2', 'prod/3']) {
          seen.push(stdout.text);
          yield* pagesOf([thing({ ref })]);
        }
      }
      expect(await renderer.list(thingShape, pages(), { empty: '' })).toBe(3);
      expect(seen[1]).toContain('prod/1');
      expect(seen[2]).toContain('prod/2');
      expect(seen[2]).not.toContain('prod/3');
    },
  );
});

describe('one object', () => {
  test('is a view of all that is known in a table', async () => {
    const text = await recorded({ stdoutTTY: true }, thing({ title: 'Two\nlines', settings: null }));
    expect(`\n${text}`).toMatchInlineSnapshot(`
      "
      REF         prod/abc-def-ghi
      PROFILE     prod
      TITLE       Two
                  lines
      URL         https://example.com/d/abc-def-ghi
      TAGS        team:sre, prod
      OWNER       user:ana@example.com
      SIZE        3
      SHARED      yes
      UPDATED AT  3 days ago (2026-03-07T11:00:00Z)
      "
    `);
  });

  test('is one object, one document or one row', async () => {
    expect(JSON.parse(await recorded({ format: 'json' }))).toEqual(thing());
    expect(JSON.parse(await recorded({ format: 'ndjson', stdoutTTY: true }))).toEqual(thing());
    expect(await recorded({ format: 'ndjson', stdoutTTY: true })).toMatch(/^\{.*\}\n$/);
    expect(await recorded({ format: 'yaml', fields: ['ref'] })).toBe('ref: prod/abc-def-ghi\n');
    expect(await recorded({ format: 'csv', fields: ['ref'] })).toBe('ref\r\nprod/abc-def-ghi\r\n');
  });

  test('of one field is a value alone', async () => {
    expect(await recorded({ fields: ['url'] })).toBe('https://example.com/d/abc-def-ghi\n');
  });
});

describe('--raw', () => {
  const body = '{"big": 9007199254740993,\r\n "t": "\u001b[2J"}';

  test('is the body byte for byte on a pipe', async () => {
    expect(await recorded({ raw: true }, thing(), body)).toBe(body);
    const { renderer, stdout } = scene({ raw: true });
    const bytes = Uint8Array.from([0xff, 0x00, 0xef, 0xbb, 0xbf, 0x0d]);
    await renderer.record(thingShape, { value: thing(), raw: bytes });
    expect(stdout.bytes.equals(bytes)).toBe(true);
  });

  test('is escaped on a terminal', async () => {
    expect(await recorded({ raw: true, stdoutTTY: true }, thing(), body)).toBe(
      '{"big": 9007199254740993,\\r\n "t": "\\u{1b}[2J"}\n',
    );
  });

  test('parts pages by a newline only where one is missing', async () => {
    const { renderer, stdout } = scene({ raw: true, format: 'json' });
    // eslint-disable-next-line @typescript-eslint/require-await
    async function* pages() {
      for (const raw of ['[1]', '[2]\n', '[3]']) yield { items: [{}], raw: Buffer.from(raw) };
    }
    expect(await renderer.list(thingShape, pages(), { empty: '' })).toBe(3);
    expect(stdout.text).toBe('[1]\n[2]\n[3]');
  });
});

test.each([
  [{ kind: 'user', id: '11', name: 'ana', email: 'ana@example.com' }, 'user:ana@example.com'],
  [{ kind: 'user', id: '11', name: 'ana', email: null }, 'user:ana'],
  [{ kind: 'user', id: '11', name: null, email: null }, 'user#11'],
  [{ kind: 'team', id: '2', name: 'sre', email: null }, 'team:sre'],
  [{ kind: 'role', id: null, name: 'Viewer', email: null }, 'role:Viewer'],
  [{ kind: 'org', id: '1', name: 'Main', email: null }, 'org'],
  [{ kind: 'everyone', id: null, name: null, email: null }, 'everyone'],
  [{ kind: 'chart', id: '1', name: 'x', email: null }, null],
])('the principal %j is written %s', (principal, expected) => {
  expect(principalText(principal)).toBe(expected);
});

test.each([
  [0, 'just now'],
  [59_000, 'just now'],
  [60_000, '1 minute ago'],
  [-3 * 3_600_000, 'in 3 hours'],
  [-30_000, 'in a moment'],
  [24 * 3_600_000, '1 day ago'],
  [45 * 86_400_000, '1 month ago'],
  [364 * 86_400_000, '12 months ago'],
  [800 * 86_400_000, '2 years ago'],
])('%i ms back is %s', (distance, expected) => {
  expect(relativeTime(new Date(now - distance).toISOString(), now)).toBe(expected);
});

test.each(['junk 1', '', '2026', 'tomorrow'])('%j is no time and stays', (text) => {
  expect(relativeTime(text, now)).toBe(text);
});
