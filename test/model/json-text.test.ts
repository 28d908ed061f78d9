import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compactJson,
  indentJson,
  itemTexts,
  jsonObjectText,
  memberText,
  parseJsonText,
  removeMembers,
  replaceValueText,
  sameJsonText,
  setMembers,
  setMemberText,
} from '../../src/model/json-text.ts';
import { tried } from '../support/laws.ts';

const untouched = '{ "b" : 9007199254740993,\n\t"2":1.0, "1":1e400 ,"u":"\\u00e9","x":[ 1,2 ] }';

describe('setMemberText', () => {
  test('changes its own value and nothing else', () => {
    expect(setMemberText(untouched, '2', '"new"')).toBe(untouched.replace('1.0', '"new"'));
  });

  test('adds a member behind the last, or to an empty object', () => {
    expect(setMemberText('{"a":1 }', 'b', 'true')).toBe('{"a":1,"b":true }');
    expect(setMemberText('{ }', 'a', '{}')).toBe('{"a":{}}');
  });

  test('sets every one of duplicate keys, so that no reader sees the old value', () => {
    expect(setMemberText('{"a":1,"a":2}', 'a', '3')).toBe('{"a":3,"a":3}');
  });

  test('takes __proto__ as a name like any other', () => {
    expect(setMembers('{"__proto__":{"x":1}}', { a: 1 })).toBe('{"__proto__":{"x":1},"a":1}');
  });
});

describe('removeMembers', () => {
  const without = (text: string, ...names: readonly string[]) =>
    removeMembers(text, (path) => names.includes(path.join('.')));

  test.each([
    ['{"a":1,"b":2,"c":3}', ['a'], '{"b":2,"c":3}'],
    ['{"a":1,"b":2,"c":3}', ['b'], '{"a":1,"c":3}'],
    ['{"a":1,"b":2,"c":3}', ['c'], '{"a":1,"b":2}'],
    ['{"a":1,"b":2,"c":3}', ['a', 'b'], '{"c":3}'],
    ['{"a":1,"b":2,"c":3}', ['b', 'c'], '{"a":1}'],
    ['{"a":1,"b":2,"c":3}', ['a', 'c'], '{"b":2}'],
    ['{"a":1}', ['a'], '{}'],
    ['{"w":[{"id":1,"x":2},{"id":3}],"id":4}', ['id', 'w.0.id', 'w.1.id'], '{"w":[{"x":2},{}]}'],
  ])('%s without %j', (text, names, expected) => {
    expect(without(text, ...names).text).toBe(expected);
  });

  test('names what it took out, in order, and does not look inside', () => {
    expect(without('{"a":{"b":1},"c":{"b":2}}', 'a', 'a.b', 'c.b').removed).toEqual([['a'], ['c', 'b']]);
  });

  test('names places within arrays, and hands over values only when asked', () => {
    const seen: unknown[] = [];
    const text = '{"w":[1,{"id": 7,"x":[{"id":[2]}]}]}';
    const { removed } = removeMembers(text, (path, value) => {
      if (path.at(-1) === 'id') seen.push(value());
      return path.at(-1) === 'id';
    });
    expect(removed).toEqual([
      ['w', 1, 'id'],
      ['w', 1, 'x', 0, 'id'],
    ]);
    expect(seen).toEqual([7, [2]]);
    expect(without('12', 'a')).toEqual({ text: '12', removed: [] });
  });

  test('whatever is removed, the rest means what it meant', () => {
    const key = fc.constantFrom('a', 'b', 'id', '2', '__proto__x');
    const document = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.integer(),
        fc.string(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).value;
    const strip = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(strip);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).flatMap(([name, inner]) => (name === 'id' ? [] : [[name, strip(inner)]])),
      );
    };
    fc.assert(
      fc.property(
        fc.dictionary(key, document, { noNullPrototype: true }),
        fc.constantFrom(undefined, 1, '\t'),
        (value, indent) => {
          const { text } = removeMembers(JSON.stringify(value, null, indent), (path) => path.at(-1) === 'id');
          expect(JSON.parse(text)).toEqual(strip(value));
        },
      ),
      tried(1_000),
    );
  });
});

test('memberText gives the value as written; of duplicates the last', () => {
  expect(memberText(untouched, ['1'])).toBe('1e400');
  expect(memberText(untouched, ['x'])).toBe('[ 1,2 ]');
  expect(memberText(untouched, [])).toBe(untouched);
  expect(memberText('{"a":1,"a":2}', ['a'])).toBe('2');
  expect(memberText('{"a":[{"b":[1,2]}]}', ['a', 0, 'b', 1])).toBe('2');
});

test.each([
  [untouched, ['x', 'y']],
  [untouched, ['x', 'y', 'z']],
  [untouched, ['none', 'y']],
  ['[1]', [1]],
  ['{"0":1}', [0]],
  ['[["a",1]]', ['a']],
  ['"abc"', [0]],
] as const)('%s has nothing at %j', (text, at) => {
  expect(memberText(text, at)).toBeNull();
  expect(itemTexts(text, at)).toEqual([]);
  expect(replaceValueText(text, at, '"new"')).toBe(text);
});

test('items and values come and go as they are written', () => {
  expect(itemTexts('{"x":[ 1.0,{"a": 2}]}', ['x'])).toEqual(['1.0', '{"a": 2}']);
  expect(itemTexts('{"x":{"a":1}}', ['x'])).toEqual([]);
  expect(itemTexts('"x"', [])).toEqual([]);
  expect(replaceValueText('{"x":[1,2]}', ['x', 1], '"@2"')).toBe('{"x":[1,"@2"]}');
});

