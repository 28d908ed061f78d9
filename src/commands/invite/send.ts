import { defineCommand } from '../../cli/definition.ts';
import { many, one } from '../../cli/options.ts';
import { invitationShape } from '../../model/invitation.ts';
import { capability } from '../capability.ts';
import { manyOptions } from '../bulk.ts';
import { performInvitations } from './people.ts';

export const sendCommand = defineCommand({
  noun: 'invite',
  verb: 'send',
  summary: 'Invite people to a share',
  description: [
    'An address that is not on the share yet is added to it first. A pending invitation is not sent twice.',
  ],
  args: {
    share: one('SHARE', 'Token, address, or a dashboard with exactly one share', 'share'),
    emails: many('EMAIL', 'Addresses; - reads them from stdin', 'email'),
  },
  options: manyOptions,
  examples: [
    {
      note: 'Two people',
      command: 'dashctl invite send sandbox-datadog/c4t-9kx-2mq cy@example.com di@example.com --yes',
    },
    {
      note: 'See what would be sent',
      command: 'dashctl invite send sandbox-datadog/c4t-9kx-2mq cy@example.com --dry-run',
    },
  ],
  shape: invitationShape,
  writes: true,
  accounts: 'one',
  operations: [{ provider: 'datadog', request: 'POST /api/v1/dashboard/public/{token}/invitation' }],
  async run(context, input) {
    await performInvitations(context, ['Send', 'Sending', 'sent'], input, (provider, token, emails) =>
      capability(provider, 'invite').planSend(token, emails),
    );
  },
});
