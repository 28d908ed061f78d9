/** Invitations to a shared dashboard (api/datadog.md §5). */
import { Refusal, created, noContent, ok } from './answers.ts';
import type { Call, Endpoints } from './answers.ts';
import { timestamp } from './format.ts';
import { foundShare } from './shares.ts';
import { isObject } from './state.ts';
import type { Invitation, JsonObject, Share } from './state.ts';

const hour = 3_600_000;

export function invitationEndpoints(on: Endpoints): void {
  const path = '/api/v1/dashboard/public/:token/invitation';

  on.get(path, (state, call) => {
    const share = foundShare(state, call);
    const size = call.count('page_size', Number.MAX_SAFE_INTEGER, 1);
    const start = call.count('page_number', 0, 0) * size;
    const page = share.invitations.slice(start, start + size);
    return ok({
      data: page.map((invitation) => wire(share, invitation, call.now)),
      meta: { page: { total_count: share.invitations.length } },
    });
  });

  on.post(path, (state, call) => {
    const share = foundShare(state, call);
    const { emails, isList } = addresses(call);
    if (share.shareType !== 'invite')
      throw new Refusal(400, 'Invitations require a shared dashboard of type invite');
    const stranger = emails.find((email) => !isListed(share, email));
    if (stranger !== undefined)
      throw new Refusal(400, `${stranger} is not in the share_list of the shared dashboard`);
    const sent = emails.map((email): Invitation => {
      const invitation: Invitation = {
        email,
        created: timestamp(call.now),
        expiry: timestamp(call.now + hour),
        sessionExpiry: null,
      };
      share.invitations = [...share.invitations.filter((one) => !same(one.email, email)), invitation];
      return invitation;
    });
    const data = sent.map((invitation) => wire(share, invitation, call.now));
    return created({ data: isList ? data : data[0] });
  });

  on.delete(path, (state, call) => {
    const share = foundShare(state, call);
    const { emails } = addresses(call);
    const missing = emails.find((email) => !share.invitations.some((one) => same(one.email, email)));
    if (missing !== undefined) throw new Refusal(404, `Invitation for ${missing} not found`);
    share.invitations = share.invitations.filter((one) => !emails.some((email) => same(one.email, email)));
    return noContent;
  });
}

function wire(share: Share, invitation: Invitation, now: number): JsonObject {
  const session = invitation.sessionExpiry;
  return {
    type: 'public_dashboard_invitation',
    attributes: {
      email: invitation.email,
      share_token: share.token,
      created_at: invitation.created,
      invitation_expiry: invitation.expiry,
      has_session: session !== null && Date.parse(session) > now,
      session_expiry: session,
    },
  };
}

/** The addresses of a body: one object is recorded, the older API page sends a list. @throws Refusal 400 */
function addresses(call: Call): { readonly emails: readonly string[]; readonly isList: boolean } {
  const data = call.json()['data'];
  const isList = Array.isArray(data);
  const items: readonly unknown[] = isList ? data : [data];
  const emails = items.map((item) => {
    const attributes = isObject(item) ? item['attributes'] : undefined;
    const email = isObject(attributes) ? attributes['email'] : undefined;
    if (typeof email !== 'string' || !/^[^\s@]+@[^\s@]+$/.test(email)) {
      throw new Refusal(400, "'data.attributes.email' must be an e-mail address");
    }
    return email;
  });
  if (emails.length === 0) throw new Refusal(400, "'data' is empty");
  return { emails, isList };
}

/** Whether an address is on the list, by itself or by its domain. */
function isListed(share: Share, email: string): boolean {
  const domain = email.slice(email.indexOf('@') + 1);
  return (share.invitees ?? []).some(
    (invitee) => same(invitee.email, email) || same(invitee.email.replace(/^@/, ''), domain),
  );
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
