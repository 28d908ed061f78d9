/** Where secrets are kept: the profile says it, and no other place is ever looked in. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialStoreOf } from '../../src/config/credential-store.ts';
import { openProfileStore } from '../../src/config/profile-store.ts';
import type { Keyring } from '../../src/config/keyring.ts';
import type { NewProfile } from '../../src/config/profile-store.ts';
import { DashctlError } from '../../src/errors.ts';

const sentinel = 'sentinel-41c7';
let folder: string;
let warnings: string[];
let entries: Map<string, string>;
/** What the keyring answers to everything while it is set. */
let locked: DashctlError | null;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'dashctl-credentials-')), 'dashctl');
  warnings = [];
  entries = new Map();
  locked = null;
});

afterEach(async () => {
  await rm(join(folder, '..'), { recursive: true, force: true });
});

function open(at = folder, keyring: Keyring | null = inMemory()) {
  return openProfileStore({ folder: at, keyring, warn: (message) => warnings.push(message) });
}

function inMemory(): Keyring {
  const check = () => (locked === null ? Promise.resolve() : Promise.reject(locked));
  return {
    read: ({ account }) => check().then(() => entries.get(account) ?? null),
    write: ({ account }, secret) => check().then(() => void entries.set(account, secret)),
    remove: ({ account }) => check().then(() => void entries.delete(account)),
  };
}

const secrets = {
  origin: 'https://api.datadoghq.eu',
  values: { apiKey: sentinel, appKey: `${sentinel}-app` },
};

function profile(name: string, more: Partial<NewProfile> = {}): NewProfile {
  return { name, provider: 'datadog', baseUrl: null, webUrl: null, settings: {}, secrets, ...more };
}

/** All that lies in the folder. */
async function onDisk(): Promise<string> {
  const read = (file: string) => readFile(join(folder, file), 'utf8').catch(() => '');
  return (await read('config.json')) + (await read('credentials.json'));
}

const refused = new DashctlError('keyring', 'It is locked.');

describe('a profile whose secrets are in the keyring', () => {
  it('leaves none of them on the disk', async () => {
    const saved = await open().add(profile('work'), { secretStore: 'keyring' });
    expect(saved).toMatchObject({
      secretStore: 'keyring',
      secretEntry: expect.stringMatching(/^work-/) as string,
    });
    expect(await onDisk()).not.toContain(sentinel);
    expect(await open().secretsOf('work')).toEqual(secrets);
  });

  it('never answers from the file, and never calls a silent keyring empty', async () => {
    await open().add(profile('work'));
    const before = await readFile(join(folder, 'credentials.json'), 'utf8');
    await open().moveSecrets('work', 'keyring');
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(folder, 'credentials.json'), before, { mode: 0o600 });
    locked = refused;
    await expect(open().secretsOf('work')).rejects.toMatchObject({ code: 'keyring' });
    locked = null;
    entries.clear();
    await expect(open().secretsOf('work')).rejects.toMatchObject({
      code: 'keyring',
      message: expect.stringContaining('where its profile says they are') as string,
      details: { reason: 'lost' },
    });
    await expect(open(folder, null).secretsOf('work')).rejects.toMatchObject({ code: 'keyring' });
  });

  it('is told to be damaged, without a quote, when its entry holds something else', async () => {
    const { secretEntry } = await open().add(profile('work'), { secretStore: 'keyring' });
    entries.set(secretEntry ?? '', `{"origin": "${sentinel}`);
    const error: unknown = await open()
      .secretsOf('work')
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'file' });
    expect(String(error)).not.toContain(sentinel);
  });

  it('is saved nowhere when the keyring refuses', async () => {
    locked = refused;
    await expect(open().add(profile('work'), { secretStore: 'keyring' })).rejects.toBe(refused);
    locked = null;
    expect(await open().list()).toEqual([]);
    expect(await onDisk()).not.toContain(sentinel);
  });

  it('shares the keyring with a profile of the same name in another folder', async () => {
    await open().add(profile('work'), { secretStore: 'keyring' });
    const other = { ...secrets, values: { apiKey: 'other' } };
    const elsewhere = open(`${folder}-2`);
    await elsewhere.add(profile('work', { secrets: other }), { secretStore: 'keyring' });
    expect(await open().secretsOf('work')).toEqual(secrets);
    await elsewhere.remove('work');
    expect(await open().secretsOf('work')).toEqual(secrets);
  });
});

