/** Runs over three things of which the second one meets a fault: what is done, what is left, and what is not even tried. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { errorCatalogue } from '../../src/errors.ts';
import type { ErrorJson } from '../../src/errors.ts';
import { seedGtmhub } from '../../src/sandbox/gtmhub/seed.ts';
import { systems } from './operations.ts';
import type { Asked, Exchange } from './proxy.ts';
import { headOf } from './proxy.ts';
import { World } from './world.ts';

const permissions = seedGtmhub()
  .permissions.slice(0, 3)
  .map(({ id }) => id);

/** Each thing takes one write of its own. Syntho has no command for several. */
const commands: Readonly<Record<string, string>> = {
  datadog: 'share revoke q8w-5ns-0jy v0d-3mz-6hp w6n-8xq-3fl',
  grafana: 'dashboards delete abandoned company-goals node-health',
  posthog: 'dashboards delete 1 2 3',
  gtmhub: `perms delete ${permissions.join(' ')}`,
};

/** What became of the three. */
interface Counts {
  readonly done: number;
  readonly failed?: number;
  readonly unknown?: number;
  readonly notStarted?: number;
}

interface Right extends Counts {
  readonly exit: number;
  /** How many of the writes the server got. */
  readonly writes: number;
  /** Requests after the first refusal of credentials, at most. */
  readonly afterwards?: number;
  readonly waited?: number;
}

/** `write` counts the writes from 1 and is 0 for reads. @returns whether it dealt with the request. */
type Meddle = (exchange: Exchange, write: number) => Promise<boolean> | boolean;

interface Strike {
  readonly name: string;
  /** Makes what meets each request of one run. */
  readonly begin: () => Meddle;
  readonly words?: readonly string[];
  readonly right: Right;
}

const refuse = (
  { answer }: Exchange,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): true => {
  const body = Buffer.from('{"detail":"No","message":"No","errors":["No"]}');
  answer({
    status,
    headers: [
      ...Object.entries({ 'content-type': 'application/json', ...headers }),
      ['content-length', String(body.length)],
    ],
    body,
  });
  return true;
};

const all: Omit<Right, 'writes'> = { done: 3, exit: 0 };
const allButOne: Omit<Right, 'writes'> = { done: 2, failed: 1, exit: 4 };

const onSecond =
  (act: (exchange: Exchange) => Promise<void> | void): Strike['begin'] =>
  () =>
  async (exchange, write) => {
    if (write !== 2) return false;
    await act(exchange);
    return true;
  };

/** From this write on the credentials are refused, whatever is asked. */
const overFrom = (first: number): Strike['begin'] => {
  return () => {
    let over = false;
    return (exchange, write) => {
      over ||= write === first;
      return over && refuse(exchange, 401);
    };
  };
};

const strikes: readonly Strike[] = [
  {
    name: '401 for one write',
    begin: onSecond((exchange) => void refuse(exchange, 401)),
    // A read tells that the credentials are still good.
    right: { ...allButOne, writes: 3 },
  },
  {
    name: '401 from the second write on',
    begin: overFrom(2),
    // It is read once whether that stays so; Datadog reads for both of its keys.
    right: { done: 1, failed: 1, notStarted: 1, exit: 4, writes: 2, afterwards: 2 },
  },
  {
    name: '401 from the first write on',
    begin: overFrom(1),
    right: { done: 0, failed: 1, notStarted: 2, exit: 3, writes: 1, afterwards: 2 },
  },
  {
    name: '403 for one write',
    begin: onSecond((exchange) => void refuse(exchange, 403)),
    right: { ...allButOne, writes: 3 },
  },
  {
    name: '403 for one write with --fail-fast',
    begin: onSecond((exchange) => void refuse(exchange, 403)),
    words: ['--fail-fast'],
    right: { done: 1, failed: 1, notStarted: 1, exit: 4, writes: 2 },
  },
  {
    name: '429 once',
    begin: onSecond((exchange) => void refuse(exchange, 429, { 'retry-after': '7' })),
    right: { ...all, writes: 4, waited: 7000 },
  },
  {
    name: '429 for longer than may be waited',
    begin: onSecond((exchange) => void refuse(exchange, 429, { 'retry-after': '3600' })),
    // The third is not even sent: the host has said when it may be.
    right: { done: 1, failed: 2, exit: 4, writes: 2 },
  },
  {
    name: '503 once',
    begin: onSecond((exchange) => void refuse(exchange, 503)),
    right: { done: 2, unknown: 1, exit: 4, writes: 3 },
  },
  {
    name: 'reset after the server acted',
    begin: onSecond(async ({ forward, reset }) => {
      await forward();
      reset();
    }),
    right: { ...all, writes: 3 },
  },
  {
    name: 'reset before the server acted',
    begin: onSecond(({ reset }) => {
      reset();
    }),
    right: { done: 2, unknown: 1, exit: 4, writes: 3 },
  },
  {
    name: 'slow headers',
    begin: onSecond(({ stall }) => {
      stall();
    }),
    right: { done: 2, unknown: 1, exit: 4, writes: 3 },
  },
  {
    name: 'torn headers after the server acted',
    begin: onSecond(async ({ forward, write, end }) => {
      const { status, headers } = await forward();
      write(headOf({ status, headers }).slice(0, 20));
      end();
    }),
    right: { ...all, writes: 3 },
  },
];

