/** The public link of a dashboard: switch, settings, rotation, passwords (api/posthog.md §9). */
import { DashctlError } from '../../errors.ts';
import {
  jsonObjectText,
  memberText,
  removeMembers,
  sameJsonText,
  setMembers,
} from '../../model/json-text.ts';
import type { Fetched, Json, Page } from '../../model/shape.ts';
import type { Share, ShareDraft } from '../../model/share.ts';
import type { Outcome, Risk, UndoKind, WritePlan } from '../../model/write-plan.ts';
import type { ShareCapability } from '../provider.ts';
import {
  changeSharingRequest,
  dashboardPages,
  getSharing,
  nameOfDashboard,
  pageSize,
  rotateRequest,
  whoIsIt,
} from './api.ts';
import type { Answered } from './api.ts';
import type { PosthogContext } from './context.ts';
import { isDashboardId } from './ids.ts';
import { addressRef, addressState, changed, imageRef, shareState } from './image-state.ts';
import { refOf, toShare } from './map.ts';
import type { Place } from './places.ts';
import { passwordCapability } from './share-passwords.ts';
import type { SharingWire } from './wire.ts';

/** Level of organization admins, who see every dashboard. */
const admin = 8;

export function shareCapability(context: PosthogContext): ShareCapability {
  return {
    types: ['open'],
    // A dashboard has one link, so its id is the key; a token is looked for among them.
    isToken: () => true,
    list: (id) => list(context, id),
    get: (key) => get(context, key),
    candidates: () => audited(context),
    planCreate: (id, draft) => planCreate(context, id, draft),
    planUpdate: async (key, draft) =>
      planChange(context, await placeOf(context, key), draft, 'Update link of'),
    planRevoke: (key) => planRevoke(context, key),
    planRotate: (key) => planRotate(context, key),
    passwords: passwordCapability(context, (key) => placeOf(context, key)),
  };
}

// Reading

async function list(context: PosthogContext, id: string): Promise<Page<Share>> {
  const place = await context.places.dashboard(id);
  const { wire, response } = await getSharing(context, place);
  const share = toShare(wire, context.account, place);
  // Before the first use the answer holds a token that opens nothing and is another one each time.
  if (share === null) return { items: [], raw: new Uint8Array() };
  return { items: [share], raw: response.body };
}

async function get(context: PosthogContext, key: string): Promise<Fetched<Share>> {
  const place = await placeOf(context, key);
  const { wire, response } = await getSharing(context, place);
  const share = toShare(wire, context.account, place);
  if (share !== null) return { value: share, raw: response.body };
  throw new DashctlError('not-found', `Dashboard ${place.key} was never shared.`, {
    hint: `Create a public link with dashctl share create ${refOf(context.account, place)} --type open.`,
  });
}

/**
 * Every dashboard, listed or not: whether a row says that it is shared can be out of date after a rotation, and a link
 * that is overlooked stays open.
 */
async function* candidates(context: PosthogContext): AsyncGenerator<string> {
  const project = await context.places.home();
  for (const mode of [null, 'unlisted']) {
    for await (const { wire } of dashboardPages(context, project, { size: pageSize, tags: [], mode })) {
      yield* wire.map((one) => context.places.at(project, one.id).key);
    }
  }
}

/** The same for somebody who wants to know of every link: what a plain member cannot see is missing, and that is said. */
async function* audited(context: PosthogContext): AsyncGenerator<string> {
  const level = (await whoIsIt(context))?.organization?.membership_level ?? null;
  if (level !== null && level < admin) {
    context.warn(
      'The key belongs to a plain member: links of dashboards that are hidden from them are missing.',
    );
  }
  yield* candidates(context);
}

/**
 * The dashboard of a share: by its id, or by the token of its link, for which every link of the project is read.
 * @throws DashctlError `not-found` for a token that no live link has
 */
async function placeOf(context: PosthogContext, key: string): Promise<Place> {
  if (isDashboardId(key)) return context.places.dashboard(key);
  for await (const id of candidates(context)) {
    const place = await context.places.dashboard(id);
    const { wire } = await getSharing(context, place);
    if (wire.enabled && wire.access_token === key) return place;
  }
  throw new DashctlError('not-found', 'No dashboard of this project has a live link with that token.', {
    hint: 'It may be switched off, rotated, of an insight, or of another project (--project).',
  });
}

