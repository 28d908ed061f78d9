/** What a room of a command line's own sandbox holds, read past every client. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { roomFile } from '../../src/sandbox/index.ts';
import type { Cli } from './cli.ts';

/** The text of the room's store; null before the first command opened it. */
export function roomState(cli: Cli, room: string): string | null {
  try {
    return readFileSync(roomFile(join(cli.home, 'state', 'sandbox'), room), 'utf8');
  } catch {
    return null;
  }
}
