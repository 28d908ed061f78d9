/** People as PostHog prints them wherever it names one. */
import { userOf } from './state.ts';
import type { JsonObject, PosthogState } from './state.ts';

/** The short form of a user: `UserBasic`. */
export function userBasic(state: PosthogState, uuid: string): JsonObject {
  const user = userOf(state, uuid);
  return {
    id: user.id,
    uuid: user.uuid,
    distinct_id: user.uuid.replaceAll('-', ''),
    first_name: user.firstName,
    last_name: user.lastName,
    email: user.email,
    is_email_verified: true,
    hedgehog_config: null,
    role_at_organization: null,
  };
}
