/**
 * How the room takes requests and answers: like Django with its REST framework (api/syntho.md §2, §6, §7). Paths
 * without the final slash are answered 301, unsafe methods need the session's token, errors have the framework's forms.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { RoomStore, RoomWorld } from '../room.ts';
import { isObject } from './state.ts';
import type { JsonObject, Manner, Session, SynthoState, User } from './state.ts';

/** An error answer; the state stays as it was. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

/** An error of one sentence: `{"detail": "…"}`. */
export function detail(status: number, text: string): Refusal {
  return new Refusal(status, { detail: text });
}

export interface Answer {
  readonly status: number;
  /** Undefined for an answer without a body. */
  readonly body?: unknown;
  readonly cookies?: readonly string[];
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export interface Caller {
  readonly user: User;
  readonly session: Session;
}

/** One request as the endpoints see it. */
export class Call {
  readonly #request: FastifyRequest;
  readonly #caller: Caller | null;
  readonly #manner: Manner;
  readonly #baseUrl: string;

  constructor(request: FastifyRequest, caller: Caller | null, manner: Manner, baseUrl: string) {
    this.#request = request;
    this.#caller = caller;
    this.#manner = manner;
    this.#baseUrl = baseUrl;
  }

  /** Absolute address of the same list with another query. */
  sibling(query: string): string {
    const [path = ''] = this.#request.originalUrl.split('?', 1);
    return `${this.#baseUrl}${path.replace(/^\/[^/]+/, '')}?${query}`;
  }

  /** Whether the request brought a session or token, good or bad. */
  get hasCredentials(): boolean {
    return cookie(this.#request, 'sessionid') !== null || this.#request.headers.authorization !== undefined;
  }

  /** @throws Refusal 403 or 401 without a session, 403 for a write without its token */
  get caller(): Caller {
    if (this.#caller === null) {
      throw detail(this.#manner.withoutSession, 'Authentication credentials were not provided.');
    }
    const safe = this.#request.method === 'GET';
    if (!safe && this.#manner.csrf) checkToken(this.#request, this.#caller.session);
    return this.#caller;
  }

  /** The token of the session that the request brought; null without one. */
  get sessionToken(): string | null {
    return this.#caller?.session.csrfToken ?? null;
  }

  get user(): User {
    return this.caller.user;
  }

  /** Lets callers pass and nobody else. @throws Refusal as `caller` */
  admit(): void {
    if (this.caller.session.user !== this.user.pk) throw detail(403, 'Invalid session.');
  }

  /** The query parameter, decoded. */
  query(name: string): string | null {
    const [, query = ''] = this.#request.originalUrl.split('?', 2);
    return new URLSearchParams(query).get(name);
  }

  /** A whole number of the path; -1 for anything else. */
  number(name: string): number {
    const params = this.#request.params;
    const text = isObject(params) ? params[name] : '';
    return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : -1;
  }

  /** @throws Refusal 400 when the body is no JSON object */
  object(): JsonObject {
    const { body } = this.#request;
    let value: unknown;
    try {
      value = JSON.parse(Buffer.isBuffer(body) && body.length > 0 ? body.toString('utf8') : '{}');
    } catch {
      throw detail(400, 'JSON parse error');
    }
    if (isObject(value)) return value;
    throw new Refusal(400, { non_field_errors: ['Invalid data. Expected a dictionary.'] });
  }
}

export type Endpoint = (state: SynthoState, call: Call) => Answer;

/** Adds an endpoint below `/api/v1/`; the path ends with a slash. GET only looks at the state. */
export type On = (method: HTTPMethods, path: string, endpoint: Endpoint) => void;

export function endpoints(app: FastifyInstance, store: RoomStore<SynthoState>, world: RoomWorld): On {
  return (method, url, endpoint) => {
    app.route({
      method,
      url,
      handler: (request, reply) =>
        guarded(store, reply, () => {
          const act = (state: SynthoState): Answer =>
            endpoint(state, new Call(request, callerOf(state, request), state.manner, world.baseUrl()));
          return method === 'GET' ? store.read(act) : store.change(act);
        }),
    });
  };
}

/** Answers in the room's manner. */
export async function guarded(
  store: RoomStore<SynthoState>,
  reply: FastifyReply,
  act: () => Promise<Answer>,
): Promise<FastifyReply> {
  const manner = await store.read((state) => state.manner);
  if (manner.page) return page(reply, 200, 'Welcome');
  try {
    const { status, body, cookies } = await act();
    reply.code(status);
    if (cookies !== undefined && cookies.length > 0) reply.header('set-cookie', [...cookies]);
    return body === undefined ? await reply.send() : await sendJson(reply, body);
  } catch (error) {
    if (!(error instanceof Refusal)) return page(reply, 500, 'Server Error (500)');
    reply.code(error.status);
    return sendJson(reply, manner.errors === 'rest' ? error.body : applicationMessage(error));
  }
}

/** The vendor's own form of messages, documented for other endpoints. */
function applicationMessage({ status, body }: Refusal): unknown {
  const text = isObject(body) && typeof body['detail'] === 'string' ? body['detail'] : null;
  return {
    id: 1,
    code: `E${status}`,
    title: 'The request was refused',
    body: text === null ? [] : [text],
    kind: 'ERROR',
    details: text === null ? body : null,
  };
}

function sendJson(reply: FastifyReply, body: unknown): FastifyReply {
  return reply.header('content-type', 'application/json').send(Buffer.from(JSON.stringify(body)));
}

export function page(reply: FastifyReply, status: number, title: string): FastifyReply {
  return reply
    .code(status)
    .header('content-type', 'text/html; charset=utf-8')
    .send(`<!doctype html><html><head><title>${title}</title></head><body></body></html>`);
}

function callerOf(state: SynthoState, request: FastifyRequest): Caller | null {
  const id = cookie(request, 'sessionid');
  const session = state.sessions.find((one) => one.id === id);
  const user = state.users.find((one) => one.pk === session?.user);
  return session === undefined || user === undefined ? null : { user, session };
}

function checkToken(request: FastifyRequest, session: Session): void {
  const sent = cookie(request, 'csrftoken');
  if (sent === null) throw detail(403, 'CSRF Failed: CSRF cookie not set.');
  const header = request.headers['x-csrftoken'];
  if (header === undefined) throw detail(403, 'CSRF Failed: CSRF token missing.');
  if (header !== sent || sent !== session.csrfToken) {
    throw detail(403, "CSRF Failed: CSRF token from the 'X-Csrftoken' HTTP header incorrect.");
  }
}

function cookie(request: FastifyRequest, name: string): string | null {
  const pairs = (request.headers.cookie ?? '').split(/;\s*/);
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}