// Switching on and changing

async function planCreate(
  context: PosthogContext,
  id: string,
  draft: ShareDraft,
): Promise<WritePlan<Fetched<Share>>> {
  if (draft.type === null) {
    throw new DashctlError('missing-input', 'A link of PostHog is open to anyone who has it.', {
      hint: 'Say so with --type open, and lock it with --lock. To let people of the organization in: dashctl acl grant.',
    });
  }
  const place = await context.places.dashboard(id);
  return planChange(context, place, { ...draft, status: draft.status ?? 'active' }, 'Share', true);
}

async function planChange(
  context: PosthogContext,
  place: Place,
  draft: ShareDraft,
  verb: string,
  fresh = false,
): Promise<WritePlan<Fetched<Share>>> {
  refuseForeign(draft);
  const { account } = context;
  const before = (await getSharing(context, place)).wire;
  const fromFile = draft.body === null ? { text: '{}', notes: [] } : sendable(draft.body);
  const asked = setMembers(fromFile.text, {
    ...(draft.status === null ? {} : { enabled: draft.status === 'active' }),
    ...((draft.passwordRequired ?? null) === null
      ? {}
      : { password_required: draft.passwordRequired === true }),
  });
  const text = removeMembers(asked, (at) => at.length === 1 && holds(before, asked, String(at[0]))).text;
  const nothing = Object.keys(JSON.parse(text) as object).length === 0;
  if (!fresh && before.created_at === null && !before.enabled) throw neverShared(context, place);
  const after = afterwards(before, text);
  const name = nothing ? null : await nameOfDashboard(context, place);
  return {
    title: `${verb} dashboard ${name === null ? place.key : `"${name}"`}`,
    resources: [refOf(account, place)],
    risk: riskOf(before, after),
    confirm: null,
    guards: [],
    notes: [...fromFile.notes, ...consequences(before, after, refOf(account, place))],
    before: before.created_at === null && !before.enabled ? null : shown(before),
    after: shown(after),
    steps: nothing ? [] : [changeSharingRequest(context, place, text)],
    undo: undoOf(before, after),
    images: [
      changed(
        imageRef('shares', place),
        shareState(before),
        before.enabled || !after.enabled ? shareState(after) : undefined,
      ),
    ],
    unchanged: () => stillSo(context, place, before),
    async finish() {
      const now = await getSharing(context, place);
      return outcome(context, place, now, text, before);
    },
    async settle() {
      const now = (await getSharing(context, place)).wire;
      const names = Object.keys(JSON.parse(text) as object);
      if (names.every((one) => holds(now, text, one))) return 'applied';
      return sameState(now, before) ? 'not-applied' : 'unknown';
    },
  };
}

/** A link that is switched on by mistake is switched off again; one that was switched off comes back elsewhere. */
export function undoOf(before: SharingWire, after: SharingWire): UndoKind {
  if (after.enabled || !before.enabled) return { kind: 'exact', why: null };
  return { kind: 'lossy', why: 'A link that is switched on again has a new address on recent servers.' };
}

/** The configuration after a partial change; settings are replaced as a whole. */
function afterwards(before: SharingWire, text: string): SharingWire {
  const change = JSON.parse(text) as Partial<SharingWire>;
  return { ...before, ...change };
}

export function riskOf(before: SharingWire, after: SharingWire): Risk {
  const opened = after.enabled && !before.enabled;
  const unlocked = after.enabled && before.password_required === true && after.password_required !== true;
  if (opened || unlocked) return 'exposing';
  return before.enabled && !after.enabled ? 'destructive' : 'plain';
}

export function consequences(before: SharingWire, after: SharingWire, ref: string): readonly string[] {
  if (!after.enabled) return before.enabled ? ['The link answers "not found" from now on.'] : [];
  if (after.password_required !== true)
    return ['Anyone with the link can see the dashboard, without an end.'];
  return after.share_passwords.length === 0
    ? [`Nobody can open it until there is a password: dashctl share password-add ${ref}.`]
    : ['Anyone with the link and a password can see the dashboard, without an end.'];
}

