/** Whatever a person types, a file holds or a server sends: a value, or an error that is one of ours. Never anything else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readJsonFile } from '../../src/config/settings-file.ts';
import { DashctlError } from '../../src/errors.ts';
import { parseBaseUrl } from '../../src/http/address.ts';
import { parseHttpDate, rateLimitReset, retryAfter, toldWait, withJitter } from '../../src/http/wait.ts';
import { parseEmail } from '../../src/model/email.ts';
import { formatGrantSpec, parseGrant, parseGrants, parseLevel } from '../../src/model/grant-text.ts';
import { jsonObjectText, parseJsonText } from '../../src/model/json-text.ts';
import { formatPrincipalSpec, parsePrincipal } from '../../src/model/principal-text.ts';
import { checkProfileName } from '../../src/model/profile-name.ts';
import { parseReference } from '../../src/model/ref.ts';
import { isoTime, parseFuture } from '../../src/model/span.ts';
import { checkDashboardId as datadogDashboard, checkShareToken } from '../../src/providers/datadog/ids.ts';
import { checkReference, readId, readSlug } from '../../src/providers/grafana/ids.ts';
import { checkId } from '../../src/providers/gtmhub/ids.ts';
import { checkPasswordId, checkUuid, readDashboardId } from '../../src/providers/posthog/ids.ts';
import { descriptors } from '../../src/providers/registry.ts';
import { checkKey } from '../../src/providers/syntho/api.ts';
import { tried } from '../support/laws.ts';

const now = Date.UTC(2026, 10, 22, 3, 0, 0);

/** Pieces that the grammars are made of, and what breaks them, in any order. */
const piece = fc.constantFrom(
  ...['user:', 'team#', 'role:', 'org', 'everyone', '=', 'view', 'native:', 'none', ',', '/', ':', '#', '@'],
  ...[
    'https://',
    'app.datadoghq.com',
    '/dashboard/abc-def-ghi',
    '/d/',
    '..',
    '%2e',
    '%',
    '?',
    '\\',
    '12',
    '3-12',
  ],
  ...['7d', '1mo', 'never', '2026-11-22', 'T00:00', 'Z', '-', '+', '.', ' ', '\t', '\n', '\u0000', '\ud800'],
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    'null',
    '1e400',
    '\ufeff',
    '__proto__',
    'ana@example.com',
    '\u202e',
    '０',
    '日本',
  ],
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 20 }),
);

/** The value, or the error that was thrown, which must be one of ours. */
function typed<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    expect(error).toBeInstanceOf(DashctlError);
    return null;
  }
}

describe('what people type is read or refused with an error of ours', () => {
  const parsers: Readonly<Record<string, (text: string) => unknown>> = {
    reference: (one) => parseReference(one, ['prod', 'sandbox-datadog']),
    span: (one) => parseFuture(one, now),
    time: isoTime,
    grant: parseGrant,
    grants: (one) => parseGrants([one, `team:sre=view`, one]),
    level: parseLevel,
    principal: parsePrincipal,
    email: parseEmail,
    'profile name': checkProfileName,
    'base URL': parseBaseUrl,
    'Datadog dashboard': datadogDashboard,
    'Datadog token': checkShareToken,
    'Grafana reference': (one) => {
      checkReference(one, 'dashboard');
    },
    'Grafana id': readId,
    'Grafana slug': readSlug,
    'PostHog dashboard': readDashboardId,
    'PostHog uuid': (one) => checkUuid(one, 'member'),
    'PostHog password': checkPasswordId,
    'Gtmhub id': (one) => checkId(one, 'permission'),
    'Syntho key': (one) => checkKey(one, 'row'),
    JSON: (one) => parseJsonText(one, 'body.json'),
    'JSON object': (one) => jsonObjectText(one, 'body.json'),
  };

  it.each(Object.entries(parsers))('%s', (_name, parse) => {
    fc.assert(
      fc.property(text, (one) => {
        typed(() => parse(one));
      }),
      tried(2_000),
    );
  });

  it('an address of a browser', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), text), (one) => {
        if (!URL.canParse(one)) return;
        for (const descriptor of descriptors) typed(() => descriptor.readAddress(new URL(one)));
      }),
      tried(1_000),
    );
  });
});

it('what was read as a grant or a principal reads back the same from its text', () => {
  fc.assert(
    fc.property(text, (one) => {
      const principal = typed(() => parsePrincipal(one));
      if (principal !== null) expect(parsePrincipal(formatPrincipalSpec(principal))).toEqual(principal);
      const grant = typed(() => parseGrant(one));
      if (grant !== null) expect(parseGrant(formatGrantSpec(grant))).toEqual(grant);
    }),
    tried(1_000),
  );
});

describe('headers that tell how long to wait', () => {
  const value = fc.oneof(
    text,
    fc.integer({ min: -10, max: 2_000_000_000 }).map(String),
    fc.double({ min: 0, max: 1e20 }).map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    fc.constantFrom('', ' 5 ', '0x10', '5xyz', 'junk 1', 'Infinity', 'NaN', '1e9', '99999999999999999999'),
  );
  const header = fc.option(fc.oneof(value, fc.array(value, { maxLength: 3 })), { nil: undefined });
  const headers = fc.record({ 'retry-after': header, 'x-ratelimit-reset': header, date: header });

  it('give a positive, finite wait or none, and jitter never shortens it', () => {
    fc.assert(
      fc.property(
        headers,
        fc.constantFrom(429, 503),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (one, status, random) => {
          for (const wait of [retryAfter(one, now), rateLimitReset(one, now), toldWait(one, now, status)]) {
            if (wait === null) continue;
            expect(wait).toBeGreaterThan(0);
            expect(Number.isFinite(wait)).toBe(true);
            expect(withJitter(wait, random)).toBeGreaterThanOrEqual(wait);
          }
        },
      ),
      tried(1_000),
    );
  });

  it('read every date that HTTP writes, and junk as no date', () => {
    const seconds = fc.integer({ min: Date.UTC(1971, 0) / 1000, max: Date.UTC(2070, 0) / 1000 });
    fc.assert(
      fc.property(seconds, text, (second, junk) => {
        expect(parseHttpDate(new Date(second * 1000).toUTCString(), now)).toBe(second * 1000);
        const read = parseHttpDate(junk, now);
        expect(read === null || Number.isFinite(read)).toBe(true);
      }),
      tried(1_000),
    );
  });
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dashctl-law-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('settings are an object or refused, and are left as they are', async () => {
    const path = join(folder, 'settings.json');
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.oneof(fc.json(), text).map((one) => new TextEncoder().encode(one)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        writeFileSync(path, content, { mode: 0o600 });
        try {
          const read = await readJsonFile(path, () => undefined);
          expect(typeof read).toBe('object');
        } catch (error) {
          expect(error).toBeInstanceOf(DashctlError);
        }
        expect(new Uint8Array(readFileSync(path))).toEqual(new Uint8Array(content));
      }),
      tried(1_000),
    );
  });
});
