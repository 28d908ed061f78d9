/** What a Grafana room remembers: the tables of a Grafana database that its API shows. Times are milliseconds. */

export type OrgRole = 'None' | 'Viewer' | 'Editor' | 'Admin';

export interface Org {
  id: number;
  name: string;
}

/** A person, or a service account (`orgId` is then its only organization). */
export interface User {
  id: number;
  uid: string;
  login: string;
  email: string;
  name: string;
  password: string;
  /** The organization that a request without a header goes to. */
  orgId: number;
  isServerAdmin: boolean;
  isServiceAccount: boolean;
  isDisabled: boolean;
  created: number;
  updated: number;
  lastSeen: number;
}

export interface Member {
  orgId: number;
  userId: number;
  role: OrgRole;
}

export interface Team {
  id: number;
  uid: string;
  orgId: number;
  name: string;
  email: string;
  created: number;
  updated: number;
}

export interface TeamMember {
  orgId: number;
  teamId: number;
  userId: number;
  permission: number;
}

/** A dashboard or, with `isFolder`, a folder: one table, one id space. */
export interface Dashboard {
  id: number;
  uid: string;
  orgId: number;
  slug: string;
  title: string;
  /** 0 means General. */
  folderId: number;
  isFolder: boolean;
  /** False while the default rows count. */
  hasAcl: boolean;
  version: number;
  created: number;
  updated: number;
  /** 0 for an API key. */
  createdBy: number;
  updatedBy: number;
  data: Record<string, unknown>;
}

export interface DashboardVersion {
  id: number;
  dashboardId: number;
  parentVersion: number;
  restoredFrom: number;
  version: number;
  created: number;
  createdBy: number;
  message: string;
  data: Record<string, unknown>;
}

/** One grant. `role` is absent when the row names a user or a team. */
export interface AclRow {
  id: number;
  orgId: number;
  dashboardId: number;
  userId: number;
  teamId: number;
  role?: string;
  permission: number;
  created: number;
  updated: number;
}

export interface Invite {
  id: number;
  orgId: number;
  email: string;
  name: string;
  role: OrgRole;
  code: string;
  invitedBy: number;
  emailSent: boolean;
  status: 'InvitePending' | 'Revoked' | 'Completed';
  created: number;
}

export interface Snapshot {
  id: number;
  name: string;
  key: string;
  deleteKey: string;
  orgId: number;
  userId: number;
  external: boolean;
  externalUrl: string;
  expires: number;
  created: number;
  updated: number;
  dashboard: unknown;
}

/** An API key of the old kind, or a token of the service account `serviceAccountId`. */
export interface ApiKey {
  id: number;
  orgId: number;
  name: string;
  role: OrgRole;
  secret: string;
  created: number;
  /** `null` means never. */
  expires: number | null;
  serviceAccountId: number | null;
}

export interface Star {
  userId: number;
  dashboardId: number;
}

export interface PublicDashboard {
  uid: string;
  accessToken: string;
  orgId: number;
  dashboardUid: string;
  isEnabled: boolean;
  timeSelectionEnabled: boolean;
  annotationsEnabled: boolean;
  share: string;
  createdBy: number;
  updatedBy: number;
  createdAt: number;
  updatedAt: number;
}

export interface GrafanaState {
  /** The last id given in each table: ids are never given twice. */
  lastId: Record<string, number>;
  orgs: Org[];
  users: User[];
  members: Member[];
  teams: Team[];
  teamMembers: TeamMember[];
  dashboards: Dashboard[];
  versions: DashboardVersion[];
  acl: AclRow[];
  invites: Invite[];
  snapshots: Snapshot[];
  keys: ApiKey[];
  stars: Star[];
  publicDashboards: PublicDashboard[];
  /** Wrong passwords of the last minutes. */
  loginAttempts: { login: string; at: number }[];
  sessions: { token: string; userId: number }[];
}

export type Table = 'org' | 'user' | 'team' | 'dashboard' | 'version' | 'acl' | 'invite' | 'snapshot' | 'key';

/** The next id of a table. */
export function nextId(state: GrafanaState, table: Table): number {
  const id = (state.lastId[table] ?? 0) + 1;
  state.lastId[table] = id;
  return id;
}

/** Keeps the elements that do not match, in place. */
export function removeWhere<T>(list: T[], matches: (item: T) => boolean): T[] {
  const removed = list.filter(matches);
  if (removed.length > 0) list.splice(0, list.length, ...list.filter((item) => !matches(item)));
  return removed;
}

/** A state with nothing in it but the id counters. */
export function emptyState(): GrafanaState {
  return {
    // Rows 1 and 2 of the grant table are the instance's defaults.
    lastId: { acl: 2 },
    orgs: [],
    users: [],
    members: [],
    teams: [],
    teamMembers: [],
    dashboards: [],
    versions: [],
    acl: [],
    invites: [],
    snapshots: [],
    keys: [],
    stars: [],
    publicDashboards: [],
    loginAttempts: [],
    sessions: [],
  };
}
