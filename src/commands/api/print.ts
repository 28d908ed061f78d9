/** Raw answers as results: bodies byte for byte, and heads without what they hold of credentials. */
import { STATUS_CODES } from 'node:http';
import { DashctlError } from '../../errors.ts';
import { createRedactor, isSensitiveName, mask } from '../../http/redact.ts';
import { indentJson } from '../../model/json-text.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Renderer } from '../../output/output.ts';
import type { AnsweredPage } from './pages.ts';

export interface AnswerOptions {
  /** Status and headers first. */
  readonly include: boolean;
  /** No body. */
  readonly silent: boolean;
  /** Whether `--jq` applies: it is made for the answer that was hoped for, not for a refusal. */
  readonly filtered: boolean;
  /** Of the account: a server that repeats them in a header does not get them shown. */
  readonly secrets: readonly string[];
}

/** Prints one answer. JSON is indented on a terminal. @throws DashctlError when the body came in part only. */
export async function printAnswer(
  renderer: Renderer,
  answer: HttpResponse,
  { include, silent, filtered, secrets }: AnswerOptions,
): Promise<void> {
  if (include) await renderer.verbatim(Buffer.from(headOf(answer, secrets)));
  if (silent || answer.body.length === 0) return;
  const body = renderer.terminal.stdout.isTTY ? forPeople(answer) : answer.body;
  await (filtered ? renderer.bytes(body) : renderer.verbatim(body));
  if (answer.bodyError !== undefined) throw answer.bodyError;
}

/** Prints the rows of all pages as one array. @throws DashctlError `bad-answer` for a body that is no list. */
export async function printArray(
  renderer: Renderer,
  pages: AsyncIterable<AnsweredPage>,
  silent: boolean,
): Promise<void> {
  const all: string[] = [];
  for await (const { rows } of pages) {
    if (rows === null) {
      throw new DashctlError('bad-answer', 'The body holds no list that --slurp could join.', {
        hint: 'Leave --slurp out to see the body.',
      });
    }
    all.push(...rows);
  }
  if (silent) return;
  const array = all.length === 0 ? '[]\n' : `[\n${all.join(',\n')}\n]\n`;
  await renderer.bytes(Buffer.from(renderer.terminal.stdout.isTTY ? indentJson(array) : array));
}

function forPeople(answer: HttpResponse): Uint8Array {
  const text = Buffer.from(answer.body).toString('utf8');
  const json = /^\s*[[{]/.test(text);
  return Buffer.from(json ? indentJson(text) : text.endsWith('\n') ? text : `${text}\n`);
}

function headOf({ status, headers, cookies }: HttpResponse, secrets: readonly string[]): string {
  const redact = createRedactor(secrets);
  const lines = Object.entries(headers).map(
    ([name, value]) => `${name}: ${isSensitiveName(name) ? mask : redact(value)}`,
  );
  // A cookie may be a session: its name says enough.
  const set = cookies.map((cookie) => `set-cookie: ${cookie.replace(/=.*$/s, '')}=${mask}`);
  return [`HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd(), ...lines, ...set, '', ''].join('\n');
}
