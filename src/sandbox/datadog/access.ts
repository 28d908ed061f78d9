/** Who asks: keys or a bearer token (api/datadog.md §2). Answers to bad ones are assumed (§9). */
import type { FastifyRequest } from 'fastify';
import { Refusal } from './answers.ts';
import type { Credential, DatadogState, User } from './state.ts';
import { userOf } from './state.ts';

/** Endpoints that take a pair of keys and no bearer token. */
const keysOnly = /^\/[^/]+\/api\/v2\/(current_user|validate_keys)\b/;
/** Endpoints that are content with an API key. */
const apiKeyOnly = /^\/[^/]+\/api\/(v1|v2)\/validate(\?|$)/;

/** The user behind a request. Accounts without a write permission may only read. @throws Refusal 401 or 403 */
export function admit(state: DatadogState, request: FastifyRequest): User {
  const user = userOf(state, credential(state, request).user);
  if (user.disabled) throw new Refusal(403, 'Forbidden');
  if (request.method !== 'GET' && !mayWrite(state, user)) {
    throw new Refusal(403, 'Forbidden', 'Failed permission authorization checks');
  }
  return user;
}

function credential(state: DatadogState, request: FastifyRequest): Credential {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) {
    if (keysOnly.test(request.originalUrl)) throw new Refusal(401, 'Unauthorized');
    return known(state.credentials.find((one) => one.bearer === bearer));
  }
  const apiKey = request.headers['dd-api-key'];
  const appKey = request.headers['dd-application-key'];
  return known(
    state.credentials.find(
      (one) => one.apiKey === apiKey && (one.appKey === appKey || apiKeyOnly.test(request.originalUrl)),
    ),
  );
}

function known(found: Credential | undefined): Credential {
  if (found === undefined) throw new Refusal(403, 'Forbidden');
  return found;
}

function mayWrite(state: DatadogState, user: User): boolean {
  return state.roles.some(
    (role) => user.roles.includes(role.id) && role.permissions.includes('dashboards_write'),
  );
}
