/**
 * Which account a command works with, and where each of its values comes from.
 *
 * Choice: `-p` or `--provider`, else `DASHCTL_PROFILE`, else `DASHCTL_PROVIDER`, else the default profile, else the only
 * provider whose variables are complete. `--provider` without `-p` means the environment alone.
 *
 * Values: flag, environment, profile, each by itself, with two exceptions. Secrets are taken from one source as a whole:
 * the environment when its set is complete, else the profile. And saved secrets go only to the origin that they were
 * saved for. Where a profile is one of several, or is named by a reference, the environment does not apply to it: its
 * variables would be sent to, or would redirect, every account of that provider.
 */
import { asDashctlError, DashctlError } from '../errors.ts';
import { parseBaseUrl } from '../http/address.ts';
import { nearest } from '../model/nearest.ts';
import type { ProviderName, Source, Sourced } from '../model/profile.ts';
import type { Account, ProviderDescriptor } from '../providers/provider.ts';
import { builtInProfile, builtInProfiles, sandboxName } from './built-in.ts';
import type { BuiltInProfile } from './built-in.ts';
import { at, environmentLayer, flagLayer, nameOfSource, profileLayer, valuesOf } from './layers.ts';
import type { Environment, Layer, SourcedTexts } from './layers.ts';
import { unknownProfile } from './profile-store.ts';
import type { BoundSecrets, CredentialStoreName } from './credential-store.ts';
import type { ProfileStore, SavedProfile } from './profile-store.ts';

/** A running room of the sandbox. */
export interface RoomAddress {
  readonly baseUrl: string;
  /** Its credentials as environment variables. */
  readonly env: Readonly<Record<string, string>>;
}

/** What accounts are made from. */
export interface AccountWorld {
  readonly env: Environment;
  readonly descriptors: readonly ProviderDescriptor[];
  profiles(): ProfileStore | Promise<ProfileStore>;
  /** Starts a room of the sandbox in this process, or finds it running. */
  startRoom(room: string): Promise<RoomAddress>;
}

/** What the command line says about accounts. */
export interface AccountRequest {
  /** `-p`, as often as given. */
  readonly profiles: readonly string[];
  readonly allProfiles: boolean;
  readonly provider: ProviderName | null;
  readonly baseUrl: string | null;
  /** Settings by key of the descriptor. */
  readonly settings: Readonly<Record<string, string>>;
  readonly allowHttp: boolean;
  /** Whether a provider has the noun of the command: `-p sandbox` then means the one room that has it. */
  readonly offers?: (provider: ProviderName) => boolean;
  /** Missing secrets are told in `missing` instead of thrown; for `profile show`. */
  readonly allowIncomplete?: boolean;
}

/** An account with the source of every value. */
export interface ResolvedAccount extends Account {
  readonly sources: {
    /** What chose this account. */
    readonly profile: Source;
    readonly provider: Source;
    readonly baseUrl: Source;
    readonly webUrl: Source | null;
    readonly settings: Readonly<Record<string, Source>>;
    readonly secrets: Readonly<Record<string, Source>>;
  };
  /** What the user should know: variables that override the profile, or that were left aside. No secrets. */
  readonly notes: readonly string[];
  /** What is missing in the secrets, a sentence; null unless `allowIncomplete` was asked for. */
  readonly missing: string | null;
  /** Where its secrets are. */
  readonly credentials: CredentialPlace;
}

/** Where the secrets of an account come from; `none` when it has none. */
export type CredentialPlace = CredentialStoreName | 'environment' | 'built-in' | 'none';

/** Several accounts, and those that could not be made, each with its profile. */
export interface ResolvedAccounts {
  readonly accounts: readonly ResolvedAccount[];
  readonly failures: readonly DashctlError[];
}

/** Which account, before its values are known. */
export type AccountChoice =
  | { readonly kind: 'profile'; readonly name: string; readonly source: Source }
  | { readonly kind: 'environment'; readonly provider: ProviderName; readonly source: Source };

/**
 * The one account of a run.
 * @throws DashctlError `no-profile`, `unknown-profile`, `no-credentials`, `ambiguous`, `unsafe-address`, `usage`,
 * `missing-input`, `invalid-input`
 */
