import { defineCommand } from '../../cli/definition.ts';
import { one } from '../../cli/options.ts';
import { workspacePermissionShape } from '../../model/workspace-permission.ts';
import { capability } from '../capability.ts';

export const getCommand = defineCommand({
  noun: 'workspace',
  verb: 'get',
  summary: "Show one person's access to one workspace",
  args: { row: one('ROW', 'Key of the row, or PROFILE/KEY, as list shows it') },
  examples: [
    { note: 'One row', command: 'dashctl workspace get sandbox-syntho/2' },
    { note: "The server's own answer", command: 'dashctl workspace get sandbox-syntho/2 --raw' },
  ],
  shape: workspacePermissionShape,
  accounts: 'one',
  operations: [{ provider: 'syntho', request: 'GET /api/v1/workspace_permissions/{id}/' }],
  async run(context, input) {
    const { provider, id } = await context.target(input.row, 'object');
    await context.renderer.record(workspacePermissionShape, await capability(provider, 'workspace').get(id));
  },
});
