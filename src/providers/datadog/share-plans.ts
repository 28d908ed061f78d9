/** Shares: create, change and revoke as plans (api/datadog.md §4). */
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';
import { jsonObjectText, removeMembers, sameJsonText, setMembers } from '../../model/json-text.ts';
import type { Fetched, Json } from '../../model/shape.ts';
import type { Share, ShareDraft } from '../../model/share.ts';
import type { Outcome, WritePlan } from '../../model/write-plan.ts';
import {
  createShareRequest,
  findShare,
  getDashboard,
  getShare,
  listShares,
  revokeShareRequest,
  shareExists,
  updateShareRequest,
} from './api.ts';
import type { DatadogContext } from './context.ts';
import { dashboardTypeOf, toListedShare, toShare } from './map.ts';
import {
  fieldsOf,
  fits,
  merged,
  partialShare,
  personalHolds,
  riskOf,
  sameFields,
  shown,
  type ShareFields,
} from './share-fields.ts';
import {
  addressesOf,
  addressesWithout,
  checkAddresses,
  peopleMembers,
  sameAddresses,
} from './share-people.ts';
import {
  expectedWith,
  expectedWithout,
  likenessOf,
  sharesImage,
  sharesIn,
  undoOfShares,
} from './share-state.ts';
import { readAs, shareSchema, type WireShare } from './wire.ts';

const shareTypes = ['open', 'invite', 'embed'] as const;
type ShareType = (typeof shareTypes)[number];

const liveSpans = ['15m', '1h', '4h', '1d', '2d', '1w', '1mo', '3mo'] as const;

// Creating

export async function planCreate(
  context: DatadogContext,
  dashboardId: string,
  draft: ShareDraft,
): Promise<WritePlan<Fetched<Share>>> {
  const { client, account, clock } = context;
  const fromFile = draft.body === null ? { text: '{}', notes: [] } : shareBody(draft.body);
  const filed = fieldsOf(fromFile.text);
  const type = checkType(draft.type ?? filed.type ?? 'invite');
  const [{ wire: dashboard }, image] = await Promise.all([
    getDashboard(client, dashboardId),
    sharesImage(context, dashboardId),
  ]);
  const people = draft.invite === null ? null : checkAddresses(draft.invite);
  refuseMismatch(draft, type, people ?? filed.people);
  const text = setMembers(fromFile.text, {
    dashboard_id: dashboardId,
    dashboard_type: dashboardTypeOf(dashboard),
    share_type: type,
    ...commonMembers(draft),
    ...(people === null ? {} : peopleMembers(null, people, personalExpiry(draft, type))),
    ...(type === 'open' && draft.expiresAt !== null ? { expiration: expiryOf(draft) } : {}),
  });
  const planned = fieldsOf(text);
  const plannedAt = clock.now();
  return {
    title: `Share dashboard "${dashboard.title ?? dashboardId}" (${type})`,
    resources: [`${account.profile}/${dashboardId}`],
    risk: type === 'invite' && (planned.people ?? []).length === 0 ? 'plain' : 'exposing',
    confirm: null,
    guards: [],
    notes: [...fromFile.notes, consequence(planned)],
    before: null,
    after: { dashboard: `${account.profile}/${dashboardId}`, ...shown(planned) },
    steps: [createShareRequest(text)],
    undo: undoOfShares(image, { kind: 'exact', why: null }),
    images: [
      {
        ref: { kind: 'shares', id: dashboardId },
        kind: 'shares',
        before: image,
        likeness: likenessOf(null, sharesIn(image.state), text, {
          listed: planned.people ?? [],
          without: [],
        }),
      },
    ],
    async finish(answers) {
      const answer = answers[0];
      const wire = answer === undefined ? null : shareIn(answer);
      if (wire !== null && answer !== undefined) {
        return outcome(context, wire, answer, planned, [
          `To take it back: dashctl share revoke ${account.profile}/${dashboardId}`,
          `To pause it: dashctl share update ${account.profile}/${dashboardId} --status paused`,
        ]);
      }
      const created = (await sharesSince(context, dashboardId, type, plannedAt)) ?? [];
      const [only] = created;
      if (only?.token == null || created.length > 1) {
        throw new DashctlError('bad-answer', 'Datadog accepted the share but did not show it.', {
          hint: `Look for it with dashctl share list ${account.profile}/${dashboardId}.`,
        });
      }
      const read = await getShare(client, only.token);
      return outcome(context, read.wire, read.response, planned, []);
    },
    async settle() {
      const created = await sharesSince(context, dashboardId, type, plannedAt);
      if (created === null || created.length > 1) return 'unknown';
      return created.length === 1 ? 'applied' : 'not-applied';
    },
  };
}

