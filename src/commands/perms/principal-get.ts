import { defineCommand } from '../../cli/definition.ts';
import { one } from '../../cli/options.ts';
import { permissionActionShape } from '../../model/permission.ts';
import { capability } from '../capability.ts';
import { printActionSet } from './print-action-set.ts';
import { whoTarget } from './who.ts';

export const principalGetCommand = defineCommand({
  noun: 'perms',
  verb: 'principal-get',
  summary: 'List what a user or role may do',
  args: { who: one('WHO', 'Id or PROFILE/ID of a user or role, user:EMAIL or role:NAME', 'principal') },
  examples: [
    { note: 'A role by name', command: 'dashctl perms principal-get role:Managers -p sandbox-gtmhub' },
    {
      note: 'A document to change and send back',
      command: 'dashctl perms principal-get sandbox-gtmhub/5be26318e5274a0000020002 --raw',
    },
  ],
  shape: permissionActionShape,
  accounts: 'one',
  operations: [{ provider: 'gtmhub', request: 'GET /permissions/principal/{id}' }],
  async run(context, input) {
    const { provider, who } = await whoTarget(context, input.who);
    const set = await capability(provider, 'perms').ofPrincipal(who);
    await printActionSet(context, set, `${input.who} may do nothing in this account.`);
  },
});
