import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
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
    );
  });
});

test('memberText gives the value as written; of duplicates the last', () => {
  expect(memberText(untouched, ['1'])).toBe('1e400');
  expect(memberText(untouched, ['x'])).toBe('[ 1,2 ]');
  expect(memberText('{"a":1,"a":2}', ['a'])).toBe('2');
  expect(memberText(untouched, ['x', 'y'])).toBeNull();
  expect(itemTexts('{"x":[ 1.0,{"a": 2}]}', ['x'])).toEqual(['1.0', '{"a": 2}']);
  expect(replaceValueText('{"x":[1,2]}', ['x', 1], '"@2"')).toBe('{"x":[1,"@2"]}');
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
  );
});

test('sameness ignores blanks and order, never digits', () => {
  expect(sameJsonText('{"a":1,"b":[1,null]}', '{ "b": [1, null], "a": 1 }')).toBe(true);
  expect(sameJsonText('{"a":9007199254740993}', '{"a":9007199254740992}')).toBe(false);
  expect(sameJsonText('[1,2]', '[2,1]')).toBe(false);
  expect(sameJsonText('{"a":null}', '{}')).toBe(false);
});

test('a fault is told by line and column, never by quoting the text', () => {
  const broken = '{\n  "secret": tru\n}';
  expect(() => parseJsonText(broken, 'body.json')).toThrow('body.json is no JSON: line 2, column 13.');
  expect(() => parseJsonText('{"a":1,}', 'x')).toThrow(/no JSON/);
  expect(() => parseJsonText('// note\n{}', 'x')).toThrow(/no JSON/);
  expect(() => jsonObjectText('[]', 'x')).toThrow('x holds no JSON object.');
  expect(jsonObjectText('\uFEFF {"a":1}\n', 'x')).toBe('{"a":1}');
});

test('hostile depth is refused without an overflow', () => {
  expect(() => parseJsonText('['.repeat(1_000_000), 'x')).toThrow(/deeper than 512/);
  expect(parseJsonText(`"${'['.repeat(1000)}"`, 'x')).toHaveLength(1000);
});
