/** Moments as people write them (`30d`, `2026-12-31`) and as servers write them, both taken to ISO 8601 UTC. */
import { DashctlError } from '../errors.ts';

const span = /^(\d{1,5})([mhdw])$/;
/** Every field in its range, but for the days of a month; from the year 1000 on, since `Date.UTC` moves early ones. */
const moment =
  /^([1-9]\d{3})-(0[1-9]|1[0-2])-(\d{2})(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?(Z|z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?$/;

const unitLength = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * A moment in the future: a span from now (`90m`, `12h`, `30d`, `2w`), or ISO 8601. Without a zone it is UTC; a date
 * alone is the start of that day, so that nothing stays open longer than the reader of the date might think.
 * @param now milliseconds since the epoch.
 * @returns ISO 8601 UTC with milliseconds.
 * @throws DashctlError `invalid-input` when it is malformed or not in the future.
 */
export function parseFuture(text: string, now: number): string {
  const wanted = text.trim();
  const time = afterSpan(wanted, now) ?? parseMoment(wanted);
  if (time === null) {
    throw new DashctlError('invalid-input', `${JSON.stringify(text)} is no span and no time.`, {
      hint: 'Write a span such as 12h, 30d or 2w, or a time such as 2030-01-31 or 2030-01-31T18:00:00Z.',
    });
  }
  if (time <= now) {
    throw new DashctlError('invalid-input', `${JSON.stringify(text)} is not in the future.`, {
      hint: `Now it is ${new Date(now).toISOString()}; times without a zone are UTC.`,
    });
  }
  return new Date(time).toISOString();
}

/** A server's time as ISO 8601 UTC with milliseconds; null for null, absent or unreadable. */
export function isoTime(text: string | null | undefined): string | null {
  const time = parseMoment(text ?? '');
  return time === null ? null : new Date(time).toISOString();
}

function afterSpan(text: string, now: number): number | null {
  const match = span.exec(text);
  if (match === null) return null;
  return now + Number(match[1]) * unitLength[match[2] as keyof typeof unitLength];
}

/** Milliseconds since the epoch; null when malformed or when no such day exists. */
function parseMoment(text: string): number | null {
  const match = moment.exec(text);
  if (match === null) return null;
  // One by one rather than as a list: a hundred rows have two hundred of them.
  const day = Number(match[3]);
  const utc = new Date(
    Date.UTC(
      Number(match[1]),
      Number(match[2]) - 1,
      day,
      Number(match[4] ?? 0),
      Number(match[5] ?? 0),
      Number(match[6] ?? 0),
      Math.trunc(Number(`0.${match[7] ?? 0}`) * 1000),
    ),
  );
  // Date.UTC carries over: the 30th of February would become a day in March.
  return utc.getUTCDate() === day ? utc.getTime() - offsetOf(match[8] ?? 'Z') : null;
}

function offsetOf(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * unitLength.h + Number(zone.slice(-2)) * unitLength.m);
}
