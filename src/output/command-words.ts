/** The command line that a person put into a variable (`PAGER`, `BROWSER`), taken apart without running a shell. */

/** A program to run. */
export interface CommandWords {
  readonly file: string;
  readonly args: readonly string[];
  /** Variables that stood in front: `LESSCHARSET=utf-8 less`. */
  readonly env: Readonly<Record<string, string>>;
}

/** Characters that mean something to a shell when they stand outside of quotes. */
const operators = new Set(['|', '&', ';', '<', '>', '(', ')', '`', '$', '*', '?', '[', '\n']);

/**
 * Splits a line as a POSIX shell would: blanks, single and double quotes, backslashes, variables in front. Null when it
 * holds no program, ends within quotes, or needs a shell (pipes, expansions).
 */
export function commandWords(line: string): CommandWords | null {
  const words = split(line);
  if (words === null) return null;
  const first = words.findIndex((word) => !/^[A-Za-z_][A-Za-z0-9_]*=/.test(word));
  const file = words[first];
  if (file === undefined || file === '') return null;
  const env = words.slice(0, first).map((word): [string, string] => {
    const at = word.indexOf('=');
    return [word.slice(0, at), word.slice(at + 1)];
  });
  return { file, args: words.slice(first + 1), env: Object.fromEntries(env) };
}

function split(line: string): string[] | null {
  const words: string[] = [];
  let word = '';
  /** Whether a word has begun; a pair of quotes makes an empty one. */
  let begun = false;
  let quote: '"' | "'" | null = null;
  const add = (text: string): void => {
    word += text;
    begun = true;
  };
  const finish = (): void => {
    if (begun) words.push(word);
    word = '';
    begun = false;
  };
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (quote === "'") {
      if (character === "'") quote = null;
      else add(character);
    } else if (character === '\\') {
      const next = line.charAt(++at);
      if (next === '') return null;
      // Within double quotes a backslash stands for itself unless it takes away a meaning.
      add(quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next);
    } else if (quote === '"') {
      if (character === '"') quote = null;
      else if (character === '$' || character === '`') return null;
      else add(character);
    } else if (character === '"' || character === "'") {
      quote = character;
      add('');
    } else if (character === ' ' || character === '\t') {
      finish();
    } else if (operators.has(character) || (character === '~' && word === '')) {
      return null;
    } else {
      add(character);
    }
  }
  if (quote !== null) return null;
  finish();
  return words;
}
