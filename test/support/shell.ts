/** Interactive shells on a terminal, with the built dashctl on their PATH and its completion loaded. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { vi } from 'vitest';
import type { Home } from './binary.ts';

export type InteractiveShell = 'bash' | 'zsh' | 'fish';

const scripts = resolve(import.meta.dirname, '../../completions');

const starts: Readonly<
  Record<InteractiveShell, { readonly args: readonly string[]; readonly load: string }>
> = {
  bash: { args: ['--norc', '--noprofile', '-i'], load: `source '${scripts}/dashctl.bash'` },
  zsh: {
    args: ['-f', '-i'],
    load: `autoload -Uz compinit && compinit -u -D; source '${scripts}/_dashctl'`,
  },
  fish: { args: ['--no-config', '-i'], load: `source '${scripts}/dashctl.fish'` },
};

/** Whether the shell is installed. */
export function hasShell(shell: InteractiveShell): boolean {
  return ['/usr/local/bin', '/usr/bin', '/bin', ...(process.env['PATH'] ?? '').split(delimiter)].some(
    (folder) => existsSync(join(folder, shell)),
  );
}

export interface ShellSession {
  /**
   * Types a line, presses TAB, types what comes behind, and lets the shell run the whole with `show` in front.
   * @returns the words that the shell made of it
   */
  complete(line: string, behind?: string): Promise<readonly string[]>;
  /** Everything that was drawn so far. */
  screen(): string;
  close(): void;
}

/** Starts a shell in the home and loads the completion twice. */
export async function openShell(shell: InteractiveShell, home: Home): Promise<ShellSession> {
  const out = join(home.folder, '.shown');
  const show = join(home.folder, '.bin', 'show');
  writeFileSync(show, `#!/bin/sh\nprintf '%s\\0' "$@" > '${out}.new' && mv '${out}.new' '${out}'\n`, {
    mode: 0o755,
  });
  const { args, load } = starts[shell];
  const pty = spawn(shell, [...args], {
    cols: 200,
    rows: 50,
    cwd: home.folder,
    env: { ...home.env, TERM: 'xterm', PS1: '> ', INPUTRC: '/dev/null' },
  });
  let screen = '';
  pty.onData((data) => {
    screen += data;
  });
  const shown = async (): Promise<readonly string[]> => {
    await vi.waitUntil(() => existsSync(out), { timeout: 20_000, interval: 50 });
    const words = readFileSync(out, 'utf8').split('\0').slice(0, -1);
    rmSync(out);
    return words;
  };
  pty.write(`${load}; ${load}; show ready\r`);
  await shown();
  return {
    async complete(line, behind = '') {
      // Ctrl-A: to the beginning of the line.
      pty.write(`${line}\t${behind}\u0001show \r`);
      return await shown();
    },
    screen: () => screen,
    close() {
      pty.kill();
    },
  };
}
