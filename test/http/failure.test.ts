import { describe, expect, it } from 'vitest';
import { parseBaseUrl } from '../../src/http/address.ts';
import { explainBreakage, type Surroundings } from '../../src/http/failure.ts';
import { proxyFor } from '../../src/http/proxy.ts';
import { shortLimits } from './support.ts';

const base = parseBaseUrl('https://api.example.com');
const its: Surroundings = {
  base,
  proxy: null,
  limits: shortLimits,
  redact: (text) => text.replaceAll('canary', '***'),
  readError: undefined,
  signal: undefined,
};

function explain(
  code: string,
  phase: 'connect' | 'headers' | 'body' = 'connect',
  more: object = {},
  around = its,
) {
  const error = Object.assign(new Error(`${code} canary`), { code }, more);
  return explainBreakage({ phase, reason: 'error', error }, 'GET https://api.example.com/x', around);
}

describe('failures on the way', () => {
  it.each([
    ['ENOTFOUND', 'network', true, 'api.example.com does not exist'],
    ['EAI_AGAIN', 'network', false, 'name service'],
    ['ECONNREFUSED', 'network', false, 'api.example.com:443 refused'],
    ['ECONNRESET', 'network', false, 'api.example.com:443 closed the connection before the request'],
    ['EHOSTUNREACH', 'network', false, 'api.example.com:443 cannot be reached'],
    ['ETIMEDOUT', 'timeout', false, 'within 2 s'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', false, 'within 2 s'],
    ['CERT_HAS_EXPIRED', 'tls', true, 'expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', true, 'not for api.example.com'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', true, 'authority'],
    ['CERT_REVOKED', 'tls', true, 'CERT_REVOKED'],
    ['UND_ERR_HEADERS_OVERFLOW', 'answer-too-large', true, '16 KiB'],
    ['HPE_INVALID_CONSTANT', 'bad-answer', false, 'HTTP'],
  ])('%s is %s', (code, ours, final, words) => {
    const explained = explain(code);
    expect(explained).toMatchObject({ final, error: { code: ours } });
    expect(explained.error.message).toContain(words);
    expect(explained.error.message).not.toContain('canary');
    expect(explained.error.cause instanceof Error ? explained.error.cause.message : '').not.toContain(
      'canary',
    );
  });

  it('every one of them says what to do', () => {
    for (const code of [
      'ENOTFOUND',
      'EAI_AGAIN',
      'ECONNREFUSED',
      'ECONNRESET',
      'ETIMEDOUT',
      'CERT_HAS_EXPIRED',
    ]) {
      expect(explain(code).error.hint).toMatch(/\.$/);
    }
  });

  it('names the proxy whose name cannot be found', () => {
    const proxy = proxyFor(base, { https_proxy: 'http://outbound.example.com:3128' });
    const { error } = explain(
      'ENOTFOUND',
      'connect',
      { hostname: 'outbound.example.com' },
      { ...its, proxy },
    );
    expect(error.message).toContain('outbound.example.com of the proxy');
  });
});
