import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveAddressed } from '../../src/config/address.ts';
import { openProfileStore } from '../../src/config/profile-store.ts';
import type { NewProfile, ProfileStore } from '../../src/config/profile-store.ts';
import { resolveAccount, resolveAccounts, resolveReferenced } from '../../src/config/resolve.ts';
import type { AccountRequest, AccountWorld } from '../../src/config/resolve.ts';
import { DashctlError, toErrorJson } from '../../src/errors.ts';
import { datadogDescriptor } from '../../src/providers/datadog/descriptor.ts';
import { grafanaDescriptor } from '../../src/providers/grafana/descriptor.ts';
import { tried } from '../support/laws.ts';

let folder: string;
let store: ProfileStore;
let started: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dashctl-resolve-'));
  store = openProfileStore({ folder, warn: () => undefined });
  started = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function world(env: Record<string, string> = {}): AccountWorld {
  return {
    env,
    descriptors: [datadogDescriptor, grafanaDescriptor],
    profiles: () => store,
    startRoom(room) {
      started.push(room);
      const baseUrl = `http://127.0.0.1:4400/${room}`;
      return Promise.resolve({
        baseUrl,
        env:
          room === 'datadog'
            ? { DD_HOST: baseUrl, DD_API_KEY: 'room-api', DD_APP_KEY: 'room-app' }
            : { GRAFANA_SERVER: baseUrl, GRAFANA_TOKEN: `token-${room}` },
      });
    },
  };
}

function ask(more: Partial<AccountRequest> = {}): AccountRequest {
  return {
    profiles: [],
    allProfiles: false,
    provider: null,
    baseUrl: null,
    settings: {},
    allowHttp: false,
    ...more,
  };
}

const sentinel = 'sentinel-5d21';

function grafana(name: string, host: string, token: string | null = `${sentinel}-${name}`): NewProfile {
  const origin = `https://${host}`;
  return {
    name,
    provider: 'grafana',
    baseUrl: origin,
    webUrl: null,
    settings: {},
    secrets: token === null ? null : { origin, values: { token } },
  };
}

function datadog(name: string, site: string): NewProfile {
  return {
    name,
    provider: 'datadog',
    baseUrl: null,
    webUrl: null,
    settings: { site },
    secrets: {
      origin: `https://api.${site}`,
      values: { apiKey: `${sentinel}-api`, appKey: `${sentinel}-app` },
    },
  };
}

const keys = { DD_API_KEY: 'env-api', DD_APP_KEY: 'env-app' };

async function failureOf(work: Promise<unknown>): Promise<DashctlError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DashctlError)) throw new Error(`No DashctlError: ${String(error)}`);
  expect(JSON.stringify(toErrorJson(error))).not.toContain(sentinel);
  return error;
}

