/** A server and what may be written to it, for laws that are tried thousands of times. */
import type { Transport } from '../../../src/http/transport.ts';
import type { WritePlan } from '../../../src/model/write-plan.ts';
import type { Provider, ProviderDescriptor } from '../../../src/providers/provider.ts';
import type { Room } from '../../../src/sandbox/room.ts';
import type { DashboardDraft } from '../../../src/model/dashboard.ts';
import type { ShareDraft } from '../../../src/model/share.ts';
import { memoryRoom } from '../../support/memory-room.ts';
import { providerAt } from '../../support/provider-at.ts';
import { impatientClock } from '../../support/sandbox.ts';

/** Plans a write; null where there is nothing to do it with. */
export type Write = (provider: Provider) => Promise<WritePlan<unknown> | null | undefined>;

export interface World {
  readonly name: string;
  /** Writes by name, in groups that are drawn equally often. */
  readonly writes: readonly Readonly<Record<string, Write>>[];
  /** A server with the sample content. */
  open(): Promise<OpenWorld>;
}

export interface OpenWorld {
  /** Starts over with the sample content. */
  reset(): void;
  /** What the server keeps, without what is named as not coming back. */
  kept(): unknown;
  /** @param way what lies between the provider and the server */
  connect(way?: (transport: Transport) => Transport): Promise<Provider>;
  close(): Promise<void>;
}

export function world<State>(
  room: Room<State>,
  descriptor: ProviderDescriptor,
  {
    writes,
    kept,
  }: {
    readonly writes: World['writes'];
    readonly kept: (state: State) => unknown;
  },
): World {
  return {
    name: room.name,
    writes,
    async open() {
      const server = await memoryRoom(room);
      const { env, transport } = server;
      return {
        reset: () => {
          server.reset();
        },
        kept: () => kept(server.state()),
        connect: async (way = (straight) => straight) => {
          const through = { transport: way(transport), clock: impatientClock };
          return (await providerAt(descriptor, env, through)).provider;
        },
        close: () => server.close(),
      };
    },
  };
}

/** An object without some of its members. */
export function without<T extends object>(whole: T, ...names: readonly (keyof T & string)[]): object {
  const dropped: readonly string[] = names;
  return Object.fromEntries(Object.entries(whole).filter(([name]) => !dropped.includes(name)));
}

/** Every pair of the two, as text and value. */
export function pairs<A, B>(first: readonly A[], second: readonly B[]): readonly (readonly [A, B])[] {
  return first.flatMap((a) => second.map((b) => [a, b] as const));
}

export const noDraft: DashboardDraft = {
  body: null,
  title: null,
  description: null,
  tags: null,
  folder: null,
  layout: null,
};

export const noShare: ShareDraft = {
  type: null,
  status: null,
  title: null,
  expiresAt: null,
  liveSpan: null,
  invite: null,
  domains: null,
  body: null,
};

/** Titles that are easily mangled on the way. */
export const titles = [
  'Drawn',
  '"Quoted" \\ and / more',
  '日本語 e\u0301 👩‍👩‍👧',
  ' spaces\tand\nlines ',
  '\u202eright to left',
];

export const dashboard = (id: string) => ({ kind: 'dashboard', id }) as const;

export function named(entries: readonly (readonly [string, Write])[]): Readonly<Record<string, Write>> {
  return Object.fromEntries(entries);
}
