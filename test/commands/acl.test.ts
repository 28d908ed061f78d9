/** Access control over the sandbox: the story on every generation of Grafana's API, then Datadog, then the guards. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantShape } from '../../src/model/grant.ts';
import { createCli } from '../support/cli.ts';
import { roomState } from '../support/room-state.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { RunningRoom } from '../../src/sandbox/index.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import type { Cli } from '../support/cli.ts';

interface Entry {
  readonly principal: { readonly kind: string; readonly name: string | null };
  readonly level: string | null;
  readonly inherited: boolean;
}

/** Own entries as `team:sre=edit`, sorted. */
function own(grants: readonly Entry[]): string[] {
  return grants
    .filter((grant) => !grant.inherited)
    .map(({ principal, level }) => `${principal.kind}:${principal.name ?? ''}=${level ?? ''}`)
    .sort();
}

async function grants(cli: Cli, line: string): Promise<Entry[]> {
  const { code, stdout, stderr } = await cli(`${line} --json`);
  expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' });
  return JSON.parse(stdout) as Entry[];
}

describe.each([
  ['sandbox-grafana', '/api/access-control/dashboards/checkout-latency'],
  ['sandbox-grafana-7', '/api/dashboards/id/ID/permissions'],
  ['sandbox-grafana-5', '/api/dashboards/id/ID/acl'],
])('%s', (profile, path) => {
  const cli = createCli();
  const room = profile.replace('sandbox-', '');
  const ref = `${profile}/checkout-latency`;
  let server: TestSandbox;
  beforeAll(async () => {
    server = await testSandbox({ folder: join(cli.home, 'state', 'sandbox'), only: [room] });
  });
  afterAll(() => server.close());

  /** Own entries for teams and users, as a second client reads them from the server. */
  async function onServer(): Promise<string[]> {
    const found = (await ask(server.room(room), '/api/dashboards/uid/checkout-latency')) as {
      dashboard: { id: number };
    };
    const rows = await ask(server.room(room), path.replace('ID', String(found.dashboard.id)));
    return (rows as Record<string, unknown>[])
      .filter((row) => row['inherited'] !== true && row['isInherited'] !== true)
      .filter((row) => Number(row['teamId'] ?? 0) > 0 || Number(row['userId'] ?? 0) > 0)
      .map((row) => {
        const who = [row['team'], row['userLogin']].find((name) => typeof name === 'string' && name !== '');
        return `${String(who)}=${String(row['permissionName'] ?? row['permission'])}`;
      })
      .sort();
  }

  it('lists, grants, sets and revokes', async () => {
    const first = await grants(cli, `acl list ${ref}`);
    for (const grant of first)
      expect(Object.keys(grant)).toEqual(grantShape.fields.map((field) => field.key));
    const before = own(first);

    const granted = await grants(cli, `acl grant ${ref} team:sre=edit user:wanda@example.com=view --yes`);
    expect(own(granted).filter((grant) => !before.includes(grant))).toHaveLength(2);
    expect(own(granted)).toEqual(expect.arrayContaining([...before, 'team:sre=edit']));
    expect(await onServer()).toEqual(expect.arrayContaining(['sre=Edit', 'wanda=View']));

    await grants(cli, `acl set ${ref} team:sre=admin team:support=view --yes`);
    expect(own(await grants(cli, `acl list ${ref}`))).toEqual(
      expect.arrayContaining(['team:sre=admin', 'team:support=view']),
    );
    expect(await onServer()).toEqual(['sre=Admin', 'support=View']);

    await grants(cli, `acl revoke ${ref} team:support --yes`);
    expect(await onServer()).toEqual(['sre=Admin']);
  });

  it('is content when it is already so, and sends nothing', async () => {
    await grants(cli, `acl list ${ref}`);
    const before = roomState(cli, room);
    for (const line of [`acl grant ${ref} team:sre=admin`, `acl revoke ${ref} team:webshop`]) {
      const { code, stderr } = await cli(line);
      expect(code).toBe(0);
      expect(stderr).toMatch(/^Already so: .*Nothing was sent\.$/m);
    }
    expect(roomState(cli, room)).toBe(before);
  });

  it('shows before → after and sends no write', async () => {
    const before = roomState(cli, room);
    for (const line of [
      `acl grant ${ref} team:sre=view`,
      `acl set ${ref} team:webshop=view`,
      `acl revoke ${ref} team:sre`,
    ]) {
      const { code, stdout } = await cli(`${line} --dry-run`);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Dry run: nothing was sent\.\n/);
      expect(stdout).toMatch(/^ {2}- team:sre: admin$/m);
      expect(stdout).toMatch(/^(?:POST|PUT|DELETE) http:\/\/127\.0\.0\.1:\d+\//m);
      expect((await cli(`${line} --dry-run --json`)).json()).toMatchObject({ dryRun: true });
    }
    expect(roomState(cli, room)).toBe(before);
  });

  it('takes nothing away unasked', async () => {
    const before = roomState(cli, room);
    const set = await cli(`acl set ${ref} team:webshop=view`);
    expect([2, 8]).toContain(set.code);
    expect(set.stdout).toBe('');
    expect(await cli(`acl set ${ref}`)).toMatchObject({ code: 8, stdout: '' });
    expect(await cli(`acl set ${ref} --yes`)).toMatchObject({ code: 8, stdout: '' });
    for (const flags of ['--empty --yes', '--empty --confirm wrong', '--empty --yes --confirm wrong'])
      expect({ flags, ...(await cli(`acl set ${ref} ${flags}`)) }).toMatchObject({
        flags,
        code: 8,
        stdout: '',
      });
    expect(roomState(cli, room)).toBe(before);

    expect(await cli(['acl', 'set', ref, '--empty', '--confirm', 'Checkout latency'])).toMatchObject({
      code: 0,
    });
    expect(await onServer()).toEqual([]);
  });

  it.each([
    ['team:nobody=edit', 6, 'unknown-principal'],
    ['user:nobody@example.com=edit', 6, 'unknown-principal'],
    ['team:sre=none', 2, 'unsupported'],
    ['team:sre=native:Owner', 2, 'invalid-input'],
    ['team:sre=edti', 2, 'invalid-input'],
    ['team:sre', 2, 'invalid-input'],
    ['sre=edit', 2, 'invalid-input'],
  ])('refuses %s with exit %i', async (grant, code, name) => {
    const before = roomState(cli, room);
    const failed = await cli(`acl grant ${ref} ${grant} --yes --json`);
    expect(failed).toMatchObject({ code, stdout: '' });
    expect(JSON.parse(failed.stderr)).toMatchObject({ error: { code: name } });
    expect(roomState(cli, room)).toBe(before);
  });

  it('prints its words for each level', async () => {
    expect((await cli(`acl levels -p ${profile}`)).stdout).toMatch(
      /^view\tView\b.*\nedit\tEdit\b.*\nadmin\tAdmin\b/m,
    );
  });
});

