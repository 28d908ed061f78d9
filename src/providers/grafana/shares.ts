/** Public dashboards as shares: one link per dashboard that shows it without an account (api/grafana.md §8). */
import { boolean, getDotPath, looseObject, optional, safeParse, string } from 'valibot';
import type { InferOutput } from 'valibot';

import { DashctlError } from '../../errors.ts';
import type { HttpRequest } from '../../http/http.ts';
import { path } from '../../http/path.ts';
import { jsonObjectText } from '../../model/json-text.ts';
import type { Image, PlannedImage } from '../../model/image.ts';
import type { Fetched, Json, Page } from '../../model/shape.ts';
import type { Share, ShareDraft } from '../../model/share.ts';
import type { Outcome, Risk, WritePlan } from '../../model/write-plan.ts';
import type { ProviderWorld, ShareCapability } from '../provider.ts';
import type { GrafanaApi } from './api.ts';
import { isAccessToken, isUid } from './ids.ts';
import { shareFromWire } from './map.ts';
import { findDashboard } from './objects.ts';
import type { PublicLink, PublicLinks } from './public-dashboards.ts';
import type { Session } from './session.ts';
import type { PublicDashboardRow, PublicDashboardWire } from './wire.ts';

/** Rows per request where each row is asked for its settings before the page is shown. */
const listedAtOnce = 100;

/** A dashboard that may have a link. */
interface Place {
  readonly uid: string;
  readonly title: string;
  readonly ref: string;
}

/** What can be changed of a link. */
interface LinkState {
  readonly isEnabled: boolean;
  readonly timeSelectionEnabled: boolean;
  readonly annotationsEnabled: boolean;
  readonly share: string;
}

