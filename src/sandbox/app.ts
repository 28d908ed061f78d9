/** The sandbox as a web application, before it listens anywhere. */
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../http/http.ts';
import type { RateLimitWords, RoomStores } from './room.ts';
import type { AnyRoom } from './rooms.ts';
import { installSwitches } from './switches.ts';
import type { Switches } from './switches.ts';

export interface AppOptions {
  readonly rooms: readonly AnyRoom[];
  readonly stores: RoomStores;
  readonly clock: Clock;
  readonly switches: Switches;
  /** Where it listens, once it does; without a final slash. */
  readonly url: () => string;
}

const bodyLimit = 64 * 1024 * 1024;

/**
 * Opens the stores and adds the rooms' routes. Bodies reach the rooms as raw `Buffer`, for every content type and for
 * DELETE; addresses as sent, dot segments and doubled slashes included (`request.originalUrl`; a malformed escape such as
 * `%zz` counts as text).
 * @throws DashctlError `file` for a damaged store
 */
export async function createApp({
  rooms,
  stores,
  clock,
  switches,
  url,
}: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    bodyLimit,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 16_384 },
    // Rooms check what they get in their vendors' words; without the default compilers it starts a quarter faster.
    schemaController: { compilersFactory: { buildValidator: noSchema, buildSerializer: noSchema } },
    rewriteUrl: (request) => mendEscapes(request.url ?? '/'),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => {
    done(null, body);
  });

  const words = new Map<string, RateLimitWords>();
  for (const room of rooms) if (room.rateLimit !== undefined) words.set(room.name, room.rateLimit);
  installSwitches(app, switches, clock, words);
  app.get('/', () => ({ rooms: rooms.map((room) => `${url()}/${room.name}`) }));

  for (const room of rooms) {
    const world = { now: () => clock.now(), baseUrl: () => `${url()}/${room.name}` };
    const addRoutes = await room.open(stores, world);
    app.register(
      (inner, _options, done) => {
        addRoutes(inner);
        done();
      },
      { prefix: `/${room.name}` },
    );
  }
  return app;
}

function noSchema(): never {
  throw new Error('The sandbox has no schemas.');
}

/** Escapes the percent signs that do not start a valid UTF-8 escape, so that the router takes them as text. */
function mendEscapes(url: string): string {
  return url.replace(/(?:%[0-9a-f]{2})+|%/gi, (run) => {
    try {
      decodeURIComponent(run);
      return run;
    } catch {
      return run.replaceAll('%', '%25');
    }
  });
}
