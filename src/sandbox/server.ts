/** The embedded server: one room per emulated API, on loopback, over the stores of one folder. */
import fastify from 'fastify';
import { DashctlError } from '../errors.ts';
import { systemCode } from '../files/index.ts';
import type { Clock } from '../http/http.ts';
import { loadRooms, roomNames } from './rooms.ts';
import type { RateLimitWords } from './room.ts';
import { installSwitches } from './switches.ts';
import type { Switches } from './switches.ts';

export interface SandboxOptions {
  /** Holds the rooms' files; made private. */
  readonly folder: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly host: '127.0.0.1';
  readonly clock: Clock;
  readonly switches?: Switches;
  /** Starts these rooms only; names of `roomNames`. Default all. */
  readonly only?: readonly string[];
}

export interface RunningRoom {
  readonly name: string;
  /** Root of the room. */
  readonly baseUrl: string;
  /** What the vendor's tools take for their base URL; differs where that holds a version. */
  readonly apiUrl: string;
  /** Credentials of the seeded administrator as environment variables, the base URL among them. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Sandbox {
  readonly url: string;
  readonly rooms: readonly RunningRoom[];
  /** Ends every connection, idle or not, and frees the port. */
  close(): Promise<void>;
}

const bodyLimit = 64 * 1024 * 1024;

/**
 * Starts the sandbox. Bodies reach the rooms as raw `Buffer`, for every content type and for DELETE; addresses as sent,
 * dot segments and doubled slashes included (`request.originalUrl`; a malformed escape such as `%zz` counts as text).
 * @throws DashctlError `file` for a damaged store, `network` when the port is taken, `invalid-input` for an unknown room.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const names = options.only ?? roomNames;
  const unknown = names.filter((name) => !roomNames.includes(name));
  if (unknown.length > 0) {
    throw new DashctlError('invalid-input', `The sandbox has no room ${unknown.join(', ')}.`, {
      hint: `Rooms: ${roomNames.join(', ')}.`,
    });
  }
  const rooms = await loadRooms(names);

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

  let url = '';
  const words = new Map<string, RateLimitWords>();
  for (const room of rooms) if (room.rateLimit !== undefined) words.set(room.name, room.rateLimit);
  installSwitches(app, options.switches ?? {}, options.clock, words);
  app.get('/', () => ({ rooms: rooms.map((room) => `${url}/${room.name}`) }));

  for (const room of rooms) {
    const world = { now: () => options.clock.now(), baseUrl: () => `${url}/${room.name}` };
    const addRoutes = await room.open(options.folder, world);
    app.register(
      (inner, _options, done) => {
        addRoutes(inner);
        done();
      },
      { prefix: `/${room.name}` },
    );
  }

  url = await listen(() => app.listen({ host: options.host, port: options.port ?? 0 }), options.port ?? 0);
  return {
    url,
    rooms: rooms.map((room) => {
      const baseUrl = `${url}/${room.name}`;
      return { name: room.name, baseUrl, apiUrl: baseUrl + room.apiPath, env: room.env(baseUrl) };
    }),
    close: () => app.close(),
  };
}

function noSchema(): never {
  throw new Error('The sandbox has no schemas.');
}

async function listen(start: () => Promise<string>, port: number): Promise<string> {
  try {
    return await start();
  } catch (error) {
    if (systemCode(error) !== 'EADDRINUSE') throw error;
    throw new DashctlError('network', `Port ${port} is taken.`, {
      hint: 'Choose another port, or 0 for any free one.',
      cause: error,
    });
  }
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
