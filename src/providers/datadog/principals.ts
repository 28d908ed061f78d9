/** Who may hold a grant: names taken to ids by an exact match, ids taken back to names (api/datadog.md §6). */
import { DashctlError } from '../../errors.ts';
import type { Principal, PrincipalSpec } from '../../model/principal.ts';
import { currentUser, findRoles, findTeams, findUsers, getRole, getTeam, getUser } from './api.ts';
import type { DatadogContext } from './context.ts';
import { isUuid } from './ids.ts';

/** A principal as a binding names it: `user:<uuid>`, `team:<uuid>`, `role:<uuid>`, `org:<uuid>`. */
export type NativePrincipal = string;

/**
 * The native form of a principal.
 * @throws DashctlError `unknown-principal`, `ambiguous` with the candidates, `unsupported` for `everyone`
 */
export async function resolvePrincipal(
  context: DatadogContext,
  spec: PrincipalSpec,
): Promise<NativePrincipal> {
  if (spec.kind === 'everyone') {
    throw new DashctlError(
      'unsupported',
      'Access rules of Datadog end at the organization; they do not know everyone.',
      {
        hint: 'Use org for all members, or dashctl share create for people outside.',
      },
    );
  }
  if (!('id' in spec) && !('name' in spec)) return `org:${await organizationId(context)}`;
  if ('id' in spec) {
    if (isUuid(spec.id)) return `${spec.kind}:${spec.id.toLowerCase()}`;
    throw new DashctlError(
      'invalid-input',
      `${JSON.stringify(spec.id)} is no id of a Datadog ${spec.kind}.`,
      {
        hint: 'Ids are UUIDs; a name is written with a colon, such as user:ana@example.com.',
      },
    );
  }
  const candidates = await candidatesFor(context, spec.kind, spec.name);
  const exact = candidates.filter((one) => one.matches);
  const [only] = exact;
  if (only === undefined || exact.length > 1)
    throw noSingleMatch(spec.kind, spec.name, exact.length, candidates);
  if (only.disabled) context.warn(`${spec.kind}:${spec.name} is disabled in Datadog.`);
  return `${spec.kind}:${only.id}`;
}

interface Candidate {
  readonly id: string;
  readonly label: string;
  readonly matches: boolean;
  readonly disabled: boolean;
}

/** What the server's substring search finds, each marked whether it is the very one. */
async function candidatesFor(
  { client }: DatadogContext,
  kind: 'user' | 'team' | 'role',
  name: string,
): Promise<readonly Candidate[]> {
  switch (kind) {
    case 'user':
      return (await findUsers(client, name)).map(({ id, attributes }) => ({
        id,
        label: attributes.email ?? attributes.handle ?? id,
        matches: [attributes.email, attributes.handle].some(
          (one) => one?.toLowerCase() === name.toLowerCase(),
        ),
        disabled: attributes.disabled === true,
      }));
    case 'team': {
      const teams = await findTeams(client, name);
      return teams.map(({ id, attributes }) => ({
        id,
        label: attributes.handle ?? attributes.name ?? id,
        matches: attributes.handle?.toLowerCase() === name.toLowerCase(),
        disabled: false,
      }));
    }
    case 'role':
      return (await findRoles(client, name)).map(({ id, attributes }) => ({
        id,
        label: attributes.name ?? id,
        matches: attributes.name === name,
        disabled: false,
      }));
  }
}

/** Everybody who may be named, kind by kind. */
export async function* listPrincipals({ client }: DatadogContext): AsyncIterable<readonly Principal[]> {
  yield [{ kind: 'org', id: null, name: null, email: null }];
  const named =
    (kind: 'team' | 'role') =>
    (one: {
      id: string;
      attributes: { handle?: string | null | undefined; name?: string | null | undefined };
    }) => ({
      kind,
      id: one.id,
      name: (kind === 'team' ? one.attributes.handle : null) ?? one.attributes.name ?? null,
      email: null,
    });
  yield (await findTeams(client, null)).map(named('team'));
  yield (await findRoles(client, null)).map(named('role'));
  const users = await findUsers(client, null);
  yield users
    .filter(({ attributes }) => attributes.disabled !== true)
    .map(({ id, attributes }) => ({
      kind: 'user',
      id,
      name: attributes.name ?? null,
      email: attributes.email ?? attributes.handle ?? null,
    }));
}

function noSingleMatch(
  kind: string,
  name: string,
  exact: number,
  candidates: readonly Candidate[],
): DashctlError {
  const near = candidates.filter((one) => exact === 0 || one.matches).slice(0, 10);
  const listed = near.map((one) => `${one.label} (${kind}#${one.id})`);
  const details = { candidates: listed };
  if (exact > 1) {
    return new DashctlError('ambiguous', `Datadog has ${exact} of ${kind}:${name}: ${listed.join(', ')}.`, {
      hint: `Name the one that is meant by its id, such as ${kind}#${near[0]?.id ?? 'ID'}.`,
      details,
    });
  }
  return new DashctlError('unknown-principal', `Datadog has no ${kind} "${name}".`, {
    hint:
      listed.length === 0
        ? 'The name must be exact.'
        : `The name must be exact. Similar: ${listed.join(', ')}.`,
    details,
  });
}

export async function organizationId({ client }: DatadogContext): Promise<string> {
  const id = (await currentUser(client)).data.relationships?.org?.data?.id;
  if (id !== undefined) return id;
  throw new DashctlError('bad-answer', 'Datadog does not tell which organization these keys belong to.');
}

/** The principal behind a native form, with its name as far as the server tells it. */
export async function describePrincipal(
  context: DatadogContext,
  native: NativePrincipal,
): Promise<Principal> {
  const [kind, id] = splitNative(native);
  const unnamed = { id, name: null, email: null };
  try {
    switch (kind) {
      case 'user': {
        const { attributes } = await getUser(context.client, id);
        return {
          kind,
          id,
          name: attributes.name ?? null,
          email: attributes.email ?? attributes.handle ?? null,
        };
      }
      case 'team': {
        const { attributes } = await getTeam(context.client, id);
        return { kind, id, name: attributes.handle ?? attributes.name ?? null, email: null };
      }
      case 'role':
        return { kind, id, name: (await getRole(context.client, id)).attributes.name ?? null, email: null };
      case 'org':
        return { kind, ...unnamed };
    }
  } catch (error) {
    // A name is a courtesy: who may not read people still sees the ids.
    if (error instanceof DashctlError && (error.status === 403 || error.status === 404)) {
      return { kind, ...unnamed };
    }
    throw error;
  }
}

function splitNative(native: NativePrincipal): readonly ['user' | 'team' | 'role' | 'org', string] {
  const [kind, id] = native.split(':');
  if ((kind === 'user' || kind === 'team' || kind === 'role' || kind === 'org') && id !== undefined)
    return [kind, id];
  throw new DashctlError(
    'bad-answer',
    `Datadog names a principal of an unknown form: ${JSON.stringify(native)}.`,
  );
}
