/** The PostHog room: dashboards, sharing, collaborators and access controls as us.posthog.com has them. */
import type { Room } from '../room.ts';
import { accessControlEndpoints } from './access-controls.ts';
import { endpoints, notFound, refuse } from './answers.ts';
import { collaboratorEndpoints } from './collaborators.ts';
import { dashboardEndpoints } from './dashboards.ts';
import { peopleEndpoints } from './people.ts';
import { homeProject, posthogKeys, seedPosthog } from './seed.ts';
import { sharedPageEndpoints } from './shared-pages.ts';
import { sharingEndpoints } from './sharing.ts';
import type { PosthogState } from './state.ts';

export const posthogRoom: Room<PosthogState> = {
  name: 'posthog',
  seed: seedPosthog,
  env: (baseUrl) => ({
    POSTHOG_HOST: baseUrl,
    POSTHOG_PERSONAL_API_KEY: posthogKeys.administrator,
    POSTHOG_PROJECT_ID: String(homeProject),
  }),
  rateLimit: {
    // Nothing tells how much is left before it is used up (api/posthog.md §5).
    headers: (facts, exceeded) => (exceeded ? { 'retry-after': String(facts.reset) } : {}),
    body: (facts) =>
      JSON.stringify({
        type: 'throttled_error',
        code: 'throttled',
        detail: `Request was throttled. Expected available in ${facts.reset} seconds.`,
        attr: null,
      }),
  },
  routes(app, store, world) {
    const on = endpoints(app, store, world);
    dashboardEndpoints(on);
    collaboratorEndpoints(on);
    sharingEndpoints(on);
    sharedPageEndpoints(on);
    accessControlEndpoints(on);
    peopleEndpoints(on);
    app.setNotFoundHandler((_request, reply) => refuse(reply, notFound('Endpoint not found.')));
  },
};
