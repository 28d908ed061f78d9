import { expect, it } from 'vitest';
import { canonicalText, fingerprint } from '../../src/journal/canonical.ts';

it.each([
  [{ b: [1, { z: null, a: 'x"' }], a: true }, '{"a":true,"b":[1,{"a":"x\\"","z":null}]}'],
  [{ B: 1, a: 2, é: 3, '10': 4, '9': 5 }, '{"10":4,"9":5,"B":1,"a":2,"é":3}'],
  [[], '[]'],
  [{}, '{}'],
  [null, 'null'],
  ['Ü', '"Ü"'],
])('%j has one text', (value, text) => {
  expect(canonicalText(value)).toBe(text);
});

it('takes the fingerprint of that text in UTF-8', () => {
  // printf '{"a":"Ü"}' | sha256sum
  expect(fingerprint({ a: 'Ü' })).toBe('43c4cd3af503a6f3d7d6ae889930d40bd198c945a33ca279b3816b073e490d60');
  expect(fingerprint({ a: 1, b: 2 })).toBe(fingerprint({ b: 2, a: 1 }));
  expect(fingerprint([1, 2])).not.toBe(fingerprint([2, 1]));
});
