import { gtmhubDescriptor } from '../../../src/providers/gtmhub/descriptor.ts';
import { gtmhubRoom } from '../../../src/sandbox/gtmhub/index.ts';
import { sampleIds } from '../../../src/sandbox/gtmhub/seed.ts';
import type { GtmhubState } from '../../../src/sandbox/gtmhub/state.ts';
import { named, pairs, world } from './world.ts';
import type { Write } from './world.ts';

const { users, roles, accessInsightboards } = sampleIds;
const holders: readonly (readonly [string, string])[] = [
  ['ben', users.ben],
  ['cy', users.cy],
  ['dora', users.dora],
  ['managers', roles.managers],
  ['members', roles.members],
];
const actions = ['ManageTasks', 'CreateTags', 'AccessKPIs', 'AwardBadges'];

/** Who holds what, without the ids of permissions, and without permissions that nobody holds. */
export function keptOfGtmhub({ permissions }: Pick<GtmhubState, 'permissions'>): unknown {
  return permissions
    .filter((one) => one.principals.length > 0)
    .map(({ action, principals }) => [action, ...principals.toSorted()].join(' '))
    .toSorted();
}

/**
 * Deletions are not drawn with changes of the same permission: made again it has another id. Sets are drawn of actions
 * that one permission holds each; which of several takes a holder back is the server's to say.
 */
export const gtmhubWorld = world(gtmhubRoom, gtmhubDescriptor, {
  kept: keptOfGtmhub,
  writes: [
    named(
      holders.flatMap(([name, id]): [string, Write][] => [
        [
          `add ${name}`,
          async ({ perms }) => perms?.planUpdate(accessInsightboards, { add: [id], remove: [] }),
        ],
        [
          `take ${name}`,
          async ({ perms }) => perms?.planUpdate(accessInsightboards, { add: [], remove: [id] }),
        ],
      ]),
    ),
    named(
      holders.map(([name, id]): [string, Write] => [
        `create for ${name}`,
        async ({ perms }) => perms?.planCreate({ action: 'NewAction', principals: [id], validate: false }),
      ]),
    ),
    named(
      pairs(holders, actions).flatMap(([[name, id], action]): [string, Write][] => [
        [
          `let ${name} ${action}`,
          async ({ perms }) => perms?.planSetPrincipal(id, { add: [action], remove: [], validate: true }),
        ],
        [
          `forbid ${name} ${action}`,
          async ({ perms }) => perms?.planSetPrincipal(id, { add: [], remove: [action], validate: true }),
        ],
      ]),
    ),
    named(
      holders.map(([name, id]): [string, Write] => [
        `clear ${name}`,
        async ({ perms }) => perms?.planSetPrincipal(id, { body: '[]', validate: true }),
      ]),
    ),
  ],
});
