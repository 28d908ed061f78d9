import { defineCommand } from '../../cli/definition.ts';
import { any } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { resetRooms, roomNames } from '../../sandbox/index.ts';
import { sandboxFolder } from './rooms.ts';

export const resetCommand = defineCommand({
  noun: 'sandbox',
  verb: 'reset',
  summary: 'Put the sandbox back to its first content',
  args: { rooms: any('ROOM', 'Rooms to reset; all without one') },
  examples: [
    { note: 'Everything', command: 'dashctl sandbox reset' },
    { note: 'One room', command: 'dashctl sandbox reset grafana' },
  ],
  accounts: 'none',
  async run(context, input) {
    const asked = input.rooms.map((room) => room.replace(/^sandbox-/, ''));
    const unknown = asked.filter((room) => !roomNames.includes(room));
    if (unknown.length > 0) {
      throw new DashctlError('usage', `The sandbox has no room ${unknown.join(', ')}.`, {
        hint: `Rooms: ${roomNames.join(', ')}.`,
      });
    }
    const rooms = asked.length === 0 ? roomNames : asked;
    await resetRooms(sandboxFolder(context.folders), rooms);
    context.renderer.note(`Reset ${rooms.join(', ')}.`);
  },
});
