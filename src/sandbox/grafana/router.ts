/**
 * Paths as Grafana's routers match them: one leading and one trailing slash are dropped and the rest is compared
 * segment by segment, still escaped; a parameter inside the path may be empty, and `..` is an ordinary segment.
 * Recording: 07-headers-and-paths.
 */
import { bindByContentType, bindJson } from './binding.ts';
import type { GoStruct } from './binding.ts';
import { Refusal } from './call.ts';
import type { Call, Reply } from './call.ts';
import type { Generation } from './generation.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call a route at all; finer rights are the handler's. */
export type Access = 'anyone' | 'signedIn' | 'editor' | 'orgAdmin' | 'serverAdmin';

/** The parts of the request that a body is bound from. */
export interface RawBody {
  readonly method: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

export interface Route {
  readonly method: Method;
  readonly segments: readonly string[];
  readonly access: Access;
  /** Whether the handler may change the state. */
  readonly writes: boolean;
  readonly run: (call: Call, raw: RawBody) => Reply;
}

/** A route without body. `GET`s that change something say so with `writes`. */
export function route(
  method: Method,
  path: string,
  access: Access,
  handle: (call: Call) => Reply,
  options: { readonly writes?: boolean } = {},
): Route {
  return {
    method,
    segments: path.split('/').slice(1),
    access,
    writes: options.writes ?? method !== 'GET',
    run: (call) => handle(call),
  };
}

/**
 * A route whose body is bound before the handler runs. The role check comes first and, where a server looks at finer
 * rights before the body, so does `guard`, which refuses by throwing.
 */
export function routeWithBody<T extends object>(
  method: Method,
  path: string,
  access: Access,
  shape: GoStruct<T>,
  handle: (call: Call, body: T) => Reply,
  guard?: (call: Call) => void,
): Route {
  return {
    method,
    segments: path.split('/').slice(1),
    access,
    writes: true,
    run: (call, raw) => {
      guard?.(call);
      return handle(call, bind(call.generation, shape, raw));
    },
  };
}

function bind<T extends object>(generation: Generation, shape: GoStruct<T>, raw: RawBody): T {
  if (generation.bodies === 'byContentType') {
    const bound = bindByContentType(shape, raw.method, raw.contentType, raw.bytes);
    if (bound.ok) return bound.value;
    throw new Refusal({ status: bound.status, body: bound.faults });
  }
  const isJson = /^\s*application\/json\s*(;|$)/i.test(raw.contentType);
  const bound = bindJson(shape, raw.bytes);
  if (isJson && bound.ok) return bound.value;
  throw new Refusal({ status: 400, body: { message: 'bad request data' } });
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the route of a path (still escaped, without query). Literal segments win over parameters. */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  const segments = path.replace(/^\//, '').replace(/\/$/, '').split('/');
  const found = routes.filter(
    (candidate) => candidate.method === method && fits(candidate.segments, segments),
  );
  const best = found.reduce<Route | undefined>(
    (leader, candidate) => (leader === undefined || isMoreLiteral(candidate, leader) ? candidate : leader),
    undefined,
  );
  if (best === undefined) return undefined;
  const params: Record<string, string> = {};
  best.segments.forEach((segment, index) => {
    if (segment.startsWith(':')) params[segment.slice(1)] = unescapeSegment(segments[index] ?? '');
  });
  return { route: best, params };
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => part.startsWith(':') || part === segments[index])
  );
}

function isMoreLiteral(candidate: Route, leader: Route): boolean {
  for (const [index, part] of candidate.segments.entries()) {
    const isLiteral = !part.startsWith(':');
    const leaderIsLiteral = !(leader.segments[index] ?? '').startsWith(':');
    if (isLiteral !== leaderIsLiteral) return isLiteral;
  }
  return false;
}

function unescapeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
