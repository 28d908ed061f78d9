import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import { isoTime, parseFuture } from '../../src/model/span.ts';

const now = Date.UTC(2026, 10, 22, 12, 0, 0);

test.each([
  ['90m', '2026-11-22T13:30:00.000Z'],
  ['12h', '2026-11-23T00:00:00.000Z'],
  ['30d', '2026-12-22T12:00:00.000Z'],
  ['2w', '2026-12-06T12:00:00.000Z'],
  ['2027-01-31', '2027-01-31T00:00:00.000Z'],
  ['2027-01-31T18:05', '2027-01-31T18:05:00.000Z'],
  ['2027-01-31 18:05:09.5', '2027-01-31T18:05:09.500Z'],
  ['2027-01-31T18:05:00Z', '2027-01-31T18:05:00.000Z'],
  ['2027-01-31T18:05:00+02:00', '2027-01-31T16:05:00.000Z'],
  ['2027-01-31T18:05:00-0330', '2027-01-31T21:35:00.000Z'],
  ['2028-02-29', '2028-02-29T00:00:00.000Z'],
])('%s is %s', (text, expected) => {
  expect(parseFuture(text, now)).toBe(expected);
});

test.each([
  '',
  '5',
  'd',
  '-3d',
  '1.5h',
  '5y',
  '0x10d',
  '1e3d',
  '3d junk',
  '2027-02-30',
  '2027-01-31T18:05+99:00',
  '2027-13-01',
  '2027-01-31T24:00',
  '2027-01-31T18',
  'tomorrow',
  '31.01.2027',
  '2027-1-1',
])('%j is refused as malformed', (text) => {
  expect(() => parseFuture(text, now)).toThrow(/is no span and no time/);
});

test.each(['0d', '2026-11-22', '2026-11-22T12:00:00Z', '2026-11-22T13:00:00+02:00', '1999-01-01'])(
  '%s is refused as not in the future',
  (text) => {
    expect(() => parseFuture(text, now)).toThrow(/not in the future/);
  },
);

test('the time of a server is UTC with milliseconds', () => {
  expect(isoTime('2024-11-15T19:33:04.124805+00:00')).toBe('2024-11-15T19:33:04.124Z');
  expect(isoTime('2024-11-15T19:33:04Z')).toBe('2024-11-15T19:33:04.000Z');
  expect(isoTime(null)).toBeNull();
  expect(isoTime('junk 1')).toBeNull();
});

test('any text is a moment in the future or a typed error', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.stringMatching(/^\d{1,6}[mhdw]$/),
        fc.stringMatching(/^\d{4}-\d\d-\d\d(T\d\d:\d\d)?$/),
      ),
      (text) => {
        try {
          expect(Date.parse(parseFuture(text, now))).toBeGreaterThan(now);
        } catch (error) {
          expect(error).toBeInstanceOf(DashctlError);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
