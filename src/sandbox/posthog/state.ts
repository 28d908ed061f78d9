/** What the PostHog room keeps. Times are ISO 8601 with microseconds, as PostHog prints them. */

export type JsonObject = Record<string, unknown>;

/** Rights on objects, from least to most (api/posthog.md §8). */
export const accessLevels = ['none', 'viewer', 'editor', 'manager'] as const;

export type AccessLevel = (typeof accessLevels)[number];

/** What a plan pays for; without it PostHog refuses or, worse, silently ignores. */
export type Feature =
  | 'access_control'
  | 'advanced_permissions'
  | 'role_based_access'
  | 'tagging'
  | 'organization_security_settings';

export interface PosthogState {
  organizations: Organization[];
  projects: Project[];
  users: User[];
  members: Member[];
  roles: Role[];
  readonly keys: ApiKey[];
  dashboards: Dashboard[];
  insights: Insight[];
  collaborators: Collaborator[];
  shares: Share[];
  passwords: SharePassword[];
  rules: Rule[];
  invites: Invite[];
  /** The number of the next object of any kind. */
  nextId: number;
}

export interface Organization {
  readonly id: string;
  name: string;
  features: Feature[];
  allowPubliclySharedResources: boolean;
  /** Older servers give a link that is switched on again its old token. */
  reusesLinks: boolean;
  /** Community builds have neither access controls nor collaborators. */
  enterprise: boolean;
}

export interface Project {
  readonly id: number;
  name: string;
  readonly organization: string;
}

export interface User {
  readonly id: number;
  readonly uuid: string;
  firstName: string;
  lastName: string;
  email: string;
  currentProject: number;
}

/** 1 member, 8 admin, 15 owner. */
export type OrganizationLevel = 1 | 8 | 15;

export interface Member {
  /** The membership id, which access controls use. */
  readonly id: string;
  /** User uuid. */
  readonly user: string;
  readonly organization: string;
  level: OrganizationLevel;
  readonly joined: string;
}

export interface Role {
  readonly id: string;
  name: string;
  readonly organization: string;
  /** Membership ids. */
  members: string[];
}

export interface ApiKey {
  readonly value: string;
  /** User uuid. */
  readonly user: string;
  readonly scopes: readonly string[];
  /** Null: every project of the user. */
  readonly projects: readonly number[] | null;
}

export interface Dashboard {
  readonly id: number;
  readonly project: number;
  name: string | null;
  description: string;
  pinned: boolean;
  readonly created: string;
  /** User uuid. */
  readonly author: string;
  lastAccessed: string | null;
  deleted: boolean;
  readonly creationMode: 'default' | 'template' | 'duplicate' | 'unlisted';
  tags: string[];
  restrictionLevel: 21 | 37;
  filters: JsonObject;
  variables: JsonObject;
  breakdownColors: unknown;
  dataColorTheme: unknown;
  quickFilters: unknown;
  tiles: Tile[];
}

export interface Tile {
  readonly id: number;
  /** Null for a text. */
  readonly insight: number | null;
  readonly text: string | null;
  deleted: boolean;
}

export interface Insight {
  readonly id: number;
  readonly project: number;
  name: string;
  deleted: boolean;
}

export interface Collaborator {
  readonly id: string;
  readonly dashboard: number;
  /** User uuid. */
  readonly user: string;
  readonly level: 21 | 37;
  readonly added: string;
  readonly updated: string;
}

export interface Share {
  readonly dashboard: number;
  readonly created: string;
  enabled: boolean;
  token: string;
  settings: JsonObject | null;
  passwordRequired: boolean;
  /** Milliseconds since the epoch; null while it is the current one. Rotation leaves the old link a few minutes. */
  expires: number | null;
}

export interface SharePassword {
  readonly id: number;
  readonly dashboard: number;
  readonly password: string;
  readonly note: string;
  /** User uuid. */
  readonly author: string;
  readonly created: string;
}

export interface Rule {
  readonly project: number;
  readonly resource: string;
  /** Null: the whole project. */
  readonly resourceId: string | null;
  /** Membership id. */
  readonly member: string | null;
  readonly role: string | null;
  level: AccessLevel;
  /** User uuid. */
  readonly author: string;
  readonly created: string;
  updated: string;
}

export interface Invite {
  readonly id: string;
  readonly organization: string;
  readonly email: string;
  readonly firstName: string;
  readonly level: OrganizationLevel;
  readonly message: string | null;
  /** User uuid. */
  readonly author: string;
  readonly created: string;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A moment in milliseconds as PostHog prints it: microseconds and `Z`. */
export function stamp(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}

/** The number of a new object. */
export function nextId(state: PosthogState): number {
  const id = state.nextId;
  state.nextId += 1;
  return id;
}

/** Something that must be there as long as the state is whole. */
export function must<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`The sandbox lost ${what}.`);
  return found;
}

export function userOf(state: PosthogState, uuid: string): User {
  return must(
    state.users.find((one) => one.uuid === uuid),
    `the user ${uuid}`,
  );
}

export function organizationOf(state: PosthogState, project: Project): Organization {
  return must(
    state.organizations.find((one) => one.id === project.organization),
    `the organization ${project.organization}`,
  );
}

/** The current link of a dashboard, on or off; undefined before the first use. */
export function shareOf(state: PosthogState, dashboard: number): Share | undefined {
  return state.shares.find((one) => one.dashboard === dashboard && one.expires === null);
}
