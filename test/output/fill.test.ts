/** Sentences between words: what a person copies stays whole. */
import { describe, expect, test } from 'vitest';
import { mostCells, wrapSentences } from '../../src/output/fill.ts';
import { displayWidth } from '../../src/output/width.ts';

const lines = (text: string, columns: number): readonly string[] => wrapSentences(text, columns).split('\n');

describe('sentences', () => {
  test('break between words, further lines indented', () => {
    expect(lines('The address stops working for good.', 20)).toEqual([
      'The address stops',
      '  working for good.',
    ]);
    expect(lines('short', 20)).toEqual(['short']);
    expect(lines('  keeps its own indentation', 20)).toEqual(['  keeps its own', '    indentation']);
  });

  test('keep what is longer than a line whole, from the first column', () => {
    expect(lines('See https://example.com/dashboard/abc for more', 20)).toEqual([
      'See',
      'https://example.com/dashboard/abc',
      '  for more',
    ]);
  });

  test.each([
    'dashctl share update prod/abc-def-ghi --status paused',
    'dashctl dashboards restore prod/abc-def-ghi',
    'dashctl acl grant prod/3 team:sre=edit --yes',
    'dashctl profile test -p prod',
  ])('never break within %s', (command) => {
    for (const text of [`To go back: ${command}.`, `Run ${command}; that is all there is to it.`, command]) {
      for (let columns = 20; columns < 100; columns += 3) {
        expect(lines(text, columns).filter((line) => line.includes(command))).toHaveLength(1);
      }
    }
  });

  test('take prose behind a command for prose', () => {
    expect(lines('Use dashctl profile test which shows what the credentials may do.', 40)).toEqual([
      'Use dashctl profile test which shows',
      '  what the credentials may do.',
    ]);
    expect(lines('Run dashctl profile list. The second one is old.', 32)).toEqual([
      'Run dashctl profile list. The',
      '  second one is old.',
    ]);
    expect(lines('First dashctl acl list, then dashctl acl levels once more', 30)).toEqual([
      'First dashctl acl list, then',
      '  dashctl acl levels once more',
    ]);
  });

  test.each(['plain', '日本語', '👩‍👩‍👧 team', 'cafe\u0301', 'مرحبا', '… → –', '✅ ⌚', '↔️'])(
    'are never measured too narrow: %s',
    (text) => {
      expect(mostCells(text)).toBeGreaterThanOrEqual(displayWidth(text));
    },
  );
});
