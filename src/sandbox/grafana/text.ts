/** Small texts that Grafana derives: slugs, uids, avatars, ages. */
import { createHash, randomBytes } from 'node:crypto';

const uidAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A title as the last part of an address: Latin letters and digits, words joined by dashes. */
export function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll('&', 'and')
    .replaceAll('@', 'at')
    .replaceAll('ß', 'ss')
    .replaceAll('æ', 'ae')
    .replaceAll('ø', 'o')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/-+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '');
}

/** `length` random letters and digits. */
export function randomText(length: number): string {
  return [...randomBytes(length)].map((byte) => uidAlphabet[byte % uidAlphabet.length] ?? 'A').join('');
}

/** The avatar path of an e-mail address or, for a team, its name. */
export function avatarOf(text: string): string {
  return text === '' ? '' : `/avatar/${createHash('md5').update(text.trim().toLowerCase()).digest('hex')}`;
}

/** Time since `then` in the largest whole unit: `10y`, `3M`, `2d`, `5h`, `1m`, `< 1m`. Both in milliseconds. */
export function ageText(then: number, now: number): string {
  const minutes = Math.floor((now - then) / 60_000);
  const units: readonly (readonly [number, string])[] = [
    [525_600, 'y'],
    [43_800, 'M'],
    [1440, 'd'],
    [60, 'h'],
    [1, 'm'],
  ];
  const unit = units.find(([size]) => minutes >= size);
  return unit === undefined ? '< 1m' : `${Math.floor(minutes / unit[0])}${unit[1]}`;
}

/** A value with the keys of all objects sorted, as Go prints maps. */
export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, child]) => [key, sortKeys(child)] as const);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a text matches a pattern of SQL's LIKE: `%` and `_` are wildcards, letters match in any case. */
export function isLike(text: string, pattern: string): boolean {
  const escaped = pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('%', '.*').replaceAll('_', '.')}$`, 'is').test(text);
}
