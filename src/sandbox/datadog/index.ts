/** The Datadog room: dashboards, sharing, invitations and access control as api.datadoghq.com has them. */
import type { Room } from '../room.ts';
import { admit } from './access.ts';
import { Refusal, endpoints, refuse } from './answers.ts';
import { dashboardEndpoints } from './dashboards.ts';
import { invitationEndpoints } from './invitations.ts';
import { listEndpoints } from './lists.ts';
import { peopleEndpoints } from './people.ts';
import { policyEndpoints } from './policies.ts';
import { adminKeys, seedDatadog } from './seed.ts';
import { sharedPreviewEndpoints } from './shared-preview.ts';
import { shareEndpoints } from './shares.ts';
import type { DatadogState } from './state.ts';
import { usageEndpoints } from './usage.ts';

export const datadogRoom: Room<DatadogState> = {
  name: 'datadog',
  seed: seedDatadog,
  env: (baseUrl) => ({ DD_API_KEY: adminKeys.apiKey, DD_APP_KEY: adminKeys.appKey, DD_HOST: baseUrl }),
  rateLimit: {
    headers: (facts) => ({
      'x-ratelimit-limit': String(facts.requests),
      'x-ratelimit-period': String(facts.seconds),
      'x-ratelimit-remaining': String(facts.remaining),
      'x-ratelimit-reset': String(facts.reset),
      'x-ratelimit-name': 'sandbox',
    }),
    body: (facts) =>
      JSON.stringify({
        errors: [
          `Rate limit of ${facts.requests} requests in ${facts.seconds} seconds reached. Please try again later.`,
        ],
      }),
  },
  routes(app, store, world) {
    const on = endpoints(app, store, world, admit);
    dashboardEndpoints(on);
    shareEndpoints(on);
    invitationEndpoints(on);
    sharedPreviewEndpoints(on);
    usageEndpoints(on);
    listEndpoints(on);
    policyEndpoints(on);
    peopleEndpoints(on);
    app.setNotFoundHandler((_request, reply) => refuse(reply, new Refusal(404, 'Not found')));
  },
};
