/** Every recorded Datadog scenario against a fresh sandbox: same statuses, same keys, same values but for made-up ones. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordingsDir, recordingsOf } from '../support/recordings.ts';
import type { Exchange } from '../support/recordings.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import { otherKeys } from '../../src/sandbox/datadog/seed.ts';
import { datadogCall } from '../support/datadog.ts';

/** Keys whose values each server makes up; their types still have to agree. */
const madeUp = new Set([
  ...[
    'id',
    'uuid',
    'url',
    'token',
    'public_url',
    'share_token',
    'deleted_dashboard_id',
    'deleted_dashboard_list_id',
  ],
  ...[
    'deleted_public_dashboard_token',
    'org_id',
    'created',
    'modified',
    'created_at',
    'modified_at',
    'edited_at',
  ],
  ...[
    'invitation_expiry',
    'expires_at',
    'author_handle',
    'handle',
    'related',
    'self',
    'total_count',
    'principals',
  ],
]);

/** Nullable keys that depend on who asks. */
const whoAsks = new Set(['author_name', 'name']);

/** Keys that came or went over the years (api/datadog.md §3, §4). */
const gone = new Set(['is_read_only', 'experience_type']);
const arrived = new Set(['embeddable_domains']);

/** What of a file cannot hold, and why. Paths are compared by prefix. */
const exceptions: Readonly<Record<string, { readonly paths: readonly string[]; readonly why: string }>> = {
  'v1-dashboard-lists-get-all-dashboard-lists-returns-ok-response.json': {
    paths: ['dashboard_lists'],
    why: 'the account has other lists too',
  },
  'v1-dashboards-get-all-dashboards-returns-ok-response.json': {
    paths: ['dashboards'],
    why: 'the account has other dashboards too',
  },
  'v2-dashboards-get-usage-stats-for-a-dashboard-returns-ok-response.json': {
    paths: ['data.attributes.author'],
    why: 'another author',
  },
  'v2-dashboards-get-usage-stats-for-all-dashboards-returns-ok-response-with-pagination.json': {
    paths: ['data', 'meta.page', 'links'],
    why: '590 dashboards of a foreign account: rows and page marks are compared by type only',
  },
  'v2-dashboards-get-usage-stats-for-all-dashboards-with-edited-before-filter-returns-ok-response.json': {
    paths: ['data', 'meta.page', 'links'],
    why: '255 dashboards of a foreign account: rows and page marks are compared by type only',
  },
  'v2-restriction-policies-update-a-restriction-policy-returns-ok-response.json': {
    paths: ['data.relationships.permissions.data'],
    why: 'the default permissions of a role are many and change over the years',
  },
  'v2-roles-list-roles-returns-ok-response.json': {
    paths: ['data.relationships.permissions.data', 'data[0].relationships.permissions.data'],
    why: 'the default permissions of a role are many and change over the years',
  },
  'v2-teams-get-all-teams-returns-ok-response-with-pagination.json': {
    paths: ['data', 'meta.pagination', 'links'],
    why: 'the teams of a foreign account',
  },
  'v2-teams-get-all-teams-returns-ok-response.json': {
    paths: ['data', 'meta.pagination.total', 'links'],
    why: 'the account has other teams too',
  },
};

/** Recorded with a service account, whose own address the server puts on the list of an invite share. */
const byServiceAccount = new Set(['v1-dashboards-send-shared-dashboard-invitation-email-returns-ok.json']);

/** What stands for what from the start: the number of the organisation, the address of the service account. */
const known: readonly (readonly [recorded: string, ours: string])[] = [
  ['321813', '310321'],
  ['team-intg-tools-libs-spam@datadoghq.com', 'ci@example.com'],
];

describe.runIf(recordingsDir !== null)('Datadog recordings against the sandbox', () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await testSandbox({ only: ['datadog'] });
  });
  afterAll(() => sandbox.close());

  it.for(recordingsOf('datadog').map((recording) => [recording.file, recording] as const))(
    '%s',
    async ([file, recording]) => {
      const call = datadogCall(sandbox.room('datadog'));
      const learnt = new Map(known);
      const headers = byServiceAccount.has(file)
        ? { authorization: `Bearer ${otherKeys.service.bearer}`, 'content-type': 'application/json' }
        : undefined;
      const loose = exceptions[file]?.paths ?? [];
      for (const exchange of recording.exchanges) {
        const request = mapped(exchange, learnt);
        const answer = await call(request.method, request.path, request.body, headers);
        const title = `${request.method} ${exchange.request.path}`;
        expect(answer.status, `${title}: ${answer.text}`).toBe(exchange.response.status);
        const type = exchange.response.headers['content-type'];
        if (type !== undefined) expect(answer.headers.get('content-type'), title).toBe(type);
        // Only what this scenario made: lists are full of other people's ids.
        if (request.method !== 'GET') learn(exchange.response.body, answer.body, learnt);
        const differences = compare('', exchange.response.body, answer.body, learnt, loose);
        expect(differences, title).toEqual([]);
      }
    },
  );
});

