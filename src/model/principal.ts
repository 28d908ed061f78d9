/** Who holds a grant. */
export type PrincipalKind = 'user' | 'team' | 'role' | 'org' | 'everyone';

/** A principal as read from a server. */
export interface Principal {
  readonly kind: PrincipalKind;
  /** The provider's id as text; null where the provider names the principal only (a Grafana role). */
  readonly id: string | null;
  /** Login, team name or handle, role name. */
  readonly name: string | null;
  readonly email: string | null;
}

/**
 * A principal as asked for: by a name that is resolved to an id by an exact match (`user:ana@example.com`, `team:sre`,
 * `role:Viewer`), `org`, `everyone`, or the exact native id (`user#11`).
 */
export type PrincipalSpec =
  | { readonly kind: 'user' | 'team' | 'role'; readonly name: string }
  | { readonly kind: 'user' | 'team' | 'role'; readonly id: string }
  | { readonly kind: 'org' | 'everyone' };
