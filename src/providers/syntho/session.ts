/**
 * The session: opened on first use, renewed once when it is over, closed behind a login of our own. A login is sent by a
 * client of its own that never has a cookie: the server refuses one that comes with an old session (api/syntho.md §2).
 */
import { DashctlError } from '../../errors.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../../http/http.ts';
import { path } from '../../http/path.ts';
import type { Account, ProviderWorld } from '../provider.ts';
import { readError } from './errors.ts';
import { authWire, loginWire, readAs } from './wire.ts';

export interface SynthoSession {
  readonly client: HttpClient;
  /** Key of the caller; null when only the session is known. */
  caller(): Promise<number | null>;
}

interface Open {
  readonly sessionId: string | null;
  readonly csrfToken: string | null;
  readonly pk: number | null;
  /** Opened here, so that it is closed here. */
  readonly own: boolean;
}

/** @throws DashctlError `no-credentials` for a password without its e-mail */
export function synthoSession(world: ProviderWorld): SynthoSession {
  const { account } = world;
  const { password = '', sessionId = '', authorization = '' } = account.secrets;
  const email = account.settings['user'] ?? '';
  if (password !== '' && email === '' && sessionId === '' && authorization === '') {
    throw new DashctlError('no-credentials', 'Syntho needs an e-mail with the password.', {
      hint: 'Give --login, or set SYNTHO_EMAIL.',
    });
  }
  const canLogIn = password !== '' && email !== '';
  /** Grows: every session and token that the server gives is a secret from then on. */
  const secrets = [password, sessionId, authorization].filter((secret) => secret !== '');
  const referer = { referer: `${account.baseUrl}/` };

  let open: Open | null =
    authorization !== '' || sessionId !== ''
      ? { sessionId: sessionId === '' ? null : sessionId, csrfToken: null, pk: null, own: false }
      : null;
  let opening: Promise<Open> | null = null;
  let tokenAsked = false;

  const anonymous = world.http({ headers: () => referer, readError: readLoginError, secrets });
  const known = world.http({
    headers: () => ({ ...referer, ...cookiesOf(open), ...(authorization === '' ? {} : { authorization }) }),
    readError,
    secrets,
    renews: canLogIn,
  });

  function current(): Promise<Open> {
    if (open !== null) return Promise.resolve(open);
    opening ??= logIn(anonymous, account, { email, password }).then((fresh) => {
      for (const secret of [fresh.sessionId, fresh.csrfToken]) if (secret !== null) secrets.push(secret);
      open = fresh;
      return fresh;
    });
    return opening;
  }

  /** Opens another session in place of one that is over; several requests that find it over share one login. */
  async function renew(old: Open): Promise<void> {
    if (open === old) {
      open = null;
      opening = null;
    }
    await current();
  }

  /** A session from elsewhere comes without its token, which writes need where the server gives one. */
  async function fetchToken(): Promise<void> {
    tokenAsked = true;
    const answer = await known.send({ method: 'GET', path: path`/api/v1/auth/`, accept: [401, 403, 404] });
    learn(answer);
  }

  /** Servers renew tokens and sessions whenever they like. */
  function learn(answer: HttpResponse): void {
    if (open === null) return;
    const csrfToken = cookieOf(answer, 'csrftoken') ?? open.csrfToken;
    const sessionNow = cookieOf(answer, 'sessionid') ?? open.sessionId;
    if (csrfToken === open.csrfToken && sessionNow === open.sessionId) return;
    for (const secret of [csrfToken, sessionNow]) if (secret !== null) secrets.push(secret);
    open = { ...open, csrfToken, sessionId: sessionNow };
  }

  async function attempt(request: HttpRequest): Promise<HttpResponse> {
    const answer = await known.send(request);
    learn(answer);
    return answer;
  }

  async function send(request: HttpRequest): Promise<HttpResponse> {
    const used = await current();
    if (
      request.method !== 'GET' &&
      used.csrfToken === null &&
      used.sessionId !== null &&
      !used.own &&
      !tokenAsked
    ) {
      await fetchToken();
    }
    try {
      return await attempt(request);
    } catch (error) {
      // The server refused before it acted, so the request may be sent once more.
      if (!isOver(error)) throw explained(error, request);
      if (canLogIn) await renew(used);
      else if (isTokenRefused(error) && used.sessionId !== null) await fetchToken();
      else throw error;
      return await attempt(request);
    }
  }

  return {
    async caller() {
      return (await current()).pk;
    },
    client: {
      send,
      urlOf: (request) => known.urlOf(request),
      async close() {
        if (open?.own === true) await logOut(known);
        await known.close();
        await anonymous.close();
      },
    },
  };
}