async function planRevoke(context: PosthogContext, key: string): Promise<WritePlan<Share>> {
  const place = await placeOf(context, key);
  const ref = refOf(context.account, place);
  const { wire: before } = await getSharing(context, place);
  const share = toShare(before, context.account, place);
  if (share === null) throw neverShared(context, place);
  const name = before.enabled ? await nameOfDashboard(context, place) : null;
  return {
    title: `Switch off the link of dashboard ${name === null ? place.key : `"${name}"`}`,
    resources: [ref],
    risk: 'destructive',
    confirm: null,
    guards: [],
    notes: before.enabled
      ? [
          'The link answers "not found" at once; an address that was rotated away less than 5 minutes ago may live until those are over.',
          'On recent servers switching it on again gives a new address.',
        ]
      : [],
    before: shown(before),
    after: shown({ ...before, enabled: false }),
    steps: before.enabled ? [changeSharingRequest(context, place, JSON.stringify({ enabled: false }))] : [],
    undo: undoOf(before, { ...before, enabled: false }),
    images: [
      changed(imageRef('shares', place), shareState(before), shareState({ ...before, enabled: false })),
    ],
    unchanged: () => stillSo(context, place, before),
    async finish() {
      const now = await getSharing(context, place);
      if (now.wire.enabled) throw stillOpen(ref);
      return {
        value: toShare(now.wire, context.account, place) ?? share,
        raw: now.response.body,
        notes: [],
      };
    },
    async settle() {
      return (await getSharing(context, place)).wire.enabled ? 'not-applied' : 'applied';
    },
  };
}

async function planRotate(context: PosthogContext, key: string): Promise<WritePlan<Fetched<Share>>> {
  const place = await placeOf(context, key);
  const ref = refOf(context.account, place);
  const { wire: before } = await getSharing(context, place);
  if (!before.enabled) {
    throw new DashctlError('invalid-input', `The link of dashboard ${place.key} is not live.`, {
      hint: `Switch it on instead: dashctl share create ${ref} --type open.`,
    });
  }
  const name = await nameOfDashboard(context, place);
  return {
    title: `Rotate the link of dashboard ${name === null ? place.key : `"${name}"`}`,
    resources: [ref],
    risk: 'destructive',
    confirm: null,
    guards: [],
    notes: [
      `The old address works for 5 more minutes, then never again. In an emergency revoke instead: dashctl share revoke ${ref}.`,
    ],
    before: { ...shown(before), address: 'the present one' },
    after: { ...shown(before), address: 'a new one' },
    steps: [rotateRequest(context, place)],
    undo: { kind: 'impossible', why: 'The old address does not come back.' },
    images: [changed(addressRef(place), await addressState(before))],
    unchanged: () => stillSo(context, place, before),
    async finish() {
      const now = await getSharing(context, place);
      if (now.wire.access_token === before.access_token) {
        throw new DashctlError('conflict', 'PostHog took the rotation but kept the address.', {
          hint: `Close it instead: dashctl share revoke ${ref}.`,
        });
      }
      return outcome(context, place, now, '{}', now.wire);
    },
    async settle() {
      const now = (await getSharing(context, place)).wire;
      return now.access_token === before.access_token ? 'not-applied' : 'applied';
    },
  };
}

// Bodies

const writable = new Set(['enabled', 'settings', 'password_required']);

function sendable(body: string): { readonly text: string; readonly notes: readonly string[] } {
  const { text, removed } = removeMembers(
    jsonObjectText(body, 'The body'),
    (at) => at.length === 1 && !writable.has(String(at[0])),
  );
  const names = removed.map((at) => String(at[0]));
  return {
    text,
    notes: names.length === 0 ? [] : [`Not sent, because the server takes none: ${names.join(', ')}.`],
  };
}

/** Whether a configuration holds a member as it was sent. */
function holds(wire: SharingWire, sent: string, name: string): boolean {
  const asked = memberText(sent, [name]);
  const kept = memberText(JSON.stringify(wire), [name]);
  if (asked === null || kept === null) return asked === kept;
  return sameJsonText(asked, kept);
}

