import { defineCommand } from '../../cli/definition.ts';
import { list, one, text } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { permissionShape } from '../../model/permission.ts';
import { allowedGuards, guardOptions } from '../acl/resource.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';

export const updateCommand = defineCommand({
  noun: 'perms',
  verb: 'update',
  summary: 'Change who holds an action by one permission',
  description: [
    'The server replaces the whole list: dashctl reads it, changes what is asked for, writes it and reads it back.',
  ],
  args: { permission: one('PERMISSION', 'Id or PROFILE/ID of the permission') },
  options: {
    add: list('WHO', 'An id, user:EMAIL or role:NAME to add; repeat for several', 'principal'),
    remove: list('WHO', 'An id, user:EMAIL or role:NAME to take away; repeat for several', 'principal'),
    file: text('FILE', 'The whole permission as a JSON document; - reads stdin', 'file'),
    ...guardOptions,
  },
  examples: [
    {
      note: 'One more role',
      command: 'dashctl perms update sandbox-gtmhub/5be26318e5274a0000080002 --add role:Members',
    },
    {
      note: 'See what would be taken away',
      command:
        'dashctl perms update sandbox-gtmhub/5be26318e5274a0000080002 --remove user:cy@example.com --dry-run',
    },
  ],
  shape: permissionShape,
  writes: true,
  accounts: 'one',
  operations: [{ provider: 'gtmhub', request: 'PUT /permissions/{id}' }],
  async run(context, input) {
    const { add, remove, file } = input;
    if ((file === null) === (add.length + remove.length === 0)) {
      throw new DashctlError(
        'usage',
        file === null ? 'Nothing to change.' : '--file holds the whole permission.',
        {
          hint: 'Use --add WHO and --remove WHO, or --file FILE alone.',
        },
      );
    }
    const { provider, id } = await context.target(input.permission, 'object');
    const change = file === null ? { add, remove } : { body: await context.read(file) };
    const plan = await capability(provider, 'perms').planUpdate(id, change);
    const done = await perform(context, provider, plan, allowedGuards(input));
    if (done !== null) await context.renderer.record(permissionShape, done.value);
  },
});
