/** What people see and type: tables, questions, colours, and the way through `profile add`. */
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHome } from '../support/binary.ts';
import { onTerminal } from '../support/pty.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import type { Session } from '../support/pty.ts';

const enter = '\r';
const ctrlC = '\u0003';

const colour = /\u001b\[[\d;]*m/;

/** The last lines of a session that has ended. */
async function end(session: Session): Promise<{ code: number; text: string }> {
  const { code } = await session.ended;
  return { code, text: session.text() };
}

describe('tables', () => {
  const home = createHome();

  it.each([80, 120])('fit %i columns, with whole references and a header', async (columns) => {
    const session = onTerminal(home, ['dashboards', 'list', '-p', 'sandbox-datadog'], { columns });
    const { code, text } = await end(session);
    expect(code).toBe(0);
    const lines = text.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^REF +TITLE /);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    const refs = (await home.run('dashboards list -p sandbox-datadog --fields ref')).stdout
      .trimEnd()
      .split('\n');
    expect(lines.slice(1, -1).map((line) => line.split(' ')[0])).toEqual(refs);
    expect(lines.at(-1)).toBe(`${refs.length} dashboards in sandbox-datadog.`);
    expect(text).toMatch(/ ago$/m);
  });

  it('count wide letters as two cells', async () => {
    const session = onTerminal(home, [
      'dashboards',
      'list',
      '-p',
      'sandbox-grafana',
      '--fields',
      'id,title,tags',
    ]);
    const { text } = await end(session);
    const row = text.split('\n').find((line) => line.startsWith('uriage')) ?? '';
    const header = text.split('\n')[0] ?? '';
    expect(row).toContain('売上');
    expect(stringWidth(row.slice(0, row.indexOf('i18n')))).toBe(
      stringWidth(header.slice(0, header.indexOf('TAGS'))),
    );
  });

  it('are no table where stdout is a file', async () => {
    const { stdout } = await home.run('dashboards list -p sandbox-datadog --limit 1');
    expect(stdout).not.toContain('REF');
  });

  it('say in a sentence that nothing was found', async () => {
    const session = onTerminal(home, ['dashboards', 'list', '-p', 'sandbox-datadog', '--search', 'xyzzy']);
    expect(await end(session)).toMatchObject({
      code: 0,
      text: expect.stringContaining(
        'No dashboards with "xyzzy" in the title found in sandbox-datadog.\n',
      ) as string,
    });
  });
});

describe('colours', () => {
  const home = createHome();
  const words = ['dashboards', 'list', '-p', 'sandbox-datadog', '--limit', '2'];

  it.each<[string, readonly string[], Readonly<Record<string, string>>, boolean]>([
    ['on a terminal', [], {}, true],
    ['with NO_COLOR', [], { NO_COLOR: '1' }, false],
    ['with --color never', ['--color', 'never'], { FORCE_COLOR: '1' }, false],
    ['with --color=never', ['--color=never'], {}, false],
    ['on a dumb terminal', [], { TERM: 'dumb' }, false],
    ['with --color always against NO_COLOR', ['--color', 'always'], { NO_COLOR: '1' }, true],
  ])('%s', async (_, more, env, coloured) => {
    const session = onTerminal(home, [...words, ...more], { env });
    expect((await session.ended).code).toBe(0);
    expect(colour.test(session.raw())).toBe(coloured);
  });

  it('never reach an error or a question that wants none', async () => {
    const failed = onTerminal(home, ['dashboards', 'get', 'sandbox-datadog/..'], { env: { NO_COLOR: '1' } });
    expect((await failed.ended).code).toBe(2);
    expect(failed.raw()).not.toMatch(colour);
    const asked = onTerminal(home, ['dashboards', 'delete', 'sandbox-datadog/c4t-9kx-2mq'], {
      env: { NO_COLOR: '1' },
    });
    await asked.shows('(y/N)');
    asked.type(enter);
    expect((await asked.ended).code).toBe(5);
    expect(asked.raw()).not.toMatch(colour);
  });
});

