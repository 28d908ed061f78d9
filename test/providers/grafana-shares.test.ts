/** Public dashboards through the client: the sandbox's current room, older servers, and servers with odd answers. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from '../../src/model/shape.ts';
import type { Share, ShareDraft } from '../../src/model/share.ts';
import type { DashboardQuery } from '../../src/model/dashboard.ts';
import {
  carryOut,
  connectGrafana,
  dashboardsOf,
  failureOf,
  grafanaAccount,
  sharesOf,
} from '../support/grafana-account.ts';
import type { Connected } from '../support/grafana-account.ts';
import { jsonAnswer, serveAnswers } from '../support/grafana-answers.ts';
import type { Answer, AnswerServer, Asked } from '../support/grafana-answers.ts';
import { recordingsDir } from '../support/recordings.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
const open: Connected[] = [];
const servers: AnswerServer[] = [];

beforeAll(async () => {
  sandbox = await testSandbox({ only: ['grafana', 'grafana-7'] });
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.provider.close();
  for (const one of servers.splice(0)) {
    await one.close();
    expect(one.unexpected).toEqual([]);
  }
});
afterAll(() => sandbox.close());

async function connect(room = 'grafana', who?: { user: string; password: string }): Promise<Connected> {
  const connected = await connectGrafana(grafanaAccount(sandbox.room(room).baseUrl, who));
  open.push(connected);
  return connected;
}

/** A server of the test's own making; `base` is the sub path that it lives under. */
async function connectTo(answer: (asked: Asked) => Answer | null, base = ''): Promise<Connected> {
  const server = await serveAnswers((asked) =>
    asked.path === `${base}/api/org` ? jsonAnswer({ id: 1, name: 'Main' }) : answer(asked),
  );
  servers.push(server);
  const connected = await connectGrafana(grafanaAccount(server.baseUrl + base));
  open.push(connected);
  return connected;
}

