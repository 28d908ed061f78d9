import { describe, expect, it } from 'vitest';
import { checkProfileName, isProfileName } from '../../src/model/profile-name.ts';

describe('the name of a profile', () => {
  it.each(['a', '0', 'prod', 'work.eu', 'a_b-c', 'a'.repeat(63)])('may be %s', (name) => {
    expect(isProfileName(name)).toBe(true);
    expect(checkProfileName(name)).toBe(name);
  });

  it.each(['', '-a', '.a', '_a', 'A', 'aB', 'a b', 'a/b', 'ä', 'a\n', 'a'.repeat(64)])(
    'cannot be %j',
    (name) => {
      expect(isProfileName(name)).toBe(false);
      expect(() => checkProfileName(name)).toThrow(
        expect.objectContaining({
          code: 'invalid-input',
          message: `${JSON.stringify(name)} cannot be the name of a profile.`,
          hint: 'Use 1 to 63 lower-case letters, digits, dots, underscores and hyphens, starting with a letter or digit.',
        }),
      );
    },
  );

  it.each(['sandbox', 'sandbox-grafana', 'sandboxes'])('is not ours to give when it is %s', (name) => {
    expect(isProfileName(name)).toBe(true);
    expect(() => checkProfileName(name)).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        message: `The name "${name}" is reserved for the sandbox.`,
        hint: 'Choose a name that does not start with "sandbox".',
      }),
    );
  });

  it('may hold the word elsewhere', () => {
    expect(checkProfileName('my-sandbox')).toBe('my-sandbox');
  });
});
