/** Every known case of PostHog's own tests and code against the sandbox: status, keys and values that it states. */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callPosthog, posthogStore } from '../support/posthog.ts';
import type { PosthogAnswer } from '../support/posthog.ts';
import { cases, filled, keyOf, prepare, subject, token } from '../support/posthog-cases.ts';
import type { Case } from '../support/posthog-cases.ts';
import { realClock, testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import { homeProject, posthogKeys } from '../../src/sandbox/posthog/seed.ts';
import type { PosthogState } from '../../src/sandbox/posthog/state.ts';
import type { RoomStore } from '../../src/sandbox/room.ts';

/** What must be true afterwards, by case. */
const aftermath: Readonly<Record<string, (sandbox: TestSandbox, answer: PosthogAnswer) => Promise<void>>> = {
  'hard delete is forbidden': async (sandbox) => {
    expect((await call(sandbox, 'GET', '')).status).toBe(200);
  },
  'soft delete': async (sandbox) => {
    expect((await call(sandbox, 'GET', '')).status).toBe(404);
    expect((await call(sandbox, 'PATCH', '', { name: 'x' })).status).toBe(404);
    const list = await call(sandbox, 'GET', '../');
    expect(list.text).not.toContain(`"id":${subject},`);
  },
  'sharing get before first use': async (sandbox, answer) => {
    const again = await call(sandbox, 'GET', 'sharing/');
    expect(at(again.body, 'access_token')).not.toBe(at(answer.body, 'access_token'));
  },
  'sharing enable': async (sandbox) => {
    expect(at((await call(sandbox, 'GET', '')).body, 'is_shared')).toBe(true);
  },
  'sharing disable': async (sandbox) => {
    expect(at((await call(sandbox, 'GET', '')).body, 'is_shared')).toBe(false);
    expect((await callPosthog(sandbox, 'GET', `/shared/${token}`, undefined, null)).status).toBe(404);
  },
  'refresh rotates': async (sandbox, answer) => {
    expect(at(answer.body, 'access_token')).not.toBe(token);
    const again = await call(sandbox, 'GET', 'sharing/');
    expect(at(again.body, 'access_token')).toBe(at(answer.body, 'access_token'));
  },
  'deep duplicate copies tiles': (_sandbox, answer) => {
    expect(at(answer.body, 'tiles[0].insight.id')).not.toBe(9001);
    return Promise.resolve();
  },
  'duplicate re-links tiles by default': (_sandbox, answer) => {
    expect(at(answer.body, 'tiles[0].insight.id')).toBe(9001);
    return Promise.resolve();
  },
  'create from template': (_sandbox, answer) => {
    expect(at(answer.body, 'tiles.length')).toBe(6);
    return Promise.resolve();
  },
  'list is project-wide': (_sandbox, answer) => {
    const results = at(answer.body, 'results') as readonly { readonly team_id: number }[];
    expect(new Set(results.map((one) => one.team_id))).toEqual(new Set([homeProject]));
    return Promise.resolve();
  },
  'list orders pinned then name and omits tiles': (_sandbox, answer) => {
    const rows = at(answer.body, 'results') as readonly { readonly name: string; readonly pinned: boolean }[];
    const sorted = rows.toSorted(
      (left, right) => Number(right.pinned) - Number(left.pinned) || (left.name < right.name ? -1 : 1),
    );
    expect(rows.map((one) => one.name)).toEqual(sorted.map((one) => one.name));
    return Promise.resolve();
  },
  'no credentials': (_sandbox, answer) => {
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer resource_metadata="/);
    return Promise.resolve();
  },
};

/** Calls below the subject as the member. */
function call(sandbox: TestSandbox, method: string, below: string, body?: unknown): Promise<PosthogAnswer> {
  const path = new URL(`/api/projects/${homeProject}/dashboards/${subject}/${below}`, 'http://x').pathname;
  return callPosthog(sandbox, method, path, body, posthogKeys.member);
}

describe.runIf(cases.length > 0)('PostHog cases against the sandbox', () => {
  let sandbox: TestSandbox;
  let store: RoomStore<PosthogState>;

  beforeAll(async () => {
    sandbox = await testSandbox({ only: ['posthog'] });
    store = await posthogStore(sandbox);
  });
  afterAll(() => sandbox.close());

  it.for(cases.map((one) => [one.name, one] as const))('%s', async ([name, one]) => {
    await store.change((state) => {
      prepare(state, name);
    });
    const path = String(filled(one.path));
    const key = path.startsWith('/shared') ? null : keyOf(name);
    if (name === 'throttled') {
      await throttled(one);
      return;
    }
    const answer = await callPosthog(sandbox, one.method, path, filled(one.body), key);
    expect(answer.status, answer.text).toBe(one.status);
    expect(differences(filled(one.expect), answer)).toEqual([]);
    await aftermath[name]?.(sandbox, answer);
  });
});

/** The limit of a key is a switch of the sandbox; the clock stands seven seconds before its window ends. */
async function throttled(one: Case): Promise<void> {
  const clock = { ...realClock, now: () => 53_000 };
  const strict = await testSandbox({
    only: ['posthog'],
    clock,
    switches: { rateLimit: { requests: 1, seconds: 60 } },
  });
  try {
    await callPosthog(strict, one.method, String(filled(one.path)));
    const answer = await callPosthog(strict, one.method, String(filled(one.path)));
    expect(answer.status).toBe(one.status);
    expect(differences(one.expect, answer)).toEqual([]);
  } finally {
    await strict.close();
  }
}

/** What stands at `a.b`, `a[0].b`, `a.length`; undefined where the path ends early. */
function at(body: unknown, path: string): unknown {
  let here: unknown = body;
  for (const step of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    if (Array.isArray(here) && step === 'length') return here.length;
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string, unknown>)[step];
  }
  return here;
}

