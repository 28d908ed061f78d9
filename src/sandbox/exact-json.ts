/**
 * JSON that keeps numbers as they were written: a 64-bit widget id or a `1.0` comes back digit for digit. The state of
 * a room stays plain JSON, in which such a number is an object with one unlikely key.
 */
const marker = '\u0000number';
const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs;
const marked = /\{"\\u0000number":"(-?\d[\d.eE+-]*)"\}/g;

/**
 * Parses JSON; numbers that a double cannot hold in the same digits become exact ones.
 * @throws SyntaxError
 */
export function parseExact(text: string): unknown {
  // Check first, so that the rewriting below meets nothing but valid JSON.
  const plain: unknown = JSON.parse(text);
  const rewritten = text.replace(token, (piece) =>
    piece.startsWith('"') || String(Number(piece)) === piece ? piece : JSON.stringify({ [marker]: piece }),
  );
  return rewritten === text ? plain : JSON.parse(rewritten);
}

/** The JSON text of a value, exact numbers in their own digits. */
export function printExact(value: unknown): string {
  return JSON.stringify(value).replace(marked, '$1');
}

/** A number by its digits, such as an id beyond 2^53. */
export function exactNumber(digits: string): unknown {
  return { [marker]: digits };
}
