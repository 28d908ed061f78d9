/** Noun and verb are found on lines whose options may stand anywhere. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tried } from '../support/laws.ts';
import { globalGroups, kebabCase } from '../../src/cli/global-options.ts';
import { locate } from '../../src/cli/locate.ts';
import { allCommands, nouns } from '../../src/cli/nouns.ts';
import { allOptions, parseCommand } from '../../src/cli/parse.ts';
import type { ParsedCommand } from '../../src/cli/parse.ts';

/** Reads a whole line as `run` does. */
async function read(argv: readonly string[]): Promise<{ command: string; parsed: ParsedCommand }> {
  const { command, rest } = await locate(argv);
  if (command === null) throw new Error(`No command in ${argv.join(' ')}`);
  return { command: `${command.noun} ${command.verb}`, parsed: parseCommand(command, rest) };
}

describe('locate', () => {
  it.each([
    [['dashboards', 'list'], 'dashboards', 'list'],
    [['-p', 'sandbox', 'dashboards', 'list'], 'dashboards', 'list'],
    [['-p=sandbox', 'dashboards', 'list'], 'dashboards', 'list'],
    [['-psandbox', 'dashboards', 'list'], 'dashboards', 'list'],
    [['-yp', 'sandbox', 'dashboards', 'delete', 'abc'], 'dashboards', 'delete'],
    [['-ypsandbox', 'dashboards', 'delete', 'abc'], 'dashboards', 'delete'],
    [['--profile', 'share', 'dashboards', '--json', 'list'], 'dashboards', 'list'],
    [['dashboards', '--search', 'get', 'list'], 'dashboards', 'list'],
    [['--search', 'acl', 'dashboards', 'list'], 'dashboards', 'list'],
    [['--search=acl', 'dashboards', 'list'], 'dashboards', 'list'],
    [['--shared', 'dashboards', 'list'], 'dashboards', 'list'],
    [['--no-shared', 'dashboards', 'list'], 'dashboards', 'list'],
    [['--yes', 'invite', 'send'], 'invite', 'send'],
    [['dashboard', 'ls'], 'dashboards', 'list'],
    [['dashboards', 'rm', 'abc'], 'dashboards', 'delete'],
    [['dashboards', 'show', 'abc'], 'dashboards', 'get'],
    [['profile', 'show'], 'profile', 'show'],
    [['invitations', 'list', 'x'], 'invite', 'list'],
  ])('%j is %s %s', async (argv, noun, verb) => {
    const { command } = await locate(argv);
    expect(command).toMatchObject({ noun, verb });
  });

  it('leaves everything else to the parser, in order', async () => {
    const { rest } = await locate(['-p', 'x', 'dashboards', '--json', 'get', 'list', '--', '-y']);
    expect(rest).toEqual(['-p', 'x', '--json', 'list', '--', '-y']);
  });

  it('takes words behind -- neither for noun nor for verb', async () => {
    expect(await locate(['--', 'dashboards', 'list'])).toMatchObject({ nounWord: null, noun: null });
    expect(await locate(['dashboards', '--', 'list'])).toMatchObject({ verbWord: null, command: null });
  });

  it('knows from the definitions alone whether an option takes a value: no two commands disagree', async () => {
    const takes = new Map<string, boolean>();
    const sets = [
      ...globalGroups(null).map((group) => group.options),
      ...(await allCommands()).map((command) => allOptions(command)),
    ];
    for (const [name, spec] of sets.flatMap((set) => Object.entries(set))) {
      const value = spec.arity === 'value' || spec.arity === 'list';
      for (const word of [`--${kebabCase(name)}`, ...(spec.short === null ? [] : [`-${spec.short}`])]) {
        expect([word, takes.get(word) ?? value]).toEqual([word, value]);
        takes.set(word, value);
      }
    }
    expect(takes.size).toBeGreaterThan(30);
  });

  it('finds no noun and no alias twice', () => {
    const words = nouns.flatMap((noun) => [noun.name, ...noun.aliases]);
    expect(new Set(words).size).toBe(words.length);
  });
});

describe('options anywhere', () => {
  const groups: Readonly<Record<string, readonly (readonly string[])[]>> = {
    'dashboards list': [
      ['-p', 'sandbox-datadog'],
      ['--profile=list'],
      ['--search', 'dashboards'],
      ['--no-shared'],
      ['--tag', 'a=b'],
      ['--limit=3'],
      ['--json'],
      ['--fields', 'id,title'],
    ],
    'share create': [
      ['--type', 'open'],
      ['--invite=bo@example.com'],
      ['-y'],
      ['--expires', '7d'],
      ['--dry-run'],
    ],
    'acl set': [['--empty'], ['--folder', 'ops'], ['--no-input'], ['-o', 'json'], ['--timeout', '5s']],
  };
  const args: Readonly<Record<string, readonly string[]>> = {
    'dashboards list': [],
    'share create': ['prod/abc-def-ghi'],
    'acl set': ['team:sre=edit', 'role:Viewer=view'],
  };

  it.each(Object.keys(groups))('%s reads the same in every order of its options', async (name) => {
    const words = [...name.split(' '), ...(args[name] ?? [])];
    const options = groups[name] ?? [];
    const expected = await read([...words, ...options.flat()]);
    expect(expected.command).toBe(name);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...options.keys()], { minLength: options.length }),
        fc.array(fc.nat({ max: words.length }), { minLength: options.length, maxLength: options.length }),
        async (order, places) => {
          // Positional words keep their order, and so do repeated options; between them everything moves.
          const repeated = order.filter((index) => isProfile(options[index])).sort((a, b) => a - b);
          const sorted = order.map((index) =>
            isProfile(options[index]) ? (repeated.shift() ?? index) : index,
          );
          const slots = [...places].sort((a, b) => a - b);
          const line = words.flatMap((word, at) => [
            ...sorted.flatMap((index, turn) => (slots[turn] === at ? (options[index] ?? []) : [])),
            word,
          ]);
          const last = sorted.flatMap((index, turn) =>
            slots[turn] === words.length ? (options[index] ?? []) : [],
          );
          expect(await read([...line, ...last])).toEqual(expected);
        },
      ),
      tried(60),
    );
  });

  function isProfile(group: readonly string[] | undefined): boolean {
    return group?.[0]?.startsWith('-p') === true || group?.[0]?.startsWith('--profile') === true;
  }
});
