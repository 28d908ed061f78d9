/** Syntho's workspaces from the command line, over a running sandbox. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workspacePermissionShape } from '../../src/model/workspace-permission.ts';
import { anaLogin } from '../../src/sandbox/syntho/seed.ts';
import { roomFile } from '../../src/sandbox/index.ts';
import { createCli } from '../support/cli.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import type { FaultRule } from '../../src/sandbox/switches.ts';
import type { Cli, CliResult } from '../support/cli.ts';

let sandbox: TestSandbox;
let cli: Cli;
/** A command against the running room, by the environment alone. */
let run: (line: string, stdin?: string) => Promise<CliResult>;

beforeEach(async () => {
  sandbox = await testSandbox({ only: ['syntho'] });
  const { env } = sandbox.room('syntho');
  cli = createCli();
  run = (line, stdin) => cli(`${line} --provider syntho`, { env, ...(stdin === undefined ? {} : { stdin }) });
});
afterEach(() => sandbox.close());

async function faults(rules: readonly FaultRule[]): Promise<void> {
  const answer = await fetch(`${sandbox.url}/_sandbox/switches`, {
    method: 'PUT',
    body: JSON.stringify({ faults: rules }),
  });
  expect(answer.status).toBe(200);
}

interface Row {
  readonly id: string;
  readonly email: string;
  readonly role: string;
}

async function roles(workspace: number): Promise<Record<string, string>> {
  const rows = (await run(`workspace list --workspace ${workspace} --json`)).json() as unknown as Row[];
  return Object.fromEntries(rows.map((row) => [row.email, row.role]));
}

describe('a story', () => {
  it('prints every key of the shape', async () => {
    for (const line of ['workspace list --json', 'workspace get 2 --json']) {
      const value = JSON.parse((await run(line)).stdout) as object | object[];
      const row: object | undefined = Array.isArray(value) ? (value as object[])[0] : value;
      expect(Object.keys(row ?? {})).toEqual(workspacePermissionShape.fields.map((field) => field.key));
    }
  });

  it('grants, changes, revokes, each once', async () => {
    const grant = 'workspace grant 2 dora@example.com reader';
    expect((await run(grant)).code).toBe(0);
    expect((await run(grant)).stderr).toContain('Nothing was sent');
    expect(await roles(2)).toEqual({ 'ana@example.com': 'OWNER', 'dora@example.com': 'READER' });
    expect((await run('workspace grant 2 dora@example.com edit --data-access')).code).toBe(0);
    expect((await run('workspace update 9 --no-data-access --yes --json')).json()).toMatchObject({
      role: 'EDITOR',
      dataAccess: false,
    });
    expect((await run('workspace revoke 2 dora@example.com --yes')).code).toBe(0);
    const again = await run('workspace revoke 2 dora@example.com --yes');
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('Nothing was sent') as string]);
    expect(await roles(2)).toEqual({ 'ana@example.com': 'OWNER' });
  });

  it('hands over what is piped in', async () => {
    const done = await run(
      'workspace transfer - --to bo@example.com --keep-role reader --confirm bo@example.com',
      '1\n2\n',
    );
    expect(done.code).toBe(0);
    expect(await roles(1)).toMatchObject({ 'ana@example.com': 'READER', 'bo@example.com': 'OWNER' });
    expect(await roles(2)).toEqual({ 'ana@example.com': 'READER', 'bo@example.com': 'OWNER' });
  });
});

