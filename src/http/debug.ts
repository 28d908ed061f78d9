/** Debug lines: one per event, redacted, with headers by allow-list and at most 2 KiB of a body. */
import { decodeText } from './body.ts';
import { redactorFor } from './redact.ts';
import type { Redactor } from './redact.ts';
import type { Outcome } from './transport.ts';
import type { WireHeaders } from './wait.ts';

const mostBody = 2048;

const shownHeaders =
  /^(accept|accept-encoding|content-type|content-length|content-encoding|date|location|retry-after|server|user-agent|via|x-ratelimit-.*|.*request-?id|.*trace-?id)$/;

/** Writes what happens; does nothing, at no cost, without a receiver. */
export interface DebugLog {
  request(
    method: string,
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: string | undefined,
  ): void;
  /** `took` in milliseconds. */
  outcome(method: string, url: URL, outcome: Outcome, took: number): void;
  /** `ms` until it goes on. */
  wait(ms: number, why: string): void;
}

/** Creates the log of one client. */
export function createDebugLog(write: ((line: string) => void) | undefined, redact: Redactor): DebugLog {
  if (write === undefined) return { request: nothing, outcome: nothing, wait: nothing };
  const line = (parts: readonly string[], mask: Redactor = redact): void => {
    write(mask(parts.filter((part) => part !== '').join(' ')));
  };
  return {
    request(method, url, headers, body) {
      line([`> ${method} ${url.href}`, headerText(headers), bodyText(body ?? '', redact)]);
    },
    outcome(method, url, outcome, took) {
      if (outcome.kind === 'failure') {
        const { phase, reason, error } = outcome.breakage;
        const sent = outcome.sent ? 'sent' : 'not sent';
        line([
          `< ${method} ${url.href} failed after ${Math.round(took)} ms (${phase}, ${reason}, ${sent}): ${error.message}`,
        ]);
        return;
      }
      const mask = redactorFor(url.href, redact);
      const broken = outcome.breakage === null ? '' : `broken off (${outcome.breakage.error.message})`;
      const text = decodeText(outcome.body.subarray(0, 64 * 1024));
      const size = `${outcome.body.length} bytes`;
      line(
        [
          `< ${outcome.status} ${method} ${url.href} ${Math.round(took)} ms, ${size}`,
          broken,
          headerText(outcome.headers),
          bodyText(text, mask),
        ],
        mask,
      );
    },
    wait(ms, why) {
      line([`= waiting ${Math.round(ms)} ms: ${why}`]);
    },
  };
}

function nothing(): void {
  // No receiver, no line.
}

function headerText(headers: WireHeaders): string {
  const shown = Object.entries(headers).filter(
    ([name, value]) => shownHeaders.test(name) && value !== undefined,
  );
  return shown.length === 0
    ? ''
    : `[${shown.map(([name, value]) => `${name}: ${String(value)}`).join('; ')}]`;
}

/** Redacted first and cut after, so that no half of a secret slips through. */
function bodyText(text: string, redact: Redactor): string {
  if (text === '') return '';
  const redacted = redact(text);
  return redacted.length <= mostBody ? redacted : `${redacted.slice(0, mostBody)}…`;
}
