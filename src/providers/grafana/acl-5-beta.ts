/** `/api/dashboards/id/:id/acl` of Grafana 5.0 beta, for dashboards and folders alike (api/grafana.md §6). */
import { DashctlError } from '../../errors.ts';
import { path } from '../../http/path.ts';
import type { AclBackend } from './acl-backend.ts';
import { itemsBody } from './acl-entry.ts';
import type { AclEntry } from './acl-entry.ts';
import { entryOfRow, isDefaultRow } from './acl-rows.ts';
import type { GrafanaApi } from './api.ts';
import { pathId } from './ids.ts';
import type { GrafanaObject } from './objects.ts';
import type { AclRow } from './wire.ts';

export function acl5Beta(api: GrafanaApi): AclBackend {
  return {
    generation: 'acl',
    replacesList: true,
    mustExceedInherited: false,
    savingReopens: true,
    async read(object) {
      const id = idOf(object);
      const { rows, raw } = await api.aclRows(path`/api/dashboards/id/${id}/acl`);
      return { entries: rows.map((row) => entryOf(row, id)), raw };
    },
    steps(object, { before, after }) {
      const id = idOf(object);
      const single = singleRemoval(before, after);
      if (single !== null) return [{ method: 'DELETE', path: path`/api/dashboards/id/${id}/acl/${single}` }];
      return [{ method: 'POST', path: path`/api/dashboards/id/${id}/acl`, body: itemsBody(after) }];
    },
  };
}

/** Rows of the folder carry the folder's id and uid; there is no flag. */
function entryOf(row: AclRow, id: number): AclEntry {
  if (isDefaultRow(row)) return entryOfRow(row, 'default', 'default');
  if (row.dashboardId === id) return entryOfRow(row, 'own', null);
  const folder = row.uid === null || row.uid === '' ? String(row.dashboardId ?? '') : row.uid;
  return entryOfRow(row, 'inherited', `folder:${folder}`);
}

/**
 * The row id when all that happens is that one stored row goes. The server ties a row id to no dashboard (api/grafana.md
 * §6.4), so only ids that were read among the own rows of this object get here.
 */
function singleRemoval(before: readonly AclEntry[], after: readonly AclEntry[]): number | null {
  const removed = before.filter((entry) => !after.includes(entry));
  const [only] = removed;
  const kept = before.length - removed.length === after.length;
  if (only === undefined || removed.length !== 1 || !kept || only.rowId === null) return null;
  return pathId(only.rowId);
}

function idOf(object: GrafanaObject): number {
  if (object.id === null) {
    throw new DashctlError('bad-answer', `The server does not tell the numeric id of "${object.title}".`);
  }
  return pathId(object.id);
}
