import { createCommand } from './create.ts';
import { getCommand } from './get.ts';
import { listCommand } from './list.ts';
import { revokeCommand } from './revoke.ts';
import { updateCommand } from './update.ts';

export const shareCommands = [listCommand, getCommand, createCommand, updateCommand, revokeCommand];
