/** What could stand where the cursor is: everything follows from the definitions, whatever the order of the words. */
import { levels } from '../../model/level.ts';
import { camelCase, globalGroups, kebabCase } from '../global-options.ts';
import { topicNames } from '../topic-names.ts';
import { findVerb, locate, verbAliases } from '../locate.ts';
import { findNoun, nouns } from '../nouns.ts';
import { allOptions } from '../parse.ts';
import type { ArgumentSpec, CommandDefinition, OptionSpec, Options, ValueKind } from '../definition.ts';
import type { Noun } from '../nouns.ts';

export interface Candidate {
  readonly value: string;
  /** One line; empty when there is nothing to say. */
  readonly summary: string;
  /** More of the same word must or may follow, so that no space belongs behind it. */
  readonly open: boolean;
}

export interface Suggestions {
  readonly candidates: readonly Candidate[];
  /** The shell completes names of files itself. */
  readonly files: boolean;
}

/** The dashboards that a line could mean. */
export interface LiveQuestion {
  readonly command: CommandDefinition;
  /** Only those that have a link: what names a share without showing its token. */
  readonly shared: boolean;
  /** The profile of a reference that is being typed; null for the account of the line. */
  readonly profile: string | null;
  /** Values of the options that were typed so far, by their names in definitions. */
  readonly options: ReadonlyMap<string, readonly string[]>;
}

/** What is not in the definitions. Neither ever fails. */
export interface Sources {
  profiles(builtIn: boolean): Promise<readonly Candidate[]>;
  dashboards(question: LiveQuestion): Promise<readonly Candidate[]>;
}

/** The line as far as it is understood. */
interface Situation {
  readonly command: CommandDefinition;
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
  readonly sources: Sources;
}

const nothing: Suggestions = { candidates: [], files: false };

/**
 * Suggests continuations of a word.
 * @param before the words before it, without `dashctl`
 * @param current what is typed of the word; every candidate starts with it
 */
export async function suggest(
  before: readonly string[],
  current: string,
  sources: Sources,
): Promise<Suggestions> {
  const location = await locate(before);
  const { noun, command } = location;
  const options = optionsOf(command, location.verbs);
  const line = readOptions(location.rest, options);

  // A value of an option needs no command: profiles and formats are the same everywhere.
  const anywhere = command ?? placeholderCommand;
  const valueOf = (name: string, typed: string): Promise<Suggestions> =>
    suggestOptionValue({ ...line, command: anywhere, sources }, name, options[name], typed);
  if (line.pending !== null) return only(current, await valueOf(line.pending, current));
  if (!line.terminated && current.startsWith('-')) {
    const attached = attachedValue(current, options);
    if (attached === null) return only(current, listOf(optionWords(options, line.given, current)));
    const { name, prefix } = attached;
    return only(current, prefixed(prefix, await valueOf(name, current.slice(prefix.length))));
  }

  if (location.nounWord === null) return only(current, listOf(nounWords(current)));
  if (location.nounWord === 'help') return only(current, listOf(await helpWords(location.words.slice(1))));
  if (noun === null) return nothing;
  if (location.verbWord === null) return only(current, listOf(verbWords(location.verbs, current)));
  if (location.verbWord === 'help') return only(current, listOf(verbWords(location.verbs, current)));
  if (command === null) return nothing;
  const spec = argumentAt(command, line.positionals.length);
  if (spec === null) {
    return line.terminated ? nothing : only(current, listOf(optionWords(options, line.given, '--')));
  }
  const situation = { ...line, command, sources };
  const kind = argumentKind(spec, situation);
  const found = await suggestValue(situation, kind, current);
  const again = new Set(line.positionals);
  return only(current, { ...found, candidates: found.candidates.filter(({ value }) => !again.has(value)) });
}

/** Stands in where an option is completed before its command is known. */
const placeholderCommand: CommandDefinition = {
  noun: '',
  verb: '',
  summary: '',
  description: [],
  args: {},
  options: {},
  examples: [
    { note: '', command: '' },
    { note: '', command: '' },
  ],
  shape: null,
  writes: true,
  accounts: 'none',
  operations: [],
  run: () => Promise.resolve(),
};

function optionsOf(command: CommandDefinition | null, verbs: readonly CommandDefinition[]): Options {
  if (command !== null) return allOptions(command);
  const sets = [...globalGroups(null), ...verbs].map((one) => one.options);
  return Object.assign({}, ...sets) as Options;
}

interface Line {
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
  /** The option whose value comes next. */
  readonly pending: string | null;
  /** `--` stood on the line. */
  readonly terminated: boolean;
}

