/** The cases for later Grafana servers, written from its sources, against the sandbox's rooms. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRecord } from '../../src/sandbox/grafana/text.ts';
import { basic, sendRaw } from '../support/grafana-replay.ts';
import type { RawAnswer } from '../support/grafana-replay.ts';
import { recordingsDir } from '../support/recordings.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

interface RbacCase {
  readonly name: string;
  readonly as?: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
  readonly expect?: {
    readonly message?: string;
    readonly messageId?: string;
    readonly statusCode?: number;
    readonly body?: unknown;
    readonly body_len?: number;
    readonly first?: Record<string, unknown>;
    readonly error_field?: string;
  };
}

/** Texts of the error constants that a case names. */
const errorTexts: Readonly<Record<string, string>> = {
  ErrPermissionsWithUserAndTeamNotAllowed: 'team and user permissions cannot have an associated role',
  ErrPermissionsWithRoleNotAllowed: 'permissions cannot have both a user and team',
};

/** The description of a real server says that service accounts can be assigned; the case is of a test fixture. */
const fixtureOnly = new Set(['desc-200']);

function cases(): RbacCase[] {
  if (recordingsDir === null) return [];
  const text = readFileSync(resolve(recordingsDir, 'grafana/rbac-cases.json'), 'utf8');
  return JSON.parse(text) as RbacCase[];
}

describe.runIf(recordingsDir !== null)('Grafana cases for later servers against the sandbox', () => {
  let sandbox: TestSandbox;
  const uid = 'search-relevance';
  const people = { Admin: basic('admin', 'admin'), Viewer: basic('viktor', 'viktor-sandbox') };

  beforeAll(async () => {
    sandbox = await testSandbox({ only: ['grafana', 'grafana-7'] });
  });
  afterAll(() => sandbox.close());

  async function ask(
    room: string,
    method: string,
    path: string,
    body: unknown,
    who = people.Admin,
  ): Promise<RawAnswer> {
    const headers = { authorization: who, 'content-type': 'application/json' };
    const bytes = typeof body === 'string' ? body : JSON.stringify(body);
    return sendRaw(
      sandbox.room(room).baseUrl,
      method,
      path,
      headers,
      body === undefined ? undefined : Buffer.from(bytes),
    );
  }

  async function dashboardId(room: string): Promise<string> {
    const answer = JSON.parse(
      (await ask(room, 'GET', `/api/dashboards/uid/${uid}`, undefined)).text,
    ) as unknown;
    return isRecord(answer) && isRecord(answer.dashboard) ? String(answer.dashboard.id) : '';
  }

  /** What a case takes for granted. */
  async function prepare(one: RbacCase, room: string): Promise<void> {
    if (one.name === 'legacy-get-200') {
      // The fixture has five rows; teams 1 and 2 exist in the sandbox, users need not.
      const users = [2, 3, 4].map((userId, index) => ({ userId, permission: [1, 2, 4][index] }));
      const teams = [1, 2].map((teamId, index) => ({ teamId, permission: [1, 4][index] }));
      const path = `/api/dashboards/id/${await rootId(room)}/permissions`;
      expect((await ask(room, 'POST', path, { items: [...users, ...teams] })).status).toBe(200);
    }
    if (one.name === 'pd-already-public') {
      await ask(room, 'POST', `/api/dashboards/uid/${uid}/public-dashboards`, { isEnabled: true });
    }
  }

  async function rootId(room: string): Promise<string> {
    const rows = JSON.parse((await ask(room, 'GET', '/api/search?query=Status%20page', undefined)).text) as {
      id: number;
    }[];
    return String(rows[0]?.id);
  }

  it.for(cases().map((one) => [one.name, one] as const))('%s', async ([name, one]) => {
    const room = name.startsWith('legacy-') ? 'grafana-7' : 'grafana';
    await prepare(one, room);
    const id = name === 'legacy-get-200' ? await rootId(room) : await dashboardId(room);
    const ownUid = one.path.startsWith('/api/folders') ? 'webshop' : uid;
    const path = one.path.replace('{id}', id).replace('{uid}', ownUid);
    const who = one.as === undefined || one.as === 'Admin' ? people.Admin : people.Viewer;
    const answer = await ask(room, one.method, path, one.body, who);
    expect(answer.status, answer.text).toBe(one.status);

    const body: unknown = JSON.parse(answer.text);
    const { message, messageId, statusCode, first, error_field: error } = one.expect ?? {};
    for (const [key, value] of Object.entries({ message, messageId, statusCode })) {
      if (value !== undefined) expect(body).toHaveProperty(key, value);
    }
    if (error !== undefined) expect(body).toHaveProperty('error', errorTexts[error]);
    if (one.expect?.body_len !== undefined) expect(body).toHaveLength(one.expect.body_len);
    if (first !== undefined) expect(body).toMatchObject([first, {}, {}, {}, {}]);
    if (one.expect?.body !== undefined && !fixtureOnly.has(name)) expect(body).toEqual(one.expect.body);
    if (fixtureOnly.has(name)) expect(body).toHaveProperty('permissions', ['View', 'Edit', 'Admin']);
  });
});
