import { resetCommand } from './reset.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';

export const sandboxCommands = [startCommand, statusCommand, resetCommand];
