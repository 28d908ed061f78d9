/** Words become typed input, or a usage error that says what is wrong. */
import { describe, expect, it } from 'vitest';
import { kebabCase } from '../../src/cli/global-options.ts';
import { locate } from '../../src/cli/locate.ts';
import { allCommands } from '../../src/cli/nouns.ts';
import { allOptions, parseCommand } from '../../src/cli/parse.ts';
import { DashctlError } from '../../src/errors.ts';
import type { OptionSpec } from '../../src/cli/definition.ts';
import type { ParsedCommand } from '../../src/cli/parse.ts';
import { descriptors } from '../../src/providers/registry.ts';

const providers = descriptors.map((one) => one.name).join(', ');

async function parse(line: string): Promise<ParsedCommand> {
  const { command, rest } = await locate(line.split(' '));
  if (command === null) throw new Error(`No command in ${line}`);
  return parseCommand(command, rest);
}

async function failure(line: string): Promise<{ code: string; message: string; hint: string | undefined }> {
  try {
    await parse(line);
  } catch (error) {
    if (error instanceof DashctlError) return { code: error.code, message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error(`${line} was understood`);
}

describe('values', () => {
  it('reads --x=v as --x v, and both short forms', async () => {
    const expected = await parse('dashboards list --search cpu --output json --profile a');
    for (const line of [
      'dashboards list --search=cpu --output=json --profile=a',
      'dashboards list --search cpu -o json -p a',
      'dashboards list --search cpu -ojson -pa',
    ]) {
      expect(await parse(line)).toEqual(expected);
    }
  });

  it('keeps a value that looks like an option, a dash or a sign', async () => {
    expect((await parse('dashboards list --search=-x')).input).toMatchObject({ search: '-x' });
    expect((await parse('dashboards list --search=')).input).toMatchObject({ search: '' });
    expect((await parse('dashboards list --search=a=b')).input).toMatchObject({ search: 'a=b' });
    expect((await parse('dashboards create --file -')).input).toMatchObject({ file: '-' });
  });

  it('collects repeated options and swallows no argument', async () => {
    const { globals, input } = await parse('dashboards delete -p a one -p b two --profile=c three');
    expect(globals.profile).toEqual(['a', 'b', 'c']);
    expect(input).toMatchObject({ dashboards: ['one', 'two', 'three'] });
    expect((await parse('dashboards list --tag a --tag b')).input).toMatchObject({ tag: ['a', 'b'] });
  });

  it('gives --json no value', async () => {
    const { globals, input } = await parse('dashboards get --json abc-def-ghi');
    expect(globals.json).toBe(true);
    expect(input).toMatchObject({ dashboard: 'abc-def-ghi' });
    expect(await failure('dashboards get abc-def-ghi --json=yes')).toMatchObject({
      code: 'usage',
      message: 'The option --json takes no value.',
    });
  });

  it('tells yes, no and unsaid apart', async () => {
    expect((await parse('dashboards list')).input).toMatchObject({ shared: null });
    expect((await parse('dashboards list --shared')).input).toMatchObject({ shared: true });
    expect((await parse('dashboards list --no-shared')).input).toMatchObject({ shared: false });
    expect((await parse('dashboards list --shared --no-shared')).input).toMatchObject({ shared: false });
  });

  it('reads flags whose name starts with no', async () => {
    expect((await parse('dashboards list')).globals.noInput).toBe(false);
    expect((await parse('dashboards list --no-input')).globals.noInput).toBe(true);
    expect((await parse('profile add x --no-check')).input).toMatchObject({ noCheck: true });
  });

  it('ends options at --', async () => {
    const { globals, input } = await parse('dashboards delete --dry-run -- -abc --yes');
    expect(input).toMatchObject({ dashboards: ['-abc', '--yes'] });
    expect(globals).toMatchObject({ dryRun: true, yes: false });
  });

  it('leaves - as an argument of its own', async () => {
    expect((await parse('dashboards delete - --yes')).input).toMatchObject({ dashboards: ['-'] });
  });

  it.each([
    ['30s', 30_000],
    ['30', 30_000],
    ['500ms', 500],
    ['2m', 120_000],
    ['1h', 3_600_000],
  ])('reads the span %s as %i ms', async (span, expected) => {
    expect((await parse(`dashboards list --timeout ${span}`)).globals.timeout).toBe(expected);
  });

  it('puts settings of an account apart', async () => {
    const { globals } = await parse('dashboards list --site eu1 --org-id 2');
    expect(globals.settings).toEqual({ site: 'eu1', orgId: '2' });
  });
});

describe('what is missing', () => {
  it.each([
    ['dashboards get', ['dashboard']],
    ['invite send only-the-share', ['emails']],
    ['dashboards clone', ['dashboard', 'title']],
    ['dashboards clone x --title T', []],
    ['workspace grant 1', ['who', 'role']],
    ['perms allowed x', ['type']],
    ['dashboards list', []],
    ['acl grant', []],
  ])('%s: %j', async (line, missing) => {
    expect((await parse(line)).missing).toEqual(missing);
  });
});

describe('options that mean nothing to a command', () => {
  it.each([
    'sandbox start --profile x',
    'sandbox start --timeout 3s',
    'sandbox start --no-pager',
    'sandbox status --site eu1',
    'completion bash --base-url http://127.0.0.1:1',
    'completion bash --fields name',
    'profile list --max-wait 3s',
    'profile add x --profile y',
    'profile add x --all-profiles',
    'profile add x --confirm x',
    'profile remove x --lock-timeout 3s',
  ])('are not understood: %s', async (line) => {
    const { code, message } = await failure(line);
    expect({ code, message }).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('Unknown option') as string,
    });
  });

  it.each([
    'sandbox start --json --debug',
    'completion bash --color never',
    'profile list --fields name --no-pager',
    'profile add x --provider grafana --base-url https://g.example.com --login ana --timeout 3s --dry-run',
    'profile remove x --yes --no-input',
  ])('leave those that do: %s', async (line) => {
    await expect(parse(line)).resolves.toBeDefined();
  });
});

