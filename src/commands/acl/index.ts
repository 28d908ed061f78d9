import { grantCommand } from './grant.ts';
import { levelsCommand } from './levels.ts';
import { listCommand } from './list.ts';
import { revokeCommand } from './revoke.ts';
import { setCommand } from './set.ts';

export const aclCommands = [listCommand, grantCommand, revokeCommand, setCommand, levelsCommand];
