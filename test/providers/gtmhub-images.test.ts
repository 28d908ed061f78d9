/** Gtmhub's images: who holds an action, and the actions of a user or role. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gtmhubDescriptor } from '../../src/providers/gtmhub/descriptor.ts';
import type { PermissionCapability, Provider } from '../../src/providers/provider.ts';
import { sampleIds, seedGtmhub } from '../../src/sandbox/gtmhub/seed.ts';
import { openStore } from '../../src/sandbox/store.ts';
import { change, imagesOf } from '../support/images.ts';
import { carryOut, providerAt } from '../support/provider-at.ts';
import { keptOfGtmhub } from '../properties/worlds/gtmhub.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import { thereAndBack, undo } from '../support/there-and-back.ts';

let sandbox: TestSandbox;
let provider: Provider;
let perms: PermissionCapability;
const { roles, users, accessInsightboards } = sampleIds;

beforeEach(async () => {
  sandbox = await testSandbox({ only: ['gtmhub'] });
  provider = (await providerAt(gtmhubDescriptor, sandbox.room('gtmhub').env)).provider;
  perms = permsOf(provider);
});
afterEach(async () => {
  await provider.close();
  await sandbox.close();
});

function permsOf({ perms: found }: Provider): PermissionCapability {
  if (found === undefined) throw new Error('No permissions.');
  return found;
}

async function manner(value: unknown): Promise<void> {
  const { baseUrl } = sandbox.room('gtmhub');
  const answer = await fetch(`${baseUrl}/_manner`, { method: 'PUT', body: JSON.stringify(value) });
  expect(answer.status).toBe(200);
}

async function kept(): Promise<unknown> {
  const store = await openStore(sandbox.folder, 'gtmhub', seedGtmhub);
  return store.read(keptOfGtmhub);
}

const permission = (id: string) => ({ kind: 'permission', id }) as const;
const actionsOf = (id: string) => ({ kind: 'principal-actions', id }) as const;

describe('permissions', () => {
  it('come back after a change and a deletion, and go after a creation', async () => {
    const before = await kept();
    const update = await perms.planUpdate(accessInsightboards, { add: [users.dora], remove: [users.cy] });
    expect(update.undo).toEqual({ kind: 'exact', why: null });
    await thereAndBack(provider, update);
    const create = await perms.planCreate({
      action: 'AwardBadges',
      principals: [users.dora],
      validate: true,
    });
    expect(create.undo.kind).toBe('exact');
    const made = await change(provider, create);
    expect(made.outcome.created).toEqual(made.changed.map(({ ref }) => ref));
    await undo(provider, made);
    expect(await kept()).toEqual(before);

    const remove = await perms.planDelete(accessInsightboards);
    expect(remove.undo).toEqual({ kind: 'lossy', why: 'Created again it has another id.' });
    const images = await imagesOf(provider);
    const image = await images.read(permission(accessInsightboards));
    await carryOut(provider, remove);
    expect(await images.read(permission(accessInsightboards))).toEqual({ state: null });
    const { created = [] } = await carryOut(
      provider,
      await images.planRestore(permission(accessInsightboards), image),
    );
    expect(created).toHaveLength(1);
    for (const ref of created) expect(await images.read(ref)).toEqual(image);
    expect(await kept()).toEqual(before);
  });

  it.each([404, 400, 403, 500])(
    'that are gone are known as such when that is answered with %d',
    async (unknownId) => {
      await manner({ unknownId });
      const images = await imagesOf(provider);
      expect(await images.read(permission('0'.repeat(24)))).toEqual({ state: null });
      const plan = await images.planRestore(permission('0'.repeat(24)), { state: null });
      expect(plan.steps).toEqual([]);
    },
  );

  it('are not taken as gone when the server answers nothing else either', async () => {
    const reader = await providerAt(gtmhubDescriptor, sandbox.room('gtmhub').env, {
      secrets: { token: 'wrong' },
    });
    const images = await imagesOf(reader.provider);
    await expect(images.read(permission(accessInsightboards))).rejects.toMatchObject({
      code: 'not-authenticated',
    });
    await reader.provider.close();
  });

  it('lose what else a document brought, and say so', async () => {
    const body = JSON.stringify({
      action: 'AccessInsightboards',
      principals: (await perms.get(accessInsightboards)).value.principals,
      label: 'From a file',
    });
    expect((await perms.planUpdate(accessInsightboards, { body })).undo).toMatchObject({ kind: 'lossy' });
  });

  it('cannot be looked for', async () => {
    const images = await imagesOf(provider);
    await expect(
      images.find('permission', { action: 'X', principals: [] }, new Date()),
    ).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});

describe('actions of a user or role', () => {
  const set = { add: ['ManageTasks'], remove: ['CreateTags'], validate: true };

  it.each(['array', 'items'])('come back in the form %s', async (actionSets) => {
    await manner({ actionSets });
    const before = await kept();
    const plan = await perms.planSetPrincipal(roles.members, set);
    expect(plan.undo.kind).toBe('exact');
    await thereAndBack(provider, plan);
    expect(await kept()).toEqual(before);
  });

  it('come back as objects, as they were told', async () => {
    await manner({ actionSets: 'objects' });
    const before = await kept();
    const body = '{"permissions":[{"action":"AccessGoals"}]}';
    await thereAndBack(provider, await perms.planSetPrincipal(roles.members, { body, validate: true }));
    expect(await kept()).toEqual(before);
    const images = await imagesOf(provider);
    await expect(
      images.planRestore(actionsOf(roles.members), { state: { actions: ['AccessKPIs'] } }),
    ).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('of unknown form are kept as they came, and not written', async () => {
    await manner({ actionSets: 'unknown' });
    const images = await imagesOf(provider);
    const image = await images.read(actionsOf(roles.members));
    expect(image.state).toMatchObject({ document: { mask: 3 } });
    expect((await images.planRestore(actionsOf(roles.members), image)).steps).toEqual([]);
    const body = '{"granted":{"AccessGoals":{"Subtype":2}}}';
    const plan = await perms.planSetPrincipal(roles.members, { body, validate: true });
    expect(plan.undo).toEqual({ kind: 'impossible', why: 'The form of the set is not known.' });
    for (const step of plan.steps) await provider.send(step);
    await expect(images.planRestore(actionsOf(roles.members), image)).rejects.toMatchObject({
      code: 'unsupported',
      hint: expect.stringContaining('--file') as unknown,
    });
  });
});
