/**
 * Saved profiles in `config.json`, their secrets apart in `credentials.json`. Reading is plain `fs` and `JSON.parse`;
 * every change reads the newest files again under a lock, so that commands running at once lose nothing. What a newer
 * version wrote and this one does not know survives.
 */
import { join } from 'node:path';
import { DashctlError } from '../errors.ts';
import { fileError, withLock } from '../files/index.ts';
import { nearest } from '../model/nearest.ts';
import { checkProfileName } from '../model/profile-name.ts';
import { providerNames } from '../model/profile.ts';
import type { ProviderName } from '../model/profile.ts';
import { closeFolder, damaged, isObject, readJsonFile, withoutMark } from './settings-file.ts';
import type { JsonObject, Warn } from './settings-file.ts';

/** A saved account without its secrets. */
export interface SavedProfile {
  readonly name: string;
  readonly provider: ProviderName;
  /** API base URL as given; null when it follows from the settings. */
  readonly baseUrl: string | null;
  /** Web address as given; null when it follows from settings and base URL. */
  readonly webUrl: string | null;
  readonly settings: Readonly<Record<string, string>>;
  /** Where its secrets are: in `credentials.json`, or nowhere (the environment brings them). */
  readonly secretStore: 'file' | 'none';
  readonly isDefault: boolean;
}

