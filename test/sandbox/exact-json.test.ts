import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactNumber, parseExact, printExact } from '../../src/sandbox/exact-json.ts';
import { tried } from '../support/laws.ts';

describe('exact JSON', () => {
  it.each([
    '9223372036854775807',
    '[9007199254740993,-9007199254740993,1.0,1e400,-0,0.1,12]',
    '{"id":9007199254740993,"text":"9007199254740993 and \\"1.0\\" \\\\","2":1,"1":{}}'.replace(
      ',"2":1,"1":{}',
      '',
    ),
    '{"text":"\\u00e4\\n","nested":[[1.50]]}'.replace('\\u00e4', 'ä'),
  ])('gives %s back digit for digit', (text) => {
    expect(printExact(parseExact(text))).toBe(text);
  });

  it('is plain JSON for everything else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const plain: unknown = JSON.parse(text);
        expect(JSON.parse(printExact(parseExact(text)))).toEqual(plain);
      }),
      tried(1_000),
    );
  });

  it('survives being stored as JSON', () => {
    const value = { id: exactNumber('9007199254740993') };
    expect(printExact(JSON.parse(JSON.stringify(value)))).toBe('{"id":9007199254740993}');
  });

  it('takes no text for a number and refuses broken JSON', () => {
    const text = '{"a":"{\\"\\\\u0000number\\":\\"1\\"}"}';
    expect(JSON.parse(printExact(parseExact(text)))).toEqual(JSON.parse(text));
    expect(() => parseExact('{"a":01}')).toThrow(SyntaxError);
  });
});