export async function resolveAccount(world: AccountWorld, request: AccountRequest): Promise<ResolvedAccount> {
  return resolveChoice(world, request, await chooseAccount(world, request));
}

/**
 * All accounts of a run: one, or several with more than one `-p`, `--all-profiles` (narrowed by `--provider`) or
 * `-p sandbox`. An account that cannot be made does not hide the others.
 * @throws DashctlError as {@link resolveAccount} for a single account; `unknown-profile`, `usage`, `no-profile` for several
 */
export async function resolveAccounts(
  world: AccountWorld,
  request: AccountRequest,
): Promise<ResolvedAccounts> {
  const single = !request.allProfiles && request.profiles.length < 2;
  const choice = single ? await chooseAccount(world, request) : null;
  if (choice !== null && !(choice.kind === 'profile' && choice.name === sandboxName)) {
    return { accounts: [await resolveChoice(world, request, choice)], failures: [] };
  }
  if (request.baseUrl !== null || Object.keys(request.settings).length > 0) {
    throw new DashctlError(
      'usage',
      '--base-url and settings of an account go with one profile, not with several.',
    );
  }
  const names = choice === null ? await severalNames(world, request) : roomsFor(request);
  const sourceOf = (name: string): Source =>
    choice?.source ?? {
      kind: 'flag',
      name: request.allProfiles && !request.profiles.includes(name) ? '--all-profiles' : '--profile',
    };
  const accounts: ResolvedAccount[] = [];
  const failures: DashctlError[] = [];
  for (const name of names) {
    try {
      accounts.push(await resolveNamed(world, request, name, sourceOf(name), false));
    } catch (error) {
      const known = asDashctlError(error).with({ profile: name });
      if (known.code === 'unknown-profile' || known.code === 'usage') throw known;
      failures.push(known);
    }
  }
  return { accounts, failures };
}

/**
 * The account that a reference names (`PROFILE/ID`). The account of the run keeps its name, also one of the environment
 * alone, which is called like its provider.
 * @throws DashctlError as {@link resolveAccount}; `usage` when `-p` says otherwise
 */
export async function resolveReferenced(
  world: AccountWorld,
  request: AccountRequest,
  name: string,
): Promise<ResolvedAccount> {
  const run = await choiceOrNull(world, request);
  if (run !== null && nameOf(run) === name) return resolveChoice(world, request, run);
  const several = request.profiles.length > 1 ? request.profiles.includes(name) : isRoomOf(run, name);
  if (request.profiles.length > 0 && !several) {
    throw new DashctlError(
      'usage',
      `The reference belongs to "${name}", but -p says "${request.profiles.join(', ')}".`,
      {
        hint: 'Leave out -p, or give the id alone.',
      },
    );
  }
  refuseFlags(world, request, name);
  const bare = { ...request, baseUrl: null, settings: {} };
  const source: Source = { kind: 'flag', name: 'reference' };
  const descriptor = world.descriptors.find((one) => one.name === name);
  if (descriptor !== undefined && !(await savedNames(world)).includes(name)) {
    return resolveEnvironment(world, bare, descriptor.name, source);
  }
  return resolveNamed(world, bare, name, source, false);
}

/** Flags of an account belong to that of the run; ignored, they would let a write go elsewhere than they say. */
function refuseFlags(
  { descriptors }: AccountWorld,
  { baseUrl, settings }: AccountRequest,
  name: string,
): void {
  const fields = descriptors.flatMap((one) => one.settings);
  const flags = Object.keys(settings).map((key) => `--${fields.find((one) => one.key === key)?.flag ?? key}`);
  const given = [...(baseUrl === null ? [] : ['--base-url']), ...flags];
  if (given.length === 0) return;
  throw new DashctlError(
    'usage',
    `The reference names the profile "${name}", but ${given.join(' and ')} on the line would change the account in use.`,
    { hint: `Give the bare id with -p ${name}, or leave ${given.join(' and ')} out.` },
  );
}

/**
 * Chooses the account of a run without looking at its values.
 * @throws DashctlError `usage`, `no-profile`, `ambiguous`
 */
