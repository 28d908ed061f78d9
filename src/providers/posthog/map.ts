/** Wire ↔ model: dashboards, shares, levels (api/posthog.md §6, §8, §9). */
import type { Dashboard } from '../../model/dashboard.ts';
import type { Level, LevelMapping } from '../../model/level.ts';
import type { Json } from '../../model/shape.ts';
import type { Share } from '../../model/share.ts';
import { isoTime } from '../../model/span.ts';
import type { Account } from '../provider.ts';
import type { Place } from './places.ts';
import type { DashboardWire, SharingWire } from './wire.ts';

/** Everyone in the project may edit, or only those who were invited. */
export const everyone = 21;
export const invited = 37;

export const posthogLevels: readonly LevelMapping[] = [
  { level: 'none', native: 'none', summary: 'Neither see nor find the dashboard' },
  { level: 'view', native: 'viewer', summary: 'See the dashboard' },
  {
    level: 'edit',
    native: 'editor',
    summary: 'Change the dashboard and its link; all that collaborators can have',
  },
  { level: 'admin', native: 'manager', summary: 'Also change who has access; older servers lack it' },
];

export function levelOf(native: string): Level | null {
  return posthogLevels.find((one) => one.native === native)?.level ?? null;
}

export function refOf(account: Account, place: Place): string {
  return `${account.profile}/${place.key}`;
}

export function toDashboard(wire: DashboardWire, account: Account, place: Place): Dashboard {
  return {
    ref: refOf(account, place),
    profile: account.profile,
    provider: 'posthog',
    id: String(wire.id),
    title: wire.name ?? '',
    description: wire.description === '' ? null : wire.description,
    url: account.webUrl === null ? null : `${account.webUrl}/project/${place.project}/dashboard/${wire.id}`,
    folder: null,
    tags: wire.tags,
    owner: wire.created_by?.email ?? null,
    createdAt: isoTime(wire.created_at),
    updatedAt: null,
    deletedAt: null,
    shared: wire.is_shared,
    // On the open level there may still be access controls, which this answer does not show.
    restricted: (wire.effective_restriction_level ?? everyone) > everyone ? true : null,
  };
}

/**
 * The link of a dashboard; null before its first use, when the server makes up a token for each answer. Token and
 * address are told only while the link works.
 */
export function toShare(wire: SharingWire, account: Account, place: Place): Share | null {
  if (wire.created_at === null && !wire.enabled) return null;
  const token = wire.enabled ? wire.access_token : null;
  return {
    ref: refOf(account, place),
    profile: account.profile,
    provider: 'posthog',
    dashboard: refOf(account, place),
    id: null,
    token,
    url: token === null || account.webUrl === null ? null : `${account.webUrl}/shared/${token}`,
    type: 'open',
    status: wire.enabled ? 'active' : 'paused',
    title: null,
    expiresAt: null,
    createdAt: isoTime(wire.created_at),
    createdBy: null,
    lastAccessedAt: null,
    invitees: null,
    passwordRequired: wire.password_required ?? false,
    settings: {
      ...asJson(wire.settings ?? {}),
      passwords: wire.share_passwords.map((one) => ({
        id: one.id,
        note: one.note,
        createdAt: isoTime(one.created_at),
        createdBy: one.created_by_email,
        active: one.is_active ?? true,
      })),
    },
  };
}

function asJson(settings: Readonly<Record<string, unknown>>): { readonly [key: string]: Json } {
  return JSON.parse(JSON.stringify(settings)) as { readonly [key: string]: Json };
}
