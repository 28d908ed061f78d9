/** What a server says of itself: health, settings, statistics. Recordings 01-health. */
import { ok } from './call.ts';
import type { Call, Reply } from './call.ts';
import type { Generation } from './generation.ts';
import { route } from './router.ts';
import type { Route } from './router.ts';

/** Routes of the settings and statistics. */
export function serverInfoRoutes(): Route[] {
  return [
    route('GET', '/api/frontend/settings', 'signedIn', settings),
    route('GET', '/api/admin/stats', 'serverAdmin', statistics),
  ];
}

/** `GET /api/health`, answered before any credentials are looked at. */
export function health(generation: Generation): Reply {
  return ok({ commit: 'NA', database: 'ok', version: generation.version });
}

function settings(call: Call): Reply {
  const { generation, caller, baseUrl } = call;
  const buildInfo = {
    buildstamp: 1795300581,
    commit: 'NA',
    env: 'production',
    hasUpdate: false,
    latestVersion: '',
  };
  const base = {
    alertingEnabled: !generation.modern,
    allowOrgCreate: caller.isServerAdmin,
    appSubUrl: new URL(baseUrl).pathname.replace(/\/$/, ''),
    authProxyEnabled: false,
    buildInfo: { ...buildInfo, version: generation.version },
    datasources: {},
    defaultDatasource: '-- Grafana --',
    disableLoginForm: false,
    externalUserMngInfo: '',
    externalUserMngLinkName: '',
    externalUserMngLinkUrl: '',
    googleAnalyticsId: '',
    ldapEnabled: false,
    panels: {},
  };
  if (generation.saving === 'beta') return ok(base);
  const edition = 'Open Source';
  return ok({
    ...base,
    buildInfo: { ...base.buildInfo, edition, hideVersion: false, isEnterprise: false },
    alertingErrorOrTimeout: 'alerting',
    alertingMinInterval: 1,
    alertingNoDataOrNullValues: 'no_data',
    appUrl: `${baseUrl}/`,
    autoAssignOrg: true,
    awsAllowedAuthProviders: ['default', 'keys', 'credentials'],
    awsAssumeRoleEnabled: true,
    disableSanitizeHtml: false,
    disableUserSignUp: true,
    editorsCanAdmin: false,
    exploreEnabled: true,
    expressionsEnabled: true,
    featureToggles: {},
    http2Enabled: false,
    licenseInfo: {
      edition,
      expiry: 0,
      hasLicense: false,
      hasValidLicense: false,
      licenseUrl: '/admin/upgrading',
      stateInfo: '',
    },
    loginHint: 'email or username',
    marketplaceUrl: 'https://grafana.com/grafana/plugins/',
    minRefreshInterval: '5s',
    passwordHint: 'password',
    pluginsToPreload: [],
    rendererAvailable: false,
    sentry: { enabled: false, dsn: '', customEndpoint: '/log', sampleRate: 1 },
    sigV4AuthEnabled: false,
    verifyEmailEnabled: false,
    viewersCanEdit: false,
    ...(generation.modern ? { publicDashboardsEnabled: true, rbacEnabled: true } : {}),
  });
}

function statistics(call: Call): Reply {
  const { state, generation } = call;
  const people = state.users.filter((user) => !user.isServiceAccount);
  const count = (role: string): number => state.members.filter((one) => one.role === role).length;
  const base = {
    orgs: state.orgs.length,
    dashboards: state.dashboards.filter((one) => !one.isFolder).length,
    snapshots: state.snapshots.length,
    tags: 0,
    datasources: 0,
    playlists: 0,
    stars: state.stars.length,
    alerts: 0,
    users: people.length,
    activeUsers: people.length,
  };
  if (generation.saving === 'beta') return ok(base);
  return ok({
    ...base,
    admins: count('Admin'),
    editors: count('Editor'),
    viewers: count('Viewer'),
    activeAdmins: count('Admin'),
    activeEditors: count('Editor'),
    activeViewers: count('Viewer'),
    activeSessions: state.sessions.length,
  });
}
