/**
 * Tables and detail views for people: borderless, upper-case header, two spaces between columns, `-` for nothing.
 * Ids and addresses are never cut; the other columns share what they leave of the width.
 */
import type { Field, Json } from '../model/shape.ts';
import { escapeIdentifier, escapeLine, escapeText } from './escape.ts';
import { friendlyText, principalText, type Row } from './value.ts';
import { displayWidth, fit, pad } from './width.ts';

const gap = '  ';

/** A column is not squeezed below this many cells, unless its content is narrower. */
const narrowest = 6;

/** cli-table3 takes more than linear time (22 ms for 100 rows, seconds for 10 000): larger tables are aligned by hand. */
const libraryRows = 50;

/** What cli-table3 and {@link displayWidth} measure alike; its tables of widths are older, and it counts marks. */
const measuredAlike =
  /^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0373\u0391-\u03c9\u0410-\u044f\u2026\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]*$/;

/** The width of a terminal in cells, and the present in milliseconds since the epoch. */
export interface Layout {
  readonly columns: number;
  readonly now: number;
}

/** The lines of a table, header first, without colour, each without trailing spaces. */
export async function tableLines(
  fields: readonly Field[],
  rows: readonly object[],
  layout: Layout,
): Promise<string[]> {
  const cells = fitCells(fields, rows, layout);
  const small =
    rows.length <= libraryRows && cells.every((line) => line.every((cell) => measuredAlike.test(cell)));
  return small ? alignByLibrary(cells) : alignByHand(cells);
}

/** Header and rows as escaped text, cut to their columns. */
export function fitCells(fields: readonly Field[], rows: readonly object[], layout: Layout): string[][] {
  const header = fields.map(({ key }) => headerOf(key));
  const lines = [header];
  for (const row of rows) lines.push(fields.map((field) => cellText(field, row as Row, layout.now)));

  const widths = columnWidths(fields, naturalWidths(lines), layout.columns);
  for (const line of lines) {
    for (let index = 0; index < line.length; index++)
      line[index] = fit(line[index] ?? '', widths[index] ?? 0);
  }
  return lines;
}

function cellText(field: Field, row: Row, now: number): string {
  const text = friendlyText(row[field.key], field.kind, now);
  // Leading or trailing blanks would shift a column that nobody can see shifted.
  return isFixed(field) ? escapeIdentifier(text) : escapeLine(text).trim() || '-';
}

/** `updatedAt` becomes `UPDATED AT`. */
export function headerOf(key: string): string {
  return key.replace(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toUpperCase();
}

function isFixed({ kind }: Field): boolean {
  return kind === 'id' || kind === 'url';
}

function naturalWidths(lines: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const line of lines) {
    for (let index = 0; index < line.length; index++) {
      widths[index] = Math.max(widths[index] ?? 0, displayWidth(line[index] ?? ''));
    }
  }
  return widths;
}

/**
 * Widths of the columns: fixed ones as they are; the others have one common ceiling, as high as the line allows, so
 * that only the widest are cut. When even the narrowest do not fit, the line runs over.
 */
function columnWidths(fields: readonly Field[], natural: readonly number[], columns: number): number[] {
  const gaps = gap.length * (fields.length - 1);
  const fixed = natural.filter((_, index) => isFixedAt(index)).reduce((sum, width) => sum + width, 0);
  const flexible = natural.filter((_, index) => !isFixedAt(index)).sort((a, b) => a - b);

  let left = columns - gaps - fixed;
  let ceiling = Infinity;
  for (const [index, width] of flexible.entries()) {
    const share = Math.floor(left / (flexible.length - index));
    if (width > share) {
      ceiling = Math.max(share, narrowest);
      break;
    }
    left -= width;
  }
  return natural.map((width, index) => (isFixedAt(index) ? width : Math.min(width, ceiling)));

  function isFixedAt(index: number): boolean {
    const field = fields[index];
    return field !== undefined && isFixed(field);
  }
}

/** Lines of fitted cells, aligned by cli-table3. */
export async function alignByLibrary(cells: readonly (readonly string[])[]): Promise<string[]> {
  const { default: Table } = await import('cli-table3');
  const [head = [], ...rows] = cells;
  const table = new Table({
    head: [...head],
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

const borderless = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: gap },
};

/** Lines of fitted cells, the same layout in linear time. */
export function alignByHand(cells: readonly (readonly string[])[]): string[] {
  const widths = naturalWidths(cells);
  return cells.map((line) =>
    line
      .map((cell, index) => pad(cell, widths[index] ?? 0))
      .join(gap)
      .trimEnd(),
  );
}

/** One object as `KEY  value` lines; text of several lines is indented below its first. Nulls are left out. */
export function detailLines(fields: readonly Field[], row: object, now: number): string[] {
  const shown = fields.filter(({ key }) => ((row as Row)[key] ?? null) !== null);
  const width = Math.max(0, ...shown.map(({ key }) => headerOf(key).length));
  const indent = ' '.repeat(width + gap.length);
  return shown.flatMap((field) => {
    const text = friendlyText((row as Row)[field.key], field.kind, now);
    const escaped = isFixed(field) ? escapeIdentifier(text) : escapeText(text);
    const suffix = field.kind === 'time' ? ` (${escapeLine(String((row as Row)[field.key]))})` : '';
    return `${pad(headerOf(field.key), width)}${gap}${escaped}${suffix}`
      .split('\n')
      .map((line, index) => (index === 0 ? line : indent + line).trimEnd());
  });
}

/** A value without a shape as `key: value` lines, nested ones indented; a bare value as itself. */
export function valueLines(value: Json, indent = ''): string[] {
  if (typeof value !== 'object' || value === null) return [indent + wordOf(value)];
  if (Array.isArray(value)) return value.flatMap((item: Json) => valueLines(item, indent));
  return Object.entries(value).flatMap(([key, inner]) => {
    const name = `${indent}${escapeLine(key)}:`;
    const principal = principalText(inner);
    if (typeof inner !== 'object' || inner === null) return `${name} ${wordOf(inner)}`;
    return principal === null
      ? [name, ...valueLines(inner, `${indent}  `)]
      : `${name} ${escapeLine(principal)}`;
  });
}

function wordOf(value: string | number | boolean | null): string {
  return value === null ? '-' : escapeLine(String(value));
}
