/** Public dashboards: one link per dashboard, readable without an account. api/grafana.md §8. */
import { flag, optional, struct, text } from './binding.ts';
import { goInt, goTime, ok, refuseWithId } from './call.ts';
import type { Call, Reply } from './call.ts';
import type { Generation } from './generation.ts';
import { findByUid, holds, refusePermission } from './rights.ts';
import { route, routeWithBody } from './router.ts';
import type { Route } from './router.ts';
import { removeWhere } from './state.ts';
import type { Dashboard, PublicDashboard } from './state.ts';
import { isRecord, randomText, sortKeys } from './text.ts';
import { randomBytes } from 'node:crypto';

const shareBody = struct('models.PublicDashboardDTO', {
  uid: text(),
  accessToken: text(),
  isEnabled: optional(flag()),
  timeSelectionEnabled: optional(flag()),
  annotationsEnabled: optional(flag()),
  share: text(),
});

type ShareBody = ReturnType<typeof shareBody.zero>;

/** Routes of public dashboards; none on servers without them. */
export function publicDashboardRoutes(generation: Generation): Route[] {
  if (!generation.modern) return [];
  const base = '/api/dashboards/uid/:uid/public-dashboards';
  return [
    route('GET', '/api/dashboards/public-dashboards', 'signedIn', list),
    route('GET', base, 'signedIn', show),
    routeWithBody('POST', base, 'signedIn', shareBody, create, requireRight),
    routeWithBody('PATCH', `${base}/:pdUid`, 'signedIn', shareBody, update, requireRight),
    route('DELETE', `${base}/:pdUid`, 'signedIn', remove),
    route('GET', '/api/public/dashboards/:accessToken', 'anyone', view),
  ];
}

function list(call: Call): Reply {
  const { state, caller, query } = call;
  const wanted = (query.get('query') ?? '').toLowerCase();
  const page = Math.max(goInt(query.get('page') ?? ''), 1);
  const perPage = goInt(query.get('perpage') ?? '') || 1000;
  const rows = state.publicDashboards
    .filter((one) => one.orgId === caller.orgId)
    .flatMap((one) => {
      const object = findByUid(call, one.dashboardUid);
      return object !== undefined && holds(call, object.id, 1) ? [{ one, object }] : [];
    })
    .filter(({ object }) => object.title.toLowerCase().includes(wanted))
    .sort((left, right) => (left.object.title < right.object.title ? -1 : 1));
  const publicDashboards = rows.slice((page - 1) * perPage, page * perPage).map(({ one, object }) => ({
    uid: one.uid,
    accessToken: one.accessToken,
    title: object.title,
    dashboardUid: one.dashboardUid,
    slug: object.slug,
    isEnabled: one.isEnabled,
  }));
  return ok({ publicDashboards, totalCount: rows.length, page, perPage });
}

function show(call: Call): Reply {
  const object = findByUid(call, call.params.uid ?? '');
  if (!holds(call, object?.id ?? -1, 1)) refusePermission('dashboards:read');
  if (object === undefined) return refuseNoDashboard();
  return ok(answerOf(shareOf(call, object) ?? refuseNotFound()));
}

function create(call: Call, body: ShareBody): Reply {
  const { state, caller, now } = call;
  const object = requireWritable(call);
  if (shareOf(call, object) !== undefined) {
    refuseWithId(400, 'publicdashboards.dashboardIsPublic', 'Dashboard is already public');
  }
  checkShare(body.share);
  if (!/^[A-Za-z0-9_-]{0,40}$/.test(body.uid))
    refuseWithId(400, 'publicdashboards.invalidUid', 'Invalid Uid');
  if (body.accessToken !== '' && !/^[0-9a-f]{32}$/.test(body.accessToken)) {
    refuseWithId(400, 'publicdashboards.invalidAccessToken', 'Invalid access token');
  }
  if (state.publicDashboards.some((one) => one.uid === body.uid)) {
    refuseWithId(400, 'publicdashboards.uidExists', 'Public Dashboard Uid already exists');
  }
  if (state.publicDashboards.some((one) => one.accessToken === body.accessToken)) {
    refuseWithId(400, 'publicdashboards.accessTokenExists', 'Public Dashboard Access Token already exists');
  }
  const share: PublicDashboard = {
    uid: body.uid === '' ? randomText(14).toLowerCase() : body.uid,
    accessToken: body.accessToken === '' ? randomBytes(16).toString('hex') : body.accessToken,
    orgId: caller.orgId,
    dashboardUid: object.uid,
    isEnabled: body.isEnabled ?? false,
    timeSelectionEnabled: body.timeSelectionEnabled ?? false,
    annotationsEnabled: body.annotationsEnabled ?? false,
    share: body.share === '' ? 'public' : body.share,
    createdBy: caller.userId,
    updatedBy: caller.userId,
    createdAt: now,
    updatedAt: now,
  };
  state.publicDashboards.push(share);
  return ok(answerOf(share));
}

