/** The vendor's own client drives the sandbox and understands every answer. */
/* eslint @typescript-eslint/no-unsafe-class-instance-assignment: off -- the client's own examples pass plain objects */
import { client, v1, v2 } from '@datadog/datadog-api-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let configuration: client.Configuration;

beforeAll(async () => {
  sandbox = await testSandbox({ only: ['datadog'] });
  const room = sandbox.room('datadog');
  configuration = client.createConfiguration({
    baseServer: new client.BaseServerConfiguration(room.baseUrl, {}),
    authMethods: { apiKeyAuth: room.env['DD_API_KEY'] ?? '', appKeyAuth: room.env['DD_APP_KEY'] ?? '' },
  });
  // Previews have to be switched on one by one.
  for (const operation of Object.keys(configuration.unstableOperations)) {
    if (operation.includes('Dashboard')) configuration.unstableOperations[operation] = true;
  }
});
afterAll(() => sandbox.close());

const note = (): v1.Widget => ({ definition: { type: 'note', content: 'Hello' } });

/** The client marks what it could not read; nothing may carry the mark. */
function unread(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('_unparsed' in value && value._unparsed === true) return true;
  return Object.values(value).some(unread);
}

describe('the official client', () => {
  it('creates, reads, lists, replaces, deletes and restores dashboards', async () => {
    const api = new v1.DashboardsApi(configuration);
    const created = await api.createDashboard({
      body: { title: 'By the client', layoutType: 'ordered', widgets: [note()] },
    });
    const id = created.id ?? '';
    expect(id).toMatch(/^[0-9a-z]{3}-[0-9a-z]{3}-[0-9a-z]{3}$/);
    expect(created.createdAt).toBeInstanceOf(Date);
    expect(created.widgets[0]?.id).toBeTypeOf('number');

    const read = await api.getDashboard({ dashboardId: id });
    expect(read).toEqual(created);

    const listed = await api.listDashboards({ filterShared: false });
    expect(listed.dashboards?.map((one) => one.id)).toContain(id);

    const replaced = await api.updateDashboard({
      dashboardId: id,
      body: { title: 'Replaced', layoutType: 'ordered', widgets: [], tags: ['team:sre'] },
    });
    expect(replaced).toMatchObject({ id, title: 'Replaced', tags: ['team:sre'] });
    expect(replaced.modifiedAt?.getTime()).toBeGreaterThanOrEqual(created.modifiedAt?.getTime() ?? Infinity);

    await api.deleteDashboards({ body: { data: [{ id, type: 'dashboard' }] } });
    const trash = await api.listDashboards({ filterDeleted: true });
    expect(trash.dashboards?.map((one) => one.id)).toContain(id);
    await expect(api.getDashboard({ dashboardId: id })).rejects.toMatchObject({ code: 404 });
    await api.restoreDashboards({ body: { data: [{ id, type: 'dashboard' }] } });
    expect((await api.getDashboard({ dashboardId: id })).title).toBe('Replaced');
    expect((await api.deleteDashboard({ dashboardId: id })).deletedDashboardId).toBe(id);
    for (const answer of [created, listed, replaced, trash]) expect(unread(answer)).toBe(false);
  });

  it('reads every seeded dashboard', async () => {
    const api = new v1.DashboardsApi(configuration);
    for (const { id = '' } of (await api.listDashboards()).dashboards ?? []) {
      const dashboard = await api.getDashboard({ dashboardId: id });
      expect(dashboard.id).toBe(id);
      expect(unread(dashboard), dashboard.title).toBe(false);
    }
  });

  it('shares a dashboard, invites to it and takes both back', async () => {
    const api = new v1.DashboardsApi(configuration);
    const dashboard = await api.createDashboard({
      body: { title: 'Shared', layoutType: 'free', widgets: [] },
    });
    const email = 'guest@example.com';
    const share = await api.createPublicDashboard({
      body: {
        dashboardId: dashboard.id ?? '',
        dashboardType: 'custom_screenboard',
        shareType: 'invite',
        shareList: [email],
        globalTime: { liveSpan: '1h' },
      },
    });
    const token = share.token ?? '';
    expect(share).toMatchObject({ title: 'Shared', status: 'active', shareList: [email] });

    const invitation = await api.sendPublicDashboardInvitation({
      token,
      body: { data: { type: 'public_dashboard_invitation', attributes: { email } } },
    });
    const sent = invitation.data as v1.SharedDashboardInvitesDataObject;
    const { createdAt, invitationExpiry } = sent.attributes;
    expect((invitationExpiry?.getTime() ?? 0) - (createdAt?.getTime() ?? 0)).toBeCloseTo(3_600_000, -1);
    const pending = await api.getPublicDashboardInvitations({ token });
    expect(pending.meta?.page?.totalCount).toBe(1);
    await api.deletePublicDashboardInvitation({
      token,
      body: { data: { type: 'public_dashboard_invitation', attributes: { email } } },
    });
    expect((await api.getPublicDashboardInvitations({ token })).data).toEqual([]);

    const opened = await api.updatePublicDashboard({
      token,
      body: { shareType: 'open', shareList: [], globalTime: { liveSpan: '15m' } },
    });
    expect(opened).toMatchObject({
      token,
      shareType: 'open',
      shareList: [],
      globalTime: { liveSpan: '15m' },
    });
    expect(await api.getPublicDashboard({ token })).toEqual(opened);
    expect((await api.deletePublicDashboard({ token })).deletedPublicDashboardToken).toBe(token);
    await expect(api.getPublicDashboard({ token })).rejects.toMatchObject({ code: 404 });
    for (const answer of [share, invitation, pending, opened]) expect(unread(answer)).toBe(false);
  });

  it('reads the seeded invitations, the accepted one with its session', async () => {
    const api = new v1.DashboardsApi(configuration);
    const token = 'sandbx3dashct1q7-5eed00035eed00035eed00035eed0003';
    const answer = await api.getPublicDashboardInvitations({ token });
    const list = answer.data as v1.SharedDashboardInvitesDataObject[];
    expect(list.map((one) => one.attributes.hasSession)).toEqual([true, false, false]);
    expect(list[0]?.attributes.sessionExpiry).toBeInstanceOf(Date);
  });

  it('reads, replaces and removes a restriction policy', async () => {
    const api = new v2.RestrictionPoliciesApi(configuration);
    const me = await new v2.UsersApi(configuration).listUsers({ filter: 'ana@example.com' });
    const user = me.data?.[0]?.id ?? '';
    const resourceId = 'dashboard:y1s-0hb-5ka';
    const principals = [`user:${user}`];
    const set = await api.updateRestrictionPolicy({
      resourceId,
      body: {
        data: {
          id: resourceId,
          type: 'restriction_policy',
          attributes: { bindings: [{ relation: 'editor', principals }] },
        },
      },
    });
    expect(set.data.attributes.bindings).toEqual([{ relation: 'editor', principals }]);
    expect((await api.getRestrictionPolicy({ resourceId })).data).toEqual(set.data);
    await api.deleteRestrictionPolicy({ resourceId });
    expect((await api.getRestrictionPolicy({ resourceId })).data.attributes.bindings).toEqual([]);
    expect(unread(set)).toBe(false);
  });

  it('reads users, roles, teams and lists page by page', async () => {
    const users: string[] = [];
    for await (const user of new v2.UsersApi(configuration).listUsersWithPagination({ pageSize: 3 })) {
      users.push(user.attributes?.email ?? '');
    }
    expect(new Set(users).size).toBe(users.length);
    expect(users.length).toBeGreaterThanOrEqual(8);
    const roles = await new v2.RolesApi(configuration).listRoles();
    expect(roles.data?.map((role) => role.attributes?.name)).toContain('Datadog Admin Role');
    const teams: string[] = [];
    for await (const team of new v2.TeamsApi(configuration).listTeamsWithPagination({ pageSize: 2 })) {
      teams.push(team.attributes.handle);
    }
    expect(teams).toEqual(['data', 'mobile', 'payments', 'sre', 'web']);
    const lists = await new v1.DashboardListsApi(configuration).listDashboardLists();
    const items = await new v2.DashboardListsApi(configuration).getDashboardListItems({
      dashboardListId: lists.dashboardLists?.find((list) => list.name === 'On call')?.id ?? 0,
    });
    expect(items.dashboards.map((item) => item.type)).toEqual([
      'custom_timeboard',
      'custom_timeboard',
      'custom_screenboard',
    ]);
    for (const answer of [roles, lists, items]) expect(unread(answer)).toBe(false);
  });

  it('reads shares by dashboard and usage page by page', async () => {
    const shares = await new v2.DashboardSharingApi(configuration).listSharedDashboardsByDashboardId({
      dashboardId: 'c4t-9kx-2mq',
    });
    expect(shares.data.map((share) => share.attributes.shareType)).toEqual(['invite']);
    const rows: v2.DashboardUsage[] = [];
    for await (const row of new v2.DashboardsApi(configuration).listDashboardsUsageWithPagination({
      pageLimit: 4,
    })) {
      rows.push(row);
    }
    expect(rows.length).toBeGreaterThanOrEqual(14);
    expect(rows.find((row) => row.id === 'c4t-9kx-2mq')?.attributes.totalViews).toBe(412);
    expect(unread(shares) || rows.some(unread)).toBe(false);
  });

  it('makes, reads, pauses and removes a secure embed', async () => {
    const api = new v2.DashboardSecureEmbedApi(configuration);
    const dashboardId = 'x9c-4pe-7vr';
    const made = await api.createDashboardSecureEmbed({
      dashboardId,
      body: {
        data: {
          type: 'secure_embed_request',
          attributes: {
            status: 'active',
            title: 'Embedded',
            globalTime: { liveSpan: '1h' },
            globalTimeSelectable: true,
            selectableTemplateVars: [],
            viewingPreferences: { highDensity: false, theme: 'system' },
          },
        },
      },
    });
    const token = made.data.attributes.token ?? '';
    expect(made.data.attributes.credential).toMatch(/^[0-9a-f]{64}$/);
    const read = await api.getDashboardSecureEmbed({ dashboardId, token });
    const paused = await api.updateDashboardSecureEmbed({
      dashboardId,
      token,
      body: { data: { type: 'secure_embed_update_request', attributes: { status: 'paused' } } },
    });
    expect([read.data.attributes.status, paused.data.attributes.status]).toEqual(['active', 'paused']);
    await api.deleteDashboardSecureEmbed({ dashboardId, token });
    await expect(api.getDashboardSecureEmbed({ dashboardId, token })).rejects.toMatchObject({ code: 404 });
    for (const answer of [made, read, paused]) expect(unread(answer)).toBe(false);
  });

  it('checks its keys', async () => {
    expect((await new v1.AuthenticationApi(configuration).validate()).valid).toBe(true);
  });
});
