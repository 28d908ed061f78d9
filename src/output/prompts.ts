/** Questions to a person, behind an interface: inquirer on a terminal, a refusal that names the flag elsewhere. */
import { Writable } from 'node:stream';
import { DashctlError } from '../errors.ts';
import { escapeLine } from './escape.ts';
import { wrapSentences } from './fill.ts';
import type { ListedChoice } from './loading-list.ts';
import type { Progress } from './progress.ts';
import type { OutputStream, Streams, TerminalFacts } from './terminal.ts';

/** Every question names the flag that answers it, for when nobody can be asked. */
interface Question {
  readonly message: string;
  /** The flag or argument that answers it, such as `--yes`. */
  readonly flag: string;
}

export interface Choice<T> {
  readonly value: T;
  readonly name: string;
  /** Shown beside the name. */
  readonly description?: string;
}

/**
 * Asks on stderr. Every method rejects with DashctlError `cancelled` on Ctrl-C or at the end of input, and with
 * `missing-input` (`confirmation-required` for confirm and typed) when nobody can be asked.
 */
export interface Prompter {
  /** Whether there is somebody to ask. */
  readonly available: boolean;
  /** Yes or no; Enter alone means `default`, which is no unless said otherwise. */
  confirm(question: Question & { readonly default?: boolean }): Promise<boolean>;
  /** Asks to type `expect` exactly; resolves to whether that was done. */
  typed(question: Question & { readonly expect: string }): Promise<boolean>;
  /** A line of text, trimmed; `validate` returns what is wrong, or null. */
  text(
    question: Question & { readonly default?: string; readonly validate?: (value: string) => string | null },
  ): Promise<string>;
  /** A secret: masked, never echoed. */
  secret(question: Question): Promise<string>;
  /**
   * One of a list that may still be loading, searchable by what is typed; nothing of that leaves the process. With
   * `accepts` a word in no entry may be taken too: it tells what is wrong with it, or null.
   */
  pick(
    question: Question & {
      readonly choices: AsyncIterable<Choice<string>>;
      readonly accepts?: (word: string) => string | null;
    },
  ): Promise<string>;
  /** One of several; searchable when there are more than seven. */
  select<T>(question: Question & { readonly choices: readonly Choice<T>[] }): Promise<T>;
}

/** What a prompter needs from outside. */
export interface PrompterWorld {
  readonly streams: Streams;
  readonly terminal: TerminalFacts;
  /** Ended before a question is drawn. */
  readonly progress: Progress;
  /** Withdraws a question that is open. */
  readonly signal?: AbortSignal;
}

/** A prompter that asks on stderr, or one that refuses where {@link TerminalFacts.canPrompt} says so. */
export function createPrompter(world: PrompterWorld): Prompter {
  return world.terminal.canPrompt ? askingPrompter(world) : forbiddenPrompter;
}

/** Refuses every question and names the flag that would have answered it. */
export const forbiddenPrompter: Prompter = {
  available: false,
  confirm: ({ message, flag }) => Promise.reject(unconfirmed(message, flag)),
  typed: ({ message, flag }) => Promise.reject(unconfirmed(message, flag)),
  text: ({ message, flag }) => Promise.reject(missing(message, flag)),
  secret: ({ message, flag }) => Promise.reject(missing(message, flag)),
  pick: ({ message, flag }) => Promise.reject(missing(message, flag)),
  select: ({ message, flag }) => Promise.reject(missing(message, flag)),
};

function missing(message: string, flag: string): DashctlError {
  return new DashctlError('missing-input', `Nobody can be asked: ${message}`, { hint: `Give ${flag}.` });
}

function unconfirmed(message: string, flag: string): DashctlError {
  return new DashctlError('confirmation-required', `Nobody can be asked: ${message}`, {
    hint: `Give ${flag} to go ahead.`,
  });
}

/** Lists longer than this can be searched. */
const mostWithoutSearch = 7;

/** Cells that inquirer needs on a line of a question: its mark, a choice such as `(y/N)`, and the cursor. */
const aroundQuestion = 10;

/** One question as inquirer takes it. */
type InquirerQuestion =
  | { type: 'confirm'; message: string; default: boolean }
  | { type: 'input'; message: string; default?: string; validate?: (value: string) => true | string }
  | { type: 'password'; message: string; mask: string }
  | { type: 'select'; message: string; choices: InquirerChoice[] }
  | {
      type: 'search';
      message: string;
      source: (term: string | undefined) => ListedChoice[] | Promise<ListedChoice[]>;
    };

/** The value is the position in our own list, so that inquirer never holds foreign objects. */
interface InquirerChoice {
  value: number;
  name: string;
  description?: string;
}