describe('folders', () => {
  it.each(['sandbox-grafana', 'sandbox-grafana-7', 'sandbox-grafana-5'])(
    'of %s have grants too',
    async (profile) => {
      const cli = createCli();
      const folder = `--folder ${profile}/finance`;
      await grants(cli, `acl grant ${folder} team:sre=edit --yes`);
      expect(own(await grants(cli, `acl list ${folder}`))).toContain('team:sre=edit');
      await grants(cli, `acl revoke ${folder} team:sre --yes`);
      expect(own(await grants(cli, `acl list ${folder}`))).not.toContain('team:sre=edit');
    },
  );
});

describe('sandbox-datadog', () => {
  const cli = createCli();
  const ref = 'sandbox-datadog/h7p-2vd-8wz';

  it('refuses what would lock the caller out, unless its flag is given', async () => {
    expect(await cli(`acl list ${ref}`)).toMatchObject({ code: 0 });
    const before = roomState(cli, 'datadog');
    const refused = await cli(`acl set ${ref} team:payments=edit --yes`);
    expect(refused).toMatchObject({ code: 8, stdout: '' });
    expect(refused.stderr).toMatch(/add --allow-self-lockout/);
    expect(roomState(cli, 'datadog')).toBe(before);
    const dry = await cli(`acl set ${ref} team:payments=edit --dry-run`);
    expect(dry.code).toBe(0);
    expect(dry.stderr).toContain('The real run needs --allow-self-lockout.');
  });

  it('grants, sets and revokes', async () => {
    await grants(cli, `acl set ${ref} user:ana@example.com=edit org=view --yes`);
    await grants(cli, `acl grant ${ref} team:sre=edit --yes`);
    const { stdout } = await cli(`acl list ${ref} --fields principal,level`);
    expect(stdout.trimEnd().split('\n').sort()).toEqual([
      'org\tview',
      'team:sre\tedit',
      'user:ana@example.com\tedit',
    ]);
    await grants(cli, `acl revoke ${ref} team:sre --yes`);
    expect((await cli(`acl list ${ref} --fields principal`)).stdout).not.toContain('team:sre');
  });

  it('knows no level admin', async () => {
    expect(await cli(`acl grant ${ref} team:sre=admin`)).toMatchObject({ code: 2, stdout: '' });
  });
});

/** A plain GET with the administrator's credentials. */
async function ask(room: RunningRoom, path: string): Promise<unknown> {
  const { GRAFANA_USER: user = '', GRAFANA_PASSWORD: password = '', GRAFANA_TOKEN: token } = room.env;
  const authorization =
    token === undefined
      ? `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
      : `Bearer ${token}`;
  const answer = await fetch(room.baseUrl + path, { headers: { authorization } });
  expect({ path, status: answer.status }).toEqual({ path, status: 200 });
  return await answer.json();
}
