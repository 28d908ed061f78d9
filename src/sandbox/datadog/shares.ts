/** Shared dashboards, v1 (api/datadog.md §4). */
import { Refusal, ok } from './answers.ts';
import type { Call, Endpoints } from './answers.ts';
import { dashboardType, titleOf } from './dashboards.ts';
import { newShareToken, newUuid, normalMoment, timestamp } from './format.ts';
import { isObject, liveDashboard, userOf } from './state.ts';
import type { Dashboard, DatadogState, Invitee, JsonObject, Share, User } from './state.ts';

const liveSpans = new Set(['15m', '1h', '4h', '1d', '2d', '1w', '1mo', '3mo']);
const sharesPerDashboard = 1000;

export function shareEndpoints(on: Endpoints): void {
  on.post('/api/v1/dashboard/public', (state, call) => {
    const sent = call.json();
    const dashboard = sharedDashboard(state, sent);
    const share = newShare(dashboard, call.user, call.now);
    change(state, share, { share_type: 'open', ...sent }, call.now);
    state.shares.push(share);
    return ok(wire(state, share));
  });

  on.get('/api/v1/dashboard/public/:token', (state, call) => ok(wire(state, foundShare(state, call))));

  on.put('/api/v1/dashboard/public/:token', (state, call) => {
    const share = foundShare(state, call);
    change(state, share, call.json(), call.now);
    return ok(wire(state, share));
  });

  on.delete('/api/v1/dashboard/public/:token', (state, call) => {
    const share = foundShare(state, call);
    state.shares = state.shares.filter((one) => one !== share);
    return ok({ deleted_public_dashboard_token: share.token });
  });
}

/** The share of a v1 request; shares of deleted dashboards rest until the dashboard comes back. @throws Refusal 404 */
export function foundShare(state: DatadogState, call: Call): Share {
  const share = state.shares.find(
    (one) => one.token === call.param('token') && one.shareType !== 'secure-embed',
  );
  if (share === undefined || liveDashboard(state, share.dashboard) === undefined) {
    throw new Refusal(404, 'Shared Dashboard not found');
  }
  return share;
}

/** A share with all defaults, not yet in the state. */
export function newShare(dashboard: Dashboard, author: User, now: number): Share {
  return {
    token: newShareToken(),
    id: newUuid(),
    dashboard: dashboard.id,
    dashboardType: dashboardType(dashboard),
    author: author.id,
    created: timestamp(now),
    lastAccessed: null,
    shareType: 'open',
    status: 'active',
    title: titleOf(dashboard),
    viewingPreferences: {},
    expiration: null,
    globalTime: null,
    globalTimeSelectable: false,
    selectableTemplateVars: null,
    invitees: null,
    embeddableDomains: [],
    sessionDays: null,
    invitations: [],
    credential: null,
  };
}

/** Address of a share. The host does not exist, so that nobody is sent anywhere. */
export function shareUrl(share: Share): string {
  return `https://sandbox-datadog.example.com/sb/${share.token}`;
}

function sharedDashboard(state: DatadogState, sent: JsonObject): Dashboard {
  const { dashboard_id: id, dashboard_type: type } = sent;
  if (typeof id !== 'string') throw new Refusal(400, "'dashboard_id' is a required field");
  if (type !== 'custom_timeboard' && type !== 'custom_screenboard') {
    throw new Refusal(400, "'dashboard_type' must be one of: custom_timeboard, custom_screenboard");
  }
  const dashboard = liveDashboard(state, id);
  if (dashboard === undefined || dashboardType(dashboard) !== type)
    throw new Refusal(404, `${type} ${id} not found`);
  if (state.shares.filter((share) => share.dashboard === id).length >= sharesPerDashboard) {
    throw new Refusal(409, `Dashboard ${id} has reached the limit of ${sharesPerDashboard} shares`);
  }
  return dashboard;
}

