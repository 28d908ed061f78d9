import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildUrl, isBelow, isLoopback, parseBaseUrl } from '../../src/http/address.ts';
import { path, type SafePath } from '../../src/http/path.ts';
import { DashctlError } from '../../src/errors.ts';
import { tried } from '../support/laws.ts';

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof DashctlError) return error.code;
    throw error;
  }
  return 'none';
}

describe('a base URL', () => {
  it.each([
    ['https://grafana.example.com', 'https://grafana.example.com', '', 443],
    ['https://grafana.example.com/', 'https://grafana.example.com', '', 443],
    ['https://EXAMPLE.com:8443/grafana//', 'https://example.com:8443', '/grafana', 8443],
    ['http://localhost:3000/a/b/', 'http://localhost:3000', '/a/b', 3000],
    ['http://127.8.9.1', 'http://127.8.9.1', '', 80],
    ['http://[::1]:3000', 'http://[::1]:3000', '', 3000],
  ])('%s is accepted', (text, origin, basePath, port) => {
    expect(parseBaseUrl(text)).toMatchObject({ origin, basePath, port });
  });

  it.each([
    ['grafana.example.com', 'invalid-input'],
    ['', 'invalid-input'],
    ['https://user@example.com', 'invalid-input'],
    ['https://:secret@example.com', 'invalid-input'],
    ['https://example.com/?a=1', 'invalid-input'],
    ['https://example.com/?', 'invalid-input'],
    ['https://example.com/#x', 'invalid-input'],
    ['http://example.com', 'unsafe-address'],
    ['http://127.0.0.1.example.com', 'unsafe-address'],
    ['http://localhost.example.com', 'unsafe-address'],
    ['http://example.localhost', 'unsafe-address'],
    ['ftp://example.com', 'unsafe-address'],
    ['file:///etc/passwd', 'unsafe-address'],
  ])('%s is %s', (text, code) => {
    expect(codeOf(() => parseBaseUrl(text))).toBe(code);
  });

  it('may be plain http when that was asked for', () => {
    expect(parseBaseUrl('http://example.com', true).origin).toBe('http://example.com');
  });

  it('never quotes a password in its error', () => {
    expect(() => parseBaseUrl('https://u:canary@example.com')).toThrow(expect.not.stringContaining('canary'));
  });

  it('knows loopback by the whole name', () => {
    expect(['localhost', '127.0.0.1', '[::1]'].map(isLoopback)).toEqual([true, true, true]);
    expect(['localhost.evil.example', '127.0.0.1.evil.example', '[::2]', '128.0.0.1'].some(isLoopback)).toBe(
      false,
    );
  });
});

describe('a URL below a base', () => {
  const base = parseBaseUrl('https://example.com/grafana');

  it('has exactly the path and the encoded query', () => {
    const url = buildUrl(base, path`/api/dashboards/uid/${'a b&c(ü)'}`, [['filter[x]', "it's+1&2=3"]]);
    expect(url.href).toBe(
      'https://example.com/grafana/api/dashboards/uid/a%20b%26c(%C3%BC)?filter%5Bx%5D=it%27s%2B1%262%3D3',
    );
  });

  it.each([
    '/..',
    '/a/../b',
    '/%2e%2e/b',
    '/a/%2E%2e',
    '/a\\b',
    '\\\\evil.example',
    '//evil.example',
    '/a?b',
    '/a#b',
    '/a\tb',
    '/a b',
    'a',
    '',
    '@evil.example',
  ])('is never made of %j', (text) => {
    const root = parseBaseUrl('https://example.com');
    for (const one of [base, root]) {
      const act = (): string => buildUrl(one, text as SafePath).pathname;
      // A double slash below the origin stays there; everything else is refused.
      if (text.startsWith('//')) expect(act()).toBe(one.basePath + text);
      else expect(codeOf(act)).toBe('invalid-input');
    }
  });

  it('refuses text that cannot be encoded', () => {
    expect(codeOf(() => buildUrl(base, path`/a`, [['q', '\ud800']]))).toBe('invalid-input');
  });

  it('stays where it belongs, whatever the id', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (id, value) => {
        let url: URL;
        try {
          url = buildUrl(base, path`/d/${id}/x`, [['q', value]]);
        } catch (error) {
          return error instanceof DashctlError;
        }
        const segment = url.pathname.split('/');
        return (
          url.origin === base.origin &&
          segment.length === 5 &&
          decodeURIComponent(segment[3] ?? '') === id &&
          url.searchParams.get('q') === value &&
          isBelow(base, url)
        );
      }),
      tried(1_000),
    );
  });
});
