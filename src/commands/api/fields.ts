/** The fields of a raw request: `-f key=text`, `-F key=typed`. */
import { DashctlError } from '../../errors.ts';
import type { Json } from '../../model/shape.ts';
import type { Query } from '../../providers/raw-paging.ts';

export interface Field {
  /** `data[attributes][email]`, as it was typed. */
  readonly key: string;
  /** Absent for `key[]` alone: an empty list. */
  readonly value?: string | number | boolean | null;
}

/** A field whose value is text. @throws DashctlError `invalid-input` */
export function textField(word: string): Field {
  const { key, raw } = split(word, '-f');
  return raw === null ? { key } : { key, value: raw };
}

/**
 * A field whose value is read: `true`, `false`, `null`, whole numbers; `@FILE` is the text of a file, `@-` and `-` are
 * stdin.
 * @throws DashctlError `invalid-input`
 */
export async function typedField(word: string, read: (file: string) => Promise<string>): Promise<Field> {
  const { key, raw } = split(word, '-F');
  if (raw === null) return { key };
  if (raw === '-' || raw.startsWith('@')) return { key, value: await read(raw === '-' ? '-' : raw.slice(1)) };
  if (/^-?(?:0|[1-9]\d*)$/.test(raw)) {
    const value = Number(raw);
    if (Number.isSafeInteger(value)) return { key, value };
    throw new DashctlError(
      'invalid-input',
      `-F ${key}: ${raw} is beyond the numbers that can be sent exactly.`,
      {
        hint: 'Put it into a body and send that with --file.',
      },
    );
  }
  const literals: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };
  return { key, value: Object.hasOwn(literals, raw) ? (literals[raw] ?? null) : raw };
}

function split(word: string, flag: string): { readonly key: string; readonly raw: string | null } {
  const at = word.indexOf('=');
  const key = at < 0 ? word : word.slice(0, at);
  if (key === '' || (at < 0 && !key.endsWith('[]'))) {
    throw new DashctlError('invalid-input', `${flag} ${JSON.stringify(word)} is no KEY=VALUE.`);
  }
  return { key, raw: at < 0 ? null : word.slice(at + 1) };
}

/** Fields as query parameters, their keys as typed. */
export function queryOf(fields: readonly Field[]): Query {
  return fields.flatMap(({ key, value }) => (value === undefined ? [] : [[key, String(value)] as const]));
}

/**
 * Fields as a JSON object: `a[b]=1` is a member of a member, `a[]=1` an item of a list.
 * @throws DashctlError `invalid-input` for keys that contradict each other.
 */
export function bodyOf(fields: readonly Field[]): string {
  const body: Container = new Map();
  for (const { key, value } of fields) put(body, stepsOf(key), key, value);
  return JSON.stringify(toJson(body));
}

/** Objects under construction are maps, so that a key such as `__proto__` is one like any other. */
type Container = Map<string, Value>;
type Value = Container | Value[] | string | number | boolean | null;

/** `a[b][]` → `a`, `b`, ``. */
function stepsOf(key: string): readonly string[] {
  const parts = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key);
  if (parts === null)
    throw new DashctlError('invalid-input', `${JSON.stringify(key)} is no key such as a, a[b] or a[].`);
  const [, first = '', rest = ''] = parts;
  return [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1] ?? '')];
}

function put(
  target: Container,
  [step = '', ...rest]: readonly string[],
  key: string,
  value: Field['value'],
): void {
  const [next, ...deeper] = rest;
  if (next === undefined) {
    if (target.has(step)) throw clash(key);
    target.set(step, value ?? null);
    return;
  }
  if (next !== '') {
    const inner = target.get(step) ?? new Map<string, Value>();
    if (!(inner instanceof Map)) throw clash(key);
    target.set(step, inner);
    put(inner, rest, key, value);
    return;
  }
  const list = target.get(step) ?? [];
  if (!Array.isArray(list)) throw clash(key);
  target.set(step, list);
  if (value === undefined) return;
  if (deeper.length === 0) list.push(value);
  else putItem(list, deeper, key, value);
}

/** `a[][x]=1 a[][y]=2` is one item until a member comes a second time. */
function putItem(list: Value[], steps: readonly string[], key: string, value: Field['value']): void {
  const last = list.at(-1);
  const open = last instanceof Map && !last.has(steps[0] ?? '') ? last : null;
  const item = open ?? new Map<string, Value>();
  if (open === null) list.push(item);
  put(item, steps, key, value);
}

function toJson(value: Value): Json {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, inner]) => [key, toJson(inner)]));
  }
  return Array.isArray(value) ? value.map(toJson) : value;
}

function clash(key: string): DashctlError {
  return new DashctlError('invalid-input', `The field ${key} contradicts another one.`);
}
