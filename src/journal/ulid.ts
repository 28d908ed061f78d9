/** Names that sort by time: 48 bits of milliseconds and 80 random bits in Crockford's base 32 (the ULID specification). */
import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new name. @param now milliseconds since the epoch */
export function createUlid(now: number): string {
  const random = BigInt(`0x${randomBytes(10).toString('hex')}`);
  let bits = (BigInt(Math.trunc(now)) << 80n) | random;
  let text = '';
  for (let index = 0; index < 26; index += 1) {
    text = (alphabet[Number(bits & 31n)] ?? '') + text;
    bits >>= 5n;
  }
  return text;
}
