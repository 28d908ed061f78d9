import { defineCommand } from '../../cli/definition.ts';
import { one } from '../../cli/options.ts';
import { permissionShape } from '../../model/permission.ts';
import { guardOptions } from '../acl/resource.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';

export const deleteCommand = defineCommand({
  noun: 'perms',
  verb: 'delete',
  summary: 'Delete a permission: its users and roles lose the action',
  args: { permission: one('PERMISSION', 'Id or PROFILE/ID of the permission') },
  options: { allowSelfLockout: guardOptions.allowSelfLockout },
  examples: [
    {
      note: 'See what would happen',
      command: 'dashctl perms delete sandbox-gtmhub/5be26318e5274a0000080007 --dry-run',
    },
    { note: 'Delete it', command: 'dashctl perms delete sandbox-gtmhub/5be26318e5274a0000080007 --yes' },
  ],
  shape: permissionShape,
  writes: true,
  accounts: 'one',
  operations: [{ provider: 'gtmhub', request: 'DELETE /permissions/{id}' }],
  async run(context, input) {
    const { provider, id } = await context.target(input.permission, 'object');
    const plan = await capability(provider, 'perms').planDelete(id);
    const done = await perform(
      context,
      provider,
      plan,
      input.allowSelfLockout ? ['--allow-self-lockout'] : [],
    );
    if (done !== null) await context.renderer.records(permissionShape, [done.value]);
  },
});
