/**
 * `dashctl __complete SHELL [FACTS] -- WORDS`: what the scripts of `dashctl completion` ask at each TAB. Prints one
 * candidate per line, `value<TAB>summary`, and last a directive: `:`, `:nospace` or `:files`. It never fails, asks
 * nobody and leaves stderr alone, because all of that would land in the middle of somebody's command line.
 */
import { homedir } from 'node:os';
import { openProfileStore, userFolders } from '../../config/index.ts';
import { escapeIdentifier, escapeLine } from '../../output/escape.ts';
import { createSink } from '../../output/sink.ts';
import { profilesOf } from '../candidates.ts';
import { quoteForBash, quoteForPowerShell, readBashLine, readPowerShellLine } from './line.ts';
import { liveDashboards } from './live.ts';
import { suggest } from './suggest.ts';
import type { Outside } from '../run.ts';
import type { Candidate, Sources, Suggestions } from './suggest.ts';

/** What servers may take in all, milliseconds. */
const liveBudget = 1000;

/** Answers one TAB. @returns 0 */
export async function complete(outside: Outside, budget = liveBudget): Promise<number> {
  const sink = createSink(outside.streams.stdout, 'stdout');
  try {
    const [, shell = '', ...rest] = outside.argv;
    const cut = rest.indexOf('--');
    const lines = await answer(shell, rest.slice(0, cut), rest.slice(cut + 1), sourcesOf(outside, budget));
    await sink.write(`${lines.join('\n')}\n`);
  } catch {
    await sink.write(':\n').catch(() => undefined);
  }
  // A server that answers late must not keep the shell waiting for this process.
  outside.exitNow(0);
  return 0;
}

async function answer(
  shell: string,
  facts: readonly string[],
  words: readonly string[],
  sources: Sources,
): Promise<readonly string[]> {
  switch (shell) {
    case 'bash': {
      const [type = '', breaks = ''] = facts;
      const line = readBashLine(words[0] ?? '', breaks);
      return bashLines(await suggestFor(line.words.slice(1), sources), line, type);
    }
    case 'powershell': {
      const line = Buffer.from(words[0] ?? '', 'base64').toString('utf8');
      const found = await suggestFor(readPowerShellLine(line).slice(1), sources);
      return plainLines({
        ...found,
        candidates: found.candidates.map((one) => ({ ...one, value: quoteForPowerShell(one.value) })),
      });
    }
    case 'fish': {
      // fish hands over the word at the cursor as it is typed; its quotes are those of bash.
      const current = readBashLine(words.at(-1) ?? '', '').words[0] ?? '';
      return plainLines(withoutSpaceInFish(await suggestFor([...words.slice(0, -1), current], sources)));
    }
    default:
      return plainLines(await suggestFor(words, sources));
  }
}

/** Suggestions that are safe to show: no value that a terminal or a line protocol would take for something else. */
async function suggestFor(words: readonly string[], sources: Sources): Promise<Suggestions> {
  const found = await suggest(words.slice(0, -1), words.at(-1) ?? '', sources);
  return {
    files: found.files,
    candidates: found.candidates
      .filter(({ value }) => value !== '' && escapeIdentifier(value) === value)
      .map((one) => ({ ...one, summary: shorten(escapeLine(one.summary)) })),
  };
}

function plainLines({ candidates, files }: Suggestions): string[] {
  const directive = files ? ':files' : candidates.some(({ open }) => open) ? ':nospace' : ':';
  return [...candidates.map(({ value, summary }) => `${value}\t${summary}`), directive];
}

/**
 * bash inserts what it gets as it is, so quotes and the space behind a word are put here; an open quote it closes by
 * itself unless the text ends in one. Summaries are shown only in a list of several (`?` and `!` of COMP_TYPE), where
 * nothing but a common beginning is inserted.
 */
function bashLines(
  { candidates, files }: Suggestions,
  line: { readonly kept: string; readonly quote: '' | "'" | '"' },
  type: string,
): string[] {
  const listing = candidates.length > 1 && (type === '63' || type === '33');
  const lines = candidates.map(({ value, summary, open }) => {
    const text = quoteForBash(value.slice(line.kept.length), line.quote);
    if (listing && summary !== '') return `${text}  (${summary})`;
    if (line.quote !== '') return text.endsWith(line.quote) ? `${text}${line.quote}` : text;
    return open ? text : `${text} `;
  });
  return [...lines, files ? ':files' : ':'];
}

/** fish puts a space behind the only candidate unless it ends in punctuation: a second one with a comma prevents it. */
function withoutSpaceInFish(found: Suggestions): Suggestions {
  const [only, ...others] = found.candidates;
  if (only?.open !== true || others.length > 0 || /[/=@:.,-]$/.test(only.value)) return found;
  return { ...found, candidates: [only, { ...only, value: `${only.value},` }] };
}

function shorten(text: string): string {
  const characters = Array.from(text);
  return characters.length > 80 ? `${characters.slice(0, 79).join('')}…` : text;
}

function sourcesOf(outside: Outside, budget: number): Sources {
  const { env, platform } = outside;
  const folders = userFolders({ env, platform, home: env['HOME'] ?? homedir() });
  const store = openProfileStore({ folder: folders.config, warn: () => undefined });
  return {
    async profiles(builtIn) {
      return (await profilesOf(store, builtIn)).map(({ value, title }) => candidate(value, title));
    },
    dashboards: (question) => liveDashboards(question, { outside, folders, store, budget }),
  };
}

function candidate(value: string, summary: string): Candidate {
  return { value, summary, open: false };
}
