import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import { formatPrincipal, formatPrincipalSpec, parsePrincipal } from '../../src/model/principal-text.ts';
import type { PrincipalSpec } from '../../src/model/principal.ts';
import { tried } from '../support/laws.ts';

const text = fc
  .string({ minLength: 1, unit: 'grapheme' })
  .filter((one) => one.trim() !== '' && !/[\p{Cc}\u2028\u2029]/u.test(one));
const kind = fc.constantFrom('user', 'team', 'role');
const spec: fc.Arbitrary<PrincipalSpec> = fc.oneof(
  fc.record({ kind, name: text }),
  fc.record({ kind, id: text }),
  fc.record({ kind: fc.constantFrom('org', 'everyone') }),
);

describe('parsePrincipal', () => {
  it.each([
    ['user:ana@example.com', { kind: 'user', name: 'ana@example.com' }],
    ['team:sre', { kind: 'team', name: 'sre' }],
    ['team:SRE Berlin', { kind: 'team', name: 'SRE Berlin' }],
    ['team:a:b#c=d', { kind: 'team', name: 'a:b#c=d' }],
    ['role:Viewer', { kind: 'role', name: 'Viewer' }],
    ['org', { kind: 'org' }],
    ['everyone', { kind: 'everyone' }],
    ['user#11', { kind: 'user', id: '11' }],
    ['role#a:b', { kind: 'role', id: 'a:b' }],
  ])('reads %s', (written, meant) => {
    expect(parsePrincipal(written)).toEqual(meant);
  });

  it.each([
    ['', /no kind of principal/, /user:EMAIL/],
    [':sre', /: "" is no kind/, /user:EMAIL/],
    ['user', /name is missing/, /user:NAME or user#ID/],
    ['user:', /name is missing/, /user:NAME/],
    ['user#', /id is missing/, /user#ID/],
    ['org:x', /takes no name/, /Write org alone/],
    ['everyone#1', /takes no name/, /Write everyone alone/],
    ['ana@example.com', /kind is missing/, /user:ana@example\.com/],
    ['tema:sre', /no kind/, /Did you mean team:sre\?/],
    ['everyoen', /no kind/, /Did you mean everyone\?/],
    ['User:ana', /no kind/, /Did you mean user:ana\?/],
    ['team: ', /name is missing/, /team:NAME/],
    ['user#\t', /id is missing/, /user#ID/],
    ['x team:sre', /no kind/, /Did you mean team:sre/],
    ['ana@example.com:x', /"ana@example.com" is no kind/, /user:EMAIL/],
    ['team:a\u2028', /control characters/, /user:EMAIL/],
    ['team:a\u001b[2J', /control characters/, /user:EMAIL/],
  ])('refuses %j and says what to write', (written, message, hint) => {
    const attempt = () => parsePrincipal(written);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'invalid-input', hint: expect.stringMatching(hint) as string }),
    );
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(spec, (one) => {
        expect(parsePrincipal(formatPrincipalSpec(one))).toEqual(one);
      }),
      tried(1_000),
    );
  });

  it('fails in one way only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (one) => {
        try {
          parsePrincipal(one);
        } catch (error) {
          expect(error).toBeInstanceOf(DashctlError);
        }
      }),
      tried(1_000),
    );
  });
});

describe('formatPrincipal', () => {
  it.each([
    [{ kind: 'user', id: '11', name: 'ana', email: 'ana@example.com' }, 'user:ana@example.com'],
    [{ kind: 'user', id: '11', name: 'ana', email: '' }, 'user:ana'],
    [{ kind: 'user', id: '11', name: null, email: null }, 'user#11'],
    [{ kind: 'team', id: '3', name: 'sre', email: 'sre@example.com' }, 'team:sre'],
    [{ kind: 'team', id: '3', name: 'bad\nname', email: null }, 'team#3'],
    [{ kind: 'role', id: null, name: 'Viewer', email: null }, 'role:Viewer'],
    [{ kind: 'role', id: null, name: null, email: null }, 'role'],
    [{ kind: 'org', id: 'o-1', name: 'Example', email: null }, 'org'],
    [{ kind: 'everyone', id: null, name: null, email: null }, 'everyone'],
    [{ kind: 'everyone', id: '1', name: 'All', email: null }, 'everyone'],
    [{ kind: 'user', id: '11', name: ' ', email: '\t' }, 'user#11'],
    [{ kind: 'user', id: ' ', name: null, email: null }, 'user'],
  ] as const)('writes %o as %s', (principal, written) => {
    expect(formatPrincipal(principal)).toBe(written);
  });

  it('writes whatever a server says so that it can be read again', () => {
    const anything = fc.option(fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(kind, text, anything, anything, (one, id, name, email) => {
        expect(parsePrincipal(formatPrincipal({ kind: one, id, name, email })).kind).toBe(one);
      }),
      tried(1_000),
    );
  });
});
