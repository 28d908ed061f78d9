/** Whatever a server sends, in whatever field and format: no terminal is steered, and machine formats read back equal. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { formats, type Format } from '../../src/output/output.ts';
import { unescapeTsv } from '../../src/output/escape.ts';
import { plainText } from '../../src/output/value.ts';
import { tried } from '../support/laws.ts';
import { pagesOf, scene, thing, thingShape } from './support.ts';

/** Our own isolates around a text that runs from right to left; a server cannot close or open one. */
const isolated = /\u2068([^\u2066-\u2069\n]*)\u2069/g;

/** What must never reach a terminal; newline and tab are our own separators. */
const forbidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffd]/;

const nasty = fc.constantFrom(
  ...[
    '\u001b[2J',
    '\u009b31m',
    '\u0007',
    '\r',
    '\n',
    '\t',
    '\u202e',
    '\u2066',
    '\u200b',
    '\u2028',
    '\u0085',
    '\ufeff',
  ],
  ...[
    '\ud800',
    '\udfff',
    '\u0000',
    '\u007f',
    '"',
    "'",
    ',',
    '\\',
    '\\u{1b}',
    ': ',
    '- ',
    '#',
    '|',
    '=1',
    '日本',
    '👩‍👩‍👧',
  ],
  ...[
    'e\u0301',
    ' ',
    'null',
    'yes',
    '~',
    '1e3',
    '---',
    '%',
    '{',
    '[',
    '&a',
    '*a',
    '!t',
    '<<',
    '\u3000',
    '\u00a0',
  ],
);
/** Without U+FFFD itself, which then tells that something was lost on the way. */
const text = fc
  .oneof(
    fc
      .array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 6 })
      .map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 40 }),
  )
  .map((value) => value.replaceAll('\ufffd', ''));
const orNull = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.option(arbitrary, { nil: null });

