/** Who the credentials belong to, and which half of them is bad when they are refused (api/datadog.md §2, §6). */
import { DashctlError } from '../../errors.ts';
import type { Identity } from '../provider.ts';
import { apiKeyIsValid, currentUser, listDashboards } from './api.ts';
import type { DatadogContext } from './context.ts';
import type { WireIncluded } from './wire.ts';

/** Permissions that dashctl's commands need. */
const neededPermissions = [
  'dashboards_read',
  'dashboards_write',
  'dashboards_public_share',
  'dashboards_invite_share',
  'dashboards_embed_share',
  'user_access_read',
  'teams_read',
] as const;

/**
 * Asks the server who we are.
 * @throws DashctlError `not-authenticated` that tells a bad API key from a bad application key
 */
export async function whoami(context: DatadogContext): Promise<Identity> {
  try {
    const { data, included } = await currentUser(context.client);
    const related = included ?? [];
    const { attributes, relationships } = data;
    const roles = namesOf(related, 'roles');
    return {
      name: attributes.email ?? attributes.handle ?? attributes.name ?? data.id,
      kind: attributes.service_account === true ? 'service-account' : 'user',
      organization:
        related.find((one) => one.type === 'orgs' && one.id === relationships?.org?.data?.id)?.attributes
          ?.name ??
        relationships?.org?.data?.id ??
        null,
      role: roles.length === 0 ? null : roles.join(', '),
      server: null,
      missing: missingPermissions(related),
    };
  } catch (error) {
    if (!(error instanceof DashctlError) || (error.status !== 401 && error.status !== 403)) throw error;
    return usesToken(context) ? whoamiByToken(context, error) : throwBadKey(context, error);
  }
}

/** The endpoint takes keys only: a token is good when it may read a dashboard list. */
async function whoamiByToken({ client }: DatadogContext, refusal: DashctlError): Promise<Identity> {
  try {
    await listDashboards(client, { shared: null, deleted: false, count: 1, start: 0 });
  } catch (error) {
    if (!(error instanceof DashctlError) || (error.status !== 401 && error.status !== 403)) throw error;
    throw new DashctlError('not-authenticated', `Datadog refused the access token: ${refusal.message}`, {
      ...statusOf(refusal),
      hint: 'Check DD_BEARER_TOKEN (or DD_ACCESS_TOKEN), and that --site names the site it belongs to.',
    });
  }
  return { name: 'access token', kind: 'api-key', organization: null, role: null, server: null, missing: [] };
}

async function throwBadKey({ client, account }: DatadogContext, refusal: DashctlError): Promise<never> {
  const site = account.baseUrl;
  if (await apiKeyIsValid(client)) {
    throw new DashctlError(
      'not-authenticated',
      'The API key is good, but Datadog refused the application key.',
      {
        ...statusOf(refusal),
        hint: 'Check DD_APP_KEY. A key that is limited to scopes needs user_access_read for this question.',
      },
    );
  }
  throw new DashctlError('not-authenticated', `${site} refused the API key.`, {
    ...statusOf(refusal),
    hint: 'Check DD_API_KEY, and that --site names the site it belongs to: keys of one site are unknown to the others.',
  });
}

function statusOf(error: DashctlError) {
  return {
    ...(error.status === undefined ? {} : { status: error.status }),
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
  };
}

function usesToken({ account }: DatadogContext): boolean {
  return (account.secrets['token'] ?? '') !== '';
}

/** Only where the server lists permissions at all can one be known to be missing. */
function missingPermissions(included: readonly WireIncluded[]): readonly string[] {
  const held = namesOf(included, 'permissions');
  return held.length === 0 ? [] : neededPermissions.filter((name) => !held.includes(name));
}

function namesOf(included: readonly WireIncluded[], type: string): readonly string[] {
  return included.flatMap((one) => {
    const name = one.type === type ? one.attributes?.name : null;
    return typeof name === 'string' ? [name] : [];
  });
}
