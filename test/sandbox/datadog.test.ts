/** What the Datadog room does beyond the recordings; what is assumed there stands in docs/sandbox.md. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminKeys, otherKeys, seedDatadog } from '../../src/sandbox/datadog/seed.ts';
import { at, datadogCall, textAt } from '../support/datadog.ts';
import type { DatadogCall } from '../support/datadog.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let call: DatadogCall;
beforeAll(async () => {
  sandbox = await testSandbox({ only: ['datadog'] });
  call = datadogCall(sandbox.room('datadog'));
});
afterAll(() => sandbox.close());

const note = { definition: { type: 'note', content: 'Hello' } };

async function newDashboard(layout = 'ordered', title = 'For a test'): Promise<string> {
  const { body } = await call('POST', '/api/v1/dashboard', { title, layout_type: layout, widgets: [] });
  return textAt(body, 'id');
}

async function newShare(body: object, layout = 'ordered'): Promise<string> {
  const dashboard_type = layout === 'free' ? 'custom_screenboard' : 'custom_timeboard';
  const sent = { dashboard_id: await newDashboard(layout), dashboard_type, ...body };
  return textAt((await call('POST', '/api/v1/dashboard/public', sent)).body, 'token');
}

async function ids(query: string): Promise<string[]> {
  const { body } = await call('GET', `/api/v1/dashboard${query}`);
  return (at(body, 'dashboards') as { id: string }[]).map((one) => one.id);
}

describe('the seed', () => {
  it('is the same for the same moment and holds what a newcomer wants to try', () => {
    const now = Date.parse('2026-11-22T00:00:00Z');
    const state = seedDatadog(now);
    expect(seedDatadog(now)).toEqual(state);
    const live = state.dashboards.filter((one) => one.deleted === null);
    expect(live.length).toBeGreaterThanOrEqual(14);
    expect(state.dashboards.length - live.length).toBe(2);
    expect(new Set(state.dashboards.map((one) => one.id)).size).toBe(state.dashboards.length);
    for (const one of state.dashboards) expect(one.id).toMatch(/^[0-9a-z]{3}-[0-9a-z]{3}-[0-9a-z]{3}$/);
    expect(state.users.every((user) => user.email.endsWith('@example.com'))).toBe(true);
    for (const time of state.dashboards.flatMap((one) => [
      one.created,
      one.modified,
      one.deleted ?? one.created,
    ])) {
      expect(Date.parse(time)).toBeLessThan(now);
    }
    expect(new Set(state.shares.map((share) => share.shareType))).toEqual(
      new Set(['open', 'invite', 'embed']),
    );
    expect(state.shares.some((share) => share.status === 'paused')).toBe(true);
    for (const resource of Object.keys(state.policies)) {
      expect(live.map((one) => `dashboard:${one.id}`)).toContain(resource);
    }
  });

  it('opens with the credentials that it hands out', async () => {
    const { env, baseUrl } = sandbox.room('datadog');
    expect(env).toEqual({ DD_API_KEY: adminKeys.apiKey, DD_APP_KEY: adminKeys.appKey, DD_HOST: baseUrl });
    expect(await call('GET', '/api/v2/current_user')).toMatchObject({
      status: 200,
      body: { data: { attributes: { email: 'ana@example.com' } } },
    });
  });
});

describe('access', () => {
  const keys = (api: string, app: string): Record<string, string> => ({
    'dd-api-key': api,
    'dd-application-key': app,
  });

  it.each([
    ['no keys', {}],
    ['a wrong API key', keys('wrong', adminKeys.appKey)],
    ['a wrong application key', keys(adminKeys.apiKey, 'wrong')],
    ['no application key', { 'dd-api-key': adminKeys.apiKey }],
    ['a wrong token', { authorization: 'Bearer wrong' }],
  ])('refuses %s with 403', async (_what, headers) => {
    const answer = await call('GET', '/api/v1/dashboard', undefined, headers);
    expect(answer).toMatchObject({ status: 403, body: { errors: ['Forbidden'] } });
    const write = await call('POST', '/api/v1/dashboard', { title: 'x' }, headers);
    expect(write).toMatchObject({ status: 403, body: { errors: ['Forbidden'] } });
  });

  it('checks an API key alone, both keys together', async () => {
    const apiOnly = { 'dd-api-key': adminKeys.apiKey };
    expect(await call('GET', '/api/v1/validate', undefined, apiOnly)).toMatchObject({
      status: 200,
      body: { valid: true },
    });
    expect((await call('GET', '/api/v2/validate_keys', undefined, apiOnly)).status).toBe(403);
    expect(await call('GET', '/api/v2/validate_keys')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('takes a bearer token, but not where only keys are taken', async () => {
    const bearer = { authorization: `Bearer ${adminKeys.bearer}` };
    expect((await call('GET', '/api/v1/dashboard', undefined, bearer)).status).toBe(200);
    expect(await call('GET', '/api/v2/current_user', undefined, bearer)).toMatchObject({
      status: 401,
      body: { errors: ['Unauthorized'] },
    });
  });

  it('lets a reader read only', async () => {
    const reader = keys(adminKeys.apiKey, otherKeys.reader.appKey);
    expect((await call('GET', '/api/v1/dashboard', undefined, reader)).status).toBe(200);
    const body = { title: 'x', layout_type: 'ordered', widgets: [] };
    expect(await call('POST', '/api/v1/dashboard', body, reader)).toMatchObject({
      status: 403,
      body: { errors: ['Forbidden', 'Failed permission authorization checks'] },
    });
  });
});

describe('dashboards', () => {
  it('come back as they were sent: unknown keys, order, long integers, 1.0', async () => {
    const future = '{"1e400":1.0,"deep":[{"id":9007199254740993}]}';
    const sent =
      '{"title":"Exact","layout_type":"ordered","widgets":[{"id":9223372036854775807,"definition":{"type":"note","content":"a"}}],' +
      `"future":${future},"notify_list":[]}`;
    const { body } = await call('POST', '/api/v1/dashboard', sent);
    const id = textAt(body, 'id');
    const read = await call('GET', `/api/v1/dashboard/${id}`);
    expect(read.text).toContain(`"future":${future}`);
    expect(read.text).toContain('"id":9223372036854775807');
    expect(read.body).toMatchObject({
      notify_list: [],
      description: null,
      template_variables: null,
      restricted_roles: [],
    });
    expect(read.body).not.toHaveProperty('tags');
    expect(read.body).not.toHaveProperty('is_read_only');
    expect((await call('PUT', `/api/v1/dashboard/${id}`, read.text)).status).toBe(200);
    const again = await call('GET', `/api/v1/dashboard/${id}`);
    const withoutTime = (text: string): string => text.replace(/"modified_at":"[^"]*"/, '');
    expect(withoutTime(again.text)).toBe(withoutTime(read.text));
  });

  it('are replaced whole: what is not sent is gone', async () => {
    const first = {
      title: 'Whole',
      layout_type: 'ordered',
      widgets: [note],
      tags: ['team:sre'],
      description: 'x',
    };
    const id = textAt((await call('POST', '/api/v1/dashboard', first)).body, 'id');
    const { body } = await call('PUT', `/api/v1/dashboard/${id}`, {
      title: 'New',
      layout_type: 'ordered',
      widgets: [],
    });
    expect(body).toMatchObject({
      id,
      title: 'New',
      description: null,
      widgets: [],
      url: `/dashboard/${id}/new`,
    });
    expect(body).not.toHaveProperty('tags');
  });

  it('resolve positions in tabs to widgets, and drop what is set to null', async () => {
    const tabs = [{ name: 'First', widget_ids: ['@2'] }];
    const sent = {
      title: 'T',
      layout_type: 'ordered',
      widgets: [note, note],
      tabs,
      tags: null,
      default_timeframe: null,
    };
    const { body } = await call('POST', '/api/v1/dashboard', sent);
    expect(at(body, 'tabs', 0, 'widget_ids', 0)).toBe(at(body, 'widgets', 1, 'id'));
    expect(textAt(body, 'tabs', 0, 'id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(body).not.toHaveProperty('tags');
    expect(body).not.toHaveProperty('default_timeframe');
    const outside = { ...sent, tabs: [{ name: 'First', widget_ids: ['@3'] }] };
    expect((await call('POST', '/api/v1/dashboard', outside)).status).toBe(400);
  });

  it('give widgets in groups an id too', async () => {
    const group = { definition: { type: 'group', layout_type: 'ordered', widgets: [note] } };
    const { body } = await call('POST', '/api/v1/dashboard', {
      title: 'G',
      layout_type: 'ordered',
      widgets: [group],
    });
    expect(at(body, 'widgets', 0, 'id')).toBeTypeOf('number');
    expect(at(body, 'widgets', 0, 'definition', 'widgets', 0, 'id')).toBeTypeOf('number');
  });

  it.each([
    ['no title', { layout_type: 'ordered', widgets: [] }, "'title' is a required field"],
    [
      'a strange layout',
      { title: 'x', layout_type: 'round', widgets: [] },
      "'layout_type' must be one of: ordered, free",
    ],
    ['no widgets', { title: 'x', layout_type: 'ordered' }, "'widgets' is a required field"],
    [
      'another tag',
      { title: 'x', layout_type: 'free', widgets: [], tags: ['env:x'] },
      'Invalid tag format. Valid tag keys are: team.',
    ],
    [
      'unknown roles',
      { title: 'x', layout_type: 'free', widgets: [], restricted_roles: ['x'] },
      "'restricted_roles' must consist only of valid Role UUIDs",
    ],
    [
      'an empty default',
      { title: 'x', layout_type: 'free', widgets: [], template_variables: [{ name: 'a', defaults: [''] }] },
      "'template_variables' is invalid",
    ],
    [
      'value and values in a preset',
      {
        title: 'x',
        layout_type: 'free',
        widgets: [],
        template_variable_presets: [
          { name: 'p', template_variables: [{ name: 'a', value: 'b', values: ['b'] }] },
        ],
      },
      "'template_variable_presets' is invalid",
    ],
    ['no JSON', '{', 'Invalid JSON in the request body'],
  ])('are refused with %s', async (_what, body, error) => {
    expect(await call('POST', '/api/v1/dashboard', body)).toMatchObject({
      status: 400,
      body: { errors: [error] },
    });
  });

  it('are listed page by page, without a total', async () => {
    const all = await ids('');
    expect([...(await ids('?count=5')), ...(await ids('?count=100&start=5'))]).toEqual(all);
    expect(await ids(`?start=${all.length}`)).toEqual([]);
  });

  it('are filtered by share and by trash, not by both', async () => {
    const shared = await ids('?filter%5Bshared%5D=true');
    const unshared = await ids('?filter%5Bshared%5D=false');
    expect(shared).toContain('c4t-9kx-2mq');
    expect([...shared, ...unshared].sort()).toEqual((await ids('')).sort());
    expect(await ids('?filter%5Bdeleted%5D=true')).toContain('e8q-1cy-7lm');
    expect((await call('GET', '/api/v1/dashboard?filter[shared]=true&filter[deleted]=true')).status).toBe(
      400,
    );
  });

  it('are deleted and restored in bulk, all or nothing', async () => {
    const [one, two] = [await newDashboard(), await newDashboard()];
    const data = (...wanted: string[]): object => ({ data: wanted.map((id) => ({ id, type: 'dashboard' })) });
    const failed = await call('DELETE', '/api/v1/dashboard', data(one, 'aaa-aaa-aaa'));
    expect(failed).toMatchObject({
      status: 404,
      body: { errors: ['Dashboard with ID aaa-aaa-aaa not found'] },
    });
    expect(await ids('')).toContain(one);
    const done = await call('DELETE', '/api/v1/dashboard', data(one, two));
    expect(done).toMatchObject({ status: 204, text: '' });
    expect(done.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await ids('?filter%5Bdeleted%5D=true')).toEqual(expect.arrayContaining([one, two]));
    expect((await call('PATCH', '/api/v1/dashboard', data(one, 'aaa-aaa-aaa'))).status).toBe(404);
    expect(await ids('')).not.toContain(one);
    expect((await call('PATCH', '/api/v1/dashboard', data(one, two))).status).toBe(204);
    expect(await ids('')).toEqual(expect.arrayContaining([one, two]));
  });
});

describe('shares', () => {
  it('start with the recorded defaults', async () => {
    const token = await newShare({});
    const { body } = await call('GET', `/api/v1/dashboard/public/${token}`);
    expect(body).toMatchObject({
      share_type: 'open',
      status: 'active',
      title: 'For a test',
      share_list: null,
      invitees: [],
      expiration: null,
      global_time: null,
      global_time_selectable_enabled: false,
      selectable_template_vars: null,
      viewing_preferences: {},
      session_duration_in_days: null,
      embeddable_domains: [],
      public_url: `https://sandbox-datadog.example.com/sb/${token}`,
    });
    expect(token).toMatch(/^[0-9a-z]{16}-[0-9a-f]{32}$/);
  });

  it('change only what a PUT says', async () => {
    const token = await newShare({
      share_type: 'invite',
      share_list: ['a@example.com'],
      global_time: { live_span: '1h' },
    });
    const before = (await call('GET', `/api/v1/dashboard/public/${token}`)).body as Record<string, unknown>;
    const paused = await call('PUT', `/api/v1/dashboard/public/${token}`, { status: 'paused' });
    expect(paused.body).toEqual({ ...before, status: 'paused' });
    const expiring = await call('PUT', `/api/v1/dashboard/public/${token}`, {
      status: 'active',
      invitees: [
        { email: 'A@example.com', access_expiration: '2030-01-02T03:04:05Z' },
        { email: 'b@example.com', access_expiration: null },
      ],
    });
    expect(expiring.body).toMatchObject({
      share_list: ['A@example.com', 'b@example.com'],
      invitees: [
        {
          email: 'A@example.com',
          access_expiration: '2030-01-02T03:04:05+00:00',
          created_at: at(before, 'invitees', 0, 'created_at'),
        },
        { email: 'b@example.com', access_expiration: null },
      ],
    });
  });

  it('of a service account hold its own address first', async () => {
    const headers = { authorization: `Bearer ${otherKeys.service.bearer}` };
    const sent = {
      dashboard_id: await newDashboard(),
      dashboard_type: 'custom_timeboard',
      share_type: 'invite',
      share_list: ['a@example.com'],
    };
    const { body } = await call('POST', '/api/v1/dashboard/public', sent, headers);
    expect(at(body, 'share_list')).toEqual(['ci@example.com', 'a@example.com']);
  });

  it.each([
    ['the wrong type of board', { dashboard_type: 'custom_screenboard' }, 404],
    ['an unknown share type', { share_type: 'world' }, 400],
    ['an unknown status', { status: 'asleep' }, 400],
    ['an unknown span', { global_time: { live_span: '5m' } }, 400],
    ['an expiry that is no time', { expiration: 'tomorrow' }, 400],
  ])('are refused for %s', async (_what, more, status) => {
    const body = { dashboard_id: await newDashboard(), dashboard_type: 'custom_timeboard', ...more };
    expect((await call('POST', '/api/v1/dashboard/public', body)).status).toBe(status);
  });

  it.each(['GET', 'PUT', 'DELETE'])('answer 404 to %s of an unknown token', async (method) => {
    expect(
      await call(method, '/api/v1/dashboard/public/nope', method === 'PUT' ? {} : undefined),
    ).toMatchObject({
      status: 404,
      body: { errors: ['Shared Dashboard not found'] },
    });
  });

  it('rest while their dashboard is in the trash', async () => {
    const token = await newShare({});
    const id = textAt((await call('GET', `/api/v1/dashboard/public/${token}`)).body, 'dashboard_id');
    await call('DELETE', `/api/v1/dashboard/${id}`);
    expect((await call('GET', `/api/v1/dashboard/public/${token}`)).status).toBe(404);
    await call('PATCH', '/api/v1/dashboard', { data: [{ id, type: 'dashboard' }] });
    expect((await call('GET', `/api/v1/dashboard/public/${token}`)).status).toBe(200);
  });

  it('are found from their dashboard by the preview endpoint, in its own names', async () => {
    const { body } = await call('GET', '/api/v2/dashboard/m3f-6rb-1tn/shared');
    expect(at(body, 'data', 0)).toMatchObject({
      type: 'shared_dashboard',
      attributes: { share_type: 'open', global_time_selectable: false, sharer_disabled: false },
      relationships: { dashboard: { data: { id: 'm3f-6rb-1tn' } } },
    });
    expect(textAt(body, 'data', 0, 'attributes', 'url')).toContain(
      textAt(body, 'data', 0, 'attributes', 'token'),
    );
    const types = (at(body, 'included') as { type: string }[]).map((one) => one.type);
    expect(types).toEqual(['user', 'user', 'dashboard']);
    const disabled = await call('GET', '/api/v2/dashboard/w6n-8xq-3fl/shared');
    expect(at(disabled.body, 'data', 0, 'attributes', 'sharer_disabled')).toBe(true);
    expect(await call('GET', '/api/v2/dashboard/aaa-aaa-aaa/shared')).toMatchObject({
      status: 404,
      body: { errors: [{ status: '404', title: 'Not Found' }] },
    });
  });

  it('as secure embeds show their credential once', async () => {
    const path = `/api/v2/dashboard/${await newDashboard()}/shared/secure-embed`;
    const attributes = {
      status: 'active',
      title: 'Embedded',
      global_time: { live_span: '1h' },
      global_time_selectable: true,
      selectable_template_vars: [],
      viewing_preferences: { high_density: false, theme: 'dark' },
    };
    const made = await call('POST', path, { data: { type: 'secure_embed_request', attributes } });
    expect(made).toMatchObject({ status: 200, body: { data: { attributes } } });
    const credential = textAt(made.body, 'data', 'attributes', 'credential');
    const one = `${path}/${textAt(made.body, 'data', 'attributes', 'token')}`;
    const read = await call('GET', one);
    expect(read.text).not.toContain(credential);
    expect(credential.endsWith(textAt(read.body, 'data', 'attributes', 'credential_suffix'))).toBe(true);
    const update = { data: { type: 'secure_embed_update_request', attributes: { status: 'paused' } } };
    expect((await call('PATCH', one, update)).body).toMatchObject({
      data: { attributes: { ...attributes, status: 'paused' } },
    });
    expect((await call('DELETE', one)).status).toBe(204);
    expect((await call('GET', one)).status).toBe(404);
  });
});

describe('invitations', () => {
  const invite = (...emails: string[]): object => {
    const data = emails.map((email) => ({ type: 'public_dashboard_invitation', attributes: { email } }));
    return { data: data.length === 1 ? data[0] : data };
  };

  it('take one address or a list and answer in the same form', async () => {
    const token = await newShare({ share_type: 'invite', share_list: ['a@example.com', 'b@example.com'] });
    const path = `/api/v1/dashboard/public/${token}/invitation`;
    const one = await call('POST', path, invite('a@example.com'));
    expect(one).toMatchObject({
      status: 201,
      body: {
        data: {
          attributes: {
            email: 'a@example.com',
            share_token: token,
            has_session: false,
            session_expiry: null,
          },
        },
      },
    });
    const created = Date.parse(textAt(one.body, 'data', 'attributes', 'created_at'));
    const expiry = Date.parse(textAt(one.body, 'data', 'attributes', 'invitation_expiry'));
    expect(Math.abs(expiry - created - 3_600_000)).toBeLessThan(5);
    const both = await call('POST', path, invite('a@example.com', 'b@example.com'));
    expect(at(both.body, 'data', 1, 'attributes', 'email')).toBe('b@example.com');
    const listed = await call('GET', path);
    expect(listed.body).toMatchObject({ meta: { page: { total_count: 2 } } });
    const second = await call('GET', `${path}?page_size=1&page_number=1`);
    expect(at(second.body, 'data', 'length')).toBe(1);
    expect(second.body).toMatchObject({ meta: { page: { total_count: 2 } } });

    const gone = await call('DELETE', path, invite('a@example.com', 'b@example.com'));
    expect(gone).toMatchObject({ status: 204, text: '' });
    expect((await call('GET', path)).body).toEqual({ data: [], meta: { page: { total_count: 0 } } });
    const share = await call('GET', `/api/v1/dashboard/public/${token}`);
    expect(at(share.body, 'share_list')).toEqual(['a@example.com', 'b@example.com']);
    expect((await call('DELETE', path, invite('a@example.com'))).status).toBe(404);
  });

  it('need an invite share that lists the address or its domain', async () => {
    const listed = await newShare({
      share_type: 'invite',
      share_list: ['a@example.com', 'partner.example.com'],
    });
    const path = `/api/v1/dashboard/public/${listed}/invitation`;
    expect((await call('POST', path, invite('stranger@example.com'))).status).toBe(400);
    expect((await call('POST', path, invite('x@partner.example.com'))).status).toBe(201);
    expect((await call('POST', path, invite('no address'))).status).toBe(400);
    const open = await newShare({ share_type: 'open' });
    expect(
      (await call('POST', `/api/v1/dashboard/public/${open}/invitation`, invite('a@example.com'))).status,
    ).toBe(400);
    expect((await call('GET', '/api/v1/dashboard/public/nope/invitation')).status).toBe(404);
  });
});

describe('restriction policies', () => {
  const path = (resource: string): string => `/api/v2/restriction_policy/${encodeURIComponent(resource)}`;
  const policy = (bindings: readonly unknown[]): object => ({
    data: { id: 'dashboard:any', type: 'restriction_policy', attributes: { bindings } },
  });
  const me = 'user:5a4d0001-0001-11ef-8000-da7ad0900002';
  const team = 'team:5a4d0003-0002-11ef-8000-da7ad0900002';

  it('are replaced whole, also for dashboards that do not exist', async () => {
    const resource = 'dashboard:not-the-re1';
    const bindings = [
      { relation: 'editor', principals: [me] },
      { relation: 'viewer', principals: [team] },
    ];
    expect(await call('POST', path(resource), policy(bindings))).toMatchObject({
      status: 200,
      body: { data: { id: resource, attributes: { bindings } } },
    });
    expect((await call('GET', `/api/v2/restriction_policy/${resource}`)).body).toMatchObject({
      data: { attributes: { bindings } },
    });
    expect((await call('POST', path(resource), policy([]))).status).toBe(200);
    expect((await call('GET', path(resource))).body).toMatchObject({
      data: { attributes: { bindings: [] } },
    });
    expect((await call('DELETE', path(resource))).status).toBe(204);
  });

  it('keep the caller in unless told otherwise', async () => {
    const resource = 'dashboard:d6u-5zj-4wt';
    const lockout = policy([{ relation: 'editor', principals: [team] }]);
    expect((await call('POST', path(resource), lockout)).status).toBe(400);
    expect((await call('GET', path(resource))).body).toMatchObject({
      data: { attributes: { bindings: [] } },
    });
    expect((await call('POST', `${path(resource)}?allow_self_lockout=true`, lockout)).status).toBe(200);
    const viaTeam = policy([
      { relation: 'editor', principals: ['team:5a4d0003-0001-11ef-8000-da7ad0900002'] },
    ]);
    expect((await call('POST', path(resource), viaTeam)).status).toBe(200);
  });

  it.each([
    ['malformed', [], "Invalid resource: 'malformed' is not in a valid format"],
    ['security_rule:a', [], "Invalid resource type: 'security_rule' does not support restriction policies"],
    [
      'dashboard:a',
      [{ relation: 'editor', principals: ['foo:1'] }],
      'Invalid request: [PrincipalTypeInvalidForRelation] principal "foo:1" is not supported by "editor" relation, supported types: "org, role, team, user"',
    ],
    [
      'dashboard:a',
      [{ relation: 'editor', principals: ['org:1'] }],
      'cross-org principals are not supported',
    ],
  ])('refuse %s %j', async (resource, bindings, error) => {
    expect(await call('POST', path(resource), policy(bindings))).toMatchObject({
      status: 400,
      body: { errors: [error] },
    });
  });

  it('take a resource named like a property of every object', async () => {
    for (const resource of ['dashboard:__proto__', 'dashboard:constructor']) {
      expect((await call('GET', path(resource))).body).toMatchObject({
        data: { id: resource, attributes: { bindings: [] } },
      });
    }
  });
});

describe('lists, usage and people', () => {
  it('hide deleted dashboards from lists and bring them back', async () => {
    const id = await newDashboard();
    const list = at(
      (await call('POST', '/api/v1/dashboard/lists/manual', { name: 'Mine' })).body,
      'id',
    ) as number;
    const items = `/api/v2/dashboard/lists/manual/${list}/dashboards`;
    const body = { dashboards: [{ id, type: 'custom_timeboard' }] };
    expect((await call('POST', items, body)).body).toEqual({
      added_dashboards_to_list: [{ type: 'custom_timeboard', id }],
    });
    expect((await call('POST', items, body)).body).toEqual({ added_dashboards_to_list: [] });
    await call('DELETE', `/api/v1/dashboard/${id}`);
    expect((await call('GET', items)).body).toEqual({ total: 0, dashboards: [] });
    await call('PATCH', '/api/v1/dashboard', { data: [{ id, type: 'dashboard' }] });
    expect((await call('GET', items)).body).toMatchObject({
      total: 1,
      dashboards: [{ id, is_shared: false }],
    });
    expect((await call('DELETE', items, body)).body).toEqual({
      deleted_dashboards_from_list: [{ type: 'custom_timeboard', id }],
    });
  });

  it('page usage with marks that end', async () => {
    const seen: string[] = [];
    let next: unknown = `${sandbox.room('datadog').baseUrl}/api/v2/dashboards/usage?page[limit]=6`;
    while (typeof next === 'string') {
      const { body } = await call('GET', next.slice(sandbox.room('datadog').baseUrl.length));
      seen.push(...(at(body, 'data') as { id: string }[]).map((one) => one.id));
      next = at(body, 'links', 'next');
    }
    expect(seen).toEqual((await ids('')).sort());
    expect((await call('GET', '/api/v2/dashboards/usage?page[limit]=0')).status).toBe(400);
    const stale = await call('GET', '/api/v2/dashboards/usage?filter[viewed_before]=2026-01-01T00:00:00Z');
    expect(stale.status).toBe(200);
  });

  it('point one page past the last team', async () => {
    const { body } = await call('GET', '/api/v2/team?page[size]=2&page[number]=2');
    expect(body).toMatchObject({
      meta: { pagination: { number: 2, last_number: 2, next_number: 3, total: 5 } },
    });
    expect(textAt(body, 'links', 'next')).toContain('page[number]=3');
    const beyond = await call('GET', '/api/v2/team?page[size]=2&page[number]=3');
    expect(at(beyond.body, 'data')).toEqual([]);
  });

  it('search by substring, so that several match', async () => {
    const users = await call('GET', '/api/v2/users?filter=an');
    expect(at(users.body, 'meta', 'page', 'total_filtered_count')).toBeGreaterThan(0);
    const roles = await call('GET', '/api/v2/roles?filter=datadog');
    expect(at(roles.body, 'meta', 'page', 'total_filtered_count')).toBe(3);
    const teams = await call('GET', '/api/v2/team?filter[keyword]=ben@example.com');
    expect(at(teams.body, 'data', 0, 'attributes', 'handle')).toBe('sre');
    const pending = await call('GET', '/api/v2/users?filter[status]=Pending,Disabled');
    expect(at(pending.body, 'data', 'length')).toBe(2);
  });

  it('lower-case the address of a new user and disable instead of delete', async () => {
    const data = { type: 'users', attributes: { email: 'New.User@Example.com' } };
    const { status, body } = await call('POST', '/api/v2/users', { data });
    expect(status).toBe(201);
    expect(at(body, 'data', 'attributes', 'handle')).toBe('new.user@example.com');
    expect((await call('POST', '/api/v2/users', { data })).status).toBe(409);
    const path = `/api/v2/users/${textAt(body, 'data', 'id')}`;
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).body).toMatchObject({
      data: { attributes: { disabled: true, status: 'Disabled' } },
    });
  });
});
