/** Principals as text: `user:ana@example.com`, `team:sre`, `role:Viewer`, `org`, `everyone`, `user#11`. */
import { DashctlError } from '../errors.ts';
import { nearest } from './nearest.ts';
import type { Principal, PrincipalSpec } from './principal.ts';

const namedKinds = ['user', 'team', 'role'] as const;
const bareKinds = ['org', 'everyone'] as const;

const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/**
 * Reads a principal. Names keep their spaces and letter case: they are compared exactly.
 * @throws DashctlError `invalid-input`
 */
export function parsePrincipal(text: string): PrincipalSpec {
  const cut = text.search(/[:#]/);
  const word = cut < 0 ? text : text.slice(0, cut);
  const bare = bareKinds.find((kind) => kind === word);
  if (bare !== undefined && cut < 0) return { kind: bare };
  if (bare !== undefined) throw malformed(text, `"${bare}" takes no name or id`, `Write ${bare} alone.`);
  const kind = namedKinds.find((one) => one === word);
  if (kind === undefined) throw unknownKind(text, word);
  const rest = text.slice(word.length + 1);
  const byId = text[word.length] === '#';
  if (rest.trim() === '') {
    throw malformed(
      text,
      byId ? 'the id is missing' : 'the name is missing',
      `Write ${kind}:NAME or ${kind}#ID.`,
    );
  }
  if (unprintable.test(rest)) throw malformed(text, 'it holds control characters');
  return byId ? { kind, id: rest } : { kind, name: rest };
}

/**
 * A principal of a server as it is written on the command line: by e-mail, else by name, else by id. What can be
 * written again can be read again; only a principal without any of the three is shown as its kind alone.
 */
export function formatPrincipal(principal: Principal): string {
  const { kind, id } = principal;
  if (kind === 'org' || kind === 'everyone') return kind;
  const name = (kind === 'user' ? usable(principal.email) : null) ?? usable(principal.name);
  if (name !== null) return `${kind}:${name}`;
  return usable(id) === null ? kind : `${kind}#${id}`;
}

/** A principal that was asked for, in the form that {@link parsePrincipal} reads. */
export function formatPrincipalSpec(spec: PrincipalSpec): string {
  if ('name' in spec) return `${spec.kind}:${spec.name}`;
  return 'id' in spec ? `${spec.kind}#${spec.id}` : spec.kind;
}

/** Null for what {@link parsePrincipal} would refuse as a name or id. */
function usable(text: string | null): string | null {
  return text === null || text.trim() === '' || unprintable.test(text) ? null : text;
}

function unknownKind(text: string, word: string): DashctlError {
  if (word === text && word.includes('@')) {
    return malformed(text, 'the kind is missing', `Write user:${word}.`);
  }
  const close = nearest(word, [...namedKinds, ...bareKinds]);
  return malformed(
    text,
    `${JSON.stringify(word)} is no kind of principal`,
    close === null ? undefined : `Did you mean ${close}${text.slice(word.length)}?`,
  );
}

function malformed(text: string, why: string, hint?: string): DashctlError {
  return new DashctlError('invalid-input', `${JSON.stringify(text)} is no principal: ${why}.`, {
    hint: hint ?? 'Write user:EMAIL, team:NAME, role:NAME, org, everyone, or the exact id as user#ID.',
  });
}
