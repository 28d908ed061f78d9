import { defineCommand } from '../../cli/definition.ts';
import { one } from '../../cli/options.ts';
import { permissionShape } from '../../model/permission.ts';
import { capability } from '../capability.ts';

export const getCommand = defineCommand({
  noun: 'perms',
  verb: 'get',
  summary: 'Show who holds an action by one permission',
  args: { permission: one('PERMISSION', 'Id or PROFILE/ID of the permission') },
  examples: [
    { note: 'One permission', command: 'dashctl perms get sandbox-gtmhub/5be26318e5274a0000080002' },
    {
      note: 'The holders, one per line',
      command: "dashctl perms get sandbox-gtmhub/5be26318e5274a0000080002 --json | jq -r '.principals[]'",
    },
  ],
  shape: permissionShape,
  accounts: 'one',
  operations: [{ provider: 'gtmhub', request: 'GET /permissions/{id}' }],
  async run(context, input) {
    const { provider, id } = await context.target(input.permission, 'object');
    await context.renderer.record(permissionShape, await capability(provider, 'perms').get(id));
  },
});
