/** Help in all its spellings, at every level: on stdout, exit 0, and nothing is touched for it. */
import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { topicNames } from '../../src/cli/topic-names.ts';
import { allCommands, nouns } from '../../src/cli/nouns.ts';
import { errorCatalogue, exitCodes } from '../../src/errors.ts';
import { descriptors } from '../../src/providers/registry.ts';
import { createCli } from '../support/cli.ts';
import type { CommandDefinition } from '../../src/cli/definition.ts';

const cli = createCli();
let commands: readonly CommandDefinition[] = [];
beforeAll(async () => {
  commands = await allCommands();
});

/** The help of a line; fails when it is not exit 0 with an empty stderr. */
async function help(line: string): Promise<string> {
  const { code, stdout, stderr } = await cli(line);
  expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
  expect(stdout).toMatch(/\n$/);
  return stdout;
}

describe('spellings', () => {
  it('shows the help of dashctl itself', async () => {
    const text = await help('--help');
    for (const spelling of ['', '-h', 'help']) expect(await help(spelling)).toBe(text);
    for (const noun of nouns) expect(text).toContain(`  ${noun.name} `);
  });

  it.each(nouns.map((noun) => noun.name))('shows the help of %s, also for the bare noun', async (noun) => {
    const text = await help(`${noun} --help`);
    // Bare, undo takes the last run back.
    if (noun !== 'undo') expect(await help(noun)).toBe(text);
    const spellings = [`${noun} --help`, `${noun} -h`, `help ${noun}`, `--help ${noun}`, `${noun} help`];
    for (const spelling of spellings) expect(await help(spelling)).toBe(text);
    for (const command of commands.filter((one) => one.noun === noun)) {
      expect(text).toContain(`  ${command.verb}`);
      expect(text).toContain(command.summary);
    }
  });

  it('shows the help of every command, examples before options', async () => {
    for (const { noun, verb, examples, summary, shape, accounts } of commands) {
      const text = await help(`${noun} ${verb} --help`);
      const spellings = [
        `${noun} ${verb} -h`,
        `help ${noun} ${verb}`,
        `-h ${noun} ${verb}`,
        `${noun} help ${verb}`,
      ];
      for (const spelling of spellings) expect(await help(spelling)).toBe(text);
      expect(text.split('\n', 3)).toEqual([
        `${summary}.`,
        '',
        expect.stringContaining(`dashctl ${noun} ${verb}`),
      ]);
      for (const example of examples) expect(text).toContain(`  ${example.command}\n`);
      expect(text.indexOf('Examples:')).toBeLessThan(text.indexOf('\nOutput:'));
      expect(text.includes('Fields:')).toBe(shape !== null);
      expect(text.includes('Providers:')).toBe(
        accounts !== 'none' && !['profile', 'api', 'history', 'undo'].includes(noun),
      );
    }
    expect(commands.length).toBeGreaterThan(30);
  });

  it('wins over everything else on the line', async () => {
    const text = await help('dashboards delete --help');
    expect(await help('dashboards delete x --yes -p nobody --help')).toBe(text);
    expect(await help('dashboards delete --bogus -h')).toBe(text);
    expect(readdirSync(cli.home)).toEqual([]);
  });

  it('is an argument behind --', async () => {
    const { code, stderr } = await cli('dashboards get -p sandbox-datadog -- --help');
    expect(code).toBe(2);
    expect(stderr).toContain('"--help" is no Datadog dashboard id');
  });

  it('shows every topic that the root help names', async () => {
    const root = await help('--help');
    for (const topic of Object.keys(topicNames())) {
      expect(root).toContain(topic);
      expect((await help(`help ${topic}`)).length).toBeGreaterThan(100);
    }
  });
});

describe('topics', () => {
  it('lists each exit code with its meaning', async () => {
    const text = await help('help exit-codes');
    for (const code of Object.keys(exitCodes)) expect(text).toMatch(new RegExp(`^ *${code} +`, 'm'));
    for (const meaning of Object.values(exitCodes)) expect(text).toContain(meaning);
    for (const code of Object.values(errorCatalogue)) expect(Object.keys(exitCodes)).toContain(String(code));
  });

  it('lists every variable of every provider', async () => {
    const text = await help('help environment');
    for (const { settings, secrets, baseUrlEnv } of descriptors) {
      for (const name of [...[...settings, ...secrets].flatMap((field) => field.env), ...baseUrlEnv])
        expect(text).toContain(name);
    }
    for (const name of [
      'DASHCTL_PROFILE',
      'DASHCTL_PROVIDER',
      'DASHCTL_CONFIG_DIR',
      'NO_COLOR',
      'CI',
      'HTTPS_PROXY',
    ])
      expect(text).toContain(name);
  });
});

describe('what is not there', () => {
  it.each([
    ['dashbaord list', 'Unknown command "dashbaord".', 'Did you mean dashboards?'],
    ['acls lsit', '"acl" has no verb "lsit".', 'Did you mean list?'],
    ['frobnicate', 'Unknown command "frobnicate".', 'See dashctl --help.'],
    ['acl frobnicate', '"acl" has no verb "frobnicate".', 'See dashctl acl --help'],
    ['frobnicate --help', 'Unknown command "frobnicate".', 'See dashctl --help.'],
    ['acl frobnicate --help', '"acl" has no verb "frobnicate".', 'See dashctl acl --help'],
    ['share grant --help', '"share" has no verb "grant".', 'There is: dashctl acl grant'],
    ['perms list', '"perms" has no verb "list".', 'See dashctl perms --help'],
    ['share grant x', '"share" has no verb "grant".', 'There is: dashctl acl grant'],
    ['help exitcodes', 'Unknown command "exitcodes".', 'Did you mean exit-codes?'],
    ['help dashboards lst', '"dashboards" has no verb "lst".', 'Did you mean list?'],
    ['--json', 'No command was named.', 'dashctl --help lists them.'],
  ])('%s', async (line, message, hint) => {
    const { code, stdout, stderr } = await cli(
      `${line} --output tsv`.replace('--json --output tsv', '--debug'),
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toBe(`Error: ${message}`);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(hint);
  });

  it('is said in JSON where JSON is asked for', async () => {
    for (const line of ['dashbaord list --json', '--json acl lsit', 'acl list x --bogus -o json', '--json']) {
      const { code, stdout, stderr } = await cli(line);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'usage' } });
    }
  });
});

describe('--version', () => {
  it.each(['--version', '-V', 'dashboards --version', 'dashboards list --version'])('%s', async (line) => {
    expect(await help(line)).toBe('0.0.0-test\n');
  });
});
