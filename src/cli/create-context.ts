/** Builds the context of one command; everything that costs time is opened on first use. */
import { readFile } from 'node:fs/promises';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import {
  openKeyring,
  openProfileStore,
  resolveAccount,
  resolveAccounts,
  resolveAddressed,
  resolveReferenced,
} from '../config/index.ts';
import { journalFolder, userFolders } from '../config/paths.ts';
import { asDashctlError, DashctlError } from '../errors.ts';
import { fileError } from '../files/failure.ts';
import { systemClock } from '../http/clock.ts';
import { parseReference } from '../model/ref.ts';
import { createFilter } from '../output/json-filter.ts';
import { createRenderer } from '../output/renderer.ts';
import { createPrompter } from '../output/prompts.ts';
import { describeTerminal } from '../output/terminal.ts';
import { descriptorOf, descriptors } from '../providers/registry.ts';
import { offersVerb } from '../providers/offers.ts';
import type {
  AccountRequest,
  AccountWorld,
  Keyring,
  ProfileStore,
  ResolvedAccount,
  RoomAddress,
} from '../config/index.ts';
import type { Hosts } from '../http/hosts.ts';
import type { Clock, HttpLimits } from '../http/http.ts';
import type { FileOperations } from '../files/operations.ts';
import type { Journal } from '../journal/journal.ts';
import type { Format } from '../output/output.ts';
import type { Account, Provider } from '../providers/provider.ts';
import type { Context } from './context.ts';
import { commandName } from './definition.ts';
import type { CommandDefinition } from './definition.ts';
import type { Interruption } from './interruption.ts';
import type { GlobalInput } from './global-options.ts';
import type { Outside } from './run.ts';

export interface OpenContext {
  readonly context: Context;
  /** Ends the journal, then closes connections and the sandbox. @param exit the exit code of the run */
  readonly dispose: (exit?: number) => Promise<void>;
}

/**
 * @param block runs work that does not give way, so that signals end the process meanwhile.
 * @throws DashctlError `usage` for options that contradict each other
 */
