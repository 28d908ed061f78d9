/** Sentences in lines that fit a terminal: broken between words, never within an id, an address or a command to copy. */

/** Puts words on lines of at most `room` cells. A word that is longer alone has a line of its own, and runs over it. */
export function fillLines(
  words: Iterable<string>,
  room: number,
  measure: (text: string) => number,
): string[] {
  const lines: string[] = [];
  let line: string | null = null;
  let cells = 0;
  for (const word of words) {
    const next = measure(word);
    if (line !== null && cells + 1 + next <= room) {
      line += ` ${word}`;
      cells += 1 + next;
    } else {
      if (line !== null) lines.push(line);
      line = word;
      cells = next;
    }
  }
  return line === null ? lines : [...lines, line];
}

/**
 * The lines of a value behind its key, those after the first below it. A line that has no room there has one of its own,
 * from the first column, so that an address can be copied whole.
 * @param key padded to its column, with the gap behind it.
 */
export function besideKey(
  key: string,
  lines: readonly string[],
  columns: number,
  measure: (text: string) => number,
): string[] {
  const indent = ' '.repeat(key.length);
  return lines.flatMap((line, index) => {
    const margin = index === 0 ? key : indent;
    if (margin.length + measure(line) <= columns) return [`${margin}${line}`.trimEnd()];
    return index === 0 ? [key.trimEnd(), line] : [line];
  });
}

/** What continues a line stands this far to the right of it. */
const hang = '  ';

/**
 * Escaped text for people in lines of at most `columns` cells, the further ones indented. What is longer than a line in
 * itself begins at its margin, so that nothing but the address or command is copied.
 * @param indent in front of the further lines of a paragraph; its own indentation and two blanks without it.
 */
export function wrapSentences(text: string, columns: number, indent?: string): string {
  return text
    .split('\n')
    .map((paragraph) => {
      if (mostCells(paragraph) <= columns) return paragraph;
      const own = /^ */.exec(paragraph)?.[0] ?? '';
      const margin = indent ?? own + hang;
      const lines = fillLines(unbroken(paragraph.slice(own.length)), columns - margin.length, mostCells);
      return lines
        .map((line, index) => {
          if (index === 0) return own + line;
          return margin.length + mostCells(line) > columns ? line : margin + line;
        })
        .join('\n');
    })
    .join('\n');
}

/**
 * `dashctl NOUN VERB` with the options and arguments behind it, up to the first word of prose: options with their
 * values, and words that hold more than small letters. A mark at a word's end ends the sentence, or a part of it.
 */
const command =
  /\bdashctl(?: [a-z][a-z-]*){1,2}(?:(?<![.,;:)]) (?:--?[A-Za-z][\w-]*(?: (?!-)[^ ]+)?|[^ ]*[^a-z .,;:)(][^ ]*))*/g;

/** No full stop behind a command that ends a paragraph: it would be copied with it. */
export function withoutStopBehindCommand(text: string): string {
  return text
    .split('\n')
    .map((paragraph) => {
      const last = [...paragraph.matchAll(command)].at(-1);
      if (last === undefined || !paragraph.endsWith('.') || paragraph.endsWith('..')) return paragraph;
      const end = last.index + last[0].length;
      return end >= paragraph.length - 1 ? paragraph.slice(0, -1) : paragraph;
    })
    .join('\n');
}

/** Words, a command being one. */
function unbroken(text: string): string[] {
  const words: string[] = [];
  let from = 0;
  for (const { index, 0: found } of text.matchAll(command)) {
    if (index < from) continue;
    const before = text.slice(from, index).split(' ');
    // Quotes and marks that touch the command belong to it.
    const [after = ''] = text.slice(index + found.length).split(' ', 1);
    words.push(...before.slice(0, -1), `${before.at(-1) ?? ''}${found}${after}`);
    from = index + found.length + after.length + 1;
  }
  return from > text.length ? words : [...words, ...text.slice(from).split(' ')];
}

/**
 * The most cells that text can take: an upper bound, exact for ASCII. Exact tables for all scripts cost 30 ms to load,
 * which one sentence is not worth; a line that breaks a little early is no harm.
 */
export function mostCells(text: string): number {
  let cells = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // Wide letters begin with Hangul; of what follows, punctuation and arrows are narrow.
    const narrow = unit < 0x1100 || (unit >= 0x2000 && unit < 0x2070) || (unit >= 0x2190 && unit < 0x2200);
    cells += narrow ? 1 : 2;
  }
  return cells;
}
