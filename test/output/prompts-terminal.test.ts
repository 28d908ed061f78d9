/** Prompts in a real process on a real terminal: what Ctrl-C, Ctrl-D and a vanished terminal do. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn, type IPty } from '@lydell/node-pty';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

let folder = '';
let program = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dashctl-prompts-'));
  const source = fileURLToPath(new URL('../../src/output/', import.meta.url));
  const input = join(folder, 'program.ts');
  await writeFile(
    input,
    `import { createRenderer } from ${JSON.stringify(join(source, 'renderer.ts'))};
    import { createPrompter } from ${JSON.stringify(join(source, 'prompts.ts'))};
    import { describeTerminal } from ${JSON.stringify(join(source, 'terminal.ts'))};
    const terminal = describeTerminal(process, process.env, { color: 'auto', noInput: false });
    const options = { format: null, fields: null, raw: false, csvRaw: false, filter: null };
    const renderer = createRenderer(process, terminal, options);
    const prompter = createPrompter({ streams: process, terminal, progress: renderer.progress });
    try {
      const yes = await prompter.confirm({ message: 'Delete it?', flag: '--yes' });
      await renderer.text('confirmed: ' + yes);
      const secret = await prompter.secret({ message: 'API key', flag: 'KEY' });
      await renderer.text('length: ' + secret.length);
    } catch (error) {
      await renderer.error(error);
      process.exitCode = error.exitCode ?? 1;
    }
    await renderer.finish();`,
  );
  await build({
    input,
    platform: 'node',
    logLevel: 'silent',
    output: { dir: join(folder, 'dist'), format: 'esm', entryFileNames: 'program.mjs' },
  });
  program = join(folder, 'dist', 'program.mjs');
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Session {
  readonly pty: IPty;
  readonly screen: () => string;
  readonly shows: (text: string) => Promise<void>;
  readonly ended: Promise<{ exitCode: number; signal?: number | undefined }>;
}

function session(command: string): Session {
  const pty = spawn('bash', ['-c', command, process.execPath, program], {
    cols: 80,
    rows: 24,
    cwd: folder,
    env: { PATH: process.env['PATH'], TERM: 'xterm' },
  });
  let text = '';
  pty.onData((data) => {
    text += data;
  });
  return {
    pty,
    screen: () => text,
    shows: (expected) =>
      vi.waitFor(
        () => {
          expect(text).toContain(expected);
        },
        { timeout: 20_000 },
      ),
    ended: new Promise((resolve) => {
      pty.onExit(resolve);
    }),
  };
}

describe('on a terminal', () => {
  test('questions are drawn although stdout goes to a file, and secrets are not echoed', async () => {
    const { pty, screen, shows, ended } = session('"$0" "$1" > results');
    await shows('Delete it?');
    pty.write('y\r');
    await shows('API key');
    pty.write('tops3cret\r');
    expect((await ended).exitCode).toBe(0);
    expect(screen()).not.toContain('tops3');
    expect(await readFile(join(folder, 'results'), 'utf8')).toBe('confirmed: true\nlength: 9\n');
  });

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s cancels with exit code 5, on a line of its own', async (_, key) => {
    const { pty, screen, shows, ended } = session('"$0" "$1"');
    await shows('Delete it?');
    pty.write(key);
    expect((await ended).exitCode).toBe(5);
    expect(screen().replace(/\u001b\[[?\d;]*[A-Za-z]/g, '')).toMatch(
      /\nError: Cancelled; nothing was sent\.\r\n$/,
    );
  });

  test('without a stdin to ask nobody is asked', async () => {
    const { screen, ended } = session('"$0" "$1" < /dev/null');
    expect((await ended).exitCode).toBe(2);
    expect(screen()).toContain('--yes');
    expect(screen()).not.toContain('y/N');
  });

  test('CI is never asked', async () => {
    const { screen, ended } = session('CI=1 "$0" "$1"');
    expect((await ended).exitCode).toBe(2);
    expect(screen()).toContain('--yes');
  });
});
