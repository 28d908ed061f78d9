import { createCommand } from './create.ts';
import { getCommand } from './get.ts';
import { listCommand } from './list.ts';
import { passwordAddCommand } from './password-add.ts';
import { passwordRemoveCommand } from './password-remove.ts';
import { revokeCommand } from './revoke.ts';
import { rotateCommand } from './rotate.ts';
import { updateCommand } from './update.ts';

export const shareCommands = [
  listCommand,
  getCommand,
  createCommand,
  updateCommand,
  revokeCommand,
  rotateCommand,
  passwordAddCommand,
  passwordRemoveCommand,
];
