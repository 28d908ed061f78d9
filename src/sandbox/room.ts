/**
 * The sandbox is one HTTP server with a room per emulated API, all over one store on disk. A room knows its vendor's
 * paths, statuses, error bodies and traps; it knows nothing of dashctl's client.
 */
import type { FastifyInstance } from 'fastify';

/** State of one room: plain JSON, kept between commands. */
export interface RoomStore<State> {
  /** Looks at the newest state. `look` must not change it. */
  read<T>(look: (state: State) => T): Promise<T>;
  /**
   * Changes the state: takes the lock, loads the newest state, lets `act` change it in place, saves it atomically.
   * When `act` throws, nothing is saved. Safe with other processes on the same store.
   */
  change<T>(act: (state: State) => T): Promise<T>;
}

/** Where the rooms of one sandbox keep their state. */
export interface RoomStores {
  /**
   * Opens the store of a room, which holds `seed` when it is new.
   * @throws DashctlError `file` when it is damaged or unreadable
   */
  open<State>(room: string, seed: () => State): Promise<RoomStore<State>>;
}

/** What a room may know of the world. */
export interface RoomWorld {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Absolute base URL of the room, such as `http://127.0.0.1:4400/grafana`, without a final slash. */
  baseUrl(): string;
}

/** Where a rate limit stands (see switches.ts). */
export interface RateLimitFacts {
  /** Requests allowed per window. */
  readonly requests: number;
  /** Length of a window, seconds. */
  readonly seconds: number;
  readonly remaining: number;
  /** Seconds until the window ends. */
  readonly reset: number;
}

/** A vendor's own way to speak of a rate limit. */
export interface RateLimitWords {
  /** Headers of every answer while a limit is on; `exceeded` for the 429. */
  headers(facts: RateLimitFacts, exceeded: boolean): Record<string, string>;
  /** JSON text of the 429. */
  body(facts: RateLimitFacts): string;
}

export interface Room<State> {
  /** Path prefix and name: `datadog`, `grafana`, `grafana-7`, `grafana-5`. */
  readonly name: string;
  /** What the vendor's base URL holds beyond its host, such as `/api/v1`; absent where that is nothing. */
  readonly apiPath?: string;
  /** The believable content that a new sandbox starts with; times are relative to `now` (milliseconds). */
  seed(now: number): State;
  /**
   * The credentials of the seeded administrator as the environment variables that the vendor's own tools read, the
   * base URL among them.
   */
  env(baseUrl: string): Record<string, string>;
  /** The vendor's 429; without it a plain one with `Retry-After`. */
  readonly rateLimit?: RateLimitWords;
  /** Adds the room's routes. The instance is already below the room's prefix; bodies arrive as a raw `Buffer`. */
  routes(app: FastifyInstance, store: RoomStore<State>, world: RoomWorld): void;
}
