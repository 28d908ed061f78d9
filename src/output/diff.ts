/** What a write changes, line by line: `-` is taken away, `+` is added. */
import type { Json } from '../model/shape.ts';
import { escapeIdentifier, escapeLine, escapeText } from './escape.ts';
import { besideKey, mostCells, wrapSentences } from './fill.ts';
import type { ChangePreview } from './output.ts';
import { principalText } from './value.ts';

/** One line of a difference, unescaped. */
export interface DiffLine {
  readonly mark: '-' | '+';
  /** Where: keys joined by dots; empty for the value itself. */
  readonly path: string;
  readonly text: string;
  /** An object that is too long for one line, key by key; `text` is the same in one line. */
  readonly members?: readonly (readonly [key: string, text: string])[];
}

/** An object longer than this is shown key by key. */
const longestObject = 72;

/** What differs between two values, key by key in the order in which the keys stand; lists as sets of entries. */
export function difference(before: Json | null, after: Json | null): DiffLine[] {
  const lines: DiffLine[] = [];
  compare('', before, after, lines);
  return lines;
}

function compare(path: string, before: Json | null, after: Json | null, lines: DiffLine[]): void {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  if (isList(before) && isList(after)) {
    compareLists(path, before, after, lines);
  } else if (isBranch(before) || isBranch(after)) {
    // An object against nothing is compared key by key as well: each key is a line.
    const left = isBranch(before) ? before : {};
    const right = isBranch(after) ? after : {};
    if (!isBranch(before)) remove(path, before, lines);
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      compare(path === '' ? key : `${path}.${key}`, left[key] ?? null, right[key] ?? null, lines);
    }
    if (!isBranch(after)) add(path, after, lines);
  } else {
    remove(path, before, lines);
    add(path, after, lines);
  }
}

function compareLists(
  path: string,
  before: readonly Json[],
  after: readonly Json[],
  lines: DiffLine[],
): void {
  const left = byReference(before);
  const right = byReference(after);
  if (left !== null && right !== null) {
    // The same thing on both sides is compared key by key.
    for (const ref of new Set([...left.keys(), ...right.keys()])) {
      const [was, is] = [left.get(ref) ?? null, right.get(ref) ?? null];
      if (was !== null && is !== null) compare(path === '' ? ref : `${path}.${ref}`, was, is, lines);
      else if (was !== null) lines.push(lineOf('-', path, was, before.length > 1));
      else if (is !== null) lines.push(lineOf('+', path, is, after.length > 1));
    }
    return;
  }
  const gone = missingFrom(before, after);
  const come = missingFrom(after, before);
  if (gone.length === 0 && come.length === 0) {
    // The same entries in another order.
    lines.push({ mark: '-', path, text: before.map(valueText).join(', ') });
    lines.push({ mark: '+', path, text: after.map(valueText).join(', ') });
    return;
  }
  for (const entry of gone) lines.push(lineOf('-', path, entry));
  for (const entry of come) lines.push(lineOf('+', path, entry));
}

/** Objects by their `ref`; null when one has none, or two have the same. */
function byReference(list: readonly Json[]): ReadonlyMap<string, Json> | null {
  const found = new Map<string, Json>();
  for (const entry of list) {
    const ref = isBranch(entry) ? entry['ref'] : null;
    if (typeof ref !== 'string' || found.has(ref)) return null;
    found.set(ref, entry);
  }
  return found;
}

