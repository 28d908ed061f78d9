/** Invitations of several people at once: one result per address. */
import { performMany } from '../bulk.ts';
import { invitationShape } from '../../model/invitation.ts';
import { parseEmail } from '../../model/email.ts';
import { shareTarget } from '../share-target.ts';
import type { Context } from '../../cli/context.ts';
import type { Invitation } from '../../model/invitation.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import type { Provider } from '../../providers/provider.ts';
import type { BulkVerb, Job, ManyInput } from '../bulk.ts';

/**
 * Changes the invitations of a share. All addresses are one plan, since they stand in one list of the share; once a
 * request of it is refused, each address goes by itself, and those that are through are found to be so.
 */
export async function performInvitations(
  context: Context,
  words: BulkVerb<Invitation>['words'],
  input: ManyInput & { readonly share: string; readonly emails: readonly string[] },
  planOf: (
    provider: Provider,
    token: string,
    emails: readonly string[],
  ) => Promise<WritePlan<readonly Invitation[]>>,
): Promise<void> {
  const given = (await context.expand(input.emails)).map(parseEmail);
  const emails = [...new Map(given.map((email) => [email.toLowerCase(), email])).values()];
  const { provider, token } = await shareTarget(context, input.share);
  const plan = (some: readonly string[]) => planOf(provider, token, some);
  const jobs = emails.map((email): Job<Invitation> => ({
    given: email,
    label: email,
    provider,
    plan: () => plan([email]),
  }));
  const verb: BulkVerb<Invitation> = {
    shape: invitationShape,
    words,
    batchOf: () => ({ most: jobs.length, plan: (some) => plan(some.map((job) => job.given)) }),
  };
  await performMany(context, jobs, verb, input);
}
