import { actionsCommand } from './actions.ts';
import { allowedCommand } from './allowed.ts';
import { createCommand } from './create.ts';
import { defaultAccessCommand } from './default-access.ts';
import { deleteCommand } from './delete.ts';
import { effectiveCommand } from './effective.ts';
import { getCommand } from './get.ts';
import { principalGetCommand } from './principal-get.ts';
import { principalSetCommand } from './principal-set.ts';
import { updateCommand } from './update.ts';

export const permissionCommands = [
  actionsCommand,
  allowedCommand,
  effectiveCommand,
  defaultAccessCommand,
  principalGetCommand,
  principalSetCommand,
  getCommand,
  createCommand,
  updateCommand,
  deleteCommand,
];
