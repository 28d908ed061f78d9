/** `--jq`: what it prints in every layout, and how it points out what is wrong. */
import { describe, expect, it, test } from 'vitest';
import { createFilter } from '../../src/output/json-filter.ts';
import { pagesOf, scene, thing, thingShape } from './support.ts';
import type { SceneOptions } from './support.ts';

function filterOf(expression: string, say: (text: string) => void = () => undefined) {
  return createFilter(expression, { say, block: (work) => work() });
}

async function results(expression: string, json: string, indent = false): Promise<string[]> {
  return (await filterOf(expression).apply(json, indent)).map(({ text, bare }) =>
    bare ? `bare ${text}` : text,
  );
}

describe('an expression', () => {
  it.each([
    ['.a', '{"a":1}', ['1']],
    ['.[]', '["x",null,true,{"b":[1]}]', ['bare x', 'null', 'true', '{"b":[1]}']],
    ['empty', '{}', []],
    ['.', '""', ['bare ']],
    ['.', '"two\\nlines \\u001b[31m"', ['bare two\nlines \u001b[31m']],
    ['.id', '{"id":12345678901234567890}', ['12345678901234567890']],
    ['. # the end', '1', ['1']],
    ['-1', '1', ['-1']],
    ['def f: .+1; f', '1', ['2']],
    ['"日本 \\(.)"', '"é"', ['bare 日本 é']],
    ['.[]|select(.n>1)|.n', '[{"n":1},{"n":2}]', ['2']],
    ['.n', '{"n":1}\n{"n":2}', ['1', '2']],
    ['.', '', []],
  ])('%s of %s', async (expression, json, expected) => {
    expect(await results(expression, json)).toEqual(expected);
  });

  it('is indented for people', async () => {
    expect(await results('.[]', '[{"a":[1,{}]},"x",[],[1]]', true)).toEqual([
      '{\n  "a": [\n    1,\n    {}\n  ]\n}',
      'bare x',
      '[]',
      '[\n  1\n]',
    ]);
  });

  it('takes large values and many runs', async () => {
    const filter = filterOf('length');
    const large = JSON.stringify(Array.from({ length: 20_000 }, (_one, n) => ({ n, text: 'x'.repeat(50) })));
    for (let run = 0; run < 100; run += 1) await filter.apply('[]', false);
    expect(await filter.apply(large, false)).toEqual([{ text: '20000', bare: false }]);
  });

  it('reaches nothing of this computer', async () => {
    expect(await results('$ENV.PATH, (env|has("DASHCTL_STATE_DIR"))', 'null')).toEqual(['bare /', 'false']);
    await expect(filterOf('include "/etc/passwd"; .').check()).rejects.toThrow('is wrong');
  });

  it('says on the side what debug and stderr say', async () => {
    const said: string[] = [];
    const filter = filterOf('debug|.a', (text) => said.push(text));
    expect(await filter.apply('{"a":1}', false)).toEqual([{ text: '1', bare: false }]);
    expect(said).toEqual(['["DEBUG:",{"a":1}]']);
  });
});

describe('a wrong expression', () => {
  it.each([
    ['.[0] | ]foo', 'at character 8, "]foo": syntax error'],
    ['.[', 'at its end: syntax error, unexpected end of file'],
    ['map(.a', "at its end: syntax error, unexpected end of file, expecting ';' or ')'"],
    ['"abc', 'at its end: syntax error, unexpected end of file in a string'],
    ['é}', 'at character 1, "é}"'],
    ['.a) , (.b', 'at character 3, ") , (.b"'],
    ['$foo', '$foo is not defined'],
    ['foo', 'foo is not defined'],
    ['', 'Top-level program not given'],
    ['.'.repeat(9000), 'longer than 8192 bytes'],
  ])('%s', async (expression, message) => {
    await expect(filterOf(expression).check()).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message) as string,
    });
  });

  it('is told what was meant', async () => {
    await expect(filterOf('lenght').check()).rejects.toMatchObject({ hint: 'Did you mean length?' });
    await expect(filterOf('tset("a")').check()).rejects.toMatchObject({
      message: 'The --jq expression is wrong: tset/1 is not defined.',
      hint: 'Did you mean test?',
    });
  });

  it('passes when it is right', async () => {
    await expect(filterOf('.[] | .ref').check()).resolves.toBeUndefined();
  });
});