function askingPrompter(world: PrompterWorld): Prompter {
  return {
    available: true,

    async confirm({ message, default: preset = false }) {
      return (await ask(world, { type: 'confirm', message: escapeLine(message), default: preset })) === true;
    },

    async typed({ message, expect }) {
      const answer = await ask(world, { type: 'input', message: escapeLine(message) });
      return typeof answer === 'string' && answer.trim() === expect.trim();
    },

    async text({ message, default: preset, validate }) {
      const answer = await ask(world, {
        type: 'input',
        message: escapeLine(message),
        ...(preset === undefined ? {} : { default: escapeLine(preset) }),
        ...(validate === undefined ? {} : { validate: (value: string) => verdict(validate(value.trim())) }),
      });
      const text = String(answer).trim();
      return preset !== undefined && text === escapeLine(preset) ? preset : text;
    },

    async secret({ message }) {
      return String(await ask(world, { type: 'password', message: escapeLine(message), mask: '*' })).trim();
    },

    async pick({ message, choices, accepts }) {
      const stop = new AbortController();
      const { loadingList } = await import('./loading-list.ts');
      const list = loadingList(choices, accepts, stop.signal);
      try {
        const answer = await ask(world, {
          type: 'search',
          message: escapeLine(message),
          source: (term) => list.source(term),
        });
        const chosen = list.valueOf(answer);
        if (chosen === null) throw cancelled();
        return chosen;
      } finally {
        stop.abort();
      }
    },

    async select({ message, choices }) {
      const shown = choices.map(({ name, description }, value) => ({
        value,
        name: escapeLine(name),
        ...(description === undefined ? {} : { description: escapeLine(description) }),
      }));
      const answer = await ask(
        world,
        shown.length <= mostWithoutSearch
          ? { type: 'select', message: escapeLine(message), choices: shown }
          : { type: 'search', message: escapeLine(message), source: (term) => matching(shown, term ?? '') },
      );
      const chosen = typeof answer === 'number' ? choices[answer] : undefined;
      if (chosen === undefined) throw cancelled();
      return chosen.value;
    },
  };
}

function verdict(complaint: string | null): true | string {
  return complaint === null ? true : escapeLine(complaint);
}

function matching(choices: readonly InquirerChoice[], term: string): InquirerChoice[] {
  const wanted = term.toLowerCase();
  return choices.filter(({ name, description = '' }) =>
    `${name} ${description}`.toLowerCase().includes(wanted),
  );
}

/**
 * Asks one question.
 * @throws DashctlError `cancelled` on Ctrl-C, Ctrl-D and when the input ends, also when it ended before.
 */
async function ask(world: PrompterWorld, question: InquirerQuestion): Promise<unknown> {
  const { stdin, stderr } = world.streams;
  if (stdin.readableEnded || stdin.destroyed || world.signal?.aborted === true) throw cancelled();
  const { createPromptModule } = await import('inquirer');
  world.progress.stop();

  // inquirer does not notice that its input ends (Ctrl-D, a closed terminal): readline pauses it, and nothing follows.
  const withdrawal = new AbortController();
  const withdraw = (): void => {
    setImmediate(() => {
      withdrawal.abort();
    });
  };
  const endings = ['pause', 'end', 'close'] as const;
  for (const ending of endings) stdin.on(ending, withdraw);
  world.signal?.addEventListener('abort', withdraw);
  try {
    const output = promptOutput(stderr, world.terminal.stderr.colour > 0);
    const prompt = createPromptModule({ input: stdin, output, signal: withdrawal.signal });
    const message = wrapSentences(question.message, world.terminal.stderr.columns - aroundQuestion, '');
    const { answer } = await prompt<{ answer: unknown }>([{ name: 'answer', ...question, message }]);
    return answer;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name !== 'ExitPromptError' && name !== 'AbortPromptError' && name !== 'CancelPromptError')
      throw error;
    throw cancelled();
  } finally {
    for (const ending of endings) stdin.off(ending, withdraw);
    world.signal?.removeEventListener('abort', withdraw);
  }
}

function cancelled(): DashctlError {
  return new DashctlError('cancelled', 'Cancelled; nothing was sent.');
}

/**
 * What inquirer draws on: stderr, without colours where it has none, since inquirer does not ask. It is inquirer's to
 * end, which leaves stderr open.
 */
function promptOutput(stderr: OutputStream, colour: boolean): Writable {
  const output = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _, done) {
      const text = chunk.toString();
      stderr.write(colour ? text : text.replace(/\u001b\[[0-9;]*m/g, ''));
      done();
    },
  });
  return Object.defineProperties(output, {
    isTTY: { get: () => stderr.isTTY },
    columns: { get: () => stderr.columns },
  });
}