/** Writes or reads behind dashctl's back. */
async function elsewhere(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(sandbox.room('grafana').baseUrl + path, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { ...((await response.json()) as object), status: response.status };
}

const linkOf = (uid: string) => elsewhere('GET', `/api/dashboards/uid/${uid}/public-dashboards`);

/** What a visitor without an account gets. */
async function visit(token: string): Promise<number> {
  return (await fetch(`${sandbox.room('grafana').baseUrl}/api/public/dashboards/${token}`)).status;
}

const blank: ShareDraft = {
  type: null,
  status: null,
  title: null,
  expiresAt: null,
  liveSpan: null,
  invite: null,
  domains: null,
  body: null,
};
const draft = (more: Partial<ShareDraft>): ShareDraft => ({ ...blank, ...more });

async function all(pages: AsyncIterable<Page<Share>> | undefined): Promise<Share[]> {
  const items: Share[] = [];
  for await (const page of pages ?? []) items.push(...page.items);
  return items;
}

const statusToken = '5a'.repeat(16);
const goalsToken = 'c0'.repeat(16);

describe('reading', () => {
  it('shows the link of a dashboard in every form that a dashboard is called by', async () => {
    const { provider } = await connect();
    const { baseUrl } = provider.account;
    const expected = {
      ref: 'test/status-page',
      profile: 'test',
      provider: 'grafana',
      dashboard: 'test/status-page',
      id: 'p-status-page',
      token: statusToken,
      url: `${baseUrl}/public-dashboards/${statusToken}`,
      type: 'public',
      status: 'active',
      title: 'Status page',
      expiresAt: null,
      createdBy: 'user#1',
      lastAccessedAt: null,
      invitees: null,
      passwordRequired: null,
      settings: { timeSelectionEnabled: true, annotationsEnabled: false },
    };
    for (const key of ['status-page', statusToken]) {
      const { value, raw } = await sharesOf(provider).get(key);
      expect(value).toMatchObject(expected);
      expect(value.createdAt).toMatch(/^\d{4}-\d{2}-\d{2}T.*Z$/);
      expect(JSON.parse(Buffer.from(raw).toString())).toMatchObject({ accessToken: statusToken });
    }
    expect((await sharesOf(provider).list('status-page')).items).toMatchObject([expected]);
  });

  it('takes a dashboard without a link for what it is', async () => {
    const { provider } = await connect();
    expect((await sharesOf(provider).list('node-health')).items).toEqual([]);
    const failure = await failureOf(sharesOf(provider).get('node-health'));
    expect(failure.code).toBe('not-found');
    expect(failure.hint).toContain('dashctl share create test/node-health --type open');
    expect((await failureOf(sharesOf(provider).list('nowhere'))).code).toBe('not-found');
    expect((await failureOf(sharesOf(provider).get('ops'))).message).toMatch(/is a folder/);
  });

  it('does not repeat an unknown token', async () => {
    const { provider } = await connect();
    const unknown = 'ab'.repeat(16);
    const failure = await failureOf(sharesOf(provider).get(unknown));
    expect(failure.code).toBe('not-found');
    expect(`${failure.message} ${failure.hint ?? ''}`).not.toContain(unknown);
  });

  it('lists every link, paused ones too, with its settings', async () => {
    const { provider } = await connect();
    const links = await all(sharesOf(provider).listAll?.());
    expect(links.map(({ ref, status, settings }) => ({ ref, status, settings }))).toEqual([
      {
        ref: 'test/company-goals',
        status: 'paused',
        settings: { timeSelectionEnabled: false, annotationsEnabled: false },
      },
      {
        ref: 'test/status-page',
        status: 'active',
        settings: { timeSelectionEnabled: true, annotationsEnabled: false },
      },
    ]);
  });

  it('filters dashboards by their live links, as a dashboard itself tells', async () => {
    const { provider } = await connect();
    const query: DashboardQuery = {
      search: null,
      shared: true,
      deleted: false,
      tags: ['public'],
      folder: null,
      limit: null,
      pageSize: null,
    };
    const ids = async (shared: boolean | null) => {
      const found: string[] = [];
      for await (const { items } of dashboardsOf(provider).list({ ...query, shared })) {
        found.push(...items.map((one) => `${one.id}:${String(one.shared)}`));
      }
      return found;
    };
    expect(await ids(true)).toEqual(['status-page:true']);
    expect(await ids(false)).toEqual(['company-goals:false']);
    expect((await ids(null)).toSorted()).toEqual(['company-goals:null', 'status-page:null']);
    expect((await dashboardsOf(provider).get('company-goals')).value.shared).toBe(false);
  });
});

describe('creating', () => {
  it('is never public unasked, and sends every switch', async () => {
    const { provider, writes } = await connect();
    const shares = sharesOf(provider);
    const unasked = await failureOf(shares.planCreate('uriage', blank));
    expect([unasked.code, unasked.hint]).toEqual([
      'missing-input',
      expect.stringContaining('--type open') as string,
    ]);
    const inBody = await failureOf(shares.planCreate('uriage', draft({ body: '{"isEnabled":true}' })));
    expect(inBody.code).toBe('missing-input');

    const plan = await shares.planCreate('uriage', draft({ type: 'open' }));
    expect([plan.risk, plan.before]).toEqual(['exposing', null]);
    expect(plan.notes).toEqual(['Anyone with the link can see the dashboard, without an end.']);
    expect(JSON.parse(plan.steps[0]?.body ?? '')).toEqual({
      isEnabled: true,
      timeSelectionEnabled: false,
      annotationsEnabled: false,
      share: 'public',
    });
    expect(writes).toEqual([]);
    expect(await plan.settle?.()).toBe('not-applied');

    const { value, notes } = await carryOut(provider, plan);
    expect(value.value).toMatchObject({ ref: 'test/uriage', status: 'active', type: 'public' });
    expect(notes.join(' ')).toContain('--status paused');
    expect(await visit(value.value.token ?? '')).toBe(200);
    expect(await plan.settle?.()).toBe('applied');
  });

  it('is nothing to do when it is there already, and told when it differs', async () => {
    const { provider, writes } = await connect();
    const shares = sharesOf(provider);
    const again = await shares.planCreate('status-page', draft({ type: 'public', timeSelection: true }));
    expect(again.steps).toEqual([]);
    expect((await again.finish([])).value.value.token).toBe(statusToken);

    const other = await failureOf(
      shares.planCreate('status-page', draft({ type: 'open', annotations: true })),
    );
    expect([other.code, other.hint]).toEqual([
      'invalid-input',
      expect.stringContaining('share update test/status-page') as string,
    ]);
    expect(other.message).toContain('with other settings');
    const paused = await failureOf(shares.planCreate('company-goals', draft({ type: 'open' })));
    expect(paused.message).toContain('which is paused');
    expect(paused.hint).toContain('--status active');
    const body = JSON.stringify({ accessToken: 'ee'.repeat(16), timeSelectionEnabled: true });
    const address = await failureOf(shares.planCreate('status-page', draft({ type: 'open', body })));
    expect(address.message).toContain('with another address');
    expect(writes).toEqual([]);
  });

  it('stops when someone else shares it meanwhile', async () => {
    const { provider, writes } = await connect();
    const plan = await sharesOf(provider).planCreate('k8s-capacity', draft({ type: 'open' }));
    await elsewhere('POST', '/api/dashboards/uid/k8s-capacity/public-dashboards', { isEnabled: false });
    expect((await failureOf(carryOut(provider, plan))).code).toBe('conflict');
    expect(writes).toEqual([]);
    expect(await plan.settle?.()).toBe('unknown');
  });

  it('brings a revoked link back under its old address', async () => {
    const { provider } = await connect();
    const shares = sharesOf(provider);
    const first = await carryOut(provider, await shares.planCreate('abandoned', draft({ type: 'open' })));
    const token = first.value.value.token ?? '';
    const body = Buffer.from((await shares.get('abandoned')).raw).toString();
    await carryOut(provider, await shares.planRevoke('abandoned'));
    expect(await visit(token)).toBe(404);

    const plan = await shares.planCreate('abandoned', draft({ body }));
    expect(plan.secrets).toEqual([token]);
    expect(JSON.stringify([plan.before, plan.after, plan.title, plan.notes])).not.toContain(token);
    expect(plan.notes[0]).toMatch(/^Not sent, because the server takes none: .*createdBy/);
    expect((await carryOut(provider, plan)).value.value.token).toBe(token);
    expect(await visit(token)).toBe(200);
  });
});

describe('changing', () => {
  it('pauses and resumes under the same address', async () => {
    const { provider } = await connect();
    const shares = sharesOf(provider);
    const pause = await shares.planUpdate(statusToken, draft({ status: 'paused' }));
    expect([pause.risk, pause.steps[0]?.body]).toEqual(['plain', '{"isEnabled":false}']);
    expect(await pause.settle?.()).toBe('not-applied');
    expect((await carryOut(provider, pause)).value.value).toMatchObject({
      status: 'paused',
      token: statusToken,
      settings: { timeSelectionEnabled: true, annotationsEnabled: false },
    });
    expect(await pause.settle?.()).toBe('applied');
    expect(await visit(statusToken)).toBe(403);
    expect((await shares.planUpdate('status-page', draft({ status: 'paused' }))).steps).toEqual([]);

    const resume = await shares.planUpdate('status-page', draft({ status: 'active' }));
    expect(resume.risk).toBe('exposing');
    await carryOut(provider, resume);
    expect(await visit(statusToken)).toBe(200);
  });

  it('asks before an open link shows more, not before it shows less', async () => {
    const { provider } = await connect();
    const shares = sharesOf(provider);
    const risk = async (key: string, more: Partial<ShareDraft>) =>
      (await shares.planUpdate(key, draft(more))).risk;
    expect(await risk('status-page', { annotations: true })).toBe('exposing');
    expect(await risk('status-page', { timeSelection: false })).toBe('plain');
    expect(await risk('company-goals', { timeSelection: true })).toBe('plain');
    expect(await risk('company-goals', { timeSelection: true, status: 'active' })).toBe('exposing');
  });

  it('takes a file without what the server owns', async () => {
    const { provider } = await connect();
    const shares = sharesOf(provider);
    const whole = Buffer.from((await shares.get('company-goals')).raw).toString();
    const unchanged = await shares.planUpdate('company-goals', draft({ body: whole }));
    expect(unchanged.steps).toEqual([]);
    const body = '{"annotationsEnabled": true, "accessToken": "x", "IsEnabled": true}';
    const plan = await shares.planUpdate('company-goals', draft({ body }));
    expect(plan.notes[0]).toBe('Not sent, because the server takes none: accessToken, IsEnabled.');
    expect(plan.steps[0]?.body).toBe('{"annotationsEnabled":true}');
    await carryOut(provider, plan);
    expect(await linkOf('company-goals')).toMatchObject({
      annotationsEnabled: true,
      isEnabled: false,
      accessToken: goalsToken,
    });
    const broken = await failureOf(
      shares.planUpdate('company-goals', draft({ body: '{"isEnabled":"yes"}' })),
    );
    expect([broken.code, broken.message]).toEqual([
      'invalid-input',
      expect.stringContaining('isEnabled') as string,
    ]);
  });

  it('stops when someone else changed it meanwhile, or made another link', async () => {
    const { provider, writes } = await connect();
    const shares = sharesOf(provider);
    await elsewhere('POST', '/api/dashboards/uid/search-relevance/public-dashboards', { isEnabled: true });
    const changed = await shares.planUpdate('search-relevance', draft({ timeSelection: true }));
    const revoke = await shares.planRevoke('search-relevance');
    const { uid } = await linkOf('search-relevance');
    const at = `/api/dashboards/uid/search-relevance/public-dashboards`;
    await elsewhere('PATCH', `${at}/${String(uid)}`, { isEnabled: false });
    expect((await failureOf(carryOut(provider, changed))).code).toBe('conflict');
    expect(await changed.settle?.()).toBe('unknown');
    await elsewhere('DELETE', `${at}/${String(uid)}`);
    await elsewhere('POST', at, { isEnabled: true });
    expect((await failureOf(carryOut(provider, revoke))).code).toBe('conflict');
    expect(writes).toEqual([]);
    expect(await revoke.settle?.()).toBe('applied');
    expect((await failureOf(revoke.finish([]))).message).toContain('someone else made another one');
  });
});

describe('revoking', () => {
  it('is destructive, names the pause, and is read back', async () => {
    const { provider, writes } = await connect();
    const shares = sharesOf(provider);
    await elsewhere('POST', '/api/dashboards/uid/revenue-region/public-dashboards', { isEnabled: true });
    const token = String((await linkOf('revenue-region')).accessToken);
    const plan = await shares.planRevoke(token);
    expect([plan.risk, plan.after]).toEqual(['destructive', null]);
    expect(plan.notes.join(' ')).toContain('dashctl share update test/revenue-region --status paused');
    expect(JSON.stringify([plan.before, plan.notes, plan.steps])).not.toContain(token);
    expect(await plan.settle?.()).toBe('not-applied');
    const { value, notes } = await carryOut(provider, plan);
    expect([value.token, notes]).toEqual([token, []]);
    expect(writes).toHaveLength(1);
    expect(await plan.settle?.()).toBe('applied');
    expect(await visit(token)).toBe(404);
    const gone = await failureOf(shares.planRevoke('revenue-region'));
    expect(gone.code).toBe('not-found');
  });

  it('says when someone else was quicker', async () => {
    const { provider } = await connect();
    await elsewhere('POST', '/api/dashboards/uid/payroll-costs/public-dashboards', { isEnabled: true });
    const plan = await sharesOf(provider).planRevoke('payroll-costs');
    const { uid } = await linkOf('payroll-costs');
    await elsewhere('DELETE', `/api/dashboards/uid/payroll-costs/public-dashboards/${String(uid)}`);
    const [step] = plan.steps;
    const answer = step === undefined ? null : await provider.send(step);
    expect(answer?.status).toBe(404);
    expect((await plan.finish(answer === null ? [] : [answer])).notes).toEqual([
      'Someone else had revoked it already.',
    ]);
  });
});

describe('what Grafana does not have', () => {
  it.each([
    ['type invite', { type: 'invite' }, /Cloud or Enterprise/],
    ['type embed', { type: 'embed' }, /--type open/],
    ['end', { type: 'open', expiresAt: '2027-01-01T00:00:00.000Z' }, /share revoke/],
    ['list of people', { type: 'open', invite: ['bo@example.com'] }, /Cloud or Enterprise/],
    ['list of sites', { type: 'open', domains: ['https://example.com'] }, /--domain/],
    ['time frame', { type: 'open', liveSpan: '1h' }, /--time-selection/],
    ['title', { type: 'open', title: 'Ours' }, /title of the dashboard/],
  ] as const)('is refused: %s', async (what, more, hint) => {
    const { provider, writes } = await connect();
    for (const plan of [
      sharesOf(provider).planCreate('uriage', draft(more)),
      sharesOf(provider).planUpdate('status-page', draft(more)),
    ]) {
      const failure = await failureOf(plan);
      expect([failure.code, failure.message]).toEqual([
        'unsupported',
        expect.stringContaining(what) as string,
      ]);
      expect(failure.hint).toMatch(hint);
    }
    expect(writes).toEqual([]);
  });

  it('is explained for sharing by e-mail without a licence', async () => {
    const { provider } = await connect();
    const plan = await sharesOf(provider).planUpdate('company-goals', draft({ body: '{"share":"email"}' }));
    const failure = await failureOf(carryOut(provider, plan));
    expect([failure.code, failure.status, failure.message]).toEqual([
      'rejected',
      400,
      expect.stringContaining('Invalid share type') as string,
    ]);
    expect(failure.hint).toMatch(/Cloud or Enterprise/);
  });

  it('is the feature itself, on a server before 10', async () => {
    const { provider, writes } = await connect('grafana-7');
    for (const tried of [
      all(sharesOf(provider).listAll?.()),
      sharesOf(provider).list('status-page'),
      sharesOf(provider).planCreate('status-page', draft({ type: 'open' })),
    ]) {
      const failure = await failureOf(tried);
      expect(failure.code).toBe('unsupported');
      expect(failure.message).toContain('Grafana 7.5.5; public dashboards came with Grafana 10');
    }
    expect(writes).toEqual([]);
  });

  it('is the feature itself, where it is switched off', async () => {
    const { provider } = await connectTo(({ path }) => {
      if (path === '/api/health') return jsonAnswer({ version: '12.1.0' });
      return path.startsWith('/api/dashboards/public-dashboards')
        ? jsonAnswer({ message: 'Not found' }, 404)
        : null;
    });
    const failure = await failureOf(all(sharesOf(provider).listAll?.()));
    expect(failure.message).toBe(
      'This server (Grafana 12.1.0) has no public dashboards: they are switched off.',
    );
    expect(failure.hint).toContain('[public_dashboards]');
  });
});

describe('rights', () => {
  it('names the missing one', async () => {
    const { provider } = await connect('grafana', { user: 'tomas', password: 'tomas-sandbox' });
    const plan = await sharesOf(provider).planCreate('node-health', draft({ type: 'open' }));
    const failure = await failureOf(carryOut(provider, plan));
    expect([failure.code, failure.status]).toEqual(['not-allowed', 403]);
    expect(failure.message).toContain('dashboards.public:write');
    expect(failure.hint).toMatch(/^Sharing takes the right dashboards\.public:write/);
  });
});

const casesFile = recordingsDir === null ? '' : resolve(recordingsDir, 'grafana/rbac-cases.json');

describe.skipIf(!existsSync(casesFile))('the known answer of later servers', () => {
  it('pd-already-public keeps the words of the server and says what happened', async () => {
    const cases = JSON.parse(readFileSync(casesFile, 'utf8')) as {
      name: string;
      status: number;
      expect: { message: string; messageId: string };
    }[];
    const known = cases.filter(({ name }) => name.startsWith('pd-'));
    expect(known.map(({ name }) => name)).toEqual(['pd-already-public']);
    const { provider } = await connect();
    const plan = await sharesOf(provider).planCreate('conversion-funnel', draft({ type: 'open' }));
    await elsewhere('POST', '/api/dashboards/uid/conversion-funnel/public-dashboards', { isEnabled: true });
    const [step] = plan.steps;
    if (step === undefined) throw new Error('There is a request to send.');
    const failure = await failureOf(provider.send(step));
    expect(failure.status).toBe(known[0]?.status);
    expect(failure.message).toContain(known[0]?.expect.message);
    expect(failure.details).toMatchObject({ messageId: known[0]?.expect.messageId });
    expect(failure.hint).toContain('Someone else shared it meanwhile');
  });
});

describe('servers with odd answers', () => {
  const dashboard = jsonAnswer({ meta: { folderId: 0 }, dashboard: { id: 3, uid: 'sales', title: 'Sales' } });
  const link = {
    uid: 'p-sales',
    accessToken: 'fe'.repeat(16),
    dashboardUid: 'sales',
    isEnabled: true,
    share: 'email',
    createdAt: '0001-01-01T00:00:00Z',
    createdBy: 0,
    recipients: [{ uid: 'r1', recipient: 'bo@example.com' }],
  };

  it('keep the sub path in the address, and e-mail links their people', async () => {
    const { provider } = await connectTo(({ path }) => {
      if (path === '/grafana/api/dashboards/uid/sales') return dashboard;
      return path === '/grafana/api/dashboards/uid/sales/public-dashboards' ? jsonAnswer(link) : null;
    }, '/grafana');
    const { value } = await sharesOf(provider).get('sales');
    expect(value).toMatchObject({
      url: `${provider.account.baseUrl}/public-dashboards/${link.accessToken}`,
      type: 'email',
      invitees: [{ email: 'bo@example.com' }],
      createdAt: null,
      createdBy: null,
      settings: { timeSelectionEnabled: null, annotationsEnabled: null },
    });
    const opened = await sharesOf(provider).planUpdate('sales', draft({ type: 'public' }));
    expect([opened.risk, opened.steps[0]?.body]).toEqual(['exposing', '{"share":"public"}']);
  });

  it('say null for a dashboard that is not shared', async () => {
    const { provider } = await connectTo(({ path }) =>
      path.endsWith('/public-dashboards') ? jsonAnswer('null') : dashboard,
    );
    expect((await sharesOf(provider).list('sales')).items).toEqual([]);
  });

  it('give short pages, repeat pages, and list what they do not show', async () => {
    const row = (n: number) => ({
      uid: `p${n}`,
      accessToken: String(n).repeat(32),
      title: `Board ${n}`,
      dashboardUid: `d${n}`,
      isEnabled: n !== 2,
    });
    const asked: string[] = [];
    const { provider } = await connectTo(({ path }) => {
      const page = /^\/api\/dashboards\/public-dashboards\?perpage=\d+&page=(\d+)$/.exec(path)?.[1];
      if (page === undefined) return jsonAnswer({ messageId: 'publicdashboards.notFound' }, 404);
      asked.push(page);
      const n = Math.min(Number(page), 3);
      return jsonAnswer({ publicDashboards: [row(n)], page: n, perPage: 1 });
    });
    const links = await all(sharesOf(provider).listAll?.());
    expect(asked).toEqual(['1', '2', '3', '4']);
    expect(links.map(({ ref, status, type }) => `${ref} ${status} ${type}`)).toEqual([
      'test/d1 active public',
      'test/d2 paused public',
      'test/d3 active public',
    ]);
  });

  it('never get an id into a path that is no uid', async () => {
    const { provider } = await connectTo(({ path }) =>
      path.endsWith('/public-dashboards') ? jsonAnswer({ ...link, uid: '../x' }) : dashboard,
    );
    for (const plan of [
      sharesOf(provider).planRevoke('sales'),
      sharesOf(provider).planUpdate('sales', draft({ status: 'paused' })),
    ]) {
      expect((await failureOf(plan)).code).toBe('bad-answer');
    }
  });

  it('that take a link and keep it paused are told apart from success', async () => {
    let made = false;
    const { provider } = await connectTo(({ method, path }) => {
      if (!path.endsWith('/public-dashboards')) return dashboard;
      if (method === 'POST') made = true;
      return made
        ? jsonAnswer({ ...link, share: 'public', isEnabled: false })
        : jsonAnswer({ messageId: 'publicdashboards.notFound', message: 'Public dashboard not found' }, 404);
    });
    const plan = await sharesOf(provider).planCreate('sales', draft({ type: 'open' }));
    const failure = await failureOf(carryOut(provider, plan));
    expect(failure.code).toBe('conflict');
    expect(failure.details).toMatchObject({ planned: { status: 'active' }, found: { status: 'paused' } });
  });

  it('never read a token that they know in a path, even when it is a uid too', async () => {
    const paths: string[] = [];
    const { provider } = await connectTo(({ path }) => {
      paths.push(path);
      if (path.startsWith('/api/dashboards/public-dashboards')) {
        return jsonAnswer({ publicDashboards: [{ ...link, title: 'Sales' }], totalCount: 1 });
      }
      if (path.endsWith('/sales/public-dashboards')) return jsonAnswer(link);
      return dashboard;
    });
    expect((await sharesOf(provider).get(link.accessToken)).value.ref).toBe('test/sales');
    expect(paths.join(' ')).not.toContain(link.accessToken);
  });

  it('may have a dashboard whose uid looks like a token', async () => {
    const uid = 'd'.repeat(32);
    const { provider } = await connectTo(({ path }) => {
      if (path.startsWith('/api/dashboards/public-dashboards')) {
        return jsonAnswer({ publicDashboards: [], totalCount: 0 });
      }
      if (path === `/api/dashboards/uid/${uid}/public-dashboards`) return jsonAnswer(link);
      return path === `/api/dashboards/uid/${uid}`
        ? jsonAnswer({ meta: { folderId: 0 }, dashboard: { id: 3, uid, title: 'Hashed' } })
        : null;
    });
    expect((await sharesOf(provider).get(uid)).value.ref).toBe(`test/${uid}`);
  });
});

/** Writes whose answer never arrives: reading back tells what is true. */
describe('a lost answer', () => {
  const at = '/api/dashboards/uid/*/public-dashboards*';
  const lost = (method: string, commit: boolean) => ({
    faults: [{ room: 'grafana', method, path: at, first: 1, action: { do: 'reset' as const, commit } }],
  });

  it.each([
    ['POST', true, 'applied'],
    ['POST', false, 'not-applied'],
    ['PATCH', true, 'applied'],
    ['PATCH', false, 'not-applied'],
    ['DELETE', true, 'applied'],
    ['DELETE', false, 'not-applied'],
  ] as const)('of %s (it happened: %s) is %s', async (method, commit, fate) => {
    const own = await testSandbox({ only: ['grafana'], switches: lost(method, commit) });
    const connected = await connectGrafana(grafanaAccount(own.room('grafana').baseUrl));
    open.push(connected);
    const shares = sharesOf(connected.provider);
    const plan =
      method === 'POST'
        ? await shares.planCreate('uriage', draft({ type: 'open' }))
        : method === 'PATCH'
          ? await shares.planUpdate('status-page', draft({ status: 'paused' }))
          : await shares.planRevoke('status-page');
    expect((await failureOf(carryOut<unknown>(connected.provider, plan))).code).toBe('fate-unknown');
    expect(connected.writes).toHaveLength(1);
    expect(await plan.settle?.()).toBe(fate);
    if (commit) await plan.finish([]);
    else expect((await failureOf(plan.finish([]))).code).toBe('conflict');
    await own.close();
  });
});
