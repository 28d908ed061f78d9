/** Addresses of an invite share: checked, compared as sets, written back without losing anybody's expiry. */
import { DashctlError } from '../../errors.ts';
import type { Json } from '../../model/shape.ts';
import { addressKey, inviteesOf } from './map.ts';
import type { WireInvitee, WireShare } from './wire.ts';

const addressForm = /^[^\s@"'<>()[\]\\,;:]+@[^\s@"'<>()[\]\\,;:/]+\.[^\s@"'<>()[\]\\,;:/.]{2,}$/u;
const domainForm = /^(?:\*?@)?(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}]{2,}$/u;

/** E-mail addresses, each once. @throws DashctlError `invalid-input` naming all that are none */
export function checkAddresses(addresses: readonly string[]): readonly string[] {
  return checked(addresses, (text) => addressForm.test(text), 'an e-mail address such as ana@example.com');
}

/** What an invite share may list: addresses and whole domains. @throws DashctlError `invalid-input` */
export function checkAddressesOrDomains(entries: readonly string[]): readonly string[] {
  return checked(
    entries,
    (text) => addressForm.test(text) || domainForm.test(text),
    'an e-mail address or a domain, such as ana@example.com or example.com',
  );
}

function checked(
  entries: readonly string[],
  good: (text: string) => boolean,
  form: string,
): readonly string[] {
  const trimmed = entries.map((entry) => entry.trim());
  const bad = trimmed.filter((entry) => entry.length > 254 || !good(entry));
  if (bad.length > 0) {
    const named = bad.map((entry) => JSON.stringify(entry)).join(', ');
    throw new DashctlError('invalid-input', `Not ${form}: ${named}.`, { details: { entries: bad } });
  }
  return [...new Map(trimmed.map((entry) => [addressKey(entry), entry])).values()];
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

export function addressesOf(share: WireShare): readonly string[] {
  return inviteesOf(share).map((one) => one.email);
}

/**
 * The members of a share update that make `addresses` the whole list. `share_list` where nobody's access ends (that is
 * what was recorded), `invitees` where it does, so that nobody's expiry is lost.
 * @param expiresAt for everybody; null for never, undefined to leave each as it is.
 */
export function peopleMembers(
  share: WireShare | null,
  addresses: readonly string[],
  expiresAt?: string | null,
): Readonly<Record<string, Json>> {
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
