/**
 * Saved profiles in `config.json`, their secrets apart in `credentials.json` or in the keyring; each profile says where.
 * Reading is plain `fs` and `JSON.parse`; every change reads the newest files again under a lock, so that commands
 * running at once lose nothing. What a newer version wrote and this one does not know survives.
 */
import { join } from 'node:path';
import { asDashctlError, DashctlError } from '../errors.ts';
import { fileError, withLock } from '../files/index.ts';
import { nearest } from '../model/nearest.ts';
import { checkProfileName } from '../model/profile-name.ts';
import { providerNames } from '../model/profile.ts';
import type { ProviderName } from '../model/profile.ts';
import { credentialFile, credentialKeyring, credentialStores, section, texts } from './credential-store.ts';
import type { BoundSecrets, CredentialStoreName } from './credential-store.ts';
import type { Keyring, KeyringEntry } from './keyring.ts';
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
  /** Where its secrets are: in the keyring, in `credentials.json`, or nowhere (the environment brings them). */
  readonly secretStore: CredentialStoreName | 'none';
  /** What its entry in the keyring is called; null when it has none. */
  readonly secretEntry: string | null;
  readonly isDefault: boolean;
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
  /** Where its secrets go. Default `file`. */
  readonly secretStore?: CredentialStoreName;
}

export interface RemoveOptions {
  /** Forget the profile and do not touch its secrets, for a keyring that cannot be reached any more. */
  readonly leaveSecrets?: boolean;
}

/**
 * All operations throw DashctlError `file` for damaged or unusable files; those on secrets throw `keyring` when the
 * keyring is meant and cannot be used. They never look in the other place then.
 */
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
  remove(name: string, options?: RemoveOptions): Promise<SavedProfile>;
  /** Marks the default profile; null unmarks. @throws DashctlError `unknown-profile` */
  setDefault(name: string | null): Promise<void>;
  /** Changes the web address alone: secrets are neither read nor written. @throws DashctlError `unknown-profile` */
  setWebUrl(name: string, webUrl: string): Promise<void>;
  /**
   * Moves the secrets of a profile to the other place; they are in one of the two at every moment.
   * @returns whether they were elsewhere before
   * @throws DashctlError `unknown-profile`, `no-credentials` when it keeps none
   */
  moveSecrets(name: string, to: CredentialStoreName): Promise<boolean>;
  /** The secrets of a profile; null when it has none, or does not exist. */
  secretsOf(name: string): Promise<BoundSecrets | null>;
}

export interface ProfileStoreOptions {
  /** Holds both files; made 0700. */
  readonly folder: string;
  readonly warn: Warn;
  /** Null or absent: this run has no way to one. */
  readonly keyring?: Keyring | null;
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
  const stores = {
    file: credentialFile(secretsFile, warn, (content) => save(folder, credentialsName, content)),
    keyring: credentialKeyring(options.keyring ?? null),
  };

  const change = async <T>(act: () => Promise<T>): Promise<T> => {
    await closeFolder(folder, warn);
    const lock = options.lockTimeout === undefined ? {} : { timeout: options.lockTimeout };
    return withLock(join(folder, 'profiles.lock'), lock, act);
  };

