/** Who acts, and in which organization. */
import { DashctlError } from '../../errors.ts';
import type { Account, Identity } from '../provider.ts';
import type { GrafanaApi } from './api.ts';
import { generationLabel } from './generation.ts';
import type { Generation } from './generation.ts';
import { once } from './once.ts';

/** The credential in the form in which it is sent. */
export interface Credential {
  readonly kind: 'token' | 'basic';
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** The caller, as far as the server tells. */
export interface Caller {
  readonly kind: 'user' | 'key';
  /** Null for keys, and on 5.0 beta, which says 0. */
  readonly id: number | null;
  readonly login: string | null;
  readonly email: string | null;
  /** Viewer, Editor, Admin; null when unknown (a key without the right to list members). */
  readonly role: string | null;
}

/**
 * Takes the credential out of an account: a token before user and password, and `auth` (either form) last.
 * @throws DashctlError `no-credentials`
 */
export function credentialOf(account: Account): Credential {
  const { token, password, auth } = account.secrets;
  const user = account.settings.user ?? '';
  if (token) return bearer(token);
  if (password && user !== '') return basic(account, user, password);
  if (auth) {
    const colon = auth.indexOf(':');
    return colon > 0 ? basic(account, auth.slice(0, colon), auth.slice(colon + 1)) : bearer(auth);
  }
  throw new DashctlError(
    'no-credentials',
    password
      ? 'Grafana needs a user name with the password.'
      : 'Grafana needs a token, or a user and a password.',
    {
      hint: 'Set GRAFANA_TOKEN, or GRAFANA_USER and GRAFANA_PASSWORD.',
    },
  );
}

/** `bearer` in lower case is 401 (api/grafana.md §3). */
function bearer(token: string): Credential {
  return { kind: 'token', headers: { authorization: `Bearer ${token}` }, secrets: [token] };
}

function basic(account: Account, user: string, password: string): Credential {
  const pair = Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
  const orgId = account.settings.orgId ?? '';
  // Keys ignore the header; with user and password it picks the organization of each request.
  const org = orgId === '' ? {} : { 'x-grafana-org-id': orgId };
  return { kind: 'basic', headers: { authorization: `Basic ${pair}`, ...org }, secrets: [password, pair] };
}

export type Session = ReturnType<typeof grafanaSession>;

/** Facts about the caller, each asked for at most once. */
export function grafanaSession(api: GrafanaApi, account: Account, generation: () => Promise<Generation>) {
  const org = once(() => api.org());
  const user = once(() => api.user());

  /**
   * Servers ignore the organization header of keys and nonsense ids silently, and 5.0 beta writes to objects of other
   * organizations (api/grafana.md §4): no write before the server confirmed where we are.
   * @throws DashctlError `refused` when the credential acts in another organization than the profile says
   */
  const verifyOrg = once(async () => {
    const wanted = account.settings.orgId ?? '';
    const actual = await org();
    if (wanted === '' || String(actual.id) === wanted) return;
    throw new DashctlError(
      'refused',
      `The profile says organization ${wanted}, but the server acts in organization ${actual.id} (${actual.name ?? ''}).`,
      { hint: 'A token belongs to one organization: use one of that organization, or correct --org-id.' },
    );
  });

  const caller = once(async (): Promise<Caller> => {
    const found = await user();
    if (found !== null) {
      const [orgs, current] = await Promise.all([api.userOrgs(), org()]);
      const role = orgs?.find((one) => one.orgId === current.id)?.role ?? null;
      const id = found.id !== null && found.id > 0 ? found.id : null;
      return { kind: 'user', id, login: found.login, email: found.email, role };
    }
    // A key has no profile of its own. The list of members is for organization admins, which tells the one role that matters.
    const members = await api.orgUsers();
    return { kind: 'key', id: null, login: null, email: null, role: members === null ? null : 'Admin' };
  });

  async function whoami(): Promise<Identity> {
    // One request goes first: a wrong password counts once, servers lock an account after a few.
    const known = await user();
    const [where, me, server] = await Promise.all([org(), caller(), generation()]);
    const missing =
      me.role === 'Admin'
        ? []
        : ['Admin in the organization: look up users, and change permissions everywhere'];
    return {
      name: known === null ? 'token' : (emptyToNull(known.email) ?? emptyToNull(known.login) ?? 'user'),
      kind: known === null ? 'api-key' : (known.login ?? '').startsWith('sa-') ? 'service-account' : 'user',
      organization: where.name,
      role: me.role,
      server: generationLabel(server),
      missing,
    };
  }

  return { caller, verifyOrg, whoami };
}

function emptyToNull(text: string | null): string | null {
  return text === '' ? null : text;
}
