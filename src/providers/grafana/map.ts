/** Grafana's words and dashctl's: levels, principals, dashboards. */
import { DashctlError } from '../../errors.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import type { Level, LevelMapping, LevelSpec } from '../../model/level.ts';
import type { Invitee, Share } from '../../model/share.ts';
import type { Account } from '../provider.ts';
import { isUid } from './ids.ts';
import type { DashboardWire, PublicDashboardWire, SearchRow } from './wire.ts';

/** The levels that a server may be sent. View is 1, Edit is 2, Admin is 4; sums and gaps mean nothing. */
export type Permission = 1 | 2 | 4;

export const levelMappings: readonly LevelMapping[] = [
  { level: 'view', native: 'View', summary: 'See the dashboard, or all dashboards of the folder' },
  { level: 'edit', native: 'Edit', summary: 'Change and delete it; in a folder also add dashboards' },
  { level: 'admin', native: 'Admin', summary: 'Edit, and decide who has access' },
];

const levelOf: Readonly<Record<Permission, { readonly level: Level; readonly native: string }>> = {
  1: { level: 'view', native: 'View' },
  2: { level: 'edit', native: 'Edit' },
  4: { level: 'admin', native: 'Admin' },
};

/** Whether a stored number is one of Grafana's levels. */
export function isPermission(value: number): value is Permission {
  return value === 1 || value === 2 || value === 4;
}

/** A stored number as level; 5.0 and 7.5 store any number that is sent (api/grafana.md §6.3). */
export function levelFromNumber(permission: number): { level: Level | null; native: string } {
  return isPermission(permission) ? levelOf[permission] : { level: null, native: `unknown (${permission})` };
}

/** The name that access-control uses for a level. */
export function nativeName(permission: Permission): string {
  return levelOf[permission].native;
}

/** A level's name as number; 0 for a name that is no level. */
export function permissionFromName(name: string): Permission | 0 {
  if (name === 'View') return 1;
  if (name === 'Edit') return 2;
  return name === 'Admin' ? 4 : 0;
}

/**
 * A level as asked for.
 * @throws DashctlError `unsupported` for `none`, `invalid-input` for a native word that Grafana does not know
 */
export function permissionFromSpec(spec: LevelSpec): Permission {
  if ('native' in spec) {
    const permission = permissionFromName(spec.native);
    if (permission !== 0) return permission;
    throw new DashctlError('invalid-input', `Grafana has no level "${spec.native}".`, {
      hint: 'Use view, edit or admin, or native:View, native:Edit, native:Admin.',
      details: { levels: ['view', 'edit', 'admin'] },
    });
  }
  switch (spec.level) {
    case 'view':
      return 1;
    case 'edit':
      return 2;
    case 'admin':
      return 4;
    case 'none':
      throw new DashctlError(
        'unsupported',
        'Grafana has no level "none": without an entry there is no access.',
        {
          hint: 'Take the entry away instead: dashctl acl revoke.',
        },
      );
  }
}

/**
 * A row of `/api/search`. It says nothing about people, times, links and own rules.
 * @param shared what the list of public dashboards says, where it was asked for
 */
export function dashboardFromRow(account: Account, row: SearchRow, shared: boolean | null = null): Dashboard {
  const id = row.uid !== null && isUid(row.uid) ? row.uid : String(row.id ?? '');
  return {
    ref: `${account.profile}/${id}`,
    profile: account.profile,
    provider: 'grafana',
    id,
    title: row.title,
    description: null,
    url: absoluteUrl(account, row.url),
    folder: row.folderTitle,
    tags: row.tags,
    owner: null,
    createdAt: null,
    updatedAt: null,
    deletedAt: null,
    shared,
    restricted: null,
  };
}

