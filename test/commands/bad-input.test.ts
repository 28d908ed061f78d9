/** Bad input and bad servers: each ends with its exact exit code and one error object, and nothing has changed. */
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allCommands } from '../../src/cli/nouns.ts';
import { builtInProfiles } from '../../src/config/built-in.ts';
import { errorCatalogue } from '../../src/errors.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { offersVerb, providersWith } from '../../src/providers/offers.ts';
import { descriptorOf } from '../../src/providers/registry.ts';
import { createCli } from '../support/cli.ts';
import type { Cli, CliOptions } from '../support/cli.ts';
import { roomState } from '../support/room-state.ts';
import { testSandbox } from '../support/sandbox.ts';

/** Runs a line twice, for people and with --json, and holds both to the catalogue. @returns the error object */
async function refused(
  cli: Cli,
  line: string | readonly string[],
  code: ErrorCode,
  options?: CliOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const words = typeof line === 'string' ? line.split(' ') : line;
  const plain = await cli(words, options);
  expect({ words, code: plain.code, stdout: plain.stdout }).toEqual({
    words,
    code: errorCatalogue[code],
    stdout: '',
  });
  expect(plain.stderr).toMatch(/^Error: \S/m);
  expect(plain.stderr).not.toMatch(/\n\s+at /);

  const json = await cli([...words.slice(0, 2), '--json', ...words.slice(2)], options);
  expect({ words, code: json.code, stdout: json.stdout }).toEqual({
    words,
    code: errorCatalogue[code],
    stdout: '',
  });
  const object = JSON.parse(json.stderr) as { error: Record<string, unknown> };
  expect(Object.keys(object.error)).toEqual([
    'code',
    'message',
    'hint',
    'provider',
    'profile',
    'status',
    'requestId',
    'details',
  ]);
  expect(object.error['code']).toBe(code);
  expect(plain.stderr.replaceAll(/\s+/g, ' ')).toContain(
    firstLine(String(object.error['message'])).replaceAll(/\s+/g, ' '),
  );
  return object.error;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

const commands = (await allCommands()).filter(({ noun }) => noun !== 'profile' && noun !== 'sandbox');

describe('accounts', () => {
  const cli = createCli();
  const keys = { DD_API_KEY: 'a'.repeat(32), DD_APP_KEY: 'b'.repeat(40) };

  it('are never guessed: without any, both ways out are named', async () => {
    const { hint } = await refused(cli, 'dashboards list', 'no-profile');
    for (const way of ['dashctl profile add', '--provider datadog', 'DD_API_KEY', '--profile sandbox'])
      expect(hint).toContain(way);
  });

  it('must be there when they are named', async () => {
    const error = await refused(cli, 'dashboards list -p sandbox-grafan', 'unknown-profile');
    expect(error['hint']).toContain('sandbox-grafana');
    await refused(cli, 'dashboards get nobody/abc-def-ghi', 'unknown-profile');
    await refused(cli, 'dashboards list', 'unknown-profile', { env: { DASHCTL_PROFILE: 'nobody' } });
  });

  it.each(['DD_API_KEY', 'DD_APP_KEY'] as const)('need more than %s', async (name) => {
    const other = name === 'DD_API_KEY' ? 'DD_APP_KEY' : 'DD_API_KEY';
    const error = await refused(cli, 'dashboards list --provider datadog', 'no-credentials', {
      env: { [name]: keys[name] },
    });
    expect(error['message']).toContain(other);
    expect(JSON.stringify(error)).not.toContain(keys[name]);
  });

  it('know their sites', async () => {
    const error = await refused(cli, 'dashboards list --provider datadog --site moon1', 'invalid-input', {
      env: keys,
    });
    expect(error['hint']).toContain('datadoghq.eu');
    await refused(cli, 'dashboards list --provider datadog', 'invalid-input', {
      env: { ...keys, DD_SITE: 'moon1' },
    });
  });

  it('send no credential over plain http to another machine', async () => {
    const line = 'dashboards list --provider datadog --base-url http://datadog.example.com';
    await refused(cli, line, 'unsafe-address', { env: keys });
  });

  it('do not follow an address of an unknown host', async () => {
    const { code, stdout } = await cli('dashboards get https://grafana.example.com/d/abc/title');
    expect([2, 3, 8]).toContain(code);
    expect(stdout).toBe('');
  });
});

describe('words', () => {
  const cli = createCli();
  const bad = join(cli.home, 'bad.json');
  const empty = join(cli.home, 'empty.json');
  const latin = join(cli.home, 'latin.json');
  beforeAll(async () => {
    writeFileSync(bad, '{"title": "x",}');
    writeFileSync(empty, '');
    writeFileSync(latin, Buffer.from([0x7b, 0xff, 0x7d]));
    await cli('dashboards list -p sandbox');
    await cli('share list --all -p sandbox-datadog');
  });

  const dd = 'sandbox-datadog/c4t-9kx-2mq';
  it.each<[string | readonly string[], ErrorCode]>([
    ['dashboards get sandbox-datadog/..', 'invalid-input'],
    ['dashboards get sandbox-datadog/.', 'invalid-input'],
    ['dashboards get sandbox-datadog/a/b', 'invalid-input'],
    ['dashboards get sandbox-datadog/%2e%2e', 'invalid-input'],
    ['dashboards get .. -p sandbox-datadog', 'invalid-input'],
    ['dashboards get .. -p sandbox-grafana', 'invalid-input'],
    ['dashboards delete sandbox-grafana/a%2fb --yes', 'invalid-input'],
    [['dashboards', 'get', ''], 'invalid-input'],
    [['dashboards', 'get', 'sandbox-datadog/'], 'invalid-input'],
    [['dashboards', 'get', 'sandbox-datadog/abc\ndef'], 'invalid-input'],
    ['dashboards list -p sandbox-datadog --deleted --shared', 'usage'],
    ['dashboards list -p sandbox-datadog --deleted --no-shared', 'usage'],
    ['dashboards list -p sandbox-datadog --fields title,bogus', 'usage'],
    ['dashboards list -p sandbox-datadog --limit 0', 'usage'],
    [`dashboards create -p sandbox-datadog --file ${bad}`, 'invalid-input'],
    [`dashboards create -p sandbox-datadog --file ${empty}`, 'invalid-input'],
    [`dashboards create -p sandbox-datadog --file ${latin}`, 'invalid-input'],
    [`dashboards create -p sandbox-datadog --file ${join(cli.home, 'none.json')}`, 'file'],
    [`dashboards create -p sandbox-datadog --file ${cli.home}`, 'file'],
    ['dashboards create -p sandbox-datadog --file -', 'invalid-input'],
    ['dashboards create -p sandbox-datadog', 'usage'],
    [`dashboards create -p sandbox-datadog --file ${bad} --title x`, 'usage'],
    [`dashboards update ${dd}`, 'usage'],
    ['dashboards delete - --yes', 'usage'],
    ['dashboards clone sandbox-datadog/c4t-9kx-2mq', 'missing-input'],
    ['dashboards get sandbox-datadog/zzz-zzz-zzz', 'not-found'],
    ['dashboards get sandbox-grafana/nothing-here', 'not-found'],
    ['dashboards delete sandbox-grafana/nothing-here --yes', 'not-found'],
    ['dashboards restore sandbox-grafana/checkout-latency', 'unsupported'],
    ['share get sandbox-datadog/t5y-1gk-9bc', 'not-found'],
    [`share update ${dd}`, 'usage'],
    [`share create ${dd} --expires yesterday --yes`, 'invalid-input'],
    [`share create ${dd} --expires 2001-01-01 --yes`, 'invalid-input'],
    [`share create ${dd} --live-span 5y --yes`, 'invalid-input'],
    [`share create ${dd} --invite nobody --yes`, 'invalid-input'],
    [`invite send ${dd} nobody --yes`, 'invalid-input'],
    [`invite send ${dd} ana@ --yes`, 'invalid-input'],
    ['invite send sandbox-datadog/t5y-1gk-9bc bo@example.com --yes', 'not-found'],
    ['acl grant sandbox-grafana/checkout-latency', 'missing-input'],
    ['acl revoke sandbox-grafana/checkout-latency', 'missing-input'],
    ['acl list', 'usage'],
    ['acl list sandbox-grafana/nothing-here', 'not-found'],
    ['acl grant sandbox-grafana/checkout-latency team:nobody=edit', 'unknown-principal'],
    ['acl revoke sandbox-grafana/checkout-latency sre', 'invalid-input'],
    ['sandbox reset cellar', 'usage'],
    ['sandbox start --rate-limit many', 'usage'],
    ['profile show nobody', 'unknown-profile'],
    ['profile use nobody', 'unknown-profile'],
    ['profile remove nobody --yes', 'unknown-profile'],
    ['profile add', 'missing-input'],
    ['profile add x --provider datadog', 'no-credentials'],
    ['profile add sandbox --provider datadog --secrets -', 'no-credentials'],
  ])('%s: %s', async (line, code) => {
    const before = [roomState(cli, 'datadog'), roomState(cli, 'grafana')];
    await refused(cli, line, code);
    expect([roomState(cli, 'datadog'), roomState(cli, 'grafana')]).toEqual(before);
  });
});

describe('what a provider lacks', () => {
  const cli = createCli();
  const lacking = builtInProfiles.flatMap(({ name, provider, current }) =>
    commands
      .filter(({ noun, verb }) => current && verb === 'list' && !offersVerb(provider, noun, verb))
      // Those that are about this machine.
      .filter(({ noun }) => providersWith(noun).length > 0)
      .map((command) => [name, provider, command] as const),
  );

  it.each(lacking)('%s: %s', async (profile, provider, { noun, verb, args }) => {
    const words = Object.values(args).map(() => `${profile}/x`);
    const error = await refused(cli, [noun, verb, ...words, '-p', profile], 'unsupported');
    expect(error['message']).toMatch(new RegExp(` has no "(?:share|${noun})[ "]`));
    for (const title of providersWith(noun, verb)) expect(error['message']).toContain(title);
    for (const own of Object.keys(descriptorOf(provider).offers)) expect(error['hint']).toContain(own);
  });
});

describe('formats that contradict each other', () => {
  it('are refused', async () => {
    const { code, stdout, stderr } = await createCli()('dashboards list -p sandbox-datadog --json -o csv');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'usage' } });
  });
});