describe('questions', () => {
  const home = createHome();
  const ref = 'sandbox-datadog/c4t-9kx-2mq';
  const remove = ['dashboards', 'delete', ref];
  const there = async (reference = ref) =>
    (await home.run(`dashboards get ${reference} --fields id`)).code === 0;

  it('default to no: Enter changes nothing', async () => {
    const session = onTerminal(home, remove);
    await session.shows(/Delete dashboard "Checkout latency" \(profile sandbox-datadog\)\? \(y\/N\)/);
    session.type(enter);
    const { code, text } = await end(session);
    expect(code).toBe(5);
    expect(text).toMatch(/Cancelled/);
    expect(await there()).toBe(true);
  });

  it('are cancelled by Ctrl-C, without a trace', async () => {
    const session = onTerminal(home, remove);
    await session.shows('(y/N)');
    session.type(ctrlC);
    const { code, text } = await end(session);
    expect(code).toBe(5);
    expect(text).toMatch(/\nError: Cancelled[^\n]*\n {2}\(profile [^\n]*\n$/);
    expect(text).not.toMatch(/\n\s+at /);
    expect(await there()).toBe(true);
  });

  it('show before → after, and y does it', async () => {
    const words = ['acl', 'set', 'sandbox-grafana-7/checkout-latency', 'team:webshop=view'];
    await home.run('acl grant sandbox-grafana-7/checkout-latency team:sre=edit --yes');
    const session = onTerminal(home, words);
    await session.shows('(y/N)');
    expect(session.text()).toMatch(/^ {2}- team:sre: edit$/m);
    session.type(`y${enter}`);
    expect((await session.ended).code).toBe(0);
    const { stdout } = await home.run('acl list sandbox-grafana-7/checkout-latency --fields principal,level');
    expect(stdout).not.toContain('team:sre');
  });

  it('of a share say who will see it', async () => {
    const words = 'share create sandbox-datadog/c4t-9kx-2mq --type open --expires 7d'.split(' ');
    const session = onTerminal(home, words);
    await session.shows('(y/N)');
    expect(session.text()).toContain('Anyone with the link can see the dashboard');
    session.type(`y${enter}`);
    const { code, text } = await end(session);
    expect(code).toBe(0);
    expect(text).toContain('sandbox-datadog/');
  });

  it('about severe things want the name or number typed', async () => {
    const words = [...remove, 'sandbox-datadog/t5y-1gk-9bc'];
    const wrong = onTerminal(home, [...words, '--yes']);
    await wrong.shows('Type 2 to go on');
    wrong.type(`y${enter}`);
    expect((await wrong.ended).code).toBe(5);
    expect(await there()).toBe(true);

    const right = onTerminal(home, words);
    await right.shows('Type 2 to go on');
    right.type(`2${enter}`);
    expect((await right.ended).code).toBe(0);
    expect(await there()).toBe(false);
  });

  it.each([
    [['--no-input'], {}],
    [[], { CI: 'true' }],
  ])('are not asked with %j %j', async (more, env) => {
    const session = onTerminal(home, ['dashboards', 'delete', 'sandbox-datadog/h7p-2vd-8wz', ...more], {
      env,
    });
    const { code, text } = await end(session);
    expect(code).toBe(2);
    expect(text).toContain('Add --yes');
    expect(text).not.toContain('y/N');
    expect(await there('sandbox-datadog/h7p-2vd-8wz')).toBe(true);
  });
});

describe('profile add', () => {
  const home = createHome();
  let server: TestSandbox;
  beforeAll(async () => {
    server = await testSandbox({ only: ['grafana'] });
  });
  afterAll(() => server.close());

  it('asks step by step, echoes no secret, asks the server, and saves', async () => {
    const { baseUrl } = server.room('grafana');
    const session = onTerminal(home, ['profile', 'add'], { columns: 120 });
    const answer = async (question: string, keys: string) => {
      await session.shows(question);
      session.type(`${keys}${enter}`);
    };
    await session.shows('❯ Datadog');
    await answer('Which system?', '\u001b[B');
    await answer('? Organization id', '');
    await answer('? Generation of the permission API', '');
    await answer('? User name', 'sofia');
    await answer('? Address of Grafana', baseUrl);
    await answer('? Service account token', '');
    await answer('? Password', 'sofia-sandbox');
    await answer('? Name of the profile', 'graf');
    const { code, text } = await end(session);
    expect({ code, text: code === 0 ? '' : text }).toEqual({ code: 0, text: '' });
    expect(text).toContain('Saved graf.');
    expect(text).toContain('readable by you alone');
    expect(session.raw()).not.toContain('sofia-s');
    expect(session.raw()).not.toContain('-sandbox');
    expect(text).toContain('*****');

    const used = await home.run('dashboards list -p graf --limit 1 --fields profile');
    expect(used).toMatchObject({ code: 0, stdout: 'graf\n' });
    expect(await home.run('dashboards list --limit 1 --fields profile')).toMatchObject({ stdout: 'graf\n' });
  });

  it('removes what was saved only after a question', async () => {
    const asked = onTerminal(home, ['profile', 'remove', 'graf']);
    await asked.shows('(y/N)');
    asked.type(enter);
    expect((await asked.ended).code).toBe(5);
    expect(await home.run('profile show graf')).toMatchObject({ code: 0 });
    const again = onTerminal(home, ['profile', 'remove', 'graf']);
    await again.shows('(y/N)');
    again.type(`y${enter}`);
    expect((await again.ended).code).toBe(0);
    expect(await home.run('profile show graf')).toMatchObject({ code: 2 });
  });
});
