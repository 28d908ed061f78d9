/**
 * `/api/access-control/{dashboards|folders}/:uid` (9 on): one request per principal, idempotent, inheritance visible
 * (api/grafana.md §7.2).
 */
import { DashctlError } from '../../errors.ts';
import type { HttpRequest } from '../../http/http.ts';
import { path } from '../../http/path.ts';
import type { SafePath } from '../../http/path.ts';
import type { Principal } from '../../model/principal.ts';
import { formatPrincipal } from '../../model/principal-text.ts';
import type { AclBackend, AclChange } from './acl-backend.ts';
import { keyOf } from './acl-entry.ts';
import type { AclEntry, Origin } from './acl-entry.ts';
import type { GrafanaApi } from './api.ts';
import { pathId } from './ids.ts';
import { isPermission, nativeName, permissionFromName } from './map.ts';
import type { GrafanaObject } from './objects.ts';
import type { AccessRow } from './wire.ts';

export function aclAccessControl(api: GrafanaApi): AclBackend {
  return {
    generation: 'access-control',
    replacesList: false,
    mustExceedInherited: false,
    savingReopens: false,
    async read(object) {
      const { rows, raw } = await api.accessRows(kindOf(object), uidOf(object));
      return { entries: rows.map((row) => entryOf(row, object)), raw };
    },
    steps(object, change) {
      return writesOf(change).map(({ principal, entry }) => write(object, principal, entry));
    },
    stages(change) {
      let list = change.before;
      const lists = writesOf(change).map(({ principal, entry }) => {
        const others = list.filter((one) => keyOf(one.principal) !== keyOf(principal));
        return (list = entry === null ? others : [...others, entry]);
      });
      return lists.slice(0, -1);
    },
  };
}

interface Write {
  readonly principal: Principal;
  /** Null takes it away. */
  readonly entry: AclEntry | null;
}

/** First what gives, then what takes, so that nobody who keeps access is without it in between. */
function writesOf({ before, after }: AclChange): readonly Write[] {
  const given = after
    .filter((entry) => !before.includes(entry))
    .map((entry) => ({ principal: entry.principal, entry }));
  const kept = new Set(after.map((entry) => keyOf(entry.principal)));
  const gone = new Map(before.map((entry) => [keyOf(entry.principal), entry.principal]));
  const taken = [...gone]
    .filter(([key]) => !kept.has(key))
    .map(([, principal]) => ({ principal, entry: null }));
  return [...given, ...taken];
}

function write(object: GrafanaObject, principal: Principal, entry: AclEntry | null): HttpRequest {
  const permission = entry?.permission ?? 0;
  if (entry !== null && !isPermission(permission)) {
    throw new DashctlError(
      'refused',
      `${formatPrincipal(principal)} would get a level that Grafana does not have.`,
    );
  }
  return {
    method: 'POST',
    path: routeOf(object, principal),
    body: JSON.stringify({ permission: isPermission(permission) ? nativeName(permission) : '' }),
  };
}

function routeOf(object: GrafanaObject, principal: Principal): SafePath {
  const kind = kindOf(object);
  const uid = uidOf(object);
  if (principal.kind === 'user') return path`/api/access-control/${kind}/${uid}/users/${idOf(principal)}`;
  if (principal.kind === 'team') return path`/api/access-control/${kind}/${uid}/teams/${idOf(principal)}`;
  if (principal.kind === 'role')
    return path`/api/access-control/${kind}/${uid}/builtInRoles/${principal.name ?? ''}`;
  throw new DashctlError('unsupported', `Grafana has no entry for ${formatPrincipal(principal)}.`);
}

/** The list ends with a built-in Admin row that stands for the organization's admins; it is no entry. */
function entryOf(row: AccessRow, object: GrafanaObject): AclEntry {
  let origin: Origin = 'own';
  let from: string | null = null;
  if (row.isInherited === true) {
    origin = 'inherited';
    from = `folder:${object.parent?.uid ?? ''}`;
  } else if (row.isManaged !== true) {
    origin = 'implicit';
    from = 'implicit';
  }
  const permission = permissionFromName(row.permission);
  const native = permission === 0 ? `unknown (${row.permission})` : row.permission;
  return { principal: principalOf(row), permission, native, origin, from, rowId: null, flaw: null };
}

function principalOf(row: AccessRow): Principal {
  if ((row.userId ?? 0) !== 0) {
    return { kind: 'user', id: String(row.userId), name: emptyToNull(row.userLogin), email: null };
  }
  if ((row.teamId ?? 0) !== 0)
    return { kind: 'team', id: String(row.teamId), name: emptyToNull(row.team), email: null };
  return { kind: 'role', id: null, name: emptyToNull(row.builtInRole), email: null };
}

function kindOf(object: GrafanaObject): 'dashboards' | 'folders' {
  return object.kind === 'folder' ? 'folders' : 'dashboards';
}

function idOf(principal: Principal): number {
  return pathId(Number(principal.id));
}

function uidOf(object: GrafanaObject): string {
  if (object.uid !== null) return object.uid;
  throw new DashctlError(
    'bad-answer',
    `The server does not tell a uid of "${object.title}" that may stand in a path.`,
  );
}

function emptyToNull(text: string | null): string | null {
  return text === '' ? null : text;
}
