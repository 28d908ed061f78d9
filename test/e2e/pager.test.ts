/** Results that are longer than the screen: which pager gets them, what it gets, and what happens when it is left. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHome } from '../support/binary.ts';
import { startDatadogServer } from '../support/datadog-server.ts';
import { onTerminal } from '../support/pty.ts';
import type { DatadogServer } from '../support/datadog-server.ts';
import type { TerminalOptions } from '../support/pty.ts';

const home = createHome();
const list = ['dashboards', 'list', '-p', 'sandbox-datadog', '--fields', 'ref,title'];

/** A program on the PATH. */
function program(name: string, script: string): void {
  const file = join(home.folder, '.bin', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

/** What the stand-in pager `keep NAME …` got. */
function kept(name: string): string | null {
  const file = join(home.folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

program('keep', 'name=$1; shift; printf "%s\\n" "$@" > "$name.args"; cat > "$name"; echo left "$name"');
program('first', 'head -n 2; echo enough');
program(
  'until-q',
  'trap "echo interrupted" INT; echo ready; cat > seen; until read -r key < /dev/tty && [ "$key" = q ]; do :; done',
);

async function shown(words: readonly string[], options: TerminalOptions) {
  const session = onTerminal(home, words, { rows: 10, ...options });
  const { code } = await session.ended;
  return { code, text: session.text(), raw: session.raw() };
}

describe('a pager', () => {
  it('gets what is longer than the screen, whole and with its colours', async () => {
    const { code, text } = await shown(list, {
      env: { DASHCTL_PAGER: `'keep' one "two words" three\\ words`, PAGER: 'nothing' },
    });
    expect({ code, text }).toEqual({ code: 0, text: 'left one\n14 dashboards in sandbox-datadog.\n' });
    expect(kept('one.args')).toBe('two words\nthree words\n');
    const lines = kept('one')?.trimEnd().split('\n') ?? [];
    expect(lines[0]).toMatch(/^\u001b\[1m.*REF +TITLE.*\u001b\[22m$/);
    const refs = (await home.run('dashboards list -p sandbox-datadog --fields ref')).stdout.trimEnd();
    expect(lines.slice(1).map((line) => line.split(' ')[0])).toEqual(refs.split('\n'));
  });

  it('is not opened for what fits', async () => {
    const { code, text } = await shown([...list, '--limit', '8'], { env: { PAGER: 'keep fits' } });
    expect(code).toBe(0);
    expect(text.split('\n').filter((line) => line.startsWith('sandbox-datadog/'))).toHaveLength(8);
    expect(kept('fits')).toBeNull();
    await shown([...list, '--limit', '9'], { env: { PAGER: 'keep nine' } });
    expect(kept('nine')?.trimEnd().split('\n')).toHaveLength(10);
  });

  it('counts the lines of the screen, not those of the text', async () => {
    await shown([...list, '--limit', '8'], { columns: 20, env: { PAGER: 'keep narrow' } });
    expect(kept('narrow')).not.toBeNull();
  });

  it.each([
    ['json', ['dashboards', 'list', '-p', 'sandbox-datadog', '--json']],
    ['ndjson', [...list, '-o', 'ndjson']],
    ['details', ['dashboards', 'get', 'sandbox-datadog/c4t-9kx-2mq', '-o', 'yaml']],
    ['raw', ['dashboards', 'get', 'sandbox-datadog/c4t-9kx-2mq', '--raw']],
  ])('gets any result: %s', async (name, words) => {
    const { code } = await shown(words, { columns: 40, env: { PAGER: `keep ${name}` } });
    expect(code).toBe(0);
    expect(kept(name)).not.toBeNull();
  });

  it.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ['--no-pager', ['--no-pager'], { PAGER: 'keep none' }],
    ['an empty DASHCTL_PAGER', [], { DASHCTL_PAGER: '', PAGER: 'keep none' }],
    ['an empty PAGER', [], { PAGER: '' }],
    ['cat', [], { DASHCTL_PAGER: 'cat', PAGER: 'keep none' }],
    ['CI', [], { CI: 'true', PAGER: 'keep none' }],
    ['a dumb terminal', [], { TERM: 'dumb', PAGER: 'keep none' }],
  ])('is not used with %s', async (_, more, env) => {
    const { code, text } = await shown([...list, ...more], { env });
    expect(code).toBe(0);
    expect(text).toMatch(/^REF +TITLE/);
    expect(kept('none')).toBeNull();
  });

  it('does not hold up help', async () => {
    const { text } = await shown(['dashboards', 'list', '--help'], { env: { PAGER: 'keep help' } });
    expect(text).toContain('--no-pager');
    expect(kept('help')).toBeNull();
  });

  it.each([
    ['no-such-pager -x', 'there is no such program'],
    ['keep shell | head', 'it needs a shell'],
    ['keep $HOME', 'it needs a shell'],
    ['keep "open', 'it needs a shell'],
  ])('that cannot be started costs one line: %s', async (command, why) => {
    const { code, text } = await shown(list, { columns: 120, env: { DASHCTL_PAGER: command } });
    expect(code).toBe(0);
    expect(text).toMatch(/^REF +TITLE/);
    expect(text.trimEnd().split('\n')).toContain(
      `The pager ${JSON.stringify(command)} of DASHCTL_PAGER was not started: ${why}.`,
    );
    expect(kept('shell')).toBeNull();
  });

  it('may be left early: exit 0', async () => {
    const { code, text } = await shown(list, { env: { PAGER: 'first' } });
    expect(code).toBe(0);
    // Whether it had been handed everything when it left depends on the size of the pipe.
    expect(text).toMatch(/^REF .*\nsandbox-datadog\/.*\nenough\n(?:14 dashboards in .*\n)?$/);
  });

  it('keeps Ctrl-C for itself, and messages wait until it was left', async () => {
    const session = onTerminal(home, ['dashboards', 'list', '-p', 'sandbox'], {
      rows: 10,
      env: { PAGER: 'until-q' },
    });
    await session.shows('ready');
    session.type('\u0003');
    await session.shows('interrupted');
    expect(session.text()).not.toContain('No room for');
    session.type('q\r');
    expect((await session.ended).code).toBe(0);
    expect(session.text()).toMatch(/No room for .*\n\d+ dashboards in .*\n$/);
  });

  it('is ended with us by a signal', async () => {
    const session = onTerminal(home, list, {
      rows: 10,
      env: { PAGER: `sh -c 'trap "echo told; exit" TERM; echo ready $PPID; while :; do sleep 0.1; done'` },
    });
    await session.shows(/ready \d+/);
    process.kill(Number(/ready (\d+)/.exec(session.text())?.[1]), 'SIGTERM');
    expect((await session.ended).code).toBe(143);
    expect(session.text()).toContain('told');
  });

  it('less shows colours and leaves with q', async () => {
    const session = onTerminal(home, list, { rows: 10, env: { LESS: 'M' } });
    await session.shows(/lines 1-9/);
    expect(session.raw()).toContain('\u001b[1m');
    expect(session.text()).not.toContain('ESC');
    session.type('q');
    expect((await session.ended).code).toBe(0);
  });
});

describe('a pager over rows that still arrive', () => {
  let server: DatadogServer;
  beforeAll(async () => {
    server = await startDatadogServer(300, 0, 100);
  });
  afterAll(() => server.close());

  it('is left without waiting for the server', async () => {
    program('reads-some', 'head -n 3; echo enough');
    const words = `dashboards list ${server.words} --page-size 100 -o tsv --fields id`.split(' ');
    const { code, text } = await shown(words, { env: { ...server.env, PAGER: 'reads-some' } });
    expect(code).toBe(0);
    expect(text).toBe('000-000-000\n000-000-001\n000-000-002\nenough\n');
  });
});
