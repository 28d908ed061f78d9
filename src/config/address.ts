/** A web address copied from the browser picks the account that it belongs to, and says what it points to. */
import { DashctlError } from '../errors.ts';
import type { AddressTarget, ProviderDescriptor } from '../providers/provider.ts';
import { builtInProfile, builtInProfiles } from './built-in.ts';
import { choiceOrNull, isRoomOf, nameOf, resolveChoice, resolveReferenced } from './resolve.ts';
import type { AccountRequest, AccountWorld, ResolvedAccount } from './resolve.ts';

export interface AddressedAccount {
  readonly account: ResolvedAccount;
  readonly target: AddressTarget;
}

interface Candidate {
  readonly name: string;
  readonly descriptor: ProviderDescriptor;
  /** One of the sandbox: it never stands in for a real account. */
  readonly builtIn: boolean;
  /** Addresses below which its pages are. */
  readonly addresses: readonly string[];
}

/**
 * The account whose web address or base URL is the longest beginning of `url`; else, on a host of the vendor's own, the
 * only account of that vendor. The account of the run wins where several fit. Nothing is sent to the address itself.
 * @throws DashctlError `unknown-profile` when it belongs to no account, `ambiguous` to several, `usage` when `-p` says
 * another, `invalid-input` when it is no page of a dashboard, share or folder; all of `resolveAccount`
 */
export async function resolveAddressed(
  world: AccountWorld,
  request: AccountRequest,
  url: URL,
): Promise<AddressedAccount> {
  const run = await choiceOrNull(world, request);
  const all = await candidates(world);
  // Flags and environment may have moved the account of the run; a broken one fails when it is picked, not before.
  const runAccount =
    run === null
      ? null
      : await resolveChoice(world, { ...request, allowIncomplete: true }, run).catch(() => null);
  const runDescriptor = world.descriptors.find((one) => one.name === runAccount?.provider);
  if (runAccount !== null && runDescriptor !== undefined) {
    const { settings, baseUrl, webUrl } = runAccount;
    const addresses = [...knownAddresses(runDescriptor, settings, baseUrl), webUrl].filter(
      (one) => one !== null,
    );
    const own = {
      name: runAccount.profile,
      descriptor: runDescriptor,
      builtIn: builtInProfile(runAccount.profile) !== null,
      addresses,
    };
    const index = all.findIndex((one) => one.name === own.name);
    if (index < 0) all.push(own);
    else all[index] = own;
  }
  const isRun = (one: Candidate) => run !== null && (nameOf(run) === one.name || isRoomOf(run, one.name));
  const fitting = closest(all, url);
  const found =
    fitting.length > 0 ? fitting : all.filter((one) => !one.builtIn && one.descriptor.ownsHost(url.hostname));
  const picked = found.length > 1 ? (found.find(isRun) ?? only(found, url)) : only(found, url);
  if (request.profiles.length === 1 && !isRun(picked)) {
    throw new DashctlError(
      'usage',
      `The address belongs to "${picked.name}", but -p says "${request.profiles.join()}".`,
      {
        hint: 'Leave out -p, or give the id alone.',
      },
    );
  }
  const target = picked.descriptor.readAddress(url);
  if (target === null) {
    throw new DashctlError(
      'invalid-input',
      `${url.origin}${url.pathname} is no dashboard, share or folder of ${picked.descriptor.title}.`,
      {
        hint: 'Copy the address of the dashboard itself, or give its id.',
        profile: picked.name,
      },
    );
  }
  return { account: await resolveReferenced(world, request, picked.name), target };
}

/** Saved and built-in profiles with their addresses as saved. */
async function candidates(world: AccountWorld): Promise<Candidate[]> {
  const found: Candidate[] = [];
  const add = (
    name: string,
    provider: string,
    addresses: (descriptor: ProviderDescriptor) => (string | null)[],
  ) => {
    const descriptor = world.descriptors.find((one) => one.name === provider);
    if (descriptor === undefined) return;
    found.push({
      name,
      descriptor,
      builtIn: builtInProfile(name) !== null,
      addresses: addresses(descriptor).filter((one) => one !== null),
    });
  };
  for (const profile of await (await world.profiles()).list()) {
    add(profile.name, profile.provider, (descriptor) => {
      const baseUrl = profile.baseUrl ?? descriptor.defaultBaseUrl(profile.settings);
      return [
        profile.webUrl,
        ...(baseUrl === null ? [] : knownAddresses(descriptor, profile.settings, baseUrl)),
      ];
    });
  }
  for (const profile of builtInProfiles) add(profile.name, profile.provider, () => [profile.webUrl]);
  return found;
}

/** What follows from settings and base URL; an address that somebody chose comes on top of it. */
function knownAddresses(
  descriptor: ProviderDescriptor,
  settings: Readonly<Record<string, string>>,
  baseUrl: string,
): readonly (string | null)[] {
  const further = descriptor.furtherWebUrls?.(settings, baseUrl) ?? [];
  return [baseUrl, descriptor.webUrl(settings, baseUrl), ...further];
}

/**
 * Reads the address of an account's pages, as `profile add --web-url` takes it. Nothing is ever sent there.
 * @returns the address without a final slash
 * @throws DashctlError `invalid-input`
 */
export function parseWebUrl(raw: string): string {
  const url = URL.canParse(raw) ? new URL(raw) : null;
  const plain = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (plain && url.search === '' && url.hash === '') return (url.origin + url.pathname).replace(/\/+$/, '');
  throw new DashctlError('invalid-input', `${JSON.stringify(raw)} is no address of pages.`, {
    hint: 'Give scheme, host and path alone, such as https://shop.example.com.',
  });
}

/** Those whose address is the longest beginning of the URL: two servers may share a host. */
function closest(all: readonly Candidate[], url: URL): readonly Candidate[] {
  const scored = all.map((one) => ({
    one,
    length: Math.max(-1, ...one.addresses.map((text) => overlap(text, url))),
  }));
  const best = Math.max(0, ...scored.map(({ length }) => length));
  return best === 0 ? [] : scored.filter(({ length }) => length === best).map(({ one }) => one);
}

/** How many characters of the path agree, plus one for the host; 0 when it lies elsewhere. */
function overlap(address: string, url: URL): number {
  if (!URL.canParse(address)) return 0;
  const base = new URL(address);
  const path = base.pathname.replace(/\/+$/, '');
  if (base.host !== url.host || !(url.pathname === path || url.pathname.startsWith(`${path}/`))) return 0;
  return path.length + 1;
}

function only(found: readonly Candidate[], url: URL): Candidate {
  const [first, ...others] = found;
  if (first === undefined) {
    throw new DashctlError('unknown-profile', `No profile belongs to ${url.host}.`, {
      hint: 'Give the id with -p NAME, or add a profile for that address (with --web-url where its API is elsewhere): dashctl profile add',
    });
  }
  if (others.length === 0) return first;
  const names = found.map((one) => one.name);
  throw new DashctlError('ambiguous', `The address ${url.host} fits several profiles: ${names.join(', ')}.`, {
    hint: `Name one: -p ${first.name}`,
    details: { profiles: names },
  });
}
