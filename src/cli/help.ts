/** Help as text, all of it made of definitions: examples first, options grouped. */
import { exitCodes } from '../errors.ts';
import { dashboardShape } from '../model/dashboard.ts';
import { grantShape } from '../model/grant.ts';
import { invitationShape } from '../model/invitation.ts';
import { levels } from '../model/level.ts';
import { permissionShape } from '../model/permission.ts';
import { shareShape } from '../model/share.ts';
import { workspacePermissionShape } from '../model/workspace-permission.ts';
import { providersWith } from '../providers/offers.ts';
import { descriptors } from '../providers/registry.ts';
import { globalGroups, kebabCase } from './global-options.ts';
import { nouns } from './nouns.ts';
import type { ArgumentSpec, CommandDefinition, OptionSpec, Options } from './definition.ts';
import type { Noun } from './nouns.ts';

/** The help of `dashctl` itself. */
export function rootHelp(): string {
  const groups = [...new Set(nouns.map((noun) => noun.group))].map((group) =>
    section(
      group,
      columns(nouns.filter((noun) => noun.group === group).map((noun) => [noun.name, noun.summary])),
    ),
  );
  return [
    'See and change who can see which dashboard: Datadog, Grafana, PostHog, Gtmhub, Syntho and an embedded sandbox.',
    '',
    'Usage: dashctl NOUN VERB [ARGUMENTS] [OPTIONS]',
    '',
    section('Examples', [
      'dashctl dashboards list --profile sandbox       Try it: no account needed',
      'dashctl share list --all -p sandbox-datadog     Every link to a dashboard',
      'dashctl acl list sandbox-grafana/checkout-latency       Who may see this dashboard',
    ]),
    ...groups,
    section(
      'More',
      columns([
        ['help TOPIC', `Read about ${Object.keys(topics).join(', ')}`],
        ['NOUN --help', 'Read about a noun; NOUN VERB --help about one command'],
        ['--version', 'Show the version'],
      ]),
    ),
  ].join('\n');
}

/** The help of a noun: its verbs. */
export function nounHelp(noun: Noun, verbs: readonly CommandDefinition[]): string {
  return [
    `${noun.summary}.`,
    '',
    `Usage: dashctl ${noun.name} VERB [ARGUMENTS] [OPTIONS]`,
    '',
    section(
      'Examples',
      verbs.slice(0, 3).map((command) => command.examples[0].command),
    ),
    section('Verbs', columns(verbs.map((command) => [signature(command), command.summary]))),
    section('Providers', providersOf(noun.name)),
    `Run dashctl ${noun.name} VERB --help for the options of one verb.`,
  ].join('\n');
}

/** The help of one command. */
export function commandHelp(command: CommandDefinition): string {
  const args = Object.values(command.args);
  const groups = [{ title: 'Options', options: command.options }, ...globalGroups(command)];
  return [
    `${command.summary}.`,
    '',
    usageLine(command),
    '',
    ...command.description.flatMap((paragraph) => [paragraph, '']),
    section(
      'Examples',
      command.examples.flatMap((example) => [`# ${example.note}`, example.command]),
    ),
    ...(args.length === 0
      ? []
      : [section('Arguments', columns(args.map((spec) => [spec.placeholder, spec.summary])))]),
    ...groups
      .filter((group) => Object.keys(group.options).length > 0)
      .map((group) => section(group.title, columns(optionRows(group.options)))),
    ...(command.shape === null
      ? []
      : [section('Fields', columns(command.shape.fields.map((field) => [field.key, field.summary])))]),
    ...(command.accounts === 'none' ? [] : [section('Providers', providersOf(command.noun, command.verb))]),
  ].join('\n');
}

/** `Usage: dashctl share create DASHBOARD [OPTIONS]`, printed with usage errors too. */
export function usageLine(command: CommandDefinition): string {
  return `Usage: dashctl ${command.noun} ${signature(command)} [OPTIONS]`;
}

