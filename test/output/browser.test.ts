import { describe, expect, test } from 'vitest';
import { pageAddress } from '../../src/output/browser.ts';

describe('an address for a browser', () => {
  test.each([
    'https://example.com/a b',
    'http://127.0.0.1:3000/d/x',
    'http://localhost/',
    'http://[::1]:80/',
  ])('may be %s', (text) => {
    expect(pageAddress(text)).toBe(new URL(text).href);
  });

  test.each([
    'http://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    '--new-window',
    '/dashboard/1',
    '',
    'http://127.0.0.1.example.com/',
  ])('is never %j', (text) => {
    expect(() => pageAddress(text)).toThrow(expect.objectContaining({ code: 'unsafe-address' }) as Error);
  });
});
