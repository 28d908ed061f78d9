/**
 * The client against recordings of the real service: dashctl is driven so that it sends the very requests that were
 * recorded, and what it makes of the answers is compared with them.
 */
import { describe, expect, test } from 'vitest';
import { DashctlError } from '../../src/errors.ts';
import { createHttpClient } from '../../src/http/client.ts';
import type { DashboardDraft } from '../../src/model/dashboard.ts';
import type { ShareDraft } from '../../src/model/share.ts';
import { isoTime } from '../../src/model/span.ts';
import {
  deleteDashboardsRequest,
  findRoles,
  findTeams,
  findUsers,
  getUser,
} from '../../src/providers/datadog/api.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { carryOut, connect } from '../support/datadog-account.ts';
import { recordingsOf, type Exchange } from '../support/recordings.ts';
import { answerText, startReplay } from '../support/replay.ts';
import { realClock } from '../support/sandbox.ts';

/** Recorded requests that no command of dashctl sends. */
const notDriven: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^\w+ \/api\/v1\/dashboard\/lists\//, 'no command for dashboard lists'],
  [/^\w+ \/api\/v2\/dashboard\/lists\//, 'no command for the items of dashboard lists'],
  [/^GET \/api\/v2\/dashboards\//, 'no command for usage statistics'],
  [
    /^(POST|DELETE) \/api\/v2\/(users|roles|team|user_invitations)\b/,
    'dashctl reads people, teams and roles only',
  ],
  [
    /^\w+ \/api\/v2\/restriction_policy\/(malformed|dashboard%3Atest-)/,
    'the recorded resources have no form of a dashboard id, so dashctl refuses them before sending',
  ],
];

interface Wire {
  readonly [key: string]: unknown;
}

/** What the recorded service knows by now, for the reads that dashctl does before it writes. */
class Known {
  readonly dashboards = new Map<string, Wire>();
  readonly shares = new Map<string, Wire>();
  readonly invitations = new Map<string, Wire[]>();

  read(path: string): unknown {
    const invited = /^\/api\/v1\/dashboard\/public\/([^/]+)\/invitation$/.exec(path)?.[1];
    if (invited !== undefined) {
      const data = this.invitations.get(invited) ?? [];
      return { data, meta: { page: { total_count: data.length } } };
    }
    if (/^\/api\/v2\/dashboard\/[^/]+\/shared$/.test(path)) return { data: [] };
    const token = /^\/api\/v1\/dashboard\/public\/([^/]+)$/.exec(path)?.[1];
    if (token !== undefined) return this.shares.get(token);
    const id = /^\/api\/v1\/dashboard\/([^/]+)$/.exec(path)?.[1];
    return id === undefined ? undefined : this.dashboards.get(id);
  }
}

/** Does what a user would do so that exactly this request goes out, and compares the result with the answer. */
type Driver = (its: {
  readonly provider: Required<Pick<Provider, 'dashboards' | 'share' | 'invite'>> & Provider;
  readonly client: ReturnType<typeof createHttpClient>;
  readonly known: Known;
  readonly request: Exchange['request'];
  readonly answer: Wire;
  readonly answerBytes: string;
  readonly part: (index: number) => string;
}) => Promise<void>;

const noDashboard: DashboardDraft = {
  body: null,
  title: null,
  description: null,
  tags: null,
  folder: null,
  layout: null,
};

function shareDraft(body: Wire): ShareDraft {
  const time = body['global_time'] as { live_span: string } | undefined;
  return {
    type: body['share_type'] as string,
    status: null,
    title: null,
    expiresAt: null,
    liveSpan: time?.live_span ?? null,
    invite: (body['share_list'] as string[] | undefined) ?? null,
    domains: null,
    body: null,
  };
}

const drivers: readonly (readonly [pattern: RegExp, drive: Driver])[] = [
  [
    /^POST \/api\/v1\/dashboard$/,
    async ({ provider, known, request, answer, answerBytes }) => {
      const body = JSON.stringify(request.body);
      const { value } = await carryOut(
        provider,
        await provider.dashboards.planCreate({ ...noDashboard, body }),
      );
      expect(value.value).toMatchObject(dashboardIn(answer));
      expect(Buffer.from(value.raw).toString()).toBe(answerBytes);
      known.dashboards.set(String(answer['id']), answer);
    },
  ],
  [
    /^GET \/api\/v1\/dashboard\/([^/]+)$/,
    async ({ provider, answer, answerBytes, part }) => {
      const { value, raw } = await provider.dashboards.get(part(4));
      expect(value).toMatchObject(dashboardIn(answer));
      expect(Buffer.from(raw).toString()).toBe(answerBytes);
    },
  ],
  [
    /^GET \/api\/v1\/dashboard\?filter%5Bshared%5D=false$/,
    async ({ provider, answer }) => {
      const rows = [];
      const query = {
        search: null,
        shared: false,
        deleted: false,
        tags: [],
        folder: null,
        limit: null,
        pageSize: null,
      };
      for await (const page of provider.dashboards.list(query)) rows.push(...page.items);
      const recorded = answer['dashboards'] as readonly Wire[];
      expect(rows).toMatchObject(recorded.map((one) => ({ ...dashboardIn(one), tags: null, shared: false })));
      expect(rows).toHaveLength(recorded.length);
    },
  ],
  [
    /^PUT \/api\/v1\/dashboard\/([^/]+)$/,
    async ({ provider, request, answer, part }) => {
      const body = JSON.stringify(request.body);
      const plan = await provider.dashboards.planUpdate(part(4), { ...noDashboard, body });
      expect((await carryOut(provider, plan)).value.value).toMatchObject(dashboardIn(answer));
    },
  ],
  [
    /^DELETE \/api\/v1\/dashboard\/([^/]+)$/,
    async ({ provider, known, answer, part }) => {
      const id = part(4);
      // The scenario of a repeated delete looked before: a dashboard that went meanwhile is no failure.
      const { value, notes } = await carryOut(provider, await provider.dashboards.planDelete([id]));
      expect(value).toMatchObject([dashboardIn(known.dashboards.get(id) ?? {})]);
      expect(notes).toHaveLength(answer['deleted_dashboard_id'] === id ? 0 : 1);
    },
  ],
  [
    /^DELETE \/api\/v1\/dashboard$/,
    async ({ provider, request }) => {
      // Recorded with one id; dashctl deletes one by its own address, so the request of several is sent by itself.
      const { data } = request.body as { data: readonly { id: string }[] };
      const response = await provider.send(deleteDashboardsRequest(data.map((one) => one.id)));
      expect(response).toMatchObject({ status: 204, body: { length: 0 } });
    },
  ],
  [
    /^POST \/api\/v1\/dashboard\/public$/,
    async ({ provider, known, request, answer, answerBytes }) => {
      const body = request.body as Wire;
      const id = String(body['dashboard_id']);
      if (!known.dashboards.has(id)) known.dashboards.set(id, { id, layout_type: 'ordered' });
      const { value } = await carryOut(provider, await provider.share.planCreate(id, shareDraft(body)));
      expect(value.value).toMatchObject(shareIn(answer));
      expect(Buffer.from(value.raw).toString()).toBe(answerBytes);
      known.shares.set(String(answer['token']), answer);
    },
  ],
  [
    /^GET \/api\/v1\/dashboard\/public\/([^/]+)$/,
    async ({ provider, answer, part }) => {
      expect((await provider.share.get(part(5))).value).toMatchObject(shareIn(answer));
    },
  ],
  [
    /^PUT \/api\/v1\/dashboard\/public\/([^/]+)$/,
    async ({ provider, known, request, answer, part }) => {
      const plan = await provider.share.planUpdate(part(5), shareDraft(request.body as Wire));
      expect((await carryOut(provider, plan)).value.value).toMatchObject(shareIn(answer));
      known.shares.set(part(5), answer);
    },
  ],
  [
    /^DELETE \/api\/v1\/dashboard\/public\/([^/]+)$/,
    async ({ provider, answer, part }) => {
      const { value, notes } = await carryOut(provider, await provider.share.planRevoke(part(5)));
      expect(value.token).toBe(answer['deleted_public_dashboard_token']);
      expect(notes).toEqual([]);
    },
  ],
  [
    /^GET \/api\/v1\/dashboard\/public\/([^/]+)\/invitation$/,
    async ({ provider, answer, part }) => {
      const rows = [];
      for await (const page of provider.invite.list(part(5))) rows.push(...page.items);
      expect(rows).toHaveLength((answer['data'] as readonly unknown[]).length);
    },
  ],
  [
    /^POST \/api\/v1\/dashboard\/public\/([^/]+)\/invitation$/,
    async ({ provider, known, request, answer, part }) => {
      const plan = await provider.invite.planSend(part(5), [emailIn(request.body)]);
      const { value } = await carryOut(provider, plan);
      const { attributes } = answer['data'] as { attributes: Record<string, string | boolean | null> };
      expect(value).toMatchObject([
        {
          email: attributes['email'],
          createdAt: isoTime(String(attributes['created_at'])),
          expiresAt: isoTime(String(attributes['invitation_expiry'])),
          hasSession: false,
          sessionExpiresAt: null,
        },
      ]);
      known.invitations.set(part(5), [answer['data'] as Wire]);
    },
  ],
  [
    /^DELETE \/api\/v1\/dashboard\/public\/([^/]+)\/invitation$/,
    async ({ provider, request, part }) => {
      const email = emailIn(request.body);
      const plan = await provider.invite.planRevoke(part(5), [email], { keepListed: true });
      expect((await carryOut(provider, plan)).value.map((one) => one.email)).toEqual([email]);
    },
  ],
  [
    /^GET \/api\/v2\/users\?filter=/,
    async ({ client, request, answer }) => {
      const filter = new URL(request.path, 'http://x').searchParams.get('filter') ?? '';
      expect((await findUsers(client, filter)).map((one) => one.id)).toEqual(idsIn(answer));
    },
  ],
  [
    /^GET \/api\/v2\/users\/[^/]+$/,
    async ({ client, answer, part }) => {
      expect(await getUser(client, part(4))).toEqual(answer['data']);
    },
  ],
  [
    /^GET \/api\/v2\/roles\?filter=/,
    async ({ client, request, answer }) => {
      const filter = new URL(request.path, 'http://x').searchParams.get('filter') ?? '';
      expect((await findRoles(client, filter)).map((one) => one.id)).toEqual(idsIn(answer));
    },
  ],
  [
    /^GET \/api\/v2\/team$/,
    async ({ client, answer }) => {
      expect((await findTeams(client, null)).map((one) => one.id)).toEqual(idsIn(answer));
    },
  ],
  [
    /^GET \/api\/v2\/team\?page%5Bsize%5D=2&page%5Bnumber%5D=0$/,
    async ({ client }) => {
      // Both pages and no third, although the second still names a next one.
      const found = await findTeams(client, null, 2);
      expect(new Set(found.map((one) => one.id)).size).toBe(3);
    },
  ],
];

/** The second page of teams is read by the driver of the first. */
const alongside = /^GET \/api\/v2\/team\?page%5Bsize%5D=2&page%5Bnumber%5D=[1-9]/;

function dashboardIn(answer: Wire) {
  return {
    id: answer['id'],
    ref: `dd/${String(answer['id'])}`,
    title: answer['title'],
    description: answer['description'] ?? null,
    url: `https://app.datadoghq.com${String(answer['url'])}`,
    owner: answer['author_handle'],
    createdAt: isoTime(String(answer['created_at'])),
    updatedAt: isoTime(String(answer['modified_at'])),
    tags: answer['tags'] ?? [],
  };
}

function shareIn(answer: Wire) {
  const people = (answer['invitees'] as readonly Wire[] | undefined) ?? [];
  return {
    token: answer['token'],
    url: answer['public_url'],
    type: answer['share_type'],
    status: 'active',
    title: answer['title'],
    dashboard: `dd/${String(answer['dashboard_id'])}`,
    createdAt: isoTime(String(answer['created'])),
    createdBy: (answer['author'] as Wire)['handle'],
    invitees: people.map((one) => ({ email: one['email'], expiresAt: null })),
    settings: { liveSpan: (answer['global_time'] as Wire)['live_span'] },
  };
}

function emailIn(body: unknown): string {
  return (body as { data: { attributes: { email: string } } }).data.attributes.email;
}

function idsIn(answer: Wire): readonly unknown[] {
  return (answer['data'] as readonly Wire[]).map((one) => one['id']);
}

function lineOf({ request }: Exchange): string {
  return `${request.method} ${request.path}`;
}

const recordings = recordingsOf('datadog').map((recording) => {
  const sent = recording.exchanges.filter((one) => !notDriven.some(([pattern]) => pattern.test(lineOf(one))));
  return { ...recording, sent };
});

describe.skipIf(recordings.length === 0)('Datadog recordings, client side', () => {
  test.each(recordings.filter((one) => one.sent.length > 0))('$file', async ({ sent }) => {
    const known = new Known();
    const replay = await startReplay(sent, (path) => known.read(path));
    const secrets = { apiKey: 'key', appKey: 'application-key' };
    const provider = connect({ baseUrl: replay.baseUrl, secrets });
    const { dashboards, share, invite } = provider;
    if (dashboards === undefined || share === undefined || invite === undefined)
      throw new Error('incomplete');
    const client = plainClient(replay.baseUrl);
    try {
      for (const exchange of sent) {
        if (alongside.test(lineOf(exchange))) continue;
        const drive = drivers.find(([pattern]) => pattern.test(lineOf(exchange)))?.[1];
        if (drive === undefined) throw new Error(`Nothing drives ${lineOf(exchange)}`);
        const { request, response } = exchange;
        const segments = request.path.split(/[/?]/);
        const driven = drive({
          provider: { ...provider, dashboards, share, invite },
          client,
          known,
          request,
          answer: (response.body ?? {}) as Wire,
          answerBytes: answerText(response.body),
          part: (index) => segments[index] ?? '',
        });
        const tolerated = request.method === 'DELETE' && response.status === 404;
        if (response.status < 400 || tolerated) await driven;
        else await expectRefusal(driven, response);
      }
      replay.check();
    } finally {
      await Promise.all([client.close(), provider.close(), replay.close()]);
    }
  });

  test.each(notDriven)('%s is not driven: %s', (pattern) => {
    expect(recordings.some((one) => one.exchanges.some((exchange) => pattern.test(lineOf(exchange))))).toBe(
      true,
    );
  });
});

async function expectRefusal(driven: Promise<void>, response: Exchange['response']): Promise<void> {
  const error = await driven.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  const { errors } = response.body as { errors: readonly string[] };
  expect(error).toBeInstanceOf(DashctlError);
  expect(error).toMatchObject({
    status: response.status,
    code: response.status === 404 ? 'not-found' : 'rejected',
  });
  for (const one of errors) expect((error as DashctlError).message).toContain(one);
}

function plainClient(baseUrl: string) {
  return createHttpClient({
    baseUrl,
    headers: () => ({}),
    secrets: [],
    limits: {
      connectTimeout: 2_000,
      headersTimeout: 2_000,
      bodyTimeout: 2_000,
      timeout: 10_000,
      maxWait: 1_000,
      concurrency: 4,
    },
    clock: realClock,
    userAgent: 'dashctl/test',
    env: {},
  });
}
