/**
 * A command is data: one definition feeds the parser, help, the reference docs and completion, and its `run` gets the
 * input already parsed and typed. The types of `input` follow from the definition itself.
 */
import type { Shape } from '../model/shape.ts';
import type { Context } from './context.ts';

/** How a value is completed and prompted for. */
export type ValueKind =
  | 'text'
  | 'dashboard'
  | 'share'
  | 'email'
  | 'principal'
  | 'grant'
  | 'level'
  | 'profile'
  | 'file'
  | 'provider'
  | 'number';

/** One option. `T` is the type that `run` sees. */
export interface OptionSpec<T> {
  /** `flag`: no value; `tristate`: `--x` and `--no-x`; `value`: one; `list`: may be repeated. */
  readonly arity: 'flag' | 'tristate' | 'value' | 'list';
  /** Placeholder in help: `TEXT`. */
  readonly placeholder: string | null;
  readonly summary: string;
  readonly short: string | null;
  readonly choices: readonly string[] | null;
  readonly kind: ValueKind;
  /** Value when it is not given. */
  readonly absent: T;
  /** The command cannot do without it: it is asked for on a terminal, and named elsewhere. */
  readonly required?: boolean;
  /** What is asked for it: `Who is the new owner?` */
  readonly question?: string;
  /** From the raw word. @throws DashctlError `invalid-input` */
  readonly parse: (raw: string) => unknown;
}

/** One positional argument. */
export interface ArgumentSpec<T> {
  readonly count: 'one' | 'optional' | 'many' | 'any';
  readonly placeholder: string;
  readonly summary: string;
  readonly kind: ValueKind;
  /** The usual words for it. */
  readonly choices?: readonly string[];
  /** Never set; carries the type. */
  readonly type?: T;
}

export type Options = Readonly<Record<string, OptionSpec<unknown>>>;
export type Arguments = Readonly<Record<string, ArgumentSpec<unknown>>>;

type OptionValue<S> = S extends OptionSpec<infer T> ? T : never;
type ArgumentValue<S> = S extends ArgumentSpec<infer T> ? T : never;

/** Every option by its name, typed. */
export type OptionInput<O extends Options> = { readonly [K in keyof O]: OptionValue<O[K]> };

/** What `run` gets: every argument and option by its name, typed. */
export type Input<A extends Arguments, O extends Options> = {
  readonly [K in keyof A]: ArgumentValue<A[K]>;
} & OptionInput<O>;

/** An example of help and docs; it runs as written against the sandbox. */
export interface Example {
  readonly note: string;
  readonly command: string;
}

/** An operation of a vendor's API that a command is the way to; `docs/operations.md` is made of these. */
export interface Operation {
  readonly provider: string;
  /** `GET /api/v1/dashboard/{id}`. */
  readonly request: string;
}

export interface CommandDefinition {
  readonly noun: string;
  /** Empty where the noun is a command of its own. */
  readonly verb: string;
  /** Imperative, no final period. */
  readonly summary: string;
  /** Paragraphs under the usage line. */
  readonly description: readonly string[];
  /** In their order on the line. */
  readonly args: Arguments;
  readonly options: Options;
  readonly examples: readonly [Example, Example, ...Example[]];
  /** The shape of what it prints; null when it prints plain text. */
  readonly shape: Shape | null;
  /** Whether it changes something on a server or on disk: then `--dry-run`, `--yes`, `--confirm` belong to it. */
  readonly writes: boolean;
  /** `several`: takes many profiles; `one`: exactly one; `new`: makes one of options; `none`: needs no account. */
  readonly accounts: 'several' | 'one' | 'new' | 'none';
  readonly operations: readonly Operation[];
  readonly run: (context: Context, input: never) => Promise<void>;
}

/** What a command file writes down; the rest has defaults. */
interface CommandSource<A extends Arguments, O extends Options> {
  noun: string;
  verb: string;
  summary: string;
  description?: readonly string[];
  args?: A;
  options?: O;
  examples: readonly [Example, Example, ...Example[]];
  shape?: Shape;
  writes?: boolean;
  accounts: CommandDefinition['accounts'];
  operations?: readonly Operation[];
  run: (context: Context, input: Input<A, O>) => Promise<void>;
}

// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- "no arguments" is the empty object
type Nothing = {};

/** `share create`; the noun alone where that is the command. */
export function commandName({ noun, verb }: Pick<CommandDefinition, 'noun' | 'verb'>): string {
  return verb === '' ? noun : `${noun} ${verb}`;
}

/** Defines a command; `input` of `run` is typed by `args` and `options`. */
export function defineCommand<A extends Arguments = Nothing, O extends Options = Nothing>(
  source: CommandSource<A, O>,
): CommandDefinition {
  return {
    noun: source.noun,
    verb: source.verb,
    summary: source.summary,
    description: source.description ?? [],
    args: source.args ?? {},
    options: source.options ?? {},
    examples: source.examples,
    shape: source.shape ?? null,
    writes: source.writes ?? false,
    accounts: source.accounts,
    operations: source.operations ?? [],
    run: source.run,
  };
}
