import { defineCommand } from '../../cli/definition.ts';
import { choice, many, required, text, tristate } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { workspacePermissionShape } from '../../model/workspace-permission.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';
import { byAccount, namedTargets } from '../targets.ts';

export const transferCommand = defineCommand({
  noun: 'workspace',
  verb: 'transfer',
  summary: 'Make another person the owner of workspaces',
  description: [
    'Only the new owner or an administrator can hand a workspace back. Everybody else keeps their access.',
    'Without --keep-role the old owner keeps no access; for a workspace of your own say so with --keep-role none.',
    'It is confirmed by the e-mail of the new owner.',
  ],
  args: { workspaces: many('WORKSPACE', 'Keys of the workspaces, or PROFILE/KEY; - reads them from stdin') },
  options: {
    to: required(text('EMAIL', 'The new owner', 'email'), 'Who is the new owner?'),
    keepRole: choice(
      ['reader', 'editor', 'view', 'edit', 'none'],
      'ROLE',
      'What the old owner keeps: reader, editor or none',
    ),
    dataAccess: tristate('Let the old owner see the data as before, or not (default: not)'),
  },
  examples: [
    {
      note: 'See what would change',
      command:
        'dashctl workspace transfer sandbox-syntho/1 sandbox-syntho/2 --to bo@example.com --keep-role reader --dry-run',
    },
    {
      note: 'Hand one over',
      command:
        'dashctl workspace transfer sandbox-syntho/1 --to bo@example.com --keep-role reader --confirm bo@example.com',
    },
  ],
  shape: workspacePermissionShape,
  writes: true,
  accounts: 'one',
  operations: [{ provider: 'syntho', request: 'PATCH /api/v1/workspace_permissions/transfer/' }],
  async run(context, input) {
    const none = input.keepRole === null || input.keepRole === 'none';
    if (none && input.dataAccess === true) {
      throw new DashctlError('usage', 'Without a role the old owner can have no access to the data.', {
        hint: 'Add --keep-role reader or --keep-role editor.',
      });
    }
    const targets = await namedTargets(context, await context.expand(input.workspaces), 'object');
    const groups = byAccount(targets);
    const [group, ...others] = groups;
    if (group === undefined || others.length > 0) {
      throw new DashctlError(
        'usage',
        'The workspaces must belong to one account, and at least one is needed.',
      );
    }
    const plan = await capability(group.provider, 'workspace').planTransfer({
      workspaces: group.ids,
      to: input.to,
      keepRole: none ? null : input.keepRole,
      dataAccess: input.dataAccess ?? false,
    });
    const said = input.keepRole === 'none' ? ['--keep-role none'] : [];
    const done = await perform(context, group.provider, plan, said);
    if (done !== null) await context.renderer.records(workspacePermissionShape, done.value);
  },
});
