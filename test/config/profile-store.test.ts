import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openProfileStore } from '../../src/config/profile-store.ts';
import type { NewProfile } from '../../src/config/profile-store.ts';
import { DashctlError, toErrorJson } from '../../src/errors.ts';

let home: string;
let folder: string;
let warnings: string[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'dashctl-profiles-'));
  folder = join(home, 'dashctl');
  warnings = [];
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

function open() {
  return openProfileStore({ folder, warn: (message) => warnings.push(message) });
}

const sentinel = 'sentinel-7f3a9c';

function profile(name: string, more: Partial<NewProfile> = {}): NewProfile {
  return {
    name,
    provider: 'datadog',
    baseUrl: null,
    webUrl: null,
    settings: { site: 'datadoghq.eu' },
    secrets: {
      origin: 'https://api.datadoghq.eu',
      values: { apiKey: `${sentinel}-api`, appKey: `${sentinel}-app` },
    },
    ...more,
  };
}

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}

async function failureOf(work: Promise<unknown>): Promise<DashctlError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DashctlError)) throw new Error(`No DashctlError: ${String(error)}`);
  return error;
}

describe('a store without files', () => {
  it('is empty and leaves nothing behind', async () => {
    const store = open();
    expect(await store.list()).toEqual([]);
    expect(await store.defaultName()).toBeNull();
    expect(await store.secretsOf('work')).toBeNull();
    expect(await readdir(home)).toEqual([]);
  });
});

describe('add', () => {
  it('keeps the profile and its secrets apart', async () => {
    const store = open();
    const added = await store.add(profile('work'));
    expect(added).toEqual({
      name: 'work',
      provider: 'datadog',
      baseUrl: null,
      webUrl: null,
      settings: { site: 'datadoghq.eu' },
      secretStore: 'file',
      secretEntry: null,
      isDefault: true,
    });
    expect(await open().list()).toEqual([added]);
    expect(await open().secretsOf('work')).toEqual({
      origin: 'https://api.datadoghq.eu',
      values: { apiKey: `${sentinel}-api`, appKey: `${sentinel}-app` },
    });
    expect(await readFile(store.file, 'utf8')).not.toContain(sentinel);
    expect(await readFile(store.secretsFile, 'utf8')).toContain(sentinel);
    expect((await readdir(folder)).sort()).toEqual(['config.json', 'credentials.json']);
  });

  it('keeps host names in settings as they are', async () => {
    await open().add(profile('work', { settings: { 'grafana.example.com': 'a.b.c' } }));
    expect((await open().get('work')).settings).toEqual({ 'grafana.example.com': 'a.b.c' });
  });

  it('marks only the first as default unless told otherwise', async () => {
    const store = open();
    await store.add(profile('one'));
    await store.add(profile('two'));
    expect(await store.defaultName()).toBe('one');
    await store.add(profile('three'), { makeDefault: 'always' });
    expect(await store.defaultName()).toBe('three');
  });

  it('refuses an existing name unless it replaces, and then drops old secrets', async () => {
    const store = open();
    await store.add(profile('work'));
    const refused = await failureOf(store.add(profile('work', { secrets: null })));
    expect(refused).toMatchObject({ code: 'invalid-input', profile: 'work' });
    expect(await store.secretsOf('work')).not.toBeNull();
    await store.add(profile('work', { provider: 'grafana', secrets: null }), { replace: true });
    expect(await store.get('work')).toMatchObject({ provider: 'grafana', secretStore: 'none' });
    expect(await readFile(store.secretsFile, 'utf8')).not.toContain(sentinel);
  });

  it.each(['', 'Work', '-a', 'a/b', 'a b', 'x'.repeat(64), 'sandbox', 'sandbox-datadog', '__proto__', 'é'])(
    'refuses the name %j and writes nothing',
    async (name) => {
      expect(await failureOf(open().add(profile(name)))).toMatchObject({ code: 'invalid-input' });
      expect(await readdir(home)).toEqual([]);
    },
  );

  it('takes a name that every object has', async () => {
    const store = open();
    await store.add(profile('constructor'));
    expect((await store.list()).map((one) => one.name)).toEqual(['constructor']);
    expect(await failureOf(store.get('valueof'))).toMatchObject({ code: 'unknown-profile' });
    expect(await store.secretsOf('toString')).toBeNull();
  });
});

