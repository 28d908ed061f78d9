/** Where dashctl keeps its files on each platform; the one place for these differences. */
import { posix, win32 } from 'node:path';

export interface FolderFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As `process.platform` says. */
  readonly platform: string;
  /** The user's home folder, absolute. */
  readonly home: string;
}

export interface UserFolders {
  /** Profiles and credentials. */
  readonly config: string;
  /** What must survive but is no setting: the sandbox, journals. */
  readonly state: string;
  /** What may be deleted at any time. */
  readonly cache: string;
}

/**
 * The folders of this user. `DASHCTL_CONFIG_DIR`, `DASHCTL_STATE_DIR` and `DASHCTL_CACHE_DIR` name a folder directly;
 * the XDG variables count on every system but Windows. Empty variables and relative XDG paths do not count (XDG Base
 * Directory Specification).
 */
export function userFolders({ env, platform, home }: FolderFacts): UserFolders {
  const path = platform === 'win32' ? win32 : posix;
  const join = (...parts: readonly string[]) => path.join(...parts);
  const own = (name: string) => (isSet(env[name]) ? path.resolve(env[name]) : null);
  const base = (name: string) => (isSet(env[name]) && path.isAbsolute(env[name]) ? env[name] : null);

  const usual = (): UserFolders => {
    if (platform === 'win32') {
      const roaming = base('APPDATA') ?? join(home, 'AppData', 'Roaming');
      const local = base('LOCALAPPDATA') ?? join(home, 'AppData', 'Local');
      return {
        config: join(roaming, 'dashctl', 'Config'),
        state: join(local, 'dashctl'),
        cache: join(local, 'dashctl', 'Cache'),
      };
    }
    const mac = platform === 'darwin';
    const xdg = (name: string, macFallback: string, fallback: string) =>
      join(base(name) ?? join(home, mac ? macFallback : fallback), 'dashctl');
    return {
      config: xdg('XDG_CONFIG_HOME', 'Library/Preferences', '.config'),
      state: xdg('XDG_STATE_HOME', '.local/state', '.local/state'),
      cache: xdg('XDG_CACHE_HOME', 'Library/Caches', '.cache'),
    };
  };

  const folders = usual();
  return {
    config: own('DASHCTL_CONFIG_DIR') ?? folders.config,
    state: own('DASHCTL_STATE_DIR') ?? folders.state,
    cache: own('DASHCTL_CACHE_DIR') ?? folders.cache,
  };
}

/** Where the journal of writes is kept. @param state the state folder of the user */
export function journalFolder(state: string): string {
  return `${state}/journal`;
}

/** Where the locks of things that are being changed are kept. @param state the state folder of the user */
export function locksFolder(state: string): string {
  return `${state}/locks`;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
