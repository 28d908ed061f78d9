/** Grants as text: `team:sre=edit`, `user#11=native:manager`. */
import { DashctlError } from '../errors.ts';
import type { GrantSpec } from './grant.ts';
import { levels } from './level.ts';
import type { LevelSpec } from './level.ts';
import { nearest } from './nearest.ts';
import { formatPrincipalSpec, parsePrincipal } from './principal-text.ts';
import type { PrincipalSpec } from './principal.ts';

/** What stands in front of a provider's own word. */
const nativeMark = 'native:';

/**
 * Reads `PRINCIPAL=LEVEL`. The last `=` divides, so a name may hold one; a native word may not.
 * @throws DashctlError `invalid-input`
 */
export function parseGrant(text: string): GrantSpec {
  const cut = text.lastIndexOf('=');
  if (cut < 0) {
    throw new DashctlError('invalid-input', `${JSON.stringify(text)} is no grant: the level is missing.`, {
      hint: `Write PRINCIPAL=LEVEL, such as ${text === '' ? 'team:sre' : text}=view.`,
    });
  }
  return { principal: parsePrincipal(text.slice(0, cut)), level: parseLevel(text.slice(cut + 1)) };
}

/**
 * Reads several grants, each principal once.
 * @throws DashctlError `invalid-input`, also when a principal occurs twice.
 */
export function parseGrants(texts: readonly string[]): GrantSpec[] {
  const grants = texts.map(parseGrant);
  refuseRepeated(grants.map((grant) => grant.principal));
  return grants;
}

/**
 * Reads several principals, each once.
 * @throws DashctlError `invalid-input`, also when one occurs twice.
 */
export function parsePrincipals(texts: readonly string[]): PrincipalSpec[] {
  const principals = texts.map(parsePrincipal);
  refuseRepeated(principals);
  return principals;
}

/** A grant that was asked for, in the form that {@link parseGrant} reads. */
export function formatGrantSpec(grant: GrantSpec): string {
  const level = 'native' in grant.level ? nativeMark + grant.level.native : grant.level.level;
  return `${formatPrincipalSpec(grant.principal)}=${level}`;
}

/**
 * Reads a level: one of `none`, `view`, `edit`, `admin`, or a provider's own word as `native:manager`.
 * @throws DashctlError `invalid-input`
 */
export function parseLevel(text: string): LevelSpec {
  const level = levels.find((one) => one === text);
  if (level !== undefined) return { level };
  if (text.startsWith(nativeMark)) {
    const native = text.slice(nativeMark.length);
    if (/^[^\p{Cc}\p{Cs}=]+$/u.test(native) && native.trim() === native) return { native };
  }
  const known = `Levels are ${levels.join(', ')}; a provider's own word is written native:WORD.`;
  const close = nearest(text, levels);
  throw new DashctlError('invalid-input', `${JSON.stringify(text)} is no level.`, {
    hint: close === null ? known : `Did you mean "${close}"? ${known}`,
    details: { levels },
  });
}

/** E-mail addresses are the same person whatever their letter case. */
function refuseRepeated(principals: readonly PrincipalSpec[]): void {
  const seen = new Set<string>();
  for (const principal of principals) {
    const text = formatPrincipalSpec(principal);
    const key = principal.kind === 'user' && text.includes('@') ? text.toLowerCase() : text;
    if (seen.has(key)) {
      throw new DashctlError('invalid-input', `${JSON.stringify(text)} is given more than once.`, {
        hint: 'Name each principal once.',
      });
    }
    seen.add(key);
  }
}
