import { exportCommand } from './export.ts';
import { listCommand } from './list.ts';
import { pruneCommand } from './prune.ts';
import { resolveCommand } from './resolve.ts';
import { showCommand } from './show.ts';
import { verifyCommand } from './verify.ts';

export const historyCommands = [
  listCommand,
  showCommand,
  resolveCommand,
  verifyCommand,
  exportCommand,
  pruneCommand,
];
