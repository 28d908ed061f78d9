/** Who has access to a workspace, and in which role (Syntho). */
import type { Level } from './level.ts';
import type { ProviderName } from './profile.ts';
import type { Shape } from './shape.ts';

export interface WorkspacePermission {
  /** `PROFILE/KEY` of the row. */
  readonly ref: string;
  readonly profile: string;
  readonly provider: ProviderName;
  /** Key of the row. */
  readonly id: string;
  /** Key of the workspace. */
  readonly workspace: string;
  /** Key of the user. */
  readonly user: string;
  /** Null where the users cannot be listed. */
  readonly email: string | null;
  /** The provider's word: READER, EDITOR, OWNER; null after a revocation. */
  readonly role: string | null;
  /** Null for a role that is none of ours. */
  readonly level: Level | null;
  /** Whether the data themselves may be seen, which the role does not say. */
  readonly dataAccess: boolean;
}

export const workspacePermissionShape: Shape = {
  noun: 'workspace permission',
  plural: 'workspace permissions',
  fields: [
    {
      key: 'ref',
      kind: 'id',
      table: 'yes',
      summary: 'Reference of the row, as get, update and revoke take it',
    },
    { key: 'profile', kind: 'text', table: 'no', summary: 'Profile that it was read with' },
    { key: 'provider', kind: 'text', table: 'no', summary: 'System' },
    { key: 'id', kind: 'id', table: 'no', summary: 'Key of the row' },
    { key: 'workspace', kind: 'id', table: 'yes', summary: 'Key of the workspace' },
    { key: 'user', kind: 'id', table: 'no', summary: 'Key of the user' },
    { key: 'email', kind: 'text', table: 'yes', summary: 'E-mail of the user' },
    { key: 'role', kind: 'text', table: 'yes', summary: "The provider's own word: READER, EDITOR, OWNER" },
    { key: 'level', kind: 'level', table: 'no', summary: 'view, edit, admin' },
    { key: 'dataAccess', kind: 'boolean', table: 'yes', summary: 'Whether the data may be seen' },
  ],
};

/** What a list is narrowed to; null for all. */
export interface WorkspaceFilter {
  readonly workspace: string | null;
  /** E-mail or key of a user. */
  readonly user: string | null;
}

/** One row, by its key or by whom it is for. */
export type WorkspaceRowRef = { readonly id: string } | { readonly workspace: string; readonly who: string };

export interface WorkspaceTransfer {
  readonly workspaces: readonly string[];
  /** E-mail or key of the new owner. */
  readonly to: string;
  /** What the old owner keeps; null for nothing. */
  readonly keepRole: string | null;
  /** Whether the old owner keeps access to the data. */
  readonly dataAccess: boolean;
}
