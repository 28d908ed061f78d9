/** One cell of the matrix: carries a fault out on an operation and judges what came of it. */
import { errorCatalogue } from '../../src/errors.ts';
import type { ErrorCode, ErrorJson } from '../../src/errors.ts';
import type { Fault, Variant } from './faults.ts';
import { altered } from './proxy.ts';
import type { Exchange } from './proxy.ts';
import { plainWay } from './rehearsal.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { Program, Trip, World } from './world.ts';

/** Runs the variants of a fault one after the other. @throws Error that names all that is wrong */
export async function runCell(world: World, fault: Fault, rehearsal: Rehearsal): Promise<void> {
  const variants = fault.variants({
    rehearsal,
    setState: (text) => {
      world.setState(text);
    },
  });
  if (typeof variants === 'string') throw new Error(variants);
  const wrong: string[] = [];
  for (const variant of variants) {
    const found = await runVariant(world, rehearsal, variant);
    wrong.push(...found.map((what) => `${variant.name}: ${what}`));
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

/** @returns what is wrong. */
export async function runVariant(
  world: World,
  rehearsal: Rehearsal,
  variant: Variant,
  program?: Program,
): Promise<string[]> {
  const { meddle = null, spoils = false, dark, words = [] } = variant;
  const trip = await world.run(rehearsal.operation.words, {
    proxy: {
      matches: spoils ? ({ method }) => method === 'GET' : rehearsal.matches,
      meddle: spoils ? spoil(rehearsal.operation.text) : meddle,
      dark: dark === undefined ? null : { after: rehearsal.ahead, how: dark },
    },
    tls: variant.tls === true,
    unresolved: variant.unresolved ?? null,
    words: words.includes('-o') ? words : [...words, '--json'],
    ...(variant.waits === undefined ? {} : { waits: variant.waits }),
    ...(program === undefined ? {} : { program }),
  });
  return [...judge(world, rehearsal, variant, trip), ...(await judgeAgain(world, rehearsal, variant, trip))];
}

/** Where the first of several writes stands and the rest was not sent, the same command again does the rest. */
async function judgeAgain(
  world: World,
  rehearsal: Rehearsal,
  { right }: Variant,
  { state }: Trip,
): Promise<string[]> {
  if (typeof right === 'string' || right.state !== 'stands') return [];
  const again = await world.run([...rehearsal.operation.words, '--json'], plainWay, state);
  return rehearsal.comparable(again.state) === rehearsal.after
    ? []
    : [`the same command again does not do the rest: ${again.result.stderr}`];
}

/** Makes the first letter of a text a byte that is no UTF-8. */
function spoil(text: string): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const answer = await exchange.forward();
    const at = answer.body.indexOf(text);
    if (at < 0) {
      exchange.answer(answer);
      return;
    }
    const body = Buffer.from(answer.body);
    body[at] = 0xff;
    exchange.answer(altered(answer, { body }));
  };
}

