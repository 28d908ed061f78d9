/** Cases written from the vendors' pages (`cases.json` beside the recordings), and how an answer is held against one. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { recordingsDir } from './recordings.ts';

export interface Case {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Over the default ones; null removes one. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body: unknown;
  readonly status: number | readonly number[];
  readonly expect: Readonly<Record<string, unknown>>;
  readonly setup?: string;
  readonly client?: string;
}

/** The cases of a system; none, and one line saying so, when the folder is absent. */
export function casesOf(system: string): readonly Case[] {
  if (recordingsDir === null) {
    process.stderr.write(`No recordings beside the repository: the ${system} cases do not run.\n`);
    return [];
  }
  return JSON.parse(readFileSync(resolve(recordingsDir, system, 'cases.json'), 'utf8')) as Case[];
}

export type Placeholders = Readonly<Record<string, string | number>>;

/** Fills `{NAME}`; a text that is one placeholder alone takes the type of its value. */
export function filled(value: unknown, names: Placeholders): unknown {
  if (typeof value === 'string') {
    const whole = /^\{(\w+)\}$/.exec(value)?.[1];
    if (whole !== undefined && whole in names) return names[whole];
    return value.replace(/\{(\w+)\}/g, (text, name: string) => String(names[name] ?? text));
  }
  if (Array.isArray(value)) return value.map((one) => filled(one, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, names)]));
}

export interface CaseAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends a case as it stands. Redirects are answers. */
export async function sendCase(
  baseUrl: string,
  one: Case,
  defaults: Readonly<Record<string, string>>,
  names: Placeholders,
): Promise<CaseAnswer> {
  const headers = new Headers({ 'content-type': 'application/json', ...defaults });
  for (const [name, value] of Object.entries(one.headers ?? {})) {
    if (value === null) headers.delete(name);
    else headers.set(name, String(filled(value, names)));
  }
  const response = await fetch(baseUrl + String(filled(one.path, names)), {
    method: one.method,
    headers,
    redirect: 'manual',
    ...(one.body === null ? {} : { body: JSON.stringify(filled(one.body, names)) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** What of an answer is not as the case says; empty when all is. */
export function mismatches(one: Case, answer: CaseAnswer, names: Placeholders): readonly string[] {
  const allowed = typeof one.status === 'number' ? [one.status] : one.status;
  const found: string[] = [];
  if (!allowed.includes(answer.status)) found.push(`status ${answer.status}, not ${allowed.join(' or ')}`);
  const expected = filled(one.expect, names) as Readonly<Record<string, unknown>>;
  for (const [path, want] of Object.entries(expected)) {
    if (path === '$body') {
      if (want === 'empty' ? answer.text !== '' : !fits(want, json(answer.text)))
        found.push(`body ${answer.text}`);
    } else if (path === '$content-type') {
      if (!(answer.headers.get('content-type') ?? '').startsWith(String(want))) found.push('content type');
    } else if (path === '$header') {
      for (const [name, described] of Object.entries(want as Readonly<Record<string, unknown>>)) {
        const values =
          name.toLowerCase() === 'set-cookie' ? answer.headers.getSetCookie() : [answer.headers.get(name)];
        if (!values.some((value) => fits(described, value)))
          found.push(`header ${name}: ${values.join(', ')}`);
      }
    } else {
      const values = valuesAt(json(answer.text), path);
      if (values === null) found.push(`nothing at ${path}`);
      else
        for (const value of values) if (!fits(want, value)) found.push(`${path}: ${JSON.stringify(value)}`);
    }
  }
  return found;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Every value at `a.b`, `a[*].b` or `[*].b`; null where the path ends early. */
function valuesAt(body: unknown, path: string): readonly unknown[] | null {
  let here: readonly unknown[] = [body];
  for (const step of path
    .replaceAll('[*]', '.*')
    .split('.')
    .filter((part) => part !== '')) {
    const next: unknown[] = [];
    for (const value of here) {
      if (step === '*') {
        if (!Array.isArray(value)) return null;
        next.push(...(value as unknown[]));
      } else {
        if (typeof value !== 'object' || value === null || !(step in value)) return null;
        next.push((value as Readonly<Record<string, unknown>>)[step]);
      }
    }
    here = next;
  }
  return here;
}

function fits(want: unknown, value: unknown): boolean {
  const described = typeof want === 'string' ? /^<(.+)>$/.exec(want)?.[1] : undefined;
  if (described === undefined) return isDeepStrictEqual(want, value);
  const text = typeof value === 'string' ? value : '';
  const worded = /^(contains|starts with|ends with) (.+)$/.exec(described);
  if (worded !== null) {
    const [, how, part = ''] = worded;
    return how === 'contains'
      ? text.includes(part)
      : how === 'starts with'
        ? text.startsWith(part)
        : text.endsWith(part);
  }
  switch (described) {
    case 'any':
      return value !== undefined;
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'array or object with items, actions or permissions':
      return (
        Array.isArray(value) ||
        ['items', 'actions', 'permissions'].some((key) => valuesAt(value, `${key}[*]`) !== null)
      );
    default:
      if (/^\w+( or \w+)+$/.test(described)) return described.split(' or ').includes(text);
      throw new Error(`The description <${described}> is not known.`);
  }
}
