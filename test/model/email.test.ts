import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import { parseEmail } from '../../src/model/email.ts';
import { tried } from '../support/laws.ts';

describe('parseEmail', () => {
  it.each(['ana@example.com', 'a.b+c@mail.example.com', 'jürgen@müller.example', 'x@xn--bcher-kva.example'])(
    'takes %s as it is',
    (address) => {
      expect(parseEmail(address)).toBe(address);
    },
  );

  it('takes the blanks around an address away', () => {
    expect(parseEmail('  ana@example.com\n')).toBe('ana@example.com');
  });

  it.each([
    '',
    'ana',
    'ana@',
    '@example.com',
    'ana@example',
    'ana@@example.com',
    'ana @example.com',
    'ana@exam ple.com',
    'ana@-example.com',
    'ana@example-.com',
    '.ana@example.com',
    'ana.@example.com',
    'a..na@example.com',
    '"ana"@example.com',
    'ana@example.com,bo@example.com',
    'ana@example.com\u0000',
    `ana@${'a'.repeat(250)}.com`,
  ])('refuses %j as input', (address) => {
    expect(() => parseEmail(address)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it('takes 254 characters and no more, and says what to write', () => {
    const longest = `${'a'.repeat(242)}@example.com`;
    expect(parseEmail(longest)).toBe(longest);
    expect(() => parseEmail(`a${longest}`)).toThrow(/is no e-mail address/);
    expect(() => parseEmail('ana')).toThrow(
      expect.objectContaining({
        message: '"ana" is no e-mail address.',
        hint: 'Write it as ana@example.com.',
      }),
    );
  });

  it('returns a trimmed address or fails with a typed error, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.emailAddress()), (text) => {
        try {
          const address = parseEmail(text);
          expect(address).toBe(text.trim());
          expect(address).not.toMatch(/[\s\p{C}]/u);
        } catch (error) {
          expect(error).toBeInstanceOf(DashctlError);
        }
      }),
      tried(1_000),
    );
  });
});
