/** The shares of a dashboard as the journal keeps them. Tokens are secrets: a share goes by a digest of its token. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import { array, nullable, object, record, safeParse, string, unknown, boolean } from 'valibot';
import type { InferOutput } from 'valibot';

import { DashctlError } from '../../errors.ts';
import type { Image } from '../../model/image.ts';
import type { Json } from '../../model/shape.ts';
import type { UndoKind } from '../../model/write-plan.ts';
import { dashboardExists, findShare, listShares } from './api.ts';
import type { DatadogContext } from './context.ts';
import { addressKey, inviteesOf } from './map.ts';
import { instant } from './share-people.ts';
import type { WireShare } from './wire.ts';

/** What can be set of a share, and by which digest its token is known. */
const shareStateSchema = object({
  key: string(),
  type: string(),
  status: string(),
  title: nullable(string()),
  expiration: nullable(string()),
  globalTime: nullable(record(string(), unknown())),
  timeSelectable: boolean(),
  templateVariables: array(unknown()),
  viewingPreferences: record(string(), unknown()),
  people: array(object({ email: string(), expiresAt: nullable(string()) })),
  domains: array(string()),
});
export type ShareState = InferOutput<typeof shareStateSchema>;

/** Stands where the server does not list the shares of a dashboard: nothing is known of them then. */
const unlisted: Json = { listed: false };

/** The shares in a state; null where it holds none that are known. */
export function sharesIn(state: Json): readonly ShareState[] | null {
  const read = safeParse(array(shareStateSchema), state);
  return read.success ? read.output : null;
}

/** A share by a digest of its token, which is random enough not to be guessed from it. */
export function shareKey(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}

/** All shares of a dashboard but secure embeds, which dashctl does not change. The state of a missing dashboard is null. */
export async function sharesImage(context: DatadogContext, dashboardId: string): Promise<Image> {
  const tokens = await tokensOf(context, dashboardId);
  if (tokens === null) {
    return { state: (await dashboardExists(context.client, dashboardId)) ? unlisted : null };
  }
  const wires = await Promise.all(tokens.map((token) => findShare(context.client, token)));
  const found = wires.filter((wire) => wire !== null);
  return {
    state: sorted(found.map(shareState)),
    secrets: Object.fromEntries(found.map(({ token }) => [shareKey(token), token])),
  };
}

/** Null where the preview endpoint is missing, or the dashboard. */
async function tokensOf({ client }: DatadogContext, dashboardId: string): Promise<readonly string[] | null> {
  try {
    const { wire } = await listShares(client, dashboardId);
    return wire.data.map(({ attributes }) => attributes.token);
  } catch (error) {
    if (error instanceof DashctlError && (error.status === 403 || error.status === 404)) return null;
    throw error;
  }
}

function shareState(wire: WireShare): Json {
  const people = inviteesOf(wire).map((one) => ({
    email: addressKey(one.email),
    expiresAt: instant(one.access_expiration),
  }));
  return {
    key: shareKey(wire.token),
    type: wire.share_type ?? 'open',
    status: wire.status ?? 'active',
    title: wire.title ?? null,
    expiration: instant(wire.expiration),
    globalTime: (wire.global_time ?? null) as Json,
    timeSelectable: wire.global_time_selectable_enabled ?? false,
    templateVariables: (wire.selectable_template_vars ?? []) as Json,
    viewingPreferences: (wire.viewing_preferences ?? {}) as Json,
    people: people.toSorted((one, other) => (one.email < other.email ? -1 : 1)),
    domains: [...(wire.embeddable_domains ?? [])].sort(),
  };
}