export async function chooseAccount(world: AccountWorld, request: AccountRequest): Promise<AccountChoice> {
  const [name, ...others] = request.profiles;
  if (others.length > 0 || request.allProfiles) {
    throw new DashctlError('usage', 'This command works with one account, several were given.', {
      hint: 'Give -p once.',
    });
  }
  if (name !== undefined) return { kind: 'profile', name, source: { kind: 'flag', name: '--profile' } };
  if (request.provider !== null) {
    return { kind: 'environment', provider: request.provider, source: { kind: 'flag', name: '--provider' } };
  }
  const profileVariable = variable(world, 'DASHCTL_PROFILE');
  if (profileVariable !== null) {
    return {
      kind: 'profile',
      name: profileVariable,
      source: { kind: 'environment', name: 'DASHCTL_PROFILE' },
    };
  }
  const provider = providerVariable(world);
  if (provider !== null) {
    return { kind: 'environment', provider, source: { kind: 'environment', name: 'DASHCTL_PROVIDER' } };
  }
  const marked = await (await world.profiles()).defaultName();
  if (marked !== null)
    return { kind: 'profile', name: marked, source: { kind: 'default', name: 'default profile' } };
  return onlyEnvironment(world, request);
}

/** The provider whose variables are set; a complete set with an address comes before an incomplete one. */
async function onlyEnvironment(world: AccountWorld, request: AccountRequest): Promise<AccountChoice> {
  const found = world.descriptors
    .map((descriptor) => ({ descriptor, layer: environmentLayer(descriptor, world.env) }))
    .filter(({ layer }) => Object.keys(layer.secrets).length > 0);
  const whole = found.filter(({ descriptor, layer }) => {
    const address = request.baseUrl ?? layer.baseUrl ?? descriptor.defaultBaseUrl(valuesOf(layer.settings));
    const settings = { ...valuesOf(layer.settings), ...request.settings };
    return address !== null && descriptor.missingSecrets(valuesOf(layer.secrets), settings) === null;
  });
  const [first, ...others] = whole.length > 0 ? whole : found;
  if (first === undefined) throw noProfile((await (await world.profiles()).list()).map(({ name }) => name));
  if (others.length > 0) {
    const names = [first, ...others].map(({ descriptor }) => descriptor.name);
    throw new DashctlError('ambiguous', `The environment holds credentials for ${names.join(' and ')}.`, {
      hint: `Say which to use: --provider ${first.descriptor.name}`,
      details: { providers: names },
    });
  }
  const variables = Object.values(first.layer.secrets).map((one) => one.source.name);
  return {
    kind: 'environment',
    provider: first.descriptor.name,
    source: { kind: 'environment', name: variables.join(', ') },
  };
}

/** @param saved names of the profiles that could be chosen */
function noProfile(saved: readonly string[]): DashctlError {
  const [first] = saved;
  return new DashctlError(
    'no-profile',
    'There is no account to work with: no profile is chosen and the environment holds no credentials.',
    {
      hint:
        first === undefined
          ? "Save an account with dashctl profile add, or set a provider's variables and name it (--provider datadog with DD_API_KEY and DD_APP_KEY). " +
            'To try dashctl without an account: --profile sandbox'
          : `Choose one of ${saved.join(', ')}: --profile ${first}, or for good with dashctl profile use ${first}. ` +
            "Or set a provider's variables, such as DD_API_KEY and DD_APP_KEY.",
    },
  );
}

/** The choice of a run, or null where there is none: a reference may bring its own. */
export async function choiceOrNull(
  world: AccountWorld,
  request: AccountRequest,
): Promise<AccountChoice | null> {
  if (request.profiles.length > 1 || request.allProfiles) return null;
  try {
    return await chooseAccount(world, request);
  } catch (error) {
    const { code } = asDashctlError(error);
    if (code === 'no-profile' || code === 'ambiguous') return null;
    throw error;
  }
}

/** The name of a chosen account. */
export function nameOf(choice: AccountChoice): string {
  return choice.kind === 'profile' ? choice.name : choice.provider;
}

/** Whether the choice is the whole sandbox and the name one of its rooms. */
export function isRoomOf(choice: AccountChoice | null, name: string): boolean {
  return choice !== null && nameOf(choice) === sandboxName && builtInProfile(name) !== null;
}

