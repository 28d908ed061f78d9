import { DashctlError } from '../errors.ts';

/**
 * An address as people write it: one `@`, a dot in the domain, no spaces, control characters or quotes. Stricter than
 * RFC 5322, as mail that a tool sends should be; but for the length of the local part, which servers do not limit to 64
 * (recorded).
 * @throws DashctlError `invalid-input`
 */
export function parseEmail(raw: string): string {
  const text = raw.trim();
  const label = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?';
  const pattern = new RegExp(`^[^\\s@"'<>(),:;\\\\\\[\\]\\p{C}]+@${label}(?:\\.${label})+$`, 'u');
  if (text.length <= 254 && pattern.test(text) && !/^\.|\.\.|\.@/.test(text)) return text;
  throw new DashctlError('invalid-input', `${JSON.stringify(raw)} is no e-mail address.`, {
    hint: 'Write it as ana@example.com.',
  });
}
