/** Display width: how many cells of a terminal a text takes. The one measure that every layout uses. */
import stringWidth from 'string-width';

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

/** The text followed by spaces up to `width` cells; longer text stays as it is. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
