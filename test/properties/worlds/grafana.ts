import { parseGrant } from '../../../src/model/grant-text.ts';
import { parsePrincipal } from '../../../src/model/principal-text.ts';
import { grafanaDescriptor } from '../../../src/providers/grafana/descriptor.ts';
import { grafanaRooms } from '../../../src/sandbox/grafana/index.ts';
import type { GrafanaState } from '../../../src/sandbox/grafana/state.ts';
import { dashboard, named, noDraft, noShare, pairs, titles, without, world } from './world.ts';
import type { World, Write } from './world.ts';

const uids = ['payroll-costs', 'conversion-funnel', 'security-events'];
const principals = ['team:support', 'user:wanda', 'user:uma', 'role:Viewer'];
const granted = pairs(principals, ['view', 'edit', 'admin']).map((pair) => pair.join('='));
const lists = [
  [],
  ['role:Viewer=view'],
  ['team:support=admin', 'user:uma=view'],
  ['user:wanda=edit', 'role:Editor=edit', 'team:support=view'],
];

/** Without versions, stars, times, the ids of rows, and rows that a deletion left behind. */
function kept({ dashboards, acl, publicDashboards }: GrafanaState, modern: boolean): unknown {
  const uidOf = (id: number) => dashboards.find((one) => one.id === id)?.uid ?? null;
  return {
    dashboards: dashboards
      .map(({ uid, orgId, title, folderId, isFolder, hasAcl, data }) => ({
        uid,
        orgId,
        title,
        folder: uidOf(folderId),
        isFolder,
        // From 9 on it says nothing.
        hasAcl: modern || hasAcl,
        data: without(data, 'id', 'version'),
      }))
      .toSorted((a, b) => a.uid.localeCompare(b.uid)),
    acl: acl
      .filter(({ dashboardId }) => dashboardId <= 0 || uidOf(dashboardId) !== null)
      .map(({ dashboardId, orgId, userId, teamId, role, permission }) =>
        [uidOf(dashboardId), orgId, userId, teamId, role, permission].join(' '),
      )
      .toSorted(),
    links: publicDashboards
      .toSorted((a, b) => a.dashboardUid.localeCompare(b.dashboardUid))
      .map((one) => without(one, 'createdAt', 'updatedAt', 'createdBy', 'updatedBy', 'uid')),
  };
}

/** Grafana takes a title once per folder. */
let made = 0;
function unique(title: string): string {
  made += 1;
  return `${title} ${made}`;
}

const acl: World['writes'] = [
  named(
    pairs(uids, granted).map(([uid, grant]) => [
      `grant ${uid} ${grant}`,
      async ({ acl: rules }) => rules?.planGrant(dashboard(uid), [parseGrant(grant)]),
    ]),
  ),
  named(
    pairs(uids, principals).map(([uid, who]) => [
      `revoke ${uid} ${who}`,
      async ({ acl: rules }) => rules?.planRevoke(dashboard(uid), [parsePrincipal(who)]),
    ]),
  ),
  named(
    pairs(uids, lists).map(([uid, grants]) => [
      `set ${uid} ${grants.join(' ')}`,
      async ({ acl: rules }) => rules?.planSet(dashboard(uid), grants.map(parseGrant)),
    ]),
  ),
];

const documents: World['writes'] = [
  named(
    pairs(uids, titles).flatMap(([uid, title]): [string, Write][] => [
      [
        `rename ${uid} ${title}`,
        async ({ dashboards }) => dashboards?.planUpdate(uid, { ...noDraft, title: unique(title) }),
      ],
      [
        `describe ${uid} ${title}`,
        async ({ dashboards }) =>
          dashboards?.planUpdate(uid, { ...noDraft, description: title, tags: ['x'] }),
      ],
    ]),
  ),
  named([
    ...titles.map((title): [string, Write] => [
      `create ${title}`,
      async ({ dashboards }) => dashboards?.planCreate({ ...noDraft, title: unique(title) }),
    ]),
    ...uids.map((uid): [string, Write] => [
      `clone ${uid}`,
      async ({ dashboards }) => dashboards?.planClone?.(uid, unique('Copy')),
    ]),
  ]),
  named([
    ...uids.map((uid): [string, Write] => [
      `delete ${uid}`,
      async ({ dashboards }) => dashboards?.planDelete([uid]),
    ]),
    ['delete all', async ({ dashboards }) => dashboards?.planDelete(uids)],
  ]),
];

const links: World['writes'] = [
  named(
    uids.flatMap((uid): [string, Write][] => [
      [`share ${uid}`, async ({ share }) => share?.planCreate(uid, { ...noShare, type: 'open' })],
      [`revoke the link of ${uid}`, async ({ share }) => share?.planRevoke(uid)],
      ...(['active', 'paused'] as const).map((status): [string, Write] => [
        `${status} ${uid}`,
        async ({ share }) => share?.planUpdate(uid, { ...noShare, status }),
      ]),
    ]),
  ),
];

export const grafanaWorlds = grafanaRooms.map((room) =>
  world(room, grafanaDescriptor, {
    kept: (state) => kept(state, room.name === 'grafana'),
    // Public links came with Grafana 10.
    writes: room.name === 'grafana' ? [...acl, ...documents, ...links] : [...acl, ...documents],
  }),
);