/** The entries of `list` that `other` does not hold; each entry of `other` answers for one only. */
function missingFrom(list: readonly Json[], other: readonly Json[]): Json[] {
  const counts = new Map<string, number>();
  for (const entry of other) {
    const key = JSON.stringify(entry);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return list.filter((entry) => {
    const key = JSON.stringify(entry);
    const count = counts.get(key) ?? 0;
    counts.set(key, count - 1);
    return count <= 0;
  });
}

function remove(path: string, value: Json | null, lines: DiffLine[]): void {
  lines.push(...wholeLines('-', path, value));
}

function add(path: string, value: Json | null, lines: DiffLine[]): void {
  lines.push(...wholeLines('+', path, value));
}

/** One line for a value, one for each entry of a list; nothing for null. */
function wholeLines(mark: '-' | '+', path: string, value: Json | null): DiffLine[] {
  if (value === null) return [];
  if (!isList(value)) return [lineOf(mark, path, value)];
  return value.flatMap((entry) =>
    isList(entry) ? wholeLines(mark, path, entry) : [lineOf(mark, path, entry, value.length > 1)],
  );
}

/** @param brief one of several: what has a reference is told by reference and title alone */
function lineOf(mark: '-' | '+', path: string, value: Json, brief = false): DiffLine {
  if (!isBranch(value)) return { mark, path, text: valueText(value) };
  const { ref, title } = value;
  if (brief && typeof ref === 'string') {
    return { mark, path, text: typeof title === 'string' ? `${ref}  ${title}` : ref };
  }
  const text = valueText(value);
  if (text.length <= longestObject) return { mark, path, text };
  return { mark, path, text, members: membersOf(value).map(([key, inner]) => [key, valueText(inner)]) };
}

/** What an object holds, without what its reference says already. */
function membersOf(value: { readonly [key: string]: Json }): [string, Json][] {
  const told = typeof value['ref'] === 'string' ? ['profile', 'provider', 'id'] : [];
  return Object.entries(value).filter(
    ([key, inner]) => inner !== null && !told.includes(key) && !(isList(inner) && inner.length === 0),
  );
}

function isList(value: Json | null): value is readonly Json[] {
  return Array.isArray(value);
}

/** An object to look into; principals read better as one word. */
function isBranch(value: Json | null): value is { readonly [key: string]: Json } {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && principalText(value) === null
  );
}

/** `team:sre`, `principal: team:sre, level: edit`, or the value itself. */
function valueText(value: Json): string {
  if (typeof value === 'string') return value;
  if (isBranch(value)) {
    return membersOf(value)
      .map(([key, inner]) => `${key}: ${valueText(inner)}`)
      .join(', ');
  }
  return principalText(value) ?? (isList(value) ? value.map(valueText).join(', ') : String(value));
}

/** How a line of a difference looks: colour is added to the mark that says the same. */
export type Paint = (line: string, mark: '-' | '+') => string;

/** The room for a preview. */
export interface PreviewRoom {
  /** Cells per line; text breaks between words, requests do not. */
  readonly columns: number;
  /** Lines of difference, so that a question below stays in sight. */
  readonly changes: number;
}

const anyRoom: PreviewRoom = { columns: Infinity, changes: Infinity };

/** Title, difference and requests as escaped lines. */
export function previewLines(preview: ChangePreview, paint: Paint, room = anyRoom): string[] {
  const limit = room.changes;
  const changes = difference(preview.before, preview.after).flatMap((change) =>
    changeLines(change, room.columns).map((line) => paint(line, change.mark)),
  );
  const title = wrapSentences(escapeLine(preview.title), room.columns).split('\n');
  const lines = [...title, ...changes.slice(0, limit)];
  if (changes.length > limit) lines.push(`  … and ${changes.length - limit} more`);
  for (const { method, url, body } of preview.requests) {
    lines.push(`${escapeIdentifier(method)} ${escapeIdentifier(url)}`);
    if (body !== null) for (const line of readableBody(body).split('\n')) lines.push(`  ${escapeText(line)}`);
  }
  return lines;
}

/** One line, or a line for each member with the keys in a column of their own. */
function changeLines({ mark, path, text, members }: DiffLine, columns: number): string[] {
  const place = path === '' ? '' : `${escapeLine(path)}:`;
  if (members === undefined) {
    const line = `  ${mark} ${place === '' ? '' : `${place} `}${escapeLine(text)}`;
    return wrapSentences(line, columns, ' '.repeat(6)).split('\n');
  }
  const keys = members.map(([key]) => escapeLine(key));
  const width = Math.max(...keys.map((key) => key.length));
  const heading = place === '' ? [] : [`  ${mark} ${place}`];
  const rows = members.flatMap(([, inner], index) => {
    const key = `${index === 0 && place === '' ? `  ${mark} ` : '    '}${(keys[index] ?? '').padEnd(width)}  `;
    const value = wrapSentences(escapeLine(inner), columns - key.length, '').split('\n');
    return besideKey(key, value, columns, mostCells);
  });
  return [...heading, ...rows];
}

/** A JSON body indented, by whitespace alone so that its numbers stay; any other body as it is. */
function readableBody(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    const indented = JSON.stringify(value, null, 2);
    // A number that JavaScript cannot hold would be shown changed: then the body is shown as it is sent.
    return JSON.stringify(value) === body ? indented : body;
  } catch {
    return body;
  }
}
