/**
 * What one command prints, the next one takes: every reference and every address of every system, as it stands, from
 * the built-in profiles and from saved ones whose pages are anywhere.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCli } from '../support/cli.ts';
import { testSandbox } from '../support/sandbox.ts';
import { systems } from './systems.ts';
import type { Cli } from '../support/cli.ts';
import type { TestSandbox } from '../support/sandbox.ts';

type Row = Readonly<Record<string, unknown>>;

/** What a browser appends while somebody looks around. */
const looking = '?orgId=1&from=now-6h&to=now&tpl_var_env%5B%5D=prod#panel-2';

describe.each(systems)('references of $profile', (system) => {
  const cli = createCli();
  const ref = `${system.profile}/${system.dashboard}`;

  it('as dashboards list prints them are found one by one', async () => {
    const listed = await rows(cli, `dashboards list -p ${system.profile}`);
    for (const row of listed) {
      const printed = String(row['ref']);
      expect(printed).toBe(`${system.profile}/${String(row['id'])}`);
      expect(await object(cli, ['dashboards', 'get', printed])).toMatchObject({ ref: printed });
    }
  });

  it('lead to the same dashboard as its address, whatever the browser appended', async () => {
    const listed = await rows(cli, `dashboards list -p ${system.profile} --limit 3`);
    expect(listed).toHaveLength(3);
    for (const { ref: printed, url } of listed) {
      const address = String(url);
      for (const form of [
        address,
        `${address}${looking}`,
        `${address}/`,
        address.toUpperCase().slice(0, 5) + address.slice(5),
      ]) {
        expect(await object(cli, ['dashboards', 'get', form])).toMatchObject({ ref: printed, url });
      }
      const byAddress = await rows(cli, ['acl', 'list', `${address}${looking}`]);
      expect(byAddress).toEqual(await rows(cli, ['acl', 'list', String(printed)]));
    }
  });

  it('stand in what acl list says about a dashboard', async () => {
    const { title } = await object(cli, `dashboards get ${ref}`);
    const grant = `${system.grantee}=${system.levels[1]}`;
    const { code } = await cli([
      'acl',
      'grant',
      ref,
      grant,
      '--yes',
      '--allow-self-lockout',
      '--confirm',
      String(title),
    ]);
    expect(code).toBe(0);
    const listed = await rows(cli, `acl list ${ref}`);
    expect(listed).not.toEqual([]);
    const own = listed.find((one) => one['inherited'] !== true);
    expect(await rows(cli, `acl list ${String(own?.['resource'])}`)).toEqual(listed);
  });

  it('of a dashboard just made work in all that follows', async () => {
    const made = await object(cli, `dashboards create -p ${system.profile} ${system.create}`);
    const printed = String(made['ref']);
    expect(await object(cli, `dashboards update ${printed} --title Renamed`)).toMatchObject({ ref: printed });
    const copy = await object(cli, `dashboards clone ${String(made['url'])} --title Copy`);
    const piped = await cli('dashboards delete - --confirm 2 --json', {
      stdin: `${printed}\n${String(copy['ref'])}\n`,
    });
    expect(piped.code, piped.stderr).toBe(0);
    expect((piped.json() as unknown as Row[]).map((one) => one['ref'])).toEqual([printed, copy['ref']]);
  });

  const { share } = system;
  if (share !== null) {
    it('of a share are its reference, its token, its address and its dashboard', async () => {
      const made = await object(cli, `share create ${ref} ${share} --yes`);
      const printed = String(made['ref']);
      const url = String(made['url']);
      for (const form of [printed, url, `${url}?theme=dark#top`, String(made['dashboard'])]) {
        expect(await object(cli, ['share', 'get', form]), form).toMatchObject({ ref: printed, url });
      }
      expect(await object(cli, `share get ${String(made['token'])} -p ${system.profile}`)).toMatchObject({
        url,
      });
      const [listed] = await rows(cli, `share list ${String(made['dashboard'])}`);
      expect(listed).toMatchObject({ ref: printed });
      expect((await cli(`share revoke ${url} --yes`)).code).toBe(0);
    });

    it('as share list prints them are found one by one', async () => {
      for (const { ref: printed, url, dashboard } of await rows(
        cli,
        `share list --all -p ${system.profile}`,
      )) {
        expect(await object(cli, ['share', 'get', String(printed)])).toMatchObject({ ref: printed });
        expect((await rows(cli, ['share', 'list', String(dashboard)])).map((one) => one['ref'])).toContain(
          printed,
        );
        if (typeof url === 'string')
          expect(await object(cli, ['share', 'get', url])).toMatchObject({ ref: printed });
      }
    });
  }

  it('flow from a list on a pipe into the next command', async () => {
    const { stdout } = await cli(`dashboards list -p ${system.profile} --limit 3`);
    const done = await cli(`dashboards export - --dir ${join(cli.home, 'out')}`, { stdin: stdout });
    expect(done.code, done.stderr).toBe(0);
    expect(done.stdout.trimEnd().split('\n')).toHaveLength(3);
  });
});

describe('references of Datadog invitations', () => {
  const cli = createCli();

  it('name the share that they belong to', async () => {
    const invitations = await rows(cli, 'invite list sandbox-datadog/c4t-9kx-2mq');
    expect(invitations).not.toEqual([]);
    for (const { share } of invitations) {
      expect(await rows(cli, ['invite', 'list', String(share)])).toEqual(invitations);
    }
  });
});