describe('the choice of an account', () => {
  beforeEach(async () => {
    await store.add(grafana('marked', 'marked.example.com'));
    await store.add(grafana('named', 'named.example.com'));
    await store.add(grafana('variable', 'variable.example.com'));
  });

  it('goes flag, DASHCTL_PROFILE, DASHCTL_PROVIDER, default profile', async () => {
    const env = { DASHCTL_PROFILE: 'variable', DASHCTL_PROVIDER: 'grafana' };
    const chosen = async (request: AccountRequest, variables: Record<string, string>) => {
      const { profile, sources } = await resolveAccount(world(variables), request);
      return [profile, sources.profile];
    };
    expect(await chosen(ask({ profiles: ['named'] }), env)).toEqual([
      'named',
      { kind: 'flag', name: '--profile' },
    ]);
    expect(await chosen(ask(), env)).toEqual(['variable', { kind: 'environment', name: 'DASHCTL_PROFILE' }]);
    expect(await chosen(ask({ provider: 'datadog' }), { ...env, ...keys })).toEqual([
      'datadog',
      { kind: 'flag', name: '--provider' },
    ]);
    expect(await chosen(ask(), { DASHCTL_PROVIDER: 'datadog', ...keys })).toEqual([
      'datadog',
      { kind: 'environment', name: 'DASHCTL_PROVIDER' },
    ]);
    expect(await chosen(ask(), keys)).toEqual(['marked', { kind: 'default', name: 'default profile' }]);
    expect(await chosen(ask(), { DASHCTL_PROFILE: '' })).toEqual([
      'marked',
      { kind: 'default', name: 'default profile' },
    ]);
  });

  it('refuses a profile of another provider than asked for', async () => {
    expect(
      await failureOf(resolveAccount(world(), ask({ profiles: ['named'], provider: 'datadog' }))),
    ).toMatchObject({ code: 'usage' });
    const env = { DASHCTL_PROFILE: 'named', DASHCTL_PROVIDER: 'datadog' };
    expect(await failureOf(resolveAccount(world(env), ask()))).toMatchObject({ code: 'usage' });
    expect((await resolveAccount(world(env), ask({ profiles: ['named'] }))).profile).toBe('named');
  });

  it('never takes a saved profile for --provider', async () => {
    const error = await failureOf(
      resolveAccount(world({ GRAFANA_SERVER: 'https://x.example.com' }), ask({ provider: 'grafana' })),
    );
    expect(error).toMatchObject({ code: 'no-credentials', exitCode: 3 });
    expect(error.message).toContain('GRAFANA_TOKEN');
  });

  it('offers the nearest name, the built-in ones included', async () => {
    expect(await failureOf(resolveAccount(world(), ask({ profiles: ['namd'] })))).toMatchObject({
      code: 'unknown-profile',
      hint: expect.stringContaining('"named"') as string,
    });
    expect(
      await failureOf(resolveAccount(world({ DASHCTL_PROFILE: 'sandbox-datdog' }), ask())),
    ).toMatchObject({
      code: 'unknown-profile',
      message: expect.stringContaining('DASHCTL_PROFILE') as string,
      hint: expect.stringContaining('"sandbox-datadog"') as string,
    });
    expect(await failureOf(resolveAccount(world({ DASHCTL_PROVIDER: 'grafna' }), ask()))).toMatchObject({
      code: 'usage',
      hint: 'Did you mean "grafana"?',
    });
  });
});

