/** Taking writes back: the journal, history and undo over the sandbox, as a user goes through them. */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCli } from '../support/cli.ts';
import type { Cli } from '../support/cli.ts';

interface Row {
  readonly operation: string;
  readonly run: string;
  readonly title: string;
  readonly state: string;
  readonly undo: string;
  readonly undoneBy: readonly string[];
}

/** Runs a line that has to succeed. */
async function ok(cli: Cli, line: string | readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(line);
  expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' });
  return stdout;
}

async function history(cli: Cli, more = ''): Promise<readonly Row[]> {
  return JSON.parse(await ok(cli, `history list --json ${more}`)) as Row[];
}

const journalOf = (cli: Cli): string => join(cli.home, 'state', 'journal');
const runsOf = (cli: Cli): string[] =>
  readdirSync(journalOf(cli))
    .filter((name) => name.endsWith('.ndjson'))
    .sort();

describe.each([
  ['sandbox-grafana', 'checkout-latency'],
  ['sandbox-grafana-7', 'checkout-latency'],
  ['sandbox-grafana-5', 'checkout-latency'],
])('a wiped permission list of %s', (profile, id) => {
  it('comes back exactly, goes again by a redo, and comes back once more', async () => {
    const cli = createCli();
    const ref = `${profile}/${id}`;
    // Own entries to lose: on older servers the defaults alone would not come back as defaults.
    await ok(cli, `acl grant ${ref} team:sre=edit --yes`);
    const before = await ok(cli, `acl list ${ref} --json`);
    const wiped = await cli(['acl', 'set', ref, '--empty', '--confirm', 'Checkout latency']);
    expect(wiped).toMatchObject({ code: 0 });
    const after = await ok(cli, `acl list ${ref} --json`);
    expect(after).not.toBe(before);

    const dry = await cli('undo --dry-run');
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.stdout + dry.stderr).toContain('Dry run: nothing was sent.');
    expect(await ok(cli, `acl list ${ref} --json`)).toBe(after);

    const sorted = (text: string): unknown[] =>
      (JSON.parse(text) as unknown[]).map((grant) => JSON.stringify(grant)).sort();
    await ok(cli, 'undo --yes');
    expect(sorted(await ok(cli, `acl list ${ref} --json`))).toEqual(sorted(before));
    // What wants its name when it is done first wants it when it is done again.
    const again = await cli('undo --yes --empty');
    expect(again).toMatchObject({ code: 8, stdout: '' });
    expect(again.stderr).toContain("--confirm 'Checkout latency'");
    const redone = await cli(['undo', '--empty', '--confirm', 'Checkout latency']);
    expect(redone).toMatchObject({ code: 0 });
    expect(sorted(await ok(cli, `acl list ${ref} --json`))).toEqual(sorted(after));
    await ok(cli, 'undo --yes');
    expect(sorted(await ok(cli, `acl list ${ref} --json`))).toEqual(sorted(before));

    const rows = await history(cli);
    expect(rows.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied', 'applied', 'applied']);
    expect(rows[3]?.undoneBy).toEqual([rows[2]?.operation]);
  });
});

