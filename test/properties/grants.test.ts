/** What granting, revoking and replacing mean, whatever the server, the entry and the list before. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import { parseGrant } from '../../src/model/grant-text.ts';
import { parsePrincipal } from '../../src/model/principal-text.ts';
import type { WritePlan } from '../../src/model/write-plan.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { membershipId } from '../../src/sandbox/posthog/seed.ts';
import { sampleIds } from '../../src/sandbox/gtmhub/seed.ts';
import { carryOut } from '../support/provider-at.ts';
import { tried } from '../support/laws.ts';
import { datadogWorld } from './worlds/datadog.ts';
import { grafanaWorlds } from './worlds/grafana.ts';
import { gtmhubWorld } from './worlds/gtmhub.ts';
import { posthogWorld } from './worlds/posthog.ts';
import { synthoWorld } from './worlds/syntho.ts';
import { dashboard } from './worlds/world.ts';
import type { World } from './worlds/world.ts';

/** Entries of one list, as text: what everybody there has. */
interface Entries {
  readonly own: readonly string[];
  readonly inherited: readonly string[];
}

/** Who has access to a thing, and how that is changed. */
interface Access {
  readonly world: World | undefined;
  readonly places: readonly string[];
  readonly principals: readonly string[];
  readonly levels: readonly string[];
  list(provider: Provider, place: string): Promise<Entries>;
  grant(provider: Provider, place: string, who: string, level: string): Promise<WritePlan<unknown>>;
  revoke(provider: Provider, place: string, who: string): Promise<WritePlan<unknown>>;
  set?(provider: Provider, place: string, entries: readonly string[]): Promise<WritePlan<unknown>>;
  readonly runs: number;
}

function aclOf({ acl }: Provider) {
  if (acl === undefined) throw new Error('No access control.');
  return acl;
}

const acl: Pick<Access, 'list' | 'grant' | 'revoke' | 'set'> = {
  async list(provider, place) {
    const { items } = await aclOf(provider).list(dashboard(place));
    const texts = (inherited: boolean) =>
      items
        .filter((one) => one.inherited === inherited)
        .map(({ principal: { kind, id, name }, nativeLevel }) => [kind, id, name, nativeLevel].join(' '))
        .toSorted();
    return { own: texts(false), inherited: texts(true) };
  },
  grant: (provider, place, who, level) =>
    aclOf(provider).planGrant(dashboard(place), [parseGrant(`${who}=${level}`)]),
  revoke: (provider, place, who) => aclOf(provider).planRevoke(dashboard(place), [parsePrincipal(who)]),
  set: (provider, place, entries) => aclOf(provider).planSet(dashboard(place), entries.map(parseGrant)),
};

const { users, roles, accessInsightboards, manageUsers } = sampleIds;

const systems: readonly Access[] = [
  {
    ...acl,
    world: datadogWorld,
    places: ['x9c-4pe-7vr', 'r2j-7ua-4xe', 'c4t-9kx-2mq'],
    principals: ['team:sre', 'user:ben@example.com', 'org'],
    levels: ['view', 'edit'],
    runs: 200,
  },
  ...grafanaWorlds.map((world, index): Access => ({
    ...acl,
    world,
    places: ['payroll-costs', 'conversion-funnel', 'security-events'],
    principals: ['team:support', 'user:wanda', 'user:uma', 'role:Viewer', 'role:Editor'],
    levels: ['view', 'edit', 'admin'],
    runs: [120, 40, 40][index] ?? 0,
  })),
  {
    ...acl,
    world: posthogWorld,
    places: ['1', '2', '9'],
    principals: [`user#${membershipId(2)}`, `user#${membershipId(5)}`, 'role:Analysts', 'org'],
    levels: ['none', 'view', 'edit', 'admin'],
    runs: 200,
  },
  {
    world: gtmhubWorld,
    places: [accessInsightboards, manageUsers],
    principals: [users.ben, users.cy, users.dora, roles.managers, roles.members],
    levels: ['held'],
    async list({ perms }, place) {
      return { own: (await perms?.get(place))?.value.principals.toSorted() ?? [], inherited: [] };
    },
    grant: ({ perms }, place, who) => planned(perms?.planUpdate(place, { add: [who], remove: [] })),
    revoke: ({ perms }, place, who) => planned(perms?.planUpdate(place, { add: [], remove: [who] })),
    runs: 200,
  },
  {
    world: synthoWorld,
    places: ['1', '2'],
    principals: ['2', '3', '4', '5'],
    levels: ['reader', 'editor'],
    async list({ workspace: rows }, place) {
      const own: string[] = [];
      for await (const page of rows?.list({ workspace: place, user: null }) ?? [])
        own.push(...page.items.map(({ user, role }) => `${user} ${String(role)}`));
      return { own: own.toSorted(), inherited: [] };
    },
    grant: ({ workspace: rows }, workspace, who, role) =>
      planned(rows?.planGrant({ workspace, who, role, dataAccess: null })),
    revoke: ({ workspace: rows }, workspace, who) => planned(rows?.planRevoke({ workspace, who })),
    runs: 200,
  },
];

