export { parseWebUrl, resolveAddressed } from './address.ts';
export type { AddressedAccount } from './address.ts';
export { builtInProfile, builtInProfiles, sandboxName } from './built-in.ts';
export type { BuiltInProfile } from './built-in.ts';
export { credentialStoreOf, credentialStores } from './credential-store.ts';
export type { BoundSecrets, CredentialStoreName } from './credential-store.ts';
export { openKeyring } from './keyring.ts';
export type { Keyring } from './keyring.ts';
export { nameOfSource } from './layers.ts';
export { userFolders } from './paths.ts';
export type { FolderFacts, UserFolders } from './paths.ts';
export { openProfileStore } from './profile-store.ts';
export type { AddOptions, NewProfile, ProfileStore, SavedProfile } from './profile-store.ts';
export { resolveAccount, resolveAccounts, resolveReferenced } from './resolve.ts';
export type {
  AccountRequest,
  AccountWorld,
  ResolvedAccount,
  ResolvedAccounts,
  RoomAddress,
} from './resolve.ts';