/** Shares of this type that were created since a moment of our clock; null when the server does not list shares. */
async function sharesSince(
  context: DatadogContext,
  dashboardId: string,
  type: ShareType,
  since: number,
): Promise<readonly Share[] | null> {
  try {
    const { wire, response } = await listShares(context.client, dashboardId);
    const serverTime = Date.parse(response.headers['date'] ?? '');
    const ahead = Number.isNaN(serverTime) ? 0 : serverTime - context.clock.now();
    return wire.data
      .map((one) => toListedShare(one, wire.included ?? [], dashboardId, context.account))
      .filter((one) => one.type === type && Date.parse(one.createdAt ?? '') >= since + ahead - 2_000);
  } catch (error) {
    if (error instanceof DashctlError && (error.status === 403 || error.status === 404)) return null;
    throw error;
  }
}

// Changing

export async function planUpdate(
  context: DatadogContext,
  token: string,
  draft: ShareDraft,
): Promise<WritePlan<Fetched<Share>>> {
  const { client, account } = context;
  const { wire } = await getShare(client, token);
  const current = toShare(wire, account);
  const fromFile = draft.body === null ? { text: '{}', notes: [] } : shareBody(draft.body);
  const filed = fieldsOf(fromFile.text);
  const type = checkType(draft.type ?? filed.type ?? current.type);
  const people = draft.invite === null ? null : checkAddresses(draft.invite);
  refuseMismatch(draft, type, people ?? filed.people ?? (type === 'invite' ? addressesOf(wire) : null));
  const text = setMembers(fromFile.text, {
    ...(draft.type === null ? {} : { share_type: type }),
    ...commonMembers(draft),
    ...peopleChange(wire, draft, type, people),
    ...(type === 'open' && draft.expiresAt !== null ? { expiration: expiryOf(draft) } : {}),
  });
  const before = fieldsOf(JSON.stringify(wire));
  const different = differences(text, before, wire);
  const nothing = Object.keys(partialShare(different)).length === 0;
  // A file is sent as it is, flags only as far as they change something.
  const body = draft.body === null ? different : text;
  const change = fieldsOf(body);
  const after = merged(before, change);
  const lost = before.people === null ? [] : addressesWithout(before.people, after.people ?? []);
  const image = await sharesImage(context, wire.dashboard_id);
  const expected = expectedWith(image, token, body);
  return {
    title: `Update share of dashboard ${wire.dashboard_id} (${type})`,
    resources: [current.ref],
    risk: riskOf(before, after, lost),
    confirm: null,
    guards: [],
    notes: [
      ...fromFile.notes,
      ...(lost.length === 0 ? [] : [`These people lose access: ${lost.join(', ')}.`]),
      ...(after.status === 'paused'
        ? ['A paused share shows nothing; its address stays the same.']
        : [consequence(after)]),
    ],
    before: shown(before),
    after: shown(after),
    steps: nothing ? [] : [updateShareRequest(token, body)],
    undo: undoOfShares(
      image,
      lost.length === 0
        ? { kind: 'exact', why: null }
        : { kind: 'lossy', why: 'Who was taken off the list may have to be invited again.' },
    ),
    images: [
      {
        ref: { kind: 'shares', id: wire.dashboard_id },
        kind: 'shares',
        before: image,
        ...(expected === null
          ? { likeness: likenessOf(token, null, body, { listed: change.people ?? [], without: lost }) }
          : { expected }),
      },
    ],
    secrets: [token],
    async unchanged() {
      const now = fieldsOf(JSON.stringify((await getShare(client, token)).wire));
      if (sameFields(now, before)) return;
      throw new DashctlError('conflict', 'The share was changed by someone else meanwhile.', {
        hint: 'Look at it again with dashctl share get, then repeat the command.',
      });
    },
    async finish(answers) {
      const answer = answers[0];
      const told = answer === undefined ? null : shareIn(answer);
      if (told !== null && answer !== undefined) return outcome(context, told, answer, change, []);
      const read = await getShare(client, token);
      return outcome(context, read.wire, read.response, change, []);
    },
    async settle() {
      const now = fieldsOf(JSON.stringify((await getShare(client, token)).wire));
      if (fits(now, change)) return 'applied';
      return sameFields(now, before) ? 'not-applied' : 'unknown';
    },
  };
}

