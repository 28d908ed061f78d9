import { defineCommand } from '../../cli/definition.ts';
import { flag, list, text } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { permissionShape } from '../../model/permission.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';

export const createCommand = defineCommand({
  noun: 'perms',
  verb: 'create',
  summary: 'Let users and roles do an action',
  description: [
    'Nothing lists permissions: keep the id that it prints. To give an action to holders of a permission that exists, use update.',
  ],
  options: {
    action: text('NAME', 'Name of the action, as dashctl perms actions lists it'),
    principal: list('WHO', 'An id, user:EMAIL or role:NAME; repeat for several', 'principal'),
    file: text('FILE', 'The permission as a JSON document; - reads stdin', 'file'),
    noValidate: flag('Send the name of the action without looking it up'),
  },
  examples: [
    {
      note: 'A role',
      command: 'dashctl perms create --action AccessInsightboards --principal role:Members -p sandbox-gtmhub',
    },
    {
      note: 'See what would be sent',
      command:
        'dashctl perms create --action ManageGoals --principal user:cy@example.com -p sandbox-gtmhub --dry-run',
    },
  ],
  shape: permissionShape,
  writes: true,
  accounts: 'one',
  operations: [{ provider: 'gtmhub', request: 'POST /permissions' }],
  async run(context, input) {
    const { action, principal, file } = input;
    if (file !== null && (action !== null || principal.length > 0)) {
      throw new DashctlError('usage', '--file holds the whole permission.', {
        hint: 'Use --file alone, or --action and --principal.',
      });
    }
    if (file === null && (action === null || principal.length === 0)) {
      throw new DashctlError(
        'missing-input',
        action === null ? 'Which action?' : 'Who shall hold the action?',
        {
          hint: 'Add --action NAME and --principal WHO, or --file FILE.',
        },
      );
    }
    const validate = !input.noValidate;
    const draft =
      file === null
        ? { action: action ?? '', principals: principal, validate }
        : { body: await context.read(file), validate };
    const provider = await context.connect(await context.account());
    const done = await perform(context, provider, await capability(provider, 'perms').planCreate(draft));
    if (done !== null) await context.renderer.record(permissionShape, done.value);
  },
});