describe('undo', () => {
  it('writes nothing over a change of somebody else, shows all three states, and names what --force overwrites', async () => {
    const cli = createCli();
    const ref = 'sandbox-grafana/checkout-latency';
    await ok(cli, `acl grant ${ref} team:sre=edit --yes`);
    const ours = (await history(cli))[0]?.operation ?? '';
    // No record of it: as if somebody else had done it.
    await ok(cli, `acl grant ${ref} team:sre=admin --yes --no-journal`);
    const refused = await cli(`undo ${ours} --yes --json`);
    expect(refused).toMatchObject({ code: 7, stdout: '' });
    const { error } = JSON.parse(refused.stderr) as {
      error: { code: string; details: { changes: { before: unknown; after: unknown; now: unknown }[] } };
    };
    expect(error.code).toBe('conflict');
    const [change] = error.details.changes;
    expect(new Set([change?.before, change?.after, change?.now].map((one) => JSON.stringify(one))).size).toBe(
      3,
    );
    expect(await ok(cli, `acl list ${ref}`)).toMatch(/^team:sre\tadmin/m);
    const forced = await cli(`undo ${ours} --yes --force`);
    expect(forced).toMatchObject({ code: 0 });
    expect(forced.stderr).toContain('Overwrites what was changed since');
    expect(await ok(cli, `acl list ${ref}`)).not.toMatch(/^team:sre/m);
  });

  it('asks for the number before it deletes several that were made', async () => {
    const cli = createCli();
    const made = 'dashboards create --title Made -p sandbox-datadog';
    for (let turn = 0; turn < 2; turn++) await ok(cli, made);
    const refused = await cli('undo --last 2 --yes');
    expect(refused).toMatchObject({ code: 8, stdout: '' });
    expect(refused.stderr).toContain('--confirm 2');
    await ok(cli, 'undo --last 2 --confirm 2');
    expect(await ok(cli, 'dashboards list --search Made -p sandbox-datadog --json')).toBe('[]\n');
  });

  it('brings a deleted dashboard back under its id and a created one to the trash', async () => {
    const cli = createCli();
    await ok(cli, 'dashboards delete sandbox-datadog/h7p-2vd-8wz --yes');
    expect(await cli('dashboards get sandbox-datadog/h7p-2vd-8wz')).toMatchObject({ code: 6 });
    const told = await ok(cli, 'undo --yes --json');
    expect(JSON.parse(told)).toMatchObject([
      { kind: 'dashboard', status: 'undone', undo: 'lossy' },
      { kind: 'acl', status: 'already' },
      { kind: 'shares', status: 'already' },
    ]);
    await ok(cli, 'dashboards get sandbox-datadog/h7p-2vd-8wz');

    const made = JSON.parse(
      await ok(cli, 'dashboards create -p sandbox-datadog --title Scratch --layout ordered --json'),
    ) as { ref: string };
    await ok(cli, 'undo --yes');
    expect(await cli(`dashboards get ${made.ref}`)).toMatchObject({ code: 6 });
  });

  it('tells what cannot be taken back, and what to do instead', async () => {
    const cli = createCli();
    await ok(cli, 'invite send sandbox-datadog/c4t-9kx-2mq new@example.com --yes');
    expect((await history(cli))[0]?.undo).toBe('impossible');
    const { code, stderr } = await cli('undo --yes');
    expect(code).not.toBe(0);
    expect(stderr).toContain('cannot be undone');
  });

  it('says that there is nothing to undo', async () => {
    expect(await createCli()('undo --yes')).toMatchObject({
      code: 6,
      stdout: '',
      stderr: expect.stringContaining('The journal holds no write that could be undone.') as string,
    });
  });
});