export function createContext(
  outside: Outside,
  command: CommandDefinition,
  globals: GlobalInput,
  interruption: Interruption,
  block: <T>(work: () => T) => T = (work) => work(),
): OpenContext {
  const { env, streams } = outside;
  const clock: Clock = outside.clock ?? systemClock;
  const terminal = describeTerminal(streams, env, {
    color: globals.color ?? 'auto',
    noInput: globals.noInput,
    noPager: globals.noPager,
  });
  const say = (text: string): void => {
    renderer.debug(text);
  };
  const renderer = createRenderer(
    streams,
    terminal,
    {
      format: formatOf(globals),
      fields: globals.fields === null ? null : globals.fields.split(',').map((field) => field.trim()),
      raw: globals.raw,
      csvRaw: globals.csvRaw,
      filter: globals.jq === null ? null : createFilter(globals.jq, { say, block }),
    },
    () => clock.now(),
  );
  const prompter = createPrompter({
    streams,
    terminal,
    progress: renderer.progress,
    signal: interruption.stop,
  });
  const folders = userFolders({ env, platform: outside.platform, home: env['HOME'] ?? homedir() });
  const closers: (() => Promise<void>)[] = [];

  let store: ProfileStore | null = null;
  const profiles = (): ProfileStore =>
    (store ??= openProfileStore({
      folder: folders.config,
      keyring: keyringOf(outside),
      warn: (message) => {
        renderer.warn(message);
      },
    }));

  const rooms = new Map<string, Promise<RoomAddress>>();
  const startRoom = (room: string): Promise<RoomAddress> => {
    const running = rooms.get(room) ?? openRoom(room, join(folders.state, 'sandbox'), clock, closers);
    rooms.set(room, running);
    return running;
  };

  const world: AccountWorld = { env, descriptors, profiles, startRoom };
  const request: AccountRequest = {
    profiles: globals.profile,
    allProfiles: globals.allProfiles,
    provider: globals.provider,
    baseUrl: globals.baseUrl,
    settings: globals.settings,
    allowHttp: globals.allowHttp,
    offers: (provider) => command.shape === null || offersVerb(provider, command.noun, command.verb),
  };

  /** Says what is worth knowing about an account, once. */
  const told = new Set<string>();
  const tell = (account: ResolvedAccount): ResolvedAccount => {
    for (const note of account.notes) {
      if (!told.has(note)) renderer.note(note);
      told.add(note);
    }
    return account;
  };

  const referenced = new Map<string, Promise<ResolvedAccount>>();
  const accountNamed = (name: string): Promise<ResolvedAccount> => {
    const found = referenced.get(name) ?? resolveReferenced(world, request, name).then(tell);
    referenced.set(name, found);
    return found;
  };
  let ofRun: Promise<ResolvedAccount> | null = null;
  /** Where nothing says which account, somebody is asked; else it stays an error. */
  const orAsk = async <T>(error: unknown, resolve: (chosen: AccountRequest) => Promise<T>): Promise<T> => {
    if (!prompter.available) throw error;
    const { chooseProfile } = await import('./choose-profile.ts');
    return await resolve(await chooseProfile(asDashctlError(error), { prompter, profiles, request }));
  };
  const resolveOne = (asked: AccountRequest): Promise<ResolvedAccount> =>
    resolveAccount(world, asked)
      .catch((error: unknown) => orAsk(error, (chosen) => resolveAccount(world, chosen)))
      .then(tell);
  const accountOfRun = (): Promise<ResolvedAccount> => (ofRun ??= resolveOne(request));

  const connected = new Map<string, Promise<Provider>>();
  const hosts: Hosts = new Map();
  const accountsConnected = new Map<string, Account>();
  const connect = (account: Account): Promise<Provider> => {
    if (!accountsConnected.has(account.profile)) {
      accountsConnected.set(account.profile, account);
      renderer.progress.show(`Asking ${[...accountsConnected.keys()].join(', ')}`);
    }
    const open =
      connected.get(account.profile) ??
      openProvider(account, { outside, globals, clock, signal: interruption.cut, renderer, hosts }).then(
        (provider) => {
          closers.push(() => provider.close());
          return provider;
        },
      );
    connected.set(account.profile, open);
    return open;
  };

  let stdinTaken = false;
  const read = async (file: string): Promise<string> => {
    if (file === '-') {
      if (stdinTaken) throw stdinTwice();
      stdinTaken = true;
      if (streams.stdin.isTTY === true)
        renderer.note('Reading from the terminal; Ctrl-D on a line of its own ends it.');
      return await readAll(streams.stdin);
    }
    return decode(
      await readFile(file).catch((error: unknown) => Promise.reject(fileError('read', file, error))),
      file,
    );
  };

  const files = async (): Promise<FileOperations> =>
    outside.files ?? (await import('../files/operations.ts')).diskOperations;
  let journal: Promise<Journal> | null = null;

  const context: Context = {
    command,
    globals,
    env,
    platform: outside.platform,
    clock,
    renderer,
    prompter,
    folders,
    signal: interruption.stop,
    seeThrough: (work) => interruption.seeThrough(work),
    profiles,
    account: accountOfRun,
    accountNamed: (name, allowIncomplete = false) =>
      resolveOne({
        ...request,
        profiles: name === null ? request.profiles : [name],
        allowIncomplete,
      }),
    accounts: async () => {
      const found = await resolveAccounts(world, request).catch((error: unknown) =>
        orAsk(error, (chosen) => resolveAccounts(world, chosen)),
      );
      found.accounts.forEach(tell);
      return found;
    },
    connect,
    connectedAccounts: () => [...accountsConnected.values()],
    async target(reference, kind) {
      const parsed = parseReference(reference);
      if ('url' in parsed) {
        const { account, target } = await resolveAddressed(world, request, parsed.url);
        return { account, provider: await connect(tell(account)), kind: target.kind, id: target.id };
      }
      const account = await (parsed.profile === null ? accountOfRun() : accountNamed(parsed.profile));
      return { account, provider: await connect(account), kind, id: parsed.id };
    },
    read,
    files,
    async journal() {
      if (globals.noJournal) return null;
      return await (journal ??= openJournal(outside, command, folders.state, await files(), clock));
    },
    async ask(kind, question) {
      const { askValue } = await import('./ask.ts');
      return await askValue(context, kind, question);
    },
    async expand(words) {
      if (!words.includes('-')) return words;
      if (words.indexOf('-') !== words.lastIndexOf('-')) throw stdinTwice();
      if (streams.stdin.isTTY === true) {
        throw new DashctlError('usage', '- reads a list from stdin, which is a terminal here.', {
          hint: 'Pipe one in, such as: dashctl dashboards list --fields ref | …, or name the items.',
        });
      }
      const lines = listed(await read('-'));
      if (lines.length === 0) {
        throw new DashctlError('usage', '- reads a list from stdin, which holds no line.', {
          hint: 'Look at what the command before it prints.',
        });
      }
      return words.flatMap((word) => (word === '-' ? lines : [word]));
    },
  };

  return {
    context,
    async dispose(exit = 0) {
      const written = await journal;
      // A person may want it back; a script that does reads the journal.
      if (written?.undoable === true && terminal.stderr.isTTY && !isSet(env['CI'])) {
        renderer.note(`Undo: dashctl undo ${written.run}`);
      }
      await written?.end(exit);
      if (written?.stored === true) await letGoOfOld(folders.state, await files(), clock);
      // Connections first, then the servers that they lead to.
      for (const close of closers.reverse()) await close();
    },
  };
}

