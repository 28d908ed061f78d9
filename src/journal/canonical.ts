/** One text for one value, whatever the order of its keys: what fingerprints are made of. */
import { createHash } from 'node:crypto';
import type { Json } from '../model/shape.ts';

/** JSON without spaces, the keys of every object in the order of their code units. */
export function canonicalText(value: Json): string {
  if (isList(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalText(value[key] ?? null)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** SHA-256 of a normalised state, hexadecimal: equal for equal states. */
export function fingerprint(state: Json): string {
  return sha256(canonicalText(state));
}

/** Hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
