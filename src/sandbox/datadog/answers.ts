/** How the room takes requests and answers: exact JSON, errors as lists of sentences, plain `application/json`. */
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { parseExact, printExact } from '../exact-json.ts';
import type { RoomStore, RoomWorld } from '../room.ts';
import { isObject, liveDashboard } from './state.ts';
import type { Dashboard, DatadogState, JsonObject, User } from './state.ts';

/** An error answer. Preview endpoints of v2 print errors as objects, everything else as sentences (§7). */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly unknown[];

  constructor(status: number, ...errors: readonly unknown[]) {
    super(String(errors[0]));
    this.status = status;
    this.errors = errors;
  }
}

/** An error of a preview endpoint, as an object. */
export function refusalObject(status: number, title: string, detail: string): Refusal {
  return new Refusal(status, { status: String(status), title, detail });
}

export interface Answer {
  readonly status: number;
  /** Undefined for an answer without a body. */
  readonly body?: unknown;
  readonly type?: string;
}

/** 200 with a JSON body. */
export function ok(body: unknown, type?: string): Answer {
  return type === undefined ? { status: 200, body } : { status: 200, body, type };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

/** 204 as recorded: `text/html`, zero bytes. */
export const noContent: Answer = { status: 204, type: 'text/html; charset=utf-8' };

/** One request as the endpoints see it. */
export class Call {
  readonly #request: FastifyRequest;
  /** Who asks. */
  readonly user: User;
  readonly world: RoomWorld;

  constructor(request: FastifyRequest, user: User, world: RoomWorld) {
    this.#request = request;
    this.user = user;
    this.world = world;
  }

  get now(): number {
    return this.world.now();
  }

  /** A decoded part of the path. */
  param(name: string): string {
    const params = this.#request.params;
    const value = isObject(params) ? params[name] : undefined;
    return typeof value === 'string' ? value : '';
  }

  /** The address as sent, below the room. */
  get target(): string {
    return this.#request.originalUrl.replace(/^\/[^/]*/, '');
  }

  /** A query parameter, decoded; the last one counts. */
  query(name: string): string | undefined {
    return new URLSearchParams(this.target.split('?')[1] ?? '').getAll(name).at(-1);
  }

  /** @throws Refusal 400 when the query parameter is no whole number of at least `least`. */
  count(name: string, otherwise: number, least: number): number {
    const text = this.query(name);
    if (text === undefined) return otherwise;
    if (!/^\d{1,9}$/.test(text) || Number(text) < least) throw new Refusal(400, `Invalid ${name}: '${text}'`);
    return Number(text);
  }

  /** @throws Refusal 400 when the body is no JSON object. */
  json(): JsonObject {
    const body = this.#request.body;
    let value: unknown;
    try {
      value = parseExact(Buffer.isBuffer(body) ? body.toString('utf8') : '');
    } catch {
      throw new Refusal(400, 'Invalid JSON in the request body');
    }
    if (!isObject(value)) throw new Refusal(400, 'The request body must be a JSON object');
    return value;
  }

  /** The attributes of a JSON:API body. */
  attributes(): JsonObject {
    const data = this.json()['data'];
    const attributes = isObject(data) ? data['attributes'] : undefined;
    if (!isObject(attributes)) throw new Refusal(400, "'data.attributes' is required");
    return attributes;
  }
}

export type Endpoint = (state: DatadogState, call: Call) => Answer;

/** Adds endpoints: `get` only looks at the state, the others change it. */
export interface Endpoints {
  get(path: string, endpoint: Endpoint): void;
  post(path: string, endpoint: Endpoint): void;
  put(path: string, endpoint: Endpoint): void;
  patch(path: string, endpoint: Endpoint): void;
  delete(path: string, endpoint: Endpoint): void;
}

/** Finds out who asks. @throws Refusal 401 or 403 */
export type Doorkeeper = (state: DatadogState, request: FastifyRequest) => User;

export function endpoints(
  app: FastifyInstance,
  store: RoomStore<DatadogState>,
  world: RoomWorld,
  admit: Doorkeeper,
): Endpoints {
  const add = (method: HTTPMethods, url: string, endpoint: Endpoint): void => {
    app.route({
      method,
      url,
      handler: async (request, reply) => {
        const act = (state: DatadogState): Answer =>
          endpoint(state, new Call(request, admit(state, request), world));
        try {
          const answer = method === 'GET' ? await store.read(act) : await store.change(act);
          return await send(reply, answer);
        } catch (error) {
          return await refuse(reply, error);
        }
      },
    });
  };
  return {
    get: (path, endpoint) => {
      add('GET', path, endpoint);
    },
    post: (path, endpoint) => {
      add('POST', path, endpoint);
    },
    put: (path, endpoint) => {
      add('PUT', path, endpoint);
    },
    patch: (path, endpoint) => {
      add('PATCH', path, endpoint);
    },
    delete: (path, endpoint) => {
      add('DELETE', path, endpoint);
    },
  };
}

/** Answers with an error; anything but a refusal is a defect and becomes a 500. */
export function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  if (error instanceof Refusal) return send(reply, { status: error.status, body: { errors: error.errors } });
  const text = error instanceof Error ? error.message : String(error);
  return send(reply, { status: 500, body: { errors: [`Internal error of the sandbox: ${text}`] } });
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status).header('content-type', answer.type ?? 'application/json');
  // A Buffer, because a string would get a charset that Datadog does not send.
  return answer.body === undefined ? reply.send() : reply.send(Buffer.from(printExact(answer.body)));
}

/** @throws Refusal 404 in Datadog's words */
export function foundDashboard(state: DatadogState, id: string): Dashboard {
  const dashboard = liveDashboard(state, id);
  if (dashboard === undefined) throw new Refusal(404, `Dashboard with ID ${id} not found`);
  return dashboard;
}