/** How an answer differs from what a case expects, as sentences. */
function differences(expected: unknown, answer: PosthogAnswer): string[] {
  if (Array.isArray(expected)) {
    const rows = Array.isArray(answer.body) ? answer.body : [];
    const count =
      rows.length === expected.length ? [] : [`${rows.length} rows instead of ${expected.length}`];
    return [...count, ...expected.flatMap((one, index) => compare(one, rows[index]))];
  }
  const { $body, $header, $envelope, ...rest } = expected as Record<string, unknown>;
  const headers = Object.entries(($header ?? {}) as Record<string, string>);
  const envelope = ($envelope ?? []) as readonly string[];
  return [
    ...($body === 'empty' && answer.text !== '' ? ['a body where none is expected'] : []),
    ...headers
      .filter(([name, value]) => answer.headers.get(name) !== value)
      .map(([name]) => `header ${name}: ${answer.headers.get(name) ?? 'none'}`),
    ...envelope.filter((name) => at(answer.body, name) === undefined).map((name) => `no ${name}`),
    ...compare(rest, answer.body),
  ];
}

function compare(expected: unknown, body: unknown): string[] {
  return Object.entries(expected as Record<string, unknown>).flatMap(([path, value]) => {
    const [, list, rest] = /^(.*)\[\*\]\.(.*)$/.exec(path) ?? [];
    if (list !== undefined && rest !== undefined) {
      const rows = at(body, list);
      return Array.isArray(rows) ? rows.flatMap((row) => compare({ [rest]: value }, row)) : [`no ${list}`];
    }
    const found = at(body, path);
    if (value === 'absent') return found === undefined ? [] : [`${path} is there`];
    if (typeof value === 'string' && value.startsWith('<')) {
      return fits(value, found) ? [] : [`${path}: ${JSON.stringify(found)} is no ${value}`];
    }
    return isDeepStrictEqual(found, value)
      ? []
      : [`${path}: ${JSON.stringify(found)}, not ${JSON.stringify(value)}`];
  });
}

/** The kinds of values that cases describe in words; relations between answers are checked in `aftermath`. */
function fits(description: string, value: unknown): boolean {
  if (description.startsWith('<int')) return Number.isInteger(value);
  if (description.startsWith('<datetime'))
    return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  if (description.startsWith('<string of 16+')) return typeof value === 'string' && value.length >= 16;
  if (description.startsWith('<string') || description.startsWith('<new token'))
    return typeof value === 'string';
  if (description.startsWith('<non-empty array')) return Array.isArray(value) && value.length > 0;
  return value !== undefined;
}
