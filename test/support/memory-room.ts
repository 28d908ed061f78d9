/**
 * A room of the sandbox without sockets and without a disk: requests are handed to its routes, and its state lives in
 * memory. Everything between a command and the wire stays as it is, so that thousands of runs are cheap.
 */
import type { Transport } from '../../src/http/transport.ts';
import { createApp } from '../../src/sandbox/app.ts';
import type { Room, RoomStore } from '../../src/sandbox/room.ts';
import { hidden } from '../../src/sandbox/rooms.ts';
import { realClock } from './sandbox.ts';

export interface MemoryRoom<State> {
  readonly transport: Transport;
  /** Credentials of the administrator as environment variables. */
  readonly env: Readonly<Record<string, string>>;
  readonly baseUrl: string;
  /** What it keeps; nobody may change it. */
  state(): State;
  /** Starts over with the sample content. */
  reset(): void;
  close(): Promise<void>;
}

export async function memoryRoom<State>(room: Room<State>): Promise<MemoryRoom<State>> {
  const store = new MemoryStore(room.seed(Date.now()));
  const url = 'http://127.0.0.1:9';
  const app = await createApp({
    rooms: [hidden(room)],
    // There is one room, and so one store.
    stores: { open: <Other>() => Promise.resolve(store as unknown as RoomStore<Other>) },
    clock: realClock,
    switches: {},
    url: () => url,
  });
  await app.ready();
  const baseUrl = `${url}/${room.name}`;
  return {
    transport: {
      async exchange({ method, url: { pathname, search }, headers, body }) {
        const answer = await app.inject({
          method,
          url: pathname + search,
          headers,
          ...(body === undefined ? {} : { payload: body }),
        });
        return {
          kind: 'answer',
          status: answer.statusCode,
          headers: withoutNumbers(answer.headers),
          body: answer.rawPayload,
          breakage: null,
        };
      },
      destroy: () => Promise.resolve(),
    },
    env: room.env(baseUrl),
    baseUrl,
    state: () => store.state,
    reset: () => {
      store.reset();
    },
    close: () => app.close(),
  };
}

/** Headers as they come off the wire. */
function withoutNumbers(
  headers: Readonly<Record<string, string | number | string[] | undefined>>,
): Record<string, string | string[] | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
  );
}

class MemoryStore<State> implements RoomStore<State> {
  readonly #seed: State;
  state: State;

  constructor(seed: State) {
    this.#seed = seed;
    this.state = seed;
  }

  reset(): void {
    this.state = this.#seed;
  }

  read<T>(look: (state: State) => T): Promise<T> {
    return settled(() => look(this.state));
  }

  change<T>(act: (state: State) => T): Promise<T> {
    return settled(() => {
      // As a file would give it back; structuredClone takes several times as long.
      const state = JSON.parse(JSON.stringify(this.state)) as State;
      const result = act(state);
      this.state = state;
      return result;
    });
  }
}

/** As files do, but without waiting: a throw is a rejection. */
function settled<T>(act: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(act());
  });
}
