/** A page of help as data, so that the terminal, the reference and the man pages show the same. */
import type { Example } from './definition.ts';

/** A left cell (what to type) and what it means. */
export type HelpRow = readonly [term: string, meaning: string];

/** One headed part of a page; it holds one kind of content. */
export type HelpSection = {
  readonly title: string;
  /** The same on many pages: a book prints it once. */
  readonly common?: boolean;
} & (
  | { readonly rows: readonly HelpRow[] }
  | { readonly lines: readonly string[] }
  | { readonly examples: readonly Example[] }
);

export interface HelpPage {
  /** What it is about, one sentence. */
  readonly summary: string;
  /** `dashctl share create DASHBOARD [OPTIONS]`; null for a topic. */
  readonly usage: string | null;
  readonly paragraphs: readonly string[];
  /** In their order; those without content are left out. */
  readonly sections: readonly HelpSection[];
  /** Where to read on; null when the page says all. */
  readonly closing: string | null;
}

/** A page for the terminal. */
export function helpText(page: HelpPage): string {
  return [
    page.summary,
    '',
    ...(page.usage === null ? [] : [`Usage: ${page.usage}`, '']),
    ...page.paragraphs.flatMap((paragraph) => [paragraph, '']),
    ...filledSections(page).map((section) =>
      [`${section.title}:`, ...linesOf(section).map((line) => `  ${line}`), ''].join('\n'),
    ),
    ...(page.closing === null ? [] : [page.closing]),
  ]
    .join('\n')
    .trimEnd();
}

/** The sections that say something. */
export function filledSections(page: HelpPage): readonly HelpSection[] {
  return page.sections.filter((section) => linesOf(section).length > 0);
}

function linesOf(section: HelpSection): readonly string[] {
  if ('rows' in section) return columns(section.rows);
  if ('lines' in section) return section.lines;
  return section.examples.flatMap((example) => [`# ${example.note}`, example.command]);
}

/** Two aligned columns; a left cell that is too wide gets a line of its own. */
function columns(rows: readonly HelpRow[]): string[] {
  const width = Math.min(30, Math.max(0, ...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) =>
    left.length > width ? [left, `${' '.repeat(width + 2)}${right}`] : [`${left.padEnd(width)}  ${right}`],
  );
}
