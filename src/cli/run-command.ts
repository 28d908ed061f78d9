/** Runs one command: parses its words, builds the context, and cleans up behind it. */
import { setMaxListeners } from 'node:events';
import { asDashctlError, DashctlError } from '../errors.ts';
import { createContext } from './create-context.ts';
import { usageLine } from './help.ts';
import { redactedFailure } from './redacted-failure.ts';
import { withAccount } from './hints.ts';
import { createInterruption } from './interruption.ts';
import { missingError, parseCommand } from './parse.ts';
import type { Renderer } from '../output/output.ts';
import type { Context } from './context.ts';
import { commandName } from './definition.ts';
import type { CommandDefinition } from './definition.ts';
import type { Outside } from './run.ts';

/**
 * @returns the exit code; failures of the command are already reported.
 * @throws DashctlError `usage` for words that cannot be parsed
 */
export async function runCommand(
  outside: Outside,
  command: CommandDefinition,
  words: readonly string[],
): Promise<number> {
  const { globals, input, missing } = parseWords(command, words);
  const interruption = createInterruption();
  // Every request under way listens; Node would take more than ten for a leak.
  setMaxListeners(0, interruption.stop, interruption.cut);
  let signalCode = 0;
  let renderer: Renderer | null = null;
  const stop = (signal: 'SIGINT' | 'SIGTERM', code: 130 | 143): (() => void) =>
    outside.onSignal(signal, () => {
      if (renderer?.interrupted(signal) === true) return;
      if (interruption.stop.aborted) outside.exitNow(code);
      signalCode = code;
      if (interruption.interrupt()) {
        renderer?.note('Interrupted: what was sent gets 10 s to end. Interrupt again to end at once.');
      }
    });
  const listen = (): (() => void)[] => [stop('SIGINT', 130), stop('SIGTERM', 143)];
  let offs = listen();
  const block = <T>(work: () => T): T => {
    for (const off of offs) off();
    try {
      return work();
    } finally {
      offs = listen();
    }
  };

  const { context, dispose } = createContext(outside, command, globals, interruption, block);
  renderer = context.renderer;
  let exit = 0;
  try {
    if (command.shape !== null) context.renderer.checkFields(command.shape);
    await context.renderer.checkFilter();
    const asked = missing.length === 0 ? {} : await askMissing(context, missing);
    await command.run(context, { ...input, ...asked } as never);
    return (exit = signalCode);
  } catch (error) {
    const failure = explain(await withoutSecrets(asDashctlError(error), context), context);
    if (context.renderer.closed && !command.writes) return 0;
    if (failure.code === 'usage') context.renderer.note(usageLine(command));
    // Who asks for a filter alone wants its results, not JSON: a failure is told in a sentence then.
    const sentence = globals.jq !== null && !globals.json && globals.output === null;
    await context.renderer.error(failure, { debug: globals.debug, ...(sentence && { json: false }) });
    return (exit = signalCode === 0 ? failure.exitCode : signalCode);
  } finally {
    context.renderer.progress.stop();
    await dispose(exit);
    await context.renderer.finish();
    for (const off of offs) off();
  }
}

/** Asks for what is missing, or names the first of it where nobody can be asked. Nothing was sent by then. */
async function askMissing(context: Context, missing: readonly string[]): Promise<Record<string, unknown>> {
  const { command } = context;
  const [first] = missing;
  if (first !== undefined && !context.prompter.available)
    throw withUsage(command, missingError(command, first));
  const { askFor } = await import('./ask.ts');
  const found: Record<string, unknown> = {};
  for (const name of missing) found[name] = await askFor(context, name);
  return found;
}

/** What nobody foresaw may quote anything: its words and those of its causes lose the secrets of the accounts. */
async function withoutSecrets(failure: DashctlError, context: Context): Promise<DashctlError> {
  if (failure.code !== 'internal') return failure;
  const { createRedactor } = await import('../http/redact.ts');
  const secrets = context.connectedAccounts().flatMap((account) => Object.values(account.secrets));
  return redactedFailure(failure, createRedactor(secrets));
}

/** Adds what the run knows: which account failed, and where to look next. */
function explain(failure: DashctlError, context: Context): DashctlError {
  const [account, ...others] = context.connectedAccounts();
  if (account === undefined || others.length > 0) return failure;
  const known = { profile: account.profile, provider: account.provider };
  // A path of one's own choice says nothing about what else there is.
  if (failure.code !== 'not-found' || context.command.noun === 'api') {
    return failure.with(known).withHint((hint) => withAccount(hint, account));
  }
  const list =
    context.command.noun === 'share' || context.command.noun === 'invite'
      ? 'share list --all'
      : 'dashboards list';
  return failure
    .with({ ...known, hint: `See what is there: dashctl ${list}` })
    .withHint((hint) => withAccount(hint, account));
}

function parseWords(command: CommandDefinition, words: readonly string[]): ReturnType<typeof parseCommand> {
  try {
    return parseCommand(command, words);
  } catch (error) {
    throw withUsage(command, asDashctlError(error));
  }
}

/** The same failure with the usage of the command. */
function withUsage(command: CommandDefinition, failure: DashctlError): DashctlError {
  const more = `${usageLine(command)}\nSee dashctl ${commandName(command)} --help.`;
  return new DashctlError(failure.code, failure.message, {
    hint: failure.hint === undefined ? more : `${usageLine(command)}\n${failure.hint}`,
    details: failure.details,
    cause: failure,
  });
}
