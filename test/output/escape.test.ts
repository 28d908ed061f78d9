import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  escapeCsv,
  escapeIdentifier,
  escapeJson,
  escapeLine,
  escapeText,
  escapeTsv,
  guardFormula,
  guardLines,
  unescapeTsv,
} from '../../src/output/escape.ts';
import { tried } from '../support/laws.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });

describe('text for a terminal', () => {
  test('shows what would steer it', () => {
    expect(escapeLine('a\u001b[2Jb')).toBe('a\\u{1b}[2Jb');
    expect(escapeLine('a\tb\nc\rd')).toBe('a\\tb\\nc\\rd');
    expect(escapeLine('\u009b31m\u007f\u0000')).toBe('\\u{9b}31m\\u{7f}\\u{0}');
    expect(escapeLine('abc\u202edcba\u2066\u061c\u200e')).toBe('abc\\u{202e}dcba\\u{2066}\\u{61c}\\u{200e}');
    expect(escapeLine('\u2028\u2029\ud800')).toBe('\\u{2028}\\u{2029}\\u{d800}');
  });

  test('leaves letters of all scripts, marks and emoji', () => {
    const text = '日本語 é नमस्ते 👩‍👩‍👧 Ünïcödé שלום';
    expect(escapeLine(text)).toBe(text);
    expect(escapeText(`${text}\n\t${text}`)).toBe(`${text}\n\t${text}`);
  });

  test('keeps newlines and tabs of several lines, but no carriage return', () => {
    expect(escapeText('a\r\n\tb\u000b')).toBe('a\\r\n\tb\\u{b}');
  });

  test('shows characters without width in identifiers', () => {
    expect(escapeIdentifier('abc\u200bdef\ufeff\u00ad\u2060')).toBe(
      'abc\\u{200b}def\\u{feff}\\u{ad}\\u{2060}',
    );
  });
});

describe('JSON for a terminal', () => {
  test('parses back to the same value', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.json()), (value) => {
        const json = JSON.stringify(value);
        expect(JSON.parse(escapeJson(json))).toEqual(value);
      }),
      tried(1_000),
    );
  });

  test('writes C1, DEL and bidirectional controls as escapes', () => {
    expect(escapeJson(JSON.stringify('\u009b\u007f\u202e\u2028'))).toBe('"\\u009b\\u007f\\u202e\\u2028"');
  });
});

describe('tsv', () => {
  test('a value stays one cell of one line and reads back', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const cell = escapeTsv(text);
        expect(cell).not.toMatch(/[\t\n\r]/);
        expect(unescapeTsv(cell)).toBe(text);
        expect(unescapeTsv(escapeLine(cell))).toBe(text);
      }),
      tried(1_000),
    );
  });

  test('escapes tab, newline, carriage return and backslash', () => {
    expect(escapeTsv('\t')).toBe('\\t');
    expect(escapeTsv('a\tb\nc\rd\\e')).toBe('a\\tb\\nc\\rd\\\\e');
    expect(unescapeTsv('a\\\\tb')).toBe('a\\tb');
    expect(unescapeTsv('a\\tb\\nc\\rd\\\\e\\u{1b}\\x')).toBe('a\tb\nc\rd\\e\u001b\\x');
  });
});

describe('csv', () => {
  test('quotes by RFC 4180', () => {
    expect(escapeCsv('plain')).toBe('plain');
    expect(escapeCsv('a b')).toBe('a b');
    expect(escapeCsv(' a')).toBe('" a"');
    expect(escapeCsv('a ')).toBe('"a "');
    expect(escapeCsv('a,b')).toBe('"a,b"');
    expect(escapeCsv('say "hi"')).toBe('"say ""hi"""');
    expect(escapeCsv('a\nb')).toBe('"a\nb"');
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '＋1', '－1', '＠a', "'=1", "''=1"])(
    'guards %j with one quote',
    (text) => {
      expect(guardFormula(text)).toBe(`'${text}`);
    },
  );

  test.each(['', 'a=b', "'tis", "''", ' =1', '1-2'])('leaves %j', (text) => {
    expect(guardFormula(text)).toBe(text);
  });

  test('taking one quote from a guarded cell gives the value back, and no value looks guarded by itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("'", '=', '-', 'a', '\t', '＝') }), (text) => {
        const cell = guardFormula(text);
        expect(/^'+[=+\-@\t\r＝＋－＠]/.test(cell) ? cell.slice(1) : cell).toBe(text);
      }),
      tried(1_000),
    );
  });
});

test('no line of ours is a command to a CI runner', () => {
  expect(guardLines('Failed: a\n::set-env name=A::b\n  ##vso[task.setvariable]\n##[error]x\nfine: yes')).toBe(
    'Failed: a\n| ::set-env name=A::b\n|   ##vso[task.setvariable]\n| ##[error]x\nfine: yes',
  );
});
