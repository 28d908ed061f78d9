/** Two writers on one thing, every request of theirs in any order: nothing is lost that nobody is told of. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import type { Transport } from '../../src/http/transport.ts';
import { parseGrant } from '../../src/model/grant-text.ts';
import type { WritePlan } from '../../src/model/write-plan.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { membershipId } from '../../src/sandbox/posthog/seed.ts';
import { sampleIds } from '../../src/sandbox/gtmhub/seed.ts';
import { tried } from '../support/laws.ts';
import { datadogWorld } from './worlds/datadog.ts';
import { grafanaWorlds } from './worlds/grafana.ts';
import { gtmhubWorld } from './worlds/gtmhub.ts';
import { posthogWorld } from './worlds/posthog.ts';
import { synthoWorld } from './worlds/syntho.ts';
import { dashboard, noDraft } from './worlds/world.ts';
import type { OpenWorld, World, Write } from './worlds/world.ts';

/** Changes of one thing that do not contradict each other. */
interface Contest {
  readonly what: string;
  readonly world: World | undefined;
  readonly changes: readonly Write[];
  /** Whether the server replaces the whole, so that a write in the other's last round trip is overwritten. */
  readonly replaces: boolean;
  /** Whether a change is planned anew when the other one came first. */
  readonly merges: boolean;
}

const [grafana10, grafana7, grafana5] = grafanaWorlds;

function grants(id: string, texts: readonly string[]): Write[] {
  return texts.map(
    (text): Write =>
      async ({ acl }) =>
        acl?.planGrant(dashboard(id), [parseGrant(text)]),
  );
}

function fields(id: string): Write[] {
  return [
    async ({ dashboards }) => dashboards?.planUpdate(id, { ...noDraft, title: 'Of one writer' }),
    async ({ dashboards }) => dashboards?.planUpdate(id, { ...noDraft, description: 'Of the other' }),
    async ({ dashboards }) => dashboards?.planUpdate(id, { ...noDraft, tags: ['team:third'] }),
  ];
}

const ofGrafana = ['team:support=view', 'user:wanda=edit', 'user:uma=admin'];

const contests: readonly Contest[] = [
  {
    what: 'Datadog policies',
    world: datadogWorld,
    changes: grants('x9c-4pe-7vr', ['team:sre=edit', 'user:ben@example.com=view', 'org=view']),
    replaces: true,
    merges: true,
  },
  {
    what: 'Datadog dashboards',
    world: datadogWorld,
    changes: fields('x9c-4pe-7vr'),
    replaces: true,
    merges: false,
  },
  {
    what: 'permissions of Grafana from 9 on',
    world: grafana10,
    changes: grants('payroll-costs', ofGrafana),
    replaces: false,
    merges: true,
  },
  ...[grafana7, grafana5].map((world): Contest => ({
    what: `permissions of ${world?.name ?? ''}`,
    world,
    changes: grants('payroll-costs', ofGrafana),
    replaces: true,
    merges: true,
  })),
  {
    what: 'Grafana dashboards',
    world: grafana10,
    changes: fields('payroll-costs'),
    replaces: false,
    merges: false,
  },
  {
    what: 'PostHog access',
    world: posthogWorld,
    changes: grants('1', [
      `user#${membershipId(2)}=none`,
      `user#${membershipId(5)}=view`,
      'role:Analysts=edit',
    ]),
    replaces: false,
    merges: true,
  },
  { what: 'PostHog dashboards', world: posthogWorld, changes: fields('1'), replaces: false, merges: false },
  {
    what: 'Gtmhub permissions',
    world: gtmhubWorld,
    changes: [sampleIds.users.dora, sampleIds.users.ben, sampleIds.roles.members].map(
      (id): Write =>
        async ({ perms }) =>
          perms?.planUpdate(sampleIds.accessInsightboards, { add: [id], remove: [] }),
    ),
    replaces: true,
    merges: false,
  },
  {
    what: 'Syntho workspaces',
    world: synthoWorld,
    changes: ['2', '4', '5'].map(
      (who): Write =>
        async ({ workspace }) =>
          workspace?.planGrant({ workspace: '1', who, role: 'editor', dataAccess: null }),
    ),
    replaces: false,
    merges: false,
  },
];

