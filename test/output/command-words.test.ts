import { describe, expect, test } from 'vitest';
import { commandWords } from '../../src/output/command-words.ts';

describe('a command line in a variable', () => {
  test.each<[line: string, words: readonly string[]]>([
    ['less', ['less']],
    ['  less   -FRX\t-S ', ['less', '-FRX', '-S']],
    [`'my pager' "two words" a\\ b`, ['my pager', 'two words', 'a b']],
    [`p "a \\"b\\" \\n" '\\n$x|y'`, ['p', 'a "b" \\n', '\\n$x|y']],
    [`p "" ''`, ['p', '', '']],
    ['p a"b"c', ['p', 'abc']],
    ['p x=1 a~b', ['p', 'x=1', 'a~b']],
  ])('%s', (line, [file, ...args]) => {
    expect(commandWords(line)).toEqual({ file, args, env: {} });
  });

  test('may set variables for the program', () => {
    expect(commandWords('LESSCHARSET=utf-8 LESS="-F -X" less -S')).toEqual({
      file: 'less',
      args: ['-S'],
      env: { LESSCHARSET: 'utf-8', LESS: '-F -X' },
    });
  });

  test.each([
    '',
    '  ',
    'A=1',
    'less | cat',
    'less > x',
    'less; x',
    'less & x',
    '$PAGER',
    '"$PAGER"',
    '`x`',
    '"`x`"',
    '$(x)',
    '~/bin/p',
    'p *.txt',
    `p 'open`,
    'p "open',
    'p \\',
    'p\nq',
  ])('needs a shell or names nothing: %j', (line) => {
    expect(commandWords(line)).toBeNull();
  });
});