/** Takes over what was sent and leaves the rest as it is. @throws Refusal 400 */
function change(state: DatadogState, share: Share, sent: JsonObject, now: number): void {
  if ('share_type' in sent) {
    share.shareType = oneOf('share_type', sent['share_type'], ['open', 'invite', 'embed']);
    share.sessionDays = share.shareType === 'invite' ? 30 : null;
  }
  if ('status' in sent) share.status = oneOf('status', sent['status'], ['active', 'paused']);
  if (typeof sent['title'] === 'string') share.title = sent['title'];
  if ('viewing_preferences' in sent) share.viewingPreferences = sent['viewing_preferences'] ?? {};
  if ('expiration' in sent) share.expiration = momentOrNull('expiration', sent['expiration']);
  if ('global_time' in sent) share.globalTime = globalTime(sent['global_time']);
  if ('global_time_selectable_enabled' in sent)
    share.globalTimeSelectable = sent['global_time_selectable_enabled'];
  if ('selectable_template_vars' in sent) share.selectableTemplateVars = sent['selectable_template_vars'];
  if ('embeddable_domains' in sent)
    share.embeddableDomains = strings('embeddable_domains', sent['embeddable_domains']);
  if ('invitees' in sent) share.invitees = invitees(share, sent['invitees'], now);
  else if ('share_list' in sent && sent['share_list'] !== null) {
    const emails = strings('share_list', sent['share_list']);
    share.invitees = invitees(
      share,
      emails.map((email) => ({ email })),
      now,
    );
  }
  if (share.shareType === 'invite') addSharer(state, share, now);
}

/** The addresses as sent; who was there before keeps what is known of them. */
function invitees(share: Share, sent: unknown, now: number): Invitee[] {
  if (!Array.isArray(sent)) throw new Refusal(400, "'invitees' must be a list");
  const time = timestamp(now);
  const list = new Map<string, Invitee>();
  for (const one of sent as readonly unknown[]) {
    if (!isObject(one) || typeof one['email'] !== 'string' || one['email'] === '') {
      throw new Refusal(400, "'invitees' is invalid");
    }
    const email = one['email'];
    const before = share.invitees?.find((invitee) => invitee.email.toLowerCase() === email.toLowerCase());
    list.set(email.toLowerCase(), {
      email,
      accessExpiration:
        'access_expiration' in one
          ? momentOrNull('access_expiration', one['access_expiration'])
          : (before?.accessExpiration ?? null),
      lastAccessed: before?.lastAccessed ?? null,
      created: before?.created ?? time,
    });
  }
  return [...list.values()];
}

/** A service account that shares is put on its own list, first (recorded 2026-03). */
function addSharer(state: DatadogState, share: Share, now: number): void {
  const sharer = userOf(state, share.author);
  share.invitees ??= [];
  if (!sharer.serviceAccount || share.invitees.some((invitee) => invitee.email === sharer.email)) return;
  const own: Invitee = {
    email: sharer.email,
    accessExpiration: null,
    lastAccessed: null,
    created: timestamp(now),
  };
  share.invitees = [own, ...share.invitees];
}

/** A share in the recorded order of keys. */
function wire(state: DatadogState, share: Share): JsonObject {
  const author = userOf(state, share.author);
  return {
    author: { handle: author.handle, name: author.name },
    dashboard_id: share.dashboard,
    dashboard_type: share.dashboardType,
    status: share.status,
    title: share.title,
    viewing_preferences: share.viewingPreferences,
    expiration: share.expiration,
    last_accessed: share.lastAccessed,
    global_time_selectable_enabled: share.globalTimeSelectable,
    global_time: share.globalTime,
    selectable_template_vars: share.selectableTemplateVars,
    token: share.token,
    public_url: shareUrl(share),
    created: share.created,
    share_type: share.shareType,
    share_list: share.invitees === null ? null : share.invitees.map((invitee) => invitee.email),
    session_duration_in_days: share.sessionDays,
    invitees: (share.invitees ?? []).map((invitee) => ({
      email: invitee.email,
      access_expiration: invitee.accessExpiration,
      last_accessed: invitee.lastAccessed,
      created_at: invitee.created,
    })),
    embeddable_domains: share.embeddableDomains,
  };
}

function oneOf(field: string, value: unknown, allowed: readonly string[]): string {
  if (typeof value === 'string' && allowed.includes(value)) return value;
  throw new Refusal(400, `'${field}' must be one of: ${allowed.join(', ')}`);
}

function strings(field: string, value: unknown): string[] {
  const sound = (one: unknown): one is string => typeof one === 'string' && one !== '';
  if (Array.isArray(value) && value.every(sound)) return value;
  throw new Refusal(400, `'${field}' must be a list of texts`);
}

function momentOrNull(field: string, value: unknown): string | null {
  if (value === null) return null;
  const moment = normalMoment(value);
  if (moment === null) throw new Refusal(400, `'${field}' is not a valid date-time`);
  return moment;
}

function globalTime(value: unknown): unknown {
  if (value === null) return null;
  if (isObject(value) && typeof value['live_span'] === 'string' && liveSpans.has(value['live_span']))
    return value;
  throw new Refusal(400, "'global_time' is invalid");
}
