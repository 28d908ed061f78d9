import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, isSensitiveName, redactorFor, redactWithin } from '../../src/http/redact.ts';
import { tried } from '../support/laws.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('known secrets', () => {
  const secret = 'p@ss/w"örd+1<*~(2 ';
  const urlForm = 'p%40ss%2Fw%22%C3%B6rd%2B1%3C*~(2%20';

  it.each([
    ['plain', secret],
    ['URL-encoded', encodeURIComponent(secret)],
    ['URL-encoded in lower case', urlForm.replaceAll(/%../g, (triple) => triple.toLowerCase())],
    ['URL-encoded by RFC 3986', urlForm.replace('*', '%2A').replace('(', '%28')],
    [
      'the same in lower case',
      urlForm
        .replaceAll(/%../g, (triple) => triple.toLowerCase())
        .replace('*', '%2a')
        .replace('(', '%28'),
    ],
    ['a form', new URLSearchParams({ q: secret }).toString().slice(2)],
    ['a form in lower case', 'p%40ss%2fw%22%c3%b6rd%2b1%3c*%7e%282+'],
    ['a whole address', encodeURI(secret)],
    ['a whole address in lower case', 'p@ss/w%22%c3%b6rd+1%3c*~(2%20'],
    ['JSON', JSON.stringify(secret).slice(1, -1)],
    ['JSON with escaped slashes', 'p@ss\\/w\\"örd+1<*~(2 '],
    ['ASCII JSON', 'p@ss/w\\"\\u00f6rd+1<*~(2 '],
    ['ASCII JSON with escaped slashes', 'p@ss\\/w\\"\\u00f6rd+1<*~(2 '],
    ['JSON for HTML', 'p@ss/w\\"örd+1\\u003c*~(2 '],
    ['base64', base64(secret)],
    ['base64 in an address', encodeURIComponent(base64(secret))],
  ])('are masked whole in %s form', (_, text) => {
    expect(createRedactor([secret])(`said ${text}.`)).toBe('said ***.');
  });

  it('are masked in base64 of something longer, whatever stands around them', () => {
    // These have + and / in their base64, which base64url and addresses write differently.
    const name = '>>>???~~~ÿ';
    const clean = createRedactor([name]);
    for (const before of ['', 'a', 'ab', 'abc']) {
      for (const behind of ['', 'y', 'yz', 'xyz']) {
        const whole = base64(`${before}${name}${behind}`);
        // Two characters at most, which hold bits of the neighbours, are left on either side.
        const rest = new RegExp(`^.{0,${before === '' ? 0 : 4}}\\*{3}.{0,5}=*$`);
        expect(clean(whole)).toMatch(rest);
        expect(clean(whole.replaceAll('+', '-').replaceAll('/', '_'))).toMatch(rest);
        expect(decodeURIComponent(clean(encodeURIComponent(whole)))).toMatch(rest);
      }
    }
  });

  it('are masked in base64 of something longer from six characters on, which cannot be chance', () => {
    // Of five bytes, six whole characters show; of four, five do.
    expect(createRedactor(['hello'])(base64('hello you'))).toBe('***8geW91');
    expect(createRedactor(['hell'])(base64('hello you'))).toBe(base64('hello you'));
    // Alone it is found all the same.
    expect(createRedactor(['hell'])(base64('hell'))).toBe('***');
    expect(createRedactor(['ab'])(`${base64('ab')} ${base64('xab')}`)).toBe(`*** ${base64('xab')}`);
  });

  it('are masked whole when one holds another', () => {
    expect(createRedactor(['abcd', 'abcdefgh'])('x abcdefgh y abcd')).toBe('x *** y ***');
  });

  it('do not shred messages when they are short', () => {
    expect(createRedactor(['a', ''])('a banana, and (a)')).toBe('*** banana, and (***)');
    expect(createRedactor(['abc'])('xabc abcx abc')).toBe('xabc abcx ***');
    expect(createRedactor(['abcd'])('xabcd abcdx abcd')).toBe('x*** ***x ***');
  });

  it('never survive in any form, whatever they hold', () => {
    const long = fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme' });
    fc.assert(
      fc.property(long, fc.string({ maxLength: 5 }), (one, prefix) => {
        const forms = [
          one,
          JSON.stringify(one).slice(1, -1),
          encodeURIComponent(one),
          new URLSearchParams({ q: one }).toString().slice(2),
          base64(one),
        ];
        const clean = createRedactor([one]);
        return forms.every(
          (form) =>
            clean(`${prefix}|${form}|`) !== `${prefix}|${form}|` && !clean(`<${form}>`).includes(form),
        );
      }),
      tried(1_000),
    );
  });
});

