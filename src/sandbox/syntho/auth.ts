/** Logging in and out (api/syntho.md §2). */
import { detail, ok, Refusal } from './answers.ts';
import type { Answer, Call, On } from './answers.ts';
import { newCsrfToken, newSessionId } from './state.ts';
import type { SynthoState } from './state.ts';

const sessionTimeout = 3_600;

export function authEndpoints(on: On): void {
  on('GET', '/api/v1/auth/', (state, call) => {
    const token = state.manner.csrf ? call.sessionToken : null;
    return {
      ...ok({
        username_password_enabled: state.manner.passwordLogin,
        oidc_providers: state.manner.passwordLogin
          ? []
          : [{ provider: 'example', url: 'https://login.example.com/syntho' }],
        session_timeout: sessionTimeout,
      }),
      // Assumed: who comes with a session and without its token gets the token here.
      cookies: token === null ? [] : [`csrftoken=${token}; Path=/; SameSite=Lax`],
    };
  });
  on('POST', '/api/v1/auth/', logIn);
  on('DELETE', '/api/v1/auth/', (state, call) => {
    const { session } = call.caller;
    state.sessions = state.sessions.filter((one) => one.id !== session.id);
    return { ...ok({ status: 'OK' }), cookies: ['sessionid=""; Path=/; Max-Age=0'] };
  });
}

function logIn(state: SynthoState, call: Call): Answer {
  if (call.hasCredentials) throw detail(401, 'Invalid session.');
  const { email, password } = call.object();
  if (typeof email !== 'string' || email === '')
    throw new Refusal(400, { email: ['This field is required.'] });
  if (typeof password !== 'string' || password.length < 8) {
    throw new Refusal(400, { password: ['Ensure this field has at least 8 characters.'] });
  }
  const user = state.users.find(
    (one) => one.email === email.toLowerCase() && one.password === password && state.manner.passwordLogin,
  );
  if (user === undefined) {
    throw new Refusal(400, { non_field_errors: ['Unable to log in with provided credentials.'] });
  }
  const session = { id: newSessionId(), user: user.pk, csrfToken: newCsrfToken() };
  state.sessions.push(session);
  return {
    status: 201,
    body: { new_password_required: user.newPasswordRequired, pk: user.pk },
    cookies: [
      `sessionid=${session.id}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${sessionTimeout}`,
      ...(state.manner.csrf ? [`csrftoken=${session.csrfToken}; Path=/; SameSite=Lax`] : []),
    ],
  };
}
