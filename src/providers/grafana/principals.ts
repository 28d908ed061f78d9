/**
 * Principals by name: login or e-mail, team name, role. A name means exactly one principal or nothing is written
 * (api/grafana.md §11).
 */
import { DashctlError } from '../../errors.ts';
import type { Principal, PrincipalSpec } from '../../model/principal.ts';
import type { GrafanaApi } from './api.ts';
import { readId } from './ids.ts';
import { keyOf } from './acl-entry.ts';
import type { AclEntry } from './acl-entry.ts';
import { once } from './once.ts';

const roles = ['Viewer', 'Editor'] as const;

/** Why a principal is looked for: to be written, or to be taken away, which also works when it no longer exists. */
export type Purpose = 'grant' | 'revoke';

export type PrincipalResolver = ReturnType<typeof principalResolver>;

export function principalResolver(api: GrafanaApi) {
  const members = once(() => api.orgUsers());

  /**
   * @param present entries of the list at hand: they name users that the caller may not look up
   * @throws DashctlError `unknown-principal`, `ambiguous`, `not-allowed`, `unsupported`, `invalid-input`
   */
  async function resolve(
    spec: PrincipalSpec,
    present: readonly AclEntry[],
    purpose: Purpose,
  ): Promise<Principal> {
    if (!('name' in spec) && !('id' in spec)) {
      throw new DashctlError('unsupported', `Grafana has no principal "${spec.kind}".`, {
        hint: 'Use role:Viewer and role:Editor for the members of the organization.',
      });
    }
    const known = present.map((entry) => entry.principal).filter((principal) => principal.kind === spec.kind);
    if (spec.kind === 'role') return resolveRole('name' in spec ? spec.name : spec.id, known, purpose);
    if ('id' in spec) return resolveId(spec.kind, spec.id, known, purpose);
    return spec.kind === 'team' ? resolveTeam(spec.name, known, purpose) : resolveUser(spec.name, known);
  }

  async function resolveId(
    kind: 'user' | 'team',
    text: string,
    known: readonly Principal[],
    purpose: Purpose,
  ) {
    const id = readId(text);
    if (id === null) {
      throw new DashctlError('invalid-input', `"${text}" is no Grafana ${kind} id.`, {
        hint: `Ids are positive whole numbers, such as ${kind}#11.`,
      });
    }
    const listed = known.find((principal) => principal.id === String(id));
    if (listed !== undefined && (purpose === 'revoke' || listed.name !== null)) return listed;
    const found = kind === 'team' ? await teamById(id) : await userById(id);
    if (found !== null) return found;
    return unknown(kind, `${kind}#${id}`, []);
  }

  async function teamById(id: number): Promise<Principal | null> {
    const team = await api.team(id);
    return team === null ? null : { kind: 'team', id: String(team.id), name: team.name, email: null };
  }

  /** Null when the members do not hold the id. Without the right to see the members the id is taken as it is. */
  async function userById(id: number): Promise<Principal | null> {
    const all = await members();
    if (all === null) return { kind: 'user', id: String(id), name: null, email: null };
    const member = all.find((one) => one.userId === id);
    if (member !== undefined) return memberPrincipal(member);
    const account = (await api.serviceAccounts(''))?.find((one) => one.id === id);
    return account === undefined ? null : accountPrincipal(account);
  }

  async function resolveTeam(
    name: string,
    known: readonly Principal[],
    purpose: Purpose,
  ): Promise<Principal> {
    const teams = (await api.teamsNamed(name)).filter((team) => team.name === name);
    const found = distinct([
      ...teams.map((team): Principal => ({
        kind: 'team',
        id: String(team.id),
        name: team.name,
        email: null,
      })),
      ...(purpose === 'revoke' ? known.filter((principal) => principal.name === name) : []),
    ]);
    return exactlyOne('team', name, found, []);
  }

  /** By rights: the members (organization admins), their look-up, the server's look-up, the list at hand. */
  async function resolveUser(name: string, known: readonly Principal[]): Promise<Principal> {
    const listed = known.filter((principal) => principal.name === name || principal.email === name);
    const all = await members();
    if (all !== null) {
      const found = all
        .filter((member) => member.login === name || member.email === name)
        .map(memberPrincipal);
      if (found.length > 0) return exactlyOne('user', name, distinct(found), []);
      const accounts = await serviceAccounts(name);
      const near = all.map((member) => member.login ?? '').filter((login) => sameButCase(login, name));
      return exactlyOne('user', name, distinct([...accounts, ...listed]), near);
    }
    const lookedUp = (await api.lookUpOrgUsers(name))?.filter(
      (member) => member.login === name || member.email === name,
    );
    if (lookedUp !== undefined && lookedUp.length > 0) {
      return exactlyOne('user', name, distinct(lookedUp.map(memberPrincipal)), []);
    }
    const global = await api.lookUpUser(name);
    if (global !== null && global !== 'missing' && global.id !== null && global.id > 0) {
      return { kind: 'user', id: String(global.id), name: global.login, email: global.email };
    }
    if (listed.length > 0) return exactlyOne('user', name, distinct(listed), []);
    if (lookedUp !== undefined || global === 'missing') return unknown('user', name, []);
    throw new DashctlError('not-allowed', `You may not look up the user ${name}.`, {
      hint: 'Looking up users takes the role Admin in the organization. With the id no look-up is needed: user#11.',
    });
  }

  async function serviceAccounts(name: string): Promise<Principal[]> {
    const found = (await api.serviceAccounts(name)) ?? [];
    return found.filter((one) => one.name === name || one.login === name).map(accountPrincipal);
  }

  /** Roles, teams and members, as far as the caller may see them. */
  async function* list(): AsyncIterable<readonly Principal[]> {
    yield roles.map((name) => ({ kind: 'role', id: null, name, email: null }));
    yield (await api.teamsNamed('')).map(({ id, name }) => ({
      kind: 'team',
      id: String(id),
      name,
      email: null,
    }));
    yield ((await members()) ?? []).map(memberPrincipal);
  }

  return { resolve, list };
}

