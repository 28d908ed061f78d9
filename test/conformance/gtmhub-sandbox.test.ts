/** Every Gtmhub case against the sandbox's room. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleIds } from '../../src/sandbox/gtmhub/seed.ts';
import { casesOf, mismatches, sendCase } from '../support/cases.ts';
import type { Case } from '../support/cases.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

const cases = casesOf('gtmhub');

let sandbox: TestSandbox;
let base: string;
let headers: Record<string, string>;
let names: Record<string, string>;

beforeEach(async () => {
  sandbox = await testSandbox({ only: ['gtmhub'] });
  const { env } = sandbox.room('gtmhub');
  base = env['GTMHUB_API_URL'] ?? '';
  headers = {
    authorization: `Bearer ${env['GTMHUB_API_TOKEN'] ?? ''}`,
    'gtmhub-accountid': env['GTMHUB_ACCOUNT_ID'] ?? '',
    'content-type': 'application/json',
  };
  names = {
    TOKEN: env['GTMHUB_API_TOKEN'] ?? '',
    ACC: env['GTMHUB_ACCOUNT_ID'] ?? '',
    PERM: '',
    USER: sampleIds.users.cy,
    ROLE: sampleIds.roles.members,
    DASH: sampleIds.dashboards.board,
    GOAL: sampleIds.goal,
    SESS: sampleIds.session,
    METRIC: sampleIds.metric,
  };
  // The default state of all cases: a permission for AccessInsightboards that one role holds.
  const created = await ask('POST', '/permissions', {
    action: 'AccessInsightboards',
    principals: [names['ROLE']],
  });
  names['PERM'] = (created as { id: string }).id;
});
afterEach(() => sandbox.close());

async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const text = await (await fetch(base + path, { method, headers, ...init })).text();
  return text === '' ? null : JSON.parse(text);
}

async function manner(value: unknown): Promise<void> {
  const { baseUrl } = sandbox.room('gtmhub');
  const answer = await fetch(`${baseUrl}/_manner`, { method: 'PUT', body: JSON.stringify(value) });
  expect(answer.status).toBe(200);
}

const permissionPath = (): string => `/permissions/${names['PERM'] ?? ''}`;

/** What must be true before a case. */
const before: Readonly<Record<string, () => Promise<unknown>>> = {
  'an update replaces the list of principals': () =>
    ask('PUT', permissionPath(), {
      action: 'AccessInsightboards',
      principals: [names['ROLE'], names['USER']],
    }),
  'get a deleted permission': () => ask('DELETE', permissionPath()),
  'subscription lapsed': () => manner({ lapsed: true }),
  'HTML instead of JSON with 200': () => manner({ page: true }),
};

/** What must be true after a case. */
const after: Readonly<Record<string, () => Promise<void>>> = {
  'an update replaces the list of principals': async () => {
    expect(await ask('GET', permissionPath())).toMatchObject({ principals: [names['USER']] });
  },
  'update without a token': async () => {
    expect(await ask('GET', permissionPath())).toMatchObject({ principals: [names['ROLE']] });
  },
  'delete without a token': async () => {
    expect(await ask('GET', permissionPath())).toMatchObject({ id: names['PERM'] });
  },
  'create without an action': async () => {
    const held = (await ask('GET', `/permissions/principal/${names['ROLE'] ?? ''}`)) as string[];
    expect(held).not.toContain(undefined);
    expect(held).toHaveLength(4);
  },
  'set the permissions of a role': async () => {
    expect(await ask('GET', `/permissions/principal/${names['ROLE'] ?? ''}`)).toEqual([
      'AccessGoals',
      'AccessInsightboards',
    ]);
  },
};

describe.runIf(cases.length > 0)('Gtmhub cases against the sandbox', () => {
  it('are all there, and every prepared state belongs to one', () => {
    expect(cases).toHaveLength(23);
    const known = cases.map((one) => one.name);
    for (const name of [...Object.keys(before), ...Object.keys(after)]) expect(known).toContain(name);
  });

  it.each(cases.map((one): [string, Case] => [one.name, one]))('%s', async (name, one) => {
    await before[name]?.();
    const answer = await sendCase(base, one, headers, names);
    expect(mismatches(one, answer, names)).toEqual([]);
    await after[name]?.();
  });
});
