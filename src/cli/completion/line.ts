/** Lines as a shell hands them over: into words without evaluating anything, and back into text that stays one word. */

/** A line up to the cursor. */
export interface TypedLine {
  /** Without quotes; the last one is being typed and may be empty. */
  readonly words: readonly string[];
  /** What stands before the part of the last word that the shell replaces, without quotes. */
  readonly kept: string;
  /** The quote that is open at the cursor; empty without one. */
  readonly quote: '' | "'" | '"';
}

/**
 * Reads a line of bash. What readline replaces begins behind the last quote or unescaped character of `breaks`
 * (`COMP_WORDBREAKS`: `:` and `=` among others), so `team:s` is one word of which only `s` is replaced.
 */
export function readBashLine(line: string, breaks: string): TypedLine {
  const words: string[] = [];
  let word: string | null = null;
  let kept = 0;
  let quote: TypedLine['quote'] = '';
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    const next = line.charAt(index + 1);
    if (quote === '' && /\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
      kept = 0;
      continue;
    }
    const before: string = word ?? '';
    word = before;
    if (character === quote) {
      quote = '';
      kept = before.length;
    } else if (quote === '' && (character === "'" || character === '"')) {
      quote = character;
      kept = before.length;
    } else if (character === '\\' && (quote === '' || (quote === '"' && /[$`"\\]/.test(next)))) {
      word = before + next;
      index += 1;
    } else {
      word = before + character;
      if (quote === '' && breaks.includes(character)) kept = word.length;
    }
  }
  return { words: [...words, word ?? ''], kept: (word ?? '').slice(0, kept), quote };
}

/** A text as bash reads it back, behind an open quote or none. An exclamation mark leaves double quotes (history). */
export function quoteForBash(text: string, quote: TypedLine['quote']): string {
  if (quote === "'") return text.replaceAll("'", String.raw`'\''`);
  if (quote === '"') return text.replace(/[$`"\\]/g, String.raw`\$&`).replaceAll('!', String.raw`"\!"`);
  return text.replace(/[^\p{L}\p{N}_@%+=:,./-]/gu, String.raw`\$&`);
}

/** Reads a line of PowerShell, which replaces whole words. */
export function readPowerShellLine(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    const next = line.charAt(index + 1);
    if (quote === '' && /\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
      continue;
    }
    const before: string = word ?? '';
    word = before;
    if (character === quote && next === quote) {
      word = before + quote;
      index += 1;
    } else if (character === quote) {
      quote = '';
    } else if (quote === '' && (character === "'" || character === '"')) {
      quote = character;
    } else if (character === '`' && quote !== "'") {
      word = before + next;
      index += 1;
    } else {
      word = before + character;
    }
  }
  return [...words, word ?? ''];
}

/** A word as PowerShell reads it back: bare, or in single quotes, of which it knows the typographic ones too. */
export function quoteForPowerShell(text: string): string {
  return /^[\p{L}\p{N}_./:=+-]+$/u.test(text) ? text : `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
}