function resolveRole(name: string, known: readonly Principal[], purpose: Purpose): Principal {
  if (name === 'Admin' && purpose === 'grant') {
    throw new DashctlError('invalid-input', 'Admins always have access: the role Admin takes no entry.', {
      hint: 'Grant to role:Viewer, role:Editor, a team or a user.',
    });
  }
  const stored = purpose === 'revoke' ? known.find((principal) => principal.name === name) : undefined;
  if (stored !== undefined) return stored;
  const role = roles.find((one) => one === name);
  return role === undefined
    ? unknown('role', name, roles)
    : { kind: 'role', id: null, name: role, email: null };
}

function memberPrincipal(member: { userId: number; login: string | null; email: string | null }): Principal {
  return { kind: 'user', id: String(member.userId), name: member.login, email: member.email };
}

function accountPrincipal(one: { id: number; name: string | null; login: string | null }): Principal {
  return { kind: 'user', id: String(one.id), name: one.login ?? one.name, email: null };
}

function distinct(principals: readonly Principal[]): Principal[] {
  return [...new Map(principals.map((principal) => [keyOf(principal), principal])).values()];
}

function exactlyOne(
  kind: 'user' | 'team',
  name: string,
  found: readonly Principal[],
  near: readonly string[],
): Principal {
  const [first, second] = found;
  if (first === undefined) return unknown(kind, name, near);
  if (second === undefined) return first;
  const candidates = found.map((principal) => ({
    principal: `${kind}#${principal.id ?? ''}`,
    name: principal.name,
    email: principal.email,
  }));
  throw new DashctlError('ambiguous', `${kind}:${name} names ${found.length} ${kind}s.`, {
    hint: `Name one by its id: ${candidates.map((candidate) => candidate.principal).join(', ')}.`,
    details: { candidates },
  });
}

function unknown(kind: 'user' | 'team' | 'role', name: string, candidates: readonly string[]): never {
  throw new DashctlError('unknown-principal', `There is no ${kind} ${name} in this organization.`, {
    hint:
      candidates.length > 0
        ? `Names are compared exactly. Known: ${candidates.join(', ')}.`
        : kind === 'user'
          ? 'Give the login or the e-mail address exactly as Grafana shows it.'
          : 'Give the name exactly as Grafana shows it.',
    details: { candidates },
  });
}

function sameButCase(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
