/** `/_manner`: how the room answers where the vendor does not say how. It belongs to the state and survives a restart. */
import type { FastifyInstance } from 'fastify';
import type { RoomStore } from '../room.ts';
import { isObject, usualManner } from './state.ts';
import type { Manner, SynthoState } from './state.ts';

const choices: { readonly [Key in keyof Manner]: readonly Manner[Key][] } = {
  csrf: [true, false],
  withoutSession: [403, 401],
  lists: ['bare', 'paginated'],
  errors: ['rest', 'application'],
  transfer: [true, false],
  passwordLogin: [true, false],
  page: [false, true],
};

/** GET shows the manner; PUT sets what it names and puts the rest back to the usual. */
export function mannerEndpoints(app: FastifyInstance, store: RoomStore<SynthoState>): void {
  app.get('/_manner', () => store.read((state) => state.manner));
  app.put('/_manner', async (request, reply) => {
    const asked = parse(request.body);
    const wrong = asked === null ? 'the body' : Object.keys(asked).find((key) => !isChoice(key, asked[key]));
    if (wrong !== undefined) {
      return reply.code(400).send({ detail: `${wrong} is not understood`, choices });
    }
    return await store.change((state) => (state.manner = { ...usualManner, ...(asked as Partial<Manner>) }));
  });
  // Ends every session, as a server does after its time-out.
  app.delete('/_sessions', async (_request, reply) => {
    await store.change((state) => {
      state.sessions = [];
    });
    return reply.code(204).send();
  });
}

function isChoice(key: string, value: unknown): boolean {
  const known: Readonly<Record<string, readonly unknown[]>> = choices;
  return Object.hasOwn(known, key) && known[key]?.includes(value) === true;
}

function parse(body: unknown): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '');
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
