/** `dashctl api`: what goes out, what comes back, and where it must not go. */
import { once } from 'node:events';
import http from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readAddress } from '../../src/commands/api/address.ts';
import { bodyOf, queryOf, textField, typedField } from '../../src/commands/api/fields.ts';
import { createCli } from '../support/cli.ts';

describe('a path', () => {
  const base = 'https://api.example.com/results/api/v1';

  it.each([
    ['/users', '/users', []],
    ['users/', '/users/', []],
    ['/', '/', []],
    ['/results/api/v1/users', '/users', []],
    ['https://api.example.com/results/api/v1/users?a=1', '/users', [['a', '1']]],
    ['HTTPS://API.EXAMPLE.COM/x', '/x', []],
    [
      '/a b/é?filter[shared]=true&q=a%26b',
      '/a%20b/%C3%A9',
      [
        ['filter[shared]', 'true'],
        ['q', 'a&b'],
      ],
    ],
    ['/dashboard:abc/%41', '/dashboard:abc/%41', []],
  ])('%s', (typed, path, query) => {
    expect(readAddress(typed, base)).toEqual({ path, query });
  });

  it.each([
    ['https://other.example/x', 'unsafe-address'],
    ['//other.example', 'unsafe-address'],
    ['\\\\other.example', 'unsafe-address'],
    ['http://api.example.com/x', 'unsafe-address'],
    ['https://api.example.com:444/x', 'unsafe-address'],
    ['https://ana@api.example.com/x', 'unsafe-address'],
    ['https://api.example.com@other.example/x', 'unsafe-address'],
    ['/a/../b', 'invalid-input'],
    ['/a/%2e%2e/b', 'invalid-input'],
    ['/a/.%2E/b', 'invalid-input'],
    ['..', 'invalid-input'],
    ['/a/./b', 'invalid-input'],
    ['/a//b', 'invalid-input'],
    ['/a%2fb', 'invalid-input'],
    ['/a\\..\\b', 'invalid-input'],
    ['/a%5cb', 'invalid-input'],
    ['/a%252e', 'invalid-input'],
    ['/a\tb', 'invalid-input'],
    ['/a%zz', 'invalid-input'],
    ['/a#b', 'invalid-input'],
  ])('%s is refused', (typed, code) => {
    expect(() => readAddress(typed, base)).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe('fields', () => {
  const read = (file: string): Promise<string> => Promise.resolve(`text of ${file}`);

  it.each([
    ['a=true', true],
    ['a=false', false],
    ['a=null', null],
    ['a=12', 12],
    ['a=-1', -1],
    ['a=012', '012'],
    ['a=1.5', '1.5'],
    ['a=x=y', 'x=y'],
    ['a=', ''],
    ['a=@notes.txt', 'text of notes.txt'],
    ['a=-', 'text of -'],
    ['a=@-', 'text of -'],
  ])('-F %s', async (word, value) => {
    expect(await typedField(word, read)).toEqual({ key: 'a', value });
  });

  it.each([['a=true'], ['a=12'], ['a=@x']])('-f %s is text', (word) => {
    expect(textField(word)).toEqual({ key: 'a', value: word.slice(2) });
  });

  it('nest in a body and stand as typed in a query', () => {
    const fields = [
      'data[type]=x',
      'data[attributes][email]=ana@example.com',
      'tags[]=a',
      'tags[]=b',
      'none[]',
    ];
    expect(bodyOf(fields.map(textField))).toBe(
      '{"data":{"type":"x","attributes":{"email":"ana@example.com"}},"tags":["a","b"],"none":[]}',
    );
    expect(bodyOf(['a[][x]=1', 'a[][y]=2', 'a[][x]=3'].map(textField))).toBe(
      '{"a":[{"x":"1","y":"2"},{"x":"3"}]}',
    );
    expect(bodyOf(['__proto__[x]=1'].map(textField))).toBe('{"__proto__":{"x":"1"}}');
    expect(queryOf(fields.map(textField))).toEqual([
      ['data[type]', 'x'],
      ['data[attributes][email]', 'ana@example.com'],
      ['tags[]', 'a'],
      ['tags[]', 'b'],
    ]);
  });

  it.each([['novalue'], ['=x'], ['a[=1'], ['a]=1']])('%s is no field', (word) => {
    expect(() => bodyOf([textField(word)])).toThrow(
      expect.objectContaining({ code: 'invalid-input' }) as Error,
    );
  });

  it('that contradict each other are refused', () => {
    for (const words of [
      ['a=1', 'a=2'],
      ['a=1', 'a[b]=2'],
      ['a[]=1', 'a[b]=2'],
    ]) {
      expect(() => bodyOf(words.map(textField))).toThrow('contradicts');
    }
  });

  it('hold no number that would be rounded', async () => {
    await expect(typedField('a=12345678901234567890', read)).rejects.toThrow('exactly');
  });
});

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A server of its own for one provider's account. */
async function serve(answer: (seen: Seen, url: URL) => unknown) {
  const seen: Seen[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      seen.push(one);
      const said = answer(one, new URL(one.url, 'http://127.0.0.1'));
      const { status = 200, text = JSON.stringify(said) } =
        said instanceof Answer ? said : { status: 200, text: JSON.stringify(said) };
      response
        .writeHead(status, { 'content-type': 'application/json', 'set-cookie': 'sessionid=s3cret' })
        .end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const origin = `http://127.0.0.1:${port}`;
  return { seen, origin };
}

class Answer {
  readonly status: number;
  readonly text: string;

  constructor(status: number, text: string) {
    this.status = status;
    this.text = text;
  }
}

const environments = {
  datadog: { DD_API_KEY: 'k3y-k3y-k3y', DD_APP_KEY: 'app-app-app' },
  grafana: { GRAFANA_TOKEN: 'glsa_token' },
  posthog: { POSTHOG_API_KEY: 'phx_key', POSTHOG_PROJECT_ID: '1' },
  gtmhub: { GTMHUB_API_TOKEN: 'token-token', GTMHUB_ACCOUNT_ID: '5a1b2c3d4e5f6a7b8c9d0e1f' },
  syntho: { SYNTHO_SESSION_ID: 'session-session' },
} as const;

function cliFor(provider: keyof typeof environments, origin: string) {
  const cli = createCli({ env: environments[provider] });
  return (words: readonly string[], stdin = '') =>
    cli(['api', ...words, '--provider', provider, '--base-url', origin], { stdin });
}

describe('a request', () => {
  it.each([
    [['/x'], 'GET', '/x', ''],
    [['x?a=1'], 'GET', '/x?a=1', ''],
    [['/x', '-f', 'a=1'], 'POST', '/x', '{"a":"1"}'],
    [['/x', '-F', 'a=1'], 'POST', '/x', '{"a":1}'],
    [['/x?b=2', '-X', 'get', '-f', 'a[b]=1'], 'GET', '/x?b=2&a%5Bb%5D=1', ''],
    [['/x', '-X', 'PUT', '--file', '-'], 'PUT', '/x', ' {"id": 12345678901234567890}\n'],
    [['/x', '--file', '-', '-f', 'a=1'], 'POST', '/x?a=1', ' {"id": 12345678901234567890}\n'],
    [['/x', '-F', 'a=-'], 'POST', '/x', '{"a":" {\\"id\\": 12345678901234567890}\\n"}'],
    [['/x', '-X', 'DELETE', '--yes', '-f', 'a=1'], 'DELETE', '/x', '{"a":"1"}'],
    [['-X', 'PATCH', '/x'], 'PATCH', '/x', ''],
  ])('%j', async (words, method, url, body) => {
    const { seen, origin } = await serve(() => ({ ok: true }));
    const { code, stdout, stderr } = await cliFor('datadog', origin)(
      words,
      ' {"id": 12345678901234567890}\n',
    );
    const told = method === 'DELETE' ? 'It cannot be undone: what a raw request changes is not known.\n' : '';
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '{"ok":true}', stderr: told });
    expect(seen).toMatchObject([{ method, url, body }]);
    expect(seen[0]?.headers).toMatchObject({
      'dd-api-key': 'k3y-k3y-k3y',
      'dd-application-key': 'app-app-app',
    });
  });

  it('carries headers, but none that say who asks', async () => {
    const { seen, origin } = await serve(() => []);
    const cli = cliFor('datadog', origin);
    expect(await cli(['/x', '-H', 'X-Note: a: b', '-H', 'Content-Type: text/plain'])).toMatchObject({
      code: 0,
    });
    expect(seen[0]?.headers).toMatchObject({ 'x-note': 'a: b', 'content-type': 'text/plain' });
    for (const header of [
      'Authorization: Bearer x',
      'dd-api-key: x',
      'Cookie: a=b',
      'Host: other.example',
      'Content-Length: 1',
      'GTMHUB-AccountId: 1',
      'X-Grafana-Org-Id: 2',
      'nothing',
    ]) {
      expect(await cli(['/x', '-H', header])).toMatchObject({ code: 2, stdout: '' });
    }
    expect(seen).toHaveLength(1);
  });

  it.each([
    [['/x', '--slurp']],
    [['/x', '--paginate', '-f', 'a=1']],
    [['/x', '--paginate', '-X', 'DELETE', '--yes']],
    [['/x', '-X', 'GET', '--file', '-']],
    [['/x', '-o', 'yaml']],
    [['/x', '--fields', 'id']],
    [['/x', '-X', 'FETCH']],
    [['/x', '--jq', '.[']],
    [['/x', '-X', 'DELETE']],
    [['https://other.example/x']],
    [['//other.example']],
    [['/a/../b']],
    [['/a/%2e%2e/b']],
  ])('is not sent for %j', async (words) => {
    const { seen, origin } = await serve(() => []);
    const { code, stdout, stderr } = await cliFor('datadog', origin)(words);
    expect([2, 8]).toContain(code);
    expect([stdout, stderr]).toEqual(['', expect.stringContaining('Error: ')]);
    expect(seen).toEqual([]);
  });

  it.each(['GET', 'POST', 'DELETE'])('is shown by a dry run of %s and not sent', async (method) => {
    const { seen, origin } = await serve(() => []);
    const words = ['/x', '-X', method, '-f', 'password=hunter2hunter2', '--dry-run', '--json'];
    const { code, stdout } = await cliFor(
      'datadog',
      origin,
    )(method === 'GET' ? words.filter((one) => !/^-f|^pass/.test(one)) : words);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, requests: [{ method, url: `${origin}/x` }] });
    expect(stdout).not.toContain('hunter2');
    expect(seen).toEqual([]);
  });
});

describe('an answer', () => {
  it('is printed byte for byte on a pipe, indented and escaped on a terminal', async () => {
    const body = '{"id":12345678901234567890,\r\n"t":"\u009b31m"}';
    const { origin } = await serve(() => new Answer(200, body));
    const words = ['api', '/x', '--provider', 'datadog', '--base-url', origin];
    const cli = createCli({ env: environments.datadog });
    expect((await cli(words)).stdout).toBe(body);
    const shown = (await cli(words, { columns: 80, env: { DASHCTL_PAGER: '', PAGER: '' } })).stdout;
    expect(shown).toContain('  "id": 12345678901234567890,\n');
    expect(shown).not.toContain('\u009b');
    expect((await cli([...words, '--jq', '.id'])).stdout).toBe('12345678901234567890\n');
    expect((await cli([...words, '--silent'])).stdout).toBe('');
  });

  it('shows status and headers, credentials masked', async () => {
    const { origin } = await serve(() => ({ a: 1 }));
    const { stdout } = await cliFor('datadog', origin)(['/x', '-i']);
    expect(stdout).toMatch(/^HTTP 200 OK\ncontent-type: application\/json\n/);
    expect(stdout).toContain('set-cookie: sessionid=***\n');
    expect(stdout).toMatch(/\n\n\{"a":1\}$/);
    expect(stdout).not.toContain('s3cret');
  });

  it.each([
    [400, 1, 'rejected'],
    [401, 3, 'not-authenticated'],
    [403, 3, 'not-allowed'],
    [404, 6, 'not-found'],
    [409, 7, 'conflict'],
    [422, 1, 'rejected'],
    [501, 1, 'server-error'],
  ])('of %i prints its body and ends with %i', async (status, exit, errorCode) => {
    const { origin } = await serve(() => new Answer(status, '{"errors":["no"]}'));
    const { code, stdout, stderr } = await cliFor('datadog', origin)(['/x', '--json', '--jq', '.x']);
    expect({ code, stdout }).toEqual({ code: exit, stdout: '{"errors":["no"]}' });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: errorCode, status } });
  });

  it('to a write that was refused is printed too', async () => {
    const { origin } = await serve(() => new Answer(400, '{"errors":["bad name"]}'));
    const { code, stdout, stderr } = await cliFor('datadog', origin)(['/x', '-f', 'a=1']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '{"errors":["bad name"]}' });
    expect(stderr).toContain('bad name');
  });
});