describe('an expression that fails', () => {
  it.each([
    ['.a', '1', 'Cannot index number with string "a"'],
    ['.[]|error("no")', '[1]', 'failed: no.'],
    ['error({a:1})', '1', 'failed: {"a":1}.'],
    ['halt_error', '"enough"', 'failed: enough.'],
    ['1, error("late")', '1', 'failed: late.'],
    ['.', '{"a"', 'no JSON'],
    ['.', '<html>', 'no JSON'],
    ['def f: f|f; f', '1', 'more memory'],
  ])('%s of %s', async (expression, json, message) => {
    await expect(filterOf(expression).apply(json, false)).rejects.toMatchObject({
      code: 'filter',
      message: expect.stringContaining(message) as string,
    });
  });

  it('on one of several values gives none of them', async () => {
    await expect(filterOf('.+1').apply('1 {} 3', false)).rejects.toThrow('cannot be added');
  });

  it('for want of memory leaves a filter that works', async () => {
    const filter = filterOf('if . then def f: f|f; f else 1 end');
    await expect(filter.apply('true', false)).rejects.toThrow('more memory');
    expect(await filter.apply('false', false)).toEqual([{ text: '1', bare: false }]);
  });
});

describe('results', () => {
  const things = [thing({ ref: 'prod/1', title: 'A\u001b[31m' }), thing({ ref: 'prod/2', title: '\u202eB' })];

  async function listed(expression: string, options: SceneOptions = {}): Promise<string> {
    const { renderer, stdout } = scene({ format: 'json', ...options, filter: filterOf(expression) });
    await renderer.list(thingShape, pagesOf(things, 1), { empty: 'None.' });
    return stdout.text;
  }

  test('are lines, strings bare', async () => {
    expect(await listed('.[]|.ref, .tags')).toBe(
      'prod/1\n["team:sre","prod"]\nprod/2\n["team:sre","prod"]\n',
    );
    expect(await listed('length')).toBe('2\n');
    expect(await listed('.[0]|keys|length', { fields: ['ref', 'title'] })).toBe('2\n');
  });

  test('are escaped on a terminal and exact elsewhere', async () => {
    expect(await listed('.[].title')).toBe('A\u001b[31m\n\u202eB\n');
    expect(await listed('.[].title', { stdoutTTY: true })).toBe('A\\u{1b}[31m\n\\u{202e}B\n');
    expect(await listed('.[]|{title}', { stdoutTTY: true })).toBe(
      '{\n  "title": "A\\u001b[31m"\n}\n{\n  "title": "\\u202eB"\n}\n',
    );
  });

  test('come row by row in ndjson, page by page', async () => {
    const { renderer, stdout } = scene({ format: 'ndjson', filter: filterOf('.ref') });
    const seen: string[] = [];
    async function* pages() {
      for (const one of things) {
        seen.push(stdout.text);
        yield* pagesOf([one]);
      }
    }
    await renderer.list(thingShape, pages(), { empty: 'None.' });
    expect([...seen, stdout.text]).toEqual(['', 'prod/1\n', 'prod/1\nprod/2\n']);
  });

  test('of raw bodies come body by body', async () => {
    expect(await listed('length, .[0].ref', { raw: true })).toBe('1\nprod/1\n1\nprod/2\n');
  });

  test('of an empty list are those of []', async () => {
    const { renderer, stdout, stderr } = scene({ format: 'json', filter: filterOf('.') });
    await renderer.list(thingShape, pagesOf([]), { empty: 'None.' });
    expect([stdout.text, stderr.text]).toEqual(['[]\n', '']);
  });

  test('are none when the expression fails', async () => {
    const { renderer, stdout } = scene({ format: 'json', filter: filterOf('.[]|.ref, (.title|.x)') });
    await expect(renderer.list(thingShape, pagesOf(things), { empty: '' })).rejects.toThrow('Cannot index');
    expect(stdout.text).toBe('');
  });

  test('of text and of documents', async () => {
    const { renderer, stdout } = scene({ format: 'json', filter: filterOf('length') });
    await renderer.text('four');
    await renderer.bytes(Buffer.from('{"a":1}'));
    await renderer.value([1, 2, 3]);
    await renderer.record(thingShape, { value: things[0] ?? {}, raw: Buffer.from('{}') });
    expect(stdout.text).toBe('4\n1\n3\n11\n');
  });
});
