/** The pager as a process on our terminal. */
import { spawn, type ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import { commandWords } from './command-words.ts';
import type { PagerChoice } from './terminal.ts';

/** Starts the pager; its input is a pipe. @returns a sentence where that cannot be done */
export async function startPager(choice: PagerChoice): Promise<ChildProcess | string> {
  const words = commandWords(choice.command);
  if (words === null) return complaint(choice, 'it needs a shell');
  // Without -R less shows the colours as letters, whatever the person's own LESS says.
  const colours = /^less(?:\.exe)?$/i.test(basename(words.file)) ? ['-R'] : [];
  try {
    const child = spawn(words.file, [...words.args, ...colours], {
      stdio: ['pipe', 'inherit', 'inherit'],
      // As git and gh do: what fits is printed, and what was read stays on the screen.
      env: { LESS: 'FRX', LV: '-c', ...choice.env, ...words.env },
    });
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => {
        resolve(child);
      });
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT' ? 'there is no such program' : error instanceof Error ? error.message : String(error);
    return complaint(choice, why);
  }
}

function complaint({ command, variable }: PagerChoice, why: string): string {
  return `The pager ${JSON.stringify(command)} of ${variable ?? 'the system'} was not started: ${why}.`;
}