describe('without any profile', () => {
  it('names both ways out and the sandbox', async () => {
    const error = await failureOf(resolveAccount(world({ GRAFANA_SERVER: 'https://x.example.com' }), ask()));
    expect(error).toMatchObject({ code: 'no-profile', exitCode: 3 });
    expect(error.hint).toMatch(/dashctl profile add.*--provider.*--profile sandbox/s);
    expect(started).toEqual([]);
  });

  it('never takes the only unmarked profile', async () => {
    await store.add(grafana('lonely', 'lonely.example.com'), { makeDefault: 'never' });
    expect(await failureOf(resolveAccount(world(), ask()))).toMatchObject({ code: 'no-profile' });
  });

  it('takes the only complete set of variables', async () => {
    const found = await resolveAccount(world({ ...keys, DD_SITE: 'eu', GRAFANA_TOKEN: 'no-address' }), ask());
    expect(found).toMatchObject({
      profile: 'datadog',
      provider: 'datadog',
      baseUrl: 'https://api.datadoghq.eu',
      webUrl: 'https://app.datadoghq.eu',
      settings: { site: 'datadoghq.eu' },
      secrets: { apiKey: 'env-api', appKey: 'env-app' },
      sources: {
        baseUrl: { kind: 'environment', name: 'DD_SITE' },
        secrets: { apiKey: { kind: 'environment', name: 'DD_API_KEY' } },
      },
    });
  });

  it('asks which of several complete sets', async () => {
    const env = { ...keys, GRAFANA_SERVER: 'https://g.example.com', GRAFANA_TOKEN: 't' };
    const error = await failureOf(resolveAccount(world(env), ask()));
    expect(error).toMatchObject({ code: 'ambiguous', details: { providers: ['datadog', 'grafana'] } });
    expect(error.hint).toContain('--provider');
    expect((await resolveAccount(world(env), ask({ provider: 'grafana' }))).baseUrl).toBe(
      'https://g.example.com',
    );
  });

  it('names the missing half of a pair, and a missing address', async () => {
    const half = await failureOf(resolveAccount(world({ DD_API_KEY: sentinel }), ask()));
    expect(half).toMatchObject({ code: 'no-credentials', exitCode: 3, provider: 'datadog' });
    expect(half.message).toContain('DD_APP_KEY');
    const nowhere = await failureOf(resolveAccount(world({ GRAFANA_TOKEN: sentinel }), ask()));
    expect(nowhere).toMatchObject({
      code: 'missing-input',
      hint: expect.stringContaining('GRAFANA_SERVER') as string,
    });
    const lenient = await resolveAccount(world({ DD_API_KEY: 'x' }), ask({ allowIncomplete: true }));
    expect(lenient.missing).toContain('DD_APP_KEY');
  });

  it('takes a password for complete only with its user', async () => {
    const env = { GRAFANA_SERVER: 'https://g.example.com', GRAFANA_PASSWORD: sentinel };
    const alone = await failureOf(resolveAccount(world(env), ask()));
    expect(alone).toMatchObject({ code: 'no-credentials', exitCode: 3, provider: 'grafana' });
    expect(alone.message).toContain('GRAFANA_USER');
    // A whole set of another provider is not made ambiguous by half a set.
    expect((await resolveAccount(world({ ...env, ...keys }), ask())).provider).toBe('datadog');
    const named = await resolveAccount(world(env), ask({ settings: { user: 'ana' } }));
    expect(named).toMatchObject({ provider: 'grafana', secrets: { password: sentinel }, missing: null });

    await store.add({ ...grafana('own', 'g.example.com'), settings: { user: 'bo' } });
    const saved = await resolveAccount(world(env), ask({ profiles: ['own'] }));
    expect(saved.secrets).not.toHaveProperty('password', sentinel);
    expect(saved.notes.join()).toContain('GRAFANA_PASSWORD is not used');
    const both = await resolveAccount(world({ ...env, GRAFANA_USER: 'ana' }), ask({ profiles: ['own'] }));
    expect(both).toMatchObject({ secrets: { password: sentinel }, settings: { user: 'ana' } });

    const halved = world({ GRAFANA_USER: 'ana' });
    expect((await resolveAccount(halved, ask({ profiles: ['own'] }))).settings).toEqual({ user: 'bo' });
    const asked = ask({ profiles: ['own'], settings: { user: 'cy' } });
    expect((await resolveAccount(halved, asked)).settings).toEqual({ user: 'cy' });

    await store.add({ ...grafana('bare', 'g.example.com'), settings: { user: 'bo' }, secrets: null });
    const brought = await resolveAccount(world(env), ask({ profiles: ['bare'] }));
    expect(brought).toMatchObject({ secrets: { password: sentinel }, settings: { user: 'bo' } });
  });

  it('quotes no secret that cannot be sent', async () => {
    const error = await failureOf(resolveAccount(world({ ...keys, DD_API_KEY: `${sentinel}\nx` }), ask()));
    expect(error).toMatchObject({ code: 'invalid-input' });
    expect(error.message).toContain('DD_API_KEY');
  });

  it('keeps spaces of a secret, but not the line end of its file', async () => {
    const env = {
      GRAFANA_SERVER: ' https://g.example.com/ ',
      GRAFANA_USER: 'ana',
      GRAFANA_PASSWORD: ' pass \n',
    };
    const found = await resolveAccount(world(env), ask());
    expect(found).toMatchObject({ baseUrl: 'https://g.example.com', secrets: { password: ' pass ' } });
  });

  it('reads no profile for --provider', async () => {
    const closed: AccountWorld = {
      ...world(keys),
      profiles() {
        throw new Error('The profiles were read.');
      },
    };
    expect((await resolveAccount(closed, ask({ provider: 'datadog' }))).profile).toBe('datadog');
  });
});

