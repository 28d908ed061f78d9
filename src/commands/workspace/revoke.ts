import { defineCommand } from '../../cli/definition.ts';
import { one, optional } from '../../cli/options.ts';
import { workspacePermissionShape } from '../../model/workspace-permission.ts';
import { guardOptions } from '../acl/resource.ts';
import { capability } from '../capability.ts';
import { mapPlan } from '../bulk.ts';
import { perform } from '../perform.ts';
import { allowOwnerless } from './update.ts';

export const revokeCommand = defineCommand({
  noun: 'workspace',
  verb: 'revoke',
  summary: "Take a person's access to a workspace away",
  args: {
    target: one('ROW|WORKSPACE', 'Key of the row; with WHO the key of the workspace; or PROFILE/KEY'),
    who: optional('WHO', 'E-mail or key of the person', 'email'),
  },
  options: { allowSelfLockout: guardOptions.allowSelfLockout, allowOwnerless },
  examples: [
    { note: 'By person', command: 'dashctl workspace revoke sandbox-syntho/1 dora@example.com --yes' },
    { note: 'By row', command: 'dashctl workspace revoke sandbox-syntho/3 --dry-run' },
  ],
  shape: workspacePermissionShape,
  writes: true,
  accounts: 'one',
  operations: [{ provider: 'syntho', request: 'DELETE /api/v1/workspace_permissions/{id}/' }],
  async run(context, input) {
    const { provider, id } = await context.target(input.target, 'object');
    const ref = input.who === null ? { id } : { workspace: id, who: input.who };
    const plan = mapPlan(await capability(provider, 'workspace').planRevoke(ref), (rows) =>
      rows.map((row) => ({ ...row, role: null, level: 'none' as const, dataAccess: false })),
    );
    const done = await perform(context, provider, plan, [
      ...(input.allowSelfLockout ? ['--allow-self-lockout'] : []),
      ...(input.allowOwnerless ? ['--allow-ownerless'] : []),
    ]);
    if (done !== null) await context.renderer.records(workspacePermissionShape, done.value);
  },
});
