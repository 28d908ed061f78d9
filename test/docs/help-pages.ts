/** Pages of help as Markdown and as man pages, for the files that are generated from the definitions. */
import { filledSections } from '../../src/cli/help-page.ts';
import type { HelpPage, HelpSection } from '../../src/cli/help-page.ts';

/** A page as a part of a Markdown file. @param depth of its heading: 1 for a file of its own */
export function markdown(title: string, page: HelpPage, depth: number): string {
  const blocks = [
    `${'#'.repeat(depth)} ${title}`,
    escapeMarkdown(page.summary),
    ...(page.usage === null ? [] : [fenced([page.usage])]),
    ...page.paragraphs.map(escapeMarkdown),
    ...ownSections(page).flatMap((section) => [`**${section.title}**`, markdownSection(section)]),
    ...(page.closing === null ? [] : [escapeMarkdown(page.closing)]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** What is the same on many pages stands once in the book. */
function ownSections(page: HelpPage): HelpSection[] {
  return filledSections(page).filter((section) => section.common !== true);
}

function markdownSection(section: HelpSection): string {
  if ('examples' in section) {
    return fenced(section.examples.flatMap(({ note, command }) => [`# ${note}`, command]));
  }
  if ('lines' in section) return section.lines.map((line) => `- ${escapeMarkdown(line.trim())}`).join('\n');
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  return [
    '| | |',
    '| --- | --- |',
    ...section.rows.map(([left, right]) => `| \`${cell(left)}\` | ${cell(escapeMarkdown(right))} |`),
  ].join('\n');
}

function fenced(lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n');
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_<>[\]]/g, String.raw`\$&`);
}

/** A page in the man macros. @param name `dashctl-share`; `more` are parts that follow, each under its own heading. */
export function manPage(
  name: string,
  page: HelpPage,
  more: readonly (readonly [string, HelpPage])[],
): string {
  const lines = [
    `.TH ${roff(name.toUpperCase())} 1 "" dashctl`,
    '.SH NAME',
    `${roff(name)} \\- ${roff(page.summary.replace(/\.$/, ''))}`,
    ...(page.usage === null ? [] : ['.SH SYNOPSIS', roff(page.usage)]),
    ...manBody(page, '.SH'),
    ...more.flatMap(([title, part]) => [
      `.SH ${roff(title.toUpperCase())}`,
      roff(part.summary),
      ...(part.usage === null ? [] : ['.PP', roff(part.usage)]),
      ...manBody(part, '.SS'),
    ]),
    '.SH SEE ALSO',
    roff(name === 'dashctl' ? 'dashctl help TOPIC, dashctl NOUN VERB --help' : 'dashctl(1)'),
  ];
  return `${lines.join('\n')}\n`;
}

function manBody(page: HelpPage, heading: '.SH' | '.SS'): string[] {
  return [
    ...page.paragraphs.flatMap((paragraph, index) =>
      index === 0 && heading === '.SH' ? ['.SH DESCRIPTION', roff(paragraph)] : ['.PP', roff(paragraph)],
    ),
    ...ownSections(page).flatMap((section) => [
      `${heading} ${roff(heading === '.SH' ? section.title.toUpperCase() : section.title)}`,
      ...manSection(section),
    ]),
    ...(page.closing === null ? [] : ['.PP', roff(page.closing)]),
  ];
}

function manSection(section: HelpSection): string[] {
  if ('rows' in section) {
    return section.rows.flatMap(([left, right]) => ['.TP', `\\fB${roff(left)}\\fR`, roff(right)]);
  }
  const lines =
    'lines' in section
      ? section.lines
      : section.examples.flatMap(({ note, command }) => [`# ${note}`, command]);
  return ['.nf', ...lines.map(roff), '.fi'];
}

/** Text as roff shows it: backslashes and hyphens as they are typed, no line that starts a request. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replace(
      /[^\x20-\x7e]/gu,
      (character) => `\\[u${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0') ?? ''}]`,
    )
    .replace(/^(?=[.'])/gm, '\\&');
}
