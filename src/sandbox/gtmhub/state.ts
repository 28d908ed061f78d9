/** What the Gtmhub room keeps. Ids are 24 hexadecimal digits, as in every sample of the vendor. */
import { randomBytes } from 'node:crypto';

export type JsonObject = Record<string, unknown>;

export interface GtmhubState {
  readonly account: { readonly id: string; readonly name: string };
  readonly tokens: readonly { readonly token: string; readonly user: string }[];
  readonly actions: readonly Action[];
  permissions: Permission[];
  /** By item type (`dashboard`), and by type and id (`dashboard/5be2…`) for items that have their own. */
  readonly defaultAccess: Readonly<Record<string, DefaultAccess>>;
  readonly items: readonly Item[];
  readonly users: readonly User[];
  readonly roles: readonly Named[];
  readonly teams: readonly (Named & { readonly members: readonly string[] })[];
  manner: Manner;
}

export interface Action {
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

/** One action and the users and roles that hold it. Keys that the room does not know are kept. */
export interface Permission extends JsonObject {
  accountId: string;
  action: string;
  readonly id: string;
  principals: string[];
}

export interface DefaultAccess {
  readonly inherits: boolean;
  readonly permissions: readonly {
    /** Opaque: the real form is unknown. */
    readonly grant: unknown;
    readonly principalId: string;
    readonly principalKind: string;
  }[];
}

export interface Item {
  readonly id: string;
  readonly type: TargetType;
  readonly name: string;
}

export const targetTypes = ['metric', 'goal', 'session', 'insightBoard'] as const;
export type TargetType = (typeof targetTypes)[number];

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface User extends Named {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly roleIds: readonly string[];
}

/** How the room answers where the vendor does not say how. */
export interface Manner {
  /** Form of the effective actions and of a principal's actions. */
  actionSets: 'array' | 'items' | 'objects' | 'unknown';
  /** Status for a permission, target or principal that does not exist. */
  unknownId: 404 | 400 | 403 | 500;
  /** Form of error bodies. */
  errors: 'message' | 'text' | 'html';
  deleted: 204 | 200 | 202;
  /** Everything is answered with a web page and 200, as for a wrong token or host. */
  page: boolean;
  /** The subscription lapsed: 402. */
  lapsed: boolean;
}

export const usualManner: Manner = {
  actionSets: 'array',
  unknownId: 404,
  errors: 'message',
  deleted: 204,
  page: false,
  lapsed: false,
};

export function newId(): string {
  return randomBytes(12).toString('hex');
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names of the actions that a principal holds itself, in the order of the catalogue, unknown ones last. */
export function actionsOf(state: GtmhubState, principal: string): string[] {
  const held = new Set(
    state.permissions.filter((one) => one.principals.includes(principal)).map((one) => one.action),
  );
  const known = state.actions.map((one) => one.name).filter((name) => held.has(name));
  return [...known, ...[...held].filter((name) => !known.includes(name))];
}

/** What a user may do: by itself and by its roles. */
export function effectiveActions(state: GtmhubState, user: User): string[] {
  const all = [user.id, ...user.roleIds].flatMap((principal) => actionsOf(state, principal));
  return [...new Set(all)];
}