describe('the order of values', () => {
  it('is flag, environment, profile for each value by itself', async () => {
    await store.add({ ...grafana('all', 'p.example.com'), settings: { orgId: '3', user: 'p' } });
    await store.add({ ...grafana('bare', 'p.example.com'), settings: {} });
    const on = fc.boolean();
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          flagOrg: on,
          envOrg: on,
          profileOrg: on,
          flagUrl: on,
          envUrl: on,
          envToken: on,
          envUser: on,
        }),
        async (set) => {
          const env = {
            ...(set.envOrg ? { GRAFANA_ORG_ID: '2' } : {}),
            ...(set.envUser ? { GRAFANA_USER: 'e' } : {}),
            ...(set.envUrl ? { GRAFANA_SERVER: 'https://e.example.com' } : {}),
            ...(set.envToken ? { GRAFANA_TOKEN: 'env-token' } : {}),
          };
          const request = ask({
            profiles: [set.profileOrg ? 'all' : 'bare'],
            baseUrl: set.flagUrl ? 'https://f.example.com' : null,
            settings: set.flagOrg ? { orgId: '1' } : {},
          });
          const host = set.flagUrl ? 'f' : set.envUrl ? 'e' : 'p';
          if (host !== 'p' && !set.envToken) {
            expect((await failureOf(resolveAccount(world(env), request))).code).toBe('unsafe-address');
            return;
          }
          const found = await resolveAccount(world(env), request);
          expect(found.baseUrl).toBe(`https://${host}.example.com`);
          expect(found.sources.baseUrl.kind).toBe({ f: 'flag', e: 'environment', p: 'profile' }[host]);
          expect(found.settings['orgId']).toBe(
            set.flagOrg ? '1' : set.envOrg ? '2' : set.profileOrg ? '3' : undefined,
          );
          expect(found.sources.settings['orgId']?.kind).toBe(
            set.flagOrg ? 'flag' : set.envOrg ? 'environment' : set.profileOrg ? 'profile' : undefined,
          );
          // The user of the environment belongs to the environment's secrets.
          expect(found.settings['user']).toBe(
            set.envUser && set.envToken ? 'e' : set.profileOrg ? 'p' : undefined,
          );
          expect(found.secrets['token']).toBe(set.envToken ? 'env-token' : `${sentinel}-${found.profile}`);
          expect(found.sources.secrets['token']).toEqual(
            set.envToken
              ? { kind: 'environment', name: 'GRAFANA_TOKEN' }
              : { kind: 'profile', name: found.profile },
          );
          expect(found.notes.some((note) => note.includes('GRAFANA_TOKEN'))).toBe(set.envToken);
          expect(JSON.stringify([found.sources, found.notes])).not.toMatch(/sentinel|env-token/);
        },
      ),
      tried(1_000),
    );
  });

  it('names the first variable of several', async () => {
    const env = { DATADOG_API_KEY: 'second', DD_API_KEY: 'first', DATADOG_APP_KEY: 'app' };
    const found = await resolveAccount(world(env), ask());
    expect(found.secrets).toEqual({ apiKey: 'first', appKey: 'app' });
    expect(found.sources.secrets['appKey']?.name).toBe('DATADOG_APP_KEY');
  });

  it('lets a stronger site lead away from a weaker address', async () => {
    const env = { ...keys, DD_HOST: 'https://outbound.example.com/' };
    expect((await resolveAccount(world(env), ask())).baseUrl).toBe('https://outbound.example.com');
    const moved = await resolveAccount(world(env), ask({ settings: { site: 'us5' } }));
    expect(moved.baseUrl).toBe('https://api.us5.datadoghq.com');
    expect(moved.sources.baseUrl).toEqual({ kind: 'flag', name: '--site' });
  });

  it('names where a malformed value stands', async () => {
    const error = await failureOf(resolveAccount(world({ ...keys, DD_SITE: 'mars' }), ask()));
    expect(error).toMatchObject({ code: 'invalid-input' });
    expect(error.message).toMatch(/^DD_SITE: /);
    const flag = await failureOf(resolveAccount(world(keys), ask({ baseUrl: 'nonsense' })));
    expect(flag.message).toMatch(/^--base-url: /);
  });

  it('tells where a variable leads a profile elsewhere, and only then', async () => {
    await store.add(grafana('work', 'g.example.com'));
    const notesOf = async (server: string) =>
      (await resolveAccount(world({ GRAFANA_SERVER: server, GRAFANA_TOKEN: 't' }), ask())).notes.join('\n');
    expect(await notesOf('https://other.example.com')).toContain(
      'GRAFANA_SERVER points "work" to https://other.example.com.',
    );
    expect(await notesOf('https://g.example.com')).not.toContain('GRAFANA_SERVER');
  });

  it('refuses a setting that the provider does not have', async () => {
    const error = await failureOf(resolveAccount(world(keys), ask({ settings: { orgId: '1' } })));
    expect(error).toMatchObject({ code: 'usage', hint: 'Its settings: --site.' });
  });
});

