import { defineCommand } from '../../cli/definition.ts';
import { flag, list, one, text } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { permissionActionShape } from '../../model/permission.ts';
import { allowedGuards, guardOptions } from '../acl/resource.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';
import { printActionSet } from './print-action-set.ts';
import { whoTarget } from './who.ts';

export const principalSetCommand = defineCommand({
  noun: 'perms',
  verb: 'principal-set',
  summary: 'Change what a user or role may do',
  description: [
    'The server replaces the whole set. --add and --remove work where it tells the set as a list of names; a file is sent as it is.',
  ],
  args: { who: one('WHO', 'Id or PROFILE/ID of a user or role, user:EMAIL or role:NAME', 'principal') },
  options: {
    add: list('ACTION', 'Name of an action to add; repeat for several'),
    remove: list('ACTION', 'Name of an action to take away; repeat for several'),
    file: text('FILE', 'The whole set, as principal-get --raw prints it; - reads stdin', 'file'),
    noValidate: flag('Send names of actions without looking them up'),
    ...guardOptions,
  },
  examples: [
    {
      note: 'One more action',
      command: 'dashctl perms principal-set role:Members --add AccessInsightboards -p sandbox-gtmhub',
    },
    {
      note: 'See what would be taken away',
      command:
        'dashctl perms principal-set sandbox-gtmhub/5be26318e5274a0000020002 --remove ManageGoals --dry-run',
    },
  ],
  shape: permissionActionShape,
  writes: true,
  accounts: 'one',
  operations: [{ provider: 'gtmhub', request: 'PUT /permissions/principal/{id}' }],
  async run(context, input) {
    const { add, remove, file } = input;
    if ((file === null) === (add.length + remove.length === 0)) {
      throw new DashctlError('usage', file === null ? 'Nothing to change.' : '--file holds the whole set.', {
        hint: 'Use --add ACTION and --remove ACTION, or --file FILE alone.',
      });
    }
    const { provider, who } = await whoTarget(context, input.who);
    const validate = !input.noValidate;
    const change = file === null ? { add, remove, validate } : { body: await context.read(file), validate };
    const plan = await capability(provider, 'perms').planSetPrincipal(who, change);
    const done = await perform(context, provider, plan, allowedGuards(input));
    if (done !== null) await printActionSet(context, done.value, `${input.who} may do nothing now.`);
  },
});
