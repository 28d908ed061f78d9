/** Principals: the id itself, or a user, role or team by its exact name (api/gtmhub.md §8). */
import { DashctlError } from '../../errors.ts';
import { nearest } from '../../model/nearest.ts';
import { parsePrincipal } from '../../model/principal-text.ts';
import type { GtmhubApi } from './api.ts';
import { checkId, isId } from './ids.ts';
import type { WireNamed } from './wire.ts';

/**
 * The id of a principal. Raw ids are taken as they are; nothing is written for a name that is not found.
 * @throws DashctlError `unknown-principal`, `ambiguous`, `unsupported`, `invalid-input`
 */
export async function resolvePrincipal(api: GtmhubApi, text: string): Promise<string> {
  if (isId(text)) return text;
  const spec = parsePrincipal(text);
  if ('id' in spec) return checkId(spec.id, spec.kind);
  if (!('name' in spec)) {
    throw new DashctlError('unsupported', `Gtmhub has no principal "${spec.kind}".`, {
      hint: 'Name users and roles, or give their ids.',
    });
  }
  const { kind, name } = spec;
  const rows = await rowsOf(api, kind);
  const found = rows.filter((row) => namesOf(row).some((one) => sameName(one, name)));
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only.id;
  const written = `${kind}:${name}`;
  if (only !== undefined) {
    throw new DashctlError('ambiguous', `"${written}" is the name of ${found.length} principals.`, {
      hint: `Give the id of the one that you mean, such as ${kind}#${only.id}.`,
      details: {
        candidates: found.map((row) => ({ id: row.id, name: row.name ?? row.displayName, email: row.email })),
      },
    });
  }
  const close = nearest(name, rows.flatMap(namesOf));
  throw new DashctlError('unknown-principal', `Gtmhub knows no ${kind} "${name}".`, {
    hint: close === null ? `Give the id instead: ${kind}#ID.` : `Did you mean ${kind}:${close}?`,
  });
}

export async function resolvePrincipals(
  api: GtmhubApi,
  texts: readonly string[],
): Promise<readonly string[]> {
  return [...new Set(await Promise.all(texts.map((text) => resolvePrincipal(api, text))))];
}

/** The lists are documented by name only, so a failure says nothing about the principal. */
async function rowsOf(api: GtmhubApi, kind: 'user' | 'role' | 'team'): Promise<readonly WireNamed[]> {
  const hint = `Names cannot be looked up here. Give the id: ${kind}#ID.`;
  if (!api.lookupsKnown) {
    throw new DashctlError(
      'unsupported',
      'The base URL does not end in /api/v1, so there is no place to look up names.',
      {
        hint,
      },
    );
  }
  try {
    return await { user: api.users, role: api.roles, team: api.teams }[kind]();
  } catch (error) {
    if (!(error instanceof DashctlError) || error.code === 'not-authenticated') throw error;
    throw new DashctlError(error.code, `The ${kind}s cannot be listed: ${error.message}`, {
      hint,
      cause: error,
      ...(error.status === undefined ? {} : { status: error.status }),
    });
  }
}

function namesOf(row: WireNamed): readonly string[] {
  const whole = [row.firstName, row.lastName].filter((part) => part !== null).join(' ');
  return [row.email, row.name, row.displayName, whole].flatMap((name) => (name ? [name] : []));
}

/** Addresses are compared without regard to case, names exactly. */
function sameName(one: string, wanted: string): boolean {
  return one === wanted || (wanted.includes('@') && one.toLowerCase() === wanted.toLowerCase());
}
