/** `--web`: the page instead of the rows. */
import { flag } from '../cli/options.ts';
import { DashctlError } from '../errors.ts';
import type { Context } from '../cli/context.ts';

export const webOption = { web: flag('Open the page in the browser, or print its address') } as const;

/**
 * Opens a page in the browser; prints its address where there is no browser, or nobody to look at one.
 * @param missing what to say when there is no page.
 * @throws DashctlError `unsupported` without a page, `unsafe-address` for one that is not opened
 */
export async function showPage(context: Context, url: string | null, missing: string): Promise<void> {
  if (url === null) throw new DashctlError('unsupported', missing);
  const { openPage, pageAddress } = await import('../output/browser.ts');
  const address = pageAddress(url);
  const { renderer, env, platform } = context;
  renderer.progress.stop();
  const { stdout, ci } = renderer.terminal;
  if (stdout.isTTY && !ci && (await openPage(address, { env, platform }))) {
    renderer.note(`Opened ${address}`);
  } else {
    await renderer.text(address);
  }
}
