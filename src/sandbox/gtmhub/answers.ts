/**
 * How the room takes requests and answers. The order of checks is the one of api/gtmhub.md §9: token, account, route,
 * body; forms of errors are assumed and can be changed (`Manner`).
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { RoomStore } from '../room.ts';
import { isObject } from './state.ts';
import type { GtmhubState, JsonObject, Manner, User } from './state.ts';

/** An error answer; the state stays as it was. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Answer {
  readonly status: number;
  /** Undefined for an answer without a body. */
  readonly body?: unknown;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** One request as the endpoints see it. */
export class Call {
  readonly #request: FastifyRequest;
  readonly user: User;

  constructor(request: FastifyRequest, user: User) {
    this.#request = request;
    this.user = user;
  }

  /** A decoded part of the path. */
  param(name: string): string {
    const params = this.#request.params;
    const value = isObject(params) ? params[name] : undefined;
    return typeof value === 'string' ? value : '';
  }

  query(name: string): string | null {
    const [, query = ''] = this.#request.originalUrl.split('?', 2);
    return new URLSearchParams(query).get(name);
  }

  /** @throws Refusal 400 when the body is no JSON. */
  json(): unknown {
    const { body } = this.#request;
    try {
      return JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '') as unknown;
    } catch {
      throw new Refusal(400, 'The request body is not valid JSON');
    }
  }

  /** @throws Refusal 400 when the body is no JSON object. */
  object(): JsonObject {
    const value = this.json();
    if (!isObject(value)) throw new Refusal(400, 'The request body must be a JSON object');
    return value;
  }
}

export type Endpoint = (state: GtmhubState, call: Call) => Answer;

/** Adds an endpoint; GET only looks at the state. */
export type On = (method: HTTPMethods, path: string, endpoint: Endpoint) => void;

export function endpoints(app: FastifyInstance, store: RoomStore<GtmhubState>): On {
  return (method, url, endpoint) => {
    app.route({
      method,
      url,
      handler: async (request, reply) => {
        const act = (state: GtmhubState): Answer => endpoint(state, new Call(request, admit(state, request)));
        return guarded(store, reply, () => (method === 'GET' ? store.read(act) : store.change(act)));
      },
    });
  };
}

/** Answers in the room's manner: pages and lapsed subscriptions come before everything else. */
export async function guarded(
  store: RoomStore<GtmhubState>,
  reply: FastifyReply,
  act: () => Promise<Answer>,
): Promise<FastifyReply> {
  const manner = await store.read((state) => state.manner);
  if (manner.page) return htmlPage(reply, 200, 'Log in');
  try {
    if (manner.lapsed) throw new Refusal(402, 'The subscription of this account has ended');
    const { status, body } = await act();
    reply.code(status);
    if (body === undefined) return await reply.send();
    return await reply.header('content-type', 'application/json').send(Buffer.from(JSON.stringify(body)));
  } catch (error) {
    return refuse(reply, manner, error);
  }
}

function refuse(reply: FastifyReply, manner: Manner, error: unknown): FastifyReply {
  const status = error instanceof Refusal ? error.status : 500;
  const message = error instanceof Error ? error.message : String(error);
  if (manner.errors === 'html') return htmlPage(reply, status, message);
  reply.code(status);
  if (manner.errors === 'text') return reply.header('content-type', 'text/plain').send(message);
  return reply.header('content-type', 'application/json').send(Buffer.from(JSON.stringify({ message })));
}

function htmlPage(reply: FastifyReply, status: number, title: string): FastifyReply {
  return reply
    .code(status)
    .header('content-type', 'text/html; charset=utf-8')
    .send(`<!doctype html><html><head><title>${title}</title></head><body></body></html>`);
}

/** @throws Refusal 401 for a wrong token, and for a missing or foreign account */
function admit(state: GtmhubState, request: FastifyRequest): User {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const owner = state.tokens.find((one) => one.token === token)?.user;
  const user = state.users.find((one) => one.id === owner);
  if (user === undefined) throw new Refusal(401, 'Unauthorized');
  if (request.headers['gtmhub-accountid'] !== state.account.id) {
    throw new Refusal(401, 'The header gtmhub-accountId is missing or names another account');
  }
  return user;
}
