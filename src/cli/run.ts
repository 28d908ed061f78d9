/** One run: argv → command → exit code. The one place that turns errors into codes. */
import { asDashctlError, DashctlError } from '../errors.ts';
import { nearest } from '../model/nearest.ts';
import { createRenderer } from '../output/renderer.ts';
import { describeTerminal } from '../output/terminal.ts';
import { allCommands, findNoun, nouns } from './nouns.ts';
import { commandPage, nounPage, rootPage } from './help.ts';
import { helpText } from './help-page.ts';
import { findVerb, locate, nounCommand } from './locate.ts';
import type { FileOperations } from '../files/operations.ts';
import type { Clock } from '../http/http.ts';
import type { Renderer, Streams } from '../output/output.ts';
import type { CommandDefinition } from './definition.ts';
import { topicNames } from './topic-names.ts';
import type { Location } from './locate.ts';

/** Everything that a run takes from the process; a test hands in its own. */
export interface Outside {
  /** Without node and script. */
  readonly argv: readonly string[];
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly streams: Streams;
  /** Calls `act` on the signal until the returned function is called. */
  onSignal(signal: 'SIGINT' | 'SIGTERM', act: () => void): () => void;
  /** Ends the process at once. */
  exitNow(code: number): void;
  /** The operating system's keyring: the program that speaks to it, and whether it may ask somebody to unlock it. */
  readonly keyring?: { readonly command: readonly [string, ...string[]]; readonly quiet: boolean };
  /** Time and chance; those of the machine without it. */
  readonly clock?: Clock;
  /** Is told the command (`dashboards list`) once it is done. */
  readonly ran?: (command: string) => void;
  /** The disk as the journal uses it; the real one without it. */
  readonly files?: FileOperations;
}

/** Runs one command line and reports its failure. @returns the exit code */
export async function run(outside: Outside): Promise<number> {
  let opened: Renderer | null = null;
  const plain = (): Renderer => (opened ??= plainRenderer(outside));
  if (outside.argv[0] === '__complete') return (await import('./completion/entry.ts')).complete(outside);
  try {
    const location = await locate(outside.argv);
    const words = outside.argv.slice(0, indexOfTerminator(outside.argv));
    if (words.includes('--version') || words.includes('-V')) {
      await plain().text(outside.version);
      return 0;
    }
    const help = await helpFor(location, words);
    if (help !== null) {
      await plain().text(help);
      return 0;
    }
    const command = await commandOf(location);
    const { runCommand } = await import('./run-command.ts');
    const code = await runCommand(outside, command, location.rest);
    outside.ran?.(`${command.noun} ${command.verb}`);
    return code;
  } catch (error) {
    await plain().error(error, { debug: outside.argv.includes('--debug') });
    return asDashctlError(error).exitCode;
  } finally {
    // The command has a renderer of its own; this one exists only if something was said before it.
    await (opened as Renderer | null)?.finish();
  }
}

/** The renderer before options are parsed: it only has to tell whether errors are wanted as JSON. */
function plainRenderer(outside: Outside): Renderer {
  const terminal = describeTerminal(outside.streams, outside.env, { color: 'auto', noInput: true });
  const format = asksForJson(outside.argv) ? 'json' : null;
  return createRenderer(outside.streams, terminal, {
    format,
    fields: null,
    raw: false,
    csvRaw: false,
    filter: null,
  });
}

function asksForJson(argv: readonly string[]): boolean {
  const words = argv.slice(0, indexOfTerminator(argv));
  return words.some((word, index) => {
    const value = /^(?:--output=|-o=?)(.+)$/.exec(word)?.[1] ?? (isOutput(words[index - 1]) ? word : null);
    return word === '--json' || value === 'json' || value === 'ndjson';
  });
}

function isOutput(word: string | undefined): boolean {
  return word === '-o' || word === '--output';
}

