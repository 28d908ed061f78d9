/** Members and roles: names taken to ids by an exact match, ids taken back to names (api/posthog.md §10). */
import { DashctlError } from '../../errors.ts';
import { nearest } from '../../model/nearest.ts';
import type { Principal, PrincipalSpec } from '../../model/principal.ts';
import { membersOf, rolesOf } from './api.ts';
import type { PosthogContext } from './context.ts';
import { checkUuid } from './ids.ts';
import type { MemberWire, RoleWire } from './wire.ts';

export interface People {
  /** All members of the project's organization; empty when the key may not list them. */
  known(): Promise<readonly MemberWire[]>;
  /** The member with that address. @throws DashctlError `unknown-principal`, `ambiguous`, `not-allowed` */
  byEmail(email: string): Promise<MemberWire>;
  /** Roles of the organization; null when its plan has none, or the key may not read them. */
  roles(): Promise<readonly RoleWire[] | null>;
}

/** The people of a project's organization, each listing asked for at most once. */
export function peopleOf(context: PosthogContext, project: number): People {
  let all: Promise<readonly MemberWire[]> | null = null;
  let roles: Promise<readonly RoleWire[] | null> | null = null;
  const organization = (): Promise<string> => context.places.organization(project);
  const everyone = (): Promise<readonly MemberWire[]> =>
    (all ??= organization().then((id) => membersOf(context, id, null)));

  return {
    async known() {
      try {
        return await everyone();
      } catch (error) {
        // A name is a courtesy: who may not read people still sees the ids.
        if (error instanceof DashctlError && (error.status === 403 || error.status === 404)) return [];
        throw error;
      }
    },

    async byEmail(email) {
      const id = await organization();
      // The server compares letter case too, so the address is asked for as written, then in lower case.
      for (const spelling of new Set([email, email.toLowerCase()])) {
        const [only, ...others] = await membersOf(context, id, spelling);
        if (only !== undefined && others.length === 0) return only;
      }
      const members = await everyone();
      const found = members.filter((one) => one.user.email?.toLowerCase() === email.toLowerCase());
      const [only] = found;
      if (only !== undefined && found.length === 1) return only;
      throw noSingleMember(email, found, members);
    },

    roles: () => (roles ??= organization().then((id) => rolesOf(context, id))),
  };
}

function noSingleMember(
  email: string,
  found: readonly MemberWire[],
  members: readonly MemberWire[],
): DashctlError {
  const listed = (rows: readonly MemberWire[]) =>
    rows.map((one) => ({ id: one.id, uuid: one.user.uuid, email: one.user.email }));
  if (found.length > 1) {
    return new DashctlError('ambiguous', `PostHog has ${found.length} members "${email}".`, {
      hint: `Name the one that is meant by its id: ${found.map((one) => `user#${one.id}`).join(' or ')}.`,
      details: { candidates: listed(found) },
    });
  }
  const close = nearest(
    email,
    members.flatMap((one) => one.user.email ?? []),
  );
  return new DashctlError('unknown-principal', `The organization has no member "${email}".`, {
    hint:
      close === null
        ? 'Invite them to the organization first; the address must be exact.'
        : `Did you mean user:${close}? Else invite them to the organization first.`,
    details: { candidates: listed(members.filter((one) => one.user.email === close)) },
  });
}

/** The e-mail of a user principal. @throws DashctlError `invalid-input` */
export function emailOf(spec: PrincipalSpec): string {
  const name = 'name' in spec ? spec.name : '';
  if (name.includes('@')) return name;
  throw new DashctlError('invalid-input', `PostHog finds people by e-mail; "${name}" is none.`, {
    hint: 'Write user:ana@example.com.',
  });
}

/** The id of a role. @throws DashctlError `unknown-principal`, `ambiguous`, `unsupported` */
export async function roleId(people: People, spec: PrincipalSpec): Promise<string> {
  if ('id' in spec) return checkUuid(spec.id, 'role');
  const name = 'name' in spec ? spec.name : '';
  const roles = await people.roles();
  if (roles === null) {
    throw new DashctlError('unsupported', 'PostHog does not tell the roles of this organization.', {
      hint: 'Its plan has none, or the key may not read them (organization:read). Name people, or a role by id: role#UUID.',
    });
  }
  const found = roles.filter((one) => one.name === name);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.id;
  const names = roles.map((one) => one.name);
  throw new DashctlError(
    found.length > 1 ? 'ambiguous' : 'unknown-principal',
    found.length > 1
      ? `PostHog has ${found.length} roles "${name}".`
      : `The organization has no role "${name}".`,
    {
      hint:
        found.length > 1
          ? `Name the one that is meant by its id: ${found.map((one) => `role#${one.id}`).join(' or ')}.`
          : names.length === 0
            ? 'It has no roles at all.'
            : `The name must be exact. There are: ${names.join(', ')}.`,
      details: { candidates: roles.map(({ id, name: label }) => ({ id, name: label })) },
    },
  );
}

/** A member as a principal; with nobody behind the id, the id alone. */
export function memberPrincipal(id: string, member: MemberWire | undefined): Principal {
  return { kind: 'user', id, name: nameOf(member?.user), email: member?.user.email ?? null };
}

export function nameOf(
  user: { readonly first_name: string | null; readonly last_name: string | null } | undefined,
): string | null {
  const name = [user?.first_name, user?.last_name].filter((part) => part != null && part !== '').join(' ');
  return name === '' ? null : name;
}
