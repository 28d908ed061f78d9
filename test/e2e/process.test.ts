/** The built dashctl as a process: exit codes, streams, pipes, signals, and folders that cannot be used. */
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInProfiles } from '../../src/config/built-in.ts';
import { exitCodes } from '../../src/errors.ts';
import { offersVerb } from '../../src/providers/offers.ts';
import { createHome, entry } from '../support/binary.ts';
import { startDatadogServer } from '../support/datadog-server.ts';
import type { DatadogServer } from '../support/datadog-server.ts';

const packageJson = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};

describe('exit codes', () => {
  const home = createHome();

  it.concurrent.each([
    [0, 'dashboards list -p sandbox-datadog --limit 1'],
    [1, 'dashboards list --provider datadog --base-url http://127.0.0.1:1 --max-wait 1ms'],
    [2, 'dashboards lst'],
    [2, 'dashboards list --shraed'],
    [2, 'dashboards delete sandbox-datadog/c4t-9kx-2mq'],
    [3, 'dashboards list'],
    [4, 'dashboards list -p dead -p sandbox-datadog --max-wait 1ms'],
    [6, 'dashboards get sandbox-datadog/zzz-zzz-zzz'],
    [8, 'acl set sandbox-grafana/checkout-latency'],
  ])('%i: dashctl %s', async (code, line) => {
    const own = line.includes('dead') ? createHome() : home;
    if (own !== home) {
      const dead = 'profile add dead --provider datadog --base-url http://127.0.0.1:1 --no-check --secrets -';
      await own.run(dead, { stdin: 'DD_API_KEY=a\nDD_APP_KEY=b\n' });
    }
    const env = line.includes('--provider') ? { DD_API_KEY: 'a', DD_APP_KEY: 'b' } : {};
    const ended = await own.run(line, { env });
    expect({ line, code: ended.code, stderr: ended.code === code ? '' : ended.stderr }).toEqual({
      line,
      code,
      stderr: '',
    });
    // Results and messages never mix.
    if (code === 0) expect(ended.stderr).toBe('');
    else expect(ended.stderr).toMatch(/^Error: /m);
    expect(ended.stdout === '').toBe(code !== 0 && code !== 4);
    expect(Object.keys(exitCodes)).toContain(String(code));
  });

  it('are 0 for --version and --help, even where no folder can be read', async () => {
    const closed = join(home.folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o000);
    const env = { HOME: closed, DASHCTL_CONFIG_DIR: closed, DASHCTL_STATE_DIR: closed };
    expect(await home.run('--version', { env })).toMatchObject({
      code: 0,
      stdout: `${packageJson.version}\n`,
      stderr: '',
    });
    expect(await home.run('--help', { env })).toMatchObject({ code: 0, stderr: '' });
    expect(await home.run('dashboards list --help', { env: { HOME: '/dev/null' } })).toMatchObject({
      code: 0,
      stderr: '',
    });
  });
});