function keyringOf({ keyring, env }: Outside): Keyring | null {
  return keyring === undefined ? null : openKeyring({ ...keyring, env });
}

function formatOf({ json, jq, output }: GlobalInput): Format | null {
  if (!json && jq === null) return output;
  const flag = json ? '--json' : '--jq';
  if (output === null || output === 'json') return 'json';
  if (output === 'ndjson' && !json) return 'ndjson';
  throw new DashctlError('usage', `${flag} and --output ${output} contradict each other.`, {
    hint: json ? 'Use one of them.' : '--jq filters json, or with -o ndjson row by row.',
  });
}

async function openRoom(
  room: string,
  folder: string,
  clock: Clock,
  closers: (() => Promise<void>)[],
): Promise<RoomAddress> {
  const { startSandbox } = await import('../sandbox/index.ts');
  const sandbox = await startSandbox({ folder, host: '127.0.0.1', clock, only: [room] });
  closers.push(() => sandbox.close());
  const [running] = sandbox.rooms;
  if (running === undefined)
    throw new DashctlError('internal', `The sandbox did not start its room ${room}.`);
  return running;
}

async function openJournal(
  { argv, version }: Outside,
  command: CommandDefinition,
  state: string,
  files: FileOperations,
  clock: Clock,
): Promise<Journal> {
  const { createJournal } = await import('../journal/journal.ts');
  const { maskShares } = await import('./mask-shares.ts');
  const { ownProcess } = await import('../files/lock.ts');
  return createJournal({
    folder: journalFolder(state),
    files,
    now: () => clock.now(),
    run: {
      version,
      command: commandName(command),
      argv: maskShares(command, argv),
      user: userName(),
      machine: hostname(),
      ...ownProcess(),
    },
  });
}

/** The journal keeps within its limits by itself; what cannot be removed now goes another time. */
async function letGoOfOld(state: string, files: FileOperations, clock: Clock): Promise<void> {
  const { defaultRetention, mayPrune, prunableRuns, removeRuns } = await import('../journal/retention.ts');
  const folder = journalFolder(state);
  const now = clock.now();
  try {
    if (!(await mayPrune(folder, files, defaultRetention, now))) return;
    await removeRuns(folder, files, await prunableRuns(folder, files, defaultRetention, now));
  } catch {
    // The write stands and is recorded; history prune tells what is in the way.
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user without a name.
    return null;
  }
}

async function openProvider(
  account: Account,
  from: Pick<Context, 'globals' | 'clock' | 'signal' | 'renderer'> & {
    readonly outside: Outside;
    readonly hosts: Hosts;
  },
): Promise<Provider> {
  const { outside, globals, clock, signal, renderer, hosts } = from;
  const { createHttpClient } = await import('../http/client.ts');
  const { caCert } = globals;
  const extraCa =
    caCert === null
      ? null
      : await readFile(caCert, 'utf8').catch((error: unknown) =>
          Promise.reject(fileError('read', caCert, error)),
        );
  return await descriptorOf(account.provider).connect({
    account,
    clock,
    http: (own, basePath) =>
      createHttpClient({
        ...own,
        baseUrl: basePath === undefined ? account.baseUrl : new URL(basePath, account.baseUrl).href,
        allowHttp: globals.allowHttp,
        limits: limitsOf(globals),
        hosts,
        clock,
        signal,
        env: outside.env,
        userAgent: `dashctl/${outside.version}`,
        warn: (message) => {
          renderer.warn(message);
        },
        ...(extraCa === null ? {} : { extraCa }),
        ...(globals.debug
          ? {
              debug: (line: string) => {
                renderer.debug(line);
              },
            }
          : {}),
      }),
    warn: (message) => {
      renderer.warn(message);
    },
  });
}

function limitsOf(globals: GlobalInput): HttpLimits {
  const timeout = globals.timeout ?? 120_000;
  return {
    connectTimeout: Math.min(10_000, timeout),
    headersTimeout: Math.min(30_000, timeout),
    bodyTimeout: Math.min(15_000, timeout),
    timeout,
    maxWait: globals.maxWait ?? 60_000,
    concurrency: globals.concurrency ?? 16,
  };
}

/** What stands on each line: the first column of a row of tsv, so that whole lists can be piped. Blank lines are left out. */
function listed(text: string): readonly string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => (line.split('\t')[0] ?? '').trim())
    .filter((line) => line !== '');
}

function stdinTwice(): DashctlError {
  return new DashctlError('usage', 'stdin can be read once, but - stands twice on the line.', {
    hint: 'Give one of the two as a file or as words.',
  });
}

async function readAll(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  return decode(Buffer.concat(chunks), 'stdin');
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new DashctlError('invalid-input', `${name} is not UTF-8 text.`, { cause: error });
  }
}