describe('safety', () => {
  it.each([
    ['workspace update 2 --role reader', 2, '--yes'],
    ['workspace revoke 2', 2, '--yes'],
    ['workspace grant 2 dora@example.com owner --yes', 8, 'workspace transfer'],
    ['workspace update 2 --role owner --yes', 8, 'workspace transfer'],
    ['workspace update 1 --role reader --yes', 8, '--allow-ownerless'],
    ['workspace revoke 1 ana@example.com --yes', 8, '--allow-ownerless --allow-self-lockout'],
    ['workspace revoke 6 --yes', 8, '--allow-self-lockout'],
    ['workspace transfer 1 --to bo@example.com --yes', 8, '--keep-role none'],
    ['workspace transfer 1 --to bo@example.com --keep-role reader --yes', 8, '--confirm bo@example.com'],
    [
      'workspace transfer 1 --to bo@example.com --keep-role reader --confirm cy@example.com',
      8,
      '--confirm bo@example.com',
    ],
  ])('%s ends with %i', async (line, code, words) => {
    const done = await run(line);
    expect([done.code, done.stdout]).toEqual([code, '']);
    expect(done.stderr).toContain(words);
    expect(await roles(1)).toEqual({
      'ana@example.com': 'OWNER',
      'cy@example.com': 'EDITOR',
      'dora@example.com': 'READER',
    });
  });

  it.each([
    'workspace grant 2 dora@example.com reader',
    'workspace update 2 --role reader',
    'workspace revoke 2',
    'workspace transfer 1 --to bo@example.com --keep-role editor --data-access',
  ])('%s --dry-run shows the request and changes nothing', async (line) => {
    const before = (await run('workspace list --json')).stdout;
    const { code, stdout } = await run(`${line} --dry-run --json`);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { dryRun: true, requests: [{}] }]);
    expect((await run('workspace list --json')).stdout).toBe(before);
  });

  it('shows neither password nor session', async () => {
    const { stdout, stderr } = await run('workspace list --debug');
    expect(stderr).toContain('POST');
    expect(stdout + stderr).not.toContain(anaLogin.password);
    expect(stdout + stderr).not.toMatch(/sessionid=|csrftoken=/);
  });

  it('leaves no session behind, also after a failure', async () => {
    const sessions = (): unknown =>
      (
        JSON.parse(readFileSync(roomFile(sandbox.folder, 'syntho'), 'utf8')) as {
          state: { sessions: unknown };
        }
      ).state.sessions;
    expect((await run('workspace grant 2 dora@example.com reader')).code).toBe(0);
    expect((await run('workspace grant 3 emil@example.com reader')).code).toBe(3);
    expect(sessions()).toEqual([]);
  });
});

describe('lost answers', () => {
  const rule = (method: string, path: string, action: FaultRule['action']): FaultRule => ({
    room: 'syntho',
    method,
    path: `/api/v1/workspace_permissions/${path}`,
    action,
  });

  it.each([
    ['workspace grant 2 dora@example.com reader', 'POST', ''],
    ['workspace update 2 --role reader --yes', 'PATCH', '2/'],
    ['workspace revoke 2 --yes', 'DELETE', '2/'],
    [
      'workspace transfer 1 --to bo@example.com --keep-role reader --confirm bo@example.com',
      'PATCH',
      'transfer/',
    ],
  ])('%s: done is found out by reading, and not sent again', async (line, method, path) => {
    await faults([
      { ...rule(method, path, { do: 'status', status: 500, commit: true }), nth: 1 },
      // Whoever sends it again meets this.
      rule(method, path, { do: 'status', status: 418 }),
    ]);
    const { code, stderr } = await run(line);
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('reading back confirmed the change') as string,
    ]);
  });

  it.each([
    ['workspace grant 2 dora@example.com reader', 'POST', ''],
    ['workspace revoke 2 --yes', 'DELETE', '2/'],
  ])('%s: not done is said', async (line, method, path) => {
    await faults([rule(method, path, { do: 'reset' })]);
    const { code, stderr } = await run(line);
    expect([code, stderr]).toEqual([1, expect.stringContaining('it did not happen') as string]);
  });
});

describe('usage', () => {
  it.each([
    ['workspace update 2', 'Nothing to change.'],
    ['workspace transfer 1', 'Who is the new owner?'],
    ['workspace transfer 1 --to bo@example.com --data-access', 'Without a role'],
    ['workspace transfer 1 --to bo@example.com --keep-role owner', 'is none of reader, editor'],
    ['workspace get transfer', '"transfer" is no key of a row.'],
    ['workspace grant 2 dora@example.com raeder', 'Did you mean reader?'],
  ])('%s', async (line, words) => {
    const { code, stdout, stderr } = await run(line);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });

  it('says where nobody has access', async () => {
    const { code, stderr } = await run('workspace list --workspace 9 --user ana@example.com -o table');
    expect([code, stderr]).toEqual([0, 'No access to workspace 9 of ana@example.com found in syntho.\n']);
  });

  it('tells a wrong password, exit 3', async () => {
    const { env } = sandbox.room('syntho');
    const { code, stderr } = await cli('workspace list --provider syntho', {
      env: { ...env, SYNTHO_PASSWORD: 'wrong-password' },
    });
    expect([code, stderr]).toEqual([3, expect.stringContaining('Check the e-mail') as string]);
  });
});
