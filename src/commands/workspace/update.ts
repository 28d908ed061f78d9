import { defineCommand } from '../../cli/definition.ts';
import { flag, one, text, tristate } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { workspacePermissionShape } from '../../model/workspace-permission.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';

export const allowOwnerless = flag('Go on even if the workspace has no owner afterwards');

export const updateCommand = defineCommand({
  noun: 'workspace',
  verb: 'update',
  summary: "Change a person's role in a workspace or their access to its data",
  args: { row: one('ROW', 'Key of the row, or PROFILE/KEY, as list shows it') },
  options: {
    role: text('ROLE', 'reader or editor (or view, edit)', 'level'),
    dataAccess: tristate('Let them see the data themselves, or not'),
    allowOwnerless,
  },
  examples: [
    {
      note: 'Take the data away',
      command: 'dashctl workspace update sandbox-syntho/2 --no-data-access --yes',
    },
    {
      note: 'See what would be sent',
      command: 'dashctl workspace update sandbox-syntho/2 --role reader --dry-run',
    },
  ],
  shape: workspacePermissionShape,
  writes: true,
  accounts: 'one',
  operations: [{ provider: 'syntho', request: 'PATCH /api/v1/workspace_permissions/{id}/' }],
  async run(context, input) {
    const { role, dataAccess } = input;
    if (role === null && dataAccess === null) {
      throw new DashctlError('usage', 'Nothing to change.', {
        hint: 'Use --role ROLE, --data-access or --no-data-access.',
      });
    }
    const { provider, id } = await context.target(input.row, 'object');
    const plan = await capability(provider, 'workspace').planUpdate(id, { role, dataAccess });
    const done = await perform(context, provider, plan, input.allowOwnerless ? ['--allow-ownerless'] : []);
    if (done !== null) await context.renderer.record(workspacePermissionShape, done.value);
  },
});