function planned<T>(plan: Promise<WritePlan<T>> | undefined): Promise<WritePlan<T>> {
  return plan ?? Promise.reject(new Error('No such capability.'));
}

/** What the provider would not do is no write. */
async function orRefused<T>(plan: Promise<WritePlan<T>>): Promise<WritePlan<T> | null> {
  try {
    return await plan;
  } catch (error) {
    if (error instanceof DashctlError && ['refused', 'unsupported'].includes(error.code)) return null;
    throw error;
  }
}

/** How many entries of the first are not among the second. */
function missing(some: readonly string[], others: readonly string[]): number {
  return some.filter((entry) => !others.includes(entry)).length;
}

describe.each(systems.map((system) => ({ ...system, name: system.world?.name })))('of $name', (system) => {
  it('grants, revocations and lists keep their laws', { timeout: 600_000 }, async () => {
    const { places, principals, levels, runs, world } = system;
    if (world === undefined) throw new Error('No such room.');
    const who = fc.constantFrom(...principals);
    const level = fc.constantFrom(...levels);
    const list = fc.uniqueArray(fc.tuple(who, level), { maxLength: 3, selector: ([one]) => one });
    const server = await world.open();
    const seen = { grants: 0, news: 0, lists: 0 };
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...places),
          fc.option(list, { nil: null }),
          who,
          level,
          async (place, start, one, its) => {
            server.reset();
            const provider = await server.connect();
            if (start !== null && system.set !== undefined) {
              const entries = start.map((pair) => pair.join('='));
              const plan = await orRefused(system.set(provider, place, entries));
              if (plan !== null) {
                await carryOut(provider, plan);
                expect((await system.list(provider, place)).own).toHaveLength(entries.length);
                expect((await system.set(provider, place, entries)).steps).toEqual([]);
                seen.lists += 1;
              }
            }
            const before = await system.list(provider, place);
            const isNew = (await orRefused(system.revoke(provider, place, one)))?.steps.length === 0;
            const grant = await orRefused(system.grant(provider, place, one, its));
            if (grant === null) return;
            await carryOut(provider, grant);
            seen.grants += 1;
            const after = await system.list(provider, place);
            if (grant.steps.length === 0) {
              expect(after).toEqual(before);
              return;
            }
            // One entry more, or one other level. What was inherited stays, but where the new entry takes its place.
            expect(after.own.length - before.own.length).toBe(isNew ? 1 : 0);
            expect(missing(before.own, after.own)).toBe(isNew ? 0 : 1);
            expect(missing(after.inherited, before.inherited)).toBe(0);
            expect(missing(before.inherited, after.inherited)).toBeLessThanOrEqual(isNew ? 1 : 0);
            expect((await system.grant(provider, place, one, its)).steps).toEqual([]);
            if (!isNew) return;
            seen.news += 1;
            await carryOut(provider, await system.revoke(provider, place, one));
            expect(await system.list(provider, place)).toEqual(before);
            expect((await system.revoke(provider, place, one)).steps).toEqual([]);
          },
        ),
        tried(runs),
      );
    } finally {
      await server.close();
    }
    expect(seen.grants).toBeGreaterThan(runs / 4);
    expect(seen.news).toBeGreaterThan(runs / 20);
  });
});