/** A whole dashboard. `hasAcl` says nothing on servers that have `folderUid` (9 on), where rules live elsewhere. */
export function dashboardFromWire(account: Account, wire: DashboardWire): Dashboard {
  const { meta, dashboard } = wire;
  const id = dashboard.uid !== null && isUid(dashboard.uid) ? dashboard.uid : String(dashboard.id ?? '');
  return {
    ref: `${account.profile}/${id}`,
    profile: account.profile,
    provider: 'grafana',
    id,
    title: dashboard.title,
    description: dashboard.description,
    url: absoluteUrl(account, meta.url),
    folder: isRoot(meta) ? null : meta.folderTitle,
    tags: dashboard.tags,
    owner: emptyToNull(meta.createdBy),
    createdAt: readTime(meta.created),
    updatedAt: readTime(meta.updated),
    deletedAt: null,
    shared: meta.publicDashboardEnabled,
    restricted: meta.hasAcl === true ? true : meta.folderUid === null ? meta.hasAcl : null,
  };
}

/**
 * A public dashboard as share. Its reference is the dashboard's: there is one link per dashboard, and the reference then
 * holds no secret. Who made it is known by number only.
 */
export function shareFromWire(
  account: Account,
  dashboard: { readonly uid: string; readonly title: string },
  wire: PublicDashboardWire,
): Share {
  const ref = `${account.profile}/${dashboard.uid}`;
  const token = emptyToNull(wire.accessToken);
  const type = emptyToNull(wire.share) ?? 'public';
  return {
    ref,
    profile: account.profile,
    provider: 'grafana',
    dashboard: ref,
    id: wire.uid,
    token,
    url: token === null ? null : absoluteUrl(account, `/public-dashboards/${encodeURIComponent(token)}`),
    type,
    status: wire.isEnabled ? 'active' : 'paused',
    title: dashboard.title,
    expiresAt: null,
    createdAt: readTime(wire.createdAt),
    createdBy: wire.createdBy !== null && wire.createdBy > 0 ? `user#${wire.createdBy}` : null,
    lastAccessedAt: null,
    invitees: type === 'email' ? inviteesOf(wire) : null,
    passwordRequired: null,
    settings: {
      timeSelectionEnabled: wire.timeSelectionEnabled,
      annotationsEnabled: wire.annotationsEnabled,
    },
  };
}

function inviteesOf({ recipients }: PublicDashboardWire): Invitee[] {
  return (recipients ?? []).flatMap(({ recipient }) =>
    recipient === null ? [] : [{ email: recipient, expiresAt: null, lastAccessedAt: null }],
  );
}

/** Whether a dashboard stands in General, which has no rules of its own. */
export function isRoot(meta: DashboardWire['meta']): boolean {
  const uid = folderUidOf(meta);
  return (meta.folderId ?? 0) <= 0 && (uid === null || uid === 'general');
}

/** The folder's uid; before 8 it stands in `folderUrl` only (`/dashboards/f/UID/slug`). */
export function folderUidOf(meta: DashboardWire['meta']): string | null {
  if (meta.folderUid !== null && meta.folderUid !== '') return meta.folderUid;
  return /\/dashboards\/f\/([A-Za-z0-9_-]{1,40})(?:\/|$)/.exec(meta.folderUrl ?? '')?.[1] ?? null;
}

/** Addresses come with the server's sub path when it knows it, and without when only a proxy does. */
export function absoluteUrl(account: Account, path: string | null): string | null {
  if (path === null || !path.startsWith('/')) return null;
  const base = new URL(account.webUrl ?? account.baseUrl);
  const prefix = base.pathname.replace(/\/+$/, '');
  return prefix === '' || path.startsWith(`${prefix}/`) ? base.origin + path : base.origin + prefix + path;
}

/** A time as ISO 8601 UTC; Grafana's "never" is the year 1. */
function readTime(raw: string | null): string | null {
  if (raw === null || raw.startsWith('0001-')) return null;
  const time = new Date(raw);
  return /^\d{4}-\d{2}-\d{2}T/.test(raw) && !Number.isNaN(time.getTime()) ? time.toISOString() : null;
}

function emptyToNull(text: string | null): string | null {
  return text === '' ? null : text;
}
