/** What sets the emulated Grafana servers apart, as named facts: the handlers ask for these and never for a version. */

export interface Generation {
  readonly version: '5.0.0-beta1' | '7.5.5' | '12.1.0';
  /** How a body is bound: by its content type with listed faults, or as JSON with one answer for all faults. */
  readonly bodies: 'byContentType' | 'jsonOnly';
  /** Which rules decide about access to dashboards and folders. */
  readonly rights: 'acl' | 'aclBeta' | 'managedPermissions';
  /** Last segment of the grants' path below `/api/dashboards/id/:id`. */
  readonly aclSegment: 'acl' | 'permissions';
  /** A key's user id 0 equals the 0 of role and team rows, so every such row counts for it (5.0 beta). */
  readonly keysMatchEveryRow: boolean;
  /** Every stored name is unique per folder, and an emptied list reopens with the next save (5.0 beta). */
  readonly saving: 'beta' | 'checked';
  /** `/api/folders` exists. */
  readonly folders: boolean;
  /** Folders may stand in folders. */
  readonly nestedFolders: boolean;
  /** Public dashboards, service accounts, `/api/access-control` and uid paths of permissions exist. */
  readonly modern: boolean;
  /** Old API keys at `/api/auth/keys`, dashboards by slug. */
  readonly legacyPaths: boolean;
  /** What anonymous callers get for a path that does not exist. */
  readonly anonymousMissingRoute: 401 | 404;
  /** Anonymous requests are handed a session cookie (5.0 beta). */
  readonly anonymousCookie: boolean;
  readonly sessionCookie: 'grafana_sess' | 'grafana_session';
  /** `Basic api_key:<key>` counts as the key. */
  readonly keyAsPassword: boolean;
  readonly loginFaults: LoginFaults;
  /** Keys expire. */
  readonly keysExpire: boolean;
  /** A negative organization in the header is ignored rather than looked up. */
  readonly negativeOrgIgnored: boolean;
  /** Search reads `page`, `sort` and `permission`, limits to 5000, and shows only what the caller may view. */
  readonly search: 'beta' | 'paged';
  /** `/api/org/users/lookup` and its filters exist. */
  readonly userLookup: boolean;
  /** Snapshots keep the keys that they are created with, and belong to those who made them. */
  readonly ownedSnapshots: boolean;
}

/** What failed credentials are answered with. */
export interface LoginFaults {
  readonly wrongPassword: string;
  readonly unknownUser: string;
  /** For a header that is neither a key nor Basic; absent where such a request counts as anonymous. */
  readonly badHeader?: string;
  readonly badKey: string;
}

export const generation5: Generation = {
  version: '5.0.0-beta1',
  bodies: 'byContentType',
  rights: 'aclBeta',
  aclSegment: 'acl',
  keysMatchEveryRow: true,
  saving: 'beta',
  folders: false,
  nestedFolders: false,
  modern: false,
  legacyPaths: true,
  anonymousMissingRoute: 404,
  anonymousCookie: true,
  sessionCookie: 'grafana_sess',
  keyAsPassword: false,
  loginFaults: {
    wrongPassword: 'Invalid username or password',
    unknownUser: 'Basic auth failed',
    badHeader: 'Invalid Basic Auth Header',
    badKey: 'Invalid API key',
  },
  keysExpire: false,
  negativeOrgIgnored: true,
  search: 'beta',
  userLookup: false,
  ownedSnapshots: false,
};

export const generation7: Generation = {
  version: '7.5.5',
  bodies: 'byContentType',
  rights: 'acl',
  aclSegment: 'permissions',
  keysMatchEveryRow: false,
  saving: 'checked',
  folders: true,
  nestedFolders: false,
  modern: false,
  legacyPaths: true,
  anonymousMissingRoute: 401,
  anonymousCookie: false,
  sessionCookie: 'grafana_session',
  keyAsPassword: true,
  loginFaults: {
    wrongPassword: 'invalid username or password',
    unknownUser: 'invalid username or password',
    badHeader: 'Invalid Basic Auth Header',
    badKey: 'invalid API key',
  },
  keysExpire: true,
  negativeOrgIgnored: false,
  search: 'paged',
  userLookup: true,
  ownedSnapshots: true,
};

export const generationRbac: Generation = {
  version: '12.1.0',
  bodies: 'jsonOnly',
  rights: 'managedPermissions',
  aclSegment: 'permissions',
  keysMatchEveryRow: false,
  saving: 'checked',
  folders: true,
  nestedFolders: true,
  modern: true,
  legacyPaths: false,
  anonymousMissingRoute: 401,
  anonymousCookie: false,
  sessionCookie: 'grafana_session',
  keyAsPassword: true,
  loginFaults: {
    wrongPassword: 'Invalid username or password',
    unknownUser: 'Invalid username or password',
    badKey: 'Invalid API key',
  },
  keysExpire: true,
  negativeOrgIgnored: true,
  search: 'paged',
  userLookup: true,
  ownedSnapshots: true,
};