function indexOfTerminator(argv: readonly string[]): number {
  const index = argv.indexOf('--');
  return index < 0 ? argv.length : index;
}

/** The text of help when the line asks for it, in any of its spellings; null when it does not. */
async function helpFor(location: Location, words: readonly string[]): Promise<string | null> {
  const asked = words.includes('--help') || words.includes('-h');
  if (location.nounWord === null && (asked || words.length === 0)) return helpText(rootPage());
  if (location.nounWord === 'help') return await helpOn(location.words.slice(1));
  if (location.noun === null) {
    if (asked) throw unknownNoun(location.nounWord);
    return null;
  }
  const { verbWord, rest } = location;
  if ((verbWord === '' ? rest[0] : verbWord) === 'help') {
    return await helpOn([location.noun.name, ...rest.filter((word) => !word.startsWith('-'))]);
  }
  const bare =
    verbWord === null || (verbWord === '' && rest.length === 0 && needsArguments(location.command));
  if (!asked && !bare) return null;
  if (location.command !== null) return helpText(commandPage(location.command));
  if (location.verbWord !== null)
    throw await unknownVerb(location.noun.name, location.verbWord, location.verbs);
  return helpText(nounPage(location.noun, location.verbs));
}

function needsArguments(command: CommandDefinition | null): boolean {
  return Object.values(command?.args ?? {}).some(({ count }) => count === 'one' || count === 'many');
}

/** `help`, `help TOPIC`, `help NOUN`, `help NOUN VERB`. */
async function helpOn(words: readonly string[]): Promise<string> {
  const [first, second] = words;
  if (first === undefined) return helpText(rootPage());
  if (Object.hasOwn(topicNames(), first)) {
    const page = await (await import('./topics.ts')).topicPage(first);
    if (page !== null) return helpText(page);
  }
  const noun = findNoun(first);
  if (noun === null) throw unknownNoun(first, Object.keys(topicNames()));
  const verbs = await noun.load();
  if (second === undefined || nounCommand(verbs) !== null) return helpText(nounPage(noun, verbs));
  const command = findVerb(verbs, second);
  if (command === null) throw await unknownVerb(noun.name, second, verbs);
  return helpText(commandPage(command));
}

async function commandOf(location: Location): Promise<CommandDefinition> {
  if (location.command !== null) return location.command;
  if (location.nounWord === null) {
    throw new DashctlError('usage', 'No command was named.', { hint: 'dashctl --help lists them.' });
  }
  if (location.noun === null) throw unknownNoun(location.nounWord);
  throw await unknownVerb(location.noun.name, location.verbWord ?? '', location.verbs);
}

function unknownNoun(word: string | null, more: readonly string[] = []): DashctlError {
  const known = [...nouns.map((noun) => noun.name), ...more];
  return new DashctlError('usage', `Unknown command "${word ?? ''}".`, {
    hint: suggestion(word ?? '', known) ?? 'See dashctl --help.',
    details: { commands: known },
  });
}

/** Looks whether another noun has the verb, as in `dashctl share grant`. */
async function unknownVerb(
  noun: string,
  word: string,
  verbs: readonly CommandDefinition[],
): Promise<DashctlError> {
  const elsewhere = (await allCommands()).filter((command) => command.verb === word);
  const [other, ...more] = elsewhere;
  // A verb that most nouns have points nowhere.
  if (other !== undefined && more.length < 3) {
    return new DashctlError('usage', `"${noun}" has no verb "${word}".`, {
      hint: `There is: dashctl ${other.noun} ${other.verb}.`,
    });
  }
  const known = verbs.map((command) => command.verb);
  return new DashctlError('usage', `"${noun}" has no verb "${word}".`, {
    hint: suggestion(word, known) ?? `See dashctl ${noun} --help.`,
    details: { verbs: known },
  });
}

function suggestion(word: string, known: readonly string[]): string | null {
  const close = nearest(word, known);
  return close === null ? null : `Did you mean ${close}?`;
}
