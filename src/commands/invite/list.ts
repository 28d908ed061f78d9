import { defineCommand } from '../../cli/definition.ts';
import { one } from '../../cli/options.ts';
import { invitationShape } from '../../model/invitation.ts';
import { capability } from '../capability.ts';
import { shareTarget } from '../share-target.ts';

export const listCommand = defineCommand({
  noun: 'invite',
  verb: 'list',
  summary: 'List the invitations of a share',
  args: { share: one('SHARE', 'Token, address, or a dashboard with exactly one share', 'share') },
  examples: [
    { note: 'Of a dashboard', command: 'dashctl invite list sandbox-datadog/c4t-9kx-2mq' },
    {
      note: 'Addresses alone',
      command: 'dashctl invite list sandbox-datadog/c4t-9kx-2mq --fields email -o tsv',
    },
  ],
  shape: invitationShape,
  accounts: 'one',
  operations: [{ provider: 'datadog', request: 'GET /api/v1/dashboard/public/{token}/invitation' }],
  async run(context, input) {
    const { provider, token } = await shareTarget(context, input.share);
    await context.renderer.list(invitationShape, capability(provider, 'invite').list(token), {
      empty: `No invitations found for ${input.share}.`,
    });
  },
});