/** Texts of `dashctl help TOPIC`. */
export const topics: Readonly<Record<string, () => string>> = {
  'exit-codes': () =>
    ['Exit codes, the same for every command.', '', ...columns(Object.entries(exitCodes))].join('\n'),
  environment: () =>
    [
      'Environment variables that dashctl reads. Order: flag, environment, profile.',
      '',
      section(
        'dashctl',
        columns([
          ['DASHCTL_PROFILE', 'Profile to use, as --profile'],
          ['DASHCTL_PROVIDER', 'Provider whose variables to use, as --provider'],
          ['DASHCTL_CONFIG_DIR', 'Folder of profiles and credentials'],
          ['DASHCTL_STATE_DIR', 'Folder of the sandbox and other state'],
          ['DASHCTL_CACHE_DIR', 'Folder of what may be deleted at any time'],
          ['XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME', 'Where those folders are otherwise'],
          ['CI', 'Never ask questions'],
          [
            'NO_COLOR, FORCE_COLOR, CLICOLOR, CLICOLOR_FORCE, COLORTERM, TERM',
            'Colour, unless --color says otherwise',
          ],
          ['COLUMNS', 'Width, where the terminal does not tell it'],
          ['HTTPS_PROXY, HTTP_PROXY, NO_PROXY', 'Proxies; lower-case names win'],
          ['NODE_EXTRA_CA_CERTS', 'File with further certificate authorities'],
        ]),
      ),
      ...descriptors.map((descriptor) =>
        section(
          descriptor.title,
          columns([
            ...descriptor.settings.map((field) => [field.env.join(', '), field.summary] as const),
            ...descriptor.secrets.map((field) => [field.env.join(', '), field.summary] as const),
            ...(descriptor.baseUrlEnv.length === 0
              ? []
              : [[descriptor.baseUrlEnv.join(', '), 'API address, as --base-url'] as const]),
          ]),
        ),
      ),
    ].join('\n'),
  formatting: () =>
    [
      'Results go to stdout, everything else to stderr.',
      '',
      '-o table   for people; the default on a terminal',
      '-o tsv     one row per line, no header, \\t \\n \\r \\\\ escaped; the default on a pipe',
      '-o json    one array (or object), the same keys for every provider; --json for short',
      '-o ndjson  one object per line, printed while later pages are still read',
      '-o csv     with a header; cells that a spreadsheet would run get a leading apostrophe (--csv-raw: not)',
      '-o yaml    the same as json',
      '',
      '--fields a,b picks fields in any format; an unknown one is an error that lists them.',
      "--raw prints the provider's own answer, byte for byte on a pipe.",
      '',
      "--jq EXPR filters the JSON and prints what comes out, strings bare: --jq '.[] | select(.shared) | .ref'",
      'jq need not be installed. With -o ndjson it gets one row at a time, with --raw the own answer of the provider. $ENV is',
      'empty of your variables. A wrong expression ends with exit code 2 before anything is asked for.',
    ].join('\n'),
  json: () =>
    [
      'JSON (-o json, ndjson, yaml) has the same keys for every provider; null where a provider has nothing. Keys may join in',
      'later versions, none leaves. Times are ISO 8601 UTC. The folder schemas of the package holds a JSON Schema of each.',
      '',
      ...[
        dashboardShape,
        shareShape,
        invitationShape,
        grantShape,
        permissionShape,
        workspacePermissionShape,
      ].map((shape) =>
        section(shape.noun, columns(shape.fields.map(({ key, summary }) => [key, summary] as const))),
      ),
      section('error', [
        '{"error": {code message hint provider profile status requestId details}} on stderr',
      ]),
    ].join('\n'),
  references: () =>
    [
      'A reference says which dashboard, in which account:',
      '',
      'abc-def-ghi                                       an id, in the profile in use',
      'sandbox-datadog/abc-def-ghi                       PROFILE/ID, as lists print it',
      'https://app.datadoghq.com/dashboard/abc-def-ghi   the address from the browser; the host picks the profile',
      '',
      'A SHARE is its token, its address, or a dashboard that has exactly one share.',
      'Where several are taken, - reads them from stdin, one per line.',
    ].join('\n'),
  principals: () =>
    [
      'A principal is who holds a grant:',
      '',
      'user:ana@example.com   by e-mail or login, matched exactly',
      'team:sre               by name or handle',
      'role:Viewer            by name',
      'org                    everybody in the organization',
      'user#11                by the native id',
      '',
      'A grant is PRINCIPAL=LEVEL, such as team:sre=edit; native:WORD takes a word of the provider as it is.',
      `Levels: ${levels.join(' < ')}. dashctl acl levels shows what each provider calls them.`,
    ].join('\n'),
};

function signature(command: CommandDefinition): string {
  return [command.verb, ...Object.values(command.args).map(argumentWord)].join(' ');
}

function argumentWord(spec: ArgumentSpec<unknown>): string {
  const word = spec.count === 'many' || spec.count === 'any' ? `${spec.placeholder}...` : spec.placeholder;
  return spec.count === 'optional' || spec.count === 'any' ? `[${word}]` : word;
}

function optionRows(options: Options): (readonly [string, string])[] {
  return Object.entries(options).map(
    ([name, spec]) => [optionWord(name, spec), optionSummary(spec)] as const,
  );
}

function optionWord(name: string, spec: OptionSpec<unknown>): string {
  const long = `--${kebabCase(name)}`;
  const both = spec.arity === 'tristate' ? `${long}, --no-${kebabCase(name)}` : long;
  const value = spec.placeholder === null ? '' : ` ${spec.placeholder}`;
  return `${spec.short === null ? '' : `-${spec.short}, `}${both}${value}`;
}

function optionSummary(spec: OptionSpec<unknown>): string {
  return spec.choices === null || spec.summary.includes(spec.choices[0] ?? '')
    ? spec.summary
    : `${spec.summary}: ${spec.choices.join(', ')}`;
}

function providersOf(noun: string, verb?: string): string[] {
  const having = providersWith(noun, verb);
  return having.length === 0 ? [] : [having.join(', ')];
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`${title}:`, ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** Two aligned columns; a left cell that is too wide gets a line of its own. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(30, Math.max(0, ...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) =>
    left.length > width ? [left, `${' '.repeat(width + 2)}${right}`] : [`${left.padEnd(width)}  ${right}`],
  );
}