/** The members that change who is on the list or until when; nothing when neither was asked for. */
function peopleChange(
  wire: WireShare,
  draft: ShareDraft,
  type: ShareType,
  people: readonly string[] | null,
): Readonly<Record<string, Json>> {
  const expiry = personalExpiry(draft, type);
  if (people === null && expiry === undefined) return {};
  return peopleMembers(wire, people ?? addressesOf(wire), expiry);
}

// Revoking

export async function planRevoke(context: DatadogContext, token: string): Promise<WritePlan<Share>> {
  const { client, account } = context;
  const { wire } = await getShare(client, token);
  const share = toShare(wire, account);
  const before = fieldsOf(JSON.stringify(wire));
  const image = await sharesImage(context, wire.dashboard_id);
  const expected = expectedWithout(image, token);
  return {
    title: `Revoke share of dashboard ${wire.dashboard_id} (${share.type})`,
    resources: [share.ref],
    risk: 'destructive',
    confirm: null,
    guards: [],
    notes: [
      'The address stops working for good; sharing again makes a new one.',
      `To stop it for a while, pause it: dashctl share update ${share.dashboard} --status paused.`,
    ],
    before: shown(before),
    after: null,
    steps: [revokeShareRequest(token)],
    undo: undoOfShares(image, {
      kind: 'lossy',
      why: 'A new share has a new address, and people must be invited again.',
    }),
    images: [
      {
        ref: { kind: 'shares', id: wire.dashboard_id },
        kind: 'shares',
        before: image,
        ...(expected === null ? {} : { expected }),
      },
    ],
    secrets: [token],
    async unchanged() {
      const now = await findShare(client, token);
      if (now === null || sameFields(fieldsOf(JSON.stringify(now)), before)) return;
      throw new DashctlError('conflict', 'The share was changed by someone else meanwhile.', {
        hint: 'Look at it again with dashctl share get, then repeat the command.',
      });
    },
    finish: (answers) =>
      Promise.resolve({
        value: { ...share, status: 'revoked', url: null },
        raw: answers[0]?.body ?? null,
        notes: answers[0]?.status === 404 ? ['Someone else had revoked it already.'] : [],
      }),
    settle: async () => ((await shareExists(client, token)) ? 'not-applied' : 'applied'),
  };
}

// Bodies

/** Members that the server sets, or that the address of the request says. */
const serverOwned = new Set([
  'token',
  'public_url',
  'created',
  'last_accessed',
  'author',
  'session_duration_in_days',
  'dashboard_id',
  'dashboard_type',
]);

/** A share from a file, without what the server sets; also inside `invitees`. */
function shareBody(body: string): { readonly text: string; readonly notes: readonly string[] } {
  const { text, removed } = removeMembers(jsonObjectText(body, 'The body'), (path) => {
    const [first, index, name] = path;
    if (path.length === 1) return serverOwned.has(String(first));
    return (
      first === 'invitees' && typeof index === 'number' && (name === 'created_at' || name === 'last_accessed')
    );
  });
  const names = [
    ...new Set(removed.map((path) => path.filter((step) => typeof step === 'string').join('.'))),
  ];
  return {
    text,
    notes: names.length === 0 ? [] : [`Not sent, because the server sets it: ${names.join(', ')}.`],
  };
}

/** The members of an update that differ from what is there already. */
function differences(text: string, before: ShareFields, wire: WireShare): string {
  const asked = fieldsOf(text);
  const currently = wire as Record<string, unknown>;
  return removeMembers(text, ([name, ...deeper], value) => {
    if (deeper.length > 0) return false;
    switch (name) {
      case 'share_list':
      case 'invitees':
        return sameAddresses(asked.people ?? [], before.people ?? []) && samePersonal(asked, before);
      case 'embeddable_domains':
        return sameAddresses(asked.domains ?? [], before.domains ?? []);
      case 'expiration':
        return asked.expiration === before.expiration;
      case 'global_time':
        return asked.liveSpan === before.liveSpan;
      default:
        return sameJsonText(JSON.stringify(value()), JSON.stringify(currently[String(name)] ?? null));
    }
  }).text;
}

function samePersonal(asked: ShareFields, before: ShareFields): boolean {
  return !asked.named.has('invitees') || personalHolds(before, asked);
}

