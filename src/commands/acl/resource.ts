/** What an acl command is about: a dashboard, or a folder named by `--folder`. */
import { flag, text } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { grantShape } from '../../model/grant.ts';
import { performMany } from '../bulk.ts';
import { capability } from '../capability.ts';
import { namedTargets } from '../targets.ts';
import type { Context, Target } from '../../cli/context.ts';
import type { Grant } from '../../model/grant.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import type { AclCapability, AclResource, Provider } from '../../providers/provider.ts';
import type { BulkVerb, Job, ManyInput } from '../bulk.ts';
import type { NamedTarget } from '../targets.ts';

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
  const { references, rest } = split(words.slice(0, 1), words.slice(1), folder);
  const target = await context.target(references[0] ?? '', folder === null ? 'dashboard' : 'folder');
  return { provider: target.provider, resource: resourceOf(target), rest };
}

export interface AclTargets {
  readonly targets: readonly NamedTarget[];
  /** The grants or principals. */
  readonly rest: readonly string[];
}

/**
 * The same for a change, where a first `-` stands for all the dashboards that stdin names.
 * @throws DashctlError `usage` when none is named
 */
export async function aclTargets(
  context: Context,
  words: readonly string[],
  folder: string | null,
): Promise<AclTargets> {
  const stdinNames = words[0] === '-' && folder === null;
  const { references, rest } = stdinNames
    ? split(await context.expand(['-']), words.slice(1), folder)
    : await context
        .expand(words.length === 0 && folder === null ? [await askDashboard(context)] : words)
        .then((all) => split(all.slice(0, 1), all.slice(1), folder));
  const kind = folder === null ? 'dashboard' : 'folder';
  return { targets: await namedTargets(context, references, kind), rest };
}

async function askDashboard(context: Context): Promise<string> {
  return await context.ask('dashboard', { flag: 'DASHBOARD (or --folder)' });
}

/** Asks who gets or loses something, among those whom the first of the places knows. */
export async function askWords(
  context: Context,
  { targets }: AclTargets,
  kind: 'grant' | 'principal',
): Promise<readonly string[]> {
  const [first] = targets;
  const flag = kind === 'grant' ? 'a grant such as team:sre=edit' : 'a principal such as team:sre';
  const place =
    first === undefined ? {} : { place: { provider: first.provider, resource: resourceOf(first) } };
  return [await context.ask(kind, { flag, ...place })];
}

function split(
  named: readonly string[],
  others: readonly string[],
  folder: string | null,
): { readonly references: readonly string[]; readonly rest: readonly string[] } {
  if (folder !== null) return { references: [folder], rest: [...named, ...others] };
  if (named.length > 0) return { references: named, rest: others };
  throw new DashctlError('usage', 'Of which dashboard?', {
    hint: 'Name a dashboard, or a folder with --folder.',
  });
}

/** Carries out a change of each resource, and prints the grants that it has afterwards. */
export async function performAcl(
  context: Context,
  { targets }: Pick<AclTargets, 'targets'>,
  words: BulkVerb<Grant>['words'],
  input: ManyInput & Parameters<typeof allowedGuards>[0],
  plan: (acl: AclCapability, resource: AclResource) => Promise<WritePlan<readonly Grant[]>>,
): Promise<void> {
  const jobs = targets.map((target): Job<Grant> => ({
    given: target.given,
    label: target.label,
    provider: target.provider,
    plan: () => plan(capability(target.provider, 'acl'), resourceOf(target)),
  }));
  const verb: BulkVerb<Grant> = {
    shape: grantShape,
    things: 'dashboards',
    words,
    allowed: allowedGuards(input),
    // A set replaces what it was shown; grants and revocations go on top of what is there.
    merges: context.command.verb !== 'set',
  };
  await performMany(context, jobs, verb, input);
}

function resourceOf({ kind, id }: Pick<Target, 'kind' | 'id'>): AclResource {
  return { kind: kind === 'folder' ? 'folder' : 'dashboard', id };
}

/** The guard flags that were given, as plans name them. */
export function allowedGuards(input: {
  readonly allowSelfLockout: boolean;
  readonly empty: boolean;
}): string[] {
  return [...(input.allowSelfLockout ? ['--allow-self-lockout'] : []), ...(input.empty ? ['--empty'] : [])];
}
