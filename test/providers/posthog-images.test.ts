/** PostHog's images: what a write changed comes back, on the server too. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DashboardDraft } from '../../src/model/dashboard.ts';
import type { ShareDraft } from '../../src/model/share.ts';
import type { WritePlan } from '../../src/model/write-plan.ts';
import type {
  AclCapability,
  DashboardCapability,
  ImageCapability,
  Provider,
  ShareCapability,
  SharePasswordCapability,
} from '../../src/providers/provider.ts';
import { analystsRole, membershipId } from '../../src/sandbox/posthog/seed.ts';
import { change, imagesOf } from '../support/images.ts';
import { connectRoom, posthogStore } from '../support/posthog.ts';
import type { ConnectOptions } from '../support/posthog.ts';
import { carryOut } from '../support/provider-at.ts';
import { thereAndBack, undo } from '../support/there-and-back.ts';
import { keptOfPosthog } from '../properties/worlds/posthog.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

const nothing: ShareDraft = {
  type: null,
  status: null,
  title: null,
  expiresAt: null,
  liveSpan: null,
  invite: null,
  domains: null,
  body: null,
};

const blank: DashboardDraft = {
  body: null,
  title: null,
  description: null,
  tags: null,
  folder: null,
  layout: null,
};

interface Connected extends Provider {
  readonly dashboards: DashboardCapability;
  readonly share: ShareCapability & { readonly passwords: SharePasswordCapability };
  readonly acl: AclCapability;
}

let sandbox: TestSandbox;
let provider: Connected;
let images: ImageCapability;

beforeEach(async () => {
  sandbox = await testSandbox({ only: ['posthog'] });
  provider = connect();
  images = await imagesOf(provider);
});
afterEach(() => sandbox.close());

function connect(options: ConnectOptions = {}): Connected {
  const made = connectRoom(sandbox, options);
  const { dashboards, share, acl } = made;
  const passwords = share?.passwords;
  if (dashboards === undefined || share === undefined || acl === undefined || passwords === undefined)
    throw new Error('A capability is missing.');
  return { ...made, dashboards, share: { ...share, passwords }, acl };
}

async function kept(): Promise<unknown> {
  const store = await posthogStore(sandbox);
  return store.read(keptOfPosthog);
}

async function exactly(plan: Promise<WritePlan<unknown>>): Promise<void> {
  const before = await kept();
  const planned = await plan;
  expect(planned.undo).toEqual({ kind: 'exact', why: null });
  await thereAndBack(provider, planned);
  expect(await kept()).toEqual(before);
}

const bo = { kind: 'user', id: membershipId(2) } as const;
const emil = { kind: 'user', id: membershipId(5) } as const;
const dashboard = (id: string) => ({ kind: 'dashboard', id }) as const;
const view = { level: 'view' } as const;
const none = { level: 'none' } as const;

describe('access rules', () => {
  const analysts = { kind: 'role', id: analystsRole } as const;

  it('come back after a grant, a revocation and a replacement', async () => {
    await exactly(provider.acl.planGrant(dashboard('2'), [{ principal: bo, level: view }]));
    await exactly(provider.acl.planGrant(dashboard('1'), [{ principal: analysts, level: none }]));
    await exactly(provider.acl.planRevoke(dashboard('2'), [analysts, { kind: 'org' }]));
    await exactly(provider.acl.planSet(dashboard('2'), [{ principal: { kind: 'org' }, level: none }]));
    await exactly(provider.acl.planSet(dashboard('9'), []));
  });

  it('name the dashboard with its project, and hold levels by subject', async () => {
    const plan = await provider.acl.planGrant(dashboard('9'), [{ principal: emil, level: view }]);
    expect(plan.images).toMatchObject([
      {
        ref: { kind: 'acl', id: '1-9' },
        kind: 'acl',
        before: {
          state: {
            ruledBy: 'access-controls',
            rules: { [`member:${membershipId(6)}`]: 'editor', org: 'none' },
          },
        },
        expected: {
          ruledBy: 'access-controls',
          rules: {
            [`member:${membershipId(5)}`]: 'viewer',
            [`member:${membershipId(6)}`]: 'editor',
            org: 'none',
          },
        },
        between: [],
      },
    ]);
  });

  it('name the states between the requests for several subjects', async () => {
    const own = { [`member:${membershipId(6)}`]: 'editor', org: 'none' };
    const plan = await provider.acl.planGrant(dashboard('9'), [
      { principal: emil, level: view },
      { principal: { kind: 'org' }, level: view },
    ]);
    expect(plan.steps).toHaveLength(2);
    const [image] = plan.images ?? [];
    const first = image?.between?.map((state) => (state as { rules: unknown }).rules);
    const changed = [
      { ...own, [`member:${membershipId(5)}`]: 'viewer' },
      { ...own, org: 'viewer' },
    ];
    expect(first).toHaveLength(1);
    expect(changed).toContainEqual(first?.[0]);
  });

  it('are not written over collaborators, nor without the dashboard', async () => {
    const rules = await images.read({ kind: 'acl', id: '1-2' });
    await expect(images.planRestore({ kind: 'acl', id: '1-4' }, rules)).rejects.toMatchObject({
      code: 'unsupported',
      hint: expect.stringContaining('--restriction everyone') as unknown,
    });
    await carryOut(provider, await provider.dashboards.planDelete(['2']));
    expect(await images.read({ kind: 'acl', id: '1-2' })).toEqual({ state: null });
    await expect(images.planRestore({ kind: 'acl', id: '1-2' }, rules)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('are refused with a level that the server does not have any more', async () => {
    const state = { ruledBy: 'access-controls', rules: { org: 'owner' } };
    await expect(images.planRestore({ kind: 'acl', id: '1-2' }, { state })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });

  it('are not overwritten when they change between plan and write', async () => {
    const image = await images.read({ kind: 'acl', id: '1-2' });
    await carryOut(provider, await provider.acl.planSet(dashboard('2'), []));
    const plan = await images.planRestore({ kind: 'acl', id: '1-2' }, image);
    await carryOut(
      provider,
      await provider.acl.planGrant(dashboard('2'), [{ principal: emil, level: view }]),
    );
    await expect(plan.unchanged?.()).rejects.toMatchObject({ code: 'conflict' });
  });
});

it('brings collaborators back', async () => {
  const fatima = {
    principal: { kind: 'user', name: 'fatima@example.com' } as const,
    level: { level: 'edit' } as const,
  };
  await exactly(provider.acl.planGrant(dashboard('4'), [fatima]));
  await exactly(provider.acl.planRevoke(dashboard('4'), [{ kind: 'user', name: 'bo@example.com' }]));
  await exactly(provider.acl.planSet(dashboard('4'), [fatima]));
});

describe('links', () => {
  const link = { kind: 'shares', id: '1-1' } as const;

  it('come back with switch, lock and settings', async () => {
    await exactly(provider.share.planUpdate('1', { ...nothing, passwordRequired: true }));
    await exactly(provider.share.planUpdate('1', { ...nothing, body: '{"settings":{"theme":"dark"}}' }));
    await exactly(provider.share.planUpdate('1', { ...nothing, body: '{"settings":null}' }));
    await exactly(provider.share.planUpdate('5', { ...nothing, passwordRequired: false }));
  });

  it('that are made are switched off again, and bare ones that are off are as good as none', async () => {
    expect(await images.read({ kind: 'shares', id: '1-2' })).toEqual({ state: null });
    expect(await images.read({ kind: 'shares', id: '1-11' })).toEqual({ state: null });
    for (const id of ['2', '11']) {
      const plan = await provider.share.planCreate(id, {
        ...nothing,
        type: 'open',
        body: '{"settings":{"legend":true}}',
      });
      expect(plan.undo).toEqual({ kind: 'exact', why: null });
      await thereAndBack(provider, plan);
      expect(await provider.share.list(id)).toMatchObject({
        items: [{ status: 'paused', settings: { passwords: [] } }],
      });
    }
  });

  it('that were switched off are switched on again, elsewhere on recent servers', async () => {
    const { token } = (await provider.share.get('1')).value;
    const before = await images.read(link);
    const plan = await provider.share.planRevoke('1');
    expect(plan.undo).toEqual({ kind: 'lossy', why: expect.stringContaining('new address') as unknown });
    const done = await change(provider, plan);
    const restore = await images.planRestore(link, before);
    expect(restore).toMatchObject({ risk: 'exposing', undo: { kind: 'exact' } });
    await undo(provider, done);
    const now = (await provider.share.get('1')).value;
    expect(now).toMatchObject({ status: 'active' });
    expect(now.token).not.toBe(token);
  });

  it('hold neither token nor password', async () => {
    const { token } = (await provider.share.get('5')).value;
    const told = JSON.stringify([
      await images.read({ kind: 'shares', id: '1-5' }),
      await images.read({ kind: 'shares', id: '1-5/address' }),
    ]);
    expect(told).toContain('"note":"Agency"');
    expect(told).not.toContain(token ?? 'none');
  });

  it('that were rotated keep their new address', async () => {
    const before = await images.read({ kind: 'shares', id: '1-1/address' });
    const unchanged = await images.planRestore({ kind: 'shares', id: '1-1/address' }, before);
    expect(unchanged.steps).toEqual([]);
    const plan = await provider.share.planRotate?.('1');
    expect(plan?.undo.kind).toBe('impossible');
    if (plan !== undefined) await change(provider, plan);
    expect(await images.read({ kind: 'shares', id: '1-1/address' })).not.toEqual(before);
    await expect(images.planRestore({ kind: 'shares', id: '1-1/address' }, before)).rejects.toMatchObject({
      code: 'unsupported',
      hint: expect.stringContaining('dashctl share revoke ph/1') as unknown,
    });
  });

  it('lose a password that was added, and do not get one back that was removed', async () => {
    const add = await provider.share.passwords.planAdd('5', { password: null, note: 'Second' });
    expect(add.undo.kind).toBe('exact');
    const [made] = (await change(provider, add)).changed;
    if (made === undefined) throw new Error('No image.');
    const restore = await images.planRestore(made.ref, made.before);
    expect(restore).toMatchObject({ risk: 'destructive', undo: { kind: 'impossible' } });
    await carryOut(provider, restore);
    expect((await provider.share.get('5')).value).toMatchObject({ settings: { passwords: [{ id: 901 }] } });

    const remove = await provider.share.passwords.planRemove('5', ['901']);
    expect(remove.undo.kind).toBe('impossible');
    const [gone] = (await change(provider, remove)).changed;
    if (gone === undefined) throw new Error('No image.');
    await expect(images.planRestore(gone.ref, gone.before)).rejects.toMatchObject({
      code: 'unsupported',
      message: 'A removed password does not come back, since nobody can read it again: 901 ("Agency").',
      hint: 'Make a new one, and hand it out: dashctl share password-add ph/5',
    });
  });
});

describe('dashboards', () => {
  const first = { kind: 'dashboard', id: '1-1' } as const;

  it('get their fields and rights back', async () => {
    await exactly(
      provider.dashboards.planUpdate('1', {
        ...blank,
        title: 'New',
        description: '',
        tags: ['B', 'a'],
        pinned: false,
      }),
    );
    await exactly(provider.dashboards.planUpdate('1', { ...blank, restriction: 'invited' }));
    await exactly(
      provider.dashboards.planUpdate('4', { ...blank, restriction: 'everyone', description: 'x' }),
    );
    await exactly(
      provider.dashboards.planUpdate('1', {
        ...blank,
        body: '{"filters":{"date_from":"-7d","properties":[]},"breakdown_colors":[{"n":1}],"name":null}',
      }),
    );
  });

  it('get numbers back as they were written', async () => {
    const body = '{"filters":{"limit":9007199254740993,"share":1.0}}';
    await carryOut(provider, await provider.dashboards.planUpdate('1', { ...blank, body }));
    await exactly(provider.dashboards.planUpdate('1', { ...blank, body: '{"filters":{"limit":1}}' }));
    expect(await provider.dashboards.exportText?.('1')).toContain('9007199254740993');
  });

  it('get tiles back that a document took off', async () => {
    const before = await images.read(first);
    expect(before.state).toMatchObject({
      tiles: [{}, {}, {}, { text: { body: expect.any(String) as unknown } }],
    });
    const [tile] = (before.state as { tiles: { id: number }[] }).tiles;
    const body = JSON.stringify({ tiles: [{ id: tile?.id, deleted: true }] });
    await exactly(provider.dashboards.planUpdate('1', { ...blank, body }));
  });

  it('keep filters without a value where they had none, and say so', async () => {
    const body = '{"filters":{"date_from":"-7d","properties":[{"key":"x"}]}}';
    const plan = await provider.dashboards.planUpdate('2', { ...blank, title: 'New', body });
    expect(plan.undo).toEqual({ kind: 'lossy', why: expect.stringContaining('without a value') as unknown });
    const [made] = (await change(provider, plan)).changed;
    if (made === undefined) throw new Error('No image.');
    await carryOut(provider, await images.planRestore(made.ref, made.before));
    expect((await images.read(made.ref)).state).toEqual({
      ...(made.before.state as object),
      filters: { date_from: null, properties: [] },
    });

    const variables = await change(
      provider,
      await provider.dashboards.planUpdate('3', { ...blank, body: '{"variables":{"v":{"code":"x"}}}' }),
    );
    const [only] = variables.changed;
    if (only === undefined) throw new Error('No image.');
    await expect(images.planRestore(only.ref, only.before)).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('go to the trash when they were made, and come out of it again', async () => {
    await exactly(provider.dashboards.planCreate({ ...blank, title: 'Made' }));
    await exactly(provider.dashboards.planClone?.('1', 'Copied') ?? Promise.reject(new Error('No clone.')));
    const template = await provider.dashboards.planCreate({
      ...blank,
      title: 'Made',
      template: 'DEFAULT_APP',
    });
    expect(template.undo).toMatchObject({ kind: 'lossy' });
    const before = await kept();
    const restore = provider.dashboards.planRestore?.(['14']);
    await exactly(restore ?? Promise.reject(new Error('No restore.')));
    const remove = await provider.dashboards.planDelete(['1', '2']);
    expect(remove.undo).toMatchObject({ kind: 'lossy' });
    await thereAndBack(provider, remove);
    expect(await kept()).toEqual(before);
  });

  it('say what a way out of the trash brought along', async () => {
    const { state } = await images.read(first);
    const [tile] = (state as { tiles: { id: number }[] }).tiles;
    const body = JSON.stringify({ tiles: [{ id: tile?.id, deleted: true }] });
    await carryOut(provider, await provider.dashboards.planUpdate('1', { ...blank, body }));
    const image = await images.read(first);
    await carryOut(provider, await provider.dashboards.planDelete(['1']));
    const { notes } = await carryOut(provider, await images.planRestore(first, image));
    expect(notes).toEqual([
      expect.stringContaining('The public link is open again') as unknown,
      'Not as it was before it was deleted: tiles.',
    ]);
    // What came along goes again with a second look at the same image.
    await carryOut(provider, await images.planRestore(first, image));
    expect(await images.read(first)).toEqual(image);
  });

  it('that a lost answer may have made are found by name, project and time', async () => {
    const plan = await provider.dashboards.planCreate({ ...blank, title: 'Made' });
    const expected = plan.images?.[0]?.expected ?? null;
    const since = new Date();
    expect(await images.find('dashboard', expected, since)).toEqual([]);
    const { created } = await carryOut(provider, plan);
    expect(await images.find('dashboard', expected, since)).toEqual(created);
    expect(await images.find('dashboard', expected, new Date(Date.now() + 60_000))).toEqual([]);
    expect(await images.find('dashboard', { project: 2, name: 'Made' }, since)).toEqual([]);
  });
});
