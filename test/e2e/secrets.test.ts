/** No secret turns up where it was not asked for: made-up ones go through every kind of output. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHome } from '../support/binary.ts';
import type { Ended, Home } from '../support/binary.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

const canaries = {
  DD_API_KEY: 'canary1api0000000000000000000dd01',
  DD_APP_KEY: 'canary2app00000000000000000000000000dd02',
  GRAFANA_PASSWORD: 'canary3 p@ss/word+grafana',
} as const;

/** A secret as it is, encoded, and both of its ends. */
function faces(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64').replaceAll('=', '');
  return [secret, base64, encodeURIComponent(secret), secret.slice(0, 8), secret.slice(-8)];
}

function expectNoneOf(secrets: readonly string[], line: string, { stdout, stderr }: Ended): void {
  for (const face of secrets.flatMap(faces)) {
    const where = `${stdout}\n${stderr}`.includes(face) ? face : null;
    expect({ line, found: where }).toEqual({ line, found: null });
  }
}

describe('with credentials that a server refuses and repeats', () => {
  const home = createHome();
  // The worst server: it puts every header of the request into its error.
  const server = http.createServer((request, response) => {
    response.writeHead(request.url?.includes('search') === true ? 401 : 400, {
      'content-type': 'application/json',
    });
    response.end(
      JSON.stringify({
        errors: [`You sent ${JSON.stringify(request.headers)}`],
        message: JSON.stringify(request.headers),
      }),
    );
  });
  let base = '';
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it.concurrent.each([
    'dashboards list --provider datadog',
    'dashboards list --provider datadog --debug',
    'dashboards get abc-def-ghi --provider datadog --json --debug',
    'dashboards create --title x --provider datadog --debug',
    'dashboards create --title x --provider datadog --dry-run --json',
    'dashboards create --title x --provider datadog --dry-run',
    'profile test --provider datadog --debug',
    'profile show --provider datadog',
    'profile show --provider datadog --json',
    'dashboards list --provider grafana --login ana --debug',
    'dashboards list --provider grafana --login ana --json',
    'profile test --provider grafana --login ana --debug',
    'profile show --provider grafana --login ana --json',
  ])('%s', async (line) => {
    const ended = await home.run(`${line} --base-url ${base}`, { env: canaries });
    expect(ended.stdout + ended.stderr).not.toBe('');
    expectNoneOf(Object.values(canaries), line, ended);
    const basic = Buffer.from(`ana:${canaries.GRAFANA_PASSWORD}`).toString('base64');
    expect(ended.stdout + ended.stderr).not.toContain(basic.slice(0, 16));
  });
});

describe('with credentials that work', () => {
  const home: Home = createHome();
  let server: TestSandbox;
  let secrets: string[] = [];
  beforeAll(async () => {
    server = await testSandbox({ only: ['datadog'] });
    const { env } = server.room('datadog');
    secrets = [env['DD_API_KEY'] ?? '', env['DD_APP_KEY'] ?? ''];
    const stdin = Object.entries(env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('');
    await home.run('profile add prod --provider datadog --secrets - --debug', { stdin });
  });
  afterAll(() => server.close());

  /** The seeded keys begin alike and with zeros; whole ones and their ends are looked for. */
  function expectNoKey(line: string, { stdout, stderr }: Ended): void {
    for (const secret of secrets) {
      for (const face of [secret, secret.slice(-12), Buffer.from(secret).toString('base64')])
        expect({ line, found: `${stdout}${stderr}`.includes(face) ? face : null }).toEqual({
          line,
          found: null,
        });
    }
  }

  it('are in none of what commands say', async () => {
    const lines = [
      'profile list --json',
      'profile show prod',
      'profile test prod --debug',
      'dashboards list --debug --limit 2',
      'dashboards update c4t-9kx-2mq --title x --dry-run --debug',
      'dashboards get c4t-9kx-2mq --raw --debug',
      'dashboards delete zzz-zzz-zzz --yes --debug',
    ];
    const ended = await Promise.all(lines.map((line) => home.run(line)));
    for (const [index, line] of lines.entries()) {
      const one = ended[index];
      if (one === undefined) throw new Error(`${line} did not run`);
      expect(one.stdout + one.stderr).not.toBe('');
      expectNoKey(line, one);
    }
  });

  it('lie in one private file, apart from the settings', async () => {
    const folder = join(home.folder, '.config', 'dashctl');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const holding = readdirSync(folder).filter((file) => {
      expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
      return secrets.some((secret) => readFileSync(join(folder, file), 'utf8').includes(secret));
    });
    expect(holding).toHaveLength(1);
    const { stdout } = await home.run('profile show prod --fields key,value');
    expect(stdout).toContain('apiKey\tset');
  });

  it('leave share tokens out of debug lines, and show them where they are the result', async () => {
    const shown = await home.run('share list --all --fields token --debug');
    const tokens = shown.stdout.trimEnd().split('\n');
    expect(tokens.length).toBeGreaterThan(3);
    const one = await home.run(`share get ${tokens[0] ?? ''} --fields type --debug`);
    expect(one.code).toBe(0);
    expect(one.stderr).toMatch(/GET /);
    expect(one.stderr).not.toContain(tokens[0]);
  });
});