describe('usage errors', () => {
  it.each([
    ['dashboards list --shraed', 'Unknown option --shraed.', '--shared'],
    ['dashboards list --serach=x', 'Unknown option --serach=x.', '--search'],
    ['dashboards list --prfile x', 'Unknown option --prfile.', '--profile'],
    ['dashboards list --outptu=json', 'Unknown option --outptu=json.', '--output'],
    ['dashboards list -o jsn', '--output: "jsn" is none of table, json, ndjson, csv, tsv, yaml.', 'json'],
    ['share create x --type opne', '--type: "opne" is none of invite, open, embed, public.', 'open'],
    ['dashboards list --provider datadgo', `--provider: "datadgo" is none of ${providers}.`, 'datadog'],
  ])('%s: %s (%s)', async (line, message, meant) => {
    expect(await failure(line)).toEqual({ code: 'usage', message, hint: `Did you mean ${meant}?` });
  });

  it.each([
    ['dashboards list --zzzzzz', 'Unknown option --zzzzzz.'],
    ['dashboards list --yes', 'Unknown option --yes.'],
    ['dashboards list --dry-run', 'Unknown option --dry-run.'],

    ['dashboards list extra', 'There are more arguments than this command takes.'],
    ['dashboards get a b', 'There are more arguments than this command takes.'],
    ['dashboards list --search', 'The option --search needs a value.'],
    ['dashboards list -p', 'The option -p, --profile needs a value.'],
    ['dashboards list --limit 0', '--limit: "0" is not a whole number of at least 1.'],
    ['dashboards list --limit ten', '--limit: "ten" is not a whole number of at least 1.'],
    ['dashboards list --limit 1e3', '--limit: "1e3" is not a whole number of at least 1.'],
    [
      'dashboards list --limit 9999999999999999',
      '--limit: "9999999999999999" is not a whole number of at least 1.',
    ],
    ['dashboards list --timeout 0', '--timeout: "0" is no time span between 1ms and 24h, such as 30s or 2m.'],
    [
      'dashboards list --timeout soon',
      '--timeout: "soon" is no time span between 1ms and 24h, such as 30s or 2m.',
    ],
    [
      'dashboards list --timeout 25h',
      '--timeout: "25h" is no time span between 1ms and 24h, such as 30s or 2m.',
    ],
    ['dashboards list --yes=1', 'Unknown option --yes=1.'],
    ['dashboards delete x --yes=1', 'The option --yes takes no value.'],
    ['dashboards list --no-shared=1', 'The option --no-shared takes no value.'],
  ])('%s: %s', async (line, message) => {
    expect(await failure(line)).toMatchObject({ code: 'usage', message });
  });

  it('calls a malformed address in an option by its option', async () => {
    expect(await failure('share create x --invite nobody')).toMatchObject({ code: 'invalid-input' });
    expect((await failure('share create x --invite nobody')).message).toMatch(/^--invite: /);
  });
});

describe('definitions', () => {
  it('parse every option that they declare, in both spellings, and mark it in the input', async () => {
    const samples: Readonly<Record<string, string>> = {
      limit: '3', pageSize: '3', concurrency: '3', port: '0', timeout: '3s', maxWait: '3s', lockTimeout: '3s', latency: '3s', olderThan: '3', keep: '3', last: '1',
      rateLimit: '6/60', invite: 'bo@example.com',
    }; // prettier-ignore
    let seen = 0;
    for (const command of await allCommands()) {
      const needed = Object.values(command.args).flatMap((spec) =>
        spec.count === 'one' || spec.count === 'many' ? ['x'] : [],
      );
      for (const [name, spec] of Object.entries(allOptions(command))) {
        const long = `--${kebabCase(name)}`;
        const value = spec.choices?.[0] ?? samples[name] ?? 'x';
        const lines = takesValue(spec) ? [[long, value], [`${long}=${value}`]] : [[long]];
        if (spec.short !== null)
          lines.push(takesValue(spec) ? [`-${spec.short}`, value] : [`-${spec.short}`]);
        const read = lines.map((line) => parseCommand(command, [...needed, ...line]).input[name]);
        expect([command.noun, command.verb, name, read.at(0) ?? 'absent']).not.toContain('absent');
        expect(read[0]).not.toEqual(spec.absent);
        for (const other of read) expect(other).toEqual(read[0]);
        seen += lines.length;
      }
    }
    expect(seen).toBeGreaterThan(500);
  });

  function takesValue(spec: OptionSpec<unknown>): boolean {
    return spec.arity === 'value' || spec.arity === 'list';
  }
});
