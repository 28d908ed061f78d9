import { undoCommand } from './undo.ts';

export const undoCommands = [undoCommand];
