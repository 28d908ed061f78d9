/**
 * Tables and detail views for people: borderless, upper-case header, two spaces between columns, `-` for nothing.
 * Ids and addresses are never cut; the other columns share what they leave of the width.
 */
import type { Field, Json } from '../model/shape.ts';
import { escapeIdentifier, escapeLine, escapeText } from './escape.ts';
import { asJson, friendlyText, principalText, type Row } from './value.ts';
import { besideKey } from './fill.ts';
import { displayWidth, fit, isolate, pad, wrap } from './width.ts';

const gap = '  ';

/** A column is not squeezed below this many cells, unless its content is narrower. */
const narrowest = 6;

/** A column of weight 1 with less than this makes room by leaving out columns that are there only if there is room. */
const comfortable = 8;

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

/** A table. Where nobody chose the columns (`chosen`), empty ones and those without room are left out. */
export async function tableText(
  fields: readonly Field[],
  rows: readonly object[],
  layout: Layout,
  chosen: boolean,
): Promise<{ readonly lines: string[]; readonly hidden: readonly Field[] }> {
  const { cells, hidden } = fitCells(fields, rows, layout, chosen);
  const small =
    rows.length <= libraryRows && cells.every((line) => line.every((cell) => measuredAlike.test(cell)));
  return { lines: small ? await alignByLibrary(cells) : alignByHand(cells), hidden };
}

export interface Fitted {
  /** Header and rows as escaped text, cut to their columns. */
  readonly cells: string[][];
  /** Columns left out for lack of room, but for those that only repeat what other columns show. */
  readonly hidden: readonly Field[];
}

/**
 * Chooses and cuts columns. Unless they were chosen by name, those that are empty in every row are left out, and as many
 * of the `if-room` ones, from the right, as it takes to give the others a comfortable width.
 */
export function fitCells(
  fields: readonly Field[],
  rows: readonly object[],
  layout: Layout,
  chosen: boolean,
): Fitted {
  const candidates = chosen ? fields : fields.filter((field) => field.kind === 'id' || isFilled(field, rows));
  const all = textCells(candidates, rows, layout.now);
  const natural = naturalWidths(all);
  const columns = candidates.map((field, index) => ({ field, index, width: natural[index] ?? 0 }));
  const shown = chosen ? columns : withinRoom(columns, layout.columns);
  const widths = columnWidths(shown, layout.columns);
  return {
    cells: all.map((line) =>
      shown.map(({ field, index }, at) => {
        const cell = fit(line[index] ?? '', widths[at] ?? 0);
        return isIdentifier(field) ? cell : isolate(cell);
      }),
    ),
    hidden: columns
      .filter((column) => !shown.includes(column) && tellsMore(column, shown, all))
      .map(({ field }) => field),
  };
}

interface Column {
  readonly field: Field;
  readonly index: number;
  /** Cells that its widest text takes. */
  readonly width: number;
}

function isFilled({ key }: Field, rows: readonly object[]): boolean {
  return rows.some((row) => {
    const value = (row as Row)[key];
    return (
      value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
    );
  });
}

/** A column that makes room for others. */
function isOptional({ field }: Column): boolean {
  return field.table === 'if-room' || field.table === 'if-filled';
}

/** The columns without as many `if-room` ones, from the right, as are in the way of a comfortable width. */
function withinRoom(columns: readonly Column[], room: number): readonly Column[] {
  let shown = columns;
  for (const column of columns.filter(isOptional).reverse()) {
    const least = shown.map(({ field, width }) =>
      isFixed(field) ? width : Math.min(width, comfortable * (field.weight ?? 1)),
    );
    if (least.reduce((sum, width) => sum + width, gap.length * (shown.length - 1)) <= room) break;
    shown = shown.filter((one) => one !== column);
  }
  return shown;
}

/** Whether a column holds something in some row that no shown column of that row holds. `lines`: a header, then rows. */
function tellsMore(
  { index }: Column,
  shown: readonly Column[],
  [, ...rows]: readonly (readonly string[])[],
): boolean {
  return rows.some((row) => row[index] !== '-' && shown.every((other) => row[other.index] !== row[index]));
}

/** Header and rows as escaped text. */
function textCells(fields: readonly Field[], rows: readonly object[], now: number): string[][] {
  const lines = [fields.map(({ key }) => headerOf(key))];
  for (const row of rows) lines.push(fields.map((field) => cellText(field, row as Row, now)));
  return lines;
}

function cellText(field: Field, row: Row, now: number): string {
  const text = friendlyText(row[field.key], field.kind, now);
  // Leading or trailing blanks would shift a column that nobody can see shifted.
  return isIdentifier(field) ? escapeIdentifier(text) : escapeLine(text).trim() || '-';
}

