/** The PostHog room where PostHog's own tests say nothing: its content, keys, public pages, limits. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callPosthog } from '../support/posthog.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import { posthogKeys } from '../../src/sandbox/posthog/seed.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await testSandbox({ only: ['posthog'] });
});
afterAll(() => sandbox.close());

const boards = '/api/projects/1/dashboards/';
const locked = '/shared/pD8yFu5TbXi3MoZ7cKe1Rj6Ws9Qa2v';

function results(body: unknown): readonly Record<string, unknown>[] {
  if (typeof body !== 'object' || body === null || !('results' in body) || !Array.isArray(body.results))
    throw new Error('The body is no page.');
  return body.results as Record<string, unknown>[];
}

describe('posthog room', () => {
  it('starts with a believable project whose environment opens it', async () => {
    const { env } = sandbox.room('posthog');
    expect(env).toMatchObject({
      POSTHOG_PROJECT_ID: '1',
      POSTHOG_PERSONAL_API_KEY: posthogKeys.administrator,
    });
    const { body } = await callPosthog(sandbox, 'GET', boards);
    expect(results(body).length).toBeGreaterThanOrEqual(12);
    expect(results(body).some((one) => one['restriction_level'] === 37)).toBe(true);
  });

  it('pages with links to itself and takes addresses without the final slash', async () => {
    const { body } = await callPosthog(sandbox, 'GET', '/api/environments/1/dashboards?limit=5&tags=growth');
    expect(body).toMatchObject({ count: 3, next: null, previous: null });
    const first = await callPosthog(sandbox, 'GET', `${boards}?limit=5`);
    expect(first.body).toMatchObject({
      next: `${sandbox.room('posthog').baseUrl}${boards}?limit=5&offset=5`,
    });
  });

  it.each([
    ['GET', boards, 'dashboardsOnly', 200],
    ['GET', `${boards}1/sharing/`, 'dashboardsOnly', 403],
    ['PATCH', `${boards}1/`, 'readOnly', 403],
    ['GET', `${boards}1/access_controls/`, 'readOnly', 200],
    ['PUT', `${boards}1/access_controls/`, 'readOnly', 403],
    ['GET', '/api/projects/2/dashboards/', 'oneProject', 403],
    ['GET', '/api/organizations/@current/members/', 'oneProject', 403],
    ['GET', '/api/projects/4/dashboards/', 'administrator', 403],
    ['GET', '/api/projects/99/dashboards/', 'administrator', 404],
  ] as const)('%s %s with the key %s is %i', async (method, path, key, status) => {
    const body = method === 'GET' ? undefined : {};
    expect((await callPosthog(sandbox, method, path, body, posthogKeys[key])).status).toBe(status);
  });

  it('hides a dashboard from those whom its rules shut out, and lists the rest', async () => {
    const list = await callPosthog(sandbox, 'GET', boards, undefined, posthogKeys.member);
    const ids = results(list.body).map((one) => one['id']);
    expect(ids).toContain(1);
    expect(ids).not.toContain(9);
    const alone = await callPosthog(sandbox, 'GET', `${boards}9/`, undefined, posthogKeys.member);
    expect(alone.body).toMatchObject({
      detail: 'You do not have viewer access to this resource.',
    });
  });

  it('lets visitors through a lock with the password, and again with its cookie', async () => {
    const visit = (cookie?: string) =>
      fetch(sandbox.room('posthog').baseUrl + locked, { headers: cookie === undefined ? {} : { cookie } });
    expect(await (await visit()).text()).toContain('"type":"unlock"');
    const wrong = await callPosthog(sandbox, 'POST', locked, { password: 'nope' }, null);
    expect([wrong.status, wrong.body]).toEqual([401, { error: 'Incorrect password' }]);
    const right = await callPosthog(
      sandbox,
      'POST',
      locked,
      { password: 'sandbox-campaigns-password' },
      null,
    );
    const cookie = (right.headers.get('set-cookie') ?? '').split(';')[0];
    expect(await (await visit(cookie)).text()).toContain('Campaigns');
  });

  it('answers dead links with a page, and pictures with a redirect', async () => {
    const dead = await callPosthog(sandbox, 'GET', '/shared/mC1rEy8QwKb5SfJ3tOz0Xu6Ng4Vi7d', undefined, null);
    expect([dead.status, dead.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    const picture = await callPosthog(
      sandbox,
      'GET',
      '/embedded/kT3vQ9sWm2ZcYb7LrX0dHf1Na5Pe8u.png',
      undefined,
      null,
    );
    expect(picture.status).toBe(302);
  });

  it('takes a null level twice: 204 whether or not there was a rule', async () => {
    const put = () => callPosthog(sandbox, 'PUT', `${boards}3/access_controls/`, { access_level: null });
    const first = await put();
    expect([first.status, first.text, (await put()).status]).toEqual([204, '', 204]);
  });

  it('reads forms, as curl sends them', async () => {
    const answer = await fetch(`${sandbox.room('posthog').baseUrl}${boards}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${posthogKeys.administrator}` },
      body: new URLSearchParams({ name: 'From a form' }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([201, { name: 'From a form' }]);
  });
});