describe('tokens by their shape', () => {
  const token = 'f0123456789abcde-0123456789abcdef0123456789abcdef';

  it.each([
    [`see https://p.datadoghq.com/sb/${token}`, 'see https://p.datadoghq.com/sb/***'],
    [`${token.toUpperCase()}/x`, '***/x'],
    [`?next=%2fsb%2f${token}`, '?next=%2fsb%2f***'],
    ['GET /api/v1/dashboard/public/secret-token-1/invitation', 'GET /api/v1/dashboard/public/***/invitation'],
    ['https://us.posthog.com/shared/Abc_123-x?q', 'https://us.posthog.com/shared/***?q'],
    ['https://us.posthog.com/shared_dashboards/Abc%2B1 x', 'https://us.posthog.com/shared_dashboards/*** x'],
    ['?u=%2Fembedded%2FAbc%2B1%2Fx', '?u=%2Fembedded%2F***%2Fx'],
    ['?u=%2Fembedded%2FAbc%3Fx', '?u=%2Fembedded%2F***%3Fx'],
    ['?u=%2Fembedded%2FAbc%23x', '?u=%2Fembedded%2F***%23x'],
    ['?u=%2Fembedded%2FAbc%20x', '?u=%2Fembedded%2F***%20x'],
    ['?u=%22%2Fembedded%2FAbc%22', '?u=%22%2Fembedded%2F***%22'],
    ['https://g.example.com/public-dashboards/0123abc', 'https://g.example.com/public-dashboards/***'],
    ['/api/public/dashboards/0123abc/panels', '/api/public/dashboards/***/panels'],
    ['https://g.example.com/invite/0123abc', 'https://g.example.com/invite/***'],
    ['/api/org/invites/0123abc/revoke', '/api/org/invites/***/revoke'],
    ['https://ana:hunter2@outbound.example.com/x', 'https://***@outbound.example.com/x'],
    ['https://x.example.com/?api_key=k1234&page=2', 'https://x.example.com/?api_key=***&page=2'],
    ['/?page=2&token=k1234#x', '/?page=2&token=***#x'],
    ['{"access_token": "k\\"1234", "title": "Checkout"}', '{"access_token": "***", "title": "Checkout"}'],
    ['{"password":"hunter2"}', '{"password":"***"}'],
    ['{"password"\t: "hunter2"}', '{"password"\t: "***"}'],
  ])('%s', (text, clean) => {
    expect(createRedactor([])(text)).toBe(clean);
  });

  it('leave the rest alone', () => {
    for (const text of [
      'https://x.example.com/?page=2&filter%5Bshared%5D=true',
      '{"title": "Token budget", "key2": 1}',
      'abc-def-ghi',
      'null, undefined and true',
      '/api/dashboards/uid/abc',
      // One letter or digit more, on either side: something else.
      `x${token}`,
      `2f${token}`,
      `${token}0`,
    ]) {
      expect(createRedactor([])(text)).toBe(text);
    }
  });
});

describe('names that say that their value is a secret', () => {
  it.each([
    ...[
      'authorization',
      'Cookie',
      'set-cookie',
      'X-Session-Id',
      'credentials',
      'signature',
      'jwt',
      'secretName',
    ],
    ...['password', 'passwd', 'access_token', 'api_key', 'apiKey', 'api-key', 'DD-APPLICATION-KEY', 'appKey'],
    ...['app-key', 'application_key', 'invite_code', 'inviteCode', 'invite-code'],
    ...['key', 'code', 'auth', 'sig', 'PWD'],
  ])('%s', (name) => {
    expect(isSensitiveName(name)).toBe(true);
  });

  it.each([
    'monkey',
    'keyboard',
    'country_code',
    'codec',
    'author',
    'oauth',
    'sigma',
    'title',
    'apiXkey',
    'inviteXcode',
  ])('%s does not', (name) => {
    expect(isSensitiveName(name)).toBe(false);
  });
});

describe('what stands in the address of a request', () => {
  const token = 'f0123456789abcde-0123456789abcdef0123456789abcdef';
  const identity = (text: string): string => text;

  it('is masked in the answer in every form', () => {
    const clean = redactorFor(`https://x.example.com/public/opaque%2Bcode/${token}?page=Stryker`, identity);
    expect(clean(`${base64(token)}, opaque%2Bcode, ${base64('opaque%2Bcode')}`)).toBe('***, ***, ***');
    expect(clean('nothing of the page=Stryker was here')).toBe('nothing of the page=Stryker was here');
  });

  it('leaves the rest to the redactor of the client', () => {
    const clean = redactorFor('https://x.example.com/api', (text) => text.replace('known', '***'));
    expect(clean('known and unknown')).toBe('*** and unknown');
  });
});

it('redacts the texts within a value and keeps everything else', () => {
  const clean = createRedactor(['hunter2']);
  const value = { hunter2: ['a hunter2', { deep: 'hunter2', page: 2, no: null, yes: true }], none: [] };
  expect(redactWithin(value, clean)).toEqual({
    hunter2: ['a ***', { deep: '***', page: 2, no: null, yes: true }],
    none: [],
  });
  expect(redactWithin(undefined, clean)).toBeUndefined();
});