describe('credentials', () => {
  it('come from one source as a whole', async () => {
    await store.add(datadog('work', 'datadoghq.eu'));
    const half = await resolveAccount(world({ DD_API_KEY: 'env-api' }), ask());
    expect(half.secrets).toEqual({ apiKey: `${sentinel}-api`, appKey: `${sentinel}-app` });
    expect(half.notes.join()).toMatch(/DD_API_KEY is not used/);
    const whole = await resolveAccount(world(keys), ask());
    expect(whole.secrets).toEqual({ apiKey: 'env-api', appKey: 'env-app' });
    expect(whole.baseUrl).toBe('https://api.datadoghq.eu');
    expect(whole.notes.join()).toMatch(/DD_API_KEY and DD_APP_KEY are used instead/);
  });

  it('stay with their origin: scheme, host and port', async () => {
    await store.add(grafana('work', 'g.example.com'));
    for (const baseUrl of [
      'https://evil.example.com',
      'https://g.example.com:8443',
      'https://g.example.com.evil.example.com',
    ]) {
      const error = await failureOf(resolveAccount(world(), ask({ baseUrl })));
      expect(error).toMatchObject({ code: 'unsafe-address', exitCode: 8, profile: 'work' });
      expect(error.message).toContain('https://g.example.com');
      expect(error.message).toContain('--base-url');
    }
    expect((await resolveAccount(world(), ask({ baseUrl: 'https://g.example.com/sub' }))).baseUrl).toBe(
      'https://g.example.com/sub',
    );
    const downgraded = await failureOf(
      resolveAccount(world(), ask({ baseUrl: 'http://g.example.com', allowHttp: true })),
    );
    expect(downgraded.code).toBe('unsafe-address');
    const site = await failureOf(resolveAccount(world({ GRAFANA_URL: 'https://evil.example.com' }), ask()));
    expect(site.message).toContain('GRAFANA_URL');
  });

  it('stay with their origin when the settings file is edited by hand', async () => {
    await store.add(grafana('work', 'g.example.com'));
    await store.add(
      {
        ...grafana('work', 'evil.example.com'),
        secrets: { origin: 'https://g.example.com', values: { token: sentinel } },
      },
      { replace: true },
    );
    expect(await failureOf(resolveAccount(world(), ask()))).toMatchObject({ code: 'unsafe-address' });
  });

  it('travel over https only, but for loopback or leave', async () => {
    const env = { GRAFANA_TOKEN: 't' };
    const remote = ask({ baseUrl: 'http://g.example.com' });
    expect(await failureOf(resolveAccount(world(env), remote))).toMatchObject({ code: 'unsafe-address' });
    expect((await resolveAccount(world(env), { ...remote, allowHttp: true })).baseUrl).toBe(
      'http://g.example.com',
    );
    expect((await resolveAccount(world(env), ask({ baseUrl: 'http://127.0.0.1:3000/' }))).baseUrl).toBe(
      'http://127.0.0.1:3000',
    );
  });

  it('of a profile without any come from the environment, or are missing', async () => {
    await store.add(grafana('work', 'g.example.com', null));
    expect((await resolveAccount(world({ GRAFANA_TOKEN: 't' }), ask())).secrets).toEqual({ token: 't' });
    expect(await failureOf(resolveAccount(world(), ask()))).toMatchObject({
      code: 'no-credentials',
      profile: 'work',
    });
  });
});

