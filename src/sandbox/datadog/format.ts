/** Ids, times and slugs as Datadog writes them (api/datadog.md §3 and §4, from recordings). */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';

/** A dashboard id such as `g3v-56r-qqm`. */
export function newDashboardId(): string {
  const three = (): string => Array.from({ length: 3 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${three()}-${three()}-${three()}`;
}

/** A widget id: an integer of up to 16 digits, below 2^53 as in every recording. */
export function newWidgetId(): number {
  return randomInt(2 ** 46, 2 ** 47) * 61 + randomInt(61);
}

/** The part of all share tokens that names the organisation. */
const organisationToken = 'sandbx3dashct1q7';

/** A share token: 16 characters that name the organisation, `-`, 32 hexadecimal digits. */
export function newShareToken(): string {
  return `${organisationToken}-${randomBytes(16).toString('hex')}`;
}

/** Share token of the sample content; `n` tells them apart. */
export function seedShareToken(n: number): string {
  return `${organisationToken}-${(0x5eed_0000 + n).toString(16).repeat(4)}`;
}

export { randomUUID as newUuid };

/**
 * `2024-11-15T19:33:04.124805+00:00`.
 * @param now milliseconds since the epoch; the digits below are made up, as the clock has none.
 */
export function timestamp(now: number, micros = randomInt(1, 1000)): string {
  return `${new Date(now).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}+00:00`;
}

/** The same moment as the usage statistics print it: `2024-11-15T19:33:04.124805Z`. */
export function withZ(time: string): string {
  return time.replace('+00:00', 'Z');
}

const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

/** A moment as sent, in the server's own notation; null when it is none. */
export function normalMoment(text: unknown): string | null {
  if (typeof text !== 'string' || !moment.test(text)) return null;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return null;
  return new Date(milliseconds).toISOString().replace(/(\.000)?Z$/, '+00:00');
}

/** Relative address of a dashboard. The slug rule fits every recording. */
export function dashboardUrl(id: string, title: string): string {
  const slug = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replace(/ /g, '-')
    .slice(0, 80)
    .replace(/^-+|-+$/g, '');
  return `/dashboard/${id}/${slug}`;
}
