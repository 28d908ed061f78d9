/** How an operation goes when nothing is wrong: which request faults meddle, and what is right. */
import type { Operation } from './operations.ts';
import type { Answer, Asked, Exchange } from './proxy.ts';
import type { Way, World } from './world.ts';

export interface Rehearsal {
  readonly name: string;
  readonly operation: Operation;
  /** It reads only. */
  readonly read: boolean;
  /** The request that faults meddle: the first one of the wanted read, or the write that is struck. */
  readonly matches: (asked: Asked) => boolean;
  /** How many requests go ahead of it. */
  readonly ahead: number;
  /** The client opens another session when one is over. */
  readonly renews: boolean;
  /** How many requests there are from then on, itself included. */
  readonly rest: number;
  /** What the server answers to it. */
  readonly answer: Answer;
  /** How many writes it takes. */
  readonly writes: number;
  /** What it prints, comparable. */
  readonly printed: string;
  /** What the room holds before that request, and when all is done, comparable. */
  readonly before: string;
  readonly after: string;
  /** Where more writes follow, what it holds before the next one; else null. */
  readonly stands: string | null;
  /** What it holds before the operation, comparable. */
  readonly seed: string;
  /** What the room holds once somebody else has removed the object; null where that cannot be. */
  readonly gone: string | null;
  /** Makes texts comparable. */
  readonly comparable: (text: string) => string;
}

export const plainWay: Way = {
  proxy: { matches: () => false, meddle: null, dark: null },
  tls: false,
  unresolved: null,
  words: [],
};

/** @throws Error when the operation does not succeed without any fault. */
export async function rehearse(world: World, name: string, operation: Operation): Promise<Rehearsal> {
  const { system, seed } = world;
  const inRoom = (asked: Asked): string => asked.pathname.slice(new URL(world.room.baseUrl).pathname.length);
  const read = operation.reads !== undefined;
  const trip = await world.run([...operation.words, '--json'], plainWay);
  if (trip.result.code !== 0)
    throw new Error(`${operation.words.join(' ')} ends with ${trip.result.code}: ${trip.result.stderr}`);
  const isWrite = (asked: Asked): boolean =>
    asked.method !== 'GET' && system.session?.test(inRoom(asked)) !== true;
  const isWanted = (asked: Asked): boolean =>
    operation.reads === undefined
      ? isWrite(asked)
      : asked.method === 'GET' && operation.reads.test(inRoom(asked));
  const wanted = trip.asked.flatMap((asked, index) => (isWanted(asked) ? [index] : []));
  const ahead = wanted.at(read ? 0 : (operation.strikes ?? -1)) ?? -1;
  const struck = trip.asked[ahead];
  const answer = struck?.reached() ?? null;
  if (struck === undefined || answer === null) {
    const seen = trip.asked.map((asked) => `${asked.method} ${inRoom(asked)}`).join(', ');
    throw new Error(`${operation.words.join(' ')} does not ask for it, but for ${seen}`);
  }
  const writes = trip.asked.filter(isWrite).length;
  const matches = likeOne(trip.asked, struck);
  const next = read ? undefined : trip.asked[wanted[wanted.indexOf(ahead) + 1] ?? -1];
  const comparable = comparing(seed, operation.words);
  return {
    name,
    operation,
    read,
    matches,
    ahead,
    renews: system.session !== null,
    rest: trip.asked.length - ahead,
    answer,
    writes,
    printed: comparable(trip.result.stdout),
    before: comparable(writes > 1 ? await stateAhead(world, operation, matches) : seed),
    after: comparable(trip.state),
    stands:
      next === undefined ? null : comparable(await stateAhead(world, operation, likeOne(trip.asked, next))),
    seed: comparable(seed),
    gone: operation.gone === null ? null : await without(world, operation.gone),
    comparable,
  };
}

/** Where one address takes several writes, their bodies tell them apart. */
function likeOne(all: readonly Asked[], one: Asked): (asked: Asked) => boolean {
  const isAlike = ({ method, pathname }: Asked): boolean =>
    method === one.method && pathname === one.pathname;
  const several = one.method !== 'GET' && all.filter(isAlike).length > 1;
  return (asked) => isAlike(asked) && (!several || asked.body === one.body);
}

/** What the room holds when one of several writes arrives: the earlier ones stand. */
async function stateAhead(
  world: World,
  { words }: Operation,
  matches: (asked: Asked) => boolean,
): Promise<string> {
  let state = world.seed;
  const meddle = async ({ forward, answer }: Exchange): Promise<void> => {
    state = world.state();
    answer(await forward());
  };
  await world.run([...words, '--json'], { ...plainWay, proxy: { matches, meddle, dark: null } });
  return state;
}

async function without(world: World, command: readonly string[]): Promise<string> {
  const { result, state } = await world.run(command, plainWay);
  if (result.code !== 0) throw new Error(`${command.join(' ')} ends with ${result.code}: ${result.stderr}`);
  return state;
}

/**
 * Ids, tokens and times that a server makes up differ from run to run. What neither the sample content nor the command
 * holds becomes one and the same mark, so that number, place and everything else still count.
 */
function comparing(seed: string, words: readonly string[]): (text: string) => string {
  const known = new Set<string>(['true', 'false', 'null']);
  collect(JSON.parse(seed), known);
  const typed = words.join(' ');
  const isKnown = (text: string): boolean => known.has(text) || typed.includes(text);
  return (text) => (text === '' ? '' : JSON.stringify(masked(JSON.parse(text), isKnown), null, 1));
}

function collect(value: unknown, into: Set<string>): void {
  if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      into.add(key);
      collect(one, into);
    }
  } else into.add(String(value));
}

function masked(value: unknown, isKnown: (text: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => masked(one, isKnown));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !/^(sessions|lastSeen|lastAccessed\w*)$/.test(key))
        .map(([key, one]) => [isKnown(key) ? key : '(new)', masked(one, isKnown)]),
    );
  return isKnown(String(value)) ? value : '(new)';
}