describe('several accounts', () => {
  beforeEach(async () => {
    await store.add(grafana('a', 'a.example.com'));
    await store.add(grafana('b', 'b.example.com'));
    await store.add(grafana('empty', 'empty.example.com', null));
    await store.add(datadog('dd', 'datadoghq.eu'));
  });

  it('are taken as saved: variables neither move them nor reach them', async () => {
    const env = { GRAFANA_SERVER: 'https://evil.example.com', GRAFANA_TOKEN: 'env-token', ...keys };
    const { accounts, failures } = await resolveAccounts(world(env), ask({ allProfiles: true }));
    expect(accounts.map((one) => [one.profile, one.baseUrl])).toEqual([
      ['a', 'https://a.example.com'],
      ['b', 'https://b.example.com'],
      ['dd', 'https://api.datadoghq.eu'],
    ]);
    expect(JSON.stringify(accounts)).not.toMatch(/env-/);
    expect(failures).toMatchObject([{ code: 'no-credentials', profile: 'empty' }]);
  });

  it('take secrets from the environment where it names their very address', async () => {
    const env = { GRAFANA_SERVER: 'https://empty.example.com', GRAFANA_TOKEN: 'env-token' };
    const { accounts, failures } = await resolveAccounts(world(env), ask({ profiles: ['a', 'empty'] }));
    expect(failures).toEqual([]);
    expect(accounts.map((one) => one.secrets['token'])).toEqual([`${sentinel}-a`, 'env-token']);
  });

  it('are narrowed by --provider and named once', async () => {
    const narrowed = await resolveAccounts(world(), ask({ allProfiles: true, provider: 'datadog' }));
    expect(narrowed.accounts.map((one) => one.profile)).toEqual(['dd']);
    const twice = await resolveAccounts(world(), ask({ profiles: ['b', 'a', 'b'] }));
    expect(twice.accounts.map((one) => one.profile)).toEqual(['b', 'a']);
  });

  it('fail as a whole for an unknown name or an address for all', async () => {
    expect(await failureOf(resolveAccounts(world(), ask({ profiles: ['a', 'zzz'] })))).toMatchObject({
      code: 'unknown-profile',
    });
    const request = ask({ allProfiles: true, baseUrl: 'https://evil.example.com' });
    expect(await failureOf(resolveAccounts(world(), request))).toMatchObject({ code: 'usage' });
    expect(await failureOf(resolveAccount(world(), ask({ profiles: ['a', 'b'] })))).toMatchObject({
      code: 'usage',
    });
  });
});

describe('the sandbox', () => {
  it('has accounts of its own that no variable reaches', async () => {
    const env = { ...keys, DD_SITE: 'eu', DD_HOST: 'https://evil.example.com' };
    const found = await resolveAccount(world(env), ask({ profiles: ['sandbox-datadog'] }));
    expect(found).toMatchObject({
      profile: 'sandbox-datadog',
      baseUrl: 'http://127.0.0.1:4400/datadog',
      webUrl: 'https://sandbox-datadog.example.com',
      secrets: { apiKey: 'room-api', appKey: 'room-app' },
      sources: { baseUrl: { kind: 'built-in', name: 'sandbox-datadog' } },
    });
  });

  it('cannot be moved by flags', async () => {
    const named = ask({ profiles: ['sandbox-datadog'] });
    const request = { ...named, baseUrl: 'https://evil.example.com' };
    expect(await failureOf(resolveAccount(world(), request))).toMatchObject({ code: 'usage' });
    expect((await resolveAccount(world(), { ...named, settings: { site: 'eu' } })).baseUrl).toBe(
      'http://127.0.0.1:4400/datadog',
    );
  });

  it('stands for all current rooms, or the one that has the noun', async () => {
    const all = await resolveAccounts(world(), ask({ profiles: ['sandbox'] }));
    expect(all.accounts.map((one) => one.profile)).toEqual(['sandbox-datadog', 'sandbox-grafana']);
    const one = await resolveAccount(
      world(),
      ask({ profiles: ['sandbox'], offers: (provider) => provider === 'datadog' }),
    );
    expect(one.profile).toBe('sandbox-datadog');
    expect(await failureOf(resolveAccount(world(), ask({ profiles: ['sandbox'] })))).toMatchObject({
      code: 'ambiguous',
    });
    expect((await resolveAccount(world(), ask({ profiles: ['sandbox-grafana-5'] }))).secrets).toEqual({
      token: 'token-grafana-5',
    });
  });
});

describe('references', () => {
  it('to the account of the run keep its flags and variables', async () => {
    const env = { GRAFANA_SERVER: 'https://g.example.com', GRAFANA_TOKEN: 't' };
    const found = await resolveReferenced(world(env), ask({ settings: { orgId: '7' } }), 'grafana');
    expect(found).toMatchObject({
      profile: 'grafana',
      baseUrl: 'https://g.example.com',
      settings: { orgId: '7' },
    });
  });

  it('to another profile take it as saved', async () => {
    await store.add(grafana('a', 'a.example.com'));
    await store.add(grafana('b', 'b.example.com'));
    const env = { GRAFANA_SERVER: 'https://evil.example.com', GRAFANA_TOKEN: 'env-token' };
    const found = await resolveReferenced(world(env), ask(), 'b');
    expect(found).toMatchObject({
      profile: 'b',
      baseUrl: 'https://b.example.com',
      secrets: { token: `${sentinel}-b` },
    });
  });

  it('may not contradict -p', async () => {
    await store.add(grafana('a', 'a.example.com'));
    await store.add(grafana('b', 'b.example.com'));
    expect(await failureOf(resolveReferenced(world(), ask({ profiles: ['a'] }), 'b'))).toMatchObject({
      code: 'usage',
    });
    expect(
      (await resolveReferenced(world(), ask({ profiles: ['sandbox'] }), 'sandbox-grafana')).profile,
    ).toBe('sandbox-grafana');
  });

  it('to nobody are an error, also in an empty home', async () => {
    expect(await failureOf(resolveReferenced(world(), ask(), 'nobody'))).toMatchObject({
      code: 'unknown-profile',
    });
  });
});

