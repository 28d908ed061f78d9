/**
 * Finds the noun and the verb on a command line on which options may stand anywhere. What an option takes is read from
 * the definitions; all of them are loaded only when an option that is not global stands before the noun.
 */
import { globalGroups, kebabCase } from './global-options.ts';
import { allCommands, findNoun } from './nouns.ts';
import type { CommandDefinition, Options } from './definition.ts';
import type { Noun } from './nouns.ts';

export interface Location {
  /** The first word as typed, null when there is none. */
  readonly nounWord: string | null;
  readonly noun: Noun | null;
  /** The verb as typed, null when there is none; empty where the noun is a command of its own. */
  readonly verbWord: string | null;
  readonly command: CommandDefinition | null;
  /** The verbs of the noun; empty without one. */
  readonly verbs: readonly CommandDefinition[];
  /** argv without noun and verb. */
  readonly rest: readonly string[];
  /** Further words after an unknown or special noun (`help dashboards list`). */
  readonly words: readonly string[];
}

/** Verbs that have a second spelling. */
export const verbAliases: Readonly<Record<string, string>> = { ls: 'list', rm: 'delete', show: 'get' };

/** Locates the command that `argv` (without node and script) names. Never fails: what is not found is null. */
export async function locate(argv: readonly string[]): Promise<Location> {
  let takesValue = valueOptions([globalGroups(null).map((group) => group.options)].flat());
  let everything = false;
  let noun: Noun | null = null;
  let verbs: readonly CommandDefinition[] = [];
  let nounIndex = -1;
  let verbIndex = -1;
  let secondIndex = -1;
  const words: string[] = [];

  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') break;
    if (word.startsWith('-') && word !== '-') {
      if (word.includes('=')) continue;
      if (noun === null && !everything && takesValue.get(word) === undefined && word.startsWith('--')) {
        everything = true;
        const commands = await allCommands();
        takesValue = new Map([...takesValue, ...valueOptions(commands.map((command) => command.options))]);
      }
      if (takesNext(word, takesValue)) index += 1;
      continue;
    }
    words.push(word);
    if (nounIndex < 0) {
      nounIndex = index;
      noun = findNoun(word);
      if (noun === null) continue;
      verbs = await noun.load();
      if (nounCommand(verbs) !== null) break;
      takesValue = new Map([...takesValue, ...valueOptions(verbs.map((command) => command.options))]);
    } else if (noun !== null && verbIndex < 0) {
      verbIndex = index;
      if (!startsVerb(verbs, word)) break;
    } else if (noun !== null) {
      secondIndex = index;
      break;
    }
  }

  const own = nounCommand(verbs);
  const verbWord = own === null ? wordAt(argv, verbIndex, secondIndex) : '';
  const command = own ?? (verbWord === null ? null : findVerb(verbs, verbWord));
  return {
    nounWord: nounIndex < 0 ? null : (argv[nounIndex] ?? null),
    noun,
    verbWord,
    command,
    verbs,
    rest: argv.filter((_word, index) => index !== nounIndex && index !== verbIndex && index !== secondIndex),
    words,
  };
}

/** The command that a noun is by itself (`api`); null where it has verbs. */
export function nounCommand(verbs: readonly CommandDefinition[]): CommandDefinition | null {
  return verbs.find((command) => command.verb === '') ?? null;
}

/** Whether a word is the first half of a verb (`principal` of `principal-get`) that may be written as two words. */
function startsVerb(verbs: readonly CommandDefinition[], word: string): boolean {
  return findVerb(verbs, word) === null && verbs.some((command) => command.verb.startsWith(`${word}-`));
}

/** The verb as typed, two words joined; null when there is none. */
function wordAt(argv: readonly string[], verbIndex: number, secondIndex: number): string | null {
  const word = argv[verbIndex];
  if (word === undefined) return null;
  const second = argv[secondIndex];
  return second === undefined ? word : `${word}-${second}`;
}

/** The verb of that name or alias; null when the noun has none. */
export function findVerb(verbs: readonly CommandDefinition[], word: string): CommandDefinition | null {
  const exact = verbs.find((command) => command.verb === word);
  return exact ?? verbs.find((command) => command.verb === verbAliases[word]) ?? null;
}

/** Whether the next word is the value of this one; in a cluster (`-yp NAME`) the last letter decides. */
function takesNext(word: string, takesValue: ReadonlyMap<string, boolean>): boolean {
  if (word.startsWith('--')) return takesValue.get(word) === true;
  const letters = word.slice(1).split('');
  const first = letters.findIndex((letter) => takesValue.get(`-${letter}`) === true);
  return first >= 0 && first === letters.length - 1;
}

/** For every option word (`--limit`, `-p`), whether it takes the next word as its value. */
function valueOptions(sets: readonly Options[]): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const options of sets) {
    for (const [name, spec] of Object.entries(options)) {
      const takes = spec.arity === 'value' || spec.arity === 'list';
      found.set(`--${kebabCase(name)}`, takes);
      if (spec.short !== null) found.set(`-${spec.short}`, takes);
      if (spec.arity === 'tristate') found.set(`--no-${kebabCase(name)}`, false);
    }
  }
  return found;
}