describe('pipes', () => {
  let server: DatadogServer;
  const home = createHome();
  beforeAll(async () => {
    server = await startDatadogServer(10_000, 500);
  });
  afterAll(() => server.close());

  it('end quietly when the reader has enough', async () => {
    const { code, stdout, stderr } = await home.shell(
      `{ dashctl dashboards list ${server.words} --page-size 1000; echo "exit $?" >&2; } | head -1`,
      { env: server.env },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'exit 0\n' });
    expect(stdout.split('\n')).toHaveLength(2);
    expect(server.asked()).toBeLessThan(11);
  });

  it('bring 5 MB to a slow reader whole', async () => {
    const slow = `node -e '
      let size = 0, rest = "", rows = 0;
      process.stdin.on("data", (chunk) => {
        size += chunk.length; rest = chunk.toString("latin1").slice(-2); rows += chunk.toString("latin1").split("\\n").length - 1;
        if (size % 7 === 0) { process.stdin.pause(); setTimeout(() => process.stdin.resume(), 20); }
      }).on("end", () => console.log(size > 5e6, rows, JSON.stringify(rest)));'`;
    const { stdout, stderr } = await home.shell(
      `dashctl dashboards list ${server.words} --page-size 1000 -o ndjson | ${slow}`,
      { env: server.env },
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('true 10000 "}\\n"\n');
  });

  it('that are full are an error', async () => {
    const { code, stderr } = await home.shell('dashctl dashboards list -p sandbox-datadog > /dev/full');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: .*(?:space|ENOSPC|stdout)/i);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('connect commands: a list is the input of the next', async () => {
    const { code, stdout, stderr } = await home.shell(
      'dashctl dashboards list -p sandbox-datadog --no-shared --limit 2 --fields ref | dashctl dashboards delete - --confirm 2 --fields title',
    );
    expect({ code, stderr: stderr.replaceAll(/^(?:It|They|Links|Link).*\n/gm, '') }).toMatchObject({
      code: 0,
    });
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('signals', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends a hanging request with %i and no stack', async (signal, code) => {
    const server = await startDatadogServer('never');
    try {
      const home = createHome();
      const child = execa(process.execPath, [entry, ...`dashboards list ${server.words}`.split(' ')], {
        env: { ...home.env, ...server.env },
        extendEnv: false,
        reject: false,
        stdin: 'ignore',
      });
      while (server.asked() === 0) await sleep(20);
      child.kill(signal);
      const { exitCode, stdout, stderr } = await child;
      expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
      expect(stderr).toMatch(/Interrupted/);
      expect(stderr).not.toMatch(/\n\s+at /);
    } finally {
      await server.close();
    }
  });
});

describe('folders', () => {
  it('that cannot be read are named', async () => {
    const home = createHome();
    // A file where a folder is expected fails for every user, root included.
    const blocked = join(home.folder, 'blocked');
    writeFileSync(blocked, '');
    const { code, stdout, stderr } = await home.run('profile list', { env: { DASHCTL_CONFIG_DIR: blocked } });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(blocked);
    expect(stderr).not.toMatch(/\n\s+at /);
    const state = await home.run('dashboards list -p sandbox', { env: { DASHCTL_STATE_DIR: blocked } });
    expect(state).toMatchObject({ code: 1, stdout: '' });
    expect(state.stderr).toContain(blocked);
  });

  it('with a damaged settings file are left alone and the file is named', async () => {
    const home = createHome();
    const config = join(home.folder, 'config');
    const env = { DASHCTL_CONFIG_DIR: config };
    await home.run('profile add x --provider datadog --no-check --secrets -', {
      env,
      stdin: 'DD_API_KEY=a\nDD_APP_KEY=b\n',
    });
    const { stdout } = await home.shell(`ls ${config}/*.json | head -1`);
    const file = stdout.trim();
    writeFileSync(file, '{"profiles": ');
    const failed = await home.run('profile list', { env });
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toContain(file);
    expect(readFileSync(file, 'utf8')).toBe('{"profiles": ');
  });

  it('lose nothing when several commands write the sandbox at once', async () => {
    const home = createHome();
    await home.run('dashboards list -p sandbox-datadog');
    const count = async () =>
      (await home.run('dashboards list -p sandbox-datadog --fields ref')).stdout.trimEnd().split('\n').length;
    const before = await count();
    const writers = [1, 2, 3, 4].map((number) =>
      home.run(['dashboards', 'create', '-p', 'sandbox-datadog', '--title', `At once ${number}`]),
    );
    for (const ended of await Promise.all(writers)) expect(ended).toMatchObject({ code: 0 });
    expect(await count()).toBe(before + 4);
  });
});

describe('sandbox start', () => {
  it('prints addresses and credentials that any client can use, until it is stopped', async () => {
    const home = createHome();
    const child = execa(process.execPath, [entry, 'sandbox', 'start', '--json'], {
      env: home.env,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
    });
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    const started = JSON.parse(chunk.toString()) as {
      url: string;
      providers: Record<string, { baseUrl: string; env: Record<string, string> }>;
    };
    expect(Object.keys(started)).toEqual(['url', 'providers']);
    expect(Object.keys(started.providers)).toEqual(builtInProfiles.map((profile) => profile.room));
    for (const [room, { baseUrl, env, ...rest }] of Object.entries(started.providers)) {
      expect(rest).toEqual({});
      // Gtmhub's base URL holds the version of its API.
      expect(baseUrl).toBe(`${started.url}/${room}${room === 'gtmhub' ? '/api/v1' : ''}`);
      expect(Object.values(env).some((value) => value.startsWith(baseUrl))).toBe(true);
      const provider = builtInProfiles.find((profile) => profile.room === room)?.provider ?? 'datadog';
      if (!offersVerb(provider, 'dashboards', 'list')) continue;
      const ours = await home.run(`dashboards list --provider ${provider} --limit 1 --fields title`, { env });
      expect(ours).toMatchObject({ code: 0, stdout: expect.stringMatching(/.+\n/) as string });
    }
    const { datadog, grafana } = started.providers;
    const keys = {
      'DD-API-KEY': datadog?.env['DD_API_KEY'] ?? '',
      'DD-APPLICATION-KEY': datadog?.env['DD_APP_KEY'] ?? '',
    };
    expect((await fetch(`${datadog?.baseUrl ?? ''}/api/v1/dashboard`, { headers: keys })).status).toBe(200);
    expect((await fetch(`${datadog?.baseUrl ?? ''}/api/v1/dashboard`)).status).toBe(403);
    expect((await fetch(`${grafana?.baseUrl ?? ''}/api/search`)).status).toBe(401);

    child.kill('SIGINT');
    expect(await child).toMatchObject({ exitCode: 130 });
    await expect(fetch(started.url)).rejects.toThrow();
  });

  it('prints environment lines for a shell, and takes a port', async () => {
    const home = createHome();
    const { stdout, stderr } = await home.shell(
      `dashctl sandbox start --port 0 --latency 300ms > lines 2> messages & pid=$!
       until grep -qs Serving messages; do sleep 0.05; done
       . ./lines
       DASHCTL_PROVIDER=datadog dashctl dashboards list --limit 1 --fields title
       kill -INT $pid; wait $pid; cat lines`.replace('. ./lines', 'set -a; . ./lines; set +a'),
    );
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Checkout latency|^\S.*\n/);
    expect(stdout).toMatch(/^# datadog: http:\/\/127\.0\.0\.1:\d+\/datadog$/m);
  });
});
