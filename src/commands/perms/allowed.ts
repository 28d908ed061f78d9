import { defineCommand } from '../../cli/definition.ts';
import { choice, one, required } from '../../cli/options.ts';
import { permissionActionShape } from '../../model/permission.ts';
import { capability } from '../capability.ts';

const types = ['metric', 'goal', 'session', 'insightBoard', 'dashboard'] as const;

export const allowedCommand = defineCommand({
  noun: 'perms',
  verb: 'allowed',
  summary: 'List what you may do with one metric, goal, session or dashboard',
  args: { target: one('TARGET', 'Id or PROFILE/ID of the target') },
  options: {
    type: required(
      choice(types, 'TYPE', 'What the target is: metric, goal, session, dashboard (or insightBoard)'),
      'What is the target?',
    ),
  },
  examples: [
    {
      note: 'With a dashboard',
      command: 'dashctl perms allowed sandbox-gtmhub/5be26318e5274a0000040001 --type dashboard',
    },
    {
      note: 'With an objective, names alone',
      command: 'dashctl perms allowed sandbox-gtmhub/5be26318e5274a0000050001 --type goal --fields name',
    },
  ],
  shape: permissionActionShape,
  accounts: 'one',
  operations: [{ provider: 'gtmhub', request: 'GET /permissions/currentUser-allowedActions/{targetId}' }],
  async run(context, input) {
    const { provider, id } = await context.target(input.target, 'object');
    // Dashboards have two names in this API: insightBoard here, dashboard for default access.
    const type = input.type === 'dashboard' ? 'insightBoard' : input.type;
    const page = await capability(provider, 'perms').allowed(id, type);
    if (context.globals.raw) await context.renderer.bytes(page.raw);
    else {
      await context.renderer.records(permissionActionShape, page.items, {
        empty: `You may do nothing with ${input.target}.`,
      });
    }
  },
});