export async function resolveChoice(
  world: AccountWorld,
  request: AccountRequest,
  choice: AccountChoice,
): Promise<ResolvedAccount> {
  return choice.kind === 'profile'
    ? resolveNamed(world, request, choice.name, choice.source, true)
    : resolveEnvironment(world, request, choice.provider, choice.source);
}

/**
 * @param withEnvironment whether the provider's variables apply; else only where they name the profile's own address
 * and it has no secrets.
 */
export async function resolveNamed(
  world: AccountWorld,
  request: AccountRequest,
  name: string,
  source: Source,
  withEnvironment: boolean,
): Promise<ResolvedAccount> {
  const builtIn = name === sandboxName ? theRoom(request) : builtInProfile(name);
  if (builtIn !== null) return resolveBuiltIn(world, request, builtIn, source);
  const store = await world.profiles();
  const profile = await store.get(name).catch((error: unknown) => {
    const known = asDashctlError(error);
    if (known.code !== 'unknown-profile') throw known;
    throw notThere(name, source, known);
  });
  checkProvider(world, request, profile, source);
  const descriptor = describe(world, profile.provider);
  const flags = flagLayer(descriptor, request);
  const environment = environmentLayer(descriptor, world.env);
  // Whoever brings all secrets along needs no keyring, which may be locked or far away.
  const needless =
    profile.secretStore === 'keyring' && withEnvironment && isWhole(descriptor, flags, environment);
  const { saved, unread } = needless
    ? { saved: null, unread: null }
    : await readSaved(store, profile, request.allowIncomplete === true);
  const own = profileLayer(descriptor, profile, saved);
  const applies = withEnvironment || (isEmpty(own.secrets) && pointsTo(descriptor, environment, own));
  return assemble(descriptor, request, {
    name,
    source,
    providerSource: { kind: 'profile', name },
    layers: [flags, applies ? environment : nothing, own],
    saved,
    savedIn: profile.secretStore,
    unread,
  });
}

/** The secrets of a profile, or why they cannot be read where that may be told instead of thrown. */
async function readSaved(
  store: ProfileStore,
  profile: SavedProfile,
  tolerant: boolean,
): Promise<{ readonly saved: BoundSecrets | null; readonly unread: string | null }> {
  if (profile.secretStore === 'none') return { saved: null, unread: null };
  try {
    return { saved: await store.secretsOf(profile.name), unread: null };
  } catch (error) {
    const known = asDashctlError(error);
    if (!tolerant || known.code !== 'keyring') throw known;
    return { saved: null, unread: known.message };
  }
}

async function resolveEnvironment(
  world: AccountWorld,
  request: AccountRequest,
  provider: ProviderName,
  source: Source,
): Promise<ResolvedAccount> {
  const descriptor = describe(world, provider);
  const layers: Layers = [flagLayer(descriptor, request), environmentLayer(descriptor, world.env), nothing];
  return Promise.resolve(
    assemble(descriptor, request, {
      name: provider,
      source,
      providerSource: source,
      layers,
      saved: null,
      savedIn: 'none',
      unread: null,
    }),
  );
}

/** A room's address is fixed and its secrets are its own: flags may set only what does not move it. */
async function resolveBuiltIn(
  world: AccountWorld,
  request: AccountRequest,
  profile: BuiltInProfile,
  source: Source,
): Promise<ResolvedAccount> {
  if (request.baseUrl !== null) {
    throw new DashctlError('usage', `--base-url does not go with the built-in profile "${profile.name}".`);
  }
  checkProvider(world, request, profile, source);
  const descriptor = describe(world, profile.provider);
  const flags = flagLayer(descriptor, request);
  const room = await world.startRoom(profile.room);
  const own: Source = { kind: 'built-in', name: profile.name };
  const layer = environmentLayer(descriptor, room.env, () => own);
  const settings = { ...layer.settings, ...flags.settings };
  return {
    profile: profile.name,
    provider: profile.provider,
    // An API below a path of the room says so in its variables.
    baseUrl: layer.baseUrl?.value ?? room.baseUrl,
    webUrl: profile.webUrl,
    settings: valuesOf(settings),
    secrets: valuesOf(layer.secrets),
    sources: {
      profile: source,
      provider: own,
      baseUrl: own,
      webUrl: own,
      settings: sourcesOf(settings),
      secrets: sourcesOf(layer.secrets),
    },
    notes: [],
    missing: null,
    credentials: 'built-in',
  };
}

