/** Wire ↔ model: dashboards, shares, invitations, levels (api/datadog.md §3–§6). */
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import type { Invitation } from '../../model/invitation.ts';
import type { LevelMapping, LevelSpec } from '../../model/level.ts';
import type { Json } from '../../model/shape.ts';
import type { Invitee, Share } from '../../model/share.ts';
import { isoTime } from '../../model/span.ts';
import type { Account } from '../provider.ts';
import type {
  WireDashboard,
  WireIncluded,
  WireInvitation,
  WireInvitee,
  WireListedShare,
  WireShare,
} from './wire.ts';

/** A dashboard; `seen.listed` says that the answer was a list, which leaves tags and roles out. */
export function toDashboard(
  wire: WireDashboard,
  account: Account,
  seen: { readonly listed: boolean; readonly shared: boolean | null } = { listed: false, shared: null },
): Dashboard {
  const rules = (wire.restricted_roles ?? []).length > 0 || wire.is_read_only === true;
  return {
    ref: `${account.profile}/${wire.id}`,
    profile: account.profile,
    provider: 'datadog',
    id: wire.id,
    title: wire.title ?? '',
    description: wire.description ?? null,
    url: webAddress(wire.url ?? `/dashboard/${wire.id}`, account),
    folder: null,
    tags: wire.tags ?? (seen.listed ? null : []),
    owner: wire.author_handle ?? null,
    createdAt: isoTime(wire.created_at),
    updatedAt: isoTime(wire.modified_at),
    deletedAt: isoTime(wire.deleted_at),
    shared: seen.shared,
    // Without roles there may still be a restriction policy, which this answer does not show.
    restricted: rules ? true : null,
  };
}

function webAddress(relative: string, account: Account): string | null {
  return account.webUrl === null ? null : `${account.webUrl}${relative}`;
}

export function toShare(wire: WireShare, account: Account): Share {
  return {
    ref: `${account.profile}/${wire.token}`,
    profile: account.profile,
    provider: 'datadog',
    dashboard: `${account.profile}/${wire.dashboard_id}`,
    id: null,
    token: wire.token,
    url: wire.public_url ?? null,
    type: wire.share_type ?? 'open',
    status: wire.status === 'paused' ? 'paused' : 'active',
    title: wire.title ?? null,
    expiresAt: isoTime(wire.expiration),
    createdAt: isoTime(wire.created),
    createdBy: wire.author?.handle ?? wire.author?.name ?? null,
    lastAccessedAt: isoTime(wire.last_accessed),
    invitees: inviteesOf(wire).map(toInvitee),
    passwordRequired: null,
    settings: {
      liveSpan: wire.global_time?.live_span ?? null,
      timeSelectable: wire.global_time_selectable_enabled ?? null,
      templateVariables: (wire.selectable_template_vars ?? null) as Json,
      viewingPreferences: (wire.viewing_preferences ?? null) as Json,
      domains: wire.embeddable_domains ?? null,
      sessionDays: wire.session_duration_in_days ?? null,
      dashboardType: wire.dashboard_type ?? null,
      ownerDisabled: null,
    },
  };
}

/** A share as the preview list tells it. `included` holds the people that it refers to. */
export function toListedShare(
  wire: WireListedShare,
  included: readonly WireIncluded[],
  dashboardId: string,
  account: Account,
): Share {
  const { attributes, relationships } = wire;
  const sharer = included.find((one) => one.id === relationships?.sharer?.data?.id);
  return {
    ref: `${account.profile}/${attributes.token}`,
    profile: account.profile,
    provider: 'datadog',
    dashboard: `${account.profile}/${relationships?.dashboard?.data?.id ?? dashboardId}`,
    id: wire.id,
    token: attributes.token,
    url: attributes.url ?? null,
    type: attributes.share_type ?? 'open',
    status: attributes.status === 'paused' ? 'paused' : 'active',
    title: attributes.title ?? null,
    expiresAt: isoTime(attributes.expiration),
    createdAt: isoTime(attributes.created_at),
    createdBy: sharer?.attributes?.handle ?? sharer?.attributes?.name ?? null,
    lastAccessedAt: isoTime(attributes.last_accessed),
    invitees: (attributes.invitees ?? []).map(toInvitee),
    passwordRequired: null,
    settings: {
      liveSpan: attributes.global_time?.live_span ?? null,
      timeSelectable: attributes.global_time_selectable ?? null,
      templateVariables: (attributes.selectable_template_vars ?? null) as Json,
      viewingPreferences: (attributes.viewing_preferences ?? null) as Json,
      domains: attributes.embeddable_domains ?? null,
      sessionDays: null,
      dashboardType: null,
      ownerDisabled: attributes.sharer_disabled ?? null,
    },
  };
}

/** Everyone with access to an invite share: `invitees`, and what only the older `share_list` names. */
export function inviteesOf(wire: WireShare): readonly WireInvitee[] {
  const invitees = wire.invitees ?? [];
  const known = new Set(invitees.map((one) => addressKey(one.email)));
  const older = (wire.share_list ?? []).filter((email) => !known.has(addressKey(email)));
  return [...invitees, ...older.map((email) => ({ email }))];
}

/** Addresses are compared without regard to case; the server lower-cases them (recorded). */
export function addressKey(email: string): string {
  return email.toLowerCase();
}

function toInvitee(wire: WireInvitee): Invitee {
  return {
    email: wire.email,
    expiresAt: isoTime(wire.access_expiration),
    lastAccessedAt: isoTime(wire.last_accessed),
  };
}

export function toInvitation(wire: WireInvitation, token: string, account: Account): Invitation {
  const { attributes } = wire;
  return {
    profile: account.profile,
    provider: 'datadog',
    share: `${account.profile}/${attributes.share_token ?? token}`,
    email: attributes.email,
    createdAt: isoTime(attributes.created_at),
    expiresAt: isoTime(attributes.invitation_expiry),
    hasSession: attributes.has_session ?? null,
    sessionExpiresAt: isoTime(attributes.session_expiry),
  };
}

/** `dashboard_type` follows from the layout (api/datadog.md §4). */
export function dashboardTypeOf(dashboard: WireDashboard): string {
  return dashboard.layout_type === 'free' ? 'custom_screenboard' : 'custom_timeboard';
}

/** The words of restriction policies for our levels. */
export const datadogLevels: readonly LevelMapping[] = [
  { level: 'view', native: 'viewer', summary: 'May look at the dashboard' },
  { level: 'edit', native: 'editor', summary: 'May look at the dashboard and change it' },
];

/** The relation for a level. @throws DashctlError `unsupported` for a level that Datadog does not have */
export function relationOf(spec: LevelSpec): string {
  const found = datadogLevels.find((one) =>
    'level' in spec ? one.level === spec.level : one.native === spec.native,
  );
  if (found !== undefined) return found.native;
  const asked = 'level' in spec ? spec.level : `native:${spec.native}`;
  throw new DashctlError('unsupported', `Datadog has no level "${asked}" for dashboards.`, {
    hint: 'Its levels are view (viewer) and edit (editor); acl revoke takes a grant away.',
    details: { levels: datadogLevels.map((one) => one.level) },
  });
}

/**
 * The text of an answer that is going to be written back. Bytes that are no UTF-8 would come back as replacement
 * characters, so they are refused.
 * @throws DashctlError `bad-answer`
 */
export function losslessText(response: HttpResponse): string {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(response.body);
  } catch {
    throw new DashctlError(
      'bad-answer',
      'The document holds bytes that are no UTF-8; writing it back would damage it.',
    );
  }
  return response.text();
}
