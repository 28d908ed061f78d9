/** Invitations: mails that let people into an invite share (api/datadog.md §5). */
import { DashctlError } from '../../errors.ts';
import { endlessList, mostPages, repeatedPage } from '../../http/paging.ts';
import type { HttpRequest, HttpResponse } from '../../http/http.ts';
import type { ImageRef, PlannedImage } from '../../model/image.ts';
import type { Invitation } from '../../model/invitation.ts';
import type { Json, Page } from '../../model/shape.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import type { InviteCapability } from '../provider.ts';
import {
  getShare,
  listInvitations,
  revokeInvitationRequest,
  sendInvitationRequest,
  updateShareRequest,
} from './api.ts';
import type { DatadogContext } from './context.ts';
import { addressKey, toInvitation } from './map.ts';
import {
  addressesOf,
  addressesWithout,
  checkAddresses,
  peopleMembers,
  sameAddresses,
  samePeople,
} from './share-people.ts';
import { likenessOf, shareKey } from './share-state.ts';
import { invitationsSchema, readAs, shareSchema, type WireShare } from './wire.ts';

export function invitationCapability(context: DatadogContext): InviteCapability {
  return {
    list: (token) => list(context, token),
    planSend: (token, emails) => planSend(context, token, emails),
    planRevoke: (token, emails, options) => planRevoke(context, token, emails, options.keepListed),
  };
}

async function* list({ client, account }: DatadogContext, token: string): AsyncGenerator<Page<Invitation>> {
  const seen = new Set<string>();
  for (let page = 0; page < mostPages; page += 1) {
    const { wire, response } = await listInvitations(client, token, page);
    const items = wire.data.map((one) => toInvitation(one, token, account));
    const fresh = items.filter((one) => !seen.has(keyOf(one)));
    if (items.length > 0 && fresh.length === 0) throw repeatedPage(seen.size);
    for (const one of fresh) seen.add(keyOf(one));
    yield { items: fresh, raw: response.body };
    if (items.length === 0 || seen.size >= (wire.meta?.page?.total_count ?? 0)) return;
  }
  throw endlessList(seen.size);
}

/** One address may be invited several times. */
function keyOf(invitation: Invitation): string {
  return `${addressKey(invitation.email)} ${invitation.createdAt ?? ''}`;
}

export async function allInvitations(context: DatadogContext, token: string): Promise<readonly Invitation[]> {
  const all: Invitation[] = [];
  for await (const page of list(context, token)) all.push(...page.items);
  return all;
}

/** Invitations of a share in the journal, by dashboard and a digest of the token, which is a secret. */
function invitationsRef({ dashboard_id, token }: WireShare): ImageRef {
  return { kind: 'invitations', id: `${dashboard_id}/${shareKey(token)}` };
}

/** The parts of the id of {@link invitationsRef}. */
export function shareOfRef(id: string): { readonly dashboard: string; readonly key: string } {
  const [dashboard = '', key = ''] = id.split('/');
  return { dashboard, key };
}

/** How many invitations each address has, expired ones included: time alone changes nothing. */
export function invitationsState(invitations: readonly Pick<Invitation, 'email'>[]): Json {
  const counts = new Map<string, number>();
  for (const { email } of invitations)
    counts.set(addressKey(email), (counts.get(addressKey(email)) ?? 0) + 1);
  return [...counts]
    .map(([email, count]) => ({ email, count }))
    .toSorted((one, other) => (one.email < other.email ? -1 : 1));
}

/** The list of a share, which some addresses join or leave. */
function listImage(share: WireShare, listAfter: readonly string[]): PlannedImage {
  return {
    ref: { kind: 'shares', id: share.dashboard_id },
    kind: 'shares',
    likeness: likenessOf(share.token, null, '{}', {
      listed: listAfter,
      without: addressesWithout(addressesOf(share), listAfter),
    }),
  };
}

/** The invitations of a share, which change one by one. @param stages after each request */
function invitationsImage(
  share: WireShare,
  invitations: readonly Invitation[],
  stages: readonly (readonly Pick<Invitation, 'email'>[])[],
): PlannedImage {
  return {
    ref: invitationsRef(share),
    kind: 'invitations',
    before: { state: invitationsState(invitations) },
    expected: invitationsState(stages.at(-1) ?? invitations),
    between: stages.slice(0, -1).map(invitationsState),
  };
}

