import { addCommand } from './add.ts';
import { listCommand } from './list.ts';
import { removeCommand } from './remove.ts';
import { secretsMoveCommand } from './secrets-move.ts';
import { showCommand } from './show.ts';
import { testCommand } from './test.ts';
import { useCommand } from './use.ts';

export const profileCommands = [
  addCommand,
  listCommand,
  showCommand,
  useCommand,
  testCommand,
  removeCommand,
  secretsMoveCommand,
];