describe('web addresses', () => {
  const at = (address: string, request = ask(), env: Record<string, string> = {}) =>
    resolveAddressed(world(env), request, new URL(address));

  beforeEach(async () => {
    await store.add(grafana('a', 'g.example.com'));
    await store.add({ ...grafana('sub', 'g.example.com'), baseUrl: 'https://g.example.com/team' });
    await store.add(datadog('eu', 'datadoghq.eu'), { makeDefault: 'never' });
  });

  it('pick the profile by host and path', async () => {
    const found = await at('https://g.example.com/d/uid-1/title?orgId=1');
    expect([found.account.profile, found.target]).toEqual(['a', { kind: 'dashboard', id: 'uid-1' }]);
    expect((await at('https://g.example.com/team/d/uid-1/title')).account.profile).toBe('sub');
    expect((await at('https://g.example.com/teams/d/uid-1/title')).account.profile).toBe('a');
    expect((await at('https://app.datadoghq.eu/dashboard/abc-def-ghi/x')).account.profile).toBe('eu');
    expect((await at('https://sandbox-grafana-7.example.com/d/uid-1')).account.profile).toBe(
      'sandbox-grafana-7',
    );
  });

  it("on the vendor's own hosts pick its only account, never the sandbox", async () => {
    const found = await at('https://p.datadoghq.eu/sb/abcdefghi-0123456789abcdef0123456789abcdef');
    expect(found).toMatchObject({ account: { profile: 'eu' }, target: { kind: 'share' } });
    await store.remove('eu');
    expect(await failureOf(at('https://app.datadoghq.com/dashboard/abc-def-ghi/x'))).toMatchObject({
      code: 'unknown-profile',
    });
    expect(started).toEqual([]);
  });

  it('that fit several ask which, unless the run says so', async () => {
    await store.add(datadog('eu-2', 'datadoghq.eu'));
    const address = 'https://app.datadoghq.eu/dashboard/abc-def-ghi/x';
    expect(await failureOf(at(address))).toMatchObject({
      code: 'ambiguous',
      details: { profiles: ['eu', 'eu-2'] },
    });
    expect((await at(address, ask({ profiles: ['eu-2'] }))).account.profile).toBe('eu-2');
    expect((await at(address, ask(), { DASHCTL_PROFILE: 'eu' })).account.profile).toBe('eu');
  });

  it('of unknown hosts, of other profiles and of other pages are refused', async () => {
    expect(await failureOf(at('https://evil.example.com/d/uid-1'))).toMatchObject({
      code: 'unknown-profile',
    });
    expect(await failureOf(at('https://evil.example.com/d/uid-1', ask({ profiles: ['a'] })))).toMatchObject({
      code: 'unknown-profile',
    });
    expect(await failureOf(at('https://g.example.com/d/uid-1', ask({ profiles: ['eu'] })))).toMatchObject({
      code: 'usage',
    });
    expect(await failureOf(at('https://g.example.com/login'))).toMatchObject({ code: 'invalid-input' });
  });

  it('fit the account of the environment alone', async () => {
    const env = {
      DASHCTL_PROVIDER: 'grafana',
      GRAFANA_SERVER: 'http://127.0.0.1:3000/g',
      GRAFANA_TOKEN: 't',
    };
    const found = await at('http://127.0.0.1:3000/g/d/uid-1/title', ask(), env);
    expect(found).toMatchObject({
      account: { profile: 'grafana', secrets: { token: 't' } },
      target: { id: 'uid-1' },
    });
  });
});
