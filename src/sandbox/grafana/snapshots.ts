/** Snapshots: frozen dashboards that anyone with the key may read. api/grafana.md §8; recording 06-snapshots. */
import { flag, integer, json, struct, text } from './binding.ts';
import { goInt, goTime, never, ok, refuse } from './call.ts';
import type { Call, Reply } from './call.ts';
import type { Generation } from './generation.ts';
import { route, routeWithBody } from './router.ts';
import type { Route } from './router.ts';
import { nextId, removeWhere } from './state.ts';
import type { Snapshot } from './state.ts';
import { isLike, randomText, sortKeys } from './text.ts';

const createBody = struct('models.CreateDashboardSnapshotCommand', {
  dashboard: json('Dashboard'),
  name: text(),
  expires: integer(),
  external: flag(),
  key: text(),
  deleteKey: text(),
});

const fiftyYears = 60 * 60 * 24 * 365 * 50;

/** Routes of snapshots for a generation. */
export function snapshotRoutes(generation: Generation): Route[] {
  const owned = generation.ownedSnapshots;
  return [
    route('GET', '/api/snapshot/shared-options', owned ? 'signedIn' : 'anyone', sharedOptions),
    routeWithBody('POST', '/api/snapshots', owned ? 'signedIn' : 'anyone', createBody, create),
    route('GET', '/api/dashboard/snapshots', 'signedIn', list),
    route('GET', '/api/snapshots/:key', 'anyone', show),
    ...(owned ? [route('DELETE', '/api/snapshots/:key', 'editor', removeByKey)] : []),
    route('GET', '/api/snapshots-delete/:deleteKey', owned ? 'signedIn' : 'editor', removeByDeleteKey, {
      writes: true,
    }),
  ];
}

function sharedOptions(call: Call): Reply {
  return ok({
    externalEnabled: true,
    externalSnapshotName: 'Publish to snapshot.raintank.io',
    externalSnapshotURL: 'https://snapshots-origin.raintank.io',
    ...(call.generation.modern ? { snapshotEnabled: true } : {}),
  });
}

function create(call: Call, body: ReturnType<typeof createBody.zero>): Reply {
  const { state, now, caller, generation, baseUrl } = call;
  const keepsKeys = generation.ownedSnapshots || body.external;
  // Publishing elsewhere needs a network that the sandbox does not use.
  if (body.external && generation.ownedSnapshots) refuse(500, 'Failed to create external snapshot');
  if (body.external && (body.key === '' || body.deleteKey === '')) {
    refuse(400, 'Missing key and delete key for external snapshot');
  }
  const key = keepsKeys && body.key !== '' ? body.key : randomText(32);
  const deleteKey = keepsKeys && body.deleteKey !== '' ? body.deleteKey : randomText(32);
  if (state.snapshots.some((one) => one.key === key || one.deleteKey === deleteKey)) {
    refuse(500, 'Failed to create snapshot');
  }
  const seconds = body.expires > 0 ? body.expires : fiftyYears;
  const snapshot: Snapshot = {
    id: nextId(state, 'snapshot'),
    name: body.name === '' ? 'Unnamed snapshot' : body.name,
    key,
    deleteKey,
    orgId: body.external ? -1 : caller.orgId,
    userId: body.external ? -1 : caller.userId,
    external: body.external,
    externalUrl: '',
    expires: now + seconds * 1000,
    created: now,
    updated: now,
    dashboard: body.dashboard,
  };
  state.snapshots.push(snapshot);
  const answer = {
    deleteKey,
    deleteUrl: `${baseUrl}/api/snapshots-delete/${deleteKey}`,
    key,
    url: `${baseUrl}/dashboard/snapshot/${key}`,
  };
  return ok(generation.ownedSnapshots ? { ...answer, id: snapshot.id } : answer);
}

/** Admins see all of the organization, others their own; 5.0 beta shows everybody all, with the delete keys. */
function list(call: Call): Reply {
  const { state, caller, query, generation } = call;
  const limit = goInt(query.get('limit') ?? '');
  const wanted = query.get('query') ?? '';
  const seesAll = caller.role === 'Admin' || !generation.ownedSnapshots;
  const found = state.snapshots
    .filter(
      (one) => one.orgId === caller.orgId && (seesAll || (one.userId === caller.userId && caller.userId > 0)),
    )
    .filter((one) => wanted === '' || isLike(one.name, wanted));
  const rows = found.slice(0, limit > 0 ? limit : 1000).map((one) => ({
    id: one.id,
    name: one.name,
    key: one.key,
    ...(generation.ownedSnapshots ? {} : { deleteKey: one.deleteKey }),
    orgId: one.orgId,
    userId: one.userId,
    external: one.external,
    externalUrl: one.externalUrl,
    expires: goTime(one.expires),
    created: goTime(one.created),
    updated: goTime(one.updated),
  }));
  return ok(rows);
}

function show(call: Call): Reply {
  const snapshot = call.state.snapshots.find((one) => one.key === call.params.key);
  if (snapshot === undefined) return refuseUnknown(call);
  if (snapshot.expires <= call.now) refuse(404, 'Dashboard snapshot not found');
  const { generation } = call;
  const meta = {
    isSnapshot: true,
    type: 'snapshot',
    canSave: false,
    canEdit: false,
    canAdmin: false,
    canStar: false,
    slug: '',
    url: '',
    expires: goTime(snapshot.expires),
    created: goTime(snapshot.created),
    updated: never,
    updatedBy: '',
    createdBy: '',
    version: 0,
    hasAcl: false,
    isFolder: false,
    folderId: 0,
    folderTitle: '',
    folderUrl: '',
    ...(generation.saving === 'beta' ? {} : { provisioned: false, provisionedExternalId: '' }),
  };
  return ok({ meta, dashboard: sortKeys(snapshot.dashboard) });
}

function removeByKey(call: Call): Reply {
  const removed = removeWhere(call.state.snapshots, (one) => one.key === call.params.key);
  return removedAnswer(call, removed[0]);
}

function removeByDeleteKey(call: Call): Reply {
  const removed = removeWhere(call.state.snapshots, (one) => one.deleteKey === call.params.deleteKey);
  return removedAnswer(call, removed[0]);
}

function removedAnswer(call: Call, removed: Snapshot | undefined): Reply {
  if (!call.generation.ownedSnapshots) {
    return ok({ message: "Snapshot deleted. It might take an hour before it's cleared from a CDN cache." });
  }
  if (removed === undefined) return refuseUnknown(call);
  return ok({
    id: removed.id,
    message: "Snapshot deleted. It might take an hour before it's cleared from any CDN caches.",
  });
}

function refuseUnknown(call: Call): never {
  if (call.generation.modern) refuse(404, 'Failed to get dashboard snapshot');
  refuse(500, 'Failed to get dashboard snapshot');
}