type Phase = 'plan' | 'compare' | 'send' | 'verify';

/** One writer: each of its requests stands still until it is told to go on. */
class Writer {
  readonly #log: Exchange[];
  readonly #parked: (() => void)[] = [];
  #isAsking = false;
  #state: 'running' | 'waiting' | 'ended' = 'running';
  #watchers: (() => void)[] = [];
  #resume: () => void = () => undefined;
  phase: Phase = 'plan';
  attempt = 0;

  constructor(log: Exchange[]) {
    this.#log = log;
  }

  get isParked(): boolean {
    return this.#parked.length > 0;
  }

  get hasEnded(): boolean {
    return this.#state === 'ended';
  }

  /** Whether nothing of it goes on by itself. */
  get standsStill(): boolean {
    return !this.#isAsking && (this.isParked || this.#state !== 'running');
  }

  #changed(): void {
    if (this.standsStill) for (const tell of this.#watchers.splice(0)) tell();
  }

  /** Settles as soon as it stands still. */
  async stopped(): Promise<void> {
    if (!this.standsStill) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  /** Lets the request that stands longest go. */
  goOn(): void {
    const go = this.#parked.shift();
    if (go === undefined) throw new Error('It has nothing to ask.');
    this.#isAsking = true;
    go();
  }

  /** Until another writer lets go. */
  async wait(): Promise<void> {
    const gone = new Promise<void>((resolve) => {
      this.#resume = resolve;
    });
    this.#state = 'waiting';
    this.#changed();
    await gone;
  }

  resume(): void {
    this.#state = 'running';
    this.#resume();
  }

  end(): void {
    this.#state = 'ended';
    this.#changed();
  }

  through(transport: Transport): Transport {
    return {
      exchange: async (outgoing) => {
        await new Promise<void>((resolve) => {
          this.#parked.push(resolve);
          this.#changed();
        });
        this.#log.push({ writer: this, phase: this.phase, attempt: this.attempt });
        const answer = await transport.exchange(outgoing);
        this.#isAsking = false;
        this.#changed();
        return answer;
      },
      destroy: () => transport.destroy(),
    };
  }
}

interface Exchange {
  readonly writer: Writer;
  readonly phase: Phase;
  readonly attempt: number;
}

/** What locks are for runs on one machine; null for two machines. */
class Lock {
  #held = false;
  readonly #waiting: Writer[] = [];

