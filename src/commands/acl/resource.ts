/** What an acl command is about: a dashboard, or a folder named by `--folder`. */
import { flag, text } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import type { Context } from '../../cli/context.ts';
import type { AclResource, Provider } from '../../providers/provider.ts';

export const folderOption = {
  folder: text('FOLDER', 'A folder instead of a dashboard: uid, PROFILE/UID or address'),
};

/** Conditions that `--yes` does not cover. */
export const guardOptions = {
  allowSelfLockout: flag("Go on even if it removes one's own access"),
  empty: flag('Go on even if no entry remains'),
};

export interface AclTarget {
  readonly provider: Provider;
  readonly resource: AclResource;
}

/**
 * Reads the resource and the words behind it: with `--folder` every word belongs to the grants, without it the first
 * word names the dashboard.
 * @throws DashctlError `usage` when neither is named
 */
export async function aclTarget(
  context: Context,
  words: readonly string[],
  folder: string | null,
): Promise<AclTarget & { readonly rest: readonly string[] }> {
  const [first, ...rest] = words;
  const reference = folder ?? first;
  if (reference === undefined) {
    throw new DashctlError('usage', 'Of which dashboard?', {
      hint: 'Name a dashboard, or a folder with --folder.',
    });
  }
  const { provider, kind, id } = await context.target(reference, folder === null ? 'dashboard' : 'folder');
  return {
    provider,
    resource: { kind: kind === 'folder' ? 'folder' : 'dashboard', id },
    rest: folder === null ? rest : words,
  };
}

/** The guard flags that were given, as plans name them. */
export function allowedGuards(input: {
  readonly allowSelfLockout: boolean;
  readonly empty: boolean;
}): string[] {
  return [...(input.allowSelfLockout ? ['--allow-self-lockout'] : []), ...(input.empty ? ['--empty'] : [])];
}