for (const system of systems.filter(({ provider }) => commands[provider] !== undefined)) {
  describe(system.provider, () => {
    let world: World | null = null;
    beforeAll(async () => {
      world = await World.open(system);
    });
    afterAll(() => world?.close());

    for (const strike of strikes) {
      it(`${system.provider} × three × ${strike.name}`, async () => {
        if (world === null) throw new Error('There is no world.');
        const wrong = await judge(world, strike);
        if (wrong.length > 0) throw new Error(wrong.join('\n'));
      });
    }
  });
}

async function judge(world: World, strike: Strike): Promise<string[]> {
  const { system } = world;
  const isWrite = ({ method }: Asked): boolean => method !== 'GET';
  let writes = 0;
  const strikes = strike.begin();
  const meddle = async (exchange: Exchange): Promise<void> => {
    const nth = isWrite(exchange.asked) ? ++writes : 0;
    if (!(await strikes(exchange, nth))) exchange.answer(await exchange.forward());
  };
  const words = [...(commands[system.provider] ?? '').split(' '), '--yes', '--confirm', '3'];
  const { result, asked, waited, files } = await world.run(words, {
    proxy: { matches: () => true, meddle, dark: null },
    tls: false,
    unresolved: null,
    words: ['--json', '--concurrency', '1', ...(strike.words ?? [])],
  });

  const { right } = strike;
  const wrong: string[] = [];
  const same = (what: string, is: unknown, expected: unknown): void => {
    if (is !== expected) wrong.push(`${what} is ${String(is)}, not ${String(expected)}: ${result.stderr}`);
  };
  same('the exit code', result.code, right.exit);
  same('the number of writes', asked.filter(isWrite).length, right.writes);
  if (right.exit === 0) same('stderr', result.stderr.replace(/^The answer was lost.*\n/, ''), '');
  else {
    const { code, details } = (JSON.parse(result.stderr) as ErrorJson).error;
    same('the exit code of the error', errorCatalogue[code], right.exit);
    const told = details as Required<Counts>;
    for (const count of ['done', 'failed', 'unknown', 'notStarted'] as const)
      same(count, told[count], right[count] ?? 0);
  }
  // What is told as done was done by the server, and printed.
  const acted = asked.filter((one) => isWrite(one) && (one.reached()?.status ?? 500) < 400).length;
  same('the number of things that the server changed', acted, right.done);
  same('the number of rows', (JSON.parse(result.stdout) as unknown[]).length, right.done);
  if (right.waited !== undefined && waited !== null && waited < right.waited)
    wrong.push(`waited ${waited} ms`);
  if (right.afterwards !== undefined) {
    const refused = asked.findIndex((one) => one.reached() === null);
    const afterwards = asked.length - refused - 1;
    if (afterwards < 1 || afterwards > right.afterwards)
      wrong.push(`asked ${afterwards} times after the refusal`);
  }
  for (const secret of world.secrets())
    if ([result.stdout, result.stderr, files].some((text) => text.includes(secret)))
      wrong.push('a secret shows');
  return wrong;
}
