/** Names of actions: checked against the catalogue, and told apart by what losing them means. */
import { DashctlError } from '../../errors.ts';
import { nearest } from '../../model/nearest.ts';
import type { Guard } from '../../model/write-plan.ts';
import { readActionSet } from './action-set.ts';
import type { GtmhubApi } from './api.ts';
import { jsonOf } from './map.ts';

/**
 * Checks names against the server's own catalogue; no list is built in, since the vendor adds actions.
 * @throws DashctlError `invalid-input` with the nearest name
 */
export async function checkActions(api: GtmhubApi, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const known = (await api.actions()).items.map((one) => one.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const close = nearest(unknown, known);
  const remedy = 'dashctl perms actions lists all; --no-validate sends the name as it is.';
  throw new DashctlError('invalid-input', `Gtmhub has no action ${JSON.stringify(unknown)}.`, {
    hint: close === null ? remedy : `Did you mean ${close}? ${remedy}`,
    details: { unknown },
  });
}

/** Without these nobody can give rights back, or make the token that it takes (api/gtmhub.md §6). */
const keysToTheHouse = ['ManageUsers', 'ManageConfiguration', 'ManageApiTokens'];

/**
 * The guard for taking one of those actions from somebody. The API does not tell which user or role the token acts as:
 * only a caller who does not have the action itself is known to lose nothing.
 */
export async function lockoutGuards(api: GtmhubApi, lost: readonly string[]): Promise<readonly Guard[]> {
  const dangerous = lost.filter((name) => keysToTheHouse.includes(name));
  if (dangerous.length === 0) return [];
  const mine = await ownActions(api);
  const atStake = mine === null ? dangerous : dangerous.filter((name) => mine.includes(name));
  if (atStake.length === 0) return [];
  return [
    {
      flag: '--allow-self-lockout',
      message: `This takes away ${atStake.join(', ')}, perhaps from you or your role: the API does not tell whose the token is.`,
    },
  ];
}

/** The caller's own actions; null when the server does not tell them in a known form. */
async function ownActions(api: GtmhubApi): Promise<readonly string[] | null> {
  try {
    return readActionSet(jsonOf(await api.effective()))?.names ?? null;
  } catch (error) {
    if (error instanceof DashctlError && error.code !== 'not-authenticated') return null;
    throw error;
  }
}