/** What the lists of a plan and its read-back compare: all but the token of a link that is off. */
function sameState(left: SharingWire, right: SharingWire): boolean {
  const state = (wire: SharingWire): string =>
    JSON.stringify([
      wire.enabled,
      wire.enabled ? wire.access_token : null,
      wire.password_required ?? false,
      wire.settings,
      wire.share_passwords.map((one) => one.id),
    ]);
  return state(left) === state(right);
}

export async function stillSo(context: PosthogContext, place: Place, before: SharingWire): Promise<void> {
  const now = (await getSharing(context, place)).wire;
  if (sameState(now, before)) return;
  throw new DashctlError(
    'conflict',
    `The link of dashboard ${place.key} was changed by someone else meanwhile.`,
    {
      hint: 'Look at it again with dashctl share get, then repeat the command.',
    },
  );
}

/**
 * The outcome as the server tells it. Settings that it dropped are said.
 * @throws DashctlError `conflict` when the switch or the lock is not as planned
 */
function outcome(
  context: PosthogContext,
  place: Place,
  { wire, response }: Answered<SharingWire>,
  sent: string,
  before: SharingWire,
): Outcome<Fetched<Share>> {
  const ref = refOf(context.account, place);
  for (const name of Object.keys(JSON.parse(sent) as object)) {
    if (holds(wire, sent, name)) continue;
    if (name !== 'settings') {
      throw new DashctlError('conflict', `PostHog kept ${name} of the link differently from what was sent.`, {
        hint: `Look at it with dashctl share get ${ref}.`,
      });
    }
    context.warn('PostHog dropped settings that it does not know.');
  }
  const share = toShare(wire, context.account, place);
  if (share === null) throw neverShared(context, place);
  return {
    value: { value: share, raw: response.body },
    raw: response.body,
    notes: addressNotes(wire, before),
  };
}

/** Whether a link that is on again has the address that people know. */
export function addressNotes(now: SharingWire, before: SharingWire): readonly string[] {
  if (!now.enabled || before.enabled || before.created_at === null) return [];
  return now.access_token === before.access_token
    ? ['The link has the address that it had before: whoever kept it is in again.']
    : ['The link has a new address; the one from before stays closed.'];
}

export function shown(wire: SharingWire): { readonly [key: string]: Json } {
  return {
    type: 'open',
    status: wire.enabled ? 'active' : 'paused',
    passwordRequired: wire.password_required ?? false,
    passwords: wire.share_passwords.length,
    settings: JSON.parse(JSON.stringify(wire.settings ?? {})) as Json,
  };
}

function refuseForeign(draft: ShareDraft): void {
  const refuse = (what: string, hint: string): never => {
    throw new DashctlError('unsupported', `A link of PostHog has no ${what}.`, { hint });
  };
  if (draft.type !== null && draft.type !== 'open') {
    throw new DashctlError('unsupported', `PostHog has no links of type ${draft.type}.`, {
      hint:
        draft.type === 'embed'
          ? 'Use --type open: the page below /embedded/ instead of /shared/ fits into a frame, on any site.'
          : 'Use --type open with --lock, or let people of the organization in: dashctl acl grant.',
    });
  }
  if (draft.expiresAt !== null) refuse('end', 'Revoke it when it is time: dashctl share revoke.');
  if (draft.invite !== null) refuse('list of people', 'Lock it with a password: --lock.');
  if (draft.domains !== null) refuse('list of sites', 'Leave --domain out.');
  if (draft.liveSpan !== null) refuse('time frame of its own', 'Leave --live-span out.');
  if (draft.title !== null) refuse('title of its own', 'It shows the title of the dashboard.');
}

function neverShared(context: PosthogContext, place: Place): DashctlError {
  return new DashctlError('not-found', `Dashboard ${place.key} was never shared.`, {
    hint: `Create a public link with dashctl share create ${refOf(context.account, place)} --type open.`,
  });
}

function stillOpen(ref: string): DashctlError {
  return new DashctlError('conflict', 'The link is still open after it was switched off.', {
    hint: `Look at it with dashctl share get ${ref}.`,
  });
}
