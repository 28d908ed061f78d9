/** Opens a page in the browser of whoever sits at the terminal. */
import { spawn } from 'node:child_process';
import { DashctlError } from '../errors.ts';
import { commandWords } from './command-words.ts';

export interface BrowserWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/** An opener of the system that has not failed by then has opened the page, or asks by itself. Milliseconds. */
const patience = 3000;

/**
 * An address as it may be handed to a browser: https, or http on this machine.
 * @throws DashctlError `unsafe-address` for anything else, whoever sent it
 */
export function pageAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const local = url !== null && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && local))) return url.href;
  throw new DashctlError('unsafe-address', 'The server gave an address that is not opened: it is no https.', {
    hint: 'Look at it with --fields url.',
    details: { address: text },
  });
}

/**
 * Opens an address from {@link pageAddress}: with `BROWSER`, else with what the system opens pages with. No shell sees
 * the address.
 * @returns whether a browser took it
 */
export async function openPage(address: string, world: BrowserWorld): Promise<boolean> {
  const own = world.env['BROWSER'];
  if (own !== undefined && own.trim() !== '') {
    const words = commandWords(own);
    if (words === null) return false;
    const named = words.args.some((word) => word.includes('%s'));
    const args = named ? words.args.map((word) => word.replaceAll('%s', address)) : [...words.args, address];
    // It may be a browser for the terminal, which needs it.
    return await run(words.file, args, { ...world.env, ...words.env }, true);
  }
  const opener = systemOpener(world);
  return opener !== null && (await run(opener.file, [...opener.args, address], world.env, false));
}

function systemOpener({ env, platform }: BrowserWorld): { file: string; args: string[] } | null {
  if (platform === 'darwin') return { file: 'open', args: [] };
  // `start` belongs to the shell of Windows, which would read the address; this is what it calls.
  if (platform === 'win32') return { file: 'rundll32', args: ['url.dll,FileProtocolHandler'] };
  const screen = [env['DISPLAY'], env['WAYLAND_DISPLAY'], env['WSL_DISTRO_NAME']];
  return screen.some((one) => one !== undefined && one !== '') ? { file: 'xdg-open', args: [] } : null;
}

function run(
  file: string,
  args: readonly string[],
  env: BrowserWorld['env'],
  shared: boolean,
): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { env, stdio: shared ? 'inherit' : 'ignore', detached: !shared });
    child.once('error', () => {
      resolve(false);
    });
    child.once('exit', (code) => {
      resolve(code === 0);
    });
    if (shared) return;
    child.unref();
    setTimeout(() => {
      resolve(true);
    }, patience).unref();
  });
}