function cookiesOf(open: Open | null): Readonly<Record<string, string>> {
  if (open?.sessionId == null) return {};
  const { sessionId, csrfToken } = open;
  if (csrfToken === null) return { cookie: `sessionid=${sessionId}` };
  return { cookie: `sessionid=${sessionId}; csrftoken=${csrfToken}`, 'x-csrftoken': csrfToken };
}

async function logIn(
  anonymous: HttpClient,
  account: Account,
  login: { readonly email: string; readonly password: string },
): Promise<Open> {
  const settings = readAs(authWire, await anonymous.send({ method: 'GET', path: path`/api/v1/auth/` }));
  if (!settings.username_password_enabled) {
    const ways = settings.oidc_providers.flatMap(({ url }) => (url === null ? [] : [url]));
    throw new DashctlError('not-authenticated', `${account.baseUrl} takes no passwords.`, {
      hint: `Log in with a browser${ways.length === 0 ? '' : ` (${ways.join(', ')})`} and set SYNTHO_SESSION_ID or SYNTHO_AUTHORIZATION.`,
    });
  }
  const answer = await anonymous.send({
    method: 'POST',
    path: path`/api/v1/auth/`,
    body: JSON.stringify(login),
  });
  const { pk, new_password_required: newPassword } = readAs(loginWire, answer);
  const sessionId = cookieOf(answer, 'sessionid');
  if (sessionId === null) {
    throw new DashctlError('bad-answer', 'Syntho accepted the password, but gave no session.', {
      hint: 'A proxy on the way may drop cookies.',
    });
  }
  if (newPassword) {
    throw new DashctlError('not-authenticated', 'The password has to be changed before it can be used.', {
      hint: `Choose a new one at ${account.baseUrl}.`,
    });
  }
  return { sessionId, csrfToken: cookieOf(answer, 'csrftoken'), pk, own: true };
}

/** Leaves no session behind; it would end by itself, so a failure is no matter. */
async function logOut(client: HttpClient): Promise<void> {
  try {
    await client.send({ method: 'DELETE', path: path`/api/v1/auth/` });
  } catch {
    // The session ends by its time-out.
  }
}

function readLoginError(status: number, body: string) {
  const reading = readError(status, body);
  if (status !== 400 && status !== 401) return reading;
  return {
    ...reading,
    code: 'not-authenticated' as const,
    hint: 'Check the e-mail (--login or SYNTHO_EMAIL) and the password.',
  };
}

/** The value of a cookie that an answer sets; null for none, and for one that it takes away. */
function cookieOf(answer: HttpResponse, name: string): string | null {
  for (const cookie of answer.cookies) {
    const [pair = '', ...attributes] = cookie.split(';');
    const equals = pair.indexOf('=');
    if (pair.slice(0, equals).trim() !== name) continue;
    const value = pair.slice(equals + 1).trim();
    const gone = attributes.some((attribute) => /^\s*max-age\s*=\s*(?:0|-\d+)\s*$/i.test(attribute));
    return gone || value === '' || value === '""' ? null : value;
  }
  return null;
}

/** A refusal for want of a session, not a page that somebody put in the way. */
function isOver(error: unknown): error is DashctlError {
  return (
    error instanceof DashctlError &&
    error.code === 'not-authenticated' &&
    (error.status === 401 || error.status === 403)
  );
}

function isTokenRefused({ details }: DashctlError): boolean {
  return typeof details === 'object' && details !== null && 'csrf' in details;
}

/** Older servers cannot transfer. */
function explained(error: unknown, request: HttpRequest): unknown {
  const { status } = error instanceof DashctlError ? error : {};
  if (!(error instanceof DashctlError) || !request.path.endsWith('/transfer/')) return error;
  if (status !== 404 && status !== 405) return error;
  return new DashctlError('unsupported', `This server cannot transfer workspaces: ${error.message}`, {
    hint: 'Older installations lack it. Hand the workspace over in the web interface.',
    cause: error,
    status,
  });
}
