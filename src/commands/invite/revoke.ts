import { defineCommand } from '../../cli/definition.ts';
import { flag, many, one } from '../../cli/options.ts';
import { parseEmail } from '../../model/email.ts';
import { invitationShape } from '../../model/invitation.ts';
import { capability } from '../capability.ts';
import { mapPlan } from '../bulk.ts';
import { perform } from '../perform.ts';
import { shareTarget } from '../share-target.ts';

export const revokeCommand = defineCommand({
  noun: 'invite',
  verb: 'revoke',
  summary: 'Take invitations back',
  description: ['Ends the invitation and the login of each address, and takes the address off the share.'],
  args: {
    share: one('SHARE', 'Token, address, or a dashboard with exactly one share', 'share'),
    emails: many('EMAIL', 'Addresses; - reads them from stdin', 'email'),
  },
  options: { keepListed: flag('Leave the address on the share') },
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
    const emails = (await context.expand(input.emails)).map(parseEmail);
    const { provider, token } = await shareTarget(context, input.share);
    const plan = await capability(provider, 'invite').planRevoke(token, emails, {
      keepListed: input.keepListed,
    });
    const ended = mapPlan(plan, (invitations) => {
      const expiresAt = new Date(context.clock.now()).toISOString();
      return invitations.map((one) => ({ ...one, expiresAt, hasSession: false, sessionExpiresAt: null }));
    });
    const done = await perform(context, provider, ended);
    if (done !== null) await context.renderer.records(invitationShape, done.value);
  },
});
