/** A list to choose from while it is still being read. What somebody types is compared here and sent nowhere. */
import { escapeLine } from './escape.ts';

/** A choice as inquirer's search takes it; the value is a position in our list or the word that was typed. */
export interface ListedChoice {
  readonly value: number | string;
  readonly name: string;
  readonly description?: string;
  readonly disabled?: boolean;
}

export interface LoadingList<T> {
  /** What fits the term, as far as it is known by now. */
  source(term: string | undefined): Promise<ListedChoice[]>;
  /** The chosen value; null for something that cannot be chosen. */
  valueOf(answer: unknown): T | string | null;
}

interface Entry<T> {
  readonly value: T;
  readonly name: string;
  readonly description?: string;
}

/** How long a question stays empty while its list is being read, in milliseconds. */
const patience = 1500;

/**
 * @param entries read in the background, to the end or until `signal` aborts
 * @param accepts what is wrong with a word that is typed and in no entry, null when it may be taken; left out where
 * only entries may be chosen
 */
export function loadingList<T>(
  entries: AsyncIterable<Entry<T>>,
  accepts: ((word: string) => string | null) | undefined,
  signal: AbortSignal,
): LoadingList<T> {
  const found: Entry<T>[] = [];
  let state: 'loading' | 'whole' | 'broken' = 'loading';
  let why = '';
  const load = async (): Promise<void> => {
    try {
      for await (const entry of entries) {
        if (signal.aborted) return;
        found.push(entry);
      }
      state = 'whole';
    } catch (error) {
      state = 'broken';
      why = error instanceof Error ? error.message : String(error);
    }
  };
  let loaded: Promise<void> | null = null;

  return {
    async source(term) {
      loaded ??= Promise.race([load(), pause(patience)]);
      await loaded;
      const word = term?.trim() ?? '';
      const wanted = word.toLowerCase();
      const choices: ListedChoice[] = found.flatMap(({ name, description }, value) =>
        `${name} ${description ?? ''}`.toLowerCase().includes(wanted)
          ? [
              {
                value,
                name: escapeLine(name),
                ...(description === undefined ? {} : { description: escapeLine(description) }),
              },
            ]
          : [],
      );
      if (accepts !== undefined && word !== '') {
        const complaint = accepts(word);
        if (complaint === null) choices.push({ value: word, name: `${escapeLine(word)}  (as typed)` });
        else if (choices.length === 0) choices.push(remark(complaint));
      }
      if (state === 'loading') choices.push(remark('Still reading the list: type to search what is here.'));
      if (state === 'broken') choices.push(remark(`The list could not be read: ${why}`));
      return choices;
    },
    valueOf(answer) {
      if (typeof answer === 'string') return answer;
      return typeof answer === 'number' ? (found[answer]?.value ?? null) : null;
    },
  };
}

/** A line that cannot be chosen. */
function remark(text: string): ListedChoice {
  return { value: -1, name: escapeLine(text), disabled: true };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
