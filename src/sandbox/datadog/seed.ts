/**
 * The content of a new Datadog room: a shop's platform organisation. Every time is relative to the start, and the same
 * start gives the same content.
 */
import { exactNumber } from '../exact-json.ts';
import { seedShareToken, timestamp } from './format.ts';
import { permissions, readPermissions } from './permissions.ts';
import type {
  Binding,
  Credential,
  Dashboard,
  DatadogState,
  Invitation,
  Invitee,
  JsonObject,
  Role,
  Share,
  Team,
  User,
} from './state.ts';

const hour = 3_600_000;
const day = 24 * hour;

const orgId = '5a4db0c0-0000-11ef-8000-da7ad0900002';

/** The administrator's keys. They open nothing but the sandbox. */
export const adminKeys = {
  apiKey: 'sandbox0000000000000000000datadog',
  appKey: 'sandbox00000000000000000000administrator',
  bearer: 'ddpat_sandbox_administrator',
} as const;

/** Keys of an account that may only read, and of a service account. */
export const otherKeys = {
  reader: { appKey: 'sandbox000000000000000000000000read-only', bearer: 'ddpat_sandbox_read_only' },
  service: { appKey: 'sandbox00000000000000000000service-account', bearer: 'ddsat_sandbox_service_account' },
} as const;

const uuid = (kind: number, n: number): string =>
  `${kind.toString(16).padStart(8, '0')}-${n.toString(16).padStart(4, '0')}-11ef-8000-da7ad0900002`;

const userId = (n: number): string => uuid(0x5a4d0001, n);
const roleId = (n: number): string => uuid(0x5a4d0002, n);
const teamId = (n: number): string => uuid(0x5a4d0003, n);