describe('remove, default and secrets', () => {
  it('removes the profile with its secrets and its mark', async () => {
    const store = open();
    await store.add(profile('work'));
    await store.add(
      profile('other', { secrets: { origin: 'https://api.datadoghq.eu', values: { token: 'kept' } } }),
    );
    await store.remove('work');
    expect((await store.list()).map((one) => one.name)).toEqual(['other']);
    expect(await store.defaultName()).toBeNull();
    expect(await readFile(store.secretsFile, 'utf8')).not.toContain(sentinel);
    expect((await store.secretsOf('other'))?.values).toEqual({ token: 'kept' });
  });

  it('offers the nearest name for an unknown one', async () => {
    const store = open();
    await store.add(profile('production'));
    const attempts = [
      () => store.get('prodution'),
      () => store.remove('prodution'),
      () => store.setDefault('prodution'),
    ];
    for (const attempt of attempts) {
      expect(await failureOf(attempt())).toMatchObject({
        code: 'unknown-profile',
        hint: expect.stringContaining('Did you mean "production"?') as string,
      });
    }
  });

  it('moves and takes away the mark', async () => {
    const store = open();
    await store.add(profile('one'));
    await store.add(profile('two'));
    await store.setDefault('two');
    expect((await store.list()).map((one) => [one.name, one.isDefault])).toEqual([
      ['one', false],
      ['two', true],
    ]);
    await store.setDefault(null);
    expect(await store.defaultName()).toBeNull();
  });
});

