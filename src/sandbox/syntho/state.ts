/** What the Syntho room keeps. Keys are integers, as Django gives them. */
import { randomBytes } from 'node:crypto';

export type JsonObject = Record<string, unknown>;

export const roles = ['OWNER', 'EDITOR', 'READER'] as const;
export type Role = (typeof roles)[number];

export interface SynthoState {
  readonly users: readonly User[];
  readonly workspaces: readonly { readonly pk: number; readonly name: string }[];
  rows: Row[];
  sessions: Session[];
  nextPk: number;
  manner: Manner;
}

export interface User {
  readonly pk: number;
  readonly first_name: string;
  readonly last_name: string;
  readonly full_name: string;
  readonly email: string;
  readonly password: string;
  /** Sees every workspace and may change everybody's role. */
  readonly administrator: boolean;
  /** Has to choose a new password first. */
  readonly newPasswordRequired: boolean;
}

/** One person's access to one workspace. */
export interface Row {
  readonly pk: number;
  readonly workspace: number;
  readonly user: number;
  readonly role: Role;
  readonly data_access: boolean;
}

export interface Session {
  readonly id: string;
  readonly user: number;
  csrfToken: string;
}

/** How the room answers where the vendor does not say how. */
export interface Manner {
  /** Logged-in sessions must send their token with every write. */
  csrf: boolean;
  /** Status of a request without a session. */
  withoutSession: 403 | 401;
  lists: 'bare' | 'paginated';
  /** `rest`: the plain bodies of the framework; `application`: the vendor's own messages. */
  errors: 'rest' | 'application';
  /** Older servers have no transfer. */
  transfer: boolean;
  /** Whether people log in with a password, or elsewhere only. */
  passwordLogin: boolean;
  /** Everything is answered with a web page, as by a host that is no Syntho. */
  page: boolean;
}

export const usualManner: Manner = {
  csrf: true,
  withoutSession: 403,
  lists: 'bare',
  errors: 'rest',
  transfer: true,
  passwordLogin: true,
  page: false,
};

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** 32 characters, like Django's session keys. */
export function newSessionId(): string {
  return randomBytes(16).toString('hex');
}

/** 64 characters, like Django's CSRF tokens. */
export function newCsrfToken(): string {
  return randomBytes(32).toString('hex');
}

/** The role of a user in a workspace; null without access. */
export function roleIn(state: SynthoState, workspace: number, user: number): Role | null {
  return state.rows.find((row) => row.workspace === workspace && row.user === user)?.role ?? null;
}