async function planSend(
  context: DatadogContext,
  token: string,
  emails: readonly string[],
): Promise<WritePlan<readonly Invitation[]>> {
  const { client, account, clock } = context;
  const wanted = checkAddresses(emails);
  const { wire: share } = await getShare(client, token);
  refuseOtherTypes(share, account.profile);
  const invitations = await allInvitations(context, token);
  const open = (one: Invitation) => one.hasSession === true || Date.parse(one.expiresAt ?? '') > clock.now();
  const pending = invitations.filter(open);
  const toSend = addressesWithout(
    wanted,
    pending.map((one) => one.email),
  );
  const listed = addressesOf(share);
  const missing = addressesWithout(toSend, listed);
  const listAfter = [...listed, ...missing];
  const update = missing.length === 0 ? null : updateRequest(token, share, listAfter);
  return {
    title: `Invite ${(toSend.length === 0 ? wanted : toSend).join(', ')}`,
    resources: [`${account.profile}/${token}`],
    risk: 'exposing',
    confirm: null,
    guards: [],
    notes: [
      ...(missing.length === 0 ? [] : [`Added to the list of the share first: ${missing.join(', ')}.`]),
      ...(toSend.length === wanted.length
        ? []
        : [`Already invited, not sent again: ${addressesWithout(wanted, toSend).join(', ')}.`]),
      ...(toSend.length === 0
        ? []
        : ['A mail cannot be taken back; dashctl invite revoke ends the access that it gives.']),
      ...(share.status === 'paused'
        ? ['The share is paused: nobody sees anything until it is resumed.']
        : []),
    ],
    before: { invitees: listed, invited: pending.map((one) => one.email) },
    after: { invitees: listAfter, invited: [...pending.map((one) => one.email), ...toSend] },
    steps: [
      ...(update === null ? [] : [update]),
      ...toSend.map((email) => sendInvitationRequest(token, email)),
    ],
    undo: { kind: 'impossible', why: 'A mail cannot be taken back; revoking ends the access that it gives.' },
    images: [
      listImage(share, listAfter),
      invitationsImage(
        share,
        invitations,
        toSend.map((_, last) => [...invitations, ...toSend.slice(0, last + 1).map((email) => ({ email }))]),
      ),
    ],
    secrets: [token],
    unchanged: () => sameListNow(context, token, share),
    async finish(answers) {
      const updated = update === null ? undefined : answers[0];
      const sent = answers
        .slice(update === null ? 0 : 1)
        .flatMap((answer) => invitationsIn(answer, token, context));
      const told =
        addressesWithout(
          toSend,
          sent.map((one) => one.email),
        ).length === 0;
      const known = [...pending, ...(told ? sent : await allInvitations(context, token))];
      const value = wanted.flatMap(
        (email) => known.findLast((one) => addressKey(one.email) === addressKey(email)) ?? [],
      );
      const lost = addressesWithout(
        wanted,
        value.map((one) => one.email),
      );
      if (lost.length > 0) {
        throw new DashctlError('conflict', `Datadog shows no invitation for ${lost.join(', ')}.`, {
          hint: 'Look at dashctl invite list, then repeat the command.',
        });
      }
      const listNow = updated === undefined ? [] : addressesOf(await shareAfter(context, token, updated));
      const added = updated === undefined ? [] : addressesWithout(listNow, listAfter);
      return {
        value,
        raw: answers.at(-1)?.body ?? null,
        notes: added.length === 0 ? [] : [`The server added by itself: ${added.join(', ')}.`],
      };
    },
    async settle() {
      const now = (await allInvitations(context, token)).filter(open).map((one) => one.email);
      const left = addressesWithout(toSend, now);
      if (left.length === 0) return 'applied';
      const listedNow = addressesOf((await getShare(client, token)).wire);
      return left.length === toSend.length && sameAddresses(listedNow, listed) ? 'not-applied' : 'unknown';
    },
  };
}