/** Flags, environment, profile: strongest first. */
type Layers = readonly [flags: Layer, environment: Layer, profile: Layer];

interface Parts {
  readonly name: string;
  readonly source: Source;
  readonly providerSource: Source;
  readonly layers: Layers;
  readonly saved: BoundSecrets | null;
  /** Where the profile keeps secrets, whether or not they were read. */
  readonly savedIn: SavedProfile['secretStore'];
  /** Why they could not be read. */
  readonly unread: string | null;
}

const nothing: Layer = { baseUrl: null, webUrl: null, settings: {}, secrets: {} };

function assemble(descriptor: ProviderDescriptor, request: AccountRequest, parts: Parts): ResolvedAccount {
  const { name, saved } = parts;
  const chosen = chooseSecrets(descriptor, parts);
  const [flags, environment, profile] = parts.layers;
  const layers: Layers = [flags, chosen.fromProfile ? apart(descriptor, environment) : environment, profile];
  const settings = mergedSettings(layers);
  const address = addressOf(descriptor, layers);
  if (address === null) throw noAddress(descriptor, name);
  const base = at(address.source, () => parseBaseUrl(address.value, request.allowHttp));
  const baseUrl = base.origin + base.basePath;
  if (chosen.fromProfile && saved !== null && base.origin !== saved.origin) {
    throw new DashctlError(
      'unsafe-address',
      `The credentials of "${name}" were saved for ${saved.origin}, but ${nameOfSource(address.source)} points to ${base.origin}.`,
      {
        hint: `Set the credentials for that address in the environment as well, or save them as a profile of their own: dashctl profile add`,
        profile: name,
        provider: descriptor.name,
      },
    );
  }
  const missing = parts.unread ?? descriptor.missingSecrets(valuesOf(chosen.secrets), valuesOf(settings));
  if (missing !== null && request.allowIncomplete !== true) {
    throw new DashctlError('no-credentials', missing, {
      hint: `Set them in the environment, or save them: dashctl profile add --provider ${descriptor.name}`,
      profile: name,
      provider: descriptor.name,
    });
  }
  const moved = address.source.kind === 'flag' || address.source.kind === 'environment';
  const webUrl = moved ? null : profile.webUrl;
  const derivedWebUrl = descriptor.webUrl(valuesOf(settings), baseUrl);
  const notes = [...chosen.notes];
  const saidByProfile = addressOf(descriptor, [profile])?.value;
  if (
    parts.providerSource.kind === 'profile' &&
    address.source.kind === 'environment' &&
    (saidByProfile === undefined || originOf(saidByProfile) !== base.origin)
  ) {
    notes.unshift(`${address.source.name} points "${name}" to ${base.origin}.`);
  }
  return {
    profile: name,
    provider: descriptor.name,
    baseUrl,
    webUrl: webUrl?.value.replace(/\/+$/, '') ?? derivedWebUrl,
    settings: valuesOf(settings),
    secrets: valuesOf(chosen.secrets),
    sources: {
      profile: parts.source,
      provider: parts.providerSource,
      baseUrl: address.source,
      webUrl: webUrl?.source ?? (derivedWebUrl === null ? null : address.source),
      settings: sourcesOf(settings),
      secrets: sourcesOf(chosen.secrets),
    },
    notes,
    missing,
    credentials: placeOf(chosen, parts),
  };
}

function placeOf({ secrets, fromProfile }: ChosenSecrets, { savedIn }: Parts): CredentialPlace {
  return fromProfile || isEmpty(secrets) ? savedIn : 'environment';
}

/**
 * The base URL: the strongest one given, unless a stronger setting (`--site`, `DD_SITE`) leads elsewhere. Null when
 * nothing says it.
 */
