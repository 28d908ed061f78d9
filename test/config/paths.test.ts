import { describe, expect, it } from 'vitest';
import { userFolders } from '../../src/config/paths.ts';

const home = '/home/ana';

describe('userFolders', () => {
  it('follows the platform', () => {
    expect(userFolders({ env: {}, platform: 'linux', home })).toEqual({
      config: '/home/ana/.config/dashctl',
      state: '/home/ana/.local/state/dashctl',
      cache: '/home/ana/.cache/dashctl',
    });
    expect(userFolders({ env: {}, platform: 'darwin', home: '/Users/ana' })).toEqual({
      config: '/Users/ana/Library/Preferences/dashctl',
      state: '/Users/ana/.local/state/dashctl',
      cache: '/Users/ana/Library/Caches/dashctl',
    });
    const env = { APPDATA: 'C:\\Users\\ana\\AppData\\Roaming', LOCALAPPDATA: 'D:\\Local' };
    expect(userFolders({ env, platform: 'win32', home: 'C:\\Users\\ana' })).toEqual({
      config: 'C:\\Users\\ana\\AppData\\Roaming\\dashctl\\Config',
      state: 'D:\\Local\\dashctl',
      cache: 'D:\\Local\\dashctl\\Cache',
    });
    expect(userFolders({ env: {}, platform: 'win32', home: 'C:\\Users\\ana' }).state).toBe(
      'C:\\Users\\ana\\AppData\\Local\\dashctl',
    );
  });

  it('honours the XDG variables when they are absolute', () => {
    const env = { XDG_CONFIG_HOME: '/cfg', XDG_STATE_HOME: 'relative', XDG_CACHE_HOME: '' };
    expect(userFolders({ env, platform: 'linux', home })).toEqual({
      config: '/cfg/dashctl',
      state: '/home/ana/.local/state/dashctl',
      cache: '/home/ana/.cache/dashctl',
    });
  });

  it('lets its own variables name a folder directly', () => {
    const env = {
      DASHCTL_CONFIG_DIR: '/a',
      DASHCTL_STATE_DIR: '/b',
      XDG_CONFIG_HOME: '/cfg',
      XDG_STATE_HOME: '/st',
    };
    for (const platform of ['linux', 'darwin']) {
      expect(userFolders({ env, platform, home })).toMatchObject({ config: '/a', state: '/b' });
    }
  });
});
