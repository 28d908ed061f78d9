import { getCommand } from './get.ts';
import { grantCommand } from './grant.ts';
import { listCommand } from './list.ts';
import { revokeCommand } from './revoke.ts';
import { transferCommand } from './transfer.ts';
import { updateCommand } from './update.ts';

export const workspaceCommands = [
  listCommand,
  getCommand,
  grantCommand,
  updateCommand,
  revokeCommand,
  transferCommand,
];