/** The result as the server tells it. @throws DashctlError `conflict` when it is not as planned */
function outcome(
  { account }: DatadogContext,
  wire: WireShare,
  response: HttpResponse,
  planned: ShareFields,
  notes: readonly string[],
): Outcome<Fetched<Share>> {
  const seen = fieldsOf(JSON.stringify(wire));
  const share = toShare(wire, account);
  if (!fits(seen, planned)) {
    throw new DashctlError('conflict', 'Datadog kept the share differently from what was sent.', {
      hint: `Compare with dashctl share list ${share.dashboard}.`,
    });
  }
  const added =
    seen.type === 'invite' && planned.people !== null
      ? addressesWithout(seen.people ?? [], planned.people)
      : [];
  return {
    value: { value: share, raw: response.body },
    raw: response.body,
    notes: [...(added.length === 0 ? [] : [`The server added by itself: ${added.join(', ')}.`]), ...notes],
  };
}

function shareIn(answer: HttpResponse): WireShare | null {
  try {
    return readAs(shareSchema, answer);
  } catch {
    return null;
  }
}

function consequence({ type, expiration, people, domains }: ShareFields): string {
  const until = expiration === null ? 'without an end' : `until ${expiration}`;
  if (type === 'open') return `Anyone with the link can see the dashboard, ${until}.`;
  if (type === 'embed') {
    const hosts =
      domains === null || domains.length === 0 ? 'any page that embeds it' : `pages of ${domains.join(', ')}`;
    return `Anyone who opens ${hosts} can see the dashboard.`;
  }
  return people === null || people.length === 0
    ? 'Nobody can see it until people are invited: dashctl invite send SHARE ana@example.com.'
    : `Only these people can see it, once they are invited: ${people.join(', ')}. Sharing alone sends no mail.`;
}

// What flags say

function commonMembers(draft: ShareDraft): Readonly<Record<string, Json>> {
  const members: Record<string, Json> = {};
  if (draft.status !== null) members['status'] = draft.status;
  if (draft.title !== null) members['title'] = draft.title;
  if (draft.liveSpan !== null) members['global_time'] = { live_span: checkLiveSpan(draft.liveSpan) };
  if (draft.domains !== null) members['embeddable_domains'] = draft.domains;
  return members;
}

function checkType(type: string): ShareType {
  const found = shareTypes.find((one) => one === type);
  if (found !== undefined) return found;
  throw new DashctlError(
    type === 'secure-embed' ? 'unsupported' : 'invalid-input',
    type === 'secure-embed'
      ? 'Secure embeds are a preview that dashctl lists but does not change.'
      : `${JSON.stringify(type)} is no type of a Datadog share.`,
    { hint: `The types are ${shareTypes.join(', ')}.` },
  );
}

function checkLiveSpan(span: string): string {
  if (liveSpans.some((one) => one === span)) return span;
  throw new DashctlError('invalid-input', `${JSON.stringify(span)} is no live span.`, {
    hint: `Datadog takes ${liveSpans.join(', ')}.`,
  });
}

/** Settings that a type does not have would be dropped silently by the server: they are refused. */
function refuseMismatch(draft: ShareDraft, type: ShareType, people: readonly string[] | null): void {
  const invites = draft.invite !== null && draft.invite.length > 0;
  const refuse = (what: string, fits: string) => {
    throw new DashctlError('invalid-input', `A share of type ${type} has no ${what}.`, {
      hint: `Use --type ${fits}.`,
    });
  };
  if (invites && type !== 'invite') refuse('list of people', 'invite');
  if (draft.domains !== null && type !== 'embed') refuse('list of domains', 'embed');
  if (draft.expiresAt !== null && type === 'embed') refuse('end', 'open, or pause the embed when it is time');
  if (draft.expiresAt !== null && type === 'invite' && (people ?? []).length === 0) {
    throw new DashctlError(
      'invalid-input',
      'An invite share ends person by person, and it lists nobody yet.',
      {
        hint: 'Name the people with --invite.',
      },
    );
  }
}

/** ISO time, or null for never. */
function expiryOf(draft: ShareDraft): string | null {
  return draft.expiresAt === 'never' ? null : draft.expiresAt;
}

/** The end of each person's access; undefined when nothing was said about it. */
function personalExpiry(draft: ShareDraft, type: ShareType): string | null | undefined {
  return type !== 'invite' || draft.expiresAt === null ? undefined : expiryOf(draft);
}
