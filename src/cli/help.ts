/** Help of dashctl, of a noun and of a command, all of it made of definitions: examples first, options grouped. */
import { providersWith } from '../providers/offers.ts';
import { globalGroups, kebabCase } from './global-options.ts';
import { nounCommand } from './locate.ts';
import { nouns } from './nouns.ts';
import { topicNames } from './topic-names.ts';
import type { ArgumentSpec, CommandDefinition, OptionSpec, Options } from './definition.ts';
import type { HelpPage, HelpRow, HelpSection } from './help-page.ts';
import type { Noun } from './nouns.ts';

/** The help of `dashctl` itself. */
export function rootPage(): HelpPage {
  return {
    summary:
      'See and change who can see which dashboard: Datadog, Grafana, PostHog, Gtmhub, Syntho and an embedded sandbox.',
    usage: 'dashctl NOUN VERB [ARGUMENTS] [OPTIONS]',
    paragraphs: [],
    sections: [
      {
        title: 'Examples',
        examples: [
          { note: 'Try it: no account needed', command: 'dashctl dashboards list --profile sandbox' },
          { note: 'Every link to a dashboard', command: 'dashctl share list --all -p sandbox-datadog' },
          {
            note: 'Who may see this dashboard',
            command: 'dashctl acl list sandbox-grafana/checkout-latency',
          },
        ],
      },
      ...[...new Set(nouns.map((noun) => noun.group))].map((group) => ({
        title: group,
        rows: nouns.filter((noun) => noun.group === group).map((noun): HelpRow => [noun.name, noun.summary]),
      })),
      {
        title: 'More',
        rows: [
          ['NOUN --help', 'Read about a noun; NOUN VERB --help about one command'],
          ['--version', 'Show the version'],
        ],
      },
      { title: 'Topics (dashctl help TOPIC)', rows: Object.entries(topicNames()) },
    ],
    closing: null,
  };
}

/** The help of a noun: its verbs, or what it does where it is a command of its own. */
export function nounPage(noun: Noun, verbs: readonly CommandDefinition[]): HelpPage {
  const own = nounCommand(verbs);
  if (own !== null) return commandPage(own);
  return {
    summary: `${noun.summary}.`,
    usage: `dashctl ${noun.name} VERB [ARGUMENTS] [OPTIONS]`,
    paragraphs: [],
    sections: [
      { title: 'Examples', examples: verbs.slice(0, 3).map((command) => command.examples[0]) },
      { title: 'Verbs', rows: verbs.map((command) => [signature(command), command.summary]) },
      { title: 'Providers', lines: providersOf(noun.name) },
    ],
    closing: `Run dashctl ${noun.name} VERB --help for the options of one verb.`,
  };
}

/** The help of one command. */
export function commandPage(command: CommandDefinition): HelpPage {
  return {
    summary: `${command.summary}.`,
    usage: usage(command),
    paragraphs: command.description,
    sections: [
      { title: 'Examples', examples: command.examples },
      {
        title: 'Arguments',
        rows: Object.values(command.args).map((spec) => [spec.placeholder, spec.summary]),
      },
      { title: 'Options', rows: optionRows(command.options) },
      ...optionSections(command),
      {
        title: 'Fields',
        rows: (command.shape?.fields ?? []).map((field): HelpRow => [field.key, field.summary]),
      },
      {
        title: 'Providers',
        lines: command.accounts === 'none' ? [] : providersOf(command.noun, command.verb),
      },
    ],
    closing: null,
  };
}

/** The options that many commands share; those of every command for null. */
export function optionSections(command: CommandDefinition | null): HelpSection[] {
  return globalGroups(command).map(({ title, options }) => ({
    title,
    rows: optionRows(options),
    common: true,
  }));
}

/** `Usage: dashctl share create DASHBOARD [OPTIONS]`, printed with usage errors too. */
export function usageLine(command: CommandDefinition): string {
  return `Usage: ${usage(command)}`;
}

function usage(command: CommandDefinition): string {
  return `dashctl ${[command.noun, signature(command)].join(' ')} [OPTIONS]`;
}

function signature(command: CommandDefinition): string {
  const verb = command.verb === '' ? [] : [command.verb];
  return [...verb, ...Object.values(command.args).map(argumentWord)].join(' ');
}

function argumentWord(spec: ArgumentSpec<unknown>): string {
  const word = spec.count === 'many' || spec.count === 'any' ? `${spec.placeholder}...` : spec.placeholder;
  return spec.count === 'optional' || spec.count === 'any' ? `[${word}]` : word;
}

function optionRows(options: Options): HelpRow[] {
  return Object.entries(options).map(([name, spec]) => [optionWord(name, spec), optionSummary(spec)]);
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