describe.skipIf(process.platform === 'win32')('modes', () => {
  it('are closed whatever the umask', async () => {
    const before = process.umask(0o000);
    try {
      await open().add(profile('work'));
    } finally {
      process.umask(before);
    }
    expect(await modeOf(folder)).toBe('700');
    expect(await modeOf(join(folder, 'config.json'))).toBe('600');
    expect(await modeOf(join(folder, 'credentials.json'))).toBe('600');
    expect(warnings).toEqual([]);
  });

  it('are repaired on reading, and told once', async () => {
    const store = open();
    await store.add(profile('work'));
    await chmod(store.file, 0o644);
    await chmod(store.secretsFile, 0o664);
    await chmod(folder, 0o755);
    await store.list();
    await store.secretsOf('work');
    expect(await modeOf(folder)).toBe('700');
    expect(await modeOf(store.file)).toBe('600');
    expect(await modeOf(store.secretsFile)).toBe('600');
    expect(warnings).toHaveLength(3);
    expect(warnings.join('\n')).toMatch(/config\.json was open to others \(mode 0644\); it is 0600 now/);
    warnings.length = 0;
    await store.list();
    expect(warnings).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('a folder that everybody shares', () => {
  it('is refused and keeps its mode', async () => {
    await mkdir(folder);
    await chmod(folder, 0o1777);
    expect(await failureOf(open().add(profile('work')))).toMatchObject({ code: 'file' });
    expect((await stat(folder)).mode & 0o7777).toBe(0o1777);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('files of other hands', () => {
  async function put(config: string, credentials: string | null = null): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, 'config.json'), config, { mode: 0o600 });
    if (credentials !== null) await writeFile(join(folder, 'credentials.json'), credentials, { mode: 0o600 });
  }

  it('keeps what a newer version wrote', async () => {
    const newer = {
      version: 9,
      theme: { dark: true },
      defaultProfile: 'work',
      profiles: {
        work: { provider: 'datadog', settings: {}, color: 'red', secretStore: 'file' },
        later: { provider: 'tableau', anything: [1, 2] },
        vaulted: { provider: 'datadog', secretStore: 'vault' },
      },
    };
    await put(
      JSON.stringify(newer),
      JSON.stringify({ salt: 'x', profiles: { later: { origin: 'https://x', secrets: {} } } }),
    );
    const store = open();
    expect((await store.list()).map((one) => one.name)).toEqual(['work']);
    expect(await failureOf(store.get('later'))).toMatchObject({ code: 'unsupported' });
    expect(await failureOf(store.get('vaulted'))).toMatchObject({ code: 'unsupported' });
    await store.add(profile('third'));
    await store.setDefault('third');
    await store.add(profile('work'), { replace: true });
    const after = JSON.parse(await readFile(store.file, 'utf8')) as typeof newer;
    expect(after).toMatchObject({
      version: 9,
      theme: { dark: true },
      defaultProfile: 'third',
      profiles: { work: { color: 'red' }, later: { provider: 'tableau', anything: [1, 2] } },
    });
    expect(JSON.parse(await readFile(store.secretsFile, 'utf8'))).toMatchObject({
      salt: 'x',
      profiles: { later: { origin: 'https://x' } },
    });
  });

  it('reads a file with a byte order mark and can change it', async () => {
    await put('\uFEFF{"profiles": {"work": {"provider": "datadog"}}}');
    expect((await open().list()).map((one) => one.name)).toEqual(['work']);
    await open().add(profile('more'));
    expect((await open().list()).map((one) => one.name)).toEqual(['more', 'work']);
  });

  it.each([
    ['truncated', '{\n  "profiles": {\n    "work": {"prov', /line 3, column/],
    ['a stray comma', '{\n  "profiles": {},\n}', /line 3, column 1/],
    ['empty', '', /line 1, column 1/],
    ['a list', '[]', /must hold a JSON object/],
    ['profiles that are a list', '{"profiles": []}', /"profiles" must be an object/],
    ['a profile without provider', '{"profiles": {"work": {}}}', /"profiles\.work\.provider" must be text/],
    [
      'a number as base URL',
      '{"profiles": {"work": {"provider": "datadog", "baseUrl": 1}}}',
      /"profiles\.work\.baseUrl"/,
    ],
    ['a number as default', '{"defaultProfile": 3}', /"defaultProfile" must be text/],
  ])('names a damaged file and leaves it alone: %s', async (_name, text, reason) => {
    await put(text);
    for (const attempt of [() => open().list(), () => open().get('work'), () => open().add(profile('new'))]) {
      const error = await failureOf(attempt());
      expect(error).toMatchObject({ code: 'file', exitCode: 1 });
      expect(error.message).toContain(join(folder, 'config.json'));
      expect(error.message).toMatch(reason);
      expect(error.hint).toContain('dashctl profile add');
    }
    expect(await readFile(join(folder, 'config.json'), 'utf8')).toBe(text);
    expect(await readdir(folder)).not.toContain('profiles.lock');
  });

  it('quotes no secret of a damaged file', async () => {
    const torn = `{"profiles": {"work": {"origin": "https://a.example.com", "secrets": {"token": "${sentinel}`;
    await put('{"profiles": {"work": {"provider": "datadog", "secretStore": "file"}}}', torn);
    const store = open();
    const attempts = [
      () => store.secretsOf('work'),
      () => store.add(profile('new')),
      () => store.remove('work'),
    ];
    for (const attempt of attempts) {
      const error = await failureOf(attempt());
      expect(error.message).toContain('credentials.json');
      expect(JSON.stringify(toErrorJson(error)) + String(error.stack) + String(error.cause)).not.toContain(
        sentinel,
      );
    }
    expect(await readFile(join(folder, 'credentials.json'), 'utf8')).toBe(torn);
  });
});

describe('several processes', () => {
  let bundle: string;

  beforeAll(async () => {
    bundle = await mkdtemp(join(tmpdir(), 'dashctl-worker-'));
    const build = await rolldown({
      input: resolve(import.meta.dirname, 'worker.ts'),
      platform: 'node',
      logLevel: 'silent',
    });
    await build.write({
      dir: bundle,
      format: 'esm',
      entryFileNames: 'worker.mjs',
      chunkFileNames: '[name].mjs',
    });
    await build.close();
  });

  afterAll(async () => {
    await rm(bundle, { recursive: true, force: true });
  });

  function work(prefix: string, count: number): ChildProcess {
    return spawn(process.execPath, [join(bundle, 'worker.mjs'), folder, prefix, String(count)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  it('that add at the same time lose nothing', async () => {
    const workers = ['a', 'b', 'c', 'd'].map((prefix) => work(prefix, 5));
    const codes = await Promise.all(
      workers.map(async (worker) => (await once(worker, 'exit'))[0] as unknown),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    const store = open();
    const names = (await store.list()).map((one) => one.name);
    expect(names).toEqual(
      ['a', 'b', 'c', 'd'].flatMap((prefix) => [0, 1, 2, 3, 4].map((n) => `${prefix}-${n}`)),
    );
    for (const name of names)
      expect((await store.secretsOf(name))?.values).toEqual({ token: `secret-of-${name}` });
  });

  it('that are killed while saving leave the old files or the new ones', async () => {
    await open().add(profile('kept'));
    for (let round = 0; round < 8; round += 1) {
      const worker = work(`r${round}`, 1000);
      const done: string[] = [];
      worker.stdout?.on('data', (chunk: Buffer) =>
        done.push(...chunk.toString().split('\n').filter(Boolean)),
      );
      if (worker.stdout !== null) await once(worker.stdout, 'data');
      await sleep(round * 5);
      worker.kill('SIGKILL');
      await once(worker, 'close');
      const store = open();
      const names = (await store.list()).map((one) => one.name);
      expect(names).toContain('kept');
      expect(names).toEqual(expect.arrayContaining(done));
      expect((await store.secretsOf('kept'))?.values['apiKey']).toBe(`${sentinel}-api`);
      for (const name of done) expect(await store.secretsOf(name)).not.toBeNull();
    }
    // The lock of a killed process does not stand in the way.
    await open().add(profile('after'));
    expect(await open().get('after')).toMatchObject({ name: 'after' });
    expect(await modeOf(join(folder, 'credentials.json'))).toBe('600');
  }, 90_000);
});