export function grafanaShares(
  world: ProviderWorld,
  api: GrafanaApi,
  session: Session,
  links: PublicLinks,
): ShareCapability {
  const { account } = world;

  // Reading

  /** @throws DashctlError `not-found`, `invalid-input` for a folder */
  async function dashboardPlace(reference: string): Promise<Place> {
    const { object } = await findDashboard(api, reference);
    if (object.kind === 'folder') {
      throw new DashctlError('invalid-input', `"${object.title}" is a folder; only dashboards are shared.`, {
        hint: `List what is in it: dashctl dashboards list --folder ${object.uid ?? String(object.id)}.`,
      });
    }
    if (object.uid === null) {
      throw new DashctlError('unsupported', `"${object.title}" has no uid that may stand in an address.`, {
        hint: 'Give it a uid of letters, digits, - and _ in Grafana.',
      });
    }
    return { uid: object.uid, title: object.title, ref: `${account.profile}/${object.uid}` };
  }

  /**
   * The dashboard of a share: by its own id, or by the access token, for which the list of all links is read. A uid may
   * look like a token, so the latter is asked for first: a token that is known never gets into a path.
   * @throws DashctlError `not-found`
   */
  async function sharePlace(key: string): Promise<Place> {
    if (!isAccessToken(key)) return dashboardPlace(key);
    const shared = await dashboardWithToken(key);
    if (shared !== null) return dashboardPlace(shared);
    if ((await api.dashboard(key)) !== null) return dashboardPlace(key);
    throw new DashctlError(
      'not-found',
      'No public dashboard that you may see has this token, and no dashboard this uid.',
      { hint: 'It may be revoked, or belong to another organization: dashctl share list --all.' },
    );
  }

  async function dashboardWithToken(token: string): Promise<string | null> {
    for await (const { rows } of links.pages()) {
      const found = rows.find((row) => row.accessToken === token);
      if (found !== undefined) return found.dashboardUid;
    }
    return null;
  }

  /** @throws DashctlError `not-found` for a dashboard that is not shared */
  async function sharedLink(place: Place): Promise<PublicLink> {
    const link = await links.of(place.uid);
    if (link !== null) return link;
    throw new DashctlError('not-found', `Dashboard "${place.title}" has no public link.`, {
      hint: `Create one: dashctl share create ${place.ref} --type open.`,
    });
  }

  const fetched = (place: Place, { wire, answer }: PublicLink): Fetched<Share> => ({
    value: shareFromWire(account, place, wire),
    raw: answer.body,
  });

  async function list(dashboardId: string): Promise<Page<Share>> {
    const place = await dashboardPlace(dashboardId);
    const link = await links.of(place.uid);
    if (link === null) return { items: [], raw: new Uint8Array() };
    return { items: [shareFromWire(account, place, link.wire)], raw: link.answer.body };
  }

  async function* listAll(): AsyncGenerator<Page<Share>> {
    for await (const { rows, raw } of links.pages(listedAtOnce)) {
      yield { items: await Promise.all(rows.map(shareOfRow)), raw };
    }
  }

  /** The list leaves type and settings out. What is gone meanwhile, or hidden, stands there as the list has it. */
  async function shareOfRow(row: PublicDashboardRow): Promise<Share> {
    const link = isUid(row.dashboardUid) ? await links.of(row.dashboardUid) : null;
    const title = row.title ?? '';
    return shareFromWire(account, { uid: row.dashboardUid, title }, link?.wire ?? wireOfRow(row));
  }

  async function get(key: string): Promise<Fetched<Share>> {
    const place = await sharePlace(key);
    return fetched(place, await sharedLink(place));
  }

  // Creating

  async function planCreate(dashboardId: string, draft: ShareDraft): Promise<WritePlan<Fetched<Share>>> {
    refuseForeign(draft);
    const file = readBody(draft.body, creatable);
    if (draft.type === null && file.members.share === undefined) {
      throw new DashctlError('missing-input', 'A public link of Grafana is open to anyone who has it.', {
        hint: 'Say so with --type open. To let people of the organization in: dashctl acl grant.',
      });
    }
    await session.verifyOrg();
    const place = await dashboardPlace(dashboardId);
    const planned: LinkState = { ...newLink, ...stateIn(file.members), ...stateAsked(draft) };
    const { uid, accessToken } = file.members;
    const body = JSON.stringify({ uid, accessToken, ...planned });
    const existing = await links.of(place.uid);
    if (existing !== null) refuseOther(place, existing.wire, file.members, planned);
    return {
      title: `Share dashboard "${place.title}" (${planned.share})`,
      resources: [place.ref],
      risk: planned.isEnabled ? 'exposing' : 'plain',
      confirm: null,
      guards: [],
      notes: [...file.notes, consequence(planned)],
      before: existing === null ? null : shown(stateOf(existing.wire)),
      after: shown(planned),
      steps: existing === null ? [{ method: 'POST', path: linksPath(place.uid), body }] : [],
      undo: { kind: 'exact', why: null },
      images: [
        {
          ...imageOf(place, existing?.wire ?? null),
          ...(uid === undefined ? {} : { expected: [{ uid, ...planned }] }),
        },
      ],
      secrets: accessToken === undefined ? [] : [accessToken],
      async unchanged() {
        if ((await links.of(place.uid)) === null) return;
        throw changedMeanwhile(place);
      },
      async finish(answers) {
        const outcome = await readBack(place, planned);
        if (answers.length === 0) return outcome;
        const notes = [
          `To take it back: dashctl share revoke ${place.ref}`,
          `To pause it: dashctl share update ${place.ref} --status paused`,
        ];
        return { ...outcome, notes };
      },
      async settle() {
        const now = await links.of(place.uid);
        if (now === null) return 'not-applied';
        return same(stateOf(now.wire), planned) ? 'applied' : 'unknown';
      },
    };
  }

  // Changing

  async function planUpdate(key: string, draft: ShareDraft): Promise<WritePlan<Fetched<Share>>> {
    refuseForeign(draft);
    const file = readBody(draft.body, changeable);
    await session.verifyOrg();
    const place = await sharePlace(key);
    const { wire } = await sharedLink(place);
    const before = stateOf(wire);
    const after: LinkState = { ...before, ...stateIn(file.members), ...stateAsked(draft) };
    const change = differences(before, after);
    const nothing = Object.keys(change).length === 0;
    return {
      title: `Update the public link of dashboard "${place.title}"`,
      resources: [place.ref],
      risk: riskOf(before, after),
      confirm: null,
      guards: [],
      notes: [...file.notes, ...(nothing ? [] : [consequence(after)])],
      before: shown(before),
      after: shown(after),
      steps: nothing
        ? []
        : [{ method: 'PATCH', path: linkPath(place.uid, wire), body: JSON.stringify(change) }],
      undo: { kind: 'exact', why: null },
      images: [{ ...imageOf(place, wire), expected: [{ uid: wire.uid, ...after }] }],
      unchanged: () => stillSo(place, wire),
      finish: () => readBack(place, after),
      async settle() {
        const now = await links.of(place.uid);
        if (now?.wire.uid !== wire.uid) return 'unknown';
        if (same(stateOf(now.wire), after)) return 'applied';
        return same(stateOf(now.wire), before) ? 'not-applied' : 'unknown';
      },
    };
  }

  /** @throws DashctlError `conflict` when the link is another one, or was changed, since the plan was made */
  async function stillSo(place: Place, wire: PublicDashboardWire): Promise<void> {
    const now = await links.of(place.uid);
    if (now?.wire.uid === wire.uid && same(stateOf(now.wire), stateOf(wire))) return;
    throw changedMeanwhile(place);
  }

  /** The link as the server shows it after a write. @throws DashctlError `conflict` when it is not as planned */
  async function readBack(place: Place, planned: LinkState): Promise<Outcome<Fetched<Share>>> {
    const now = await links.of(place.uid);
    if (now !== null && same(stateOf(now.wire), planned)) {
      return { value: fetched(place, now), raw: now.answer.body, notes: [] };
    }
    throw new DashctlError(
      'conflict',
      now === null
        ? `Grafana took the public link of "${place.title}" but does not show it.`
        : `The public link of "${place.title}" is not as it was sent.`,
      {
        hint: `Look at it with dashctl share list ${place.ref}.`,
        details: { planned: shown(planned), found: now === null ? null : shown(stateOf(now.wire)) },
      },
    );
  }

  // Revoking

  async function planRevoke(key: string): Promise<WritePlan<Share>> {
    await session.verifyOrg();
    const place = await sharePlace(key);
    const { wire } = await sharedLink(place);
    const share = shareFromWire(account, place, wire);
    return {
      title: `Revoke the public link of dashboard "${place.title}"`,
      resources: [place.ref],
      risk: 'destructive',
      confirm: null,
      guards: [],
      notes: [
        'The address stops working for good; sharing again makes a new one.',
        `To stop it for a while, pause it: dashctl share update ${place.ref} --status paused.`,
      ],
      before: shown(stateOf(wire)),
      after: null,
      // Gone already is what was asked for; the read-back decides.
      steps: [{ method: 'DELETE', path: linkPath(place.uid, wire), accept: [404] }],
      undo: {
        kind: 'lossy',
        why: 'It comes back under its address only if its token was kept, else under a new one.',
      },
      images: [{ ...imageOf(place, wire), expected: [] }],
      unchanged: () => stillSo(place, wire),
      async finish(answers) {
        const now = await links.of(place.uid);
        if (now !== null) {
          throw new DashctlError(
            'conflict',
            now.wire.uid === wire.uid
              ? `The public link of "${place.title}" is still there.`
              : `The link is gone, but someone else made another one for "${place.title}".`,
            { hint: `Look at it with dashctl share get ${place.ref}.` },
          );
        }
        const gone = answers[0]?.status === 404;
        const value: Share = { ...share, status: 'revoked', url: null };
        return { value, raw: null, notes: gone ? ['Someone else had revoked it already.'] : [] };
      },
      async settle() {
        const now = await links.of(place.uid);
        return now?.wire.uid === wire.uid ? 'not-applied' : 'applied';
      },
    };
  }

  return {
    types: ['open'],
    // A dashboard has one link, so its id is the key; only a token has to be looked for.
    isToken: () => true,
    draftExtras: ['timeSelection', 'annotations'],
    list,
    listAll,
    get,
    planCreate,
    planUpdate,
    planRevoke,
  };
}