describe('servers', () => {
  const cli = createCli();
  const answers: Readonly<Record<string, readonly [number, string, string]>> = {
    html: [200, 'text/html', '<!doctype html><title>Log in</title>'],
    html404: [404, 'text/html', '<html><body>no such page</body></html>'],
    json404: [404, 'application/json', '{"errors":["Dashboard with ID abc-def-ghi not found"]}'],
    empty404: [404, 'text/plain', ''],
    cut: [200, 'application/json', '{"dashboards":[{"id":"abc-'],
    shape: [200, 'application/json', '{"dashboards":"none"}'],
    key: [403, 'application/json', '{"errors":["Forbidden"]}'],
    unknown: [401, 'application/json', '{"errors":["Unauthorized"]}'],
    broken: [500, 'application/json', '{"errors":["Internal"]}'],
    moved: [302, 'text/plain', ''],
    plan: [402, 'application/json', '{"errors":["Payment required"]}'],
  };
  const server = http.createServer((request, response) => {
    const [, name = ''] = (request.url ?? '').split('/');
    const [status, type, body] = answers[name] ?? [500, 'text/plain', 'nobody expected this'];
    response.writeHead(status, { 'content-type': type, location: 'https://elsewhere.example.com/' });
    response.end(body);
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const env = { DD_API_KEY: 'sentinel-api-key', DD_APP_KEY: 'sentinel-app-key' };

  it.each<[string, ErrorCode]>([
    ['html', 'not-authenticated'],
    ['json404', 'not-found'],
    ['empty404', 'not-found'],
    ['cut', 'bad-answer'],
    ['shape', 'bad-answer'],
    ['unknown', 'not-authenticated'],
    ['plan', 'payment-required'],
  ])('%s: %s', async (name, code) => {
    const line = `dashboards get abc-def-ghi --provider datadog --base-url ${url}/${name}`;
    const error = await refused(cli, line, code, { env });
    expect(error).toMatchObject({ provider: 'datadog', status: answers[name]?.[0] });
    expect(JSON.stringify(error)).not.toContain('sentinel');
  });

  it.each([
    ['html404', [3, 6]],
    ['key', [3]],
    ['moved', [1, 3]],
  ])('%s ends with %j', async (name, codes) => {
    const line = `dashboards get abc-def-ghi --provider datadog --base-url ${url}/${name}`;
    const { code, stdout, stderr } = await cli(line, { env });
    expect(codes).toContain(code);
    expect(stdout).toBe('');
    expect(stderr).not.toContain('<html');
  });

  it('that fail are tried again within the budget, then named', async () => {
    const line = `dashboards list --provider datadog --base-url ${url}/broken --max-wait 1s --timeout 3s`;
    await refused(cli, line, 'server-error', { env });
  });

  it('that are not there are named', async () => {
    const closed = 'dashboards list --provider datadog --base-url http://127.0.0.1:1 --max-wait 1ms';
    const error = await refused(cli, closed, 'network', { env });
    expect(error['message']).toContain('127.0.0.1');
  });

  it('refuse wrong keys with exit 3', async () => {
    const line = 'dashboards list -p sandbox-datadog';
    expect(await cli(line, { env })).toMatchObject({ code: 0 });
    const own = createCli();
    const started = await testSandbox({ only: ['datadog'] });
    try {
      const base = `--provider datadog --base-url ${started.room('datadog').baseUrl}`;
      await refused(own, `dashboards list ${base}`, 'not-allowed', { env });
      await refused(own, `profile test ${base}`, 'not-authenticated', { env });
    } finally {
      await started.close();
    }
  });
});
