/** The sharing configuration of a dashboard: link, settings, rotation, passwords (api/posthog.md §9). */
import { randomBytes } from 'node:crypto';
import { accessTo, atLeast, dashboardFor, enter, mayEditRestricted } from './access.ts';
import type { Place } from './access.ts';
import { created, forbidden, invalid, noContent, notFound, ok, Refusal } from './answers.ts';
import type { Call, Endpoints } from './answers.ts';
import { prefixes } from './dashboards.ts';
import { isObject, nextId, shareOf, stamp, userOf } from './state.ts';
import type { AccessLevel, Dashboard, JsonObject, PosthogState, Share, SharePassword } from './state.ts';

/** A rotated link works this much longer, in milliseconds. */
export const grace = 5 * 60_000;

const settingNames = [
  'whitelabel',
  'noHeader',
  'showInspector',
  'legend',
  'detailed',
  'hideExtraDetails',
  'theme',
];

export function sharingEndpoints(on: Endpoints): void {
  for (const prefix of prefixes) {
    const base = `${prefix}/dashboards/:dashboard/sharing`;

    on.get(base, (state, call) => {
      const place = enter(state, call, 'sharing_configuration:read');
      const dashboard = dashboardFor(state, call, place, 'viewer', 'Dashboard not found.');
      return ok(shown(state, place, dashboard));
    });

    on.patch(base, (state, call) => {
      const { place, dashboard } = editor(state, call);
      change(state, call, place, dashboard);
      return ok(shown(state, place, dashboard));
    });

    on.post(`${base}/refresh`, (state, call) => {
      const { place, dashboard } = editor(state, call);
      const share = ensured(state, call, dashboard);
      state.shares.push({ ...share, expires: call.now + grace });
      share.token = newToken();
      return ok(shown(state, place, dashboard));
    });

    on.post(`${base}/passwords`, (state, call) => {
      const { place, dashboard } = editor(state, call);
      requirePasswords(place, 'Password management');
      if (shareOf(state, dashboard.id)?.passwordRequired !== true) {
        throw new Refusal(400, { error: 'Password protection must be enabled before creating passwords' });
      }
      const made = newPassword(state, call, place, dashboard);
      return created({
        id: made.id,
        password: made.password,
        note: made.note,
        created_at: made.created,
        created_by_email: place.user.email,
      });
    });

    on.delete(`${base}/passwords/:password`, (state, call) => {
      const { place, dashboard } = editor(state, call);
      requirePasswords(place, 'Password management');
      const id = call.number('password');
      const found = state.passwords.find((one) => one.id === id && one.dashboard === dashboard.id);
      if (found === undefined) throw notFound('Password not found');
      state.passwords = state.passwords.filter((one) => one !== found);
      return noContent;
    });
  }
}

export function newToken(): string {
  return randomBytes(22).toString('base64url');
}

/** Sharing checks both kinds of rights, and speaks of both in the words of the older one. */
function editor(state: PosthogState, call: Call): { place: Place; dashboard: Dashboard } {
  const place = enter(state, call, 'sharing_configuration:write');
  const dashboard = dashboardFor(state, call, place, 'viewer', 'Dashboard not found.');
  const { level } = accessTo(state, place.project, place.member, dashboard);
  if (!atLeast(level, 'editor') || !mayEditRestricted(state, dashboard, place.member)) {
    throw forbidden("You don't have edit permissions for this dashboard.");
  }
  return { place, dashboard };
}

function change(state: PosthogState, call: Call, place: Place, dashboard: Dashboard): void {
  const { enabled, settings, password_required: locked } = call.object();
  const { organization } = place;
  const blocked =
    organization.features.includes('organization_security_settings') &&
    !organization.allowPubliclySharedResources;
  if (blocked && enabled !== false) throw forbidden('Public sharing is disabled for this organization.');
  if (settings !== undefined && settings !== null && !isObject(settings)) {
    throw invalid('Settings must be a dictionary', 'settings');
  }
  if (locked === true && !organization.features.includes('advanced_permissions')) {
    throw new Refusal(403, { error: 'Sharing with password requires the Advanced Permissions feature' });
  }
  const share = ensured(state, call, dashboard);
  if (settings !== undefined) share.settings = settings === null ? null : known(settings);
  if (typeof locked === 'boolean') share.passwordRequired = locked;
  if (typeof enabled !== 'boolean') return;
  const again = enabled && !share.enabled && share.created !== stamp(call.now);
  if (again && !organization.reusesLinks) share.token = newToken();
  share.enabled = enabled;
}

/** The whole object is replaced; unknown keys are dropped. */
function known(settings: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => settingNames.includes(name)));
}

function ensured(state: PosthogState, call: Call, dashboard: Dashboard): Share {
  const found = shareOf(state, dashboard.id);
  if (found !== undefined) return found;
  const made: Share = {
    dashboard: dashboard.id,
    created: stamp(call.now),
    enabled: false,
    token: newToken(),
    settings: null,
    passwordRequired: false,
    expires: null,
  };
  state.shares.push(made);
  return made;
}

function requirePasswords(place: Place, what: string): void {
  if (place.organization.features.includes('advanced_permissions')) return;
  throw new Refusal(403, { error: `${what} requires the Advanced Permissions feature` });
}

function newPassword(state: PosthogState, call: Call, place: Place, dashboard: Dashboard): SharePassword {
  const { raw_password: raw, note } = call.object();
  const text = typeof raw === 'string' ? raw : '';
  if (text !== '' && text.length < 8) {
    throw invalid('Password must be at least 8 characters long.', 'raw_password');
  }
  if (typeof note === 'string' && note.length > 100) {
    throw invalid('Ensure this field has no more than 100 characters.', 'note', 'max_length');
  }
  const made: SharePassword = {
    id: nextId(state),
    dashboard: dashboard.id,
    password: text === '' ? randomBytes(15).toString('base64url') : text,
    note: typeof note === 'string' ? note : '',
    author: place.user.uuid,
    created: stamp(call.now),
  };
  state.passwords.push(made);
  return made;
}

/** Before the first use the token is a throw-away, another one each time. */
function shown(state: PosthogState, place: Place, dashboard: Dashboard): JsonObject {
  const share = shareOf(state, dashboard.id);
  return {
    created_at: share?.created ?? null,
    enabled: share?.enabled ?? false,
    access_token: share?.token ?? newToken(),
    settings: share?.settings ?? null,
    password_required: share?.passwordRequired ?? false,
    share_passwords: state.passwords
      .filter((one) => one.dashboard === dashboard.id)
      .map((one) => ({
        id: one.id,
        created_at: one.created,
        note: one.note,
        created_by_email: userOf(state, one.author).email,
        is_active: true,
      })),
    user_access_level: levelOnLink(state, place, dashboard),
  };
}

/** The link is a resource of its own: an author manages the dashboard, but edits its link like everyone else. */
function levelOnLink(state: PosthogState, place: Place, dashboard: Dashboard): AccessLevel {
  const { level, source } = accessTo(state, place.project, place.member, dashboard);
  return level === 'manager' && source !== 'organization_admin' ? 'editor' : level;
}
