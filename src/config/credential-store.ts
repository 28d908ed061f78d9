/** The two places where the secrets of saved profiles may be: a file of ours, or the operating system's keyring. */
import { DashctlError } from '../errors.ts';
import { nearest } from '../model/nearest.ts';
import { lost, withoutKeyring } from './keyring.ts';
import type { Keyring, KeyringEntry } from './keyring.ts';
import type { Environment } from './layers.ts';
import { damaged, isObject, readJsonFile } from './settings-file.ts';
import type { JsonObject, Warn } from './settings-file.ts';

/** Where secrets may be kept. */
export const credentialStores = ['keyring', 'file'] as const;

export type CredentialStoreName = (typeof credentialStores)[number];

/** Secrets and the origin (`https://host[:port]`) that they were saved for; they go nowhere else. */
export interface BoundSecrets {
  readonly origin: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface CredentialStore {
  /** The secrets of a profile. The file answers null for an unknown one, the keyring fails: its profile says they are there. */
  read(entry: KeyringEntry): Promise<BoundSecrets | null>;
  write(entry: KeyringEntry, secrets: BoundSecrets): Promise<void>;
  /** An entry that is not there is fine. */
  remove(entry: KeyringEntry): Promise<void>;
}

/** What `DASHCTL_CREDENTIAL_STORE` says; null when it is not set. @throws DashctlError `usage` */
export function credentialStoreOf(env: Environment): CredentialStoreName | null {
  const said = env['DASHCTL_CREDENTIAL_STORE'] ?? '';
  if (said === '') return null;
  const found = credentialStores.find((one) => one === said.toLowerCase());
  if (found !== undefined) return found;
  const close = nearest(said, credentialStores);
  throw new DashctlError(
    'usage',
    `DASHCTL_CREDENTIAL_STORE: ${JSON.stringify(said)} is no place for secrets.`,
    {
      hint: close === null ? `Places: ${credentialStores.join(', ')}.` : `Did you mean "${close}"?`,
    },
  );
}

/** Secrets in a JSON file, by the name of the profile. @param save replaces the file as a whole */
export function credentialFile(
  file: string,
  warn: Warn,
  save: (content: JsonObject) => Promise<void>,
): CredentialStore {
  const load = async () => {
    const content = (await readJsonFile(file, warn)) ?? {};
    return { content, profiles: section(content, file) };
  };
  return {
    async read({ profile }) {
      const { profiles } = await load();
      const entry = Object.hasOwn(profiles, profile) ? profiles[profile] : undefined;
      return entry === undefined ? null : readSecrets(entry, file, `profiles.${profile}`);
    },
    async write({ profile }, { origin, values }) {
      const { content, profiles } = await load();
      profiles[profile] = { origin, secrets: { ...values } };
      await save({ ...content, profiles });
    },
    async remove({ profile }) {
      const { content, profiles } = await load();
      if (!Object.hasOwn(profiles, profile)) return;
      Reflect.deleteProperty(profiles, profile);
      await save({ ...content, profiles });
    },
  };
}

/** Secrets in the keyring, one entry per profile. @param keyring null where a run has no way to one */
export function credentialKeyring(keyring: Keyring | null): CredentialStore {
  return {
    async read(entry) {
      if (keyring === null) throw withoutKeyring('read', entry);
      const text = await keyring.read(entry);
      if (text === null) throw lost(entry);
      return readSecrets(parse(text), `the keyring's entry ${entry.account}`, 'entry');
    },
    async write(entry, { origin, values }) {
      if (keyring === null) throw withoutKeyring('write', entry);
      await keyring.write(entry, JSON.stringify({ origin, secrets: values }));
    },
    async remove(entry) {
      if (keyring === null) throw withoutKeyring('remove', entry);
      await keyring.remove(entry);
    },
  };
}

/** A copy of the profiles by name. */
export function section(content: JsonObject, file: string): JsonObject {
  const profiles = content['profiles'] ?? {};
  if (!isObject(profiles)) throw damaged(file, '"profiles" must be an object');
  return { ...profiles };
}

/** An object of texts. @param at where it stands, for the message */
export function texts(value: unknown, file: string, at: string): Record<string, string> {
  if (!isObject(value)) throw damaged(file, `"${at}" must be an object of texts`);
  return Object.fromEntries(
    Object.entries(value).map(([key, text]) => {
      if (typeof text !== 'string') throw damaged(file, `"${at}.${key}" must be text`);
      return [key, text];
    }),
  );
}

function readSecrets(entry: unknown, where: string, at: string): BoundSecrets {
  if (!isObject(entry) || typeof entry['origin'] !== 'string') {
    throw damaged(where, `"${at}.origin" must be text`);
  }
  return { origin: entry['origin'], values: texts(entry['secrets'], where, `${at}.secrets`) };
}

/** Null for what is no JSON; the parser's own message would quote it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
