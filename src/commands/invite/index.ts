import { listCommand } from './list.ts';
import { revokeCommand } from './revoke.ts';
import { sendCommand } from './send.ts';

export const inviteCommands = [listCommand, sendCommand, revokeCommand];