function update(call: Call, body: ShareBody): Reply {
  const share = requireShare(call);
  checkShare(body.share);
  share.isEnabled = body.isEnabled ?? share.isEnabled;
  share.timeSelectionEnabled = body.timeSelectionEnabled ?? share.timeSelectionEnabled;
  share.annotationsEnabled = body.annotationsEnabled ?? share.annotationsEnabled;
  if (body.share !== '') share.share = body.share;
  share.updatedBy = call.caller.userId;
  share.updatedAt = call.now;
  return ok(answerOf(share));
}

function remove(call: Call): Reply {
  const share = requireShare(call);
  removeWhere(call.state.publicDashboards, (one) => one === share);
  return ok({});
}

/** What a visitor of the link reads. */
function view(call: Call): Reply {
  const { state, params } = call;
  const share = state.publicDashboards.find((one) => one.accessToken === params.accessToken);
  if (share === undefined) return refuseNotFound();
  if (!share.isEnabled) refuseWithId(403, 'publicdashboards.notEnabled', 'Public dashboard paused');
  const object = state.dashboards.find((one) => one.uid === share.dashboardUid && one.orgId === share.orgId);
  if (object === undefined) return refuseNotFound();
  const meta = {
    type: 'db',
    canSave: false,
    canEdit: false,
    canAdmin: false,
    canStar: false,
    canDelete: false,
    slug: object.slug,
    url: '',
    expires: goTime(call.now),
    created: goTime(object.created),
    updated: goTime(object.updated),
    version: object.version,
    hasAcl: false,
    isFolder: false,
    folderId: 0,
    folderUid: '',
    publicDashboardEnabled: true,
  };
  const data = isRecord(object.data) ? object.data : {};
  return ok({ meta, dashboard: sortKeys(data) });
}

function requireRight(call: Call): void {
  if (call.caller.role !== 'Admin') refusePermission('dashboards.public:write');
}

function requireWritable(call: Call): Dashboard {
  requireRight(call);
  const object = findByUid(call, call.params.uid ?? '');
  return object === undefined || object.isFolder ? refuseNoDashboard() : object;
}

function requireShare(call: Call): PublicDashboard {
  const object = requireWritable(call);
  const share = shareOf(call, object);
  return share?.uid === call.params.pdUid && share !== undefined ? share : refuseNotFound();
}

function shareOf(call: Call, object: Dashboard): PublicDashboard | undefined {
  return call.state.publicDashboards.find(
    (one) => one.dashboardUid === object.uid && one.orgId === object.orgId,
  );
}

function checkShare(share: string): void {
  if (share === '' || share === 'public') return;
  // Sharing by e-mail needs a licence that an open source server does not have.
  refuseWithId(400, 'publicdashboards.invalidShareType', 'Invalid share type');
}

function refuseNotFound(): never {
  refuseWithId(404, 'publicdashboards.notFound', 'Public dashboard not found');
}

function refuseNoDashboard(): never {
  refuseWithId(404, 'publicdashboards.dashboardNotFound', 'Dashboard not found');
}

function answerOf(share: PublicDashboard): Record<string, unknown> {
  const { uid, accessToken, dashboardUid, isEnabled, timeSelectionEnabled, annotationsEnabled } = share;
  return {
    uid,
    dashboardUid,
    accessToken,
    createdBy: share.createdBy,
    updatedBy: share.updatedBy,
    createdAt: goTime(share.createdAt),
    updatedAt: goTime(share.updatedAt),
    timeSelectionEnabled,
    isEnabled,
    annotationsEnabled,
    share: share.share,
    recipients: [],
  };
}