describe('the journal', () => {
  it('is private, holds no secret, and a read or a dry run leaves nothing', async () => {
    const cli = createCli();
    await ok(cli, 'acl list sandbox-grafana/checkout-latency');
    await ok(cli, 'acl grant sandbox-grafana/checkout-latency team:sre=edit --dry-run');
    expect(readdirSync(join(cli.home, 'state'))).not.toContain('journal');
    await ok(cli, 'share create sandbox-datadog/h7p-2vd-8wz --type open --yes');
    const { token } = (
      JSON.parse(await ok(cli, 'share list sandbox-datadog/h7p-2vd-8wz --json')) as { token: string }[]
    )[0] ?? { token: '' };
    await ok(cli, 'share revoke sandbox-datadog/h7p-2vd-8wz --yes');
    expect(token.length).toBeGreaterThan(20);
    expect(statSync(journalOf(cli)).mode & 0o777).toBe(0o700);
    for (const name of runsOf(cli)) {
      const path = join(journalOf(cli), name);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readFileSync(path, 'utf8')).not.toContain(token);
    }
    for (const line of ['history list', 'history export', 'history export --json'])
      expect(await ok(cli, line)).not.toContain(token);
  });

  it('refuses a write that it cannot record, unless told otherwise', async () => {
    const cli = createCli();
    const ref = 'sandbox-datadog/h7p-2vd-8wz';
    await ok(cli, `dashboards update ${ref} --description first`);
    // A file where the folder was: this stops root too, whom modes do not.
    rmSync(journalOf(cli), { recursive: true });
    writeFileSync(journalOf(cli), '');
    const refused = await cli(`dashboards update ${ref} --description second`);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('--no-journal');
    expect(await ok(cli, `dashboards get ${ref} --json`)).toContain('first');
    await ok(cli, `dashboards update ${ref} --description second --no-journal`);
    expect(await ok(cli, `dashboards get ${ref} --json`)).toContain('second');
  });

  it('tells damage in the middle from a torn end', async () => {
    const cli = createCli();
    for (const description of ['one', 'two'])
      await ok(cli, `dashboards update sandbox-datadog/h7p-2vd-8wz --description ${description}`);
    expect(JSON.parse(await ok(cli, 'history verify --json'))).toMatchObject([
      { status: 'whole' },
      { status: 'whole' },
    ]);
    const [first, second] = runsOf(cli).map((name) => join(journalOf(cli), name));
    if (first === undefined || second === undefined) throw new Error('Two runs were expected.');
    const torn = readFileSync(first, 'utf8');
    writeFileSync(first, torn.slice(0, -7));
    expect(JSON.parse(await ok(cli, 'history verify --json'))).toContainEqual(
      expect.objectContaining({ status: 'torn' }),
    );
    writeFileSync(second, readFileSync(second, 'utf8').replace('two', 'six'));
    const damaged = await cli('history verify --json');
    expect(damaged.code).toBe(1);
    expect(JSON.parse(damaged.stdout)).toContainEqual(expect.objectContaining({ status: 'damaged' }));
  });
});

describe('history', () => {
  it('filters by profile, resource and time', async () => {
    const cli = createCli();
    await ok(cli, 'acl grant sandbox-grafana/checkout-latency team:sre=edit --yes');
    await ok(cli, 'dashboards update sandbox-datadog/h7p-2vd-8wz --description x');
    expect((await history(cli)).length).toBe(2);
    expect((await history(cli, '-p sandbox-datadog')).map(({ title }) => title)).toEqual([
      expect.stringContaining('Kubernetes capacity'),
    ]);
    expect((await history(cli, '--resource checkout')).length).toBe(1);
    expect((await history(cli, '--until 1h')).length).toBe(0);
    expect((await history(cli, '--since 1h --limit 1')).length).toBe(1);
    expect(await cli('history list --since yesterday')).toMatchObject({ code: 2 });
    const [row] = await history(cli);
    const shown = await ok(cli, ['history', 'show', row?.operation.slice(-8) ?? '', '--json']);
    expect(JSON.parse(shown)).toMatchObject([{ title: row?.title, requests: [{ method: 'PUT' }] }]);
    expect(await cli('history show 0000.1')).toMatchObject({ code: 6 });
  });

  it('prunes the old, keeps the newest, and asks', async () => {
    const cli = createCli();
    for (const text of ['1', '2', '3'])
      await ok(cli, `dashboards update sandbox-datadog/h7p-2vd-8wz --description ${text}`);
    const names = runsOf(cli);
    expect(await ok(cli, 'history prune')).toBe('');
    expect(JSON.parse(await ok(cli, 'history prune --keep 1 --json'))).toEqual([]);
    // Two of the three are made to be half a year old.
    for (const name of names.slice(0, 2))
      renameSync(join(journalOf(cli), name), join(journalOf(cli), name.replace(/^\d{8}/, '20260101')));
    expect(await cli('history prune --keep 1')).toMatchObject({ code: 2 });
    expect(JSON.parse(await ok(cli, 'history prune --keep 1 --dry-run --json'))).toHaveLength(2);
    expect(runsOf(cli)).toHaveLength(3);
    expect(JSON.parse(await ok(cli, 'history prune --keep 1 --yes --json'))).toHaveLength(2);
    expect(runsOf(cli)).toEqual(names.slice(2));
  });
});