/** `updatedAt` becomes `UPDATED AT`. */
export function headerOf(key: string): string {
  return key.replace(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toUpperCase();
}

function isIdentifier({ kind }: Field): boolean {
  return kind === 'id' || kind === 'url';
}

/** Columns that are never cut: ids and addresses, which must stay whole, and what is short by nature. */
function isFixed({ kind, whole = false }: Field): boolean {
  return whole || (kind !== 'text' && kind !== 'list' && kind !== 'object' && kind !== 'principal');
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
 * Widths of the columns: fixed ones as they are; the others have ceilings in the proportion of their weights, as high as
 * the line allows, so that only the widest are cut. When even the narrowest do not fit, the line runs over.
 */
function columnWidths(columns: readonly Column[], room: number): number[] {
  const all = columns.map(({ field, width }) => ({ field, width, weight: field.weight ?? 1 }));
  const flexible = all
    .filter(({ field }) => !isFixed(field))
    .sort((a, b) => a.width / a.weight - b.width / b.weight);
  const fixed = all.filter(({ field }) => isFixed(field)).reduce((sum, { width }) => sum + width, 0);

  let left = room - gap.length * (columns.length - 1) - fixed;
  let weights = flexible.reduce((sum, { weight }) => sum + weight, 0);
  const ceilings = new Map<Field, number>();
  for (const { field, width, weight } of flexible) {
    const ceiling = Math.max(Math.floor((left * weight) / weights), narrowest);
    ceilings.set(field, ceiling);
    left -= Math.min(width, ceiling);
    weights -= weight;
  }
  return all.map(({ field, width }) => Math.min(width, ceilings.get(field) ?? width));
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

/** Values of a detail view are not squeezed below this many cells. */
const narrowestValue = 20;

/**
 * One object as `KEY  value` lines. Text is wrapped to the width and indented below its first line; ids and addresses
 * stay whole, and have a line from its first column where they do not fit behind the key. Nulls are left out.
 */
export function detailLines(fields: readonly Field[], row: object, { columns, now }: Layout): string[] {
  const shown = fields.filter(({ key }) => ((row as Row)[key] ?? null) !== null);
  const width = Math.max(0, ...shown.map(({ key }) => headerOf(key).length));
  const indent = ' '.repeat(width + gap.length);
  const room = Math.max(columns - indent.length, narrowestValue);
  return shown.flatMap((field) =>
    besideKey(
      pad(headerOf(field.key), width) + gap,
      detailValue(field, (row as Row)[field.key], room, now),
      indent.length + room,
      displayWidth,
    ),
  );
}

/** The lines of one value, escaped; at least one. */
function detailValue(field: Field, value: unknown, room: number, now: number): string[] {
  if (isIdentifier(field)) return [escapeIdentifier(friendlyText(value, field.kind, now))];
  if (field.kind === 'object' && principalText(value) === null) {
    const lines = valueLines(asJson(value)).flatMap((line) => wrap(line, room));
    return lines.length === 0 ? ['-'] : lines;
  }
  const text = Array.isArray(value)
    ? value.map((item: unknown) => friendlyText(item, field.kind, now)).join(', ')
    : friendlyText(value, field.kind, now);
  const suffix = field.kind === 'time' ? ` (${String(value)})` : '';
  return wrap(escapeText(`${text}${suffix}` || '-'), room).map(isolate);
}

/** A value without a shape as `key: value` lines, nested ones indented; a bare value as itself. */
export function valueLines(value: Json, indent = ''): string[] {
  if (typeof value !== 'object' || value === null) return [indent + wordOf(value)];
  if (Array.isArray(value)) return value.flatMap((item: Json) => itemLines(item, indent));
  return Object.entries(value).flatMap(([key, inner]) => {
    const name = `${indent}${escapeLine(key)}:`;
    const principal = principalText(inner);
    if (typeof inner !== 'object' || inner === null) return `${name} ${wordOf(inner)}`;
    return principal === null
      ? [name, ...valueLines(inner, `${indent}  `)]
      : `${name} ${escapeLine(principal)}`;
  });
}

/** An item of a list: what fits one line as `key: value, key: value`, so that items do not run into each other. */
function itemLines(item: Json, indent: string): string[] {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return valueLines(item, indent);
  const members = Object.entries(item);
  const flat = members.every(([, inner]) => typeof inner !== 'object' || inner === null);
  if (!flat || members.length === 0 || principalText(item) !== null) return valueLines(item, indent);
  return [
    indent +
      members
        .map(([key, inner]) => `${escapeLine(key)}: ${wordOf(inner as string | number | boolean | null)}`)
        .join(', '),
  ];
}

function wordOf(value: string | number | boolean | null): string {
  return value === null ? '-' : escapeLine(String(value));
}
