/** What plans compare and show of shares. */
import type { Json } from '../../model/shape.ts';
import type { Risk } from '../../model/write-plan.ts';
import { addressesWithout, instant } from './share-people.ts';

/** What a plan shows and compares of a share: names as on the wire, people and domains as sets. */
export interface ShareFields {
  readonly type: string | null;
  readonly status: 'active' | 'paused';
  readonly title: string | null;
  readonly expiration: string | null;
  readonly liveSpan: string | null;
  readonly people: readonly string[] | null;
  readonly personal: Readonly<Record<string, string | null>>;
  readonly domains: readonly string[] | null;
  /** Members that the text names at all. */
  readonly named: ReadonlySet<string>;
}

export function partialShare(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

export function fieldsOf(text: string): ShareFields {
  const members = partialShare(text);
  const string = (value: unknown) => (typeof value === 'string' ? value : null);
  const list = (value: unknown) => (Array.isArray(value) ? (value as unknown[]) : null);
  const invitees = list(members['invitees'])?.filter(isInvitee) ?? null;
  const older = list(members['share_list'])?.map(String) ?? null;
  const people =
    invitees === null && older === null
      ? null
      : [...new Set([...(invitees ?? []).map((one) => one.email), ...(older ?? [])])];
  const time = members['global_time'];
  return {
    type: string(members['share_type']),
    status: members['status'] === 'paused' ? 'paused' : 'active',
    title: string(members['title']),
    expiration: instant(string(members['expiration'])),
    liveSpan:
      typeof time === 'object' && time !== null && 'live_span' in time ? string(time.live_span) : null,
    people,
    personal: Object.fromEntries(
      (invitees ?? []).map((one) => [one.email.toLowerCase(), instant(one.access_expiration)]),
    ),
    domains: list(members['embeddable_domains'])?.map(String) ?? null,
    named: new Set(Object.keys(members)),
  };
}

function isInvitee(value: unknown): value is { email: string; access_expiration: string | null } {
  return typeof value === 'object' && value !== null && 'email' in value && typeof value.email === 'string';
}

/** The state after a partial update. */
export function merged(before: ShareFields, change: ShareFields): ShareFields {
  const has = (...names: readonly string[]) => names.some((name) => change.named.has(name));
  return {
    type: has('share_type') ? change.type : before.type,
    status: has('status') ? change.status : before.status,
    title: has('title') ? change.title : before.title,
    expiration: has('expiration') ? change.expiration : before.expiration,
    liveSpan: has('global_time') ? change.liveSpan : before.liveSpan,
    people: has('share_list', 'invitees') ? change.people : before.people,
    personal: has('invitees') ? change.personal : before.personal,
    domains: has('embeddable_domains') ? change.domains : before.domains,
    named: new Set([...before.named, ...change.named]),
  };
}

export function sameFields(left: ShareFields, right: ShareFields): boolean {
  return fits(left, right) && fits(right, left);
}

/** Whether what the server shows is what was planned. More people than planned may be there: the server adds some. */
export function fits(seen: ShareFields, planned: ShareFields): boolean {
  const asked = (name: string, same: boolean) => !planned.named.has(name) || same;
  return (
    asked('share_type', seen.type === planned.type) &&
    asked('status', seen.status === planned.status) &&
    asked('title', seen.title === planned.title) &&
    asked('expiration', seen.expiration === planned.expiration) &&
    asked('global_time', seen.liveSpan === planned.liveSpan) &&
    addressesWithout(planned.people ?? [], seen.people ?? []).length === 0 &&
    personalHolds(seen, planned) &&
    addressesWithout(planned.domains ?? [], seen.domains ?? []).length === 0
  );
}

export function personalHolds(seen: ShareFields, planned: ShareFields): boolean {
  return Object.entries(planned.personal).every(
    ([email, expiry]) => (seen.personal[email] ?? null) === expiry,
  );
}

export function shown(fields: ShareFields): { readonly [key: string]: Json } {
  const { type, status, title, expiration, liveSpan, people, personal, domains } = fields;
  const limited = Object.values(personal).some((expiry) => expiry !== null);
  return {
    type,
    status,
    title,
    expiresAt: expiration,
    liveSpan,
    invitees: limited
      ? (people ?? []).map((email) => ({ email, expiresAt: personal[email.toLowerCase()] ?? null }))
      : people,
    domains,
  };
}

/** Opening up asks first, and so does taking people's access away. */
export function riskOf(before: ShareFields, after: ShareFields, lost: readonly string[]): Risk {
  const wider = ['open', 'embed'].includes(after.type ?? '');
  const opened = wider && before.type !== after.type;
  const resumed = before.status === 'paused' && after.status === 'active';
  const longer =
    wider &&
    before.expiration !== null &&
    (after.expiration === null || after.expiration > before.expiration);
  // An embed without domains opens on any page.
  const anyHost = (before.domains ?? []).length > 0 && (after.domains ?? []).length === 0;
  const moreHosts =
    after.type === 'embed' &&
    (anyHost || addressesWithout(after.domains ?? [], before.domains ?? []).length > 0);
  const morePeople = addressesWithout(after.people ?? [], before.people ?? []).length > 0;
  if (opened || resumed || longer || moreHosts || morePeople) return 'exposing';
  return lost.length > 0 ? 'destructive' : 'plain';
}
