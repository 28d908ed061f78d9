/** Display width: how many cells of a terminal a text takes. The one measure that every layout uses. */
import stringWidth from 'string-width';
import { fillLines } from './fill.ts';

const ascii = /^[\u0020-\u007e]*$/;

/** A layout asks for the same text several times, and other scripts than ASCII are slow to measure. */
const measured = new Map<string, number>();
const mostMeasured = 20_000;

/** Cells that escaped text takes: two for CJK and emoji, none for combining marks. */
export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = measured.get(text);
  if (width === undefined) {
    width = stringWidth(text);
    if (measured.size >= mostMeasured) measured.clear();
    measured.set(text, width);
  }
  return width;
}

let segmenter: Intl.Segmenter | undefined;

/**
 * The text in at most `width` cells, cut between graphemes, with `…` in place of what is missing. Empty when `width` is
 * not positive.
 */
export function fit(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width <= 0) return '';
  if (ascii.test(text)) return `${text.slice(0, width - 1)}…`;
  segmenter ??= new Intl.Segmenter();
  let taken = '';
  let cells = 0;
  for (const { segment } of segmenter.segment(text)) {
    const next = displayWidth(segment);
    if (cells + next > width - 1) break;
    cells += next;
    taken += segment;
  }
  return `${taken}…`;
}

/**
 * The text in lines of at most `width` cells, broken at spaces, and within a word only where the word alone is longer and
 * of a script that breaks anywhere: an address or an id stays whole and runs over. Line breaks of its own stay.
 */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(width, 1);
  return text.split('\n').flatMap((paragraph) => {
    if (displayWidth(paragraph) <= room) return [paragraph];
    return fillLines(
      paragraph.split(' ').flatMap((word) => pieces(word, room)),
      room,
      displayWidth,
    );
  });
}

/** A word in pieces of at most `room` cells, cut between graphemes; one of ASCII stays whole. */
function pieces(word: string, room: number): string[] {
  if (ascii.test(word) || displayWidth(word) <= room) return [word];
  segmenter ??= new Intl.Segmenter();
  const cut: string[] = [];
  let piece = '';
  let cells = 0;
  for (const { segment } of segmenter.segment(word)) {
    const next = displayWidth(segment);
    if (piece !== '' && cells + next > room) {
      cut.push(piece);
      piece = '';
      cells = 0;
    }
    piece += segment;
    cells += next;
  }
  return [...cut, piece];
}

/** Letters that are written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and their neighbours. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * Keeps letters that run from right to left from reordering their neighbours on terminals that know how to write them: a
 * first-strong isolate around escaped text, which takes no cell.
 */
export function isolate(text: string): string {
  return ascii.test(text) || !rightToLeft.test(text) ? text : `\u2068${text}\u2069`;
}

/** The text followed by spaces up to `width` cells; longer text stays as it is. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