const rows = fc.array(
  fc.record({
    ref: text,
    profile: text,
    title: orNull(text),
    url: orNull(text),
    tags: orNull(fc.array(text, { maxLength: 3 })),
    owner: orNull(
      fc.record({
        kind: fc.constantFrom('user', 'team', 'org'),
        id: orNull(text),
        name: orNull(text),
        email: orNull(text),
      }),
    ),
    size: orNull(fc.integer()),
    shared: orNull(fc.boolean()),
    level: orNull(text),
    updatedAt: orNull(text),
    settings: fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      text,
      { maxKeys: 3, noNullPrototype: true },
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

async function printed(
  format: Format,
  values: readonly object[],
  tty: boolean,
  fields: readonly string[] | null = null,
) {
  const { renderer, stdout, stderr } = scene({ format, fields, stdoutTTY: tty, stderrTTY: tty });
  await renderer.list(thingShape, pagesOf(values, 2), { empty: 'No things.', severalProfiles: true });
  await renderer.finish();
  return { out: stdout.text, err: stderr.text };
}

describe('a hostile server', () => {
  test.each(formats)('cannot steer a terminal by a list as %s', async (format) => {
    await fc.assert(
      fc.asyncProperty(rows, async (values) => {
        const { out } = await printed(
          format,
          values,
          true,
          format === 'table' ? thingShape.fields.map(({ key }) => key) : null,
        );
        expect(out.replace(isolated, '$1')).not.toMatch(forbidden);
        if (format === 'table' || format === 'tsv' || format === 'ndjson') {
          expect(out.split('\n')).toHaveLength(values.length + (format === 'table' ? 2 : 1));
        }
      }),
      tried(1_000),
    );
  });

  test.each(formats)('cannot steer a terminal by one object as %s', async (format) => {
    await fc.assert(
      fc.asyncProperty(rows, async ([value = {}]) => {
        const { renderer, stdout } = scene({ format, stdoutTTY: true });
        await renderer.record(thingShape, { value, raw: new Uint8Array() });
        expect(stdout.text.replace(isolated, '$1')).not.toMatch(forbidden);
      }),
      tried(1_000),
    );
  });

  test('cannot steer a terminal by errors, warnings, previews, values and raw bodies', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.uint8Array({ maxLength: 40 }), fc.boolean(), async (words, raw, json) => {
        const { renderer, stdout, stderr } = scene({ stdoutTTY: true, stderrTTY: true, raw: true });
        const preview = {
          title: words,
          before: { [words]: words },
          after: { [words]: [words, { a: words }] },
          requests: [{ method: words, url: words, body: words }],
        };
        renderer.note(words);
        renderer.warn(words);
        renderer.debug(words);
        await renderer.change(preview);
        await renderer.dryRun(preview);
        await renderer.value({ [words]: [words, { [words]: words }] });
        await renderer.text(words);
        await renderer.bytes(Buffer.from(words));
        await renderer.record(thingShape, { value: thing(), raw });
        await renderer.error(new Error(words), { json });
        await renderer.finish();
        // Bytes that are no UTF-8 become U+FFFD when they are shown as text.
        expect(stdout.text.replaceAll('\ufffd', '').replace(isolated, '$1')).not.toMatch(forbidden);
        expect(stderr.text.replaceAll('\ufffd', '')).not.toMatch(forbidden);
        for (const line of stderr.text.split('\n')) expect(line).not.toMatch(/^\s*(::|##)/);
      }),
      tried(1_000),
    );
  });
});

/** What a stream of UTF-8 can carry: formats without escapes lose lone surrogates. */
function wellFormed(value: string): string {
  return value.replace(/\p{Cs}/gu, '\ufffd');
}

describe('machine formats read back equal', () => {
  test.each([true, false])('json, on a terminal: %s', async (tty) => {
    await fc.assert(
      fc.asyncProperty(rows, async (values) => {
        expect(JSON.parse((await printed('json', values, tty)).out)).toEqual(values);
      }),
      tried(1_000),
    );
  });

  test.each([true, false])('ndjson, on a terminal: %s', async (tty) => {
    await fc.assert(
      fc.asyncProperty(rows, async (values) => {
        const lines = (await printed('ndjson', values, tty)).out.trimEnd().split('\n');
        expect(lines.map((line): unknown => JSON.parse(line))).toEqual(values);
      }),
      tried(1_000),
    );
  });

  test.each([true, false])('yaml, on a terminal: %s', async (tty) => {
    await fc.assert(
      fc.asyncProperty(rows, async (values) => {
        expect(parse((await printed('yaml', values, tty)).out)).toEqual(values);
      }),
      tried(1_000),
    );
  });

  test.each([true, false])('tsv, on a terminal: %s', async (tty) => {
    await fc.assert(
      fc.asyncProperty(rows, async (values) => {
        const { out } = await printed('tsv', values, tty, ['ref', 'title', 'tags', 'owner', 'level']);
        const cells = out
          .split('\n')
          .slice(0, -1)
          .map((line) => line.split('\t').map(unescapeTsv));
        expect(cells).toEqual(
          values.map(({ ref, title, tags, owner, level }) => [
            ref,
            plainText(title, 'text'),
            plainText(tags, 'list'),
            plainText(owner, 'principal'),
            plainText(level, 'level'),
          ]),
        );
      }),
      tried(1_000),
    );
  });

  test('csv on a pipe', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (values) => {
        const { out } = await printed('csv', values, false, ['ref', 'title', 'size']);
        const [header, ...lines] = parseCsv(out);
        expect(header).toEqual(['ref', 'title', 'size']);
        const read = lines.map(([ref = '', title = '', size]) => [unguard(ref), unguard(title), size]);
        expect(read).toEqual(
          values.map(({ ref, title, size }) => [
            wellFormed(ref),
            wellFormed(plainText(title, 'text')),
            plainText(size, 'number'),
          ]),
        );
      }),
      tried(1_000),
    );
  });
});

function unguard(cell: string): string {
  return /^'+[=+\-@\t\r＝＋－＠]/.test(cell) ? cell.slice(1) : cell;
}

/** RFC 4180, written anew so that it shares no mistake with the writer. */
function parseCsv(csv: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let index = 0; index < csv.length; index++) {
    const character = csv.charAt(index);
    if (quoted) {
      if (character !== '"') cell += character;
      else if (csv.charAt(index + 1) === '"') {
        cell += '"';
        index++;
      } else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',') {
      cells.push(cell);
      cell = '';
    } else if (character === '\r' && csv.charAt(index + 1) === '\n') {
      lines.push([...cells, cell]);
      cells = [];
      cell = '';
      index++;
    } else cell += character;
  }
  return lines;
}
