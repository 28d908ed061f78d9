/**
 * The options that every command understands, under the headings that help shows. Options of an account (`--site`,
 * `--org-id`) come from the provider descriptors, which are data as well.
 */
import { DashctlError } from '../errors.ts';
import { accountFields, descriptors } from '../providers/registry.ts';
import { choice, count, flag, list, parsed, text } from './options.ts';
import type { CommandDefinition, OptionInput, Options } from './definition.ts';

/** Milliseconds of `30s`, `500ms`, `2m`, `1h`; a bare number means seconds. @throws DashctlError `usage` */
export function parseTimeSpan(raw: string): number {
  const match = /^(\d{1,9})(ms|s|m|h)?$/.exec(raw);
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  const span = match === null ? 0 : Number(match[1]) * units[(match[2] ?? 's') as keyof typeof units];
  if (span <= 0 || span > 24 * 3_600_000) {
    throw new DashctlError('usage', `"${raw}" is no time span between 1ms and 24h, such as 30s or 2m.`);
  }
  return span;
}

const outputFormats = ['table', 'json', 'ndjson', 'csv', 'tsv', 'yaml'] as const;

const whichProfile = {
  profile: {
    ...list('NAME', 'Profile to use; may be repeated where a command takes several', 'profile'),
    short: 'p',
  },
  allProfiles: flag('Ask every saved profile'),
} as const;

/** What an account is made of, beside its settings. */
const ownAccount = {
  provider: choice(
    descriptors.map((descriptor) => descriptor.name),
    'NAME',
    'Provider whose environment variables to use',
  ),
  baseUrl: text('URL', 'API address: a self-hosted server, a proxy, a test'),
  allowHttp: flag('Send credentials over plain http to a host that is not this machine'),
} as const;

const account = { ...whichProfile, ...ownAccount } as const;

/** What holds for plain text as well. */
const textOutput = {
  output: { ...choice(outputFormats, 'FORMAT', 'table on a terminal, tsv on a pipe by default'), short: 'o' },
  json: flag('Same as --output json'),
  jq: text('EXPR', 'Filter the JSON by a jq expression and print its results, strings bare'),
  color: choice(['auto', 'always', 'never'], 'WHEN', 'auto, always or never'),
} as const;

const output = {
  output: textOutput.output,
  json: textOutput.json,
  fields: text('A,B', 'Fields to print, in this order'),
  jq: textOutput.jq,
  raw: flag("Print the provider's own answer"),
  csvRaw: flag('Do not guard csv cells against being read as formulas'),
  color: textOutput.color,
  noPager: flag('Print long results instead of opening a pager'),
} as const;

const network = {
  timeout: parsed('SPAN', 'Limit for one request (default 120s)', parseTimeSpan),
  maxWait: parsed('SPAN', 'Longest wait that a server may ask for (default 60s)', parseTimeSpan),
  concurrency: count('N', 'Requests at once (default 16)'),
  caCert: text('FILE', 'Certificate authority (PEM) to trust besides the built-in ones', 'file'),
} as const;

const general = {
  noInput: flag('Never ask questions'),
  debug: flag('Show requests and answers on stderr, secrets masked'),
  help: flag('Show help', 'h'),
  version: flag('Show the version'),
} as const;

/** For writes to files of one's own. */
const ownWriting = {
  dryRun: flag('Show what would be sent, send no write'),
  yes: flag('Answer yes to confirmations', 'y'),
} as const;

const writing = {
  ...ownWriting,
  confirm: text('NAME', 'Confirm a severe action by its name (for several: their number)'),
  noJournal: flag('Write without a record in the journal: it cannot be undone'),
  lockTimeout: parsed(
    'SPAN',
    'Longest wait for another dashctl at work on the same thing (default 30s)',
    parseTimeSpan,
  ),
} as const;

/** `--site`, `--org-id` and the like. */
function accountSettings(): Options {
  const options: Record<string, Options[string]> = {};
  for (const field of accountFields()) {
    if (field.flag === null) continue;
    options[camelCase(field.flag)] = text(field.flag.toUpperCase().replace(/.*-/, ''), field.summary);
  }
  return options;
}

export interface OptionGroup {
  readonly title: string;
  readonly options: Options;
}

/**
 * The groups that a command shows and parses, in the order of help: those that mean something to it. Null stands for
 * all of them.
 */
export function globalGroups(
  command: Pick<CommandDefinition, 'writes' | 'accounts' | 'shape'> | null,
): OptionGroup[] {
  const { writes, accounts, shape } = command ?? { writes: true, accounts: 'several', shape: undefined };
  const asks = accounts === 'several' || accounts === 'one';
  const groups: OptionGroup[] = [];
  if (writes) groups.push({ title: 'Safety', options: asks ? writing : ownWriting });
  if (accounts !== 'none') {
    const named = asks ? account : ownAccount;
    groups.push({ title: 'Account', options: { ...named, ...accountSettings() } });
  }
  groups.push({ title: 'Output', options: asks || shape !== null ? output : textOutput });
  if (accounts !== 'none') groups.push({ title: 'Network', options: network });
  groups.push({ title: 'General', options: general });
  return groups;
}

type Known = typeof account & typeof output & typeof network & typeof general & typeof writing;

/** The parsed global options, plus the account settings by their camelCase flag. */
export type GlobalInput = OptionInput<Known> & {
  readonly settings: Readonly<Record<string, string>>;
};

/** Splits what was parsed into the global options and the settings of an account. */
export function readGlobals(values: Readonly<Record<string, unknown>>): GlobalInput {
  const settings: Record<string, string> = {};
  for (const field of accountFields()) {
    if (field.flag === null) continue;
    const value = values[camelCase(field.flag)];
    if (typeof value === 'string') settings[field.key] = value;
  }
  const known: Options = { ...account, ...output, ...network, ...general, ...writing };
  const globals = Object.fromEntries(
    Object.entries(known).map(([name, spec]) => [name, values[name] ?? spec.absent]),
  );
  return { ...globals, settings } as unknown as GlobalInput;
}

/** `pageSize` → `page-size`. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `page-size` → `pageSize`. */
export function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}
