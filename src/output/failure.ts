/** A failure as text for people: what failed, what the server said of it, and what to do, in this order. */
import type { DashctlError } from '../errors.ts';
import { escapeIdentifier, escapeLine, escapeText, guardLines } from './escape.ts';
import { withoutStopBehindCommand } from './fill.ts';
import { principalText } from './value.ts';

/** More details than this scroll the message away. */
const mostDetails = 30;

/** The lines below `Error: `, escaped, the hint last. `debug` adds stack and causes before it. */
export function failureText(error: DashctlError, debug: boolean): string {
  const lines = indentRest(escapeText(error.message));
  const facts = [
    error.status === undefined ? null : `HTTP ${error.status}`,
    error.requestId === undefined ? null : `request id ${escapeIdentifier(error.requestId)}`,
    error.profile === undefined ? null : `profile ${escapeLine(error.profile)}`,
    error.provider === undefined ? null : `provider ${escapeLine(error.provider)}`,
  ].filter((fact) => fact !== null);
  if (facts.length > 0) lines.push(`  (${facts.join(', ')})`);
  // The failures that a partial one is made of were told one by one when they happened.
  if (error.code !== 'partial') {
    lines.push(...detailLines(error.details, `${error.message} ${error.hint ?? ''}`));
  }
  if (debug) lines.push(...stackLines(error));
  if (error.hint !== undefined) lines.push(...indentRest(withoutStopBehindCommand(escapeText(error.hint))));
  return guardLines(lines.join('\n'));
}

/** Further lines are indented, so that foreign text does not pass for a line of ours. */
function indentRest(text: string): string[] {
  return text.split('\n').map((line, index) => (index === 0 ? line : `  ${line}`));
}

/** Details that message and hint do not tell already. */
function detailLines(details: unknown, told: string): string[] {
  if (details === undefined || details === null) return [];
  const lines = Array.isArray(details)
    ? details.map((item) => `  ${wordOf(item)}`)
    : typeof details === 'object'
      ? Object.entries(details).flatMap(([key, value]) => (isTold(value, told) ? [] : entryLines(key, value)))
      : [`  ${wordOf(details)}`];
  if (lines.length <= mostDetails) return lines;
  return [...lines.slice(0, mostDetails), `  … and ${lines.length - mostDetails} more`];
}

function isTold(value: unknown, told: string): boolean {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.every((one) =>
    typeof one === 'number'
      ? new RegExp(`(?<![\\w.])${one}(?![\\w.])`).test(told)
      : typeof one === 'string' && told.includes(one),
  );
}

function entryLines(key: string, value: unknown): string[] {
  if (value === null || value === undefined) return [];
  const name = escapeLine(key);
  if (!Array.isArray(value)) return [`  ${name}: ${wordOf(value)}`];
  return value.length === 0 ? [] : [`  ${name}:`, ...value.map((item) => `    ${wordOf(item)}`)];
}

/** A principal as it is written; texts of an object side by side (a candidate), anything else with its key. */
function wordOf(value: unknown): string {
  if (typeof value === 'string') return escapeLine(value);
  if (typeof value !== 'object' || value === null) return escapeLine(JSON.stringify(value ?? null));
  const principal = principalText(value);
  if (principal !== null) return escapeLine(principal);
  const values: readonly unknown[] = Object.values(value).filter(
    (inner) => inner !== null && inner !== undefined,
  );
  const flat = !Array.isArray(value) && values.every((inner) => typeof inner !== 'object');
  if (!flat) return escapeLine(JSON.stringify(value));
  if (values.every((inner) => typeof inner === 'string')) return escapeLine(values.join('  '));
  const named = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return escapeLine(named.map(([key, inner]) => `${key}: ${String(inner)}`).join(', '));
}

function stackLines(error: Error): string[] {
  const lines: string[] = [];
  let next: unknown = error;
  // Causes may form a ring.
  for (let depth = 0; next instanceof Error && depth < 8; depth++) {
    const stack = next.stack ?? `${next.name}: ${next.message}`;
    lines.push(
      ...`${depth === 0 ? '' : 'Caused by: '}${escapeText(stack)}`.split('\n').map((line) => `  ${line}`),
    );
    next = next.cause;
  }
  return lines;
}
