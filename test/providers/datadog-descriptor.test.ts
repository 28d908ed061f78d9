import { expect, test } from 'vitest';
import { datadogDescriptor as datadog, parseSite } from '../../src/providers/datadog/descriptor.ts';
import { readError } from '../../src/providers/datadog/errors.ts';

test.each([
  ['us1', 'datadoghq.com'],
  ['US5', 'us5.datadoghq.com'],
  ['eu', 'datadoghq.eu'],
  ['datadoghq.eu', 'datadoghq.eu'],
  ['https://app.datadoghq.eu', 'datadoghq.eu'],
  ['https://us3.datadoghq.com/dashboard/lists?x=1', 'us3.datadoghq.com'],
  ['api.ap1.datadoghq.com', 'ap1.datadoghq.com'],
  ['gov', 'ddog-gov.com'],
])('the site %s is %s', (raw, site) => {
  expect(parseSite(raw)).toBe(site);
  expect(datadog.defaultBaseUrl({ site })).toBe(`https://api.${site}`);
});

test.each(['', 'datadog.com', 'us9', 'datadoghq.com.example.com', 'evil-datadoghq.com'])(
  '%j is no site, and the known ones are listed',
  (raw) => {
    expect(() => parseSite(raw)).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        hint: expect.stringContaining('us5.datadoghq.com (us5)') as string,
      }) as Error,
    );
    expect(datadog.ownsHost(raw)).toBe(false);
  },
);

test('without a site it is the first one; a known API host tells the web address', () => {
  expect(datadog.defaultBaseUrl({})).toBe('https://api.datadoghq.com');
  expect(datadog.webUrl({}, 'https://api.datadoghq.eu')).toBe('https://app.datadoghq.eu');
  expect(datadog.webUrl({ site: 'us5.datadoghq.com' }, 'https://outbound.example.com')).toBe(
    'https://us5.datadoghq.com',
  );
  expect(datadog.webUrl({}, 'http://127.0.0.1:4400/datadog')).toBe('http://127.0.0.1:4400/datadog');
});

test.each([
  ['https://app.datadoghq.com/dashboard/abc-def-ghi/checkout-latency?from_ts=1', 'dashboard', 'abc-def-ghi'],
  ['https://app.datadoghq.com/dashboard/abc-def-ghi', 'dashboard', 'abc-def-ghi'],
  ['http://127.0.0.1:4400/datadog/dashboard/abc-def-ghi/x', 'dashboard', 'abc-def-ghi'],
  [
    'https://p.datadoghq.com/sb/fasjyydbcgwwc2uc-4893b23e8e8483063cfae1c21abb8de1',
    'share',
    'fasjyydbcgwwc2uc-4893b23e8e8483063cfae1c21abb8de1',
  ],
  [
    'https://p.datadoghq.com/sb/fasjyydbcgwwc2uc-4893b23e8e8483063cfae1c21abb8de1?tpl_var_env=x',
    'share',
    'fasjyydbcgwwc2uc-4893b23e8e8483063cfae1c21abb8de1',
  ],
])('%s is a %s', (address, kind, id) => {
  expect(datadog.readAddress(new URL(address))).toEqual({ kind, id });
});

test.each([
  'https://app.datadoghq.com/dashboard/lists',
  'https://app.datadoghq.com/monitors/1',
  'https://app.datadoghq.com/',
  'https://p.datadoghq.com/sb/short',
])('%s is nothing that dashctl knows', (address) => {
  expect(datadog.readAddress(new URL(address))).toBeNull();
});

test('owns the hosts of its sites only', () => {
  for (const host of ['app.datadoghq.com', 'p.datadoghq.eu', 'us3.datadoghq.com', 'DATADOGHQ.COM']) {
    expect(datadog.ownsHost(host)).toBe(true);
  }
  for (const host of ['grafana.example.com', 'app.datadoghq.com.example.com'])
    expect(datadog.ownsHost(host)).toBe(false);
});

test('names the half of the credentials that is missing', () => {
  expect(datadog.missingSecrets({ apiKey: 'a', appKey: 'b' }, {})).toBeNull();
  expect(datadog.missingSecrets({ token: 't' }, {})).toBeNull();
  expect(datadog.missingSecrets({ apiKey: 'a' }, {})).toMatch(/application key.*DD_APP_KEY/);
  expect(datadog.missingSecrets({ appKey: 'a', apiKey: '' }, {})).toMatch(/API key.*DD_API_KEY/);
  expect(datadog.missingSecrets({}, {})).toMatch(/DD_API_KEY and DD_APP_KEY, or DD_BEARER_TOKEN/);
});

test.each([
  [
    '{"errors":["Forbidden","Failed permission authorization checks"]}',
    'application/json',
    'Forbidden; Failed permission authorization checks',
  ],
  [
    '{"errors":[{"status":"404","title":"Not Found","detail":"No such share"}]}',
    'application/json',
    'Not Found: No such share',
  ],
  ['{"errors":[],"message":"Too many"}', 'application/json', 'Too many'],
  ['{"error":"quota"}', 'application/json', 'quota'],
  ['upstream says no', 'text/plain', 'upstream says no'],
])('reads the message out of %s', (body, type, message) => {
  expect(readError(400, body, type)).toEqual({ message });
});

test.each([
  ['<html><title>429</title></html>', 'text/html'],
  ['', 'application/json'],
  ['[1]', 'application/json'],
  ['{"errors":"odd"}', 'application/json'],
])('reads nothing out of %j', (body, type) => {
  expect(readError(429, body, type)).toEqual({});
});
