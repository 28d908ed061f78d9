/** What the journal keeps of Datadog comes back, against the sandbox. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DashboardDraft } from '../../src/model/dashboard.ts';
import type { Json } from '../../src/model/shape.ts';
import type { ShareDraft } from '../../src/model/share.ts';
import type { DashboardCapability, Provider } from '../../src/providers/provider.ts';
import { connect } from '../support/datadog-account.ts';
import { change, imagesOf, send, statesNow, takeBack } from '../support/images.ts';
import { testSandbox, type TestSandbox } from '../support/sandbox.ts';
import { grants } from '../support/grafana-account.ts';
import { parsePrincipal } from '../../src/model/principal-text.ts';

let sandbox: TestSandbox;
let provider: Provider;

beforeEach(async () => {
  sandbox = await testSandbox({ only: ['datadog'] });
  provider = connectTo(sandbox);
});

afterEach(async () => {
  await provider.close();
  await sandbox.close();
});

function connectTo(running: TestSandbox): Provider {
  const { baseUrl, env } = running.room('datadog');
  return connect({
    baseUrl,
    secrets: { apiKey: env['DD_API_KEY'] ?? '', appKey: env['DD_APP_KEY'] ?? '' },
  });
}

function capabilities() {
  const { dashboards, acl, share, invite } = provider;
  if (dashboards === undefined || acl === undefined || share === undefined || invite === undefined)
    throw new Error('A capability is missing.');
  return { dashboards: dashboards as Required<DashboardCapability>, acl, share, invite };
}

const nothing: DashboardDraft = {
  body: null,
  title: null,
  description: null,
  tags: null,
  folder: null,
  layout: null,
};

/** Dashboards of the sandbox. */
const ordered = 'x9c-4pe-7vr';
const restricted = 'r2j-7ua-4xe';
const withInvite = 'c4t-9kx-2mq';

describe('a dashboard', () => {
  it('that was made goes to the trash, and comes back from it by undoing that', async () => {
    const { dashboards } = capabilities();
    const made = await change(provider, await dashboards.planCreate({ ...nothing, title: 'New board' }));
    const id = made.outcome.value.value.id;
    expect(made.outcome.created).toEqual([{ kind: 'dashboard', id }]);
    const images = await imagesOf(provider);

    const undo = await change(provider, await images.planRestore({ kind: 'dashboard', id }, { state: null }));
    expect(await images.read({ kind: 'dashboard', id })).toEqual({ state: null });
    const again = await images.planRestore({ kind: 'dashboard', id }, { state: null });
    expect(again.steps).toEqual([]);
    await send(provider, again);

    const [redo] = await takeBack(provider, undo);
    expect(redo?.title).toBe('Restore dashboard "New board" from the trash');
    expect(await statesNow(provider, made)).toEqual([made.changed[0]?.after.state]);
  });

  it('comes back to its very text after it was replaced: int64, order of keys, unknown keys', async () => {
    const { dashboards } = capabilities();
    const odd = `{"zeta": 1.0, "title": "Odd", "layout_type": "ordered", "widgets": [
      {"definition": {"type": "note", "content": "a", "2": 1, "1": 2}, "id": 9007199254740993}], "tags": []}`;
    const created = await send(provider, await dashboards.planCreate({ ...nothing, body: odd }));
    const { id } = created.value.value;
    // A new document gets new widget ids; the old one stands in a replacement.
    await send(provider, await dashboards.planUpdate(id, { ...nothing, body: odd }));
    const first = await dashboards.exportText(id);
    expect(first).toContain('9007199254740993');

    const body = JSON.stringify({ title: 'Other', layout_type: 'ordered', widgets: [], tags: ['team:sre'] });
    const plan = await dashboards.planUpdate(id, { ...nothing, body });
    expect(plan.undo).toEqual({ kind: 'exact', why: null });
    const made = await change(provider, plan);
    const [undo] = await takeBack(provider, made);
    expect(undo?.title).toBe('Restore dashboard "Odd"');
    const times = /"modified_at": "[^"]*"/;
    expect((await dashboards.exportText(id)).replace(times, '')).toBe(first.replace(times, ''));
  });

  it('changes by flags as its plan foresees, and comes back', async () => {
    const { dashboards } = capabilities();
    const plan = await dashboards.planUpdate(ordered, { ...nothing, title: 'Another title' });
    expect(plan.images?.[0]?.expected).toMatchObject({ title: 'Another title' });
    const made = await change(provider, plan);
    await takeBack(provider, made);
    expect(await statesNow(provider, made)).toEqual([made.changed[0]?.before.state]);
  });

  it('that was copied or imported is taken back the same way', async () => {
    const { dashboards } = capabilities();
    const body = (await dashboards.exportText(withInvite)).replace(/"title": "[^"]*"/, '"title": "Imported"');
    for (const plan of [
      await dashboards.planClone(ordered, 'Copy'),
      await dashboards.planCreate({ ...nothing, body }),
    ]) {
      const made = await change(provider, plan);
      await takeBack(provider, made);
      expect(await statesNow(provider, made)).toEqual([null]);
    }
  });

  it('that was deleted comes back under its id with rules and shares, one or several', async () => {
    const { dashboards } = capabilities();
    for (const ids of [[restricted], [ordered, withInvite]]) {
      const plan = await dashboards.planDelete(ids);
      expect(plan.undo.kind).toBe('lossy');
      const made = await change(provider, plan);
      expect(made.changed.map(({ after }) => after.state)).toEqual(made.changed.map(() => null));
      await takeBack(provider, made);
      expect(await statesNow(provider, made)).toEqual(made.changed.map(({ before }) => before.state));
    }
  });

  it('that was restored goes back to the trash', async () => {
    const { dashboards } = capabilities();
    await send(provider, await dashboards.planDelete([ordered]));
    const made = await change(provider, await dashboards.planRestore([ordered]));
    await takeBack(provider, made);
    expect(await statesNow(provider, made)).toEqual([null]);
  });

  it('that the trash no longer has comes back under a new id, and says so', async () => {
    const images = await imagesOf(provider);
    const { state } = await images.read({ kind: 'dashboard', id: ordered });
    const plan = await images.planRestore({ kind: 'dashboard', id: 'aaa-bbb-ccc' }, { state });
    expect(plan.notes.at(-1)).toMatch(/^aaa-bbb-ccc is not in the trash any more: /);
    const { created } = await send(provider, plan);
    expect(created).toHaveLength(1);
    expect(created?.[0]?.id).not.toBe('aaa-bbb-ccc');
  });

  it('of unknown fate is found by what it holds and when it was made', async () => {
    const { dashboards } = capabilities();
    const images = await imagesOf(provider);
    const since = new Date();
    const plan = await dashboards.planCreate({ ...nothing, title: 'Found again' });
    const expected = plan.images?.[0]?.expected ?? null;
    expect(await images.find('dashboard', expected, since)).toEqual([]);
    const { created } = await send(provider, plan);
    expect(await images.find('dashboard', expected, since)).toEqual(created);
    // The same title with other content is another dashboard.
    await send(provider, await dashboards.planCreate({ ...nothing, title: 'Found again', layout: 'free' }));
    expect(await images.find('dashboard', expected, since)).toEqual(created);
    expect(await images.find('dashboard', expected, new Date(Date.now() + 60_000))).toEqual([]);
  });
});