function judge(world: World, rehearsal: Rehearsal, variant: Variant, trip: Trip): string[] {
  const { result, state, asked } = trip;
  const { code, stdout, stderr } = result;
  const wrong: string[] = [];
  const check = (good: boolean, what: () => string): void => {
    if (!good) wrong.push(what());
  };

  // Beside an error it stands in the error object.
  const warned = stderr.split('sent text that is not UTF-8').length - 1;
  const error = errorOf(variant.spoils === true ? stderr.replace(/^Warning: .*\n/, '') : stderr);
  const told = error === null ? `exit ${code}` : `exit ${code}, ${error.code}: ${error.message}`;
  const holds = rehearsal.comparable(state);
  // What cannot be relied on stops all of several writes.
  const isBefore = holds === (variant.spoils === true ? rehearsal.seed : rehearsal.before);
  const isAfter = holds === rehearsal.after;
  const stands = rehearsal.stands !== null && holds === rehearsal.stands;
  const isGone = rehearsal.gone !== null && holds === rehearsal.comparable(rehearsal.gone);

  check(error?.code !== 'internal', () => `a defect of dashctl: ${told}`);
  check(
    (code === 0) === (error === null),
    () => `${told}, but stderr is ${JSON.stringify(stderr.slice(0, 300))}`,
  );
  if (error !== null) check(code === errorCatalogue[error.code], () => `${told} does not match its code`);

  const { right } = variant;
  if (right === 'right') {
    check(code === 0, () => told);
    check(isAfter, () => `the server does not hold what it should (${told})`);
    if (variant.spoils === true) check(warned === 1, () => `${warned} warnings of text that is not UTF-8`);
    else if (code === 0) check(printsTheSame(rehearsal, stdout), () => `it prints ${stdout.slice(0, 500)}`);
  } else if (right === 'right or refused') {
    check(code === 0 ? isAfter : isBefore, () => `the server does not hold what it should (${told})`);
    check(!state.includes('\ufffd'), () => 'damaged text was written back');
  } else {
    check(
      error !== null && right.codes.includes(error.code),
      () => `${told}, not ${right.codes.join(' or ')}`,
    );
    check(right.says?.test(stderr) !== false, () => `it does not say ${String(right.says)}: ${stderr}`);
    const kept = { before: isBefore, after: isAfter, stands, gone: isGone }[right.state];
    check(kept, () => `the server does not hold the state ${right.state} (${told})`);
  }

  // Whatever was expected: what is told must be true.
  const fate = (error?.details as { fate?: string } | null)?.fate;
  if (fate === 'applied' || fate === 'accepted')
    check(isAfter || stands, () => `it says ${fate}, which is not so`);
  if (fate === 'not-applied') check(isBefore || isGone, () => 'it says not applied, which is not so');

  const struck = asked.filter(rehearsal.matches);
  const reached = struck.filter((one) => one.reached() !== null && (one.reached()?.status ?? 0) < 400);
  const most = variant.most ?? (rehearsal.read ? Infinity : 1);
  check(rehearsal.read || reached.length <= most, () => `the server acted ${reached.length} times`);
  if (variant.asked !== undefined)
    check(struck.length === variant.asked, () => `asked ${struck.length} times, not ${variant.asked}`);
  if (variant.knocks !== undefined) {
    const knocks = variant.unresolved === undefined ? trip.knocks : trip.lookups;
    // Requests that leave together knock together, as long as the budget of repeats lasts.
    check(
      knocks >= variant.knocks && knocks <= variant.knocks * rehearsal.rest,
      () =>
        `tried to connect ${knocks} times, not ${variant.knocks} for each of ${rehearsal.rest} requests at most`,
    );
  }
  if (variant.waited !== undefined && trip.waited !== null) {
    const [least, longest] = variant.waited;
    const { waited } = trip;
    check(waited >= least && waited <= longest, () => `waited ${waited} ms`);
  }
  if (code !== 0 && !(variant.words ?? []).includes('ndjson'))
    check(stdout === '', () => `a failure prints ${stdout.slice(0, 200)}`);

  const streams = { stdout, stderr, files: trip.files };
  for (const [name, text] of Object.entries(streams)) {
    for (const secret of world.secrets())
      check(
        !text.includes(secret) && !text.includes(encodeURIComponent(secret)),
        () => `${name} shows a secret`,
      );
  }
  const more = variant.also?.({ stdout, stderr, state }) ?? null;
  if (more !== null) wrong.push(`${more} (${told})`);
  return wrong;
}

function printsTheSame({ comparable, printed, operation }: Rehearsal, stdout: string): boolean {
  const now = comparable(stdout);
  return (
    now === printed || (operation.unlisted === true && now === printed.replace('"id": "(new)"', '"id": null'))
  );
}

/** The one error on stderr; null without one. Anything else there counts as an error without a code. */
function errorOf(stderr: string): (ErrorJson['error'] & { code: ErrorCode }) | null {
  const text = stderr.trim();
  if (text === '') return null;
  try {
    return (JSON.parse(text) as ErrorJson).error;
  } catch {
    return {
      code: 'internal',
      message: text,
      hint: null,
      provider: null,
      profile: null,
      status: null,
      requestId: null,
      details: null,
    };
  }
}
