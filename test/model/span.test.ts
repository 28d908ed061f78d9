import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import { isoTime, parseFuture } from '../../src/model/span.ts';
import { tried } from '../support/laws.ts';

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
  ['2027-12-31T23:59:59,999999999z', '2027-12-31T23:59:59.999Z'],
  ['2027-10-01T09:10:10+1930', '2027-09-30T13:40:10.000Z'],
  ['2027-01-31T23:00:00-23:59', '2027-02-01T22:59:00.000Z'],
  [' 1w ', '2026-11-29T12:00:00.000Z'],
  ['99999m', '2027-01-30T22:39:00.000Z'],
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
  '100000m',
  'x2027-01-31',
  '0999-01-01',
  '20270-01-31',
  '2027-00-10',
  '2027-20-10',
  '2027-01-00',
  '2027-01-32',
  '2027-04-31',
  '2027-02-29',
  '2027-01-31t18:05',
  '2027-01-31T1:05',
  '2027-01-31T30:05',
  '2027-01-31T18:60',
  '2027-01-31T18:5',
  '2027-01-31T18:05:60',
  '2027-01-31T18:05:5',
  '2027-01-31T18:05:00.',
  '2027-01-31T18:05:00.1234567890',
  '2027-01-31T18:05.5',
  '2027-01-31Z',
  '2027-01-31T18:05+24:00',
  '2027-01-31T18:05+30:00',
  '2027-01-31T18:05+01:60',
  '2027-01-31T18:05+1:00',
  '2027-01-31T18:05+01:0',
  '2027-01-31T18:05 01:00',
  '2027-01-31T18:05Zx',
])('%j is refused as malformed', (text) => {
  expect(() => parseFuture(text, now)).toThrow(
    expect.objectContaining({
      code: 'invalid-input',
      message: `${JSON.stringify(text)} is no span and no time.`,
      hint: 'Write a span such as 12h, 30d or 2w, or a time such as 2030-01-31 or 2030-01-31T18:00:00Z.',
    }),
  );
});

test.each(['0d', '2026-11-22', '2026-11-22T12:00:00Z', '2026-11-22T13:00:00+02:00', '1999-01-01'])(
  '%s is refused as not in the future',
  (text) => {
    expect(() => parseFuture(text, now)).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        message: `"${text}" is not in the future.`,
        hint: 'Now it is 2026-11-22T12:00:00.000Z; times without a zone are UTC.',
      }),
    );
  },
);

test('the time of a server is UTC with milliseconds', () => {
  expect(isoTime('2024-11-15T19:33:04.124805+00:00')).toBe('2024-11-15T19:33:04.124Z');
  expect(isoTime('2024-11-15T19:33:04Z')).toBe('2024-11-15T19:33:04.000Z');
  expect(isoTime(null)).toBeNull();
  expect(isoTime(undefined)).toBeNull();
  // Go's time of nothing.
  expect(isoTime('0001-01-01T00:00:00Z')).toBeNull();
  expect(isoTime('junk 1')).toBeNull();
});

test('a time that we print reads as itself', () => {
  const times = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(times, (time) => {
      expect(isoTime(time.toISOString())).toBe(time.toISOString());
    }),
    tried(500),
  );
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
    tried(2_000),
  );
});