/** Secrets and the origin (`https://host[:port]`) that they were saved for; they go nowhere else. */
export interface BoundSecrets {
  readonly origin: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface NewProfile {
  readonly name: string;
  readonly provider: ProviderName;
  readonly baseUrl: string | null;
  readonly webUrl: string | null;
  readonly settings: Readonly<Record<string, string>>;
  /** Null: the profile keeps no secrets. */
  readonly secrets: BoundSecrets | null;
}

export interface AddOptions {
  /** Take the place of a profile of the same name, its secrets included. */
  readonly replace?: boolean;
  /** `first`: only when no profile is marked as default yet. Default `first`. */
  readonly makeDefault?: 'always' | 'first' | 'never';
}

/** All operations throw DashctlError `file` for damaged or unusable files. */
export interface ProfileStore {
  /** Path of the settings file, for messages. */
  readonly file: string;
  /** Path of the file that holds the secrets, for messages. */
  readonly secretsFile: string;
  /** In the order of names. Profiles of systems that this version does not know are left out. */
  list(): Promise<readonly SavedProfile[]>;
  /** @throws DashctlError `unknown-profile` with the nearest name */
  get(name: string): Promise<SavedProfile>;
  /** The name of the default profile, whether or not it still exists; null when none is marked. */
  defaultName(): Promise<string | null>;
  /** @throws DashctlError `invalid-input` for a bad or reserved name, or an existing one without `replace` */
  add(profile: NewProfile, options?: AddOptions): Promise<SavedProfile>;
  /** Removes the profile and its secrets. @throws DashctlError `unknown-profile` */
  remove(name: string): Promise<SavedProfile>;
  /** Marks the default profile; null unmarks. @throws DashctlError `unknown-profile` */
  setDefault(name: string | null): Promise<void>;
  /** Replaces the secrets of a saved profile. @throws DashctlError `unknown-profile` */
  setSecrets(name: string, secrets: BoundSecrets): Promise<void>;
  /** The secrets of a profile; null when it has none. */
  secretsOf(name: string): Promise<BoundSecrets | null>;
}

export interface ProfileStoreOptions {
  /** Holds both files; made 0700. */
  readonly folder: string;
  readonly warn: Warn;
  /** How long to wait for another command that is saving, milliseconds. Default 30 000. */
  readonly lockTimeout?: number;
}

const configName = 'config';
const credentialsName = 'credentials';

/** Opens the profiles of a folder. Nothing is read before the first operation, nothing created before the first change. */
export function openProfileStore(options: ProfileStoreOptions): ProfileStore {
  const { folder, warn } = options;
  const file = join(folder, `${configName}.json`);
  const secretsFile = join(folder, `${credentialsName}.json`);
  const readConfig = async () => {
    const config = (await readJsonFile(file, warn)) ?? {};
    // Checked as a whole, so that no change builds upon a damaged file.
    readProfiles(config, file);
    return config;
  };
  const readCredentials = async () => (await readJsonFile(secretsFile, warn)) ?? {};

  const change = async <T>(act: () => Promise<T>): Promise<T> => {
    await closeFolder(folder, warn);
    const lock = options.lockTimeout === undefined ? {} : { timeout: options.lockTimeout };
    return withLock(join(folder, 'profiles.lock'), lock, act);
  };

  const writeSecrets = async (name: string, secrets: BoundSecrets | null): Promise<void> => {
    const credentials = await readCredentials();
    const profiles = section(credentials, secretsFile);
    if (secrets === null && !Object.hasOwn(profiles, name)) return;
    if (secrets === null) Reflect.deleteProperty(profiles, name);
    else profiles[name] = { origin: secrets.origin, secrets: { ...secrets.values } };
    await save(folder, credentialsName, { ...credentials, profiles });
  };

  return {
    file,
    secretsFile,

    async list() {
      return readProfiles(await readConfig(), file);
    },

    async get(name) {
      return find(await readConfig(), file, name);
    },

    async defaultName() {
      return defaultOf(await readConfig(), file);
    },

    async add(profile, { replace = false, makeDefault = 'first' } = {}) {
      const name = checkProfileName(profile.name);
      return change(async () => {
        const config = await readConfig();
        const profiles = section(config, file);
        const former = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
        if (former !== undefined && !replace) throw taken(name);
        const own: JsonObject = {
          provider: profile.provider,
          baseUrl: profile.baseUrl,
          webUrl: profile.webUrl,
          settings: { ...profile.settings },
          secretStore: profile.secrets === null ? 'none' : 'file',
        };
        profiles[name] = isObject(former) ? { ...former, ...own } : own;
        const marked = defaultOf(config, file);
        const isDefault = makeDefault === 'always' || (makeDefault === 'first' && marked === null);
        // Secrets first: if the second write fails, no profile lacks its secrets.
        await writeSecrets(name, profile.secrets);
        const next = { ...config, profiles, ...(isDefault ? { defaultProfile: name } : {}) };
        await save(folder, configName, next);
        return find(next, file, name);
      });
    },

    async remove(name) {
      return change(async () => {
        const config = await readConfig();
        const profiles = section(config, file);
        const former = find(config, file, name);
        Reflect.deleteProperty(profiles, name);
        const next: JsonObject = { ...config, profiles };
        if (former.isDefault) delete next['defaultProfile'];
        // Secrets first: nothing secret may stay behind when the second write fails.
        await writeSecrets(name, null);
        await save(folder, configName, next);
        return former;
      });
    },

    async setDefault(name) {
      await change(async () => {
        const config = await readConfig();
        const next: JsonObject = { ...config };
        if (name === null) delete next['defaultProfile'];
        else next['defaultProfile'] = find(config, file, name).name;
        await save(folder, configName, next);
      });
    },

    async setSecrets(name, secrets) {
      await change(async () => {
        const config = await readConfig();
        find(config, file, name);
        const profiles = section(config, file);
        const former = profiles[name];
        await writeSecrets(name, secrets);
        profiles[name] = { ...(isObject(former) ? former : {}), secretStore: 'file' };
        await save(folder, configName, { ...config, profiles });
      });
    },

    async secretsOf(name) {
      const profiles = section(await readCredentials(), secretsFile);
      const entry = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
      if (entry === undefined) return null;
      const at = `profiles.${name}`;
      if (!isObject(entry) || typeof entry['origin'] !== 'string') {
        throw damaged(secretsFile, `"${at}.origin" must be text`);
      }
      return { origin: entry['origin'], values: texts(entry['secrets'], secretsFile, `${at}.secrets`) };
    },
  };
}

/** The error for a profile that does not exist, with the nearest name. */
export function unknownProfile(name: string, known: readonly string[]): DashctlError {
  const close = nearest(name, known);
  const listed = known.length === 0 ? 'There are no saved profiles' : `Profiles: ${known.join(', ')}`;
  return new DashctlError('unknown-profile', `There is no profile ${JSON.stringify(name)}.`, {
    hint:
      close === null
        ? `${listed}. Add one: dashctl profile add`
        : `Did you mean "${close}"? All profiles: dashctl profile list`,
    details: { profiles: known },
  });
}

/** Replaces one file as a whole, 0600 from the first byte. */
async function save(folder: string, name: string, content: JsonObject): Promise<void> {
  try {
    const { default: Conf } = await import('conf');
    const conf = new Conf<JsonObject>({
      cwd: folder,
      configName: name,
      projectName: 'dashctl',
      projectSuffix: '',
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
      deserialize: (text) => JSON.parse(withoutMark(text)) as JsonObject,
      serialize: (value) => `${JSON.stringify(value, null, 2)}\n`,
    });
    conf.store = content;
  } catch (error) {
    throw fileError('write', join(folder, `${name}.json`), error);
  }
}

function find(config: JsonObject, file: string, name: string): SavedProfile {
  const profiles = section(config, file);
  if (!Object.hasOwn(profiles, name)) {
    throw unknownProfile(name, Object.keys(profiles).sort());
  }
  const found = readProfile(name, profiles[name], file, defaultOf(config, file));
  if (found !== null) return found;
  throw new DashctlError(
    'unsupported',
    `The profile "${name}" belongs to a system that this version does not know.`,
    {
      hint: `Use a newer version, or remove it from ${file} by hand.`,
      profile: name,
    },
  );
}

function readProfiles(config: JsonObject, file: string): SavedProfile[] {
  const marked = defaultOf(config, file);
  return Object.entries(section(config, file))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, entry]) => readProfile(name, entry, file, marked) ?? []);
}

