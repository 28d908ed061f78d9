import type { Level, LevelSpec } from './level.ts';
import type { Principal, PrincipalSpec } from './principal.ts';
import type { ProviderName } from './profile.ts';
import type { Shape } from './shape.ts';

/** One entry of an access control list. */
export interface Grant {
  readonly profile: string;
  readonly provider: ProviderName;
  /** `PROFILE/ID` of the dashboard, or `PROFILE/folder:UID`. */
  readonly resource: string;
  readonly principal: Principal;
  /** `null` when the server holds something that is no level (a stored `3`): `nativeLevel` shows it. */
  readonly level: Level | null;
  readonly nativeLevel: string;
  /** It comes from a folder, from defaults or from a role; it cannot be revoked here. */
  readonly inherited: boolean;
  /** Where it comes from: `folder:UID`, `default`, `implicit`; null for own entries. */
  readonly inheritedFrom: string | null;
}

export const grantShape: Shape = {
  noun: 'grant',
  plural: 'grants',
  fields: [
    { key: 'profile', kind: 'text', table: 'several-profiles', summary: 'Profile that it was read with' },
    { key: 'provider', kind: 'text', table: 'no', summary: 'System' },
    { key: 'resource', kind: 'id', table: 'no', summary: 'Reference of the dashboard or folder' },
    { key: 'principal', kind: 'principal', table: 'yes', whole: true, summary: 'Who: kind, id, name, email' },
    { key: 'level', kind: 'level', table: 'yes', summary: 'none, view, edit, admin' },
    { key: 'nativeLevel', kind: 'text', table: 'if-room', summary: "The provider's own word" },
    { key: 'inherited', kind: 'boolean', table: 'yes', summary: 'Whether it comes from elsewhere' },
    { key: 'inheritedFrom', kind: 'text', table: 'if-room', summary: 'Where it comes from' },
  ],
};

/** A grant as asked for on the command line: `team:sre=edit`. */
export interface GrantSpec {
  readonly principal: PrincipalSpec;
  readonly level: LevelSpec;
}
