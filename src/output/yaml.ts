/** YAML by the library, with everything that could mislead a terminal as an escape within double quotes. */
import { Document, Scalar, visit } from 'yaml';
import { escapeJson } from './escape.ts';

/** What a plain or block scalar must not hold; tab and newline are fine, lone carriage returns are not. */
const needsQuotes =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Cs}]/u;

/** Text of several lines that block scalars keep surely: no blanks at the start, at a line's end, or alone on a line. */
const plainLines = /^\S(?:.*\S)?(?:\n+(?:[ ]*\S(?:.*\S)?))*\n?$/;

/** One YAML document, ending in a newline. Parsers read back the same value. */
export function yamlText(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  visit(document, {
    Scalar(_, node) {
      const { value: text } = node;
      if (typeof text !== 'string') return;
      const risky = needsQuotes.test(text) || (text.includes('\n') && !plainLines.test(text));
      if (risky) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  // Without folding a long text stays on its line, where grep finds it.
  return escapeJson(document.toString({ lineWidth: 0, blockQuote: 'literal' }));
}