export function seedDatadog(now: number): DatadogState {
  const ago = (milliseconds: number, micros: number): string => timestamp(now - milliseconds, micros);
  const ahead = (milliseconds: number): string => timestamp(now + milliseconds, 0);

  const credentials: Credential[] = [
    { ...adminKeys, user: userId(1) },
    { apiKey: adminKeys.apiKey, ...otherKeys.reader, user: userId(5) },
    { apiKey: adminKeys.apiKey, ...otherKeys.service, user: userId(7) },
  ];

  const user = (
    n: number,
    email: string,
    name: string,
    roles: readonly number[],
    more: Partial<User> = {},
  ): User => ({
    id: userId(n),
    number: 1_445_000 + n,
    handle: email,
    email,
    name,
    title: null,
    verified: true,
    serviceAccount: false,
    disabled: false,
    status: 'Active',
    created: ago((400 - n) * day, 100 + n),
    modified: ago(n * day, 200 + n),
    roles: roles.map(roleId),
    ...more,
  });
  const users: User[] = [
    user(1, 'ana@example.com', 'Ana Souza', [1], { title: 'Platform lead' }),
    user(2, 'ben@example.com', 'Ben Okafor', [2], { title: 'Site reliability engineer' }),
    user(3, 'chen@example.com', 'Chen Wei', [2]),
    user(4, 'dora@example.com', 'Dóra Kovács', [2, 4], { title: 'Product analyst' }),
    user(5, 'emil@example.com', 'Emil Larsen', [3]),
    user(6, 'fatima@example.com', 'Fatima Zahra', [2], { disabled: true, status: 'Disabled' }),
    user(7, 'ci@example.com', 'CI account', [2], {
      handle: '7c0b3c5e-5a4d-4e0b-9d6f-2f1f0a9b7c11',
      serviceAccount: true,
    }),
    user(8, 'gus@example.com', 'Gus Pereira', [], { verified: false, status: 'Pending' }),
  ];

  const role = (n: number, name: string, held: readonly string[]): Role => ({
    id: roleId(n),
    name,
    permissions: [...held],
    created: ago(420 * day, 300 + n),
    modified: ago(90 * day, 310 + n),
  });
  const sharing = ['dashboards_public_share', 'dashboards_embed_share', 'dashboards_invite_share'];
  const roles: Role[] = [
    role(
      1,
      'Datadog Admin Role',
      permissions.map((permission) => permission.name),
    ),
    role(2, 'Datadog Standard Role', [...readPermissions, 'dashboards_write', ...sharing]),
    role(3, 'Datadog Read Only Role', readPermissions),
    role(4, 'Analytics', [...readPermissions, 'dashboards_write', 'dashboards_invite_share']),
  ];

  const team = (
    n: number,
    handle: string,
    name: string,
    members: readonly number[],
    summary: string,
  ): Team => ({
    id: teamId(n),
    name,
    handle,
    summary,
    description: null,
    members: members.map(userId),
    created: ago((300 - n) * day, 400 + n),
    modified: ago((40 + n) * day, 410 + n),
  });
  const teams: Team[] = [
    team(1, 'sre', 'Site Reliability', [1, 2, 7], 'Keeps the shop open'),
    team(2, 'payments', 'Payments', [3], 'Checkout, refunds, fraud'),
    team(3, 'web', 'Web', [4, 6], 'Storefront and search'),
    team(4, 'data', 'Data', [4, 5], 'Warehouse and reports'),
    team(5, 'mobile', 'Mobile', [], 'Apps for Android and iOS'),
  ];

  let widgetId = 4_274_057_372_149_000;
  const widget = (definition: JsonObject, layout?: JsonObject): JsonObject => ({
    definition,
    ...(layout === undefined ? {} : { layout }),
    id: (widgetId += 17),
  });
  const series = (title: string, query: string): JsonObject => ({
    type: 'timeseries',
    title,
    requests: [{ q: query, display_type: 'line' }],
  });
  const value = (title: string, query: string): JsonObject => ({
    type: 'query_value',
    title,
    requests: [{ q: query, aggregator: 'avg' }],
    precision: 2,
  });
  const note = (content: string): JsonObject => ({ type: 'note', content, background_color: 'yellow' });
  const top = (title: string, query: string): JsonObject => ({
    type: 'toplist',
    title,
    requests: [{ q: query }],
  });
  const objective = (title: string, id: string): JsonObject => ({
    type: 'slo',
    title,
    slo_id: id,
    view_type: 'detail',
    view_mode: 'overall',
    time_windows: ['7d', '30d'],
  });
  const place = (x: number, y: number, width = 47, height = 15): JsonObject => ({ x, y, width, height });

  const board = (
    n: number,
    id: string,
    author: number,
    body: JsonObject,
    more: Partial<Dashboard> = {},
  ): Dashboard => ({
    id,
    body: { description: null, template_variables: null, notify_list: null, restricted_roles: [], ...body },
    author: userId(author),
    created: ago((200 - 9 * n) * day, 500 + n),
    modified: ago((60 - 3 * n) * day, 600 + n),
    deleted: null,
    views: null,
    ...more,
  });
  const ordered = (title: string, widgets: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
    title,
    layout_type: 'ordered',
    widgets,
    ...more,
  });
  const free = (title: string, widgets: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
    title,
    layout_type: 'free',
    widgets,
    ...more,
  });
  const seen = (total: number, daysAgo: number, viewer: number): Dashboard['views'] => ({
    total,
    last: ago(daysAgo * day, 0),
    viewer: userId(viewer),
  });
  const env = {
    name: 'env',
    prefix: 'env',
    available_values: ['production', 'staging'],
    defaults: ['production'],
  };

  const dashboards: Dashboard[] = [
    board(
      1,
      'c4t-9kx-2mq',
      1,
      ordered(
        'Checkout latency',
        [
          widget(series('p95 latency', 'p95:trace.http.request{service:checkout,$env}')),
          widget(value('Error rate', 'sum:trace.http.request.errors{service:checkout,$env}.as_rate()')),
          widget(
            top('Slowest endpoints', 'top(p95:trace.http.request{service:checkout} by {resource_name},10)'),
          ),
        ],
        {
          description: 'From basket to receipt. Watched by the on-call engineer.',
          template_variables: [env],
          tags: ['team:payments', 'team:sre'],
          reflow_type: 'auto',
        },
      ),
      { views: seen(412, 0, 2) },
    ),
    board(
      2,
      'h7p-2vd-8wz',
      2,
      ordered(
        'Kubernetes capacity',
        [
          widget({
            type: 'group',
            title: 'Nodes',
            layout_type: 'ordered',
            widgets: [
              widget(series('CPU requests', 'sum:kubernetes.cpu.requests{*} by {host}')),
              widget(series('Memory requests', 'sum:kubernetes.memory.requests{*} by {host}')),
            ],
          }),
          widget({
            type: 'hostmap',
            title: 'Hosts',
            requests: { fill: { q: 'avg:system.cpu.user{*} by {host}' } },
          }),
        ],
        { tags: ['team:sre'] },
      ),
      { views: seen(131, 1, 1) },
    ),
    board(
      3,
      'm3f-6rb-1tn',
      2,
      free(
        'Office wall: shop health',
        [
          widget(note('Red means call the on-call engineer.'), place(0, 0)),
          widget(value('Orders per minute', 'sum:shop.orders{*}.as_rate()'), place(48, 0)),
          widget(series('Orders', 'sum:shop.orders{*}.as_count()'), place(0, 16, 95, 30)),
        ],
        { description: 'Shown on the screen by the coffee machine.' },
      ),
      { views: seen(2044, 0, 7) },
    ),
    board(
      4,
      'q8w-5ns-0jy',
      4,
      ordered(
        'Weekly business review',
        [
          widget(value('Revenue', 'sum:shop.revenue{*}.rollup(sum,604800)')),
          widget(top('Best sellers', 'top(sum:shop.sales{*} by {product},10)')),
        ],
        {
          description: 'Numbers for the Monday meeting.',
          tags: ['team:data'],
          template_variable_presets: [
            { name: 'Europe', template_variables: [{ name: 'env', values: ['production'] }] },
          ],
          template_variables: [env],
        },
      ),
      { views: seen(58, 3, 4) },
    ),
    board(
      5,
      'r2j-7ua-4xe',
      3,
      ordered(
        'Payments: refunds and chargebacks',
        [widget(series('Refunds', 'sum:payments.refunds{*}.as_count()'))],
        { tags: ['team:payments'], notify_list: ['chen@example.com'] },
      ),
      { views: seen(23, 9, 3) },
    ),
    board(
      6,
      't5y-1gk-9bc',
      7,
      ordered(
        'Deployments (generated)',
        [widget(series('Deployments', 'sum:ci.deployments{*} by {service}.as_count()'))],
        { description: 'Written by the pipeline. Edits are overwritten on the next run.' },
      ),
    ),
    board(
      7,
      'v0d-3mz-6hp',
      4,
      ordered(
        'Search quality',
        [widget(series('Searches without result', 'sum:search.empty{*}.as_rate()'))],
        { tags: ['team:web', 'team:data'] },
      ),
      { views: seen(17, 40, 4) },
    ),
    board(
      8,
      'w6n-8xq-3fl',
      6,
      free('Storefront web vitals', [
        widget(series('Largest contentful paint', 'p75:rum.lcp{*}'), place(0, 0)),
        widget(series('Layout shift', 'p75:rum.cls{*}'), place(48, 0)),
      ]),
      { views: seen(301, 120, 6) },
    ),
    board(
      9,
      'x9c-4pe-7vr',
      1,
      ordered('Database: replication & locks', [
        widget(series('Replication delay', 'max:postgresql.replication_delay{*} by {host}')),
        widget(series('Waiting locks', 'sum:postgresql.waiting_queries{*}')),
      ]),
      { views: seen(77, 2, 2) },
    ),
    board(
      10,
      'y1s-0hb-5ka',
      2,
      ordered('Überblick: Lager & Versand', [
        widget(series('Pakete je Stunde', 'sum:warehouse.parcels{*}.as_rate()')),
      ]),
    ),
    board(
      11,
      'z4g-6tw-2ud',
      1,
      ordered('Service level objectives', [
        // Ids beyond 2^53 as the API allows: a double would round them.
        { definition: objective('Checkout availability', 'a1b2c3d4'), id: exactNumber('9007199254740993') },
        { definition: objective('Search availability', 'd4e5f6a7'), id: exactNumber('9223372036854775807') },
      ]),
      { views: seen(66, 5, 1) },
    ),
    board(
      12,
      'a3k-8mv-1qs',
      5,
      ordered(
        'Cloud costs',
        [widget(series('Costs by product', 'sum:aws.cost.amortized{*} by {aws_product}'))],
        {
          description: 'One line per product, in euros.',
          tags: ['team:data'],
        },
      ),
      { views: seen(9, 31, 5) },
    ),
    board(
      13,
      'b7x-2nf-9ey',
      3,
      ordered('Copy of Checkout latency', [
        widget(series('p95 latency', 'p95:trace.http.request{service:checkout}')),
      ]),
    ),
    board(
      14,
      'd6u-5zj-4wt',
      7,
      ordered('Synthetic checks', [widget(series('Failures', 'sum:synthetics.failures{*} by {check}'))]),
    ),
    board(
      15,
      'e8q-1cy-7lm',
      4,
      ordered('Black Friday 2025', [widget(note('Thank you all!'))], { tags: ['team:web'] }),
      {
        deleted: ago(12 * day, 715),
      },
    ),
    board(
      16,
      'f2v-9sd-3go',
      6,
      free('Old wall board', [widget(note('Moved to the new wall.'), place(0, 0))]),
      {
        deleted: ago(3 * day, 716),
      },
    ),
  ];

  const invitee = (email: string, createdAgo: number, more: Partial<Invitee> = {}): Invitee => ({
    email,
    accessExpiration: null,
    lastAccessed: null,
    created: ago(createdAgo, 804),
    ...more,
  });
  const invitation = (email: string, sentAgo: number, sessionFor: number | null): Invitation => ({
    email,
    created: ago(sentAgo, 805),
    expiry: timestamp(now - sentAgo + hour, 806),
    sessionExpiry: sessionFor === null ? null : ahead(sessionFor),
  });
  const share = (
    n: number,
    dashboard: string,
    author: number,
    shareType: string,
    more: Partial<Share>,
  ): Share => {
    const shared = dashboards.find((one) => one.id === dashboard);
    return {
      token: seedShareToken(n),
      id: uuid(0x5a4d0004, n),
      dashboard,
      dashboardType: shared?.body['layout_type'] === 'free' ? 'custom_screenboard' : 'custom_timeboard',
      author: userId(author),
      created: ago((50 - 5 * n) * day, 800 + n),
      lastAccessed: null,
      shareType,
      status: 'active',
      title: String(shared?.body['title']),
      viewingPreferences: {},
      expiration: null,
      globalTime: { live_span: '1h' },
      globalTimeSelectable: false,
      selectableTemplateVars: null,
      invitees: shareType === 'invite' ? [] : null,
      embeddableDomains: [],
      sessionDays: shareType === 'invite' ? 30 : null,
      invitations: [],
      credential: null,
      ...more,
    };
  };
  const shares: Share[] = [
    share(1, 'm3f-6rb-1tn', 2, 'open', {
      lastAccessed: ago(hour, 811),
      viewingPreferences: { high_density: true, theme: 'dark' },
    }),
    share(2, 'q8w-5ns-0jy', 4, 'open', {
      expiration: ahead(14 * day),
      globalTime: { live_span: '1w' },
      globalTimeSelectable: true,
    }),
    share(3, 'c4t-9kx-2mq', 1, 'invite', {
      lastAccessed: ago(5 * hour, 813),
      invitees: [
        invitee('ben@example.com', 30 * day, { lastAccessed: ago(5 * hour, 814) }),
        invitee('auditor@partner.example.com', 8 * day, { accessExpiration: ahead(21 * day) }),
        invitee('former.contractor@agency.example.com', 90 * day, { accessExpiration: ago(10 * day, 0) }),
        invitee('dora@example.com', hour / 2),
      ],
      invitations: [
        invitation('ben@example.com', 30 * day, 20 * day),
        invitation('auditor@partner.example.com', 8 * day, null),
        invitation('dora@example.com', hour / 3, null),
      ],
    }),
    share(4, 'w6n-8xq-3fl', 6, 'embed', {
      embeddableDomains: ['status.example.com', 'intranet.example.com'],
    }),
    share(5, 'v0d-3mz-6hp', 4, 'open', { status: 'paused' }),
    share(6, 'm3f-6rb-1tn', 7, 'invite', {
      title: 'Shop health for the board',
      invitees: [invitee('ci@example.com', 20 * day), invitee('example.com', 20 * day)],
    }),
  ];

  const bind = (relation: 'viewer' | 'editor', ...principals: readonly string[]): Binding => ({
    relation,
    principals: [...principals],
  });
  const policies: Record<string, Binding[]> = {
    'dashboard:c4t-9kx-2mq': [
      bind('editor', `team:${teamId(2)}`, `team:${teamId(1)}`),
      bind('viewer', `org:${orgId}`),
    ],
    'dashboard:q8w-5ns-0jy': [
      bind('editor', `role:${roleId(4)}`, `user:${userId(1)}`),
      bind('viewer', `role:${roleId(3)}`, `user:${userId(6)}`),
    ],
    'dashboard:r2j-7ua-4xe': [bind('editor', `user:${userId(3)}`)],
    'dashboard:a3k-8mv-1qs': [bind('viewer', `team:${teamId(4)}`)],
  };

  return {
    org: { id: orgId, number: 310_321, name: 'Example Shop' },
    credentials,
    users,
    roles,
    teams,
    dashboards,
    shares,
    lists: [
      {
        id: 364_101,
        name: 'On call',
        author: userId(1),
        created: ago(150 * day, 901),
        modified: ago(30 * day, 902),
        items: [
          { type: 'custom_timeboard', id: 'c4t-9kx-2mq' },
          { type: 'custom_timeboard', id: 'x9c-4pe-7vr' },
          { type: 'custom_screenboard', id: 'm3f-6rb-1tn' },
        ],
      },
      {
        id: 364_102,
        name: 'Archive',
        author: userId(4),
        created: ago(100 * day, 903),
        modified: ago(12 * day, 904),
        items: [{ type: 'custom_timeboard', id: 'e8q-1cy-7lm' }],
      },
    ],
    policies,
    nextListId: 364_103,
  };
}
