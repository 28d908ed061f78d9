/** Where the secrets of a profile go: where the user says, else the keyring when it works, else the file. */
import { choice } from '../../cli/options.ts';
import { credentialStoreOf, credentialStores } from '../../config/credential-store.ts';
import { asDashctlError } from '../../errors.ts';
import type { Context } from '../../cli/context.ts';
import type { CredentialStoreName } from '../../config/credential-store.ts';
import type { AddOptions, NewProfile } from '../../config/profile-store.ts';

/** `--credential-store keyring|file`. */
export const credentialStore = choice(
  credentialStores,
  'WHERE',
  'Keep secrets in the keyring of the operating system, or in a file (0600)',
);

/** The place that flag or environment names; null when neither does. @throws DashctlError `usage` */
export function chosenStore(context: Context, flag: CredentialStoreName | null): CredentialStoreName | null {
  return flag ?? credentialStoreOf(context.env);
}

/**
 * Saves a profile.
 * @returns one sentence that says where its secrets are, and why not in the keyring when that was tried
 * @throws DashctlError `keyring` when the keyring was asked for by name and cannot be used; nothing is saved then
 */
export async function saveProfile(
  context: Context,
  profile: NewProfile,
  options: AddOptions,
  store: CredentialStoreName | null,
): Promise<string> {
  const profiles = context.profiles();
  const save = (secretStore: CredentialStoreName) => profiles.add(profile, { ...options, secretStore });
  if (store !== 'file') {
    try {
      await save('keyring');
      return inKeyring;
    } catch (error) {
      const known = asDashctlError(error);
      if (store === 'keyring' || known.code !== 'keyring') throw known;
      await save('file');
      return `${inFile(context)} ${known.message}`;
    }
  }
  await save('file');
  return inFile(context);
}

/** Where secrets are, as a sentence. */
export function placeOfSecrets(context: Context, store: CredentialStoreName): string {
  return store === 'keyring' ? inKeyring : inFile(context);
}

const inKeyring = 'Its secrets are in the keyring.';

function inFile(context: Context): string {
  return `Its secrets are in ${context.profiles().secretsFile}, readable by you alone.`;
}
