/**
 * Switches make the sandbox slow, strict or faulty, so that scripts and tests meet what real services do. They apply to
 * all rooms alike and live as long as the server; `docs/sandbox.md` describes the control endpoint.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../http/http.ts';
import type { RateLimitFacts, RateLimitWords } from './room.ts';

export interface Switches {
  /** Every answer waits `ms` milliseconds, give or take up to `jitter`. */
  readonly latency?: { readonly ms: number; readonly jitter?: number };
  /** At most `requests` per room in each window of `seconds`; windows follow the clock, as Datadog's do. */
  readonly rateLimit?: { readonly requests: number; readonly seconds: number };
  /** The first rule that matches a request decides. */
  readonly faults?: readonly FaultRule[];
}

/** Which requests a fault meets and what happens to them. */
export interface FaultRule {
  readonly room?: string;
  readonly method?: string;
  /** Path below the room as sent, without query; `*` stands for any characters. */
  readonly path?: string;
  /** Only the n-th matching request, from 1. */
  readonly nth?: number;
  /** Only the first n matching requests. */
  readonly first?: number;
  /** Every n-th matching request. */
  readonly every?: number;
  readonly action: FaultAction;
}

/**
 * - `status`: answers with that status, body and headers.
 * - `html`: answers with a web page (status 200 unless said).
 * - `reset`: drops the connection before any header.
 * - `hang`: never answers.
 * - `cut`: the room acts; the connection drops in the middle of its answer.
 * - `truncate`: the room acts; half of its answer arrives as if it were all.
 * - `stale`: the room's first answer to that address since the rule was set is given again and again (GET only).
 *
 * With `commit`, `status`, `html`, `reset` and `hang` strike after the room has acted.
 */
export type FaultAction =
  | {
      readonly do: 'status';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly commit?: boolean;
    }
  | { readonly do: 'html'; readonly status?: number; readonly commit?: boolean }
  | { readonly do: 'reset'; readonly commit?: boolean }
  | { readonly do: 'hang'; readonly commit?: boolean }
  | { readonly do: 'cut' }
  | { readonly do: 'truncate' }
  | { readonly do: 'stale' };

/**
 * Switches out of foreign JSON.
 * @throws DashctlError `invalid-input` naming the field.
 */
export async function parseSwitches(value: unknown): Promise<Switches> {
  return (await import('./switch-schema.ts')).readSwitches(value);
}

/** What the switches remember while a server runs. */
interface Memory {
  switches: Switches;
  /** Matching requests so far, by rule. */
  counts: Map<FaultRule, number>;
  /** First answers, for `stale`, by URL. */
  answers: Map<string, Buffer>;
  /** Requests in the current window, by room. */
  windows: Map<string, { window: number; used: number }>;
}

/**
 * Installs the switches before all rooms, and their control endpoint `/_sandbox/switches`.
 * @param words each room's own way to speak of a rate limit.
 */
export function installSwitches(
  app: FastifyInstance,
  initial: Switches,
  clock: Clock,
  words: ReadonlyMap<string, RateLimitWords>,
): void {
  const fresh = (switches: Switches): Memory => ({
    switches,
    counts: new Map(),
    answers: new Map(),
    windows: new Map(),
  });
  let memory = fresh(initial);
  const struck = new WeakMap<FastifyRequest, FaultAction>();

  app.get('/_sandbox/switches', () => memory.switches);
  app.put('/_sandbox/switches', async (request, reply) => {
    try {
      const text = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
      memory = fresh(await parseSwitches(JSON.parse(text)));
      return memory.switches;
    } catch (error) {
      return await reply.code(400).send({ error: error instanceof Error ? error.message : String(error) });
    }
  });

  app.addHook('onRequest', async (request, reply) => {
    const place = placeOf(request);
    if (place.room === '_sandbox') return;
    const { latency, rateLimit } = memory.switches;
    if (latency !== undefined) {
      const jitter = (latency.jitter ?? 0) * (2 * clock.random() - 1);
      await clock.sleep(Math.max(0, latency.ms + jitter));
    }
    if (rateLimit !== undefined && !withinLimit(memory, place.room, clock.now(), reply, words)) return reply;
    const action = strike(memory, request.method, place);
    if (action === null) return;
    if (strikesFirst(action)) return answer(action, request, reply);
    struck.set(request, action);
    return;
  });

  app.addHook('onSend', async (request, reply, payload: unknown) => {
    const action = struck.get(request);
    if (action === undefined) return payload;
    const body = Buffer.isBuffer(payload) ? payload : Buffer.from(typeof payload === 'string' ? payload : '');
    const half = body.subarray(0, Math.floor(body.length / 2));
    switch (action.do) {
      case 'truncate':
        reply.removeHeader('content-length');
        return half;
      case 'cut':
        reply.raw.writeHead(reply.statusCode, {
          'content-type': String(reply.getHeader('content-type') ?? 'application/json'),
          'content-length': Math.max(body.length, 2),
        });
        // At least one byte, so that the headers leave together with a part of the body.
        reply.raw.write(half.length > 0 ? half : ' ', () => request.raw.socket.destroy());
        return never();
      case 'stale': {
        if (request.method !== 'GET') return payload;
        const url = request.originalUrl;
        const first = memory.answers.get(url) ?? body;
        memory.answers.set(url, first);
        reply.removeHeader('content-length');
        return first;
      }
      case 'status':
      case 'html': {
        for (const name of Object.keys(reply.getHeaders())) reply.removeHeader(name);
        return fill(action, reply);
      }
      case 'reset':
        request.raw.socket.resetAndDestroy();
        return never();
      case 'hang':
        return never();
    }
  });
}

