/** Who the key belongs to, and which of dashctl's scopes it lacks (api/posthog.md §2). */
import type { HttpRequest } from '../../http/http.ts';
import { path } from '../../http/path.ts';
import type { Identity } from '../provider.ts';
import { whoIsIt } from './api.ts';
import type { PosthogContext } from './context.ts';
import { missingScope, readPosthogError } from './errors.ts';

const roles: Readonly<Record<number, string>> = { 1: 'member', 8: 'admin', 15: 'owner' };

/** Asks the server; a key without `user:read` opens the other doors all the same. */
export async function whoami(context: PosthogContext): Promise<Identity> {
  const me = await whoIsIt(context);
  const missing = [...(me === null ? ['user:read'] : []), ...(await missingScopes(context))];
  const level = me?.organization?.membership_level ?? null;
  return {
    name: me?.email ?? 'personal API key',
    kind: me === null ? 'api-key' : 'user',
    organization: me?.organization?.name ?? null,
    role: level === null ? null : (roles[level] ?? String(level)),
    server: null,
    missing,
  };
}

/** No endpoint tells the scopes of a key: the cheapest read of each kind is tried, and a refusal names what it lacks. */
async function missingScopes(context: PosthogContext): Promise<readonly string[]> {
  const { client, places, account } = context;
  const one: HttpRequest['query'] = [['limit', '1']];
  const found = new Set<string>();
  const tryOut = async (request: Pick<HttpRequest, 'path' | 'query'>): Promise<string | null> => {
    const answer = await client.send({ method: 'GET', ...request, accept: [402, 403, 404] });
    const scope = missingScope(readPosthogError(answer.status, answer.text()).message ?? '');
    if (scope !== null) found.add(scope);
    return answer.status === 200 ? answer.text() : null;
  };
  if ((account.settings['project'] ?? '') === '') return [];
  const project = await places.home();
  const list = await tryOut({ path: path`/api/${places.prefix}/${project}/dashboards/`, query: one });
  // The scope is checked before the dashboard is looked up.
  const id = /"id":\s*(\d+)/.exec(list ?? '')?.[1] ?? '1';
  await tryOut({ path: path`/api/${places.prefix}/${project}/dashboards/${id}/sharing/` });
  await tryOut({ path: path`/api/${places.prefix}/${project}/dashboards/${id}/access_controls/` });
  const organization = await places.organization(project);
  await tryOut({ path: path`/api/organizations/${organization}/members/`, query: one });
  return [...found];
}
