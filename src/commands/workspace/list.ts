import { defineCommand } from '../../cli/definition.ts';
import { text } from '../../cli/options.ts';
import { workspacePermissionShape } from '../../model/workspace-permission.ts';
import { listAcross } from '../across.ts';
import { capability } from '../capability.ts';

export const listCommand = defineCommand({
  noun: 'workspace',
  verb: 'list',
  summary: 'List who has access to which workspace',
  description: ['It lists what you may see: your own workspaces, or all of them for an administrator.'],
  options: {
    workspace: text('KEY', 'Only this workspace'),
    user: text('WHO', 'Only this person, by e-mail or key', 'email'),
  },
  examples: [
    { note: 'Everything that you see', command: 'dashctl workspace list -p sandbox-syntho' },
    {
      note: 'Where a person has access',
      command: 'dashctl workspace list -p sandbox-syntho --user cy@example.com --fields workspace,role',
    },
  ],
  shape: workspacePermissionShape,
  accounts: 'several',
  operations: [{ provider: 'syntho', request: 'GET /api/v1/workspace_permissions/' }],
  async run(context, input) {
    const filter = { workspace: input.workspace, user: input.user };
    const what = [
      ...(input.workspace === null ? [] : [`to workspace ${input.workspace}`]),
      ...(input.user === null ? [] : [`of ${input.user}`]),
    ];
    await listAcross(
      context,
      workspacePermissionShape,
      (provider) => capability(provider, 'workspace').list(filter),
      {
        what: (rows) => [nounFor(rows), ...what].join(' '),
      },
    );
  },
});

function nounFor(rows: number): string {
  if (rows === 0) return 'access';
  return rows === 1 ? workspacePermissionShape.noun : workspacePermissionShape.plural;
}