function sorted(shares: readonly Json[]): Json {
  return shares.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

/** How a change of shares is taken back, given that they can only be kept where the server lists them. */
export function undoOfShares({ state }: Image, otherwise: UndoKind): UndoKind {
  return sharesIn(state) === null
    ? {
        kind: 'impossible',
        why: 'Datadog does not list the shares of the dashboard here: change or revoke the share by its address.',
      }
    : otherwise;
}

/** The state without one share; null where it is not known. */
export function expectedWithout({ state }: Image, token: string): Json {
  return (sharesIn(state)?.filter((one) => one.key !== shareKey(token)) ?? null) as Json;
}

/** The state once an update was sent; null where the server has a say in it, as with people and types. */
export function expectedWith({ state }: Image, token: string, body: string): Json {
  const { fields, whole } = fieldChanges(JSON.parse(body) as Readonly<Record<string, Json>>);
  if (!whole) return null;
  const shares = sharesIn(state)?.map((one) => (one.key === shareKey(token) ? { ...one, ...fields } : one));
  return (shares ?? null) as Json;
}

/** What members of a request change in a state, as far as that is for them to say; `whole` where it is all of them. */
function fieldChanges(members: Readonly<Record<string, Json>>): {
  readonly fields: Readonly<Record<string, Json>>;
  readonly whole: boolean;
} {
  const fields: Record<string, Json> = {};
  let whole = true;
  for (const [name, value] of Object.entries(members)) {
    if (name === 'status' || name === 'title') fields[name] = value;
    else if (name === 'expiration') fields['expiration'] = typeof value === 'string' ? instant(value) : null;
    else if (name === 'global_time') fields['globalTime'] = value;
    else if (name === 'embeddable_domains' && Array.isArray(value)) {
      fields['domains'] = (value as readonly string[]).toSorted();
    } else whole = false;
  }
  return { fields, whole };
}

/** What is known of the shares of a dashboard after a request whose result the server has a say in. */
const likenessSchema = object({
  /** The share that changes; null for a new one. */
  key: nullable(string()),
  /** The shares that were there before. */
  known: array(string()),
  /** What it was asked to be. */
  fields: record(string(), unknown()),
  /** Who is on its list, whoever else the server adds, and who is not. */
  people: array(string()),
  without: array(string()),
});

/**
 * What can be said of a share before a request makes or changes it.
 * @param token null for a new one
 * @param known the shares of the dashboard before it; null where the server does not list them
 * @param people on its list afterwards, and those that are taken off it
 */
export function likenessOf(
  token: string | null,
  known: readonly ShareState[] | null,
  body: string,
  people: { readonly listed: readonly string[]; readonly without: readonly string[] },
): Json {
  const { share_type: type, ...members } = JSON.parse(body) as Readonly<Record<string, Json>>;
  return {
    key: token === null ? null : shareKey(token),
    known: (known ?? []).map(({ key }) => key),
    fields: { ...fieldChanges(members).fields, ...(type === undefined ? {} : { type }) },
    people: people.listed.map(addressKey),
    without: people.without.map(addressKey),
  };
}

/** Whether shares are what a request was to make of them. */
export function resemblesShares(state: Json, likeness: Json): boolean {
  const shares = sharesIn(state);
  const read = safeParse(likenessSchema, likeness);
  if (shares === null || !read.success) return false;
  const { key, known, fields, people, without } = read.output;
  const [share, ...others] = shares.filter((one) =>
    key === null ? !known.includes(one.key) : one.key === key,
  );
  if (share === undefined || others.length > 0) return false;
  const listed = share.people.map(({ email }) => email);
  return (
    Object.entries(fields).every(([name, value]) =>
      isDeepStrictEqual(share[name as keyof ShareState], value),
    ) &&
    people.every((email) => listed.includes(email)) &&
    !without.some((email) => listed.includes(email))
  );
}

/** The members that make a share what the state says, as far as it is something else now. */
export function membersFor(earlier: ShareState, now: ShareState | null): Readonly<Record<string, Json>> {
  const differs = (name: keyof ShareState): boolean =>
    now === null ? !isEmpty(earlier[name]) : JSON.stringify(earlier[name]) !== JSON.stringify(now[name]);
  return {
    ...(differs('type') ? { share_type: earlier.type } : {}),
    ...(differs('status') ? { status: earlier.status } : {}),
    ...(differs('title') ? { title: earlier.title } : {}),
    ...(differs('expiration') ? { expiration: earlier.expiration } : {}),
    ...(differs('globalTime') ? { global_time: earlier.globalTime as Json } : {}),
    ...(differs('timeSelectable') ? { global_time_selectable_enabled: earlier.timeSelectable } : {}),
    ...(differs('templateVariables')
      ? { selectable_template_vars: earlier.templateVariables as unknown as Json }
      : {}),
    ...(differs('viewingPreferences') ? { viewing_preferences: earlier.viewingPreferences as Json } : {}),
    ...(differs('people') ? peopleFor(earlier, now) : {}),
    ...(differs('domains') ? { embeddable_domains: earlier.domains } : {}),
  };
}

/** As in {@link peopleMembers}: the older member where nobody's access ends, before or after. */
function peopleFor(earlier: ShareState, now: ShareState | null): Readonly<Record<string, Json>> {
  const limited = [...earlier.people, ...(now?.people ?? [])].some((one) => one.expiresAt !== null);
  return limited
    ? { invitees: earlier.people.map(({ email, expiresAt }) => ({ email, access_expiration: expiresAt })) }
    : { share_list: earlier.people.map(({ email }) => email) };
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
