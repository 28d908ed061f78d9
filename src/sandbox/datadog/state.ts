/** What the Datadog room keeps. Times are microsecond timestamps as Datadog prints them. */

export type JsonObject = Record<string, unknown>;

export interface DatadogState {
  readonly org: { readonly id: string; readonly number: number; readonly name: string };
  readonly credentials: Credential[];
  users: User[];
  roles: Role[];
  teams: Team[];
  dashboards: Dashboard[];
  shares: Share[];
  lists: DashboardList[];
  /** Bindings by resource, such as `dashboard:abc-def-ghi`. */
  policies: Record<string, Binding[]>;
  nextListId: number;
}

/** A pair of keys, or a bearer token, and whose they are. */
export interface Credential {
  readonly apiKey: string;
  readonly appKey: string;
  readonly bearer: string | null;
  readonly user: string;
}

export interface User {
  readonly id: string;
  /** The number that usage statistics show. */
  readonly number: number;
  handle: string;
  email: string;
  name: string | null;
  title: string | null;
  verified: boolean;
  serviceAccount: boolean;
  disabled: boolean;
  status: 'Active' | 'Pending' | 'Disabled';
  created: string;
  modified: string;
  roles: string[];
}

export interface Role {
  readonly id: string;
  name: string;
  permissions: string[];
  readonly created: string;
  modified: string;
}

export interface Team {
  readonly id: string;
  name: string;
  handle: string;
  summary: string | null;
  description: string | null;
  members: string[];
  readonly created: string;
  modified: string;
}

export interface Dashboard {
  readonly id: string;
  /** The document as sent, without what the server owns; widgets carry their ids. */
  body: JsonObject;
  /** User id. */
  readonly author: string;
  readonly created: string;
  modified: string;
  /** When it went to the trash. */
  deleted: string | null;
  views: { total: number; last: string; viewer: string } | null;
}

export interface Share {
  readonly token: string;
  /** The number that the v2 endpoint shows. */
  readonly id: string;
  readonly dashboard: string;
  readonly dashboardType: string;
  /** User id. */
  readonly author: string;
  readonly created: string;
  lastAccessed: string | null;
  shareType: string;
  status: string;
  title: string;
  viewingPreferences: unknown;
  expiration: string | null;
  globalTime: unknown;
  globalTimeSelectable: unknown;
  selectableTemplateVars: unknown;
  /** Null until a list of addresses was sent. */
  invitees: Invitee[] | null;
  embeddableDomains: string[];
  sessionDays: number | null;
  invitations: Invitation[];
  /** Secret of a secure embed. */
  credential: string | null;
}

export interface Invitee {
  email: string;
  accessExpiration: string | null;
  lastAccessed: string | null;
  created: string;
}

export interface Invitation {
  readonly email: string;
  readonly created: string;
  readonly expiry: string;
  readonly sessionExpiry: string | null;
}

export interface DashboardList {
  readonly id: number;
  name: string;
  readonly author: string;
  readonly created: string;
  modified: string;
  items: ListItem[];
}

export interface ListItem {
  readonly id: string;
  readonly type: string;
}

export interface Binding {
  relation: string;
  principals: string[];
}

/** A live dashboard by id; undefined for unknown and deleted ones. */
export function liveDashboard(state: DatadogState, id: string): Dashboard | undefined {
  return state.dashboards.find((dashboard) => dashboard.id === id && dashboard.deleted === null);
}

/** A user who exists as long as the state is whole: authors and key owners are never removed, only disabled. */
export function userOf(state: DatadogState, id: string): User {
  const user = state.users.find((one) => one.id === id);
  if (user === undefined) throw new Error(`The sandbox lost the user ${id}.`);
  return user;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
