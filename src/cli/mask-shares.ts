/** Command lines without the tokens of shares in them: whoever has one opens what is shared. */
import { mask } from '../http/redact.ts';
import type { CommandDefinition } from './definition.ts';

/**
 * The words of a line as they may be kept. Where a command takes shares, what is as long as a token goes: ids of
 * dashboards are shorter, but for some of Grafana's, which are then masked too.
 */
export function maskShares({ args }: Pick<CommandDefinition, 'args'>, argv: readonly string[]): string[] {
  if (Object.values(args).every(({ kind }) => kind !== 'share')) return [...argv];
  return argv.map((word) => (word.startsWith('-') ? word : word.replace(token, mask)));
}

/** Datadog's have 49 characters, Grafana's 32, PostHog's 30. */
const token = /(?<![\w-])[\w-]{22,}(?![\w-])/g;
