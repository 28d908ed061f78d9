/** Every Syntho case against the sandbox's room. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anaLogin, otherLogins } from '../../src/sandbox/syntho/seed.ts';
import { casesOf, mismatches, sendCase } from '../support/cases.ts';
import type { Case } from '../support/cases.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

const cases = casesOf('syntho');

/** Keys of the sample content: Ana owns workspace 1, Cy edits it, Emil and Bo have no access. */
const names = { WS: 1, WS2: 2, U2: 5, U3: 4, PK: 2 };

let sandbox: TestSandbox;
let base: string;
let headers: Record<string, string>;

beforeEach(async () => {
  sandbox = await testSandbox({ only: ['syntho'] });
  base = sandbox.room('syntho').baseUrl;
  headers = await logIn(anaLogin);
});
afterEach(() => sandbox.close());

async function logIn(login: {
  readonly email: string;
  readonly password: string;
}): Promise<Record<string, string>> {
  const answer = await fetch(`${base}/api/v1/auth/`, { method: 'POST', body: JSON.stringify(login) });
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
  const token = cookies.find((cookie) => cookie.startsWith('csrftoken='))?.slice('csrftoken='.length) ?? '';
  return {
    cookie: cookies.join('; '),
    'x-csrftoken': token,
    referer: `${base}/`,
    'content-type': 'application/json',
  };
}

interface Row {
  readonly workspace: number;
  readonly user: number;
  readonly role: string;
}

async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const text = await (await fetch(base + path, { method, headers, ...init })).text();
  return text === '' ? null : JSON.parse(text);
}

const rows = async () => (await ask('GET', '/api/v1/workspace_permissions/')) as Row[];
const rolesIn = async (workspace: number) =>
  Object.fromEntries(
    (await rows()).filter((row) => row.workspace === workspace).map((row) => [row.user, row.role]),
  );

/** What must be true before a case. */
const before: Readonly<Record<string, () => Promise<unknown>>> = {
  'grant the same user twice': () =>
    ask('POST', '/api/v1/workspace_permissions/', { workspace: names.WS, user: names.U2, role: 'EDITOR' }),
  // Ana edits workspace 3; the row is Dora's there.
  'change as a non-owner': () => Promise.resolve(),
};

/** Placeholders that a case needs otherwise. */
const own: Readonly<Record<string, Partial<typeof names>>> = { 'change as a non-owner': { PK: 7 } };

/** What must be true after a case. */
const after: Readonly<Record<string, () => Promise<void>>> = {
  'transfer and keep nothing': async () => {
    headers = await logIn(otherLogins.bo);
    expect(await rolesIn(names.WS)).toEqual({ 2: 'OWNER', 3: 'EDITOR', 4: 'READER' });
  },
  'transfer and keep read access': async () => {
    expect(await rolesIn(names.WS)).toEqual({ 1: 'READER', 2: 'OWNER', 3: 'EDITOR', 4: 'READER' });
  },
  'remove a row': async () => {
    expect(await rolesIn(names.WS)).toEqual({ 1: 'OWNER', 4: 'READER' });
  },
  'create on a path without the final slash': async () => {
    expect(await rolesIn(names.WS)).toEqual({ 1: 'OWNER', 3: 'EDITOR', 4: 'READER' });
  },
  'change without the CSRF token': async () => {
    expect(await rolesIn(names.WS)).toMatchObject({ 3: 'EDITOR' });
  },
};

describe.runIf(cases.length > 0)('Syntho cases against the sandbox', () => {
  it('are all there, and every prepared state belongs to one', () => {
    expect(cases).toHaveLength(24);
    const known = cases.map((one) => one.name);
    for (const name of [...Object.keys(before), ...Object.keys(own), ...Object.keys(after)]) {
      expect(known).toContain(name);
    }
  });

  it.each(cases.map((one): [string, Case] => [one.name, one]))('%s', async (name, one) => {
    await before[name]?.();
    const placeholders = { ...names, ...own[name] };
    const answer = await sendCase(base, one, headers, placeholders);
    expect(mismatches(one, answer, placeholders)).toEqual([]);
    await after[name]?.();
  });
});
