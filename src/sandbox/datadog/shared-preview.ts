/** Preview endpoints of v2: the shares of a dashboard and secure embeds (api/datadog.md §4; described, not recorded). */
import { randomBytes } from 'node:crypto';
import { noContent, ok, refusalObject } from './answers.ts';
import type { Call, Endpoints } from './answers.ts';
import { titleOf } from './dashboards.ts';
import { newShare, shareUrl } from './shares.ts';
import { isObject, liveDashboard, userOf } from './state.ts';
import type { Dashboard, DatadogState, JsonObject, Share } from './state.ts';

export function sharedPreviewEndpoints(on: Endpoints): void {
  on.get('/api/v2/dashboard/:id/shared', (state, call) => {
    const dashboard = found(state, call);
    const shares = state.shares.filter((share) => share.dashboard === dashboard.id);
    return ok({
      data: shares.map((share) => sharedWire(state, share)),
      included: included(state, dashboard, shares),
    });
  });

  const path = '/api/v2/dashboard/:id/shared/secure-embed';

  on.post(path, (state, call) => {
    const dashboard = found(state, call);
    const attributes = call.attributes();
    for (const key of [
      'status',
      'title',
      'global_time',
      'global_time_selectable',
      'selectable_template_vars',
    ]) {
      if (!(key in attributes)) throw refusalObject(400, 'Bad Request', `'${key}' is a required field`);
    }
    if (!('viewing_preferences' in attributes)) {
      throw refusalObject(400, 'Bad Request', "'viewing_preferences' is a required field");
    }
    const share = newShare(dashboard, call.user, call.now);
    share.shareType = 'secure-embed';
    share.credential = randomBytes(32).toString('hex');
    change(share, attributes);
    state.shares.push(share);
    return ok(embedWire(share, 'secure_embed_create_response', { credential: share.credential }));
  });

  on.get(`${path}/:token`, (state, call) => {
    const share = foundEmbed(state, call);
    return ok(embedWire(share, 'secure_embed_get_response', suffix(share)));
  });

  on.patch(`${path}/:token`, (state, call) => {
    const share = foundEmbed(state, call);
    change(share, call.attributes());
    return ok(embedWire(share, 'secure_embed_update_response', suffix(share)));
  });

  on.delete(`${path}/:token`, (state, call) => {
    const share = foundEmbed(state, call);
    state.shares = state.shares.filter((one) => one !== share);
    return noContent;
  });
}

function found(state: DatadogState, call: Call): Dashboard {
  const id = call.param('id');
  const dashboard = liveDashboard(state, id);
  if (dashboard === undefined) throw refusalObject(404, 'Not Found', `Dashboard with ID ${id} not found`);
  return dashboard;
}

function foundEmbed(state: DatadogState, call: Call): Share {
  const dashboard = found(state, call);
  const token = call.param('token');
  const share = state.shares.find((one) => one.token === token && one.dashboard === dashboard.id);
  if (share?.shareType !== 'secure-embed')
    throw refusalObject(404, 'Not Found', 'Shared Dashboard not found');
  return share;
}

function change(share: Share, sent: JsonObject): void {
  if ('status' in sent) {
    if (sent['status'] !== 'active' && sent['status'] !== 'paused') {
      throw refusalObject(400, 'Bad Request', "'status' must be one of: active, paused");
    }
    share.status = sent['status'];
  }
  if (typeof sent['title'] === 'string') share.title = sent['title'];
  if ('global_time' in sent) share.globalTime = sent['global_time'];
  if ('global_time_selectable' in sent) share.globalTimeSelectable = sent['global_time_selectable'];
  if ('selectable_template_vars' in sent) share.selectableTemplateVars = sent['selectable_template_vars'];
  if ('viewing_preferences' in sent) share.viewingPreferences = sent['viewing_preferences'];
}

function suffix(share: Share): JsonObject {
  return { credential_suffix: share.credential?.slice(-4) ?? '' };
}

function embedWire(share: Share, type: string, secret: JsonObject): JsonObject {
  return {
    data: {
      id: share.id,
      type,
      attributes: {
        id: share.id,
        token: share.token,
        url: shareUrl(share),
        dashboard_id: share.dashboard,
        share_type: 'secure_embed',
        status: share.status,
        title: share.title,
        created_at: share.created,
        global_time: share.globalTime,
        global_time_selectable: share.globalTimeSelectable,
        selectable_template_vars: share.selectableTemplateVars,
        viewing_preferences: share.viewingPreferences,
        ...secret,
      },
    },
  };
}

/** A share in the names of v2. */
function sharedWire(state: DatadogState, share: Share): JsonObject {
  const preferences = isObject(share.viewingPreferences) ? share.viewingPreferences : {};
  return {
    id: share.id,
    type: 'shared_dashboard',
    attributes: {
      created_at: share.created,
      embeddable_domains: share.embeddableDomains,
      expiration: share.expiration,
      global_time: share.globalTime,
      global_time_selectable: share.globalTimeSelectable === true,
      invitees: (share.invitees ?? []).map((invitee) => ({
        access_expiration: invitee.accessExpiration,
        created_at: invitee.created,
        email: invitee.email,
      })),
      last_accessed: share.lastAccessed,
      selectable_template_vars: variables(share.selectableTemplateVars),
      share_type: share.shareType,
      sharer_disabled: userOf(state, share.author).disabled,
      status: share.status,
      title: share.title,
      token: share.token,
      url: shareUrl(share),
      viewing_preferences: { high_density: false, theme: 'system', ...preferences },
    },
    relationships: {
      dashboard: { data: { id: share.dashboard, type: 'dashboard' } },
      sharer: { data: { id: share.author, type: 'user' } },
    },
  };
}

/** v1 says `default_value`, v2 `default_values`. */
function variables(value: unknown): JsonObject[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isObject).map((one) => ({
    allow_any_value: one['allow_any_value'] === true,
    default_values: Array.isArray(one['default_values'])
      ? one['default_values']
      : [one['default_value']].filter((text) => typeof text === 'string'),
    name: one['name'] ?? '',
    prefix: one['prefix'] ?? '',
    type: one['type'] ?? 'group',
    visible_tags: Array.isArray(one['visible_tags']) ? one['visible_tags'] : [],
  }));
}

function included(state: DatadogState, dashboard: Dashboard, shares: readonly Share[]): JsonObject[] {
  if (shares.length === 0) return [];
  const sharers = [...new Set(shares.map((share) => share.author))].map((id) => userOf(state, id));
  return [
    ...sharers.map((user) => ({
      id: user.id,
      type: 'user',
      attributes: { handle: user.handle, name: user.name ?? '' },
    })),
    { id: dashboard.id, type: 'dashboard', attributes: { title: titleOf(dashboard) } },
  ];
}
