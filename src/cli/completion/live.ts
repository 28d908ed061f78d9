/** Dashboards of an account for completion: within a budget, kept for a minute, and silent whatever happens. */
import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { privateFolder, readPrivateFile, writePrivateFile } from '../../files/index.ts';
import { offersVerb } from '../../providers/offers.ts';
import { accountFields, descriptors } from '../../providers/registry.ts';
import { accountsToAsk, dashboardsOf } from '../candidates.ts';
import { camelCase, readGlobals } from '../global-options.ts';
import { endingWith } from '../interruption.ts';
import { allOptions } from '../parse.ts';
import type { ProfileStore, UserFolders } from '../../config/index.ts';
import type { GlobalInput } from '../global-options.ts';
import type { Outside } from '../run.ts';
import type { Candidate, LiveQuestion } from './suggest.ts';

/** How long an answer is kept, milliseconds. */
const lifetime = 60_000;

export interface LiveSurroundings {
  readonly outside: Outside;
  readonly folders: UserFolders;
  readonly store: ProfileStore;
  /** Milliseconds that all questions together may take. */
  readonly budget: number;
}

/** The dashboards that the line could mean; what came in time when a server is slow, nothing when anything fails. */
export async function liveDashboards(
  question: LiveQuestion,
  surroundings: LiveSurroundings,
): Promise<readonly Candidate[]> {
  try {
    const file = join(surroundings.folders.cache, 'completion', await cacheName(question, surroundings));
    const now = surroundings.outside.clock?.now() ?? Date.now();
    const kept = await readCache(file, now).catch(() => null);
    if (kept !== null) return kept;
    const { candidates, whole } = await askInTime(question, surroundings);
    // The folder of the cache may be read-only; then every TAB asks.
    if (whole) await writeCache(file, candidates, now).catch(() => undefined);
    return candidates;
  } catch {
    return [];
  }
}

/** One file per question and account; whatever could change the account changes the name. */
async function cacheName(
  { command, shared, profile, options }: LiveQuestion,
  { outside, store }: LiveSurroundings,
): Promise<string> {
  const variables = [
    ...descriptors.flatMap(({ baseUrlEnv, settings, secrets }) => [
      ...baseUrlEnv,
      ...[...settings, ...secrets].flatMap(({ env }) => env),
    ]),
    'DASHCTL_PROFILE',
    'DASHCTL_PROVIDER',
    'DASHCTL_STATE_DIR',
  ];
  const facts = {
    // Those among which a name that stands for several profiles chooses.
    offering: descriptors.map(({ name }) => offersVerb(name, command.noun, command.verb)),
    accounts: command.accounts,
    deleted: command.verb === 'restore',
    shared,
    profile,
    options: accountOptions().map((name) => [name, options.get(name)]),
    env: variables.map((name) => outside.env[name]),
    saved: await store.list(),
  };
  return `${createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)}.json`;
}

/** The options of a line that say which account is meant and how it is reached. */
function accountOptions(): string[] {
  const settings = accountFields().flatMap(({ flag }) => (flag === null ? [] : [camelCase(flag)]));
  return ['profile', 'allProfiles', 'provider', 'baseUrl', 'allowHttp', 'caCert', ...settings];
}

interface Answer {
  readonly candidates: readonly Candidate[];
  /** Nothing is missing for lack of time. */
  readonly whole: boolean;
}

async function askInTime(question: LiveQuestion, { outside, budget }: LiveSurroundings): Promise<Answer> {
  const stop = new AbortController();
  const found: Candidate[] = [];
  const asking = ask(question, outside, stop.signal, (candidate) => {
    if (!stop.signal.aborted) found.push(candidate);
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, budget, 'late');
  });
  const outcome = await Promise.race([asking.catch(() => 'failed' as const), late]);
  clearTimeout(timer);
  stop.abort();
  return { candidates: found, whole: outcome === undefined };
}

/** Asks through the same context as every command, over streams that lead nowhere. */
async function ask(
  question: LiveQuestion,
  outside: Outside,
  signal: AbortSignal,
  tell: (candidate: Candidate) => void,
): Promise<void> {
  const { createContext } = await import('../create-context.ts');
  const { command } = question;
  const { context, dispose } = createContext(
    silent(outside),
    command,
    globalsOf(question),
    endingWith(signal),
  );
  try {
    const providers = await accountsToAsk(context, command, question.profile);
    const long = question.profile !== null || providers.length > 1;
    const wish = { shared: question.shared, deleted: command.verb === 'restore', long };
    await Promise.all(
      providers.map(async (provider) => {
        for await (const { value, title } of dashboardsOf(provider, wish)) {
          if (signal.aborted) return;
          tell({ value, summary: title, open: false });
        }
      }),
    );
  } finally {
    await dispose();
  }
}

/** The global options as far as they were typed; a value that is still wrong fails here, unseen. */
function globalsOf({ command, options }: LiveQuestion): GlobalInput {
  const specs = allOptions(command);
  const values: Record<string, unknown> = {};
  for (const name of accountOptions()) {
    const given = options.get(name);
    const spec = specs[name];
    if (given === undefined || spec === undefined) continue;
    if (spec.arity === 'list') values[name] = given.map((raw) => spec.parse(raw));
    else values[name] = spec.arity === 'value' ? spec.parse(given.at(-1) ?? '') : true;
  }
  return readGlobals({ ...values, noInput: true });
}

function silent(outside: Outside): Outside {
  const nowhere = (): Writable =>
    new Writable({
      write(_chunk, _encoding, done) {
        done();
      },
    });
  return {
    ...outside,
    ...(outside.keyring === undefined ? {} : { keyring: { ...outside.keyring, quiet: true } }),
    streams: { stdin: Readable.from([]), stdout: nowhere(), stderr: nowhere() },
  };
}

async function readCache(file: string, now: number): Promise<readonly Candidate[] | null> {
  const found = await readPrivateFile(file);
  if (found === null) return null;
  const content: unknown = JSON.parse(found.text);
  if (!isCache(content)) return null;
  const age = now - content.savedAt;
  return age >= 0 && age < lifetime ? content.candidates : null;
}

interface Cache {
  readonly savedAt: number;
  readonly candidates: readonly Candidate[];
}

function isCache(content: unknown): content is Cache {
  if (typeof content !== 'object' || content === null) return false;
  const { savedAt, candidates } = content as Partial<Record<keyof Cache, unknown>>;
  return (
    typeof savedAt === 'number' &&
    Array.isArray(candidates) &&
    candidates.every((one: Partial<Record<keyof Candidate, unknown>> | null) => {
      return (
        typeof one?.value === 'string' && typeof one.summary === 'string' && typeof one.open === 'boolean'
      );
    })
  );
}

/** Writes an answer and takes away those that nobody will read again. */
async function writeCache(file: string, candidates: readonly Candidate[], now: number): Promise<void> {
  const folder = join(file, '..');
  await privateFolder(folder);
  const content: Cache = { savedAt: now, candidates };
  await writePrivateFile(file, JSON.stringify(content));
  for (const name of await readdir(folder)) {
    const other = join(folder, name);
    if (now - (await stat(other)).mtimeMs > lifetime) await rm(other, { force: true });
  }
}