function addressOf(descriptor: ProviderDescriptor, layers: readonly Layer[]): Sourced<string> | null {
  const settings = mergedSettings(layers);
  const derived = descriptor.defaultBaseUrl(valuesOf(settings));
  const index = layers.findIndex((layer) => layer.baseUrl !== null);
  const given = layers[index]?.baseUrl ?? null;
  if (given !== null) {
    const weaker = descriptor.defaultBaseUrl(valuesOf(mergedSettings(layers.slice(index))));
    if (derived === weaker || derived === null) return given;
  }
  if (derived === null) return null;
  for (const [key, { source }] of Object.entries(settings)) {
    const rest = Object.fromEntries(Object.entries(settings).filter(([other]) => other !== key));
    if (descriptor.defaultBaseUrl(valuesOf(rest)) !== derived) return { value: derived, source };
  }
  return { value: derived, source: { kind: 'default', name: `default of ${descriptor.title}` } };
}

function mergedSettings(layers: readonly Layer[]): SourcedTexts {
  return Object.assign({}, ...layers.map((layer) => layer.settings).reverse()) as SourcedTexts;
}

interface ChosenSecrets {
  readonly secrets: SourcedTexts;
  readonly fromProfile: boolean;
  readonly notes: readonly string[];
}

/** One source for the whole set: half a pair of one account and half of another make none. */
function chooseSecrets(descriptor: ProviderDescriptor, { name, layers, savedIn }: Parts): ChosenSecrets {
  const [flags, environment, profile] = layers;
  const variables = Object.values(environment.secrets).map((one) => one.source.name);
  const said = `${variables.join(' and ')} ${variables.length === 1 ? 'is' : 'are'}`;
  const hasOwn = !isEmpty(profile.secrets) || savedIn === 'keyring';
  if (!hasOwn) return { secrets: environment.secrets, fromProfile: false, notes: [] };
  if (variables.length === 0) return { secrets: profile.secrets, fromProfile: true, notes: [] };
  if (isWhole(descriptor, flags, environment)) {
    return {
      secrets: environment.secrets,
      fromProfile: false,
      notes: [`${said} used instead of the credentials of "${name}".`],
    };
  }
  return {
    secrets: profile.secrets,
    fromProfile: true,
    notes: [`${said} not used: the set in the environment is incomplete, and "${name}" has its own.`],
  };
}

/** Whether the environment brings all secrets, and flags or environment the user that a password belongs to. */
function isWhole(descriptor: ProviderDescriptor, flags: Layer, environment: Layer): boolean {
  const settings = mergedSettings([flags, environment]);
  return descriptor.missingSecrets(valuesOf(environment.secrets), valuesOf(settings)) === null;
}

/** A layer without what belongs to secrets that are not used: the user of another password. */
function apart(descriptor: ProviderDescriptor, layer: Layer): Layer {
  const belonging = new Set(
    descriptor.settings.filter((one) => one.ofSecrets === true).map(({ key }) => key),
  );
  const settings = Object.entries(layer.settings).filter(([key]) => !belonging.has(key));
  return { ...layer, settings: Object.fromEntries(settings) };
}

/** Whether the environment says an address, and it is the profile's. */
function pointsTo(descriptor: ProviderDescriptor, environment: Layer, profile: Layer): boolean {
  if (environment.baseUrl === null && isEmpty(environment.settings)) return false;
  const there = addressOf(descriptor, [environment])?.value;
  const here = addressOf(descriptor, [profile])?.value;
  return there !== undefined && here !== undefined && originOf(there) === originOf(here);
}

function originOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).origin : null;
}

function isEmpty(texts: SourcedTexts): boolean {
  return Object.keys(texts).length === 0;
}

function sourcesOf(texts: SourcedTexts): Record<string, Source> {
  return Object.fromEntries(Object.entries(texts).map(([key, { source }]) => [key, source]));
}

/** The current rooms of the sandbox by profile name. */
function currentRooms(): string[] {
  return builtInProfiles.filter((one) => one.current).map((one) => one.name);
}

/** The current rooms that have the noun of the command, so that no other one is started; all when none has it. */
function roomsFor(request: AccountRequest): string[] {
  const having = builtInProfiles.filter((one) => one.current && request.offers?.(one.provider) !== false);
  return having.length === 0 ? currentRooms() : having.map((one) => one.name);
}

