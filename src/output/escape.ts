/**
 * Text from servers is data: it never steers a terminal, a spreadsheet or a line-oriented reader.
 *
 * On a terminal every control character (C0, DEL, C1), bidirectional control, line separator and lone surrogate is
 * shown as `\u{1b}`, its code point in hexadecimal; newline, tab and carriage return as `\n`, `\t`, `\r`. Identifiers
 * show invisible characters in the same way. This form is for reading; only JSON, YAML and tsv can be read back.
 */

/** Everything that a terminal, or a person's eye, could be misled by. `\p{Cs}` matches lone surrogates only. */
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Cs}]/gu;
const unsafeInText =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Cs}]/gu;
const unsafeInIdentifier =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;
const unsafeInJson = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Cs}]/gu;

/** Letters, digits and the like: by far the most text, told apart without the long patterns. */
const plain = /^[\u0020-\u007e]*$/;

/** One line of foreign text for a terminal: a cell, a name in a sentence, a prompt. */
export function escapeLine(text: string): string {
  return plain.test(text) ? text : text.replace(unsafe, visible);
}

/** An id, reference or address for a terminal: characters without width are shown as well. */
export function escapeIdentifier(text: string): string {
  return plain.test(text) ? text : text.replace(unsafeInIdentifier, visible);
}

/** Text of several lines for a terminal: newlines and tabs stay. */
export function escapeText(text: string): string {
  return text.replace(unsafeInText, visible);
}

function visible(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return `\\u{${codePointOf(character).toString(16)}}`;
}

/**
 * JSON text (or the inside of double quotes in YAML) with everything unsafe written as `\uXXXX`: a parser sees the same
 * value. Newlines between values stay; those within strings are escaped already.
 */
export function escapeJson(json: string): string {
  return json.replace(
    unsafeInJson,
    (character) => `\\u${codePointOf(character).toString(16).padStart(4, '0')}`,
  );
}

/** A value in a tsv line: backslash, tab, newline and carriage return escaped, lone surrogates as `\u{d800}`. */
export function escapeTsv(text: string): string {
  if (!/[\\\t\n\r\ud800-\udfff]/.test(text)) return text;
  return text.replace(/[\\\t\n\r\p{Cs}]/gu, (character) =>
    character === '\\' ? '\\\\' : visible(character),
  );
}

/** Undoes {@link escapeTsv}, and what {@link escapeLine} did to the result. */
export function unescapeTsv(text: string): string {
  return text.replace(
    /\\(?:u\{([0-9a-f]{1,6})\}|([\\tnr]))/g,
    (_, hex: string | undefined, letter: string | undefined) => {
      if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
      if (letter === 't') return '\t';
      if (letter === 'n') return '\n';
      return letter === 'r' ? '\r' : '\\';
    },
  );
}

/** A cell in RFC 4180: quoted when it holds a comma, a quote, a line break, or spaces at an end. */
export function escapeCsv(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Text that a spreadsheet would run as a formula, or that looks guarded already. */
const formula = /^'*[=+\-@\t\r＝＋－＠]/;

/** Keeps a spreadsheet from running a text cell: one `'` in front, so that taking one away gives the value back. */
export function guardFormula(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

/**
 * Lines for stderr. CI runners take lines that start with `::` or `##` for commands, so that foreign text of several
 * lines could give orders; such lines get a bar in front.
 */
export function guardLines(text: string): string {
  return text.replace(/^(?=[^\S\n]*(?:::|##))/gm, '| ');
}

function codePointOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
