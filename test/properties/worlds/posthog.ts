import type { GrantSpec } from '../../../src/model/grant.ts';
import type { PrincipalSpec } from '../../../src/model/principal.ts';
import { posthogDescriptor } from '../../../src/providers/posthog/descriptor.ts';
import { posthogRoom } from '../../../src/sandbox/posthog/index.ts';
import { analystsRole, membershipId } from '../../../src/sandbox/posthog/seed.ts';
import type { PosthogState } from '../../../src/sandbox/posthog/state.ts';
import { dashboard, named, noDraft, noShare, pairs, titles, world } from './world.ts';
import type { Write } from './world.ts';

const ruled = ['1', '2', '9'];
const subjects: readonly (readonly [string, PrincipalSpec])[] = [
  ['bo', { kind: 'user', id: membershipId(2) }],
  ['emil', { kind: 'user', id: membershipId(5) }],
  ['analysts', { kind: 'role', id: analystsRole }],
  ['org', { kind: 'org' }],
];
const levels = ['none', 'view', 'edit', 'admin'] as const;
const fatima: GrantSpec = {
  principal: { kind: 'user', name: 'fatima@example.com' },
  level: { level: 'edit' },
};

/** What the room keeps, trash aside, without times, authors of rules, and the ids of rows that nobody sees. */
export function keptOfPosthog(state: PosthogState): unknown {
  return {
    rules: state.rules
      .map(({ resourceId, member, role, level }) => [resourceId, member, role, level].join(' '))
      .toSorted(),
    collaborators: state.collaborators
      .map(({ dashboard: id, user, level }) => [id, user, level].join(' '))
      .toSorted(),
    shares: state.shares
      .map(({ dashboard: id, enabled, settings, passwordRequired, expires }) => ({
        dashboard: id,
        enabled,
        settings: settings ?? {},
        passwordRequired,
        expires: expires !== null,
      }))
      .filter((one) => one.enabled || one.passwordRequired || Object.keys(one.settings).length > 0),
    passwords: state.passwords.map(({ id }) => id),
    dashboards: state.dashboards
      .filter((one) => !one.deleted)
      .map((one) => ({ ...one, lastAccessed: null, tags: one.tags.toSorted() })),
  };
}

/**
 * Not drawn, since nothing brings them back: rotations, removed passwords, filters and variables where there were none.
 * Not compared: addresses of links, the trash, times, insights.
 */
export const posthogWorld = world(posthogRoom, posthogDescriptor, {
  kept: keptOfPosthog,
  writes: [
    named(
      pairs(pairs(ruled, subjects), levels).map(([[id, [name, principal]], level]) => [
        `grant ${id} ${name}=${level}`,
        async ({ acl }) => acl?.planGrant(dashboard(id), [{ principal, level: { level } }]),
      ]),
    ),
    named(
      pairs(ruled, subjects).map(([id, [name, principal]]) => [
        `revoke ${id} ${name}`,
        async ({ acl }) => acl?.planRevoke(dashboard(id), [principal]),
      ]),
    ),
    named([
      ...ruled.map((id): [string, Write] => [
        `empty ${id}`,
        async ({ acl }) => acl?.planSet(dashboard(id), []),
      ]),
      ...pairs(ruled, subjects).map(([id, [name, principal]]): [string, Write] => [
        `set ${id} ${name}=view`,
        async ({ acl }) => acl?.planSet(dashboard(id), [{ principal, level: { level: 'view' } }]),
      ]),
      ['collaborators of 4', async ({ acl }) => acl?.planSet(dashboard('4'), [fatima])],
      ['grant 4 fatima=edit', async ({ acl }) => acl?.planGrant(dashboard('4'), [fatima])],
    ]),
    named(
      ['1', '2', '5'].flatMap((id): [string, Write][] => [
        [`open ${id}`, async ({ share }) => share?.planCreate(id, { ...noShare, type: 'open' })],
        [
          `open ${id} without settings`,
          async ({ share }) => share?.planCreate(id, { ...noShare, type: 'open', body: '{"settings":null}' }),
        ],
        [`close ${id}`, async ({ share }) => share?.planRevoke(id)],
        [`lock ${id}`, async ({ share }) => share?.planUpdate(id, { ...noShare, passwordRequired: true })],
        [
          `settings of ${id}`,
          async ({ share }) => share?.planUpdate(id, { ...noShare, body: '{"settings":{"legend":true}}' }),
        ],
        [
          `password of ${id}`,
          async ({ share }) => share?.passwords?.planAdd(id, { password: null, note: 'Drawn' }),
        ],
      ]),
    ),
    named(
      pairs(['1', '2', '4'], titles).flatMap(([id, title]): [string, Write][] => [
        [
          `rename ${id} ${title}`,
          async ({ dashboards }) => dashboards?.planUpdate(id, { ...noDraft, title, tags: ['z', 'drawn'] }),
        ],
        [
          `describe ${id} ${title}`,
          async ({ dashboards }) => dashboards?.planUpdate(id, { ...noDraft, description: title }),
        ],
      ]),
    ),
    named([
      [
        'restrict 1',
        async ({ dashboards }) => dashboards?.planUpdate('1', { ...noDraft, restriction: 'invited' }),
      ],
      [
        'open up 4',
        async ({ dashboards }) => dashboards?.planUpdate('4', { ...noDraft, restriction: 'everyone' }),
      ],
      ['pin 2', async ({ dashboards }) => dashboards?.planUpdate('2', { ...noDraft, pinned: true })],
    ]),
    named([
      ...titles.map((title): [string, Write] => [
        `create ${title}`,
        async ({ dashboards }) => dashboards?.planCreate({ ...noDraft, title }),
      ]),
      ['clone 1', async ({ dashboards }) => dashboards?.planClone?.('1', 'Copy')],
    ]),
    named([
      ['delete 1', async ({ dashboards }) => dashboards?.planDelete(['1'])],
      ['delete 2 and 4', async ({ dashboards }) => dashboards?.planDelete(['2', '4'])],
      ['restore 1 and 14', async ({ dashboards }) => dashboards?.planRestore?.(['1', '14'])],
    ]),
  ],
});
