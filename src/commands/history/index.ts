import { listCommand } from './list.ts';
import { resolveCommand } from './resolve.ts';
import { showCommand } from './show.ts';
import { verifyCommand } from './verify.ts';

export const historyCommands = [listCommand, showCommand, verifyCommand, resolveCommand];