describe('removing and replacing', () => {
  it('takes the secrets out of the place where they are', async () => {
    await open().add(profile('work'), { secretStore: 'keyring' });
    await open().add(profile('other'));
    await open().remove('work');
    expect(entries.size).toBe(0);
    expect(await open().secretsOf('other')).toEqual(secrets);
  });

  it('keeps the profile while its keyring refuses, unless it is told to leave the secrets', async () => {
    await open().add(profile('work'), { secretStore: 'keyring' });
    locked = refused;
    await expect(open().remove('work')).rejects.toBe(refused);
    expect(await open().get('work')).toMatchObject({ secretStore: 'keyring' });
    await open().remove('work', { leaveSecrets: true });
    expect(await open().list()).toEqual([]);
    expect(entries.size).toBe(1);
  });

  it('leaves nothing in the other place', async () => {
    await open().add(profile('work'), { secretStore: 'keyring' });
    await open().add(profile('work'), { replace: true, secretStore: 'file' });
    expect(entries.size).toBe(0);
    await open().add(profile('work'), { replace: true, secretStore: 'keyring' });
    expect(await onDisk()).not.toContain(sentinel);
    await open().add(profile('work', { secrets: null }), { replace: true });
    expect(entries.size).toBe(0);
    expect(await open().get('work')).toMatchObject({ secretStore: 'none', secretEntry: null });
  });

  it('says what it could not take away', async () => {
    await open().add(profile('work'), { secretStore: 'keyring' });
    locked = refused;
    await open().add(profile('work'), { replace: true, secretStore: 'file' });
    expect(warnings.join()).toContain('still there');
    expect(await open().secretsOf('work')).toEqual(secrets);
  });
});

describe('moving secrets', () => {
  it('goes both ways and leaves no copy', async () => {
    await open().add(profile('work'));
    expect(await open().moveSecrets('work', 'keyring')).toBe(true);
    expect(await onDisk()).not.toContain(sentinel);
    expect(await open().secretsOf('work')).toEqual(secrets);
    expect(await open().moveSecrets('work', 'keyring')).toBe(false);
    expect(await open().moveSecrets('work', 'file')).toBe(true);
    expect(entries.size).toBe(0);
    expect(await open().secretsOf('work')).toEqual(secrets);
  });

  it('changes nothing when either place fails', async () => {
    await open().add(profile('work'));
    locked = refused;
    await expect(open().moveSecrets('work', 'keyring')).rejects.toBe(refused);
    expect(await open().secretsOf('work')).toEqual(secrets);
    locked = null;
    await open().moveSecrets('work', 'keyring');
    locked = refused;
    await expect(open().moveSecrets('work', 'file')).rejects.toBe(refused);
    locked = null;
    expect(await open().secretsOf('work')).toEqual(secrets);
  });

  it('has nothing to move where the environment brings the secrets', async () => {
    await open().add(profile('work', { secrets: null }));
    await expect(open().moveSecrets('work', 'keyring')).rejects.toMatchObject({ code: 'no-credentials' });
  });
});

describe('DASHCTL_CREDENTIAL_STORE', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['keyring', 'keyring'],
    ['File', 'file'],
  ])('%j means %j', (value, place) => {
    expect(credentialStoreOf({ DASHCTL_CREDENTIAL_STORE: value })).toBe(place);
  });

  it('names the places for anything else', () => {
    expect(() => credentialStoreOf({ DASHCTL_CREDENTIAL_STORE: 'keyrin' })).toThrow(
      expect.objectContaining({ code: 'usage', hint: 'Did you mean "keyring"?' }) as Error,
    );
  });
});
