/** What the sandbox is to a command line: the state of its rooms, read past every client, and its profiles. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInProfiles } from '../../src/config/built-in.ts';
import { offersVerb } from '../../src/providers/offers.ts';
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

/** The profiles that `-p sandbox` means for a verb, in the order of lists. */
export function sandboxProfiles(noun: string, verb: string): string[] {
  return builtInProfiles
    .filter(({ current, provider }) => current && offersVerb(provider, noun, verb))
    .map(({ name }) => name);
}