// Requests

function linksPath(dashboardUid: string): HttpRequest['path'] {
  return path`/api/dashboards/uid/${dashboardUid}/public-dashboards`;
}

/** @throws DashctlError `bad-answer` for an id that may not stand in a path */
function linkPath(dashboardUid: string, { uid }: PublicDashboardWire): HttpRequest['path'] {
  if (isUid(uid)) return path`/api/dashboards/uid/${dashboardUid}/public-dashboards/${uid}`;
  throw new DashctlError(
    'bad-answer',
    `The server names a public link ${JSON.stringify(uid)}, which is no uid.`,
  );
}

// States

/** A link of which nothing is said. Without `isEnabled` the server would make one that is paused. */
const newLink: LinkState = {
  isEnabled: true,
  timeSelectionEnabled: false,
  annotationsEnabled: false,
  share: 'public',
};

/** The link of a dashboard as the journal keeps it; its token is a secret. */
export function linkImage(wire: PublicDashboardWire | null): Image {
  if (wire === null) return { state: [] };
  const { uid, accessToken } = wire;
  const state = [{ uid, ...stateOf(wire) }];
  return accessToken === null || accessToken === '' ? { state } : { state, secrets: { accessToken } };
}

function imageOf(place: Place, wire: PublicDashboardWire | null): PlannedImage {
  return { ref: { kind: 'shares', id: place.uid }, kind: 'shares', before: linkImage(wire) };
}

