/** What a visitor of a public link meets: pages, the lock of protected ones, HTML for what is gone (api/posthog.md §9). */
import { createHash } from 'node:crypto';
import { projectOf } from './access.ts';
import { ok, Refusal } from './answers.ts';
import type { Answer, Call, Endpoints } from './answers.ts';
import { organizationOf, stamp } from './state.ts';
import type { Dashboard, PosthogState, Share } from './state.ts';

const html = { 'content-type': 'text/html; charset=utf-8' };
const day = 86_400;

export function sharedPageEndpoints(on: Endpoints): void {
  for (const base of ['/shared', '/embedded', '/shared_dashboard']) {
    on.visit(`${base}/:token`, (state, call) => {
      const [token, suffix] = tokenOf(call);
      const { share, dashboard } = reachable(state, call, token);
      if (share.passwordRequired && !unlocked(state, call, share)) {
        return page(`<script>window.POSTHOG_EXPORTED_DATA = ${JSON.stringify({ type: 'unlock' })}</script>`);
      }
      dashboard.lastAccessed = stamp(call.now);
      const data = { type: 'scene', dashboard: { id: dashboard.id, name: dashboard.name } };
      if (suffix === '.json') return ok(data);
      if (suffix === '.png') {
        const location = `${call.world.baseUrl()}/uploaded_media/${dashboard.id}.png`;
        return { status: 302, body: Buffer.alloc(0), headers: { ...html, location } };
      }
      return page(`<script>window.POSTHOG_EXPORTED_DATA = ${JSON.stringify(data)}</script>`);
    });

    on.post(`${base}/:token`, (state, call) => {
      const [token] = tokenOf(call);
      const { share } = reachable(state, call, token);
      const { password } = call.object();
      const right = state.passwords.find(
        (one) => one.dashboard === share.dashboard && one.password === password,
      );
      if (right === undefined) throw new Refusal(401, { error: 'Incorrect password' });
      const shareToken = ticket(share, right.password);
      const cookie = `posthog_sharing_token=${shareToken}; Max-Age=${day}; Path=/; HttpOnly; SameSite=Lax`;
      return { status: 200, body: { shareToken }, headers: { 'set-cookie': cookie } };
    });
  }
}

function tokenOf(call: Call): readonly [token: string, suffix: string] {
  const [, token = '', suffix = ''] = /^(.*?)(\.json|\.png)?$/.exec(call.param('token')) ?? [];
  return [token, suffix];
}

/** @throws Refusal 404, a web page, for what is unknown, off, out of time or deleted */
function reachable(
  state: PosthogState,
  call: Call,
  token: string,
): { readonly share: Share; readonly dashboard: Dashboard } {
  const share = state.shares.find((one) => one.token === token);
  const dashboard = state.dashboards.find((one) => one.id === share?.dashboard && !one.deleted);
  const gone = new Refusal(404, Buffer.from('<!doctype html><title>404 - Page not found</title>'), html);
  if (share === undefined || dashboard === undefined) throw gone;
  const organization = organizationOf(state, projectOf(state, dashboard));
  const blocked =
    organization.features.includes('organization_security_settings') &&
    !organization.allowPubliclySharedResources;
  if (blocked || !share.enabled || (share.expires !== null && share.expires <= call.now)) throw gone;
  return { share, dashboard };
}

function unlocked(state: PosthogState, call: Call, share: Share): boolean {
  const cookie = /(?:^|;\s*)posthog_sharing_token=([^;]+)/.exec(call.header('cookie') ?? '')?.[1];
  return state.passwords.some(
    (one) => one.dashboard === share.dashboard && ticket(share, one.password) === cookie,
  );
}

/** Ends with the password and with the link. */
function ticket(share: Share, password: string): string {
  return createHash('sha256').update(`${share.token}\n${password}`).digest('hex');
}

function page(script: string): Answer {
  return {
    status: 200,
    body: Buffer.from(`<!doctype html><title>PostHog</title>${script}`),
    headers: html,
  };
}
