import { defineCommand } from '../../cli/definition.ts';
import { many } from '../../cli/options.ts';
import { permissionShape } from '../../model/permission.ts';
import { guardOptions } from '../acl/resource.ts';
import { capability } from '../capability.ts';
import { manyOptions, mapPlan, performMany } from '../bulk.ts';
import { namedTargets } from '../targets.ts';
import type { Permission } from '../../model/permission.ts';
import type { Job } from '../bulk.ts';

export const deleteCommand = defineCommand({
  noun: 'perms',
  verb: 'delete',
  summary: 'Delete permissions: their users and roles lose the actions',
  args: { permissions: many('PERMISSION', 'Ids or PROFILE/ID of permissions; - reads them from stdin') },
  options: { allowSelfLockout: guardOptions.allowSelfLockout, ...manyOptions },
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
    const targets = await namedTargets(context, await context.expand(input.permissions), 'object');
    const jobs = targets.map(({ given, label, provider, id }): Job<Permission> => ({
      given,
      label,
      provider,
      plan: async () =>
        // What it allowed, and that nobody has it by this permission any more.
        mapPlan(await capability(provider, 'perms').planDelete(id), (permission) => [
          { ...permission, principals: [] },
        ]),
    }));
    const words = ['Delete', 'Deleting', 'deleted'] as const;
    const allowed = input.allowSelfLockout ? ['--allow-self-lockout'] : [];
    await performMany(context, jobs, { shape: permissionShape, words, allowed }, input);
  },
});
