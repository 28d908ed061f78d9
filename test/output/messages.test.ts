import { describe, expect, test } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import { difference } from '../../src/output/diff.ts';
import type { Json } from '../../src/model/shape.ts';
import type { ChangePreview } from '../../src/output/output.ts';
import { scene, type SceneOptions } from './support.ts';

const failure = new DashctlError('unknown-principal', 'No user matches "anna".', {
  hint: 'dashctl acl grant prod/abc user:ana@example.com=edit',
  provider: 'datadog',
  profile: 'prod',
  status: 404,
  requestId: 'req-1',
  details: { candidates: ['user:ana@example.com', { kind: 'user', id: '7', name: null, email: null }] },
});

async function told(
  error: unknown,
  options: SceneOptions = {},
  more: { json?: boolean; debug?: boolean } = {},
) {
  const { renderer, stdout, stderr } = scene(options);
  await renderer.error(error, more);
  await renderer.finish();
  expect(stdout.text).toBe('');
  return stderr.text;
}

describe('an error', () => {
  test('says what failed, where, who else was meant, and what to do last', async () => {
    expect(`\n${await told(failure)}`).toMatchInlineSnapshot(`
      "
      Error: No user matches "anna".
        (HTTP 404, request id req-1, profile prod, provider datadog)
        candidates:
          user:ana@example.com
          user#7
      dashctl acl grant prod/abc user:ana@example.com=edit
      "
    `);
  });

  test('is one JSON object of the common shape with --json', async () => {
    for (const text of [await told(failure, { format: 'json' }), await told(failure, {}, { json: true })]) {
      expect(JSON.parse(text)).toEqual({
        error: {
          code: 'unknown-principal',
          message: 'No user matches "anna".',
          hint: 'dashctl acl grant prod/abc user:ana@example.com=edit',
          provider: 'datadog',
          profile: 'prod',
          status: 404,
          requestId: 'req-1',
          details: failure.details,
        },
      });
      expect(text.split('\n')).toHaveLength(2);
    }
  });

  test('of another kind is a defect, and only --debug shows the stack', async () => {
    const error = new TypeError('x is not a function');
    expect(await told(error)).toBe(
      'Error: Unexpected failure: x is not a function\n' +
        'This is a defect of dashctl. Run the command again with --debug and report what it prints.\n',
    );
    const debugged = await told(error, {}, { debug: true });
    expect(debugged).toContain('Caused by: TypeError: x is not a function');
    expect(debugged).toContain('messages.test.ts');
    expect(debugged.trimEnd().split('\n').at(-1)).toMatch(/^This is a defect/);
  });

  test('cannot be forged by the words of a server', async () => {
    const error = new DashctlError('rejected', 'Datadog says: no\n::error::x\nError: run this', {
      hint: 'Look.',
    });
    expect(await told(error)).toBe('Error: Datadog says: no\n|   ::error::x\n  Error: run this\nLook.\n');
  });

  test('is told in colour that says no more', async () => {
    const coloured = await told(failure, { env: { FORCE_COLOR: '1' } });
    expect(coloured).toContain('\u001b[31m');
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(await told(failure));
  });

  test('shows at most thirty candidates', async () => {
    const many = new DashctlError('ambiguous', 'Several match.', {
      details: Array.from({ length: 50 }, (_, n) => `u${n}`),
    });
    const lines = (await told(many)).trimEnd().split('\n');
    expect(lines).toHaveLength(32);
    expect(lines.at(-1)).toBe('  … and 20 more');
  });
});

