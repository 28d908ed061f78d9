import { expect, it } from 'vitest';
import { createUlid } from '../../src/journal/ulid.ts';

it('holds its time in ten characters and chance in sixteen', () => {
  // The example of the ULID specification.
  expect(createUlid(1_469_918_176_385)).toMatch(/^01ARYZ6S41[0-9A-HJKMNP-TV-Z]{16}$/);
  expect(createUlid(2 ** 48 - 1)).toMatch(/^7ZZZZZZZZZ[0-9A-HJKMNP-TV-Z]{16}$/);
  expect(createUlid(0.9)).toMatch(/^0{10}[0-9A-HJKMNP-TV-Z]{16}$/);
});

it('is another one each time, and uses every character', () => {
  const many = Array.from({ length: 1000 }, () => createUlid(0));
  expect(new Set(many).size).toBe(1000);
  for (let place = 10; place < 26; place += 1) {
    expect(new Set(many.map((one) => one[place])).size).toBe(32);
  }
});

it('sorts by time', () => {
  const times = [0, 31, 32, 1023, 1024, 1_469_918_176_385, 1_469_918_176_386];
  const names = times.map(createUlid);
  expect(names.toSorted()).toEqual(names);
});