function readOptions(words: readonly string[], options: Options): Line {
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  let pending: string | null = null;
  let terminated = false;
  const give = (name: string, value: string | null): void => {
    given.set(name, [...(given.get(name) ?? []), ...(value === null ? [] : [value])]);
  };
  for (const word of words) {
    if (pending !== null) {
      give(pending, word);
      pending = null;
    } else if (terminated || word === '-' || !word.startsWith('-')) {
      positionals.push(word);
    } else if (word === '--') {
      terminated = true;
    } else if (word.startsWith('--')) {
      const cut = word.indexOf('=');
      const name = nameOf(cut < 0 ? word : word.slice(0, cut), options);
      if (name === null) continue;
      if (cut >= 0) give(name, word.slice(cut + 1));
      else if (takesValue(options[name])) pending = name;
      else give(name, null);
    } else {
      for (const [index, letter] of Array.from(word.slice(1)).entries()) {
        const name = nameOf(`-${letter}`, options);
        if (name === null) continue;
        if (!takesValue(options[name])) {
          give(name, null);
          continue;
        }
        const rest = word.slice(index + 2);
        if (rest === '') pending = name;
        else give(name, rest);
        break;
      }
    }
  }
  return { given, positionals, pending, terminated };
}

/** The name in the definitions of `--page-size`, `--no-shared` or `-p`; null when there is none. */
function nameOf(word: string, options: Options): string | null {
  if (!word.startsWith('--')) {
    return Object.keys(options).find((name) => `-${options[name]?.short ?? ''}` === word) ?? null;
  }
  const name = camelCase(word.slice(2));
  if (Object.hasOwn(options, name)) return name;
  const negated = camelCase(word.slice('--no-'.length));
  return word.startsWith('--no-') && options[negated]?.arity === 'tristate' ? negated : null;
}

function takesValue(spec: OptionSpec<unknown> | undefined): boolean {
  return spec?.arity === 'value' || spec?.arity === 'list';
}

/** `--output=js` and `-pprod`: which option it is, and what stands before its value. */
function attachedValue(
  word: string,
  options: Options,
): { readonly name: string; readonly prefix: string } | null {
  const long = /^--[^=]+=/.exec(word)?.[0];
  const prefix = long ?? word.slice(0, 2);
  if (long === undefined && (word.startsWith('--') || word.length < 3)) return null;
  const name = nameOf(long === undefined ? prefix : prefix.slice(0, -1), options);
  return name !== null && takesValue(options[name]) ? { name, prefix } : null;
}

/** The options that may still be given; short ones only while nothing but a hyphen is typed. */
function optionWords(options: Options, given: Line['given'], current: string): Candidate[] {
  return Object.entries(options).flatMap(([name, spec]) => {
    if (given.has(name) && spec.arity !== 'list') return [];
    const words = [`--${kebabCase(name)}`];
    if (spec.arity === 'tristate') words.push(`--no-${kebabCase(name)}`);
    if (spec.short !== null && current.length < 3 && !current.startsWith('--')) words.push(`-${spec.short}`);
    return words.map((value) => closed(value, spec.summary));
  });
}

function nounWords(current: string): Candidate[] {
  const candidates = [
    ...nouns.map((noun: Noun) => closed(noun.name, noun.summary)),
    closed('help', 'Read about a command or a topic'),
  ];
  const aliases = nouns.flatMap((noun) => noun.aliases.map((alias) => closed(alias, noun.summary)));
  return unlessNamed(candidates, aliases, current);
}

function verbWords(verbs: readonly CommandDefinition[], current: string): Candidate[] {
  const candidates = verbs.map((command) => closed(command.verb, command.summary));
  const aliases = Object.keys(verbAliases).flatMap((alias) => {
    const command = findVerb(verbs, alias);
    return command === null ? [] : [closed(alias, command.summary)];
  });
  return unlessNamed(candidates, aliases, current);
}

/** Second spellings are understood everywhere, but shown only to who types one. */
function unlessNamed(
  names: readonly Candidate[],
  aliases: readonly Candidate[],
  current: string,
): Candidate[] {
  const named = names.some(({ value }) => value.startsWith(current));
  return named ? [...names] : [...aliases];
}

async function helpWords(words: readonly string[]): Promise<Candidate[]> {
  const [first, second] = words;
  if (first === undefined) {
    return [
      ...nouns.map((noun) => closed(noun.name, noun.summary)),
      ...Object.entries(topicNames()).map(([topic, summary]) => closed(topic, summary)),
    ];
  }
  const noun = findNoun(first);
  return noun === null || second !== undefined ? [] : verbWords(await noun.load(), '');
}

