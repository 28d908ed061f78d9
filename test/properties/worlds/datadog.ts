import { parseGrant } from '../../../src/model/grant-text.ts';
import { parsePrincipal } from '../../../src/model/principal-text.ts';
import { datadogDescriptor } from '../../../src/providers/datadog/descriptor.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { datadogRoom } from '../../../src/sandbox/datadog/index.ts';
import type { DatadogState } from '../../../src/sandbox/datadog/state.ts';
import { dashboard, named, noDraft, noShare, pairs, titles, without, world } from './world.ts';
import type { Write } from './world.ts';

const ids = ['x9c-4pe-7vr', 'r2j-7ua-4xe', 'c4t-9kx-2mq'];
const principals = ['team:sre', 'user:ben@example.com', 'org'];
const granted = pairs(principals, ['view', 'edit']).map((pair) => pair.join('='));
const lists = [
  [],
  ['org=view'],
  ['team:sre=edit', 'user:ben@example.com=view'],
  ['org=edit', 'team:sre=view'],
];

async function openLink({ share }: Provider, id: string): Promise<string | null> {
  return (await share?.list(id))?.items.find(({ type }) => type === 'open')?.token ?? null;
}

/** Of the trash and of times nothing comes back. */
function kept({ dashboards, shares, policies, lists: folders }: DatadogState): unknown {
  const live = dashboards.filter(({ deleted }) => deleted === null);
  const ofLive = (id: string) => live.some((one) => one.id === id);
  return {
    dashboards: live
      .map(({ id, body, author }) => ({ id, body, author }))
      .toSorted((a, b) => a.id.localeCompare(b.id)),
    shares: shares
      .filter((one) => ofLive(one.dashboard))
      .toSorted((a, b) => a.token.localeCompare(b.token))
      .map((one) => without(one, 'created', 'lastAccessed')),
    policies: Object.entries(policies)
      .filter(([resource, bindings]) => bindings.length > 0 && ofLive(resource.replace('dashboard:', '')))
      .map(([resource, bindings]) => ({
        resource,
        bindings: bindings
          .flatMap(({ relation, principals: who }) => who.map((one) => `${relation} ${one}`))
          .toSorted(),
      }))
      .toSorted((a, b) => a.resource.localeCompare(b.resource)),
    lists: folders.map(({ id, name, items }) => ({ id, name, items })),
  };
}

export const datadogWorld = world(datadogRoom, datadogDescriptor, {
  kept,
  writes: [
    named(
      pairs(ids, granted).map(([id, grant]) => [
        `grant ${id} ${grant}`,
        async ({ acl }) => acl?.planGrant(dashboard(id), [parseGrant(grant)]),
      ]),
    ),
    named(
      pairs(ids, principals).map(([id, who]) => [
        `revoke ${id} ${who}`,
        async ({ acl }) => acl?.planRevoke(dashboard(id), [parsePrincipal(who)]),
      ]),
    ),
    named(
      pairs(ids, lists).map(([id, grants]) => [
        `set ${id} ${grants.join(' ')}`,
        async ({ acl }) => acl?.planSet(dashboard(id), grants.map(parseGrant)),
      ]),
    ),
    named(
      pairs(ids, titles).flatMap(([id, title]): [string, Write][] => [
        [
          `rename ${id} ${title}`,
          async ({ dashboards }) => dashboards?.planUpdate(id, { ...noDraft, title }),
        ],
        [
          `describe ${id} ${title}`,
          async ({ dashboards }) => dashboards?.planUpdate(id, { ...noDraft, description: title }),
        ],
      ]),
    ),
    named([
      ...titles.map((title): [string, Write] => [
        `create ${title}`,
        async ({ dashboards }) => dashboards?.planCreate({ ...noDraft, title }),
      ]),
      ...ids.map((id): [string, Write] => [
        `clone ${id}`,
        async ({ dashboards }) => dashboards?.planClone?.(id, 'Copy'),
      ]),
    ]),
    named([
      ...ids.map((id): [string, Write] => [
        `delete ${id}`,
        async ({ dashboards }) => dashboards?.planDelete([id]),
      ]),
      ['delete all', async ({ dashboards }) => dashboards?.planDelete(ids)],
    ]),
    named(
      ids.flatMap((id): [string, Write][] => [
        [`share ${id}`, async ({ share }) => share?.planCreate(id, { ...noShare, type: 'open' })],
        ...(['active', 'paused'] as const).map((status): [string, Write] => [
          `${status} ${id}`,
          async (provider) => {
            const token = await openLink(provider, id);
            return token === null ? null : provider.share?.planUpdate(token, { ...noShare, status });
          },
        ]),
      ]),
    ),
  ],
});