test('what is no document cannot be edited', () => {
  expect(() => memberText('', ['a'])).toThrow(
    expect.objectContaining({ code: 'invalid-input', message: 'The text holds no JSON document.' }),
  );
  expect(() => memberText('{"a"', ['a'])).toThrow(
    expect.objectContaining({ code: 'invalid-input', message: 'The text is no complete JSON document.' }),
  );
});

test('indentation changes white space only, and once is enough', () => {
  const indented = indentJson(untouched);
  expect(indented.replace(/\s/g, '')).toBe(untouched.replace(/\s/g, ''));
  expect(indented).toContain('\n  "b": 9007199254740993,\n');
  expect(indentJson(indented)).toBe(indented);
});

test('indentation is what JSON.stringify gives, wherever that loses nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const plain = JSON.stringify(JSON.parse(JSON.stringify(value)), null, indent);
      expect(indentJson(plain)).toBe(`${JSON.stringify(JSON.parse(plain), null, 2)}\n`);
    }),
    tried(1_000),
  );
});

test('indentation keeps empty ones on their line, and a text of nothing', () => {
  expect(indentJson('[{},[],{"a":[ ]}]')).toBe('[\n  {},\n  [],\n  {\n    "a": []\n  }\n]\n');
  expect(indentJson('\uFEFF12')).toBe('12\n');
  expect(indentJson('')).toBe('\n');
});

test('compact text lacks the blanks between, and only those', () => {
  expect(compactJson('\uFEFF{ "a b" : [ 1.0, -2e5 ,\n"\\" :" ], "c":{ } }')).toBe(
    '{"a b":[1.0,-2e5,"\\" :"],"c":{}}',
  );
  expect(compactJson(' ')).toBe('');
});

test.each([
  ['{"a":1,"b":[1,null]}', '{ "b": [1, null], "a": 1 }', true],
  ['\uFEFF"a"', '"\\u0061"', true],
  ['{"a":1,"a":2}', '{"a":2}', true],
  ['{"a":9007199254740993}', '{"a":9007199254740992}', false],
  ['1', '1.0', false],
  ['1', '"1"', false],
  ['"a"', '"b"', false],
  ['true', 'false', false],
  ['null', '[]', false],
  ['{}', '[]', false],
  ['[]', '{}', false],
  ['[1,2]', '[2,1]', false],
  ['[1,2]', '[1,3]', false],
  ['[1,2]', '[1]', false],
  ['[1]', '[1,2]', false],
  ['{"a":null}', '{}', false],
  ['{"a":1}', '{"a":1,"b":2}', false],
  ['{"a":1}', '{"b":1}', false],
  ['{"a":1,"b":2}', '{"a":1,"b":3}', false],
  ['{"a":1,"a":1}', '{"a":1,"b":1}', false],
])('that %s says the same as %s is %s: blanks and order do not count, digits do', (left, right, same) => {
  expect(sameJsonText(left, right)).toBe(same);
  expect(sameJsonText(right, left)).toBe(same);
});

test('a fault is told by line and column, never by quoting the text', () => {
  const at = (text: string): string => {
    try {
      parseJsonText(text, 'body.json');
      return 'none';
    } catch (error) {
      expect(error).toMatchObject({
        code: 'invalid-input',
        hint: 'Comments and trailing commas are not allowed.',
      });
      return error instanceof Error ? error.message : '';
    }
  };
  expect(at('{\n  "secret": tru\n}')).toBe('body.json is no JSON: line 2, column 13.');
  expect(at('tru')).toBe('body.json is no JSON: line 1, column 1.');
  expect(at('{"a":1,}')).toBe('body.json is no JSON: line 1, column 8.');
  expect(at('{\n/* x */ "a": tru}')).toBe('body.json is no JSON: line 2, column 1.');
  expect(at('// note\n{}')).toBe('body.json is no JSON: line 1, column 1.');
});

test.each(['[]', 'null', '"a"', '1', 'true'])('%s is no object', (text) => {
  expect(() => jsonObjectText(text, 'x')).toThrow(
    expect.objectContaining({ code: 'invalid-input', message: 'x holds no JSON object.' }),
  );
});

test('the text of an object comes without a mark and outer blanks', () => {
  expect(jsonObjectText('\uFEFF {"a": 1}\n', 'x')).toBe('{"a": 1}');
});

test('hostile depth is refused without an overflow', () => {
  expect(() => parseJsonText('['.repeat(1_000_000), 'x')).toThrow(
    expect.objectContaining({ code: 'invalid-input', message: 'x is nested deeper than 512 levels.' }),
  );
  const nested = (levels: number, open: string, close: string): string =>
    `${open.repeat(levels)}1${close.repeat(levels)}`;
  expect(() => parseJsonText(nested(512, '[', ']'), 'x')).not.toThrow();
  expect(() => parseJsonText(nested(513, '[', ']'), 'x')).toThrow(/deeper/);
  expect(() => parseJsonText(nested(512, '{"a":', '}'), 'x')).not.toThrow();
  expect(() => parseJsonText(nested(513, '{"a":', '}'), 'x')).toThrow(/deeper/);
});

test('only brackets that are open count, and none within strings', () => {
  const many = (piece: string): unknown => parseJsonText(`[${Array(600).fill(piece).join(',')}]`, 'x');
  for (const piece of ['[]', '{}', '"["', '"{"', '"\\"[[["', '"\\\\",["\\\\"]', '"]"']) {
    expect(many(piece)).toBeInstanceOf(Array);
  }
  expect(parseJsonText(`"${'['.repeat(1000)}"`, 'x')).toHaveLength(1000);
  expect(() => parseJsonText(`["\\\\",${'['.repeat(600)}`, 'x')).toThrow(/deeper/);
  expect(() => parseJsonText(`["]]]",${'['.repeat(512)}`, 'x')).toThrow(/deeper/);
});
