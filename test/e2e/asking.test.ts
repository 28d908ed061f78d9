/** Missing arguments on a terminal: asked for from lists that can be searched; elsewhere named before anything is sent. */
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHome } from '../support/binary.ts';
import { onTerminal } from '../support/pty.ts';
import type { AddressInfo } from 'node:net';

const enter = '\r';

describe('a missing dashboard', () => {
  const home = createHome();

  it('is found by its title', async () => {
    const session = onTerminal(home, ['dashboards', 'get', '-p', 'sandbox-datadog', '--fields', 'id']);
    await session.shows('Kubernetes capacity');
    session.type('costs');
    await session.shows(/❯ Cloud costs/);
    session.type(enter);
    expect((await session.ended).code).toBe(0);
    expect(session.text()).toContain('a3k-8mv-1qs');
  });

  it('may be pasted as an address', async () => {
    const session = onTerminal(home, ['dashboards', 'get', '-p', 'sandbox-datadog', '--fields', 'title']);
    await session.shows('Kubernetes capacity');
    session.type('https://sandbox-datadog.example.com/dashboard/a3k-8mv-1qs');
    await session.shows('(as typed)');
    session.type(enter);
    expect((await session.ended).code).toBe(0);
  });

  it('leaves cleanly with Ctrl-C and with Ctrl-D', async () => {
    for (const key of ['\u0003', '\u0004']) {
      const session = onTerminal(home, ['dashboards', 'get', '-p', 'sandbox-datadog']);
      await session.shows('Kubernetes capacity');
      session.type(key);
      expect((await session.ended).code).toBe(5);
      expect(session.text()).toMatch(/\nError: Cancelled; nothing was sent\.\n/);
    }
  });

  it('needs no account on the line: which one it is is asked first', async () => {
    const session = onTerminal(home, ['dashboards', 'get', '--fields', 'id']);
    await session.shows(/Which profile\?/);
    session.type('datadog');
    await session.shows(/❯ sandbox-datadog/);
    session.type(enter);
    await session.shows('Kubernetes capacity');
    session.type(enter);
    expect((await session.ended).code).toBe(0);
    expect(session.text()).toContain('c4t-9kx-2mq');
  });
});

describe('a missing grant', () => {
  const home = createHome();

  it('is put together from a principal of the server and one of its levels', async () => {
    const words = 'acl grant sandbox-grafana/node-health --dry-run'.split(' ');
    const session = onTerminal(home, words, { columns: 120 });
    await session.shows('team:support');
    session.type('webshop');
    await session.shows(/❯ team:webshop/);
    session.type(enter);
    await session.shows(/Which level for team:webshop\?/);
    session.type(`\u001b[B${enter}`);
    expect((await session.ended).code).toBe(0);
    expect(session.text()).toMatch(/\+ .*team:webshop: edit/);
  });
});

describe('what a new object cannot do without', () => {
  const home = createHome();
  const create = (line: string) => onTerminal(home, [...line.split(' '), '--dry-run'], { columns: 120 });

  it('is chosen from the types of share that the system has', async () => {
    const session = create('share create sandbox-datadog/a3k-8mv-1qs');
    await session.shows(/Who may see it\?[^]*\(invite\)[^]*\(open\)[^]*\(embed\)/);
    session.type(`\u001b[B${enter}`);
    expect((await session.ended).code).toBe(0);
    expect(session.text()).toContain('Share dashboard "Cloud costs" (open)');
  });

  it('is not asked for where the list of people tells it', async () => {
    const session = create('share create sandbox-datadog/a3k-8mv-1qs --invite bo@example.com');
    expect((await session.ended).code).toBe(0);
    expect(session.text()).toContain('(invite)');
    expect(session.text()).not.toContain('Who may see it?');
  });

  it('is a title that is typed', async () => {
    const session = create('dashboards create -p sandbox-datadog');
    await session.shows('Title of the new dashboard');
    session.type(`Night shift${enter}`);
    expect((await session.ended).code).toBe(0);
    expect(session.text()).toMatch(/Create dashboard "Night shift"/);
  });

  it('is an action from the catalogue, and who shall hold it', async () => {
    const session = create('perms create -p sandbox-gtmhub');
    await session.shows('Which action?');
    session.type('ManageGoals');
    await session.shows(/❯ ManageGoals/);
    session.type(enter);
    await session.shows('Who shall hold the action?');
    session.type(`role:Members${enter}`);
    expect((await session.ended).code).toBe(0);
    expect(session.text()).toContain('POST');
  });

  it.each([
    ['share create sandbox-datadog/a3k-8mv-1qs', 'Who may see it?'],
    ['dashboards create -p sandbox-grafana', 'Title of the new dashboard'],
    ['perms create -p sandbox-gtmhub', 'Which action?'],
  ])('%s can be left with Ctrl-C', async (line, question) => {
    const session = create(line);
    await session.shows(question);
    session.type('\u0003');
    expect((await session.ended).code).toBe(5);
    expect(session.text()).toContain('Cancelled; nothing was sent.');
  });
});

describe('profile add', () => {
  const home = createHome();

  it('asks whether an account that fails its check is to be saved all the same', async () => {
    const words =
      'profile add dead --provider datadog --site eu1 --base-url http://127.0.0.1:1 --max-wait 1ms';
    for (const [answer, saved] of [
      ['', false],
      ['y', true],
    ] as const) {
      const session = onTerminal(home, [...words.split(' '), '--secrets', 'keys.env'], { columns: 120 });
      await session.shows(/The check failed: [^]*Save it anyway\? \(y\/N\)/);
      session.type(`${answer}${enter}`);
      expect((await session.ended).code === 0).toBe(saved);
      expect((await home.run('profile list --fields name')).stdout.includes('dead')).toBe(saved);
    }
  });

  beforeAll(async () => {
    await writeFile(join(home.folder, 'keys.env'), 'DD_API_KEY=a\nDD_APP_KEY=b\n');
  });
});

describe('where nobody can be asked', () => {
  const home = createHome();
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  });
  let address = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
  });

  it.each([
    ['dashboards get', 'DASHBOARD'],
    ['dashboards delete --yes', 'DASHBOARD'],
    ['dashboards clone abc-def-ghi', '--title'],
    ['share revoke --yes', 'SHARE'],
    ['share get', 'SHARE'],
    ['invite send abc-def-ghi', 'EMAIL'],
    ['acl list', 'dashboard'],
    ['acl grant', 'DASHBOARD'],
    ['acl grant abc-def-ghi', 'team:sre=edit'],
    ['acl revoke abc-def-ghi', 'team:sre'],
    ['dashboards create', '--title'],
    ['profile use', 'NAME'],
    ['profile remove', 'NAME'],
    ['profile add', '--provider'],
  ])('%s names %s and sends nothing', async (line, word) => {
    const env = { DD_API_KEY: 'a', DD_APP_KEY: 'b', DD_HOST: address, DASHCTL_PROVIDER: 'datadog' };
    const done = await home.run(line, line.startsWith('profile') ? {} : { env });
    expect(done).toMatchObject({ code: 2, stdout: '' });
    expect(done.stderr).toContain(word);
    expect(asked).toBe(0);
  });
});