describe('notes and warnings', () => {
  function speak(options: SceneOptions) {
    const made = scene(options);
    made.renderer.note('Reading.');
    made.renderer.warn('Only defaults exist.');
    return made;
  }

  test('go to stderr at once', () => {
    const { stdout, stderr } = speak({});
    expect([stdout.text, stderr.text]).toEqual(['', 'Reading.\nWarning: Only defaults exist.\n']);
  });

  test('leave stderr to the one JSON error, which carries the warnings', async () => {
    const { renderer, stderr } = speak({ format: 'json' });
    await renderer.error(failure);
    await renderer.finish();
    expect(JSON.parse(stderr.text)).toMatchObject({
      error: { code: 'unknown-principal' },
      warnings: ['Only defaults exist.'],
    });
  });

  test('of a success with --json are told at its end', async () => {
    const { renderer, stderr } = speak({ format: 'json' });
    expect(stderr.text).toBe('');
    await renderer.finish();
    expect(stderr.text).toBe('Warning: Only defaults exist.\n');
  });

  test('are for people who watch, even with --json', () => {
    expect(speak({ format: 'json', stderrTTY: true }).stderr.text).toBe(
      'Reading.\nWarning: Only defaults exist.\n',
    );
  });
});

const sre = { kind: 'team', id: '1', name: 'sre', email: null };
const ana = { kind: 'user', id: '11', name: 'ana', email: 'ana@example.com' };
const preview: ChangePreview = {
  title: 'Grant team:sre edit on prod/abc-def-ghi',
  before: {
    title: 'Checkout',
    tags: ['a', 'b'],
    grants: [{ principal: ana, level: 'admin' }],
    shared: false,
  },
  after: {
    title: 'Checkout',
    tags: ['b', 'c'],
    grants: [
      { principal: ana, level: 'admin' },
      { principal: sre, level: 'edit' },
    ],
    shared: true,
  },
  requests: [{ method: 'PUT', url: 'https://api.example.com/v1/x', body: '{"bindings":[]}' }],
};

