/** Addresses of an invite share: checked, compared as sets, written back without losing anybody's expiry. */
import { DashctlError } from '../../errors.ts';
import { parseEmail } from '../../model/email.ts';
import type { Json } from '../../model/shape.ts';
import { addressKey, inviteesOf } from './map.ts';
import type { WireInvitee, WireShare } from './wire.ts';

/** E-mail addresses, each once. @throws DashctlError `invalid-input` */
export function checkAddresses(addresses: readonly string[]): readonly string[] {
  return [...new Map(addresses.map(parseEmail).map((email) => [addressKey(email), email])).values()];
}

/** Whether two lists name the same people. */
export function sameAddresses(left: readonly string[], right: readonly string[]): boolean {
  const mine = new Set(left.map(addressKey));
  const theirs = new Set(right.map(addressKey));
  return mine.size === theirs.size && [...mine].every((one) => theirs.has(one));
}

/** Those of `left` that `right` does not name. */
export function addressesWithout(left: readonly string[], right: readonly string[]): readonly string[] {
  const theirs = new Set(right.map(addressKey));
  return left.filter((one) => !theirs.has(addressKey(one)));
}

/** Whether two readings of a share name the same people, each until the same moment. */
export function samePeople(left: WireShare, right: WireShare): boolean {
  const theirs = new Map(
    inviteesOf(right).map((one) => [addressKey(one.email), instant(one.access_expiration)]),
  );
  const mine = inviteesOf(left);
  return (
    mine.length === theirs.size &&
    mine.every((one) => theirs.get(addressKey(one.email)) === instant(one.access_expiration))
  );
}

/** Times are compared as moments: the server writes `+00:00` and microseconds. */
export function instant(text: string | null | undefined): string | null {
  const time = text == null ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

export function addressesOf(share: WireShare): readonly string[] {
  return inviteesOf(share).map((one) => one.email);
}

/**
 * The members of a share update that make `addresses` the whole list. `share_list` where nobody's access ends (that is
 * what was recorded), `invitees` where it does, so that nobody's expiry is lost.
 * @param expiresAt for everybody; null for never, undefined to leave each as it is.
 * @throws DashctlError `bad-answer` for an address that arrived damaged: it would come back as another one
 */
export function peopleMembers(
  share: WireShare | null,
  addresses: readonly string[],
  expiresAt?: string | null,
): Readonly<Record<string, Json>> {
  const damaged = addresses.find((email) => email.includes('\ufffd'));
  if (damaged !== undefined) {
    throw new DashctlError(
      'bad-answer',
      `The list of the share holds bytes that are no UTF-8 (${damaged}); writing it back would damage it.`,
      { hint: 'Correct that address in Datadog, or take it off the list there.' },
    );
  }
  const known = new Map((share === null ? [] : inviteesOf(share)).map((one) => [addressKey(one.email), one]));
  const invitees = addresses.map((email) => {
    const before: WireInvitee | undefined = known.get(addressKey(email));
    return {
      email,
      access_expiration: expiresAt === undefined ? (before?.access_expiration ?? null) : expiresAt,
    };
  });
  const limited = expiresAt !== undefined || invitees.some((one) => one.access_expiration !== null);
  return limited ? { invitees } : { share_list: addresses };
}