describe('references of PostHog link passwords', () => {
  const cli = createCli();

  it('name the share that they belong to', async () => {
    expect((await cli('share create sandbox-posthog/2 --type open --lock --yes')).code).toBe(0);
    const { ref, id } = await object(cli, 'share password-add sandbox-posthog/2 --yes');
    expect(ref).toBe('sandbox-posthog/2');
    expect(await object(cli, ['share', 'get', String(ref)])).toMatchObject({ ref });
    expect((await cli(`share password-remove ${String(ref)} ${String(id)} --yes`)).code).toBe(0);
  });
});

describe('references of Gtmhub permissions', () => {
  const cli = createCli();

  it('lead from creating over reading and changing to deleting', async () => {
    const made = await object(
      cli,
      'perms create --action ManageGoals --principal role:Members -p sandbox-gtmhub --yes',
    );
    const ref = String(made['ref']);
    expect(ref).toBe(`sandbox-gtmhub/${String(made['id'])}`);
    expect(await object(cli, `perms get ${ref}`)).toEqual(made);
    const more = await object(cli, `perms update ${ref} --add user:cy@example.com --yes`);
    expect(more).toMatchObject({ ref });
    const gone = await cli('perms delete - --yes --json', { stdin: `${ref}\t${String(made['action'])}\n` });
    expect(gone.code, gone.stderr).toBe(0);
    expect(gone.json()).toMatchObject([{ ref, principals: [] }]);
  });
});

describe('references of Syntho rows', () => {
  const cli = createCli();

  it('as workspace list prints them are found one by one', async () => {
    const listed = await rows(cli, 'workspace list -p sandbox-syntho');
    expect(listed).not.toEqual([]);
    for (const row of listed) {
      expect(row['ref']).toBe(`sandbox-syntho/${String(row['id'])}`);
      expect(await object(cli, `workspace get ${String(row['ref'])}`)).toEqual(row);
    }
  });

  it('work in every change of a row', async () => {
    const made = await object(cli, 'workspace grant sandbox-syntho/2 dora@example.com reader');
    const ref = String(made['ref']);
    expect(await object(cli, `workspace update ${ref} --role editor --yes`)).toMatchObject({
      ref,
      role: 'EDITOR',
    });
    expect(await rows(cli, `workspace revoke ${ref} --yes`)).toMatchObject([{ ref, role: null }]);
    expect((await cli(`workspace get ${ref}`)).code).toBe(6);
  });
});

/** Accounts on servers of one's own: the host that people see may be another one than the API's. */
describe('addresses on hosts of a profile', () => {
  const cli = createCli();
  let server: TestSandbox;
  const rooms = ['datadog', 'grafana', 'posthog'] as const;

  const save = async (name: string, room: string, more = ''): Promise<void> => {
    const { baseUrl, env } = server.room(room);
    const provider = room.split('-')[0] ?? room;
    const added = await cli(
      `profile add ${name} --provider ${provider} --base-url ${baseUrl} --secrets - ${more}`,
      {
        stdin: Object.entries(env)
          .map(([key, value]) => `${key}=${value}\n`)
          .join(''),
      },
    );
    expect(added.code, added.stderr).toBe(0);
  };

  beforeAll(async () => {
    server = await testSandbox({ only: [...rooms] });
    for (const room of rooms) {
      await save(`own-${room}`, room);
      await save(`shop-${room}`, room, `--web-url https://${room}.shop.example/pages/`);
    }
  });
  afterAll(() => server.close());

  it.each(rooms)('pick the profile of %s by the host of its base URL', async (room) => {
    const listed = await rows(cli, `dashboards list -p own-${room} --limit 2`);
    for (const { ref, url } of listed) {
      expect(String(url)).toContain(new URL(server.room(room).baseUrl).host);
      // Two profiles are on this server; the one in use is meant.
      expect(
        await object(cli, ['dashboards', 'get', String(url) + looking, '-p', `own-${room}`]),
      ).toMatchObject({
        ref,
      });
    }
  });

  it.each(rooms)('pick the profile of %s by the host of its pages', async (room) => {
    const listed = await rows(cli, `dashboards list -p shop-${room} --limit 2`);
    expect(listed).toHaveLength(2);
    for (const { ref, url } of listed) {
      expect(String(url)).toMatch(`https://${room}.shop.example/pages/`);
      expect(await object(cli, ['dashboards', 'get', String(url) + looking])).toMatchObject({ ref });
    }
    expect((await cli(`dashboards get https://${room}.shop.example/elsewhere/d/x`)).code).toBe(2);
    const shown = await rows(cli, `profile show shop-${room}`);
    expect(shown).toContainEqual({
      key: 'webUrl',
      value: `https://${room}.shop.example/pages`,
      source: 'profile',
      from: `shop-${room}`,
    });
  });

  it.each(['shop.example.com', 'ftp://shop.example', 'https://me@shop.example', 'https://shop.example/?a=1'])(
    'are none in %s',
    async (address) => {
      const { code, stderr } = await cli(`profile add x --provider datadog --web-url ${address} --secrets -`);
      expect(code).toBe(2);
      expect(stderr).toContain('no address of pages');
    },
  );
});

async function rows(cli: Cli, line: string | readonly string[]): Promise<readonly Row[]> {
  return (await answer(cli, line)) as readonly Row[];
}

async function object(cli: Cli, line: string | readonly string[]): Promise<Row> {
  return (await answer(cli, line)) as Row;
}

async function answer(cli: Cli, line: string | readonly string[]): Promise<unknown> {
  const words = typeof line === 'string' ? line.split(' ') : line;
  const { code, stdout, stderr } = await cli([...words, '--json']);
  expect(code, `${words.join(' ')}: ${stderr}`).toBe(0);
  return JSON.parse(stdout) as unknown;
}
