/** What a write changes, line by line: `-` is taken away, `+` is added. */
import type { Json } from '../model/shape.ts';
import { escapeIdentifier, escapeLine, escapeText } from './escape.ts';
import type { ChangePreview } from './output.ts';
import { principalText } from './value.ts';

/** One line of a difference, unescaped. */
export interface DiffLine {
  readonly mark: '-' | '+';
  /** Where: keys joined by dots; empty for the value itself. */
  readonly path: string;
  readonly text: string;
}

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
  const gone = missingFrom(before, after);
  const come = missingFrom(after, before);
  if (gone.length === 0 && come.length === 0) {
    // The same entries in another order.
    lines.push({ mark: '-', path, text: before.map(valueText).join(', ') });
    lines.push({ mark: '+', path, text: after.map(valueText).join(', ') });
    return;
  }
  for (const entry of gone) lines.push({ mark: '-', path, text: valueText(entry) });
  for (const entry of come) lines.push({ mark: '+', path, text: valueText(entry) });
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
  if (isList(value)) for (const entry of value) remove(path, entry, lines);
  else if (value !== null) lines.push({ mark: '-', path, text: valueText(value) });
}

function add(path: string, value: Json | null, lines: DiffLine[]): void {
  if (isList(value)) for (const entry of value) add(path, entry, lines);
  else if (value !== null) lines.push({ mark: '+', path, text: valueText(value) });
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
    return Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => `${key}: ${valueText(inner)}`)
      .join(', ');
  }
  return principalText(value) ?? (isList(value) ? value.map(valueText).join(', ') : String(value));
}

/** How a line of a difference looks: colour is added to the mark that says the same. */
export type Paint = (line: string, mark: '-' | '+') => string;

/**
 * Title, difference and requests as escaped lines. At most `limit` lines of difference, so that a question below stays
 * in sight.
 */
export function previewLines(preview: ChangePreview, paint: Paint, limit = Infinity): string[] {
  const changes = difference(preview.before, preview.after);
  const lines = [escapeLine(preview.title)];
  for (const { mark, path, text } of changes.slice(0, limit)) {
    const place = path === '' ? '' : `${escapeLine(path)}: `;
    lines.push(paint(`  ${mark} ${place}${escapeLine(text)}`, mark));
  }
  if (changes.length > limit) lines.push(`  … and ${changes.length - limit} more`);
  for (const { method, url, body } of preview.requests) {
    lines.push(`${escapeIdentifier(method)} ${escapeIdentifier(url)}`);
    if (body !== null) for (const line of readableBody(body).split('\n')) lines.push(`  ${escapeText(line)}`);
  }
  return lines;
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
