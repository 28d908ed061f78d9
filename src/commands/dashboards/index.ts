import { cloneCommand } from './clone.ts';
import { createCommand } from './create.ts';
import { deleteCommand } from './delete.ts';
import { exportCommand } from './export.ts';
import { getCommand } from './get.ts';
import { importCommand } from './import.ts';
import { listCommand } from './list.ts';
import { restoreCommand } from './restore.ts';
import { updateCommand } from './update.ts';

export const dashboardCommands = [
  listCommand,
  getCommand,
  createCommand,
  updateCommand,
  deleteCommand,
  restoreCommand,
  cloneCommand,
  exportCommand,
  importCommand,
];
