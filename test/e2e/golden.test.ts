/** The five most used commands as people see them at three widths and as scripts get them; and colour, stream by stream. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { beforeAll, describe, expect, it } from 'vitest';
import { createHome } from '../support/binary.ts';
import { onTerminal, shellOnTerminal } from '../support/pty.ts';

const home = createHome();

/** Titles that only a terminal-minded layout gets right. */
const titles = {
  cjk: '日本語ダッシュボード：売上と在庫の週次レビュー、全店舗',
  family: '👩‍👩‍👧 Family plans and 👍🏽 feedback',
  marks: 'Cafe\u0301 noe\u0308l: a\u0302\u0323 marks that combine',
  hebrew: 'לוח מחוונים של המכירות',
  arabic: 'لوحة المبيعات اليومية',
  hostile: 'Line one\nline two\tand \u001b[31mred\u001b[0m \u202eback',
} as const;

const commands: Readonly<Record<string, readonly string[]>> = {
  'dashboards-list': ['dashboards', 'list', '-p', 'sandbox-grafana'],
  'dashboards-get': ['dashboards', 'get', 'sandbox-grafana/written-family'],
  'share-list': ['share', 'list', '--all', '-p', 'sandbox'],
  'acl-list': ['acl', 'list', 'sandbox-grafana/checkout-latency'],
};
const question = ['share', 'revoke', 'sandbox-grafana/status-page'];

/** The one place that takes out what differs between two runs, by what is as wide, and names control characters. */
function normal(text: string): string {
  return (
    text
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'YYYY-MM-DDThh:mm:ss.sssZ')
      .replaceAll(/just now|\d+ seconds? ago/g, 'just now')
      // A pipe gets them as they are; in a file under version control nobody should have to read them.
      .replaceAll(
        /[\u001b\u202e]/g,
        (control) => `<U+${control.charCodeAt(0).toString(16).padStart(4, '0')}>`,
      )
      .replaceAll(/(127\.0\.0\.1|localhost):\d+/g, '$1:PORT')
  );
}

function golden(name: string): string {
  return join(import.meta.dirname, 'golden', `${name}.txt`);
}

beforeAll(async () => {
  for (const [name, title] of Object.entries(titles)) {
    const stdin = JSON.stringify({ uid: `written-${name}`, title, tags: ['scripts'], panels: [] });
    const made = await home.run('dashboards create -p sandbox-grafana --file -', { stdin });
    expect(made).toMatchObject({ code: 0 });
  }
});

describe.each([40, 80, 120])('at %i columns', (columns) => {
  const options = { columns, rows: 100 };

  it.each(Object.entries(commands))('%s', async (name, words) => {
    const session = onTerminal(home, words, { ...options, env: { NO_COLOR: '1' } });
    expect((await session.ended).code).toBe(0);
    const text = normal(session.text());
    await expect(text).toMatchFileSnapshot(golden(`${name}-${columns}`));
    if (columns < 80) return;
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
  });

  it('never cuts a reference', async () => {
    const words = ['dashboards', 'list', '-p', 'sandbox-grafana'];
    const session = onTerminal(home, words, options);
    expect((await session.ended).code).toBe(0);
    const { stdout } = await home.run([...words, '--fields', 'ref']);
    const shown = session
      .text()
      .split('\n')
      .map((line) => line.split(' ', 1)[0]);
    for (const ref of stdout.trimEnd().split('\n')) expect(shown).toContain(ref);
    expect(session.text()).not.toMatch(/\u001b|\u202e/);
  });

  it('a question', async () => {
    const session = onTerminal(home, question, { ...options, env: { NO_COLOR: '1' } });
    await session.shows('(y/N)');
    await expect(normal(`${session.text().trimEnd()}\n`)).toMatchFileSnapshot(golden(`question-${columns}`));
    session.type('\r');
    expect((await session.ended).code).toBe(5);
  });
});

describe('in a pipe', () => {
  it.each([...Object.entries(commands), ['question', question] as const])('%s', async (name, words) => {
    const { code, stdout, stderr } = await home.run(words);
    const text = `exit ${String(code)}\n--- stdout\n${stdout}--- stderr\n${stderr}`;
    await expect(normal(text)).toMatchFileSnapshot(golden(`${name}-pipe`));
  });
});

describe('colour is decided by each stream for itself', () => {
  // One run that writes to both: the change on stdout, what failed of it on stderr.
  const words = 'dashboards delete sandbox-grafana/status-page sandbox-grafana/no-such --dry-run';
  const red = /\u001b\[31m/;

  it.each<[string, string, Readonly<Record<string, string>>, { terminal: boolean; pipe: boolean }]>([
    ['nothing said', '', {}, { terminal: true, pipe: false }],
    ['NO_COLOR', '', { NO_COLOR: '1' }, { terminal: false, pipe: false }],
    ['an empty NO_COLOR', '', { NO_COLOR: '' }, { terminal: true, pipe: false }],
    ['FORCE_COLOR=0', '', { FORCE_COLOR: '0' }, { terminal: false, pipe: false }],
    ['FORCE_COLOR=1', '', { FORCE_COLOR: '1' }, { terminal: true, pipe: true }],
    [
      'NO_COLOR against FORCE_COLOR',
      '',
      { NO_COLOR: '1', FORCE_COLOR: '1' },
      { terminal: false, pipe: false },
    ],
    ['CLICOLOR=0', '', { CLICOLOR: '0' }, { terminal: false, pipe: false }],
    ['CLICOLOR_FORCE=1', '', { CLICOLOR_FORCE: '1' }, { terminal: true, pipe: true }],
    ['TERM=dumb', '', { TERM: 'dumb' }, { terminal: false, pipe: false }],
    ['--color auto', '--color auto', {}, { terminal: true, pipe: false }],
    ['--color always', '--color always', { NO_COLOR: '1' }, { terminal: true, pipe: true }],
    ['--color never', '--color never', { FORCE_COLOR: '1' }, { terminal: false, pipe: false }],
  ])('%s', async (name, flags, env, coloured) => {
    const line = `dashctl ${words} ${flags}`;
    const file = (stream: string): string => `${name.replaceAll(/\W/g, '_')}.${stream}`;
    const both = shellOnTerminal(home, line, { env });
    const piped = shellOnTerminal(home, `${line} > '${file('out')}'`, { env });
    const apart = shellOnTerminal(home, `${line} 2> '${file('err')}'`, { env });
    for (const { ended } of [both, piped, apart]) expect((await ended).code).toBe(4);
    const kept = (stream: string): string => readFileSync(join(home.folder, file(stream)), 'utf8');

    const error = /^.*Error:.*$/m.exec(both.raw())?.[0] ?? '';
    expect(error).not.toBe('');
    expect({ stderr: red.test(error), stdout: red.test(both.raw().replace(error, '')) }).toEqual({
      stderr: coloured.terminal,
      stdout: coloured.terminal,
    });
    expect(kept('out')).toContain('status-page');
    expect({ stderr: red.test(piped.raw()), stdout: red.test(kept('out')) }).toEqual({
      stderr: coloured.terminal,
      stdout: coloured.pipe,
    });
    expect(kept('err')).toContain('Error:');
    expect({ stderr: red.test(kept('err')), stdout: red.test(apart.raw()) }).toEqual({
      stderr: coloured.pipe,
      stdout: coloured.terminal,
    });
  });
});
