import { defineCommand } from '../../cli/definition.ts';
import { flag, list, text } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { permissionShape } from '../../model/permission.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';
import type { Context } from '../../cli/context.ts';
import type { PermissionCapability } from '../../providers/provider.ts';
import type { Choice } from '../../output/prompts.ts';

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
    const { file } = input;
    if (file !== null && (input.action !== null || input.principal.length > 0)) {
      throw new DashctlError('usage', '--file holds the whole permission.', {
        hint: 'Use --file alone, or --action and --principal.',
      });
    }
    const lacking = file === null && (input.action === null || input.principal.length === 0);
    if (lacking && !context.prompter.available) {
      throw new DashctlError(
        'missing-input',
        input.action === null ? 'Which action?' : 'Who shall hold the action?',
        {
          hint: 'Add --action NAME and --principal WHO, or --file FILE.',
        },
      );
    }
    const body = file === null ? null : await context.read(file);
    const provider = await context.connect(await context.account());
    const perms = capability(provider, 'perms');
    const validate = !input.noValidate;
    const draft =
      body === null
        ? {
            action: input.action ?? (await askAction(context, perms)),
            principals: input.principal.length > 0 ? input.principal : [await askHolder(context)],
            validate,
          }
        : { body, validate };
    const done = await perform(context, provider, await perms.planCreate(draft));
    if (done !== null) await context.renderer.record(permissionShape, done.value);
  },
});

/** Asks for an action of the server's catalogue; one that it does not list may be typed. */
async function askAction({ prompter }: Context, perms: PermissionCapability): Promise<string> {
  return await prompter.pick({
    message: 'Which action?',
    flag: '--action',
    choices: actionsOf(perms),
    accepts: () => null,
  });
}

async function* actionsOf(perms: PermissionCapability): AsyncIterable<Choice<string>> {
  for (const { name, title } of (await perms.actions()).items) {
    yield { value: name, name, ...(title === null ? {} : { description: title }) };
  }
}

async function askHolder(context: Context): Promise<string> {
  return await context.ask('text', {
    flag: '--principal',
    message: 'Who shall hold the action? (an id, user:EMAIL or role:NAME)',
  });
}