/** Whether an action takes the place of the room. */
function strikesFirst(action: FaultAction): boolean {
  const after = action.do === 'cut' || action.do === 'truncate' || action.do === 'stale';
  return !after && action.commit !== true;
}

interface Place {
  readonly room: string;
  readonly path: string;
}

/** Splits an address as sent into the room and the path below it, without the query. */
function placeOf(request: FastifyRequest): Place {
  const [pathname = ''] = request.originalUrl.split('?', 1);
  const match = /^\/([^/]*)(.*)$/s.exec(pathname);
  return { room: match?.[1] ?? '', path: match?.[2] ?? '' };
}

/** The action that the first matching rule asks for now; counts the request. */
function strike(memory: Memory, method: string, place: Place): FaultAction | null {
  for (const rule of memory.switches.faults ?? []) {
    if (rule.room !== undefined && rule.room !== place.room) continue;
    if (rule.method !== undefined && rule.method.toUpperCase() !== method) continue;
    if (rule.path !== undefined && !matches(rule.path, place.path)) continue;
    const count = (memory.counts.get(rule) ?? 0) + 1;
    memory.counts.set(rule, count);
    if (rule.nth !== undefined && count !== rule.nth) continue;
    if (rule.first !== undefined && count > rule.first) continue;
    if (rule.every !== undefined && count % rule.every !== 0) continue;
    return rule.action;
  }
  return null;
}

function matches(pattern: string, path: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(path);
}

/** Carries out an action in place of the room. */
async function answer(action: FaultAction, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (action.do === 'reset') {
    reply.hijack();
    request.raw.socket.resetAndDestroy();
    return reply;
  }
  if (action.do === 'hang') {
    reply.hijack();
    return reply;
  }
  return reply.send(fill(action, reply));
}

function fill(action: FaultAction, reply: FastifyReply): string {
  if (action.do === 'html') {
    reply.code(action.status ?? 200).header('content-type', 'text/html; charset=utf-8');
    return '<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>';
  }
  if (action.do !== 'status') return '';
  reply
    .code(action.status)
    .header('content-type', 'application/json')
    .headers(action.headers ?? {});
  return action.body ?? '';
}

/** Counts the request; when the window is used up it answers 429 and says false. */
function withinLimit(
  memory: Memory,
  room: string,
  now: number,
  reply: FastifyReply,
  words: ReadonlyMap<string, RateLimitWords>,
): boolean {
  const limit = memory.switches.rateLimit;
  if (limit === undefined) return true;
  const length = limit.seconds * 1000;
  const window = Math.floor(now / length);
  const seen = memory.windows.get(room);
  const used = (seen?.window === window ? seen.used : 0) + 1;
  memory.windows.set(room, { window, used });
  const facts: RateLimitFacts = {
    requests: limit.requests,
    seconds: limit.seconds,
    remaining: Math.max(0, limit.requests - used),
    reset: Math.ceil(((window + 1) * length - now) / 1000),
  };
  const speak = words.get(room) ?? plainWords;
  reply.headers(speak.headers(facts, used > limit.requests));
  if (used <= limit.requests) return true;
  void reply.code(429).header('content-type', 'application/json').send(speak.body(facts));
  return false;
}

const plainWords: RateLimitWords = {
  headers: (facts, exceeded) => (exceeded ? { 'retry-after': String(facts.reset) } : {}),
  body: () => JSON.stringify({ message: 'Too many requests' }),
};

function never(): Promise<never> {
  return new Promise<never>(() => undefined);
}
