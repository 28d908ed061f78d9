/** The built dashctl on a terminal: what it draws, and what somebody types. */
import { spawn } from '@lydell/node-pty';
import { expect, vi } from 'vitest';
import { entry } from './binary.ts';
import type { Home } from './binary.ts';

export interface Session {
  /** Everything that was drawn so far, with control sequences. */
  readonly raw: () => string;
  /** The same as text: no control sequences, single line breaks. */
  readonly text: () => string;
  /** Waits until the text is there: keys that come before their question would be echoed. */
  readonly shows: (text: string | RegExp) => Promise<void>;
  readonly type: (keys: string) => void;
  readonly ended: Promise<{ readonly code: number; readonly signal: number }>;
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs dashctl with stdin, stdout and stderr on one terminal. */
export function onTerminal(home: Home, words: readonly string[], options?: TerminalOptions): Session {
  return open(home, process.execPath, [entry, ...words], options);
}

/** Runs a line of a shell that has dashctl on its PATH: streams that it leads elsewhere are not on the terminal. */
export function shellOnTerminal(home: Home, line: string, options?: TerminalOptions): Session {
  return open(home, 'sh', ['-c', line], options);
}

function open(
  home: Home,
  file: string,
  args: string[],
  { columns = 80, rows = 40, env = {} }: TerminalOptions = {},
): Session {
  const pty = spawn(file, args, {
    cols: columns,
    rows,
    cwd: home.folder,
    env: { ...home.env, TERM: 'xterm-256color', ...env },
  });
  let raw = '';
  pty.onData((data) => {
    raw += data;
  });
  const text = (): string =>
    raw
      // What was wiped away again, such as a spinner, is not on the screen.
      .replaceAll(/[^\n]*\r\u001b\[K/g, '')
      .replaceAll(/\u001b(?:\[[?\d;]*[A-Za-z]|[78=>])/g, '')
      .replaceAll(/\r+\n/g, '\n');
  return {
    raw: () => raw,
    text,
    shows: (expected) =>
      vi.waitFor(
        () => {
          if (typeof expected === 'string') expect(text()).toContain(expected);
          else expect(text()).toMatch(expected);
        },
        { timeout: 15_000, interval: 20 },
      ),
    type: (keys) => {
      pty.write(keys);
    },
    ended: new Promise((resolve) => {
      pty.onExit(({ exitCode, signal }) => {
        resolve({ code: exitCode, signal: signal ?? 0 });
      });
    }),
  };
}
