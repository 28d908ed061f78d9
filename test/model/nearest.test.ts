import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../src/model/nearest.ts';
import { tried } from '../support/laws.ts';

describe('nearest', () => {
  it.each([
    ['dashbords', 'dashboards'],
    ['lsit', 'list'],
    ['EDIT', 'edit'],
    ['veiw', 'view'],
    ['dmin', 'admin'],
    ['grafena', 'grafana'],
    // A third of the word may differ: two of seven letters, three of ten.
    ['grxfxna', 'grafana'],
    ['dashxoxrxs', 'dashboards'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, ['dashboards', 'list', 'edit', 'view', 'admin', 'grafana', 'none'])).toBe(meant);
  });

  it.each(['', 'x', 'workspace', 'zzzz', 'ledt', 'exxt'])('makes no guess for %j', (word) => {
    expect(nearest(word, ['list', 'edit', 'a'])).toBeNull();
  });

  it('finds the first of equally close ones', () => {
    expect(nearest('prox', ['prod', 'pros'])).toBe('prod');
  });

  it('counts a swap of neighbours as one change', () => {
    expect(editDistance('abcd', 'acbd')).toBe(1);
    expect(editDistance('ba', 'ab')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
  });

  it.each([
    ['ab', 'cd', 2],
    ['ab', 'ca', 2],
    ['abc', 'cab', 2],
    ['ca', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['aab', 'aba', 1],
    ['abab', 'baba', 2],
  ])('from %s to %s are %i changes', (a, b, changes) => {
    expect(editDistance(a, b)).toBe(changes);
  });

  it('measures the same in both directions, and nothing only between equals', () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
      tried(1_000),
    );
  });
});
