/** The eight operations as commands of each provider, on the sandbox's sample content, and the ones that do not exist. */
import { sampleIds } from '../../src/sandbox/gtmhub/seed.ts';

export const operationNames = [
  'list',
  'get',
  'create',
  'update',
  'delete',
  'grant',
  'share',
  'invite',
] as const;

export type OperationName = (typeof operationNames)[number];

export interface Operation {
  readonly words: readonly string[];
  /** The path of the read that faults strike, below the room. Else a write is struck: the last one, or `strikes`. */
  readonly reads?: RegExp;
  /** Which of several writes is struck, from 0. */
  readonly strikes?: number;
  /** A text of the sample content in the answers that it reads. */
  readonly text: string;
  /** What somebody else does meanwhile, so that its object is gone; null where it has none. */
  readonly gone: readonly string[] | null;
  /** A change that is merged into what is there, so that it may be made again after a conflict. */
  readonly merges?: true;
  /** Nothing lists what it makes, so that its id is not known after a lost answer. */
  readonly unlisted?: true;
  /** The pages of a list. */
  readonly paging?: Paging;
}

export interface Paging {
  /** The words that make pages small. */
  readonly words: readonly string[];
  /** Some servers cannot page: then one large page stands in, and the list is complete. */
  readonly unpaged?: true;
  /** The n-th page (from 0) of a list that never ends, made of a page that the server gave. */
  readonly page: (given: unknown, n: number) => unknown;
}

export interface System {
  readonly provider: string;
  readonly room: string;
  /** Requests that open or close a session: no writes of the operation. */
  readonly session: RegExp | null;
  readonly operations: Readonly<Record<OperationName, Operation | string>>;
  /** Writes that take more than one request, struck ahead of the last one, and others that stand beside the eight. */
  readonly more?: Readonly<Record<string, Operation>>;
}

const words = (line: string): readonly string[] => line.split(' ');

const rowsOf = (given: unknown): readonly Readonly<Record<string, unknown>>[] =>
  given as readonly Readonly<Record<string, unknown>>[];

const datadog: System = {
  provider: 'datadog',
  room: 'datadog',
  session: null,
  operations: {
    list: {
      words: words('dashboards list'),
      reads: /^\/api\/v1\/dashboard$/,
      text: 'Checkout latency',
      gone: null,
      paging: {
        words: words('--page-size 2'),
        page(given, n) {
          const { dashboards } = given as { dashboards: unknown };
          return {
            dashboards: rowsOf(dashboards).map((row, index) => ({
              ...row,
              id: `aaa-aaa-${(2 * n + index).toString(36).padStart(3, '0')}`,
            })),
          };
        },
      },
    },
    get: {
      words: words('dashboards get c4t-9kx-2mq'),
      reads: /^\/api\/v1\/dashboard\/c4t-9kx-2mq$/,
      text: 'Checkout latency',
      gone: words('dashboards delete c4t-9kx-2mq --yes'),
    },
    create: {
      words: ['dashboards', 'create', '--title', 'Made once'],
      text: 'Ana Souza',
      gone: null,
    },
    update: {
      words: ['dashboards', 'update', 'y1s-0hb-5ka', '--title', 'Renamed once'],
      text: 'dashed',
      gone: words('dashboards delete y1s-0hb-5ka --yes'),
    },
    delete: {
      words: words('dashboards delete y1s-0hb-5ka --yes'),
      text: 'dashed',
      gone: words('dashboards delete y1s-0hb-5ka --yes'),
    },
    grant: {
      words: words('acl grant q8w-5ns-0jy team:sre=edit --yes'),
      text: 'sre',
      gone: null,
      merges: true,
    },
    share: {
      words: words('share create x9c-4pe-7vr --type open --yes'),
      text: 'ana@example.com',
      gone: words('dashboards delete x9c-4pe-7vr --yes'),
    },
    invite: {
      words: words('invite send c4t-9kx-2mq new@example.com --yes'),
      text: 'ben@example.com',
      gone: words('share revoke c4t-9kx-2mq --yes'),
    },
  },
  more: {
    'invite, the list of the share': {
      words: words('invite send c4t-9kx-2mq new@example.com --yes'),
      strikes: 0,
      text: 'ben@example.com',
      gone: null,
    },
  },
};

const grafana: System = {
  provider: 'grafana',
  room: 'grafana',
  session: null,
  operations: {
    list: {
      words: words('dashboards list'),
      reads: /^\/api\/search$/,
      text: 'Checkout latency',
      gone: null,
      paging: {
        words: words('--page-size 2'),
        unpaged: true,
        page: (given, n) =>
          rowsOf(given).map((row, index) => ({ ...row, uid: `u${n}-${index}`, id: 1000 + 2 * n + index })),
      },
    },
    get: {
      words: words('dashboards get node-health'),
      reads: /^\/api\/dashboards\/uid\/node-health$/,
      text: 'Node health',
      gone: words('dashboards delete node-health --yes'),
    },
    create: { words: ['dashboards', 'create', '--title', 'Made once'], text: 'Ana', gone: null },
    update: {
      words: ['dashboards', 'update', 'node-health', '--title', 'Renamed once'],
      text: 'Node health',
      gone: words('dashboards delete node-health --yes'),
    },
    delete: {
      words: words('dashboards delete node-health --yes'),
      text: 'Node health',
      gone: words('dashboards delete node-health --yes'),
    },
    grant: {
      words: words('acl grant node-health team:webshop=admin --yes'),
      text: 'webshop',
      gone: words('dashboards delete node-health --yes'),
      merges: true,
    },
    share: {
      words: words('share create node-health --type open --yes'),
      text: 'Node health',
      gone: words('dashboards delete node-health --yes'),
    },
    invite: 'Grafana has no invitations to dashboards.',
  },
  more: {
    'grant, the first of two': {
      words: words('acl grant node-health team:webshop=admin role:Viewer=edit --yes'),
      strikes: 0,
      text: 'webshop',
      gone: null,
      merges: true,
    },
  },
};

