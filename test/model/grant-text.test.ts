import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatGrantSpec,
  parseGrant,
  parseGrants,
  parseLevel,
  parsePrincipals,
} from '../../src/model/grant-text.ts';
import type { GrantSpec } from '../../src/model/grant.ts';
import { levels } from '../../src/model/level.ts';
import { tried } from '../support/laws.ts';

describe('parseGrant', () => {
  it.each([
    ['team:sre=edit', { principal: { kind: 'team', name: 'sre' }, level: { level: 'edit' } }],
    ['user#11=native:manager', { principal: { kind: 'user', id: '11' }, level: { native: 'manager' } }],
    ['everyone=none', { principal: { kind: 'everyone' }, level: { level: 'none' } }],
    ['team:a=b=view', { principal: { kind: 'team', name: 'a=b' }, level: { level: 'view' } }],
  ])('reads %s', (written, meant) => {
    expect(parseGrant(written)).toEqual(meant);
  });

  it('names the form when the level is missing', () => {
    expect(() => parseGrant('team:sre')).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        message: '"team:sre" is no grant: the level is missing.',
        hint: 'Write PRINCIPAL=LEVEL, such as team:sre=view.',
      }),
    );
    expect(() => parseGrant('role:Viewer')).toThrow(
      expect.objectContaining({ hint: 'Write PRINCIPAL=LEVEL, such as role:Viewer=view.' }),
    );
    expect(() => parseGrant('')).toThrow(
      expect.objectContaining({ hint: 'Write PRINCIPAL=LEVEL, such as team:sre=view.' }),
    );
    expect(() => parseGrant('=view')).toThrow(/is no principal/);
  });

  it('reads back what it writes', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme-ascii' }).filter((one) => one.trim() !== '');
    const native = fc.stringMatching(/^[A-Za-z0-9_:-]{1,12}$/);
    const grant: fc.Arbitrary<GrantSpec> = fc.record({
      principal: fc.record({ kind: fc.constantFrom('user', 'team', 'role'), name }),
      level: fc.oneof(fc.record({ level: fc.constantFrom(...levels) }), fc.record({ native })),
    });
    fc.assert(
      fc.property(grant, (one) => {
        expect(parseGrant(formatGrantSpec(one))).toEqual(one);
      }),
      tried(1_000),
    );
  });
});

describe('parseLevel', () => {
  it('offers the nearest level, and takes none for another', () => {
    expect(() => parseLevel('eidt')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('Did you mean "edit"?') as string }),
    );
    expect(() => parseLevel('View')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('Did you mean "view"?') as string }),
    );
    expect(() => parseLevel('manager')).toThrow(
      expect.objectContaining({
        message: '"manager" is no level.',
        hint: "Levels are none, view, edit, admin; a provider's own word is written native:WORD.",
        details: { levels },
      }),
    );
  });

  it.each([
    ...['', 'native', 'native:', 'native: ', 'native: a', 'native:a ', 'a native:b'],
    ...['native:a\u0007', 'native:\u0007a', 'native:a=b', 'native:a\nb'],
  ])('refuses %j', (text) => {
    expect(() => parseLevel(text)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});

describe('several', () => {
  it('refuses a principal that is named twice, e-mails in any letter case', () => {
    expect(() => parseGrants(['team:sre=view', 'team:sre=edit'])).toThrow(
      /"team:sre" is given more than once/,
    );
    expect(() => parsePrincipals(['user:Ana@example.com', 'user:ana@example.com'])).toThrow(/more than once/);
    expect(() => parsePrincipals(['org', 'org'])).toThrow(
      expect.objectContaining({ code: 'invalid-input', hint: 'Name each principal once.' }),
    );
    expect(parseGrants(['team:sre=view', 'team:SRE=edit', 'user:sre=view'])).toHaveLength(3);
  });

  it('keeps apart what is not the same, letter case or not', () => {
    // Names are exact, a team's too where it looks like an address; only letter case is alike in addresses.
    const others = [
      'team:a@b',
      'team:A@b',
      'user:ana',
      'user:Ana',
      'user#ana',
      'user:straße@b',
      'user:strasse@b',
    ];
    expect(parsePrincipals(others)).toHaveLength(7);
  });
});
