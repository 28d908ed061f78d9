/** Gtmhub's permissions from the command line, over the sandbox. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { locate } from '../../src/cli/locate.ts';
import { defaultAccessShape, permissionActionShape, permissionShape } from '../../src/model/permission.ts';
import { sampleIds } from '../../src/sandbox/gtmhub/seed.ts';
import { createCli } from '../support/cli.ts';
import type { Cli } from '../support/cli.ts';

const { accessInsightboards, manageUsers, roles, users, dashboards } = sampleIds;
const permission = `sandbox-gtmhub/${accessInsightboards}`;

let cli: Cli;
beforeEach(() => {
  cli = createCli();
});

interface Permission {
  readonly id: string;
  readonly principals: readonly string[];
}

async function holders(id = accessInsightboards): Promise<readonly string[]> {
  return ((await cli(`perms get sandbox-gtmhub/${id} --json`)).json() as unknown as Permission).principals;
}

describe('shapes', () => {
  it.each([
    ['perms actions -p sandbox-gtmhub', permissionActionShape],
    [`perms allowed sandbox-gtmhub/${dashboards.revenue} --type dashboard`, permissionActionShape],
    ['perms effective -p sandbox-gtmhub', permissionActionShape],
    ['perms principal-get role:Managers -p sandbox-gtmhub', permissionActionShape],
    ['perms default-access dashboard -p sandbox-gtmhub', defaultAccessShape],
    [`perms get ${permission}`, permissionShape],
  ])('%s prints every key', async (line, shape) => {
    const { code, stdout } = await cli(`${line} --json`);
    const value = JSON.parse(stdout) as object | object[];
    const row: object | undefined = Array.isArray(value) ? (value as object[])[0] : value;
    expect([code, Object.keys(row ?? {})]).toEqual([0, shape.fields.map((field) => field.key)]);
  });

  it('prints the principals of a permission as ids', async () => {
    expect(await holders()).toEqual([roles.administrators, roles.managers, users.cy]);
  });
});

describe('a story', () => {
  it('creates, changes and deletes a permission', async () => {
    const made = await cli(
      'perms create --action ManageGoals --principal role:Members -p sandbox-gtmhub --json',
    );
    const { id } = made.json() as unknown as Permission;
    expect(await holders(id)).toEqual([roles.members]);
    await cli(`perms update sandbox-gtmhub/${id} --add user:cy@example.com`);
    expect(await holders(id)).toEqual([roles.members, users.cy]);
    expect((await cli(`perms update sandbox-gtmhub/${id} --remove role:Members --yes`)).code).toBe(0);
    expect(await holders(id)).toEqual([users.cy]);
    expect((await cli(`perms delete sandbox-gtmhub/${id} --yes`)).code).toBe(0);
    expect((await cli(`perms get sandbox-gtmhub/${id}`)).code).toBe(6);
  });

  it('round-trips a set of actions through a file', async () => {
    const who = `sandbox-gtmhub/${roles.managers}`;
    const { stdout } = await cli(`perms principal get ${who} --raw`);
    const file = join(cli.home, 'set.json');
    writeFileSync(file, stdout);
    const same = await cli(`perms principal set ${who} --file ${file}`);
    expect([same.code, same.stderr]).toEqual([0, expect.stringContaining('Nothing was sent') as string]);
    writeFileSync(file, JSON.stringify((JSON.parse(stdout) as string[]).slice(1)));
    expect((await cli(`perms principal set ${who} --file ${file}`)).code).toBe(2);
    expect((await cli(`perms principal set ${who} --file ${file} --yes`)).code).toBe(0);
    expect((await cli(`perms principal get ${who} --raw`)).stdout).toBe(
      JSON.stringify((JSON.parse(stdout) as string[]).slice(1)),
    );
  });
});

describe('safety', () => {
  it.each([
    [`perms update ${permission} --remove role:Managers`, 2, '--yes'],
    [`perms delete ${permission}`, 2, '--yes'],
    [
      `perms update sandbox-gtmhub/${manageUsers} --remove role:Administrators --yes`,
      8,
      '--empty --allow-self-lockout',
    ],
    [`perms delete sandbox-gtmhub/${manageUsers} --yes`, 8, '--allow-self-lockout'],
    [
      'perms principal-set role:Administrators --remove ManageUsers -p sandbox-gtmhub --yes',
      8,
      '--allow-self-lockout',
    ],
  ])('%s ends with %i', async (line, code, flag) => {
    const before = [await holders(), await holders(manageUsers)];
    const done = await cli(line);
    expect([done.code, done.stdout]).toEqual([code, '']);
    expect(done.stderr).toContain(flag);
    expect([await holders(), await holders(manageUsers)]).toEqual(before);
  });

  it('goes on with the flags named', async () => {
    const line = `perms update sandbox-gtmhub/${manageUsers} --remove role:Administrators --empty --allow-self-lockout`;
    const refused = await cli(`${line} --yes`);
    expect([refused.code, refused.stdout]).toEqual([8, '']);
    expect(refused.stderr).toContain('--confirm ManageUsers');
    expect((await cli(`${line} --confirm ManageUsers`)).code).toBe(0);
    expect(await holders(manageUsers)).toEqual([]);
  });

  it.each([
    `perms update ${permission} --add role:Members`,
    `perms delete ${permission}`,
    'perms create --action ManageGoals --principal role:Members -p sandbox-gtmhub',
    'perms principal-set role:Managers --remove ManageGoals -p sandbox-gtmhub',
  ])('%s --dry-run shows the request and changes nothing', async (line) => {
    const before = [
      await holders(),
      (await cli('perms principal-get role:Managers -p sandbox-gtmhub')).stdout,
    ];
    const { code, stdout } = await cli(`${line} --dry-run --json`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      requests: [{ method: expect.stringMatching(/POST|PUT|DELETE/) as string }],
    });
    expect([
      await holders(),
      (await cli('perms principal-get role:Managers -p sandbox-gtmhub')).stdout,
    ]).toEqual(before);
  });
});

describe('usage', () => {
  it.each([
    ['perms create -p sandbox-gtmhub', 'Which action?'],
    ['perms create --action ManageGoals -p sandbox-gtmhub', 'Who shall hold the action?'],
    ['perms create --file x --action ManageGoals -p sandbox-gtmhub', '--file holds the whole permission.'],
    [`perms update ${permission}`, 'Nothing to change.'],
    [`perms update ${permission} --add x --file y`, '--file holds the whole permission.'],
    [`perms allowed ${permission}`, 'What is the target?'],
    ['perms principal-set role:Members -p sandbox-gtmhub', 'Nothing to change.'],
    ['perms get sandbox-gtmhub/actions', '"actions" is no id of a permission.'],
    [
      'perms create --action ManageGaols --principal role:Members -p sandbox-gtmhub',
      'Did you mean ManageGoals?',
    ],
    ['perms update x --add y -p sandbox-grafana', 'Grafana has no "perms"'],
  ])('%s', async (line, words) => {
    const { code, stdout, stderr } = await cli(line);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });

  it('warns of an item type that is not documented, and sends it', async () => {
    const { code, stderr } = await cli('perms default-access goal -p sandbox-gtmhub');
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('documented for session and dashboard') as string,
    ]);
  });

  it('takes the other name of a dashboard', async () => {
    const { code, stdout } = await cli('perms default-access insightBoard -p sandbox-gtmhub --json');
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { itemType: 'dashboard' }]);
  });

  it.each([
    ['perms principal get X', 'principal-get', ['X']],
    [
      'perms principal -p sandbox-gtmhub set X --add A',
      'principal-set',
      ['-p', 'sandbox-gtmhub', 'X', '--add', 'A'],
    ],
    ['perms principal-get X', 'principal-get', ['X']],
    ['perms get principal', 'get', ['principal']],
  ])('reads %s', async (line, verb, rest) => {
    const found = await locate(line.split(' '));
    expect([found.command?.verb, found.rest]).toEqual([verb, rest]);
  });

  it('offers the verbs that there are for half of one', async () => {
    const { code, stderr } = await cli('perms principal got X');
    expect([code, stderr]).toEqual([2, expect.stringContaining('principal-get') as string]);
  });
});
