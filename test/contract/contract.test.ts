/**
 * One meaning: the same behaviours of the same nouns over every system that has them. What is special to a system is
 * tested with its provider; here a behaviour holds for all or is a defect.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { dashboardShape } from '../../src/model/dashboard.ts';
import { grantShape } from '../../src/model/grant.ts';
import { shareShape } from '../../src/model/share.ts';
import { createCli } from '../support/cli.ts';
import { testSandbox } from '../support/sandbox.ts';
import { systems } from './systems.ts';
import type { Cli } from '../support/cli.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import type { System } from './systems.ts';

type Row = Readonly<Record<string, unknown>>;

const keysOf = (shape: typeof dashboardShape): string[] => shape.fields.map(({ key }) => key).sort();

describe.each(systems)('$profile', (system) => {
  const cli = createCli();
  const ref = `${system.profile}/${system.dashboard}`;
  const missing = `${system.profile}/${system.missing}`;

  describe('dashboards', () => {
    it('lists rows of the one shape, and a get answers with the row that was listed', async () => {
      const listed = await rows(cli, `dashboards list -p ${system.profile}`);
      expect(listed.length).toBeGreaterThanOrEqual(12);
      for (const row of listed) expect(Object.keys(row).sort()).toEqual(keysOf(dashboardShape));
      const row = listed.find((one) => one['id'] === system.dashboard);
      const got = await object(cli, `dashboards get ${ref}`);
      expect(Object.keys(got).sort()).toEqual(keysOf(dashboardShape));
      expect(got).toMatchObject({
        ref,
        title: row?.['title'],
        profile: system.profile,
        provider: system.provider,
      });
    });

    it('creates, changes and deletes one', async () => {
      const made = await object(cli, `dashboards create -p ${system.profile} ${system.create}`);
      expect(made).toMatchObject({ title: 'Contract', ref: `${system.profile}/${String(made['id'])}` });
      const mine = String(made['ref']);
      const changed = await object(cli, `dashboards update ${mine} --title Changed`);
      expect(changed).toMatchObject({ ref: mine, title: 'Changed' });
      expect((await object(cli, `dashboards get ${mine}`))['title']).toBe('Changed');
      expect((await cli(`dashboards delete ${mine}`)).code).toBe(2);
      expect((await cli(`dashboards delete ${mine} --yes`)).code).toBe(0);
      await fails(cli, `dashboards get ${mine}`, 6, 'not-found');
    });

    it('changing nothing sends nothing', async () => {
      const { title } = await object(cli, `dashboards get ${ref}`);
      const { code, stderr } = await cli(['dashboards', 'update', ref, '--title', String(title)]);
      expect(code).toBe(0);
      expect(stderr).toContain('Already so');
    });

    it('does not find what is not there, for any verb', async () => {
      await fails(cli, `dashboards get ${missing}`, 6, 'not-found');
      await fails(cli, `dashboards update ${missing} --title X`, 6, 'not-found');
      await fails(cli, `dashboards delete ${missing} --yes`, 6, 'not-found');
      await fails(cli, `acl list ${missing}`, 6, 'not-found');
    });
  });

  describe('acl', () => {
    const [first, second] = system.levels;
    // A level alone may lock the caller out of a dashboard that had no rules; that guard has tests of its own.
    const consent = '--yes --allow-self-lockout';

    it('lists rows of the one shape', async () => {
      for (const row of await rows(cli, `acl list ${ref}`)) {
        expect(Object.keys(row).sort()).toEqual(keysOf(grantShape));
      }
    });

    it('grants, changes and revokes one entry and leaves the others', async () => {
      const others = (list: readonly Row[]): Row[] =>
        list.filter(
          (one) => one['inherited'] !== true && !system.owns.test(JSON.stringify(one['principal'])),
        );
      const level = (list: readonly Row[]): unknown =>
        list.find((one) => one['inherited'] !== true && system.owns.test(JSON.stringify(one['principal'])))?.[
          'level'
        ];

      // A rule beside the grantee's, so that revoking it does not empty the list.
      await cli(`acl grant ${ref} ${neighbour(system)} ${consent}`);
      const before = others(await rows(cli, `acl list ${ref}`));
      expect(level(await rows(cli, `acl grant ${ref} ${system.grantee}=${first} ${consent}`))).toBe(first);

      const again = await cli(`acl grant ${ref} ${system.grantee}=${first} ${consent}`);
      expect(again.code).toBe(0);
      expect(again.stderr).toContain('Already so');

      const raised = await rows(cli, `acl grant ${ref} ${system.grantee}=${second} ${consent}`);
      expect(level(raised)).toBe(second);
      expect(others(raised)).toEqual(before);

      const left = await rows(cli, `acl revoke ${ref} ${system.grantee} ${consent}`);
      expect(level(left)).toBeUndefined();
      expect(others(left)).toEqual(before);

      const gone = await cli(`acl revoke ${ref} ${system.grantee} ${consent}`);
      expect(gone.code).toBe(0);
    });

    it('refuses who is unknown and which level is unknown, before anything is sent', async () => {
      await fails(
        cli,
        `acl grant ${ref} user:nobody@example.com=${first} ${consent}`,
        6,
        'unknown-principal',
      );
      const { code } = await cli(`acl grant ${ref} ${system.grantee}=${system.noLevel} ${consent}`);
      expect(code).toBe(2);
      expect((await cli(`acl grant ${ref} ${system.grantee}=emperor ${consent}`)).code).toBe(2);
    });
  });

  const open = system.share;
  if (open !== null) {
    it('opens a link of the one shape, pauses it and ends it', async () => {
      expect(await rows(cli, `share list ${ref}`)).toEqual([]);
      expect((await cli(`share create ${ref} ${open}`)).code).toBe(2);
      const made = await object(cli, `share create ${ref} ${open} --yes`);
      expect(Object.keys(made).sort()).toEqual(keysOf(shareShape));
      expect(made).toMatchObject({ dashboard: ref, status: 'active' });
      expect(made['url']).toEqual(expect.stringMatching(/^https?:/));
      const share = String(made['ref']);
      expect(await object(cli, `share get ${share}`)).toMatchObject({ ref: share, status: 'active' });
      expect(await object(cli, `share update ${share} --status paused --yes`)).toMatchObject({
        status: 'paused',
      });
      const again = await cli(`share update ${share} --status paused --yes`);
      expect(again.code).toBe(0);
      expect(again.stderr).toContain('Already so');
      expect((await cli(`share revoke ${share} --yes`)).code).toBe(0);
      const left = await rows(cli, `share list ${ref}`);
      expect(left.filter((one) => one['status'] === 'active')).toEqual([]);
    });
  }

  describe('an identity that may only read', () => {
    let sandbox: TestSandbox;
    let reader: Cli;
    beforeAll(async () => {
      sandbox = await testSandbox({ folder: join(cli.home, 'state', 'sandbox'), only: [system.room] });
      reader = createCli({ env: system.reader(sandbox.room(system.room)) });
    });
    afterAll(() => sandbox.close());

    it('is told so, and changes nothing', async () => {
      const own = `--provider ${system.provider}`;
      expect((await reader(`dashboards list ${own} --json`)).code).toBe(0);
      await fails(reader, `dashboards create ${own} ${system.create}`, 3, 'not-allowed');
      const titles = (await rows(cli, `dashboards list -p ${system.profile}`)).map((one) => one['title']);
      expect(titles).not.toContain('Contract');
    });
  });
});

/** A second entry, so that the list is not emptied. */
function neighbour({ provider }: System): string {
  return (
    {
      datadog: 'user:ana@example.com=edit',
      grafana: 'user:wanda=edit',
      posthog: 'user:fatima@example.com=edit',
    }[provider] ?? ''
  );
}

async function rows(cli: Cli, line: string): Promise<readonly Row[]> {
  return (await answer(cli, line)) as readonly Row[];
}

async function object(cli: Cli, line: string): Promise<Row> {
  return (await answer(cli, line)) as Row;
}

async function answer(cli: Cli, line: string): Promise<unknown> {
  const { code, stdout, stderr } = await cli(`${line} --json`);
  expect(code, `${line}: ${stderr}`).toBe(0);
  return JSON.parse(stdout) as unknown;
}

async function fails(cli: Cli, line: string, code: number, named: string): Promise<void> {
  const result = await cli(`${line} --json`);
  expect(result.code, `${line}: ${result.stderr}`).toBe(code);
  expect(JSON.parse(result.stderr)).toMatchObject({ error: { code: named } });
  expect(result.stdout).toBe('');
}
