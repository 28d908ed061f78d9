/** All rooms of the sandbox, loaded only when asked for: a command that speaks to one system starts one room. */
import type { FastifyInstance } from 'fastify';
import type { RateLimitWords, Room, RoomStores, RoomWorld } from './room.ts';

/** A room with its store's type hidden, so that rooms of different states fit in one list. */
export interface AnyRoom {
  readonly name: string;
  readonly apiPath: string;
  readonly rateLimit: RateLimitWords | undefined;
  env(baseUrl: string): Record<string, string>;
  /** Opens the room's store and returns what adds its routes. */
  open(stores: RoomStores, world: RoomWorld): Promise<(app: FastifyInstance) => void>;
}

interface Wing {
  readonly names: readonly string[];
  readonly load: () => Promise<readonly AnyRoom[]>;
}

const wings: readonly Wing[] = [
  { names: ['datadog'], load: async () => [hidden((await import('./datadog/index.ts')).datadogRoom)] },
  {
    names: ['grafana', 'grafana-7', 'grafana-5'],
    load: async () => (await import('./grafana/index.ts')).grafanaRooms.map((room) => hidden(room)),
  },
  { names: ['posthog'], load: async () => [hidden((await import('./posthog/index.ts')).posthogRoom)] },
  { names: ['gtmhub'], load: async () => [hidden((await import('./gtmhub/index.ts')).gtmhubRoom)] },
  { names: ['syntho'], load: async () => [hidden((await import('./syntho/index.ts')).synthoRoom)] },
];

/** Names of all rooms, in the order of the list. */
export const roomNames: readonly string[] = wings.flatMap((wing) => wing.names);

/** Loads rooms by name; names that do not exist are left out. */
export async function loadRooms(names: readonly string[]): Promise<readonly AnyRoom[]> {
  const wanted = wings.filter((wing) => wing.names.some((name) => names.includes(name)));
  const loaded = await Promise.all(wanted.map((wing) => wing.load()));
  return loaded.flat().filter((room) => names.includes(room.name));
}

/** The room without the type of its store. */
export function hidden<State>(room: Room<State>): AnyRoom {
  return {
    name: room.name,
    apiPath: room.apiPath ?? '',
    rateLimit: room.rateLimit,
    env: (baseUrl) => room.env(baseUrl),
    open: async (stores, world) => {
      const store = await stores.open(room.name, () => room.seed(world.now()));
      return (app) => {
        room.routes(app, store, world);
      };
    },
  };
}