describe('access rules', () => {
  it.each([ordered, restricted])('of %s come back after grant, revoke and set', async (id) => {
    const { acl } = capabilities();
    const resource = { kind: 'dashboard' as const, id };
    const images = await imagesOf(provider);
    const first = await images.read({ kind: 'acl', id });
    for (const plan of [
      () => acl.planGrant(resource, grants('team:sre=view')),
      () => acl.planRevoke(resource, [parsePrincipal('team:sre')]),
      () => acl.planSet(resource, grants('user:ben@example.com=edit')),
      () => acl.planSet(resource, []),
    ]) {
      const planned = await plan();
      expect(planned.undo.kind).toBe('exact');
      const made = await change(provider, planned);
      await takeBack(provider, made);
      expect(await images.read({ kind: 'acl', id })).toEqual(first);
    }
  });

  it('are not opened or taken from the caller without the flags', async () => {
    const { acl } = capabilities();
    const images = await imagesOf(provider);
    const ref = { kind: 'acl' as const, id: ordered };
    await send(provider, await acl.planSet({ kind: 'dashboard', id: ordered }, grants('org=edit')));
    const open = await images.planRestore(ref, { state: [] });
    expect(open.guards.map(({ flag }) => flag)).toEqual(['--empty']);
    expect(open.title).toMatch(/^Restore access to dashboard "/);
    const shut = await images.planRestore(ref, {
      state: [{ principal: 'user:00000000-0000-4000-8000-000000000000', relation: 'editor' }],
    });
    expect(shut.guards.map(({ flag }) => flag)).toEqual(['--allow-self-lockout']);
  });
});

describe('shares', () => {
  const draft: ShareDraft = {
    type: null,
    status: null,
    title: null,
    expiresAt: null,
    liveSpan: null,
    invite: null,
    domains: null,
    body: null,
  };

  async function tokenOf(dashboard: string, type: string): Promise<string> {
    const { items } = await capabilities().share.list(dashboard);
    const token = items.find((one) => one.type === type)?.token;
    if (token == null) throw new Error(`No share of ${dashboard}.`);
    return token;
  }

  it('that were made, changed, paused or widened come back exactly', async () => {
    const { share } = capabilities();
    const token = await tokenOf(withInvite, 'invite');
    for (const plan of [
      () => share.planCreate(withInvite, { ...draft, type: 'open', expiresAt: '2030-01-01T00:00:00.000Z' }),
      () => share.planUpdate(token, { ...draft, status: 'paused', title: 'Paused' }),
      () => share.planUpdate(token, { ...draft, liveSpan: '1w' }),
      () => share.planUpdate(token, { ...draft, expiresAt: '2030-01-01T00:00:00.000Z' }),
      () => share.planUpdate(token, { ...draft, type: 'open', expiresAt: '2030-01-01T00:00:00.000Z' }),
    ]) {
      const planned = await plan();
      expect(planned.undo).toEqual({ kind: 'exact', why: null });
      const made = await change(provider, planned);
      const [before] = made.changed;
      expect(before?.after.state).not.toEqual(before?.before.state);
      await takeBack(provider, made);
      const images = await imagesOf(provider);
      expect(await images.read({ kind: 'shares', id: withInvite })).toEqual(before?.before);
    }
  });

  it('are named by no secret', async () => {
    const images = await imagesOf(provider);
    const { state, secrets } = await images.read({ kind: 'shares', id: withInvite });
    const token = await tokenOf(withInvite, 'invite');
    expect(JSON.stringify(state)).not.toContain(token);
    expect(Object.values(secrets ?? {})).toContain(token);
  });

  it('that were revoked come back with everything but their address', async () => {
    const { share } = capabilities();
    const token = await tokenOf(withInvite, 'invite');
    const plan = await share.planRevoke(token);
    expect(plan.undo.kind).toBe('lossy');
    expect(plan.secrets).toEqual([token]);
    const made = await change(provider, plan);
    const [undo] = await takeBack(provider, made);
    expect(undo?.risk).toBe('exposing');
    expect(undo?.notes.join(' ')).toMatch(/new address.*invited again/);
    const bare = (state: Json): unknown =>
      (state as readonly Record<string, unknown>[]).map((one) => ({ ...one, key: '' }));
    const images = await imagesOf(provider);
    const now = await images.read({ kind: 'shares', id: withInvite });
    expect(bare(now.state)).toEqual(bare(made.changed[0]?.before.state ?? []));
    expect(await tokenOf(withInvite, 'invite')).not.toBe(token);
  });

  it('say that who was taken off the list may have to be invited again', async () => {
    const { share } = capabilities();
    const token = await tokenOf(withInvite, 'invite');
    const plan = await share.planUpdate(token, { ...draft, invite: ['only@example.com'] });
    expect(plan.undo.kind).toBe('lossy');
    const made = await change(provider, plan);
    await takeBack(provider, made);
    expect(await statesNow(provider, made)).toEqual([made.changed[0]?.before.state]);
  });

  it('are not kept where the server does not list them, which is said before the write', async () => {
    await provider.close();
    await sandbox.close();
    sandbox = await testSandbox({
      only: ['datadog'],
      switches: {
        faults: [{ path: '/api/v2/dashboard/*', action: { do: 'status', status: 404, body: '{}' } }],
      },
    });
    provider = connectTo(sandbox);
    const { share } = capabilities();
    const plan = await share.planCreate(ordered, { ...draft, type: 'open' });
    expect(plan.undo.kind).toBe('impossible');
    const made = await change(provider, plan);
    await expect(takeBack(provider, made)).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('keep the expiry of others when somebody is invited, and notice when it changed meanwhile', async () => {
    const { share, invite } = capabilities();
    const token = await tokenOf(withInvite, 'invite');
    const plan = await invite.planSend(token, ['guest@example.com']);
    expect(plan.undo.kind).toBe('impossible');
    await send(provider, await share.planUpdate(token, { ...draft, expiresAt: '2031-01-01T00:00:00.000Z' }));
    await expect(send(provider, plan)).rejects.toMatchObject({ code: 'conflict' });

    const made = await change(provider, await invite.planSend(token, ['guest@example.com']));
    expect(made.changed.map(({ ref }) => ref.kind)).toEqual(['shares', 'invitations']);
    const { value } = await share.get(token);
    const others = value.invitees?.filter((one) => one.email !== 'guest@example.com') ?? [];
    expect(others.length).toBeGreaterThan(0);
    for (const one of others) expect(one.expiresAt).toBe('2031-01-01T00:00:00.000Z');

    const revoked = await invite.planRevoke(token, ['guest@example.com'], { keepListed: false });
    expect(revoked.undo.kind).toBe('impossible');
    await change(provider, revoked);
  });

  it('list somebody again who was only taken off it', async () => {
    const { share, invite } = capabilities();
    const token = await tokenOf(withInvite, 'invite');
    const all = [
      ...((await share.get(token)).value.invitees ?? []).map((one) => one.email),
      'idle@example.com',
    ];
    await send(provider, await share.planUpdate(token, { ...draft, invite: all }));
    const plan = await invite.planRevoke(token, ['idle@example.com'], { keepListed: false });
    expect(plan.undo).toEqual({ kind: 'exact', why: null });
    const made = await change(provider, plan);
    await takeBack(provider, made);
    expect(await statesNow(provider, made)).toEqual(made.changed.map(({ before }) => before.state));
  });
});
