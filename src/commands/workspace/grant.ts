import { defineCommand } from '../../cli/definition.ts';
import { one, tristate } from '../../cli/options.ts';
import { workspacePermissionShape } from '../../model/workspace-permission.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';

export const grantCommand = defineCommand({
  noun: 'workspace',
  verb: 'grant',
  summary: 'Give a person access to a workspace, or change the access that they have',
  description: ['A workspace has one owner: to make somebody else the owner, use transfer.'],
  args: {
    workspace: one('WORKSPACE', 'Key of the workspace, or PROFILE/KEY'),
    who: one('WHO', 'E-mail or key of the person', 'email'),
    role: one('ROLE', 'reader or editor (or view, edit)', 'level', ['reader', 'editor']),
  },
  options: { dataAccess: tristate('Let them see the data themselves, or not (default: as it is, else not)') },
  examples: [
    { note: 'To look', command: 'dashctl workspace grant sandbox-syntho/2 dora@example.com reader' },
    {
      note: 'See what would be sent',
      command: 'dashctl workspace grant sandbox-syntho/2 emil@example.com editor --data-access --dry-run',
    },
  ],
  shape: workspacePermissionShape,
  writes: true,
  accounts: 'one',
  operations: [
    { provider: 'syntho', request: 'POST /api/v1/workspace_permissions/' },
    { provider: 'syntho', request: 'PATCH /api/v1/workspace_permissions/{id}/' },
  ],
  async run(context, input) {
    const { provider, id } = await context.target(input.workspace, 'object');
    const { who, role, dataAccess } = input;
    const plan = await capability(provider, 'workspace').planGrant({ workspace: id, who, role, dataAccess });
    const done = await perform(context, provider, plan, []);
    if (done !== null) await context.renderer.record(workspacePermissionShape, done.value);
  },
});