/** A recorded request with the ids and tokens that this sandbox gave out. */
function mapped(exchange: Exchange, learnt: ReadonlyMap<string, string>): Exchange['request'] {
  const replace = (text: string): string => translated(text, learnt);
  const { method, path, body } = exchange.request;
  return {
    method,
    path: replace(path),
    body: body === null ? null : (JSON.parse(replace(JSON.stringify(body))) as unknown),
  };
}

function translated(text: string, learnt: ReadonlyMap<string, string>): string {
  let result = text;
  for (const [recorded, ours] of learnt) result = result.replaceAll(recorded, ours);
  return result;
}

/** Remembers what this sandbox says where the recording has an id or a token. */
function learn(recorded: unknown, ours: unknown, learnt: Map<string, string>, key = ''): void {
  if (typeof recorded === 'object' && recorded !== null && typeof ours === 'object' && ours !== null) {
    for (const [name, value] of Object.entries(recorded)) {
      learn(value, (ours as Record<string, unknown>)[name], learnt, Array.isArray(recorded) ? key : name);
    }
    return;
  }
  const isId = key === 'id' || key === 'token' || key === 'uuid';
  if (isId && (typeof ours === 'string' || typeof ours === 'number') && !learnt.has(String(recorded))) {
    learnt.set(String(recorded), String(ours));
  }
}

function idOf(row: unknown): string {
  return typeof row === 'object' && row !== null && 'id' in row ? String(row.id) : '';
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

/** Differences between a recorded value and ours, as `path: what`. */
function compare(
  path: string,
  recorded: unknown,
  ours: unknown,
  learnt: ReadonlyMap<string, string>,
  loose: readonly string[],
): string[] {
  const key = /([^.[\]]+)(\[\w+\])*$/.exec(path)?.[1] ?? '';
  const isLoose = loose.some(
    (prefix) => path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`),
  );
  if (typeOf(recorded) !== typeOf(ours)) {
    if (whoAsks.has(key) || (isLoose && (recorded === null || ours === null))) return [];
    return [`${path}: ${typeOf(recorded)} recorded, ${typeOf(ours)} here`];
  }
  if (Array.isArray(recorded) && Array.isArray(ours)) {
    if (isLoose) {
      // Among foreign data, rows that this scenario made are compared in full, and one other row by its types.
      const own = recorded.filter((row) => learnt.has(idOf(row)));
      const strict = own.flatMap((row) => {
        const row2: unknown = ours.find((one) => idOf(one) === learnt.get(idOf(row)));
        return compare(`${path}[own]`, row, row2, learnt, []);
      });
      const others = recorded.filter((row) => !own.includes(row));
      if (others.length === 0 || ours.length === 0) return strict;
      return [...strict, ...compare(`${path}[0]`, others[0], ours[0], learnt, loose)];
    }
    if (recorded.length !== ours.length)
      return [`${path}: ${recorded.length} entries recorded, ${ours.length} here`];
    return recorded.flatMap((one, index) => compare(`${path}[${index}]`, one, ours[index], learnt, loose));
  }
  if (typeof recorded === 'object' && recorded !== null && typeof ours === 'object' && ours !== null) {
    // Counts by widget type have the types as keys.
    if (isLoose && /_by_type$/.test(key)) return [];
    const theirs = recorded as Record<string, unknown>;
    const mine = ours as Record<string, unknown>;
    const missing = Object.keys(theirs).filter((name) => !(name in mine) && !gone.has(name));
    const surplus = Object.keys(mine).filter((name) => !(name in theirs) && !arrived.has(name));
    const pagingLinks = isLoose && key === 'links' ? ['next', 'prev'] : [];
    return [
      ...missing.filter((name) => !pagingLinks.includes(name)).map((name) => `${path}.${name}: missing here`),
      ...surplus.filter((name) => !pagingLinks.includes(name)).map((name) => `${path}.${name}: only here`),
      ...Object.keys(theirs)
        .filter((name) => name in mine)
        .flatMap((name) =>
          compare(path === '' ? name : `${path}.${name}`, theirs[name], mine[name], learnt, loose),
        ),
    ];
  }
  if (isLoose || recorded === ours || madeUp.has(key) || whoAsks.has(key)) return [];
  if (typeof recorded === 'string' && translated(recorded, learnt) === ours) return [];
  return [`${path}: ${String(recorded)} recorded, ${String(ours)} here`];
}
