/** Turns words into the typed input of a command, by a commander program built from its definition. */
import { Command, CommanderError, Option } from 'commander';
import { asDashctlError, DashctlError } from '../errors.ts';
import { globalGroups, kebabCase, readGlobals } from './global-options.ts';
import { nearest } from '../model/nearest.ts';
import { commandName } from './definition.ts';
import type { ArgumentSpec, CommandDefinition, OptionSpec, Options } from './definition.ts';
import type { GlobalInput } from './global-options.ts';

export interface ParsedCommand {
  readonly globals: GlobalInput;
  /** Arguments and options of the command by name; matches the definition's `Input`. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Names of the arguments and options that the command cannot do without and that were not given. */
  readonly missing: readonly string[];
}

/**
 * Parses the words behind noun and verb.
 * @throws DashctlError `usage` for what the definition does not know, lacks or cannot read.
 */
export function parseCommand(command: CommandDefinition, words: readonly string[]): ParsedCommand {
  const options = allOptions(command);
  const program = buildProgram(command, mentioned(options, words));
  try {
    program.parse([...words], { from: 'user' });
  } catch (error) {
    throw usageError(error, options);
  }

  const raw: Readonly<Record<string, unknown>> = program.opts();
  const values = Object.fromEntries(
    Object.entries(options).map(([name, spec]) => [name, readOption(name, spec, raw)]),
  );
  const args = Object.fromEntries(
    Object.keys(command.args).map((name, index) => [
      name,
      program.processedArgs[index] ?? absentArgument(command.args[name]),
    ]),
  );
  const missing = [
    ...Object.entries(command.args).filter(([name, { count }]) => {
      return (count === 'one' || count === 'many') && isNothing(args[name]);
    }),
    ...Object.entries(command.options).filter(([name, { required }]) => required && isNothing(values[name])),
  ].map(([name]) => name);
  return { globals: readGlobals(values), input: { ...values, ...args }, missing };
}

/** Every option that the command understands, its own first. */
export function allOptions(command: CommandDefinition): Options {
  return Object.assign(
    {},
    command.options,
    ...globalGroups(command).map((group) => group.options),
  ) as Options;
}

/** The options that the words may mean: commander takes its time for each one that it is told of. */
function mentioned(options: Options, words: readonly string[]): Options {
  const named = new Set(words.map((word) => word.replace(/=.*/s, '')));
  const letters = words.filter((word) => /^-[^-]/.test(word)).join('');
  return Object.fromEntries(
    Object.entries(options).filter(([name, { short }]) => {
      const long = kebabCase(name);
      return (
        named.has(`--${long}`) || named.has(`--no-${long}`) || (short !== null && letters.includes(short))
      );
    }),
  );
}

function buildProgram(command: CommandDefinition, options: Options): Command {
  const program = new Command(`dashctl ${commandName(command)}`);
  // Without these two commander prints by itself and ends the process.
  program.exitOverride().configureOutput({ writeOut: ignore, writeErr: ignore, outputError: ignore });
  // What an unknown option may have meant is found here, without commander's help, which the build leaves out.
  program.helpOption(false).allowExcessArguments(false).showSuggestionAfterError(false);
  // What is missing is for the command to ask for, or to refuse: here every argument may be left out.
  for (const spec of Object.values(command.args)) program.argument(argumentSyntax(spec));
  for (const [name, spec] of Object.entries(options)) {
    for (const option of commanderOptions(name, spec)) program.addOption(option);
  }
  return program;
}

function argumentSyntax(spec: ArgumentSpec<unknown>): string {
  const several = spec.count === 'many' || spec.count === 'any';
  return several ? `[${spec.placeholder}...]` : `[${spec.placeholder}]`;
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

/** What a command says without one of {@link ParsedCommand.missing}: the very word or flag to give. */
export function missingError(command: CommandDefinition, name: string): DashctlError {
  const argument = command.args[name];
  if (argument !== undefined) {
    return new DashctlError('usage', `The argument ${argument.placeholder} is missing.`);
  }
  const option = command.options[name];
  const choices = option?.choices ?? null;
  return new DashctlError('missing-input', option?.question ?? 'Something is missing', {
    hint: `Add --${kebabCase(name)} ${option?.placeholder ?? ''}${choices === null ? '' : ` with one of ${choices.join(', ')}`}.`,
  });
}

function commanderOptions(name: string, spec: OptionSpec<unknown>): Option[] {
  const long = `--${kebabCase(name)}`;
  const flags = spec.short === null ? long : `-${spec.short}, ${long}`;
  if (spec.arity === 'flag') return [new Option(flags)];
  if (spec.arity === 'tristate') return [new Option(long), new Option(`--no-${kebabCase(name)}`)];
  const option = new Option(`${flags} <value>`);
  if (spec.arity === 'list') {
    option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  }
  return [option];
}

function readOption(
  name: string,
  spec: OptionSpec<unknown>,
  raw: Readonly<Record<string, unknown>>,
): unknown {
  // commander reads `--no-input` as the negation of an option `input`.
  if (spec.arity === 'flag' && name.startsWith('no') && /^[A-Z]/.test(name.slice(2))) {
    return raw[name.charAt(2).toLowerCase() + name.slice(3)] === false;
  }
  const value = raw[name];
  if (value === undefined) return spec.absent;
  if (spec.arity === 'flag' || spec.arity === 'tristate') return value;
  const read = (word: unknown): unknown => {
    try {
      return spec.parse(String(word));
    } catch (error) {
      const known = asDashctlError(error);
      throw new DashctlError(known.code, `--${kebabCase(name)}: ${known.message}`, {
        ...(known.hint === undefined ? {} : { hint: known.hint }),
        details: known.details,
        cause: error,
      });
    }
  };
  return Array.isArray(value) ? value.map(read) : read(value);
}

function absentArgument(spec: ArgumentSpec<unknown> | undefined): unknown {
  return spec?.count === 'optional' || spec?.count === 'one' ? null : [];
}

function usageError(error: unknown, options: Options): DashctlError {
  if (!(error instanceof CommanderError)) return asDashctlError(error);
  const said = error.message.replace(/^error: /, '').replace(/\n.*/s, '');
  const quoted = /'([^']*)'/.exec(said)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption': {
      const names = Object.entries(options).flatMap(([name, spec]) =>
        spec.arity === 'tristate'
          ? [`--${kebabCase(name)}`, `--no-${kebabCase(name)}`]
          : [`--${kebabCase(name)}`],
      );
      const word = quoted.replace(/=.*/s, '');
      if (names.includes(word)) return new DashctlError('usage', `The option ${word} takes no value.`);
      const close = nearest(word, names);
      const message = `Unknown option ${quoted}.`;
      return new DashctlError('usage', message, close === null ? {} : { hint: `Did you mean ${close}?` });
    }
    case 'commander.excessArguments':
      return new DashctlError('usage', 'There are more arguments than this command takes.');
    case 'commander.optionMissingArgument':
      return new DashctlError('usage', `The option ${quoted.replace(/ <value>$/, '')} needs a value.`);
    default:
      return new DashctlError('usage', said.charAt(0).toUpperCase() + said.slice(1));
  }
}

function ignore(): void {
  // Everything is reported through the error.
}
