/** What could be meant where a value of a kind is wanted: completion offers it, prompts list it. */
import { builtInProfiles, sandboxName } from '../config/index.ts';
import { formatPrincipal } from '../model/principal-text.ts';
import { formatReference } from '../model/ref.ts';
import { descriptorOf } from '../providers/registry.ts';
import type { ProfileStore } from '../config/index.ts';
import type { ProviderName } from '../model/profile.ts';
import type { AclResource, Provider } from '../providers/provider.ts';
import type { Context } from './context.ts';
import type { CommandDefinition } from './definition.ts';

/** A value as it would stand on the line, and what people call it. */
export interface Named {
  readonly value: string;
  readonly title: string;
}

/** The accounts that a command would ask; one profile where a reference names it. */
export async function accountsToAsk(
  context: Context,
  command: CommandDefinition,
  profile: string | null,
): Promise<readonly Provider[]> {
  if (profile !== null) return [(await context.target(formatReference(profile, 'x'), 'dashboard')).provider];
  const accounts =
    command.accounts === 'several' ? (await context.accounts()).accounts : [await context.account()];
  return Promise.all(accounts.map((account) => context.connect(account)));
}

export interface DashboardWish {
  /** Only those that have a link. */
  readonly shared: boolean;
  /** Those in the trash. */
  readonly deleted: boolean;
  /** References with their profile instead of bare ids. */
  readonly long: boolean;
}

/** Dashboards of an account, as they are listed. */
export async function* dashboardsOf(
  provider: Provider,
  { shared, deleted, long }: DashboardWish,
): AsyncIterable<Named> {
  const pages = provider.dashboards?.list({
    search: null,
    shared: shared ? true : null,
    deleted,
    tags: [],
    folder: null,
    limit: null,
    pageSize: null,
  });
  for await (const page of pages ?? []) {
    for (const { id, title } of page.items) {
      yield { value: long ? formatReference(provider.account.profile, id) : id, title };
    }
  }
}

/** Who could hold a grant, as the provider lists them. */
export async function* principalsOf(provider: Provider, resource: AclResource): AsyncIterable<Named> {
  for await (const some of provider.acl?.principals?.(resource) ?? []) {
    for (const principal of some) {
      const value = formatPrincipal(principal);
      const title =
        principal.name !== null && !value.endsWith(principal.name) ? `${value}  ${principal.name}` : value;
      yield { value, title };
    }
  }
}

/** Saved profiles, and with `builtIn` those of the sandbox. */
export async function profilesOf(store: ProfileStore, builtIn: boolean): Promise<readonly Named[]> {
  const saved = await store.list().catch(() => []);
  const own = saved.map(({ name, provider }) => ({ value: name, title: titleOf(provider) }));
  if (!builtIn) return own;
  return [
    ...own,
    { value: sandboxName, title: 'All built-in profiles' },
    ...builtInProfiles.map(({ name, provider }) => ({
      value: name,
      title: `${titleOf(provider)}, built in`,
    })),
  ];
}

function titleOf(provider: ProviderName): string {
  try {
    return descriptorOf(provider).title;
  } catch {
    return provider;
  }
}
