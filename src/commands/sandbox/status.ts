import { stat } from 'node:fs/promises';
import { defineCommand } from '../../cli/definition.ts';
import { systemCode } from '../../files/index.ts';
import { roomFile, roomNames } from '../../sandbox/index.ts';
import { roomShape, sandboxFolder } from './rooms.ts';

export const statusCommand = defineCommand({
  noun: 'sandbox',
  verb: 'status',
  summary: 'Show what the sandbox keeps',
  examples: [
    { note: 'All rooms', command: 'dashctl sandbox status' },
    { note: 'Where the files are', command: 'dashctl sandbox status --fields room,file' },
  ],
  shape: roomShape,
  accounts: 'none',
  async run(context) {
    const folder = sandboxFolder(context.folders);
    const rows = await Promise.all(
      roomNames.map(async (room) => {
        const file = roomFile(folder, room);
        const facts = await stat(file).catch((error: unknown) => {
          if (systemCode(error) === 'ENOENT') return null;
          throw error;
        });
        return {
          room,
          profile: `sandbox-${room}`,
          state: facts === null ? 'new' : 'kept',
          changedAt: facts?.mtime.toISOString() ?? null,
          bytes: facts?.size ?? null,
          file,
        };
      }),
    );
    await context.renderer.records(roomShape, rows);
  },
});
