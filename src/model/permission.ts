/** Account-wide permissions: one action and the users and roles that may do it (Gtmhub). */
import type { ProviderName } from './profile.ts';
import type { Json, Shape } from './shape.ts';

export interface Permission {
  /** `PROFILE/ID`; null where the id is. */
  readonly ref: string | null;
  readonly profile: string;
  readonly provider: ProviderName;
  /** Null when a lost answer took it along: no operation lists permissions. */
  readonly id: string | null;
  /** Name of the action, such as `AccessInsightboards`. */
  readonly action: string;
  /** Ids of users and roles. */
  readonly principals: readonly string[];
}

export const permissionShape: Shape = {
  noun: 'permission',
  plural: 'permissions',
  fields: [
    {
      key: 'ref',
      kind: 'id',
      table: 'yes',
      summary: 'Reference that get, update and delete take: PROFILE/ID',
    },
    { key: 'profile', kind: 'text', table: 'no', summary: 'Profile that it was read with' },
    { key: 'provider', kind: 'text', table: 'no', summary: 'System' },
    { key: 'id', kind: 'id', table: 'no', summary: 'Id of the permission' },
    { key: 'action', kind: 'text', table: 'yes', summary: 'Name of the action' },
    { key: 'principals', kind: 'list', table: 'yes', summary: 'Ids of the users and roles that hold it' },
  ],
};

/** An action that the system protects. */
export interface PermissionAction {
  readonly profile: string;
  readonly provider: ProviderName;
  readonly name: string;
  /** Null where the server tells the name alone. */
  readonly title: string | null;
  readonly description: string | null;
}

export const permissionActionShape: Shape = {
  noun: 'action',
  plural: 'actions',
  fields: [
    { key: 'profile', kind: 'text', table: 'several-profiles', summary: 'Profile that it was read with' },
    { key: 'provider', kind: 'text', table: 'no', summary: 'System' },
    { key: 'name', kind: 'id', table: 'yes', summary: 'Name, as --action takes it' },
    { key: 'title', kind: 'text', table: 'yes', summary: 'Title' },
    { key: 'description', kind: 'text', table: 'yes', summary: 'What it allows' },
  ],
};

/** A set of actions as the server told it. */
export interface ActionSet {
  /** The actions; null when the answer has a form that is not known. */
  readonly actions: readonly PermissionAction[] | null;
  /** The answer itself. */
  readonly json: Json;
  readonly raw: Uint8Array;
}

/** What new items of a type, or one item, let people do. */
export interface DefaultAccess {
  readonly profile: string;
  readonly provider: ProviderName;
  /** `dashboard`, `session`. */
  readonly itemType: string;
  /** Null for the type as a whole. */
  readonly itemId: string | null;
  readonly inherits: boolean;
  /** As the server tells them, grants untouched. */
  readonly permissions: Json;
}

export const defaultAccessShape: Shape = {
  noun: 'default access',
  plural: 'default accesses',
  fields: [
    { key: 'profile', kind: 'text', table: 'several-profiles', summary: 'Profile that it was read with' },
    { key: 'provider', kind: 'text', table: 'no', summary: 'System' },
    { key: 'itemType', kind: 'text', table: 'yes', summary: 'dashboard, session' },
    { key: 'itemId', kind: 'id', table: 'yes', summary: 'Id of the item; null for the type as a whole' },
    { key: 'inherits', kind: 'boolean', table: 'yes', summary: 'Whether it takes over what lies above it' },
    {
      key: 'permissions',
      kind: 'object',
      table: 'yes',
      summary: 'principalId, principalKind and grant of each entry, as the server tells them',
    },
  ],
};

/** Whether names of actions are looked up before they are sent. */
interface Validation {
  readonly validate: boolean;
}

/** What `perms create` asks for. Principals are ids, or `user:`, `role:`, `team:` with a name. */
export interface PermissionDraft extends Validation {
  readonly action: string;
  readonly principals: readonly string[];
}

/** A whole document, or principals to add and remove. */
export type PermissionChange =
  { readonly body: string } | { readonly add: readonly string[]; readonly remove: readonly string[] };

/** A whole document, or actions to add and remove. */
export type ActionSetChange = Validation &
  ({ readonly body: string } | { readonly add: readonly string[]; readonly remove: readonly string[] });