/** The one room that `-p sandbox` means to a command that takes a single account. */
function theRoom(request: AccountRequest): BuiltInProfile {
  const rooms = builtInProfiles.filter(
    (one) =>
      one.current &&
      (request.provider === null || one.provider === request.provider) &&
      request.offers?.(one.provider) !== false,
  );
  const [first, ...others] = rooms;
  if (first !== undefined && others.length === 0) return first;
  const names = (first === undefined ? builtInProfiles.filter((one) => one.current) : rooms).map(
    (one) => one.name,
  );
  throw new DashctlError(
    'ambiguous',
    `"${sandboxName}" stands for ${names.join(', ')}; this command takes one of them.`,
    {
      hint: `Name one: -p ${names[0] ?? sandboxName}`,
      details: { profiles: names },
    },
  );
}

async function severalNames(world: AccountWorld, request: AccountRequest): Promise<readonly string[]> {
  const names = request.profiles.flatMap((name) => (name === sandboxName ? currentRooms() : [name]));
  if (request.allProfiles) {
    const saved = await (await world.profiles()).list();
    const wanted = saved.filter((one) => request.provider === null || one.provider === request.provider);
    names.push(...wanted.map((one) => one.name));
  }
  if (names.length === 0) {
    throw new DashctlError('no-profile', 'There are no saved profiles to ask.', {
      hint: 'Add one with dashctl profile add, or try the sandbox: --profile sandbox',
    });
  }
  return [...new Set(names)];
}

async function savedNames(world: AccountWorld): Promise<readonly string[]> {
  return (await (await world.profiles()).list()).map((one) => one.name);
}

function checkProvider(
  world: AccountWorld,
  request: AccountRequest,
  profile: Pick<SavedProfile, 'name' | 'provider'>,
  source: Source,
): void {
  const byVariable = source.kind === 'environment';
  const wanted = request.provider ?? (byVariable ? providerVariable(world) : null);
  if (wanted === null || wanted === profile.provider) return;
  const said = request.provider === null ? 'DASHCTL_PROVIDER' : '--provider';
  throw new DashctlError(
    'usage',
    `The profile "${profile.name}" is of ${profile.provider}, but ${said} says ${wanted}.`,
    {
      hint: 'Leave one of the two out.',
      profile: profile.name,
    },
  );
}

function describe(world: AccountWorld, provider: ProviderName): ProviderDescriptor {
  const found = world.descriptors.find((one) => one.name === provider);
  if (found !== undefined) return found;
  throw new DashctlError('unsupported', `The provider "${provider}" is not available in this version.`, {
    hint: `Available: ${world.descriptors.map((one) => one.name).join(', ')}.`,
  });
}

function providerVariable(world: AccountWorld): ProviderName | null {
  const name = variable(world, 'DASHCTL_PROVIDER');
  if (name === null) return null;
  const names = world.descriptors.map((one) => one.name);
  const found = names.find((one) => one === name);
  if (found !== undefined) return found;
  const close = nearest(name, names);
  throw new DashctlError('usage', `DASHCTL_PROVIDER: ${JSON.stringify(name)} is no provider.`, {
    hint: close === null ? `Providers: ${names.join(', ')}.` : `Did you mean "${close}"?`,
  });
}

function variable(world: AccountWorld, name: string): string | null {
  const value = world.env[name];
  return value === undefined || value === '' ? null : value;
}

function notThere(name: string, source: Source, error: DashctlError): DashctlError {
  const { profiles } = error.details as { profiles: readonly string[] };
  const close = unknownProfile(name, [...profiles, ...builtInProfiles.map((one) => one.name), sandboxName]);
  const where =
    source.kind === 'flag' ? '' : ` (${source.kind === 'default' ? 'marked as default' : source.name})`;
  return new DashctlError('unknown-profile', `There is no profile ${JSON.stringify(name)}${where}.`, {
    ...(close.hint === undefined ? {} : { hint: close.hint }),
    details: close.details,
  });
}

function noAddress(descriptor: ProviderDescriptor, name: string): DashctlError {
  const variables = descriptor.baseUrlEnv.join(' or ');
  return new DashctlError('missing-input', `The address of ${descriptor.title} is missing.`, {
    hint: `Give --base-url URL${variables === '' ? '' : `, or set ${variables}`}.`,
    profile: name,
    provider: descriptor.name,
  });
}
