/** The kinds of options and arguments that definitions are made of. */
import { DashctlError } from '../errors.ts';
import { nearest } from '../model/nearest.ts';
import type { ArgumentSpec, OptionSpec, ValueKind } from './definition.ts';

const asIs = (raw: string): string => raw;

/** `--yes`: true when given. */
export function flag(summary: string, short: string | null = null): OptionSpec<boolean> {
  return {
    arity: 'flag',
    placeholder: null,
    summary,
    short,
    choices: null,
    kind: 'text',
    absent: false,
    parse: asIs,
  };
}

/** `--shared` and `--no-shared`: true, false, or null when neither is given. */
export function tristate(summary: string): OptionSpec<boolean | null> {
  return {
    arity: 'tristate',
    placeholder: null,
    summary,
    short: null,
    choices: null,
    kind: 'text',
    absent: null,
    parse: asIs,
  };
}

/** `--title TEXT`: null when not given. */
export function text(
  placeholder: string,
  summary: string,
  kind: ValueKind = 'text',
): OptionSpec<string | null> {
  return {
    arity: 'value',
    placeholder,
    summary,
    short: null,
    choices: null,
    kind,
    absent: null,
    parse: asIs,
  };
}

/** A value with its own reader, such as a span; null when not given. */
export function parsed<T>(
  placeholder: string,
  summary: string,
  parse: (raw: string) => T,
): OptionSpec<T | null> {
  return {
    arity: 'value',
    placeholder,
    summary,
    short: null,
    choices: null,
    kind: 'text',
    absent: null,
    parse,
  };
}

/** One of a few words, in upper or lower case; null when not given. */
export function choice<const C extends readonly string[]>(
  choices: C,
  placeholder: string,
  summary: string,
): OptionSpec<C[number] | null> {
  const parse = (raw: string): C[number] => {
    const found = choices.find((one) => one.toLowerCase() === raw.toLowerCase());
    if (found !== undefined) return found;
    const close = nearest(raw, choices);
    throw new DashctlError('usage', `"${raw}" is none of ${choices.join(', ')}.`, {
      ...(close === null ? {} : { hint: `Did you mean ${close}?` }),
    });
  };
  return { arity: 'value', placeholder, summary, short: null, choices, kind: 'text', absent: null, parse };
}

/** A whole number from `least` to 2^53; null when not given. */
export function count(placeholder: string, summary: string, least = 1): OptionSpec<number | null> {
  const parse = (raw: string): number => {
    const value = Number(raw);
    if (/^\d{1,16}$/.test(raw) && Number.isSafeInteger(value) && value >= least) return value;
    throw new DashctlError('usage', `"${raw}" is not a whole number of at least ${least}.`);
  };
  return {
    arity: 'value',
    placeholder,
    summary,
    short: null,
    choices: null,
    kind: 'number',
    absent: null,
    parse,
  };
}

/** An option that may be repeated; `[]` when not given. */
export function list(
  placeholder: string,
  summary: string,
  kind: ValueKind = 'text',
): OptionSpec<readonly string[]> {
  return { arity: 'list', placeholder, summary, short: null, choices: null, kind, absent: [], parse: asIs };
}

/** An option that the command cannot do without; `question` asks for it on a terminal. */
export function required<T>(spec: OptionSpec<T | null>, question: string): OptionSpec<T> {
  return { ...spec, required: true, question } as OptionSpec<T>;
}

/** Exactly one argument. */
export function one(
  placeholder: string,
  summary: string,
  kind: ValueKind = 'text',
  choices?: readonly string[],
): ArgumentSpec<string> {
  return { count: 'one', placeholder, summary, kind, ...(choices === undefined ? {} : { choices }) };
}

/** An argument that may be left out: null. */
export function optional(
  placeholder: string,
  summary: string,
  kind: ValueKind = 'text',
): ArgumentSpec<string | null> {
  return { count: 'optional', placeholder, summary, kind };
}

/** One or more arguments; `-` reads them from stdin, one per line. */
export function many(
  placeholder: string,
  summary: string,
  kind: ValueKind = 'text',
): ArgumentSpec<readonly string[]> {
  return { count: 'many', placeholder, summary, kind };
}

/** None or more arguments; `-` reads them from stdin, one per line. */
export function any(
  placeholder: string,
  summary: string,
  kind: ValueKind = 'text',
): ArgumentSpec<readonly string[]> {
  return { count: 'any', placeholder, summary, kind };
}