function stateOf(wire: PublicDashboardWire): LinkState {
  return {
    isEnabled: wire.isEnabled,
    timeSelectionEnabled: wire.timeSelectionEnabled ?? false,
    annotationsEnabled: wire.annotationsEnabled ?? false,
    share: wire.share === null || wire.share === '' ? 'public' : wire.share,
  };
}

function stateIn({
  isEnabled,
  timeSelectionEnabled,
  annotationsEnabled,
  share,
}: Members): Partial<LinkState> {
  return {
    ...(isEnabled === undefined ? {} : { isEnabled }),
    ...(timeSelectionEnabled === undefined ? {} : { timeSelectionEnabled }),
    ...(annotationsEnabled === undefined ? {} : { annotationsEnabled }),
    ...(share === undefined ? {} : { share }),
  };
}

function stateAsked(draft: ShareDraft): Partial<LinkState> {
  return {
    ...(draft.status === null ? {} : { isEnabled: draft.status === 'active' }),
    ...(draft.timeSelection == null ? {} : { timeSelectionEnabled: draft.timeSelection }),
    ...(draft.annotations == null ? {} : { annotationsEnabled: draft.annotations }),
    ...(draft.type === null ? {} : { share: 'public' }),
  };
}

function differences(before: LinkState, after: LinkState): Partial<LinkState> {
  const keys = Object.keys(after) as (keyof LinkState)[];
  return Object.fromEntries(keys.filter((key) => after[key] !== before[key]).map((key) => [key, after[key]]));
}

function same(left: LinkState, right: LinkState): boolean {
  return Object.keys(differences(left, right)).length === 0;
}

function shown(state: LinkState): { readonly [key: string]: Json } {
  const { isEnabled, timeSelectionEnabled, annotationsEnabled, share } = state;
  return { type: share, status: isEnabled ? 'active' : 'paused', timeSelectionEnabled, annotationsEnabled };
}

/** Opening a link asks first, and so does showing more through one that is open. */
function riskOf(before: LinkState, after: LinkState): Risk {
  const more =
    !before.isEnabled ||
    (after.share === 'public' && before.share !== 'public') ||
    (after.timeSelectionEnabled && !before.timeSelectionEnabled) ||
    (after.annotationsEnabled && !before.annotationsEnabled);
  return after.isEnabled && more ? 'exposing' : 'plain';
}

function consequence({ isEnabled, share }: LinkState): string {
  if (!isEnabled) return 'A paused link shows nothing; its address stays the same.';
  return share === 'email'
    ? 'Only people who were invited by e-mail can see the dashboard.'
    : 'Anyone with the link can see the dashboard, without an end.';
}

/** A row as a link of which only this much is known. */
function wireOfRow({ uid, accessToken, dashboardUid, isEnabled }: PublicDashboardRow): PublicDashboardWire {
  return {
    uid,
    accessToken,
    dashboardUid,
    isEnabled,
    timeSelectionEnabled: null,
    annotationsEnabled: null,
    share: null,
    createdAt: null,
    createdBy: null,
    recipients: null,
  };
}

// Bodies

/** Members of a body that a server takes (api/grafana.md §8). */
const memberSchema = looseObject({
  uid: optional(string()),
  accessToken: optional(string()),
  isEnabled: optional(boolean()),
  timeSelectionEnabled: optional(boolean()),
  annotationsEnabled: optional(boolean()),
  share: optional(string()),
});

