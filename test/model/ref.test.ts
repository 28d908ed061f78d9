import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import { formatReference, parseReference } from '../../src/model/ref.ts';
import { tried } from '../support/laws.ts';

describe('parseReference', () => {
  it('reads a bare id', () => {
    expect(parseReference('g3v-56r-qqm')).toEqual({ profile: null, id: 'g3v-56r-qqm' });
    expect(parseReference('slug:home')).toEqual({ profile: null, id: 'slug:home' });
  });

  it('reads a profile and an id', () => {
    expect(parseReference('work.eu/folder:abc')).toEqual({ profile: 'work.eu', id: 'folder:abc' });
  });

  it('reads a web address whole', () => {
    const found = parseReference('https://app.datadoghq.com/dashboard/abc-def-ghi/title?x=1');
    expect('url' in found && found.url.pathname).toBe('/dashboard/abc-def-ghi/title');
    expect(parseReference('HTTP://localhost:3000/d/abc')).toEqual({
      url: new URL('http://localhost:3000/d/abc'),
    });
  });

  it('accepts a name of another form only when it is known', () => {
    expect(() => parseReference('Work/abc')).toThrow(/"Work" is no name of a profile/);
    expect(parseReference('Work/abc', ['Work'])).toEqual({ profile: 'Work', id: 'abc' });
  });

  it.each([
    ['', 'it is empty'],
    [' \t', 'it is empty'],
    ['a\u0000', 'it holds control characters'],
    ['https://', 'it is no web address'],
    ['xhttps://a', '"xhttps:" is no name of a profile'],
    ['/a', '"" is no name of a profile'],
    ['a/ ', 'the id is empty'],
    ['a/b/c', 'an id holds no slash'],
    ['a/..', 'dots alone are no id'],
    ['.', 'dots alone are no id'],
  ])('says what is wrong with %j', (text, why) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({
        message: `${JSON.stringify(text)} is no reference: ${why}.`,
        hint: 'Write ID, PROFILE/ID or the web address, such as those that lists print in the column REF.',
      }),
    );
  });

  it.each([
    '',
    ' ',
    'a/',
    '/a',
    'a/b/c',
    'a/..',
    '..',
    '.',
    'a\nb',
    'a\u0000',
    'a/\u009b',
    'a\u2028',
    'https://',
    '\ud800',
  ])('refuses %j', (text) => {
    expect(() => parseReference(text)).toThrow(DashctlError);
    try {
      parseReference(text);
    } catch (error) {
      expect(error).toMatchObject({ code: 'invalid-input' });
    }
  });

  it('reads back every reference that a list prints', () => {
    const profile = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/);
    const id = fc.stringMatching(/^[A-Za-z0-9_:-][A-Za-z0-9_:. -]{0,30}[A-Za-z0-9]$/);
    fc.assert(
      fc.property(profile, id, (name, text) => {
        expect(parseReference(formatReference(name, text))).toEqual({ profile: name, id: text });
      }),
      tried(1_000),
    );
  });

  it('never yields an id with a slash, and fails in one way only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          const found = parseReference(text);
          if ('id' in found) expect(found.id).not.toMatch(/[/\u0000-\u001f]/);
        } catch (error) {
          expect(error).toBeInstanceOf(DashctlError);
        }
      }),
      tried(1_000),
    );
  });
});