  /** Takes away what another place still holds of a profile whose secrets are elsewhere now. */
  const forget = async (former: SavedProfile | null): Promise<void> => {
    if (former === null || former.secretStore === 'none') return;
    await stores[former.secretStore].remove(entryOf(former)).catch((error: unknown) => {
      warn(`${asDashctlError(error).message} They are no longer used, but still there.`);
    });
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

    async add(profile, { replace = false, makeDefault = 'first', secretStore = 'file' } = {}) {
      const name = checkProfileName(profile.name);
      return change(async () => {
        const config = await readConfig();
        const profiles = section(config, file);
        const formerEntry = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
        if (formerEntry !== undefined && !replace) throw taken(name);
        const marked = defaultOf(config, file);
        const former = formerEntry === undefined ? null : readProfile(name, formerEntry, file, marked);
        const place = profile.secrets === null ? 'none' : secretStore;
        const own: JsonObject = {
          provider: profile.provider,
          baseUrl: profile.baseUrl,
          webUrl: profile.webUrl,
          settings: { ...profile.settings },
          secretStore: place,
          secretEntry: place === 'keyring' ? await entryName(name, former) : null,
        };
        profiles[name] = isObject(formerEntry) ? { ...formerEntry, ...own } : own;
        const isDefault = makeDefault === 'always' || (makeDefault === 'first' && marked === null);
        const next = { ...config, profiles, ...(isDefault ? { defaultProfile: name } : {}) };
        const saved = find(next, file, name);
        // Secrets first: if the second write fails, no profile lacks its secrets.
        if (profile.secrets !== null && place !== 'none') {
          await stores[place].write(entryOf(saved), profile.secrets);
        }
        await save(folder, configName, next);
        if (former?.secretStore !== place) await forget(former);
        return saved;
      });
    },

    async remove(name, { leaveSecrets = false } = {}) {
      return change(async () => {
        const config = await readConfig();
        const profiles = section(config, file);
        const former = find(config, file, name);
        Reflect.deleteProperty(profiles, name);
        const next: JsonObject = { ...config, profiles };
        if (former.isDefault) delete next['defaultProfile'];
        // Secrets first: nothing secret may stay behind when the second write fails.
        if (former.secretStore !== 'none' && !leaveSecrets) {
          await stores[former.secretStore].remove(entryOf(former));
        }
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

    async setWebUrl(name, webUrl) {
      await change(async () => {
        const config = await readConfig();
        const known = find(config, file, name).name;
        const profiles = section(config, file);
        const entry = profiles[known];
        profiles[known] = { ...(isObject(entry) ? entry : {}), webUrl };
        await save(folder, configName, { ...config, profiles });
      });
    },

    async moveSecrets(name, to) {
      return change(async () => {
        const config = await readConfig();
        const former = find(config, file, name);
        if (former.secretStore === to) return false;
        const secrets =
          former.secretStore === 'none' ? null : await stores[former.secretStore].read(entryOf(former));
        if (secrets === null) throw noSecrets(name);
        const profiles = section(config, file);
        const entry = profiles[name];
        profiles[name] = {
          ...(isObject(entry) ? entry : {}),
          secretStore: to,
          secretEntry: to === 'keyring' ? await entryName(name, former) : null,
        };
        const next = { ...config, profiles };
        await stores[to].write(entryOf(find(next, file, name)), secrets);
        await save(folder, configName, next);
        await forget(former);
        return true;
      });
    },

    async secretsOf(name) {
      const config = await readConfig();
      if (!Object.hasOwn(section(config, file), name)) return null;
      const profile = find(config, file, name);
      return profile.secretStore === 'none' ? null : await stores[profile.secretStore].read(entryOf(profile));
    },
  };
}

/** What a profile's secrets are found by. */
function entryOf({ name, secretEntry }: SavedProfile): KeyringEntry {
  return { profile: name, account: secretEntry ?? name };
}

/** Two folders of settings may have profiles of one name in one keyring, so an entry is the name and something random. */
async function entryName(name: string, former: SavedProfile | null): Promise<string> {
  if (former?.secretEntry != null) return former.secretEntry;
  const { randomBytes } = await import('node:crypto');
  return `${name}-${randomBytes(4).toString('hex')}`;
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
    `The profile "${name}" needs a newer version: this one does not know its system, or where its secrets are.`,
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

/** Null for a provider or a place of secrets that only a newer version knows. */
function readProfile(name: string, entry: unknown, file: string, marked: string | null): SavedProfile | null {
  const at = `profiles.${name}`;
  if (!isObject(entry)) throw damaged(file, `"${at}" must be an object`);
  if (typeof entry['provider'] !== 'string') throw damaged(file, `"${at}.provider" must be text`);
  const provider = providerNames.find((one) => one === entry['provider']);
  const said = entry['secretStore'] ?? 'none';
  const secretStore = ([...credentialStores, 'none'] as const).find((one) => one === said);
  if (provider === undefined || secretStore === undefined) return null;
  return {
    name,
    provider,
    baseUrl: textOrNull(entry['baseUrl'], file, `${at}.baseUrl`),
    webUrl: textOrNull(entry['webUrl'], file, `${at}.webUrl`),
    settings: texts(entry['settings'] ?? {}, file, `${at}.settings`),
    secretStore,
    secretEntry: textOrNull(entry['secretEntry'], file, `${at}.secretEntry`),
    isDefault: name === marked,
  };
}

function defaultOf(config: JsonObject, file: string): string | null {
  return textOrNull(config['defaultProfile'], file, 'defaultProfile');
}

function textOrNull(value: unknown, file: string, at: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw damaged(file, `"${at}" must be text`);
  return value;
}

function noSecrets(name: string): DashctlError {
  return new DashctlError(
    'no-credentials',
    `The profile "${name}" keeps no secrets: the environment brings them.`,
    {
      hint: `Save them: dashctl profile add ${name} --replace`,
      profile: name,
    },
  );
}

function taken(name: string): DashctlError {
  return new DashctlError('invalid-input', `There is a profile "${name}" already.`, {
    hint: `Replace it with --replace, or remove it first: dashctl profile remove ${name}`,
    profile: name,
  });
}
