import { synthoDescriptor } from '../../../src/providers/syntho/descriptor.ts';
import { synthoRoom } from '../../../src/sandbox/syntho/index.ts';
import type { SynthoState } from '../../../src/sandbox/syntho/state.ts';
import { named, pairs, world } from './world.ts';
import type { Write } from './world.ts';

/** Who has which access, without the keys of the rows. */
export function keptOfSyntho({ rows }: Pick<SynthoState, 'rows'>): unknown {
  return rows
    .map(({ workspace, user, role, data_access }) => [workspace, user, role, data_access].join(' '))
    .toSorted();
}

/** Workspaces of the one who asks, and everybody else. */
const places = pairs(['1', '2'], ['2', '3', '4', '5']);

/** Transfers are not drawn: only their new owner, or an administrator, hands a workspace back. */
export const synthoWorld = world(synthoRoom, synthoDescriptor, {
  kept: keptOfSyntho,
  writes: [
    named(
      pairs(pairs(places, ['reader', 'editor']), [null, true, false]).map(
        ([[[workspace, who], role], dataAccess]): [string, Write] => [
          `grant ${workspace} ${who} ${role} ${String(dataAccess)}`,
          async ({ workspace: rows }) => rows?.planGrant({ workspace, who, role, dataAccess }),
        ],
      ),
    ),
    named(
      places.map(([workspace, who]): [string, Write] => [
        `revoke ${workspace} ${who}`,
        async ({ workspace: rows }) => rows?.planRevoke({ workspace, who }),
      ]),
    ),
  ],
});
