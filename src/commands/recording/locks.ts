/** Runs of dashctl on one machine that change the same thing wait for each other. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { asDashctlError, DashctlError } from '../../errors.ts';
import { locksFolder } from '../../config/paths.ts';
import { privateFolder, withLocks } from '../../files/index.ts';
import { keptAccount } from './account.ts';
import type { Context } from '../../cli/context.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import type { Account } from '../../providers/provider.ts';

/**
 * Runs `act` while holding the locks of everything that the plan changes. What is created has no lock: it is nobody's yet.
 * @throws DashctlError `locked` after `--lock-timeout`, naming who holds it; whatever `act` throws.
 */
export async function lockedFor<T>(
  context: Context,
  account: Account,
  plan: Pick<WritePlan<unknown>, 'title' | 'resources' | 'images'>,
  act: () => Promise<T>,
): Promise<T> {
  const { globals, renderer, command, folders } = context;
  const keys = keysOf(account, plan);
  if (keys.length === 0) return await act();
  const folder = locksFolder(folders.state);
  await privateFolder(folder);
  try {
    return await withLocks(
      keys.map((key) => join(folder, `${key}.lock`)),
      {
        timeout: globals.lockTimeout ?? 30_000,
        purpose: `dashctl ${command.noun} ${command.verb}`,
        onWait: (holder) => {
          renderer.progress.show(`Waiting for ${holder}`);
          if (globals.debug) renderer.debug(`waiting for ${holder}`);
        },
      },
      act,
    );
  } catch (error) {
    const failure = asDashctlError(error);
    if (failure.code !== 'locked') throw failure;
    throw new DashctlError('locked', `${plan.title} was not done. ${failure.message}`, {
      hint: 'Wait for that command to end, or give it more time with --lock-timeout. If it is gone, delete the lock file.',
      details: failure.details,
      cause: failure,
    });
  }
}

/** Names of lock files in an order that is the same for everybody. */
function keysOf(
  account: Account,
  { resources, images }: Pick<WritePlan<unknown>, 'resources' | 'images'>,
): string[] {
  const { provider, address } = keptAccount(account);
  const things =
    images === undefined
      ? resources
      : images.flatMap(({ ref }) => (ref === null ? [] : [`${ref.kind} ${ref.id}`]));
  const keys = things.map((thing) =>
    createHash('sha256').update(`${provider} ${address} ${thing}`).digest('hex').slice(0, 40),
  );
  return [...new Set(keys)].sort();
}
