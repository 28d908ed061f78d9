import { describe, expect, it } from 'vitest';
import { grafanaDescriptor, parseGeneration, parseOrgId } from '../../src/providers/grafana/descriptor.ts';
import { readGrafanaError } from '../../src/providers/grafana/errors.ts';
import { absoluteUrl, levelFromNumber, permissionFromSpec } from '../../src/providers/grafana/map.ts';
import { credentialOf } from '../../src/providers/grafana/session.ts';
import { failureOf, grafanaAccount } from '../support/grafana-account.ts';

describe('addresses', () => {
  it.each([
    ['https://grafana.example.com/d/abc-1/a-title', 'dashboard', 'abc-1'],
    ['https://grafana.example.com/d/abc_1', 'dashboard', 'abc_1'],
    ['https://example.com/tools/grafana/d/abc/x?orgId=1&viewPanel=2', 'dashboard', 'abc'],
    ['https://grafana.example.com/d-solo/abc/x?panelId=2', 'dashboard', 'abc'],
    ['https://grafana.example.com/dashboards/f/ops/operations', 'folder', 'ops'],
    ['https://grafana.example.com/dashboards/f/d/x', 'folder', 'd'],
    ['https://grafana.example.com/public-dashboards/0123abcd', 'share', '0123abcd'],
    ['https://grafana.example.com/dashboard/db/old-slug', 'dashboard', 'slug:old-slug'],
  ])('%s', (address, kind, id) => {
    expect(grafanaDescriptor.readAddress(new URL(address))).toEqual({ kind, id });
  });

  it.each([
    'https://grafana.example.com/',
    'https://grafana.example.com/d',
    'https://grafana.example.com/explore',
  ])('%s means nothing', (address) => {
    expect(grafanaDescriptor.readAddress(new URL(address))).toBeNull();
  });

  it('belong to Grafana Cloud by their host', () => {
    expect(['acme.grafana.net', 'a.b.grafana.net'].map((host) => grafanaDescriptor.ownsHost(host))).toEqual([
      true,
      true,
    ]);
    expect(
      ['grafana.net', 'evilgrafana.net', 'acme.grafana.net.example.com'].map((host) =>
        grafanaDescriptor.ownsHost(host),
      ),
    ).toEqual([false, false, false]);
  });

  it('carry the sub path once', () => {
    const account = grafanaAccount('https://example.com/grafana');
    expect(absoluteUrl(account, '/grafana/d/a/b')).toBe('https://example.com/grafana/d/a/b');
    expect(absoluteUrl(account, '/d/a/b')).toBe('https://example.com/grafana/d/a/b');
    expect(absoluteUrl(account, 'javascript:alert(1)')).toBeNull();
  });
});

describe('settings and secrets', () => {
  it('take organizations as positive whole numbers only', () => {
    expect(parseOrgId(' 12 ')).toBe('12');
    for (const raw of ['0', '-1', '1.5', 'abc', '', '01', '9007199254740993']) {
      expect(() => parseOrgId(raw)).toThrow(/organization id/);
    }
  });

  it('take the four generations', () => {
    expect(parseGeneration('UID')).toBe('uid');
    expect(() => parseGeneration('v2')).toThrow(/acl, permissions, uid, access-control|no generation/);
  });

  it('say what is missing, by the names of the variables', () => {
    expect(grafanaDescriptor.missingSecrets({}, {})).toMatch(/GRAFANA_TOKEN.*GRAFANA_PASSWORD/);
    for (const key of ['token', 'auth'])
      expect(grafanaDescriptor.missingSecrets({ [key]: 'x' }, {})).toBeNull();
    expect(grafanaDescriptor.missingSecrets({ password: 'x' }, {})).toMatch(/GRAFANA_USER.*--login/);
    expect(grafanaDescriptor.missingSecrets({ password: 'x' }, { user: 'ana' })).toBeNull();
  });

  it('become the header that servers take', async () => {
    const base = grafanaAccount('https://grafana.example.com', {}, { orgId: '3' });
    const withSecrets = (secrets: Record<string, string>, user = ''): Record<string, string> => ({
      ...credentialOf({ ...base, settings: { ...base.settings, user }, secrets }).headers,
    });
    const pair = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
    expect(withSecrets({ token: 't' })).toEqual({ authorization: 'Bearer t' });
    expect(withSecrets({ auth: 'glsa_x' })).toEqual({ authorization: 'Bearer glsa_x' });
    expect(withSecrets({ auth: 'ana:p:w' })).toEqual({
      authorization: pair('ana:p:w'),
      'x-grafana-org-id': '3',
    });
    expect(withSecrets({ password: 'pä' }, 'ana')).toEqual({
      authorization: pair('ana:pä'),
      'x-grafana-org-id': '3',
    });
    expect(withSecrets({ token: 't', password: 'p' }, 'ana')).toEqual({ authorization: 'Bearer t' });
    const failure = await failureOf(Promise.resolve().then(() => withSecrets({ password: 'p' })));
    expect([failure.code, failure.hint]).toEqual(['no-credentials', expect.stringMatching(/GRAFANA_USER/)]);
  });
});

describe('levels', () => {
  it('map one to one, and nothing is rounded', () => {
    expect([1, 2, 4].map((number) => levelFromNumber(number).level)).toEqual(['view', 'edit', 'admin']);
    for (const number of [0, 3, 5, 8, -1, 1.5]) {
      expect(levelFromNumber(number)).toEqual({ level: null, native: `unknown (${number})` });
    }
    expect(permissionFromSpec({ native: 'Edit' })).toBe(2);
    expect(() => permissionFromSpec({ native: 'Owner' })).toThrow(/no level "Owner"/);
    expect(() => permissionFromSpec({ level: 'none' })).toThrow(/no level "none"/);
  });
});

describe('error bodies', () => {
  it.each([
    [404, '{"message":"Dashboard not found","status":"not-found"}', 'Dashboard not found'],
    [500, '{"error":"boom","message":"Failed to create permission"}', 'Failed to create permission: boom'],
    [
      422,
      '[{"fieldNames":["Dashboard"],"classification":"RequiredError","message":"Required"}]',
      'Dashboard: Required',
    ],
    [
      400,
      '{"statusCode":400,"messageId":"resourcePermissions.invalidPermission","message":"Permission [x] is invalid"}',
      'Permission [x] is invalid',
    ],
  ])('%i %s', (status, body, message) => {
    expect(readGrafanaError(status, body).message).toBe(message);
  });

  it('keep the message id, and leave text and HTML to the status', () => {
    expect(readGrafanaError(400, '{"messageId":"a.b","message":"m"}').details).toEqual({ messageId: 'a.b' });
    expect(readGrafanaError(400, '400 Bad Request').message).toBeUndefined();
    expect(readGrafanaError(502, '<html>').message).toBeUndefined();
  });

  it('tell the two kinds of 412 apart', () => {
    const stale = readGrafanaError(412, '{"message":"changed","status":"version-mismatch"}');
    const taken = readGrafanaError(412, '{"message":"exists","status":"name-exists"}');
    expect([stale.code, taken.code]).toEqual(['conflict', 'conflict']);
    expect(stale.hint).toMatch(/repeat the change/);
    expect(taken.hint).toMatch(/another title/);
  });
});
