/** Shares and invitations of Datadog over the sandbox, told as one story and then rule by rule. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invitationShape } from '../../src/model/invitation.ts';
import { shareShape } from '../../src/model/share.ts';
import { createCli } from '../support/cli.ts';
import { at, datadogCall } from '../support/datadog.ts';
import type { DatadogCall } from '../support/datadog.ts';
import { roomState } from '../support/room-state.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import type { Cli } from '../support/cli.ts';

type Row = Readonly<Record<string, unknown>>;

async function rows(cli: Cli, line: string | readonly string[]): Promise<Row[]> {
  const words = typeof line === 'string' ? line.split(' ') : line;
  const { code, stdout, stderr } = await cli([...words, '--json']);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const value = JSON.parse(stdout) as Row | Row[];
  return Array.isArray(value) ? value : [value];
}

const openShare = 'sandbx3dashct1q7-5eed00015eed00015eed00015eed0001';
const inviteShare = 'sandbx3dashct1q7-5eed00035eed00035eed00035eed0003';

describe('from a dashboard to its end', () => {
  const cli = createCli();
  let server: TestSandbox;
  let call: DatadogCall;
  let ref = '';
  let token = '';
  beforeAll(async () => {
    // A second client, a server of its own on the same store.
    server = await testSandbox({ folder: join(cli.home, 'state', 'sandbox'), only: ['datadog'] });
    call = datadogCall(server.room('datadog'));
  });
  afterAll(() => server.close());

  it('creates a dashboard and shares it with one person', async () => {
    const [made] = await rows(cli, ['dashboards', 'create', '-p', 'sandbox-datadog', '--title', 'Story']);
    ref = String(made?.['ref']);
    const [share] = await rows(cli, `share create ${ref} --invite bo@example.com --yes`);
    expect(Object.keys(share ?? {})).toEqual(shareShape.fields.map((field) => field.key));
    expect(share).toMatchObject({ dashboard: ref, type: 'invite', status: 'active', title: 'Story' });
    token = String(share?.['token']);
    expect(share?.['url']).toContain(token);
    const seen = await call('GET', `/api/v1/dashboard/public/${token}`);
    expect(seen).toMatchObject({
      status: 200,
      body: { share_type: 'invite', share_list: ['bo@example.com'] },
    });
  });

  it('invites another one, once', async () => {
    const [sent] = await rows(cli, `invite send ${ref} cy@example.com --yes`);
    expect(Object.keys(sent ?? {})).toEqual(invitationShape.fields.map((field) => field.key));
    expect(sent).toMatchObject({
      share: `sandbox-datadog/${token}`,
      email: 'cy@example.com',
      hasSession: false,
    });
    const before = roomState(cli, 'datadog');
    const again = await cli(`invite send ${ref} cy@example.com --yes`);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toMatch(/Already so/);
    expect(roomState(cli, 'datadog')).toBe(before);
    expect(await cli(`invite list ${ref} --fields email`)).toMatchObject({
      stdout: expect.stringMatching(/^cy@example\.com$/m) as string,
    });
    const listed = await call('GET', `/api/v1/dashboard/public/${token}/invitation`);
    expect(JSON.stringify(listed.body)).toContain('cy@example.com');
  });

  it('takes the invitation back', async () => {
    const refused = await cli(`invite revoke ${ref} cy@example.com`);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    await rows(cli, `invite revoke ${ref} cy@example.com --yes`);
    expect((await cli(`invite list ${ref} --fields email`)).stdout).not.toContain('cy@example.com');
    const seen = await call('GET', `/api/v1/dashboard/public/${token}`);
    expect(at(seen.body, 'share_list')).toEqual(['bo@example.com']);
  });

  it('ends the share', async () => {
    expect(await cli(`share revoke ${ref}`)).toMatchObject({ code: 2, stdout: '' });
    expect(await rows(cli, `share revoke ${ref} --yes`)).toMatchObject([{ token, dashboard: ref }]);
    expect(await call('GET', `/api/v1/dashboard/public/${token}`)).toMatchObject({ status: 404 });
    const gone = await cli(`share revoke ${ref} --yes`);
    expect(gone).toMatchObject({ code: 6, stdout: '' });
    expect(gone.stderr).toContain('has no share');
    expect(await cli(`share get sandbox-datadog/${token}`)).toMatchObject({ code: 6 });
  });

  it('deletes the dashboard and brings it back', async () => {
    const id = ref.replace('sandbox-datadog/', '');
    await rows(cli, `dashboards delete ${ref} --yes`);
    expect(await call('GET', `/api/v1/dashboard/${id}`)).toMatchObject({ status: 404 });
    await rows(cli, `dashboards restore ${ref}`);
    expect(await call('GET', `/api/v1/dashboard/${id}`)).toMatchObject({
      status: 200,
      body: { title: 'Story' },
    });
  });
});

describe('share', () => {
  const cli = createCli();

  it('is for invited people unless --type says otherwise', async () => {
    const [json] = await rows(
      cli,
      'share create sandbox-datadog/h7p-2vd-8wz --invite bo@example.com --dry-run',
    );
    expect(JSON.stringify(json)).toContain('\\"share_type\\":\\"invite\\"');
  });

  it.each([
    'share create sandbox-datadog/h7p-2vd-8wz --type open',
    `share update ${openShare} -p sandbox-datadog --type embed --domain https://example.com`,
    `share revoke sandbox-datadog/${openShare}`,
  ])('%s: shows it first, and asks before it is done', async (line) => {
    await cli('share list --all -p sandbox-datadog');
    const before = roomState(cli, 'datadog');
    const dry = await cli(`${line} --dry-run`);
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.stdout).toMatch(/^Dry run: nothing was sent\./);
    const [json] = await rows(cli, `${line} --dry-run`);
    expect(json).toMatchObject({ dryRun: true });
    const refused = await cli(`${line} --json`);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'confirmation-required' } });
    expect(roomState(cli, 'datadog')).toBe(before);
  });

  it('gives a value alone to a script', async () => {
    const { code, stdout } = await cli(
      'share create sandbox-datadog/t5y-1gk-9bc --type open --expires 7d --yes --fields url',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^https:\/\/\S+\n$/);
  });

  it('pauses, resumes and says when it is already so', async () => {
    const status = async () => (await rows(cli, `share get sandbox-datadog/${openShare}`))[0]?.['status'];
    await rows(cli, `share update sandbox-datadog/${openShare} --status paused --yes`);
    expect(await status()).toBe('paused');
    const before = roomState(cli, 'datadog');
    const again = await cli(`share update sandbox-datadog/${openShare} --status paused --yes`);
    expect(again.stderr).toMatch(/^Already so: /m);
    expect(roomState(cli, 'datadog')).toBe(before);
    await rows(cli, `share update sandbox-datadog/${openShare} --status active --yes`);
    expect(await status()).toBe('active');
  });

  it('sets an end and takes it away', async () => {
    const [ended] = await rows(cli, `share update sandbox-datadog/${openShare} --expires 30d --yes`);
    const left = Date.parse(String(ended?.['expiresAt'])) - Date.now();
    expect(left / 86_400_000).toBeGreaterThan(29);
    expect(left / 86_400_000).toBeLessThanOrEqual(30.01);
    const [open] = await rows(cli, `share update sandbox-datadog/${openShare} --expires never --yes`);
    expect(open).toMatchObject({ expiresAt: null });
  });

  it('is found by token, by address and by its dashboard', async () => {
    const [byToken] = await rows(cli, `share get sandbox-datadog/${inviteShare}`);
    const address = String(byToken?.['url']);
    const [byAddress] = await rows(cli, ['share', 'get', address]);
    const [byDashboard] = await rows(cli, `share get ${String(byToken?.['dashboard'])}`);
    expect(byAddress).toEqual(byToken);
    expect(byDashboard).toEqual(byToken);
  });

  it('lists the shares of named dashboards, of all, and of those on stdin', async () => {
    const all = await rows(cli, 'share list --all -p sandbox-datadog');
    const stdin = (await cli('dashboards list --shared -p sandbox-datadog --fields ref')).stdout;
    const piped = await cli('share list - --json', { stdin });
    expect(new Set(piped.json() as unknown[])).toEqual(new Set(all));
    expect(await cli('share list -p sandbox-datadog')).toMatchObject({ code: 2, stdout: '' });
    expect(await cli('share list x --all -p sandbox-datadog')).toMatchObject({ code: 2, stdout: '' });
  });

  it('wants a choice where a dashboard has several', async () => {
    const counts = new Map<string, number>();
    for (const share of await rows(cli, 'share list --all -p sandbox-datadog'))
      counts.set(String(share['dashboard']), (counts.get(String(share['dashboard'])) ?? 0) + 1);
    const several = [...counts].find(([, count]) => count > 1)?.[0] ?? 'none';
    const { code, stdout, stderr } = await cli(`share get ${several} --json`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'ambiguous' } });
    expect(stderr).not.toMatch(/[0-9a-f]{32}/);
    expect(stderr).toContain(`dashctl share list ${several}`);
  });
});

describe('invite', () => {
  const cli = createCli();
  const ref = 'sandbox-datadog/c4t-9kx-2mq';

  it('shows first what it would send, and sends nothing', async () => {
    await cli(`invite list ${ref}`);
    const before = roomState(cli, 'datadog');
    for (const line of [`invite send ${ref} cy@example.com`, `invite revoke ${ref} ben@example.com`]) {
      const { code, stdout } = await cli(`${line} --dry-run`);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Dry run: nothing was sent\./);
      expect(stdout).toContain('/invitation');
    }
    expect(roomState(cli, 'datadog')).toBe(before);
  });

  it('lets nobody in without being asked or told to', async () => {
    await cli(`invite list ${ref}`);
    const before = roomState(cli, 'datadog');
    for (const line of [`invite send ${ref} cy@example.com`, `share create ${ref} --invite cy@example.com`]) {
      const { code, stderr } = await cli(line);
      expect(code).toBe(2);
      expect(stderr).toContain('--yes');
    }
    expect(roomState(cli, 'datadog')).toBe(before);
  });

  it('takes addresses from stdin, and is content with one who is not invited', async () => {
    const stdin = 'cy@example.com\n\ndi@example.com\n';
    const sent = await cli(`invite send ${ref} - --yes --fields email`, { stdin });
    expect(sent).toMatchObject({ code: 0, stdout: 'cy@example.com\ndi@example.com\n' });
    await rows(cli, `invite revoke ${ref} cy@example.com --yes`);
    const again = await cli(`invite revoke ${ref} cy@example.com --yes`);
    expect(again.code).toBe(0);
    expect(again.stderr).toMatch(/^Already so: /m);
  });

  it('leaves the address on the share with --keep-listed', async () => {
    await rows(cli, `invite revoke ${ref} ben@example.com --keep-listed --yes`);
    const [share] = await rows(cli, `share get ${ref}`);
    expect(JSON.stringify(share?.['invitees'])).toContain('ben@example.com');
    expect((await cli(`invite list ${ref} --fields email`)).stdout).not.toContain('ben@example.com');
  });
});
