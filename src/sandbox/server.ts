/** The embedded server: one room per emulated API, on loopback, over the stores of one folder. */
import { DashctlError } from '../errors.ts';
import { systemCode } from '../files/index.ts';
import type { Clock } from '../http/http.ts';
import { createApp } from './app.ts';
import { loadRooms, roomNames } from './rooms.ts';
import { storesBelow } from './store.ts';
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

/**
 * Starts the sandbox.
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

  let url = '';
  const app = await createApp({
    rooms,
    stores: storesBelow(options.folder),
    clock: options.clock,
    switches: options.switches ?? {},
    url: () => url,
  });
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
