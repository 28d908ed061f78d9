/** How the room takes requests and answers: PostHog's error bodies (api/posthog.md §4), slashes at the end optional. */
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { parseExact, printExact } from '../exact-json.ts';
import type { RoomStore, RoomWorld } from '../room.ts';
import { isObject } from './state.ts';
import type { JsonObject, PosthogState } from './state.ts';

/** An error answer. */
export class Refusal extends Error {
  readonly status: number;
  /** Undefined for an answer without a body. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

const typeOfStatus: Readonly<Record<number, string>> = {
  400: 'validation_error',
  401: 'authentication_error',
  402: 'server_error',
  403: 'authentication_error',
  404: 'invalid_request',
  405: 'invalid_request',
};

/** The standard body `{type, code, detail, attr}`. */
export function problem(status: number, code: string, detail: string, attr: string | null = null): Refusal {
  return new Refusal(status, { type: typeOfStatus[status] ?? 'server_error', code, detail, attr });
}

export function invalid(detail: string, attr: string | null = null, code = 'invalid_input'): Refusal {
  return problem(400, code, detail, attr);
}

export function forbidden(detail: string): Refusal {
  return problem(403, 'permission_denied', detail);
}

export function notFound(detail = 'Not found.'): Refusal {
  return problem(404, 'not_found', detail);
}

export interface Answer {
  readonly status: number;
  /** Undefined for an answer without a body; a Buffer goes as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

export const noContent: Answer = { status: 204 };

/** One request as the endpoints see it. */
export class Call {
  readonly request: FastifyRequest;
  readonly world: RoomWorld;

  constructor(request: FastifyRequest, world: RoomWorld) {
    this.request = request;
    this.world = world;
  }

  get now(): number {
    return this.world.now();
  }

  /** A decoded part of the path. */
  param(name: string): string {
    const params = this.request.params;
    const value = isObject(params) ? params[name] : undefined;
    return typeof value === 'string' ? value : '';
  }

  /** A part of the path that names an object by its number; -1 for what is none. */
  number(name: string): number {
    return /^[1-9]\d{0,15}$/.test(this.param(name)) ? Number(this.param(name)) : -1;
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return typeof value === 'string' ? value : undefined;
  }

  get search(): URLSearchParams {
    return new URLSearchParams(this.request.originalUrl.split('?')[1] ?? '');
  }

  /** The JSON of the body; forms are taken as well. @throws Refusal 400 when it is neither */
  json(): unknown {
    const body = this.request.body;
    const text = Buffer.isBuffer(body) ? body.toString('utf8') : '';
    if (text === '') return {};
    if ((this.header('content-type') ?? '').startsWith('application/x-www-form-urlencoded')) {
      return Object.fromEntries(new URLSearchParams(text));
    }
    try {
      return parseExact(text);
    } catch {
      throw invalid('JSON parse error', null, 'parse_error');
    }
  }

  /** @throws Refusal 400 when the body is no object */
  object(): JsonObject {
    const value = this.json();
    if (isObject(value)) return value;
    throw invalid('Invalid data. Expected a dictionary.', null, 'invalid_input');
  }

  /** One page of rows in PostHog's envelope; `next` names the room itself. */
  page(rows: readonly unknown[]): Answer {
    const { search } = this;
    const limit = count(search.get('limit'), 100);
    const offset = count(search.get('offset'), 0);
    const path = this.request.originalUrl.split('?')[0]?.replace(/^\/[^/]*/, '') ?? '';
    const link = (at: number): string => {
      const query = new URLSearchParams(search);
      query.set('limit', String(limit));
      query.set('offset', String(at));
      return `${this.world.baseUrl()}${path}?${query.toString()}`;
    };
    return ok({
      count: rows.length,
      next: offset + limit < rows.length ? link(offset + limit) : null,
      previous: offset > 0 ? link(Math.max(0, offset - limit)) : null,
      results: rows.slice(offset, offset + limit),
    });
  }
}

function count(text: string | null, otherwise: number): number {
  const value = Number(text);
  return text !== null && Number.isSafeInteger(value) && value > 0 ? value : otherwise;
}

export type Endpoint = (state: PosthogState, call: Call) => Answer;

/** Adds endpoints. `get` only looks at the state; `visit` is a GET that leaves a trace; the others change it. */
export interface Endpoints {
  get(path: string, endpoint: Endpoint): void;
  visit(path: string, endpoint: Endpoint): void;
  post(path: string, endpoint: Endpoint): void;
  put(path: string, endpoint: Endpoint): void;
  patch(path: string, endpoint: Endpoint): void;
  delete(path: string, endpoint: Endpoint): void;
}

export function endpoints(app: FastifyInstance, store: RoomStore<PosthogState>, world: RoomWorld): Endpoints {
  const add = (method: HTTPMethods, path: string, endpoint: Endpoint, looks: boolean): void => {
    const bare = path.replace(/\/$/, '');
    for (const url of [bare, `${bare}/`]) {
      app.route({
        method,
        url,
        handler: async (request, reply) => {
          const act = (state: PosthogState): Answer => endpoint(state, new Call(request, world));
          try {
            return await send(reply, looks ? await store.read(act) : await store.change(act));
          } catch (error) {
            return await refuse(reply, error);
          }
        },
      });
    }
  };
  const adder =
    (method: HTTPMethods, looks = false) =>
    (path: string, endpoint: Endpoint): void => {
      add(method, path, endpoint, looks);
    };
  return {
    get: adder('GET', true),
    visit: adder('GET'),
    post: adder('POST'),
    put: adder('PUT'),
    patch: adder('PATCH'),
    delete: adder('DELETE'),
  };
}

/** Answers with an error; anything but a refusal is a defect and becomes a 500. */
export function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  if (error instanceof Refusal) return send(reply, error);
  const text = error instanceof Error ? error.message : String(error);
  const body = { type: 'server_error', code: 'error', detail: `Defect of the sandbox: ${text}`, attr: null };
  return send(reply, { status: 500, body });
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status);
  if (answer.body === undefined) return reply.headers(answer.headers ?? {}).send();
  reply.header('content-type', 'application/json').headers(answer.headers ?? {});
  return reply.send(Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(printExact(answer.body)));
}