describe('pages', () => {
  const rows = Array.from({ length: 7 }, (_one, index) => ({ id: index + 1, big: 'N' }));
  const slice = (url: URL, from: number, size: number) => ({
    all: rows,
    part: rows.slice(from, from + size),
    url,
  });
  const number = (url: URL, name: string, otherwise: number): number =>
    Number(url.searchParams.get(name) ?? otherwise);

  it.each([
    [
      'datadog',
      '/api/v1/dashboard?count=3',
      3,
      (url: URL) => ({ dashboards: slice(url, number(url, 'start', 0), 3).part }),
    ],
    [
      'datadog',
      '/api/v2/users?page[size]=3',
      3,
      (url: URL) => ({
        data: slice(url, number(url, 'page[number]', 0) * 3, 3).part,
        meta: { page: { total_count: 7 } },
      }),
    ],
    [
      'datadog',
      '/api/v2/x?page[limit]=3',
      3,
      (url: URL) => ({
        data: slice(url, number(url, 'page[offset]', 0), 3).part,
        meta: { page: { total: 7 } },
      }),
    ],
    [
      'datadog',
      '/api/v2/logs',
      3,
      (url: URL) => {
        const from = number(url, 'page[cursor]', 0);
        return {
          data: slice(url, from, 3).part,
          meta: { page: from + 3 < 7 ? { after: String(from + 3) } : {} },
        };
      },
    ],
    ['grafana', '/api/search?limit=3', 3, (url: URL) => slice(url, (number(url, 'page', 1) - 1) * 3, 3).part],
    [
      'grafana',
      '/api/teams/search?perpage=3',
      3,
      (url: URL) => ({
        teams: slice(url, (number(url, 'page', 1) - 1) * 3, 3).part,
        totalCount: 7,
        page: number(url, 'page', 1),
        perPage: 3,
      }),
    ],
    [
      'posthog',
      '/api/projects/1/dashboards/?limit=3',
      3,
      (url: URL) => {
        const from = number(url, 'offset', 0);
        return {
          results: slice(url, from, 3).part,
          next:
            from + 3 < 7
              ? `https://internal.example:8000/api/projects/1/dashboards/?limit=3&offset=${from + 3}`
              : null,
        };
      },
    ],
    [
      'gtmhub',
      '/users?take=3',
      3,
      (url: URL) => ({ items: slice(url, number(url, 'skip', 0), 3).part, totalCount: 7 }),
    ],
    ['gtmhub', '/users?limit=3', 3, (url: URL) => ({ items: slice(url, number(url, 'skip', 0), 3).part })],
    [
      'syntho',
      '/api/v1/users/',
      3,
      (url: URL) => {
        const page = number(url, 'page', 1);
        return {
          count: 7,
          next: page < 3 ? `/api/v1/users/?page=${page + 1}` : null,
          previous: null,
          results: slice(url, (page - 1) * 3, 3).part,
        };
      },
    ],
    ['syntho', '/api/v1/workspace_permissions/', 1, () => rows],
  ] as const)('of %s at %s are followed', async (provider, path, requests, answer) => {
    const { seen, origin } = await serve((_seen, url) => answer(url));
    const base = provider === 'gtmhub' ? `${origin}/api/v1` : origin;
    const ended = await cliFor(provider, base)([path, '--paginate', '--slurp']);
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({
      code: 0,
      stderr: expect.not.stringContaining('Error') as string,
    });
    expect(ended.json()).toEqual(rows);
    expect(seen.filter(({ method, url }) => method === 'GET' && !url.includes('/auth'))).toHaveLength(
      requests,
    );
  });

  it.each([
    ['datadog', '/api/v1/dashboard?count=3', () => ({ dashboards: rows.slice(0, 3) })],
    ['grafana', '/api/search?limit=3', () => rows.slice(0, 3)],
    ['posthog', '/x/', () => ({ results: rows.slice(0, 3), next: 'https://x.example/?offset=3' })],
    ['gtmhub', '/users?take=3', () => ({ items: rows.slice(0, 3) })],
    ['syntho', '/api/v1/users/', () => ({ results: rows.slice(0, 3), next: '?page=2' })],
  ] as const)('of %s that repeat the first one end there', async (provider, path, answer) => {
    const { seen, origin } = await serve(() => answer());
    const base = provider === 'gtmhub' ? `${origin}/api/v1` : origin;
    const { code, stdout, stderr } = await cliFor(provider, base)([path, '--paginate']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(answer());
    expect(stderr).toContain('nothing new');
    expect(seen).toHaveLength(2);
  });

  it('are printed one after another, and filtered one by one', async () => {
    const { origin } = await serve((_seen, url) => ({
      dashboards: rows.slice(number(url, 'start', 0), number(url, 'start', 0) + 4),
    }));
    const cli = cliFor('datadog', origin);
    const path = '/api/v1/dashboard?count=4';
    expect((await cli([path, '--paginate'])).stdout.split('\n')).toHaveLength(2);
    expect((await cli([path, '--paginate', '--jq', '.dashboards|length'])).stdout).toBe('4\n3\n');
    expect((await cli([path, '--paginate', '--slurp', '--jq', 'length'])).stdout).toBe('7\n');
  });

  it('of what is no list end at once', async () => {
    const { seen, origin } = await serve(() => ({ id: 1 }));
    const cli = cliFor('datadog', origin);
    expect(await cli(['/x', '--paginate'])).toMatchObject({ code: 0, stdout: '{"id":1}' });
    expect(await cli(['/x', '--paginate', '--slurp'])).toMatchObject({ code: 1, stdout: '' });
    expect(seen).toHaveLength(2);
  });
});
