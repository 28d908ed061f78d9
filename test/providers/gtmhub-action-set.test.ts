/** The forms in which a server may tell a set of actions. */
import { describe, expect, it } from 'vitest';
import { isEmptySet, readActionSet, sameNames } from '../../src/providers/gtmhub/action-set.ts';

describe('sets of actions', () => {
  it.each([
    ['["A","B","A"]', ['A', 'B'], [], true],
    ['[]', [], [], true],
    ['{"items":["A"]}', ['A'], ['items'], true],
    ['{"actions":["A"],"count":1}', ['A'], ['actions'], true],
    ['{"permissions":[{"action":"A"},{"name":"B","action":"C"}]}', ['A', 'B'], ['permissions'], false],
    ['[{"name":"A"},"B"]', ['A', 'B'], [], false],
  ])('are read from %s', (text, names, at, plain) => {
    expect(readActionSet(JSON.parse(text))).toEqual({ names, at, plain });
  });

  it.each([
    ['null'],
    ['"A"'],
    ['7'],
    ['{}'],
    ['[1]'],
    ['["A",null]'],
    ['[["A"]]'],
    ['{"items":"A"}'],
    ['{"items":[{"id":1}]}'],
    // Which of two lists is the set is anybody's guess.
    ['{"items":["A"],"permissions":["B"]}'],
  ])('are not guessed from %s', (text) => {
    expect(readActionSet(JSON.parse(text))).toBeNull();
  });

  it('are empty only when nothing is in them', () => {
    expect(['null', '[]', '{}', '{"actions":[]}'].map((text) => isEmptySet(JSON.parse(text)))).toEqual(
      Array(4).fill(true),
    );
    expect(
      ['["A"]', '{"mask":0}', '0', '{"items":[{}]}'].map((text) => isEmptySet(JSON.parse(text))),
    ).toEqual(Array(4).fill(false));
  });

  it('are compared in any order, repeated names once', () => {
    expect(sameNames(['A', 'B', 'A'], ['B', 'A'])).toBe(true);
    expect(sameNames(['A', 'A'], ['A', 'B'])).toBe(false);
    expect(sameNames(['A'], [])).toBe(false);
  });
});
