/**
 * `/permissions` by numeric id (5.0 to 12.3), by uid (9 to 13), and of folders (5.0 to 13): api/grafana.md §6 and §7.1.
 */
import { DashctlError } from '../../errors.ts';
import { path } from '../../http/path.ts';
import type { SafePath } from '../../http/path.ts';
import type { AclBackend } from './acl-backend.ts';
import { itemsBody } from './acl-entry.ts';
import type { AclEntry, Origin } from './acl-entry.ts';
import { entryOfRow, isDefaultRow } from './acl-rows.ts';
import type { GrafanaApi } from './api.ts';
import { majorVersion } from './generation.ts';
import type { Generation } from './generation.ts';
import { pathId } from './ids.ts';
import type { GrafanaObject } from './objects.ts';
import type { AclRow } from './wire.ts';

export function aclPermissions(api: GrafanaApi, generation: Generation): AclBackend {
  const byUid = generation.name === 'uid';
  const major = majorVersion(generation);
  const marksInherited = major === null ? !byUid : major < 9;

  return {
    generation: generation.name,
    replacesList: true,
    mustExceedInherited: marksInherited,
    savingReopens: false,
    async read(object) {
      const { rows, raw } = await api.aclRows(routeOf(object, byUid));
      const flagged = marksInherited || rows.some((row) => row.inherited === true);
      const inherited =
        flagged || object.parent?.uid == null ? null : await api.aclRows(folderRoute(object.parent.uid));
      const entries =
        inherited === null
          ? rows.map((row) => flaggedEntry(row, object))
          : comparedEntries(rows, inherited.rows, `folder:${object.parent?.uid ?? ''}`);
      return { entries, raw };
    },
    steps(object, { after }) {
      return [{ method: 'POST', path: routeOf(object, byUid), body: itemsBody(after) }];
    },
  };
}

function routeOf(object: GrafanaObject, byUid: boolean): SafePath {
  if (object.kind === 'folder') return folderRoute(uidOf(object));
  if (byUid) return path`/api/dashboards/uid/${uidOf(object)}/permissions`;
  if (object.id === null) {
    throw new DashctlError('bad-answer', `The server does not tell the numeric id of "${object.title}".`, {
      hint: 'Use --grafana-api uid or access-control.',
    });
  }
  return path`/api/dashboards/id/${pathId(object.id)}/permissions`;
}

function folderRoute(uid: string): SafePath {
  return path`/api/folders/${uid}/permissions`;
}

/** Before 9 the server flags inherited rows; defaults in a folder are flagged too, and have the dashboard id -1. */
function flaggedEntry(row: AclRow, object: GrafanaObject): AclEntry {
  let origin: Origin = 'own';
  let from: string | null = null;
  if (isDefaultRow(row)) {
    origin = 'default';
    from = 'default';
  } else if (row.inherited === true) {
    origin = 'inherited';
    from = `folder:${folderOf(row, object)}`;
  }
  return entryOfRow(row, origin, from);
}

/** An inherited row names the folder by its id only; title and uid are the dashboard's. */
function folderOf(row: AclRow, object: GrafanaObject): string {
  const { parent } = object;
  if (parent?.uid != null && (parent.id === null || parent.id === row.dashboardId)) return parent.uid;
  return String(row.dashboardId ?? '');
}

/**
 * From 9 on inherited rows carry no mark, but posting one back would make it an own entry. What the folder's list holds
 * as well is inherited, row by row; a second equal row is the dashboard's own.
 */
function comparedEntries(rows: readonly AclRow[], inherited: readonly AclRow[], from: string): AclEntry[] {
  const fingerprint = (row: AclRow): string =>
    JSON.stringify([row.userId ?? 0, row.teamId ?? 0, row.role ?? '', row.permission]);
  const left = inherited.map(fingerprint);
  return rows.map((row) => {
    const at = left.indexOf(fingerprint(row));
    if (at < 0) return entryOfRow(row, 'own', null);
    left.splice(at, 1);
    return entryOfRow(row, 'inherited', from);
  });
}

function uidOf(object: GrafanaObject): string {
  if (object.uid !== null) return object.uid;
  throw new DashctlError('unsupported', `"${object.title}" has no uid that may stand in an address.`, {
    hint: 'Use --grafana-api permissions with its numeric id.',
  });
}
