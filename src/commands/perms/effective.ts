import { defineCommand } from '../../cli/definition.ts';
import { permissionActionShape } from '../../model/permission.ts';
import { capability } from '../capability.ts';
import { printActionSet } from './print-action-set.ts';

export const effectiveCommand = defineCommand({
  noun: 'perms',
  verb: 'effective',
  summary: 'List what you may do in the account',
  description: ['You are the user who made the API token.'],
  examples: [
    { note: 'All of it', command: 'dashctl perms effective -p sandbox-gtmhub' },
    { note: "The server's own answer", command: 'dashctl perms effective -p sandbox-gtmhub --raw' },
  ],
  shape: permissionActionShape,
  accounts: 'one',
  operations: [{ provider: 'gtmhub', request: 'GET /permissions/effective' }],
  async run(context) {
    const provider = await context.connect(await context.account());
    const set = await capability(provider, 'perms').effective();
    await printActionSet(context, set, 'You may do nothing in this account.');
  },
});