const posthog: System = {
  provider: 'posthog',
  room: 'posthog',
  session: null,
  operations: {
    list: {
      words: words('dashboards list'),
      reads: /^\/api\/projects\/1\/dashboards\/$/,
      text: 'Checkout funnel',
      gone: null,
      paging: {
        words: words('--page-size 2'),
        page(given, n) {
          const page = given as { next: string | null; results: unknown };
          const next = (page.next ?? '').replace(/offset=\d+/, `offset=${2 * n + 2}`);
          return {
            ...page,
            count: 1_000_000,
            next,
            results: rowsOf(page.results).map((row, index) => ({ ...row, id: 1000 + 2 * n + index })),
          };
        },
      },
    },
    get: {
      words: words('dashboards get 2'),
      reads: /^\/api\/projects\/1\/dashboards\/2\/$/,
      text: 'Weekly business review',
      gone: words('dashboards delete 2 --yes'),
    },
    create: { words: ['dashboards', 'create', '--title', 'Made once'], text: 'Shop', gone: null },
    update: {
      words: ['dashboards', 'update', '2', '--title', 'Renamed once'],
      text: 'Weekly business review',
      gone: words('dashboards delete 2 --yes'),
    },
    delete: {
      words: words('dashboards delete 2 --yes'),
      text: 'Weekly business review',
      gone: words('dashboards delete 2 --yes'),
    },
    grant: {
      words: words('acl grant 2 user:emil@example.com=edit --yes'),
      text: 'emil@example.com',
      gone: words('dashboards delete 2 --yes'),
      merges: true,
    },
    share: {
      words: words('share create 2 --type open --yes'),
      text: 'Weekly business review',
      gone: words('dashboards delete 2 --yes'),
    },
    invite: 'PostHog has no invitations to dashboards.',
  },
  more: {
    'grant, the first of two': {
      words: words('acl grant 2 user:emil@example.com=edit user:bo@example.com=view --yes'),
      strikes: 0,
      text: 'emil@example.com',
      gone: null,
      merges: true,
    },
  },
};

const { accessInsightboards } = sampleIds;
const deletePermission = words(`perms delete ${accessInsightboards} --yes`);

const gtmhub: System = {
  provider: 'gtmhub',
  room: 'gtmhub',
  session: null,
  operations: {
    list: {
      words: words('perms actions'),
      reads: /\/permissions\/actions$/,
      text: 'Access dashboards',
      gone: null,
    },
    get: {
      words: words(`perms get ${accessInsightboards}`),
      reads: new RegExp(`/permissions/${accessInsightboards}$`),
      text: 'AccessInsightboards',
      gone: deletePermission,
    },
    create: {
      words: words('perms create --action ManageGoals --principal role:Members'),
      text: 'Members',
      gone: null,
      unlisted: true,
    },
    update: {
      words: words(`perms update ${accessInsightboards} --add role:Members --yes`),
      text: 'AccessInsightboards',
      gone: deletePermission,
    },
    delete: { words: deletePermission, text: 'AccessInsightboards', gone: deletePermission },
    grant: {
      words: words('perms principal-set role:Managers --remove ManageGoals --yes'),
      text: 'ManageGoals',
      gone: null,
    },
    share: 'Gtmhub has no public links.',
    invite: 'Gtmhub has no invitations to dashboards.',
  },
};

const syntho: System = {
  provider: 'syntho',
  room: 'syntho',
  session: /\/auth\/|\/log(in|out)\//,
  operations: {
    list: {
      words: words('workspace list'),
      reads: /permissions\/$/,
      text: 'cy@example.com',
      gone: null,
    },
    get: {
      words: words('workspace get 2'),
      reads: /permissions\/2\/$/,
      text: 'cy@example.com',
      gone: words('workspace revoke 2 --yes'),
    },
    create: 'A permission in a workspace is created by granting it.',
    update: {
      words: words('workspace update 2 --role reader --yes'),
      text: 'cy@example.com',
      gone: words('workspace revoke 2 --yes'),
    },
    delete: {
      words: words('workspace revoke 2 --yes'),
      text: 'cy@example.com',
      gone: words('workspace revoke 2 --yes'),
    },
    grant: {
      words: words('workspace grant 2 dora@example.com reader'),
      text: 'Orders',
      gone: null,
    },
    share: 'Syntho has no public links.',
    invite: 'Syntho has no invitations.',
  },
  more: {
    transfer: {
      words: words(
        'workspace transfer 2 --to cy@example.com --keep-role reader --yes --confirm cy@example.com',
      ),
      text: 'Orders',
      gone: null,
    },
  },
};

export const systems: readonly System[] = [datadog, grafana, posthog, gtmhub, syntho];