async function planRevoke(
  context: DatadogContext,
  token: string,
  emails: readonly string[],
  keepListed: boolean,
): Promise<WritePlan<readonly Invitation[]>> {
  const { client, account } = context;
  const wanted = checkAddresses(emails);
  const { wire: share } = await getShare(client, token);
  const invitations = await allInvitations(context, token);
  const listed = addressesOf(share);
  const invited = invitations.map((one) => one.email);
  const known = wanted.filter((email) => addressesWithout([email], [...listed, ...invited]).length === 0);
  // Whoever is logged in is among the invited; for others there is nothing to end.
  const toEnd = wanted.filter((email) => addressesWithout([email], invited).length === 0);
  const listAfter = keepListed ? listed : addressesWithout(listed, wanted);
  const unlist = listAfter.length === listed.length ? null : updateRequest(token, share, listAfter);
  const affected = invitations.filter((one) => addressesWithout([one.email], wanted).length === 0);
  const steps: readonly HttpRequest[] = [
    ...toEnd.map((email) => revokeInvitationRequest(token, email)),
    ...(unlist === null ? [] : [unlist]),
  ];
  return {
    title: `Revoke invitations of ${(known.length === 0 ? wanted : known).join(', ')}`,
    resources: [`${account.profile}/${token}`],
    risk: 'destructive',
    confirm: null,
    guards: [],
    notes: [
      ...(steps.length === 0
        ? []
        : [
            'Their logins end at once.',
            keepListed
              ? 'They stay on the list of the share, and can be invited again.'
              : 'They are taken off the list of the share.',
          ]),
      ...(known.length === wanted.length
        ? []
        : [`Not invited: ${addressesWithout(wanted, known).join(', ')}.`]),
      ...(listAfter.length === 0 && listed.length > 0 ? ['Nobody is left on the list of the share.'] : []),
    ],
    before: { invitees: listed, invited },
    after: { invitees: listAfter, invited: addressesWithout(invited, toEnd) },
    steps,
    undo:
      toEnd.length > 0
        ? { kind: 'impossible', why: 'Logins have ended; people must be invited again.' }
        : { kind: 'exact', why: null },
    images: [
      listImage(share, listAfter),
      ...(toEnd.length === 0
        ? []
        : [
            invitationsImage(
              share,
              invitations,
              toEnd.map((_, last) => without(invitations, toEnd.slice(0, last + 1))),
            ),
          ]),
    ],
    secrets: [token],
    unchanged: () => sameListNow(context, token, share),
    async finish(answers) {
      const updated = answers[toEnd.length];
      if (unlist !== null) {
        const after = await shareAfter(context, token, updated);
        const still = wanted.filter((email) => addressesWithout([email], addressesOf(after)).length === 0);
        if (still.length > 0) {
          throw new DashctlError('conflict', `Still on the list of the share: ${still.join(', ')}.`, {
            hint: 'Someone may have added them again; repeat the command.',
          });
        }
      }
      return { value: affected, raw: answers.at(-1)?.body ?? null, notes: [] };
    },
    async settle() {
      const now = await allInvitations(context, token);
      const listedNow = addressesOf((await getShare(client, token)).wire);
      const invitedNow = now.map((one) => one.email);
      const ended = addressesWithout(toEnd, invitedNow).length === toEnd.length;
      if (ended && sameAddresses(listedNow, listAfter)) return 'applied';
      return sameAddresses(invitedNow, invited) && sameAddresses(listedNow, listed)
        ? 'not-applied'
        : 'unknown';
    },
  };
}

function refuseOtherTypes(share: WireShare, profile: string): void {
  if (share.share_type === 'invite') return;
  throw new DashctlError(
    'unsupported',
    `People are invited to shares of type invite; this one is ${share.share_type ?? 'open'}.`,
    {
      hint: `Make a new one with dashctl share create ${profile}/${share.dashboard_id} --type invite.`,
    },
  );
}

/** The list is written back whole, so nobody may have changed it meanwhile. */
async function sameListNow({ client }: DatadogContext, token: string, share: WireShare): Promise<void> {
  const now = (await getShare(client, token)).wire;
  if (now.share_type === share.share_type && samePeople(now, share)) return;
  throw new DashctlError('conflict', 'The list of the share was changed by someone else meanwhile.', {
    hint: 'Repeat the command: it reads the list anew.',
  });
}

/** The invitations of everybody else. */
function without(invitations: readonly Invitation[], emails: readonly string[]): readonly Invitation[] {
  return invitations.filter(({ email }) => addressesWithout([email], emails).length > 0);
}

function updateRequest(token: string, share: WireShare, addresses: readonly string[]): HttpRequest {
  const members: Readonly<Record<string, Json>> = peopleMembers(share, addresses);
  return updateShareRequest(token, JSON.stringify(members));
}

async function shareAfter(
  { client }: DatadogContext,
  token: string,
  answer: HttpResponse | undefined,
): Promise<WireShare> {
  if (answer !== undefined) {
    try {
      return readAs(shareSchema, answer);
    } catch {
      // The status counts; what is there now is read.
    }
  }
  return (await getShare(client, token)).wire;
}

function invitationsIn(
  answer: HttpResponse,
  token: string,
  { account }: DatadogContext,
): readonly Invitation[] {
  try {
    return readAs(invitationsSchema, answer).data.map((one) => toInvitation(one, token, account));
  } catch {
    return [];
  }
}
