/** `--web`: a stand-in browser gets the address, or the address is printed. */
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createHome } from '../support/binary.ts';
import { onTerminal } from '../support/pty.ts';

const home = createHome();
const opened = join(home.folder, 'opened');

for (const [name, script] of [
  ['stand-in', `printf '%s\\n' "$@" > '${opened}'`],
  ['xdg-open', `printf 'system\\n%s\\n' "$@" > '${opened}'`],
  ['broken', 'exit 3'],
] as const) {
  const file = join(home.folder, '.bin', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

beforeEach(() => {
  rmSync(opened, { force: true });
});

async function onScreen(line: string, env: Readonly<Record<string, string>>) {
  const session = onTerminal(home, line.split(' '), { columns: 120, env });
  const { code } = await session.ended;
  return { code, text: session.text(), opened: existsSync(opened) ? readFileSync(opened, 'utf8') : null };
}

const board = 'dashboards get sandbox-datadog/c4t-9kx-2mq';

describe('--web', () => {
  it.each([
    [
      'dashboards get sandbox-grafana/checkout-latency',
      'https://sandbox-grafana.example.com/d/checkout-latency/',
    ],
    ['dashboards list -p sandbox-datadog', 'https://sandbox-datadog.example.com/dashboard/lists'],
    ['dashboards list -p sandbox-grafana', 'https://sandbox-grafana.example.com/dashboards'],
    ['share get sandbox-grafana/status-page', 'https://sandbox-grafana.example.com/public-dashboards/'],
    ['share list sandbox-posthog/2', 'https://sandbox-posthog.example.com/project/'],
  ])('opens the page: %s', async (line, address) => {
    const ended = await onScreen(`${line} --web`, { BROWSER: 'stand-in' });
    expect(ended.code).toBe(0);
    expect(ended.opened?.startsWith(address)).toBe(true);
    expect(ended.text).toBe(`Opened ${ended.opened ?? ''}`);
  });

  it('gives the address to the browser as one word, where it wants it', async () => {
    const { opened: words } = await onScreen(`${board} --web`, { BROWSER: "stand-in --new 'a b' =%s=" });
    expect(words).toMatch(/^--new\na b\n=https:\/\/\S+=\n$/);
  });

  it('uses what the system opens pages with', async () => {
    expect((await onScreen(`${board} --web`, { DISPLAY: ':0' })).opened).toMatch(/^system\nhttps:\/\/\S+\n$/);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['without a screen', {}],
    ['with a browser that fails', { BROWSER: 'broken' }],
    ['with a browser that is not there', { BROWSER: 'no-such-browser' }],
    ['with a line that needs a shell', { BROWSER: 'stand-in | cat' }],
    ['in CI', { BROWSER: 'stand-in', CI: 'true' }],
  ])('prints the address %s', async (_, env) => {
    const ended = await onScreen(`${board} --web`, env);
    expect(ended).toMatchObject({ code: 0, opened: null });
    expect(ended.text).toMatch(/^https:\/\/sandbox-datadog\.example\.com\/dashboard\/c4t-9kx-2mq\S*\n$/);
  });

  it('prints the address on a pipe', async () => {
    const ended = await home.run(`${board} --web`, { env: { BROWSER: 'stand-in', DISPLAY: ':0' } });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^https:\/\/\S+\n$/);
    expect(existsSync(opened)).toBe(false);
  });

  it('wants one page', async () => {
    expect(await home.run('share list --all -p sandbox-datadog --web')).toMatchObject({
      code: 2,
      stdout: '',
    });
  });
});