describe('what a write changes', () => {
  test('is shown on stderr ahead of a question', async () => {
    const { renderer, stdout, stderr } = scene({ stderrTTY: true });
    await renderer.change({ ...preview, requests: [] });
    expect(stdout.text).toBe('');
    expect(`\n${stderr.text}`).toMatchInlineSnapshot(`
      "
      Grant team:sre edit on prod/abc-def-ghi
        - tags: a
        + tags: c
        + grants: principal: team:sre, level: edit
        - shared: false
        + shared: true
      "
    `);
  });

  test('is the result of a dry run, with its requests', async () => {
    const { renderer, stdout, stderr } = scene({ stdoutTTY: true });
    await renderer.dryRun(preview);
    expect(stderr.text).toBe('');
    expect(`\n${stdout.text}`).toMatchInlineSnapshot(`
      "
      Dry run: nothing was sent.
      Grant team:sre edit on prod/abc-def-ghi
        - tags: a
        + tags: c
        + grants: principal: team:sre, level: edit
        - shared: false
        + shared: true
      PUT https://api.example.com/v1/x
        {
          "bindings": []
        }
      "
    `);
  });

  test('is one object in JSON', async () => {
    const { renderer, stdout } = scene({ format: 'json' });
    await renderer.dryRun(preview);
    expect(JSON.parse(stdout.text)).toEqual({ dryRun: true, undo: null, ...preview });
  });

  test('shows a body that JavaScript would change as it is sent', async () => {
    const { renderer, stdout } = scene({});
    const body = '{"id":9007199254740993,"a":1.0}';
    await renderer.dryRun({ ...preview, requests: [{ method: 'PUT', url: 'https://example.com', body }] });
    expect(stdout.text).toContain(`  ${body}\n`);
  });

  test('does not push the question out of sight', async () => {
    const { renderer, stderr } = scene({ stderrTTY: true });
    const before = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key${index}`, index]));
    await renderer.change({ title: 'Delete', before, after: null, requests: [] });
    expect(stderr.text.split('\n')).toHaveLength(43);
    expect(stderr.text).toContain('  … and 60 more\n');
  });

  test.each([
    [null, { a: 1, b: null }, ['+ a: 1']],
    [{ a: 1 }, null, ['- a: 1']],
    [{ a: { b: { c: 1 } } }, { a: { b: { c: 2 } } }, ['- a.b.c: 1', '+ a.b.c: 2']],
    [{ a: [1, 1] }, { a: [1] }, ['- a: 1']],
    [{ a: [1, 2] }, { a: [2, 1] }, ['- a: 1, 2', '+ a: 2, 1']],
    [{ a: [] }, { a: ['x'] }, ['+ a: x']],
    [{ a: 'x' }, { a: ['x'] }, ['- a: x', '+ a: x']],
    [[{ id: 1 }], [], ['- : id: 1']],
    [{ owner: ana }, { owner: sre }, ['- owner: user:ana@example.com', '+ owner: team:sre']],
    [{ a: 1 }, { a: 1 }, []],
    [null, null, []],
  ])('%j → %j', (before, after, expected) => {
    expect(difference(before, after).map(({ mark, path, text }) => `${mark} ${path}: ${text}`)).toEqual(
      expected,
    );
  });
});

test('candidates of an error stand side by side', async () => {
  const { renderer, stderr } = scene({ stderrTTY: true });
  const candidates = [
    { ref: 'prod/a', type: 'open', status: null },
    { open: true, left: 2 },
    { deep: { x: 1 } },
  ];
  await renderer.error(new DashctlError('ambiguous', 'Two shares.', { details: { candidates } }));
  expect(stderr.text).toBe(
    'Error: Two shares.\n  candidates:\n    prod/a  open\n    open: true, left: 2\n    {"deep":{"x":1}}\n',
  );
});

test('numbers that the message tells are not told again', async () => {
  const { renderer, stderr } = scene({ stderrTTY: true });
  await renderer.error(
    new DashctlError('rejected', 'Stopped after 2 of 3.', { details: { sent: 2, left: 13 } }),
  );
  expect(stderr.text).toBe('Error: Stopped after 2 of 3.\n  left: 13\n');
});

describe('objects of a change', () => {
  const board = (id: string, title: string, deletedAt: string | null = null) => ({
    ref: `prod/${id}`,
    profile: 'prod',
    provider: 'datadog',
    id,
    title,
    description: 'From basket to receipt, watched by the on-call engineer.\nSecond line',
    tags: [],
    deletedAt,
  });

  async function shown(before: Json | null, after: Json | null): Promise<string[]> {
    const { renderer, stderr } = scene({ stderrTTY: true });
    await renderer.change({ title: 'Change', before, after, requests: [] });
    return stderr.text.trimEnd().split('\n').slice(1);
  }

  test('that are long stand key by key, without what the reference says', async () => {
    expect(await shown([board('a', 'Checkout')], null)).toEqual([
      '  - ref          prod/a',
      '    title        Checkout',
      '    description  From basket to receipt, watched by the on-call',
      '                 engineer.\\nSecond line',
    ]);
    expect((await shown({}, { board: board('a', 'Checkout') })).slice(0, 2)).toEqual([
      '  + board.ref: prod/a',
      '  + board.profile: prod',
    ]);
  });

  test('that are several are told by reference and title', async () => {
    expect(await shown([board('a', 'Checkout'), board('b', 'Costs')], null)).toEqual([
      '  - prod/a  Checkout',
      '  - prod/b  Costs',
    ]);
  });

  test('that stand on both sides are compared key by key', async () => {
    const was = [board('a', 'Checkout', '2026-11-01T00:00:00Z'), board('b', 'Costs')];
    expect(await shown(was, [board('a', 'Checkout'), board('b', 'Costs')])).toEqual([
      '  - prod/a.deletedAt: 2026-11-01T00:00:00Z',
    ]);
  });
});

describe('a value without a shape', () => {
  const value = { name: 'prod', site: null, owner: ana, keys: ['a', 'b'], nested: { deep: { x: 1 } } };

  test('is lines for people', async () => {
    const { renderer, stdout } = scene({});
    await renderer.value(value);
    expect(stdout.text).toBe(
      'name: prod\nsite: -\nowner: user:ana@example.com\nkeys:\n  a\n  b\nnested:\n  deep:\n    x: 1\n',
    );
  });

  test('is itself in JSON', async () => {
    const { renderer, stdout } = scene({ format: 'json' });
    await renderer.value(value);
    expect(JSON.parse(stdout.text)).toEqual(value);
  });
});