/** Null for a provider that only a newer version knows. */
function readProfile(name: string, entry: unknown, file: string, marked: string | null): SavedProfile | null {
  const at = `profiles.${name}`;
  if (!isObject(entry)) throw damaged(file, `"${at}" must be an object`);
  if (typeof entry['provider'] !== 'string') throw damaged(file, `"${at}.provider" must be text`);
  const provider = providerNames.find((one) => one === entry['provider']);
  if (provider === undefined) return null;
  return {
    name,
    provider,
    baseUrl: textOrNull(entry['baseUrl'], file, `${at}.baseUrl`),
    webUrl: textOrNull(entry['webUrl'], file, `${at}.webUrl`),
    settings: texts(entry['settings'] ?? {}, file, `${at}.settings`),
    secretStore: entry['secretStore'] === 'file' ? 'file' : 'none',
    isDefault: name === marked,
  };
}

function defaultOf(config: JsonObject, file: string): string | null {
  return textOrNull(config['defaultProfile'], file, 'defaultProfile');
}

/** A copy of the profiles by name. */
function section(content: JsonObject, file: string): JsonObject {
  const profiles = content['profiles'] ?? {};
  if (!isObject(profiles)) throw damaged(file, '"profiles" must be an object');
  return { ...profiles };
}

function textOrNull(value: unknown, file: string, at: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw damaged(file, `"${at}" must be text`);
  return value;
}

function texts(value: unknown, file: string, at: string): Record<string, string> {
  if (!isObject(value)) throw damaged(file, `"${at}" must be an object of texts`);
  return Object.fromEntries(
    Object.entries(value).map(([key, text]) => {
      if (typeof text !== 'string') throw damaged(file, `"${at}.${key}" must be text`);
      return [key, text];
    }),
  );
}

function taken(name: string): DashctlError {
  return new DashctlError('invalid-input', `There is a profile "${name}" already.`, {
    hint: `Replace it with --replace, or remove it first: dashctl profile remove ${name}`,
    profile: name,
  });
}