function argumentAt(command: CommandDefinition, index: number): ArgumentSpec<unknown> | null {
  const specs = Object.values(command.args);
  const last = specs.at(-1);
  const found = specs[index];
  if (found !== undefined) return found;
  return last?.count === 'many' || last?.count === 'any' ? last : null;
}

/** Some arguments begin with a dashboard, which stands aside when a folder is named: `DASHBOARD|GRANT`. */
function argumentKind(spec: ArgumentSpec<unknown>, { positionals, given }: Situation): ValueKind {
  const first = positionals.length === 0 && !given.has('folder');
  return first && spec.placeholder.startsWith('DASHBOARD|') ? 'dashboard' : spec.kind;
}

async function suggestOptionValue(
  situation: Situation,
  name: string,
  spec: OptionSpec<unknown> | undefined,
  current: string,
): Promise<Suggestions> {
  if (spec === undefined) return nothing;
  if (spec.choices !== null) return listOf(spec.choices.map((word) => closed(word, '')));
  if (name === 'fields') return listOf(fieldWords(situation.command, current));
  const found = await suggestValue(situation, spec.kind, current);
  const again = new Set(situation.given.get(name));
  return { ...found, candidates: found.candidates.filter(({ value }) => !again.has(value)) };
}

/** `id,ti` → `id,title`; each field once. */
function fieldWords(command: CommandDefinition, current: string): Candidate[] {
  const done = current.slice(0, current.lastIndexOf(',') + 1);
  const named = new Set(done.split(','));
  return (command.shape?.fields ?? [])
    .filter(({ key }) => !named.has(key))
    .map(({ key, summary }) => ({ value: `${done}${key}`, summary, open: true }));
}

async function suggestValue(situation: Situation, kind: ValueKind, current: string): Promise<Suggestions> {
  switch (kind) {
    case 'dashboard':
    case 'share':
      return listOf(await referenceWords(situation, kind === 'share', current));
    case 'profile': {
      // Only saved ones can be made the default or removed.
      const builtIn = !(situation.command.noun === 'profile' && situation.command.writes);
      return listOf(await situation.sources.profiles(builtIn && situation.command.verb !== 'use'));
    }
    case 'principal':
      return listOf(principalWords);
    case 'grant':
      return listOf(grantWords(current));
    case 'level':
      return listOf(levels.map((level) => closed(level, '')));
    case 'file':
      return { candidates: [], files: true };
    case 'text':
    case 'email':
    case 'provider':
    case 'number':
      return nothing;
  }
}

/** Dashboards of the account of the line, or of the profile that is being typed: `PROFILE/`. */
async function referenceWords(
  { command, given, sources }: Situation,
  shared: boolean,
  current: string,
): Promise<Candidate[]> {
  const slash = current.indexOf('/');
  const profile = slash < 0 ? null : current.slice(0, slash);
  const found = await sources.dashboards({ command, shared, profile, options: given });
  if (profile !== null || given.has('profile')) return [...found];
  const profiles = (await sources.profiles(true)).filter(({ value }) => value !== 'sandbox');
  return [...found, ...profiles.map(({ value, summary }) => ({ value: `${value}/`, summary, open: true }))];
}

const principalWords: readonly Candidate[] = [
  { value: 'user:', summary: 'Person, by e-mail or login', open: true },
  { value: 'team:', summary: 'Team, by name or handle', open: true },
  { value: 'role:', summary: 'Role, by name', open: true },
  closed('org', 'Everybody in the organization'),
  closed('everyone', 'Everybody, also without an account'),
];

/** `PRINCIPAL=LEVEL`, piece by piece. */
function grantWords(current: string): Candidate[] {
  const cut = current.lastIndexOf('=');
  if (cut >= 0) return levels.map((level) => closed(`${current.slice(0, cut + 1)}${level}`, ''));
  if (/^(?:user|team|role)[:#]./s.test(current)) {
    return [{ value: `${current}=`, summary: 'Then a level', open: true }];
  }
  return principalWords.map(({ value, summary, open }) => ({
    value: open ? value : `${value}=`,
    summary,
    open: true,
  }));
}

function closed(value: string, summary: string): Candidate {
  return { value, summary, open: false };
}

function listOf(candidates: readonly Candidate[]): Suggestions {
  return { candidates, files: false };
}

function prefixed(prefix: string, { candidates, files }: Suggestions): Suggestions {
  return { files, candidates: candidates.map((one) => ({ ...one, value: `${prefix}${one.value}` })) };
}

/** What continues the word, each value once. */
function only(current: string, { candidates, files }: Suggestions): Suggestions {
  const matching = new Map<string, Candidate>();
  for (const one of candidates) {
    if (one.value.startsWith(current) && !matching.has(one.value)) matching.set(one.value, one);
  }
  return { candidates: [...matching.values()], files };
}