type Members = Pick<InferOutput<typeof memberSchema>, keyof typeof memberSchema.entries>;

const changeable = ['isEnabled', 'timeSelectionEnabled', 'annotationsEnabled', 'share'] as const;
/** A new link may be given its address: a revoked one comes back so. */
const creatable = ['uid', 'accessToken', ...changeable] as const;

/**
 * What a file says, without what the server takes none of.
 * @throws DashctlError `invalid-input`
 */
function readBody(
  body: string | null,
  taken: readonly (keyof Members)[],
): { readonly members: Members; readonly notes: readonly string[] } {
  if (body === null) return { members: {}, notes: [] };
  const given = JSON.parse(jsonObjectText(body, 'The body')) as Record<string, unknown>;
  const [kept, left] = [true, false].map((wanted) =>
    Object.entries(given).filter(([name]) => taken.some((one) => one === name) === wanted),
  );
  const read = safeParse(memberSchema, Object.fromEntries(kept ?? []));
  if (!read.success) {
    const [issue] = read.issues;
    throw new DashctlError('invalid-input', `The body: ${getDotPath(issue) ?? ''}: ${issue.message}.`, {
      hint: 'isEnabled, timeSelectionEnabled and annotationsEnabled are true or false.',
    });
  }
  const names = (left ?? []).map(([name]) => name);
  return {
    members: read.output,
    notes: names.length === 0 ? [] : [`Not sent, because the server takes none: ${names.join(', ')}.`],
  };
}

// Refusals

/** @throws DashctlError `unsupported` for what public links of Grafana do not have */
function refuseForeign(draft: ShareDraft): void {
  const refuse = (what: string, hint: string): never => {
    throw new DashctlError('unsupported', `A public link of Grafana has no ${what}.`, { hint });
  };
  if (draft.type !== null && draft.type !== 'open' && draft.type !== 'public') {
    throw new DashctlError('unsupported', `Grafana has no links of type ${draft.type}.`, {
      hint:
        draft.type === 'embed'
          ? 'Use --type open; whether its page may stand in a frame is a setting of the server.'
          : 'Use --type open for anyone with the link. Sharing by e-mail takes Grafana Cloud or Enterprise and is set up there; to let people of the organization in: dashctl acl grant.',
    });
  }
  if (draft.expiresAt !== null) refuse('end', 'Revoke it when it is time: dashctl share revoke.');
  if (draft.invite !== null)
    refuse('list of people', 'Sharing by e-mail is set up in Grafana Cloud or Enterprise.');
  if (draft.domains !== null) refuse('list of sites', 'Leave --domain out.');
  if (draft.liveSpan !== null) {
    refuse('time frame of its own', "It shows the dashboard's; --time-selection lets viewers choose.");
  }
  if (draft.title !== null) refuse('title of its own', 'It shows the title of the dashboard.');
}

/** @throws DashctlError `invalid-input` when the dashboard has a link already that differs from what is asked for */
function refuseOther(place: Place, wire: PublicDashboardWire, asked: Members, planned: LinkState): void {
  const otherAddress =
    (asked.uid ?? wire.uid) !== wire.uid || (asked.accessToken ?? wire.accessToken) !== wire.accessToken;
  const current = stateOf(wire);
  if (same(current, planned) && !otherAddress) return;
  const paused = !current.isEnabled && planned.isEnabled;
  throw new DashctlError(
    'invalid-input',
    `Dashboard "${place.title}" has a public link already, ${paused ? 'which is paused' : otherAddress ? 'with another address' : 'with other settings'}.`,
    {
      hint: paused
        ? `Resume it: dashctl share update ${place.ref} --status active.`
        : otherAddress
          ? `Revoke the present one first: dashctl share revoke ${place.ref}.`
          : `Change it instead: dashctl share update ${place.ref}.`,
      details: { asked: shown(planned), found: shown(current) },
    },
  );
}

function changedMeanwhile(place: Place): DashctlError {
  return new DashctlError(
    'conflict',
    `The public link of "${place.title}" was changed by someone else meanwhile.`,
    { hint: `Look at it with dashctl share list ${place.ref}, then repeat the command.` },
  );
}
