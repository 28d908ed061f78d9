/**
 * JSON that keeps numbers as they were written: a 64-bit widget id or a `1.0` comes back digit for digit. The state of
 * a room stays plain JSON, in which such a number is an object with one unlikely key.
 */
const marker = '\u0000number';
const marked = /\{"\\u0000number":"(-?\d[\d.eE+-]*)"\}/g;

/**
 * Parses JSON; numbers that a double cannot hold in the same digits become exact ones.
 * @throws SyntaxError
 */
export function parseExact(text: string): unknown {
  // Check first, so that the rewriting below meets nothing but valid JSON.
  const plain: unknown = JSON.parse(text);
  const rewritten = markNumbers(text);
  return rewritten === text ? plain : JSON.parse(rewritten);
}

/** Wraps the inexact numbers of valid JSON. A loop, as one pattern for long strings exhausts the stack. */
function markNumbers(text: string): string {
  const next = /["\d-]/g;
  const number = /-?\d[\d.eE+-]*/y;
  let result = '';
  let copied = 0;
  for (let found = next.exec(text); found !== null; found = next.exec(text)) {
    const start = found.index;
    if (found[0] === '"') {
      next.lastIndex = endOfString(text, start);
      continue;
    }
    number.lastIndex = start;
    const piece = number.exec(text)?.[0] ?? found[0];
    next.lastIndex = start + piece.length;
    if (String(Number(piece)) === piece) continue;
    result += text.slice(copied, start) + JSON.stringify({ [marker]: piece });
    copied = next.lastIndex;
  }
  return result + text.slice(copied);
}

/** The position after the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
}

/** The JSON text of a value, exact numbers in their own digits. */
export function printExact(value: unknown): string {
  return JSON.stringify(value).replace(marked, '$1');
}

/** A number by its digits, such as an id beyond 2^53. */
export function exactNumber(digits: string): unknown {
  return { [marker]: digits };
}