  async hold<T>(writer: Writer, act: () => Promise<T>): Promise<T> {
    if (this.#held) {
      this.#waiting.push(writer);
      await writer.wait();
    }
    this.#held = true;
    try {
      return await act();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#held = false;
      else next.resume();
    }
  }
}

/** As a command does it: plans, compares, sends, reads back; planned anew where the other was faster. */
async function write(
  writer: Writer,
  provider: Provider,
  change: Write,
  { merges, lock }: { readonly merges: boolean; readonly lock: Lock | null },
): Promise<'done' | 'conflict'> {
  for (;;) {
    writer.phase = 'plan';
    const plan = await change(provider);
    if (plan == null) throw new Error('No plan.');
    if (plan.steps.length === 0) return 'done';
    const act = (): Promise<'done' | 'late' | 'conflict'> => sendOnce(writer, provider, plan);
    const end = lock === null ? await act() : await lock.hold(writer, act);
    if (end !== 'late') return end;
    if (!merges || writer.attempt === 3) return 'conflict';
    writer.attempt += 1;
  }
}

async function sendOnce(
  writer: Writer,
  provider: Provider,
  plan: WritePlan<unknown>,
): Promise<'done' | 'late' | 'conflict'> {
  try {
    writer.phase = 'compare';
    await plan.unchanged?.();
    writer.phase = 'send';
    const answers = [];
    for (const step of plan.steps) answers.push(await provider.send(step));
    writer.phase = 'verify';
    await plan.finish(answers);
    return 'done';
  } catch (error) {
    if (!(error instanceof DashctlError) || error.code !== 'conflict') throw error;
    return writer.phase === 'compare' ? 'late' : 'conflict';
  }
}

/** Lets them go on one request at a time, in the order that was drawn. */
async function interleave(writers: readonly Writer[], order: readonly number[]): Promise<void> {
  for (let turn = 0; ; turn++) {
    // One that ends may set the other one going.
    while (!writers.every(({ standsStill }) => standsStill))
      await Promise.all(writers.map((writer) => writer.stopped()));
    const ready = writers.filter(({ isParked }) => isParked);
    if (ready.length === 0) break;
    const next = ready[(order[turn] ?? 0) % ready.length];
    next?.goOn();
  }
  expect(writers.every(({ hasEnded }) => hasEnded)).toBe(true);
}

/** Whether the other's write may have overwritten one's own: it was compared before, and sent after it. */
function inLastRoundTrip(log: readonly Exchange[], lost: Writer, other: Writer): boolean {
  const at = (writer: Writer, phase: Phase): number[] =>
    log.flatMap((one, index) =>
      one.writer === writer && one.phase === phase && one.attempt === writer.attempt ? [index] : [],
    );
  const written = at(lost, 'send')[0] ?? Infinity;
  const compared = at(other, 'compare')[0] ?? at(other, 'plan').at(-1) ?? Infinity;
  const overwritten = at(other, 'send').at(-1) ?? -1;
  return compared < written && written < overwritten;
}

/** @returns how many changes were reported as done and are not there */
async function contest(
  server: OpenWorld,
  { changes, merges, replaces }: Contest,
  order: readonly number[],
  pair: readonly [number, number],
  lock: Lock | null,
): Promise<number> {
  server.reset();
  const log: Exchange[] = [];
  const run = async (index: number) => {
    const writer = new Writer(log);
    const change = changes[index];
    if (change === undefined) throw new Error('No change.');
    const provider = await server.connect((transport) => writer.through(transport));
    const end = write(writer, provider, change, { merges, lock }).finally(() => {
      writer.end();
    });
    // A failure must not stand unheard while the other one still runs.
    end.catch(() => undefined);
    return { writer, change, end };
  };
  const one = await run(pair[0]);
  const two = await run(pair[1]);
  await interleave([one.writer, two.writer], order);
  const provider = await server.connect();
  let lost = 0;
  for (const [mine, other] of [
    [one, two],
    [two, one],
  ] as const) {
    if ((await mine.end) === 'conflict') continue;
    const there = (await mine.change(provider))?.steps.length === 0;
    if (there) continue;
    lost += 1;
    expect(lock).toBeNull();
    expect(replaces).toBe(true);
    expect(inLastRoundTrip(log, mine.writer, other.writer)).toBe(true);
  }
  return lost;
}

const order = fc.array(fc.nat({ max: 1 }), { minLength: 20, maxLength: 60 });
const pair = fc.constantFrom<readonly [number, number]>([0, 1], [1, 0], [0, 2], [2, 1]);

describe.each(contests)('$what', (one) => {
  it.each([
    { where: 'on one machine', runs: 20 },
    { where: 'on two machines', runs: 30 },
  ])('$where', { timeout: 600_000 }, async ({ where, runs }) => {
    if (one.world === undefined) throw new Error('No such room.');
    const server = await one.world.open();
    let lost = 0;
    try {
      await fc.assert(
        fc.asyncProperty(order, pair, async (turns, who) => {
          const lock = where === 'on one machine' ? new Lock() : null;
          lost += await contest(server, one, turns, who, lock);
        }),
        tried(runs),
      );
    } finally {
      await server.close();
    }
    if (!one.replaces || where === 'on one machine') expect(lost).toBe(0);
  });
});
