import { defineCommand } from '../../cli/definition.ts';
import { flag, many, one } from '../../cli/options.ts';
import { invitationShape } from '../../model/invitation.ts';
import { capability } from '../capability.ts';
import { manyOptions, mapPlan } from '../bulk.ts';
import { performInvitations } from './people.ts';

export const revokeCommand = defineCommand({
  noun: 'invite',
  verb: 'revoke',
  summary: 'Take invitations back',
  description: ['Ends the invitation and the login of each address, and takes the address off the share.'],
  args: {
    share: one('SHARE', 'Token, address, or a dashboard with exactly one share', 'share'),
    emails: many('EMAIL', 'Addresses; - reads them from stdin', 'email'),
  },
  options: { keepListed: flag('Leave the address on the share'), ...manyOptions },
  examples: [
    { note: 'One person', command: 'dashctl invite revoke sandbox-datadog/c4t-9kx-2mq cy@example.com --yes' },
    {
      note: 'Log out, but leave on the share',
      command: 'dashctl invite revoke sandbox-datadog/c4t-9kx-2mq cy@example.com --keep-listed --yes',
    },
  ],
  shape: invitationShape,
  writes: true,
  accounts: 'one',
  operations: [{ provider: 'datadog', request: 'DELETE /api/v1/dashboard/public/{token}/invitation' }],
  async run(context, input) {
    const { keepListed } = input;
    const words = ['Revoke', 'Revoking', 'revoked'] as const;
    await performInvitations(context, words, input, async (provider, token, emails) =>
      mapPlan(
        await capability(provider, 'invite').planRevoke(token, emails, { keepListed }),
        (invitations) => {
          const expiresAt = new Date(context.clock.now()).toISOString();
          // In the order in which people were named; one may have several.
          const named = emails.flatMap((email) =>
            invitations.filter((one) => one.email.toLowerCase() === email.toLowerCase()),
          );
          return named.map((one) => ({ ...one, expiresAt, hasSession: false, sessionExpiresAt: null }));
        },
      ),
    );
  },
});
