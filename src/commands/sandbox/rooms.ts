/** What the sandbox commands print: its rooms, one per emulated API. */
import { join } from 'node:path';
import type { Folders } from '../../cli/context.ts';
import type { Shape } from '../../model/shape.ts';

/** Where the rooms keep their state. */
export function sandboxFolder(folders: Folders): string {
  return join(folders.state, 'sandbox');
}

export const roomShape: Shape = {
  noun: 'room',
  plural: 'rooms',
  fields: [
    { key: 'room', kind: 'id', table: 'yes', summary: 'Name of the room' },
    { key: 'profile', kind: 'text', table: 'yes', summary: 'Built-in profile that uses it' },
    { key: 'state', kind: 'text', table: 'yes', summary: 'new (never used) or kept (as commands left it)' },
    { key: 'changedAt', kind: 'time', table: 'yes', summary: 'When it was last changed' },
    { key: 'bytes', kind: 'number', table: 'no', summary: 'Size of its store' },
    { key: 'file', kind: 'text', table: 'no', summary: 'Its store' },
  ],
};
